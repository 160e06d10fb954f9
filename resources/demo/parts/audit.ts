import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { expectSame, expectThat, type Ledger } from '../ledger.ts';
import { demoPath } from '../paths.ts';
import type { Site } from '../site.ts';

interface Verification {
  readonly ok: boolean;
  readonly head: { readonly size: number; readonly rootHash: string };
  readonly checks: readonly { readonly status: string; readonly path?: string }[];
}

interface Pin {
  readonly version: string;
  readonly at: string;
}

/** Part 6: the log verifies, an edit is found, and the past can be asked about. */
export async function auditPart(ledger: Ledger, site: Site): Promise<void> {
  ledger.part('6 The record holds');
  const good = await ledger.step('the audit log verifies', () => site.run<Verification>('audit', 'verify'));

  const named = await ledger.step('one row edited with SQL is found', () => {
    const copy = path.join(demoPath('edited'), 'home');
    cpSync(site.home, copy, { recursive: true });
    const database = new BetterSqlite(path.join(copy, 'registry.db'));
    database.exec(`DROP TRIGGER pins_no_update; UPDATE pins SET reason = 'never happened' WHERE id = 2`);
    database.close();
    const { code, json } = site.attempt<Verification>('--home', copy, 'audit', 'verify');
    expectSame('exit code', 1, code);
    rmSync(copy, { recursive: true });
    const bad = json.checks.filter((check) => check.status === 'failed');
    expectThat(
      'the edited row is named',
      bad.some((check) => check.path?.includes('pins')),
    );
    return bad[0]?.path ?? '';
  });

  const answers = await ledger.step('as-of answers what production was at each moment', () => {
    const [production] = site
      .run<{ channel: string; history: Pin[] }[]>('channels', 'silero-vad')
      .filter(({ channel }) => channel === 'production');
    const history = [...(production?.history ?? [])].reverse();
    const asked = history.map(({ at }) => site.run<Pin>('as-of', 'silero-vad', 'production', at).version);
    expectSame('production over time', ['5.0.0', '6.0.0', '5.0.0'], asked);
    const [first] = history;
    const before = new Date(Date.parse(first?.at ?? '') - 1000).toISOString();
    expectSame('before the first pin', null, site.run('as-of', 'silero-vad', 'production', before));
    return asked;
  });
  ledger.proven('the log holds', `${good.head.size} entries, root ${good.head.rootHash}`);
  ledger.proven('an edited row is named', named);
  ledger.proven('production over time', answers.join(' -> '));
}
