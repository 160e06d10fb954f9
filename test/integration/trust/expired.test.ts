import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { VerifyReport } from '#shared/contract/evidence.ts';
import type { TrustPolicy } from '#shared/contract/trust-policy.ts';
import {
  chainOf,
  newAuthority,
  newLeaf,
  newRoot,
  omsBundle,
  omsStatement,
} from '../../fixtures/certificates.ts';
import { ManualClock } from '../../fixtures/manual-clock.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine, type TestEngine } from '../../fixtures/test-engine.ts';

const DAY_MS = 86_400_000;
const failsWith = (code: string) => expect.objectContaining({ code }) as Error;
const root = newRoot();
const middle = newAuthority(root);
/** Ends ten days after the clock of the tests begins. */
const leaf = newLeaf(middle, { until: '20261203000000Z' });
const release = { model: 'llama', version: '1.0.0' };
const seen = { acceptReview: { reason: 'seen' } };

const timeOf = ({ checks }: VerifyReport) => checks.filter(({ id }) => id === 'time');
const expired = expect.objectContaining({ id: 'time', status: 'failed', code: 'SIGNER-EXPIRED' }) as unknown;

interface Site extends TestEngine {
  readonly clock: ManualClock;
}

/** A site that relies on the authority since `anchorDays` before the clock's beginning. */
async function openSite(anchorDays = 0): Promise<Site> {
  const clock = new ManualClock();
  clock.advance(-anchorDays * DAY_MS);
  const test = await openTestEngine({ clock });
  const file = path.join(temporaryFolder(), 'root.pem');
  writeFileSync(file, root.pem);
  const source = test.locate(file);
  const [found] = await test.engine.call('anchors.inspect', { source });
  const fingerprint = found?.fingerprint ?? '';
  await test.engine.call('anchors.add', { source, fingerprint, owner: 'Vendor', models: ['*'] });
  clock.advance(anchorDays * DAY_MS);
  return { ...test, clock };
}

async function bringIn(test: TestEngine): Promise<string> {
  const folder = path.join(temporaryFolder(), 'model');
  mkdirSync(folder);
  const weights = new TextEncoder().encode('{"layers":2}');
  writeFileSync(path.join(folder, 'config.json'), weights);
  const bundle = omsBundle(omsStatement({ 'config.json': weights }), leaf.key, chainOf(leaf, middle));
  writeFileSync(path.join(folder, 'model.sig'), bundle);
  const started = await test.engine.call('imports.start', { source: test.locate(folder), ...release });
  return (await test.finish('import', started)).importId;
}

async function setPolicy(test: TestEngine, change: Partial<TrustPolicy>): Promise<void> {
  const { policy } = await test.engine.call('trust.policy.get', {});
  await test.engine.call('trust.policy.set', { policy: { ...policy, ...change }, reason: 'a test' });
}

/** The row of record as somebody with the database file could change it. */
function tamper(test: TestEngine, sql: string): void {
  const database = new Database(path.join(test.home, 'registry.db'));
  database.exec('DROP TRIGGER verification_records_no_update; DROP TRIGGER verification_records_no_delete;');
  database.exec(sql);
  database.close();
}

