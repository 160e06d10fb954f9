import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VerifyReport } from '#shared/contract/evidence.ts';
import { parseSums } from '#engine/bundle/sums.ts';
import { claimOf, signDocument } from '#engine/bundle/signed-document.ts';
import type { Signer } from '#engine/core/signer.ts';
import { CHUNK_BYTES, HashPool } from '#engine/hashing/hash-pool.ts';
import { signSshsig, TRANSFER_NAMESPACE } from '#engine/trust/sshsig.ts';
import { anchorFor, makeSet, makeSigner, verifyPlaces } from '../../fixtures/set-maker.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { workerUrl } from '../../fixtures/test-engine.ts';

let pool: HashPool;
beforeAll(() => {
  pool = new HashPool({ workerUrl });
});
afterAll(() => pool.close());

/** A set on two volumes with parts, and how to look at it. */
async function twoVolumes() {
  const target = temporaryFolder();
  const made = await makeSet({ pool, target, limits: { volumeBytes: 250_000, maxFileBytes: 100_000 } });
  expect(made.folders).toHaveLength(2);
  const [one = '', two = ''] = made.folders;
  const verify = (...places: string[]) =>
    verifyPlaces(pool, [anchorFor(made.signer)], ...(places.length > 0 ? places : [one, two]));
  return { ...made, one, two, verify };
}

function failures(report: VerifyReport): string[] {
  return report.checks
    .filter((check) => check.status === 'failed')
    .map((check) => `${check.id} ${check.code} ${check.path ?? ''}`.trim());
}

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

/** Makes the control file of a volume anew, and its list fit, as an attacker with a key would. */
function replaceControl(folder: string, control: Uint8Array, signer: Signer): void {
  writeFileSync(path.join(folder, 'set.dsse.json'), control);
  resign(folder, signer);
}

function resign(folder: string, signer: Signer): void {
  const paths = [
    ...(parseSums(readFileSync(path.join(folder, 'SHA256SUMS'))) ?? new Map()).keys(),
  ] as string[];
  const sums = execFileSync('sha256sum', paths, { cwd: folder });
  writeFileSync(path.join(folder, 'SHA256SUMS'), sums);
  writeFileSync(path.join(folder, 'SHA256SUMS.sig'), signSshsig(sums, TRANSFER_NAMESPACE, signer));
}

