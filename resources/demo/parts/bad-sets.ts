import { cpSync, chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expectSame, expectThat, type Ledger } from '../ledger.ts';
import { demoPath } from '../paths.ts';
import { Site } from '../site.ts';
import { setFolder } from '../stock-tools.ts';
import { layOutModel, weightFile } from '../weights.ts';
import { createHash } from 'node:crypto';
import { acceptKey } from './intake.ts';
import { packRelease } from './pack.ts';

interface Check {
  readonly id: string;
  readonly status: string;
  readonly code?: string;
  readonly path?: string;
  readonly detail?: string;
}

interface Report {
  readonly verdict: string;
  readonly signature: string;
  readonly checks: readonly Check[];
  readonly error?: { readonly code: string };
}

/** Part 5: what is not as it must be is refused, and named. */
export async function badSetsPart(ledger: Ledger, packer: Site, volume: string): Promise<void> {
  ledger.part('5 Bad sets are refused');
  const guard = new Site('second-site');
  acceptKey(guard, packer, 'packer', 'silero-*');
  const flippedAt = 1_000_000;

  const flipped = await ledger.step('one flipped bit is found and named', () => {
    const copy = copyOf(volume, 'volume-flipped');
    const folder = layOutModel('5.0.0').folder;
    const hex = createHash('sha256')
      .update(readFileSync(path.join(folder, weightFile)))
      .digest('hex');
    flipBit(path.join(setFolder(copy), 'blobs', 'sha256', hex), flippedAt);
    const report = refused(guard, copy);
    const named = report.checks.find((check) => check.status === 'failed' && check.path?.includes(hex));
    const text = `${named?.path ?? ''} ${named?.detail ?? ''}`;
    const [, start = '', end = ''] = /bytes (\d+)-(\d+)/.exec(text) ?? [];
    expectThat(
      `the byte range holds byte ${flippedAt}: ${text}`,
      Number(start) <= flippedAt && flippedAt <= Number(end),
    );
    return `DIGEST-MISMATCH in bytes ${start}-${end}`;
  });

  await ledger.step('a set signed by an unknown key is refused', () => {
    const stranger = new Site('stranger');
    stranger.run('keys', 'create', 'stranger');
    packRelease(stranger, '5.0.0');
    const foreign = demoPath('volume-stranger');
    stranger.run('bundle', 'create', 'silero-vad@5.0.0', '--out', foreign, '--as', 'stranger');
    const report = refused(guard, foreign);
    expectSame('signature', 'valid', report.signature);
    expectThat('the signer is unknown', hasFailed(report, 'SIGNER-UNKNOWN'));
  });

  await ledger.step('a bad signature is invalid, not missing', () => {
    const copy = copyOf(volume, 'volume-bad-signature');
    const file = path.join(setFolder(copy), 'set.dsse.json');
    const envelope = JSON.parse(readFileSync(file, 'utf8')) as { signatures: { sig: string }[] };
    const [signature] = envelope.signatures;
    expectThat('the envelope has a signature', signature !== undefined);
    const bytes = Buffer.from(signature.sig, 'base64');
    bytes[10] = (bytes[10] ?? 0) ^ 1;
    signature.sig = bytes.toString('base64');
    chmodSync(file, 0o644);
    writeFileSync(file, JSON.stringify(envelope));
    const report = refused(guard, copy);
    expectSame('signature', 'invalid', report.signature);
    expectThat('it is named', hasFailed(report, 'SIGNATURE-INVALID'));
  });

  const releases = guard.run<unknown[]>('releases');
  expectSame('releases of a site that refused everything', [], releases);
  ledger.proven('a flipped bit is named', flipped);
  ledger.proven('an unknown signer is refused', 'SIGNER-UNKNOWN, signature valid');
  ledger.proven('a bad signature is not a missing one', 'SIGNATURE-INVALID, signature invalid');
}

/** Verifies and imports, and expects both to refuse. */
function refused(site: Site, volume: string): Report {
  const { code, json } = site.attempt<Report>('verify', volume);
  expectSame('exit code and verdict of verify', [1, 'failed'], [code, json.verdict]);
  expectSame('exit code of import', 1, site.attempt('bundle', 'import', volume).code);
  return json;
}

function hasFailed(report: Report, code: string): boolean {
  return report.checks.some((check) => check.status === 'failed' && check.code === code);
}

function copyOf(volume: string, name: string): string {
  const copy = demoPath(name);
  cpSync(volume, copy, { recursive: true });
  return copy;
}

function flipBit(file: string, offset: number): void {
  const bytes = readFileSync(file);
  bytes[offset] = (bytes[offset] ?? 0) ^ 1;
  chmodSync(file, 0o644);
  writeFileSync(file, bytes);
}