describe('a certificate that expired since the bytes came in', { timeout: 60_000 }, () => {
  it('is excused by the record of this site, when judged again, published, and verified as a release', async () => {
    const site = await openSite();
    const id = await bringIn(site);
    expect(await site.engine.call('imports.get', { id })).toMatchObject({ verdict: 'verified' });
    site.clock.advance(30 * DAY_MS);

    const detail = await site.engine.call('imports.get', { id });
    expect(detail).toMatchObject({ verdict: 'warning', decision: { allowed: true } });
    const again = await site.engine.call('imports.recheck', { id });
    expect(again.verdict).toBe('warning');
    const [time] = again.evidence === null ? [] : timeOf(again.evidence);
    expect(time).toMatchObject({ status: 'warning', code: 'SIGNER-EXPIRED' });
    expect(time?.detail).toMatch(
      /^Valid at import at 2026-11-23T10:00:00\.000Z, verified by .+ with trust data 0 days old; expired since, on 2026-12-03/,
    );
    // The list says what the detail says.
    expect(await site.engine.call('imports.list', {})).toMatchObject([{ id, verdict: 'warning' }]);

    await site.engine.call('imports.publish', { id, ...seen });
    site.clock.advance(30 * DAY_MS);
    const verified = await site.engine.call('releases.verify', release);
    expect(verified).toMatchObject({
      verdict: 'warning',
      verifiedAgain: { evidence: { signature: 'valid' } },
    });
    expect(timeOf(verified.verifiedAgain?.evidence ?? verified.evidence)).toMatchObject([
      { status: 'warning' },
    ]);
    expect((await site.engine.call('audit.verify', {})).ok).toBe(true);
  });

  it('fails without a record that was made in time', async () => {
    const site = await openSite();
    site.clock.advance(30 * DAY_MS);
    const id = await bringIn(site);
    const again = await site.engine.call('imports.recheck', { id });
    expect(again.verdict).toBe('failed');
    expect(again.evidence?.checks).toContainEqual(expired);
    await expect(site.engine.call('imports.publish', { id, ...seen })).rejects.toThrow(
      failsWith('POLICY-REFUSED'),
    );
  });

  it('fails where the policy lets nothing excuse it, also when publishing', async () => {
    const site = await openSite();
    const id = await bringIn(site);
    await setPolicy(site, { expired: 'fail' });
    site.clock.advance(30 * DAY_MS);
    expect(await site.engine.call('imports.get', { id })).toMatchObject({
      verdict: 'failed',
      decision: { allowed: false },
    });
    await expect(site.engine.call('imports.publish', { id, ...seen })).rejects.toThrow(
      failsWith('POLICY-REFUSED'),
    );
    expect((await site.engine.call('imports.recheck', { id })).evidence?.checks).toContainEqual(expired);
  });

  it.each(['certificate', 'key'] as const)('fails when its %s was revoked since', async (kind) => {
    const site = await openSite();
    const id = await bringIn(site);
    const { evidence } = await site.engine.call('imports.get', { id });
    const { certificate = '', fingerprint = '' } = evidence?.signer ?? {};
    await site.engine.call('imports.publish', { id, ...seen });
    site.clock.advance(30 * DAY_MS);
    const value = kind === 'certificate' ? certificate : fingerprint;
    const revoked = await site.engine.call('trust.revocations.add', { kind, value, reason: 'stolen' });
    expect(revoked.affects.releases).toMatchObject([release]);
    const verified = await site.engine.call('releases.verify', release);
    expect(verified.verdict).toBe('failed');
    expect(verified.verifiedAgain?.evidence.checks).toEqual(
      expect.arrayContaining([
        expired,
        expect.objectContaining({ status: 'failed', code: 'SIGNER-REVOKED' }),
      ]),
    );
    expect(await site.engine.call('releases.list', {})).toMatchObject([{ verdict: 'failed' }]);
  });

  it.each([
    [
      'altered',
      `UPDATE verification_records SET envelope = replace(envelope, '"payload":"ey', '"payload":"eY')`,
    ],
    ['given another time', `UPDATE verification_records SET at = '2026-11-23T09:00:00.000Z'`],
    ['removed', 'DELETE FROM verification_records'],
  ])('fails when the record was %s', async (_what, sql) => {
    const site = await openSite();
    const id = await bringIn(site);
    site.clock.advance(30 * DAY_MS);
    tamper(site, sql);
    const again = await site.engine.call('imports.recheck', { id });
    expect(again.verdict).toBe('failed');
    expect(again.evidence?.checks).toContainEqual(expired);
  });

  it('fails when the record is not in the log', async () => {
    const site = await openSite();
    const id = await bringIn(site);
    site.clock.advance(30 * DAY_MS);
    tamper(
      site,
      `DROP TRIGGER IF EXISTS audit_log_no_update;
       UPDATE audit_log SET body = replace(body, 'row verification_records', 'row something_else')`,
    );
    const again = await site.engine.call('imports.recheck', { id });
    expect(timeOf(again.evidence ?? expect.fail())).toContainEqual(expired);
    expect(timeOf(again.evidence ?? expect.fail())[0]?.detail).toContain('not in the audit log');
  });

  it('fails when the trust data of the record was older than the policy allows for good', async () => {
    const site = await openSite(400);
    const id = await bringIn(site);
    expect(await site.engine.call('imports.get', { id })).toMatchObject({ verdict: 'warning' });
    site.clock.advance(30 * DAY_MS);
    const again = await site.engine.call('imports.recheck', { id });
    expect(again.verdict).toBe('failed');
    expect(timeOf(again.evidence ?? expect.fail())[0]?.detail).toContain('400 days old');
  });
});