describe('a damaged set', () => {
  it('is named by volume, file and byte range', async () => {
    const target = temporaryFolder();
    const files = { 'model.onnx': randomBytes(3 * CHUNK_BYTES + 100) };
    const made = await makeSet({ pool, target, releases: [{ model: 'toy', version: '1.0.0', files }] });
    const part = made.plan.parts.find((each) => each.sizeBytes > CHUNK_BYTES);
    flip(path.join(made.folders[0] ?? '', part?.path ?? ''), 2 * CHUNK_BYTES + 5);
    const report = await verifyPlaces(pool, [anchorFor(made.signer)], target);
    expect(report.verdict).toBe('failed');
    expect(report.signature).toBe('valid');
    expect(report.files.mismatched).toEqual([`volume 1: ${part?.path}`]);
    expect(report.checks.find((check) => check.id === 'files.digest')).toMatchObject({
      status: 'failed',
      code: 'DIGEST-MISMATCH',
      expected: part?.blob,
      detail: `volume 1, ${part?.path}, bytes ${2 * CHUNK_BYTES}-${3 * CHUNK_BYTES - 1}: not the bytes that were signed.`,
    });
  });

  it('lacks a volume', async () => {
    const { one, verify, plan } = await twoVolumes();
    const report = await verify(one);
    expect(failures(report)).toContain('set.volumes SET-INCOMPLETE');
    expect(report.checks.find((check) => check.id === 'set.volumes')?.detail).toBe('Missing: volume 2 of 2.');
    const there = plan.parts.filter((part) => part.volume === 2).map((part) => `volume 2: ${part.path}`);
    expect(report.files.missing).toEqual(there);
    expect(report.files.verified).toBe(plan.parts.length - there.length);
  });

  it('lacks a part, has one cut short, has one replaced by something bigger', async () => {
    const { one, plan, verify } = await twoVolumes();
    const [a, b, c] = plan.parts.filter((part) => part.volume === 1 && part.sizeBytes > 50);
    rmSync(path.join(one, a?.path ?? ''));
    writeFileSync(path.join(one, b?.path ?? ''), 'short');
    writeFileSync(path.join(one, c?.path ?? ''), randomBytes((c?.sizeBytes ?? 0) + 1));
    const report = await verify();
    expect(failures(report).sort()).toEqual(
      [
        `files.missing SET-INCOMPLETE volume 1: ${a?.path}`,
        `files.digest DIGEST-MISMATCH volume 1: ${b?.path}`,
        `files.digest DIGEST-MISMATCH volume 1: ${c?.path}`,
      ].sort(),
    );
    expect(report.checks).toContainEqual(
      expect.objectContaining({
        expected: `${c?.sizeBytes} bytes`,
        found: `${(c?.sizeBytes ?? 0) + 1} bytes`,
      }),
    );
  });

  it.each([
    ['volume.json', 'DIGEST-MISMATCH'],
    ['oci-layout', 'DIGEST-MISMATCH'],
    ['index.json', 'DIGEST-MISMATCH'],
    ['allowed_signers', 'DIGEST-MISMATCH'],
    ['custody.jsonl', 'DIGEST-MISMATCH'],
    ['VERIFY.txt', 'DIGEST-MISMATCH'],
    ['SHA256SUMS', 'SIGNATURE-INVALID'],
    ['SHA256SUMS.sig', 'SIGNATURE-INVALID'],
    ['set.dsse.json', 'SIGNATURE-INVALID'],
  ])('has a changed, cut or missing %s', async (name, code) => {
    const { one, verify } = await twoVolumes();
    const file = path.join(one, name);
    const good = readFileSync(file);
    flip(file, Math.floor(good.length / 2));
    const changed = await verify();
    expect(changed.verdict).toBe('failed');
    expect(
      failures(changed).some((line) => line.includes(code) && line.includes(name)),
      failures(changed).join(),
    ).toBe(true);

    writeFileSync(file, good.subarray(0, good.length - 10));
    expect((await verify()).verdict).toBe('failed');

    rmSync(file);
    const gone = await verify();
    expect(gone.verdict).toBe('failed');
    expect(
      failures(gone).some((line) => line.includes(name)),
      failures(gone).join(),
    ).toBe(true);
    if (name === 'SHA256SUMS.sig')
      expect(failures(gone)).toEqual([`volume.signature SIGNATURE-ABSENT volume 1: ${name}`]);

    writeFileSync(file, good);
    expect((await verify()).verdict).toBe('verified');
  });

  it('has an invalid signature, which is never taken for an absent one', async () => {
    const { one, two, verify } = await twoVolumes();
    for (const folder of [one, two])
      flip(path.join(folder, 'set.dsse.json'), readFileSync(path.join(folder, 'set.dsse.json')).length - 20);
    const report = await verify();
    expect(report).toMatchObject({ verdict: 'failed', signature: 'invalid' });
    expect(report.checks.find((check) => check.id === 'signature')).toMatchObject({
      status: 'failed',
      code: 'SIGNATURE-INVALID',
    });
  });

  it('has no control file at all', async () => {
    const { one, two, verify } = await twoVolumes();
    for (const folder of [one, two]) rmSync(path.join(folder, 'set.dsse.json'));
    const report = await verify();
    expect(report).toMatchObject({ verdict: 'failed', signature: 'absent' });
    expect(failures(report)[0]).toMatch(/^set.control SET-INCOMPLETE .*set.dsse.json$/);
  });

  it('has links, FIFOs and strange names among its files', async () => {
    const { one, verify, plan } = await twoVolumes();
    const part = plan.parts.find((each) => each.volume === 1 && each.sizeBytes > 1000)?.path ?? '';
    renameSync(path.join(one, part), path.join(one, 'moved'));
    symlinkSync('/etc/passwd', path.join(one, part));
    execFileSync('mkfifo', [path.join(one, 'pipe')]);
    writeFileSync(path.join(one, 'aux.txt'), '');
    const report = await verify();
    expect(failures(report).sort()).toEqual(
      [
        `files.kind FILE-NOT-REGULAR volume 1: ${part}`,
        'files.kind FILE-NOT-REGULAR volume 1: pipe',
        'files.kind PATH-UNSAFE volume 1: aux.txt',
        `files.missing SET-INCOMPLETE volume 1: ${part}`,
      ].sort(),
    );
  });

  it('has a folder of its own replaced by a link to an equal one', async () => {
    const { one, verify } = await twoVolumes();
    const outside = path.join(temporaryFolder(), 'blobs');
    cpSync(path.join(one, 'blobs'), outside, { recursive: true });
    rmSync(path.join(one, 'blobs'), { recursive: true });
    symlinkSync(outside, path.join(one, 'blobs'));
    expect((await verify()).verdict).toBe('failed');
  });
});

describe('a set that is not what it should be', () => {
  it('has files it does not list: a warning, and they are not read', async () => {
    const { one, verify } = await twoVolumes();
    writeFileSync(path.join(one, 'readme.exe'), 'x');
    mkdirSync(path.join(one, '.Trashes'));
    writeFileSync(path.join(one, '.Trashes', 'noise'), 'x');
    const report = await verify();
    expect(report).toMatchObject({ verdict: 'warning', files: { extra: ['volume 1: readme.exe'] } });
  });

  it('is given with a volume of another set', async () => {
    const first = await twoVolumes();
    const second = await twoVolumes();
    const report = await first.verify(first.one, first.two, second.one);
    expect(failures(report)).toEqual([`set.volumes SET-FOREIGN ${path.basename(path.dirname(second.one))}`]);
  });

  it('is given with the same volume twice: a warning, and both are checked', async () => {
    const { one, two, verify, plan } = await twoVolumes();
    const copy = path.join(temporaryFolder(), 'copy', path.basename(one));
    cpSync(one, copy, { recursive: true });
    const good = await verify(one, copy, two);
    expect(good.verdict).toBe('warning');
    expect(good.checks.find((check) => check.status === 'warning')).toMatchObject({
      id: 'set.volumes',
      path: 'volume 1',
    });
    const part = plan.parts.find((each) => each.volume === 1 && each.sizeBytes > 1000)?.path ?? '';
    flip(path.join(copy, part), 5);
    expect((await verify(one, copy, two)).verdict).toBe('failed');
    expect(await verify(one, copy)).toMatchObject({ verdict: 'failed' });
  });

  it("has its volumes under each other's labels", async () => {
    const { one, two, verify } = await twoVolumes();
    const label = readFileSync(path.join(one, 'volume.json'));
    cpSync(path.join(two, 'volume.json'), path.join(one, 'volume.json'));
    writeFileSync(path.join(two, 'volume.json'), label);
    expect((await verify()).verdict).toBe('failed');
  });

  it('is signed by an unknown, a revoked or a restricted key', async () => {
    const { one, two, signer } = await twoVolumes();
    const codes = async (...anchors: Parameters<typeof verifyPlaces>[1][number][]) => {
      const report = await verifyPlaces(pool, anchors, one, two);
      expect(report.signature).toBe('valid');
      return [report.verdict, ...failures(report)];
    };
    expect(await codes()).toEqual(['failed', 'identity SIGNER-UNKNOWN']);
    expect(await codes(anchorFor(makeSigner('packer')))).toEqual(['failed', 'identity SIGNER-UNKNOWN']);
    const revoked = { revokedAt: '2026-11-20T00:00:00.000Z', revokedReason: 'lost' };
    expect(await codes(anchorFor(signer, ['*'], revoked))).toContain('revocation SIGNER-REVOKED');
    expect(await codes(anchorFor(signer), anchorFor(signer, ['*'], { ...revoked, id: 'b' }))).toContain(
      'revocation SIGNER-REVOKED',
    );
    expect(await codes(anchorFor(signer, ['silero-*']))).toEqual(['failed', 'models SIGNER-NOT-ALLOWED']);
    expect(await codes(anchorFor(signer, ['silero-*']), anchorFor(signer, ['t*'], { id: 'b' }))).toEqual([
      'verified',
    ]);
  });

  it("is signed anew by a stranger who puts the known key's name on it", async () => {
    const { one, two, signer } = await twoVolumes();
    const stranger = makeSigner('packer');
    const statement = predicateOf(one);
    const forged = signDocument(
      { predicateType: statement.predicateType },
      statement.subject,
      statement.predicate,
      stranger,
    );
    for (const folder of [one, two]) replaceControl(folder, forged, stranger);
    const report = await verifyPlaces(pool, [anchorFor(signer)], one, two);
    expect(report).toMatchObject({ verdict: 'failed', signature: 'invalid' });
    const honest = signDocument(
      { predicateType: statement.predicateType },
      statement.subject,
      { ...statement.predicate, signer: claimOf(stranger) },
      stranger,
    );
    for (const folder of [one, two]) replaceControl(folder, honest, stranger);
    expect(failures(await verifyPlaces(pool, [anchorFor(signer)], one, two))).toContain(
      'identity SIGNER-UNKNOWN',
    );
  });

  it('has a list signed by another key than the control file', async () => {
    const { one, verify } = await twoVolumes();
    resign(one, makeSigner('packer'));
    expect(failures(await verify())).toEqual(['volume.signature SIGNATURE-INVALID volume 1: SHA256SUMS.sig']);
  });

  it('is of a newer format', async () => {
    const { one, two, signer, verify } = await twoVolumes();
    const { subject, predicate } = predicateOf(one);
    const newer = signDocument(
      { predicateType: 'urn:sallyport:transfer-set:v2' },
      subject,
      { ...predicate, more: 1 },
      signer,
    );
    for (const folder of [one, two]) replaceControl(folder, newer, signer);
    const report = await verify();
    expect(report).toMatchObject({ verdict: 'failed', signature: 'valid' });
    expect(failures(report)).toEqual(['set.format FORMAT-NEWER set.dsse.json']);
  });

  it('contradicts itself under a good signature', async () => {
    const { one, two, signer, verify } = await twoVolumes();
    const { subject, predicate, predicateType } = predicateOf(one);
    const parts = predicate['parts'] as unknown[];
    const broken = signDocument({ predicateType }, subject, { ...predicate, parts: parts.slice(1) }, signer);
    for (const folder of [one, two]) replaceControl(folder, broken, signer);
    expect(failures(await verify())).toEqual(['set.format FORMAT-INVALID set.dsse.json']);
  });

  it('has a control file with a duplicate key', async () => {
    const { one, verify } = await twoVolumes();
    const file = path.join(one, 'set.dsse.json');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('{', '{"payloadType":"application/vnd.in-toto+json",'),
    );
    const report = await verify(one);
    expect(report.signature).toBe('invalid');
    expect(failures(report).some((line) => line.startsWith('set.format FORMAT-INVALID'))).toBe(true);
  });
});

interface Signed {
  readonly predicateType: string;
  readonly subject: { digest: Record<string, string> }[];
  readonly predicate: Record<string, unknown>;
}

function predicateOf(folder: string): Signed {
  expect(existsSync(folder) && readdirSync(folder).length > 0).toBe(true);
  const envelope = JSON.parse(readFileSync(path.join(folder, 'set.dsse.json'), 'utf8')) as {
    payload: string;
  };
  return JSON.parse(Buffer.from(envelope.payload, 'base64').toString()) as Signed;
}
