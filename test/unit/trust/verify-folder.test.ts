import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Check, VerifyReport } from '#shared/contract/evidence.ts';
import { AppError } from '#engine/core/app-error.ts';
import type { TrustAnchor } from '#engine/trust/anchor.ts';
import { findDigestNeeds } from '#engine/trust/digest-needs.ts';
import { signSshsig } from '#engine/trust/sshsig.ts';
import { judge } from '#engine/trust/judge.ts';
import { verifyFile, verifyFolder, type VerifyOptions } from '#engine/trust/verify-folder.ts';
import { MemoryFolder } from '../../fixtures/memory-folder.ts';
import {
  minisignAnchor,
  minisigOf,
  newMinisignSigner,
  newSigner,
  sshAnchor,
} from '../../fixtures/signing.ts';

type Files = Record<string, Uint8Array | string>;
const at = new Date('2026-11-23T10:00:00.000Z');
const bytes = (text: string) => new TextEncoder().encode(text);
const sha256 = (content: Uint8Array | string) => createHash('sha256').update(content).digest('hex');
const sumsOf = (files: Files) =>
  Object.entries(files)
    .map(([path, content]) => `${sha256(content)}  ${path}\n`)
    .join('');

const signer = newSigner();
const anchor = sshAnchor(signer, { models: ['silero-*'] });
const minisigner = newMinisignSigner();
const model: Files = { 'model.onnx': 'weights', 'config/config.json': '{}' };
const ssh = (content: Uint8Array | string, by = signer) =>
  signSshsig(new Uint8Array(Buffer.from(content)), 'file', by);

function signedFolder(files: Files = model): Files {
  const sums = sumsOf(files);
  return { ...files, SHA256SUMS: sums, 'SHA256SUMS.sig': ssh(sums) };
}

const verify = (files: Files, over: Partial<VerifyOptions> = {}) =>
  verifyFolder(new MemoryFolder(files), { anchors: [anchor], at, ...over });
const find = (report: VerifyReport, id: string): Check[] => report.checks.filter((check) => check.id === id);
const failures = (report: VerifyReport) =>
  report.checks.filter(({ status }) => status === 'failed').map(({ id, code, path }) => [id, code, path]);

describe('a folder with a signed list', () => {
  it('is verified when every byte is as signed', async () => {
    const report = await verify(signedFolder(), { model: 'silero-vad' });
    expect(report).toMatchObject({
      verdict: 'verified',
      format: 'sha256sums+sshsig',
      signature: 'valid',
      signer: { fingerprint: signer.fingerprint, anchor: { owner: 'packer' } },
      files: { listed: 2, verified: 2, missing: [], extra: [], mismatched: [] },
      trustAgeDays: 22,
    });
    const ids = report.checks.map(({ id }) => id);
    expect(ids).toEqual([
      'signature',
      'identity',
      'revocation',
      'models',
      'time',
      'files.digest',
      'files.complete',
      'paths',
    ]);
  });

  it('is verified with minisign of either kind, and with both signatures', async () => {
    const sums = sumsOf(model);
    const minisig = await minisigOf(bytes(sums), minisigner);
    const anchors = [anchor, minisignAnchor(minisigner)];
    const only = await verify({ ...model, SHA256SUMS: sums, 'SHA256SUMS.minisig': minisig }, { anchors });
    expect(only).toMatchObject({ verdict: 'verified', format: 'sha256sums+minisign' });
    const legacy = await minisigOf(bytes(sums), minisigner, { legacy: true });
    expect(
      (await verify({ ...model, SHA256SUMS: sums, 'SHA256SUMS.minisig': legacy }, { anchors })).verdict,
    ).toBe('verified');
    const both = await verify({ ...signedFolder(), 'SHA256SUMS.minisig': minisig }, { anchors });
    expect(both).toMatchObject({ verdict: 'verified', signature: 'valid' });
  });

  it('reads lists of BSD, in a folder below, and lists in lists', async () => {
    const below = `SHA256 (a.bin) = ${sha256('a')}\n`;
    const sums = sumsOf({ 'sub/CHECKSUM': below });
    const files = { 'sub/a.bin': 'a', 'sub/CHECKSUM': below, SHA256SUMS: sums, 'SHA256SUMS.sig': ssh(sums) };
    expect(await verify(files)).toMatchObject({ verdict: 'verified', files: { listed: 2, verified: 2 } });
  });

  it('reports everything that is wrong at once', async () => {
    const files = signedFolder({ ...model, 'gone.bin': 'x' });
    delete files['gone.bin'];
    const report = await verify({ ...files, 'model.onnx': 'w3ights', 'extra.bin': 'y' });
    expect(report).toMatchObject({
      verdict: 'failed',
      signature: 'valid',
      files: {
        listed: 3,
        verified: 1,
        missing: ['gone.bin'],
        extra: ['extra.bin'],
        mismatched: ['model.onnx'],
      },
    });
    expect(find(report, 'files.digest')).toEqual([
      expect.objectContaining({
        code: 'DIGEST-MISMATCH',
        expected: `sha256:${sha256('weights')}`,
        found: `sha256:${sha256('w3ights')}`,
      }),
    ]);
    expect(find(report, 'files.complete').map(({ path }) => path)).toEqual(['gone.bin', 'extra.bin']);
  });

  it('fails with a list that was changed after it was signed', async () => {
    const files = signedFolder();
    const report = await verify({
      ...files,
      SHA256SUMS: `${String(files['SHA256SUMS'])}${sha256('x')}  x\n`,
      x: 'x',
    });
    expect(report).toMatchObject({ verdict: 'failed', signature: 'invalid', signer: null });
    expect(failures(report)).toEqual([['signature', 'SIGNATURE-INVALID', 'SHA256SUMS.sig']]);
  });

  it('fails with an unsigned list that somebody added', async () => {
    const report = await verify({
      ...signedFolder(),
      'evil.bin': 'e',
      'MORE-SUMS': sumsOf({ 'evil.bin': 'e' }),
    });
    expect(report.files.extra.sort()).toEqual(['MORE-SUMS', 'evil.bin']);
    expect(report.verdict).toBe('failed');
  });

  it('fails with lines that cannot be read, unsafe names and colliding names', async () => {
    const sums = `${sumsOf(model)}nonsense\n${sha256('a')}  ../a\n${sha256('weights')}  MODEL.onnx\n`;
    const report = await verify({ ...model, SHA256SUMS: sums, 'SHA256SUMS.sig': ssh(sums) });
    expect(failures(report)).toEqual([
      ['files.list', 'FORMAT-INVALID', 'SHA256SUMS'],
      ['paths', 'PATH-UNSAFE', '../a'],
      ['files.complete', 'DIGEST-MISMATCH', 'MODEL.onnx'],
      ['paths', 'PATH-COLLISION', expect.any(String)],
    ]);
  });

  it('hashes each file once, and the list not again', async () => {
    const folder = new MemoryFolder({ ...signedFolder(), 'model.onnx.sig': ssh('weights') });
    expect(await verifyFolder(folder, { anchors: [anchor], at })).toMatchObject({ verdict: 'verified' });
    expect(Object.fromEntries(folder.hashedTimes)).toEqual({ 'model.onnx': 1, 'config/config.json': 1 });
  });

  it('fails with what the listing could not take in', async () => {
    const problem = { path: 'link', code: 'FILE-NOT-REGULAR', detail: 'a symbolic link' } as const;
    const report = await verifyFolder(new MemoryFolder(signedFolder(), [problem]), { anchors: [anchor], at });
    expect(failures(report)).toEqual([['paths', 'FILE-NOT-REGULAR', 'link']]);
  });
});

describe('who signed', () => {
  it('is unknown without an anchor: the signature holds, the identity fails', async () => {
    const report = await verify(signedFolder(), { anchors: [] });
    expect(report).toMatchObject({
      verdict: 'failed',
      signature: 'valid',
      signer: { fingerprint: signer.fingerprint },
    });
    expect(report.signer?.anchor).toBeUndefined();
    expect(failures(report)).toEqual([['identity', 'SIGNER-UNKNOWN', 'SHA256SUMS.sig']]);
  });

  it('may sign only for what the anchor says', async () => {
    const report = await verify(signedFolder(), { model: 'llama-8b' });
    expect(failures(report)).toEqual([['models', 'SIGNER-NOT-ALLOWED', 'SHA256SUMS.sig']]);
    expect(find(report, 'models')).toMatchObject([{ expected: 'silero-*', found: 'llama-8b' }]);
    const wider = [anchor, sshAnchor(signer, { id: 'second', models: ['llama-*'] })];
    expect((await verify(signedFolder(), { model: 'llama-8b', anchors: wider })).verdict).toBe('verified');
    expect(find(await verify(signedFolder()), 'identity')[0]?.detail).toContain('silero-*');
  });

  it('does not count once the key is revoked, whatever other anchors say', async () => {
    const revoked = sshAnchor(signer, {
      id: 'old',
      revokedAt: '2026-11-02T00:00:00.000Z',
      revokedReason: 'lost',
    });
    for (const anchors of [[revoked], [anchor, revoked], [revoked, anchor]] satisfies TrustAnchor[][]) {
      const report = await verify(signedFolder(), { anchors });
      expect(failures(report)).toEqual([['revocation', 'SIGNER-REVOKED', 'SHA256SUMS.sig']]);
    }
  });

  it('is unknown for minisign without its key, which cannot be checked and so is invalid', async () => {
    const sums = sumsOf(model);
    const files = {
      ...model,
      SHA256SUMS: sums,
      'SHA256SUMS.minisig': await minisigOf(bytes(sums), minisigner),
    };
    const report = await verify(files);
    expect(report.signature).toBe('invalid');
    expect(failures(report).map(([id, code]) => [id, code])).toEqual([
      ['signature', 'SIGNATURE-INVALID'],
      ['identity', 'SIGNER-UNKNOWN'],
    ]);
  });

  it('warns when the signer claims a time that is still to come', async () => {
    const trustedComment = `timestamp:${at.getTime() / 1000 + 3 * 86_400}`;
    const files = {
      'a.bin': 'a',
      'a.bin.minisig': await minisigOf(bytes('a'), minisigner, { trustedComment }),
    };
    const report = await verify(files, { anchors: [minisignAnchor(minisigner)] });
    expect(report.verdict).toBe('warning');
    expect(find(report, 'time')).toMatchObject([{ status: 'warning', code: 'CLOCK-BEHIND' }]);
  });
});

describe('a signature that is present is never absent', () => {
  const sums = sumsOf(model);
  const good = ssh(sums);
  it.each([
    ['empty', ''],
    ['cut off', good.slice(0, 100)],
    ['only its first line', '-----BEGIN SSH SIGNATURE-----\n'],
    ['garbage', '\u0000\u0001\u0002'],
    ['prose', 'signature to follow'],
    ['PGP', '-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n'],
    ['of other bytes', ssh('other')],
    ['for another purpose', signSshsig(bytes(sums), 'git', signer)],
    ['a list of digests', sums],
  ])('%s', async (_, content) => {
    const report = await verify({ ...model, SHA256SUMS: sums, 'SHA256SUMS.sig': content });
    expect(report).toMatchObject({ verdict: 'failed', signature: 'invalid', signer: null });
    expect(failures(report)).toEqual([['signature', 'SIGNATURE-INVALID', 'SHA256SUMS.sig']]);
  });

  it('also when a good one lies beside it', async () => {
    const files = { ...signedFolder(), 'SHA256SUMS.minisig': 'broken' };
    const report = await verify(files);
    expect(report).toMatchObject({ verdict: 'failed', signature: 'invalid' });
    expect(failures(report)).toEqual([['signature', 'SIGNATURE-INVALID', 'SHA256SUMS.minisig']]);
  });

  it('also when what it signs is gone', async () => {
    const report = await verify({ 'a.bin': 'a', 'a.bin.sig': ssh('a'), 'b.bin.sig': ssh('b') });
    expect(report.files.missing).toEqual(['b.bin']);
    expect(failures(report)).toContainEqual(['signature', 'SIGNATURE-INVALID', 'b.bin.sig']);
  });

  it('also in formats and under names that this version does not know', async () => {
    const bundle = '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}';
    for (const name of ['model.sig', 'result.sigstore', 'bundle.json', 'SHA256SUMS.SIG']) {
      expect((await verify({ ...model, [name]: bundle })).signature).toBe('invalid');
    }
    expect((await verify({ ...model, 'notes.txt': good })).signature).toBe('invalid');
    expect((await verify({ ...model, 'model.onnx.asc': 'garbage' })).signature).toBe('invalid');
  });

  it('but files that only share a suffix are files', async () => {
    const files = { 'grid.asc': 'ncols 4', 'KEYS.asc': '-----BEGIN PGP PUBLIC KEY BLOCK-----' };
    expect(await verify(signedFolder(files))).toMatchObject({ verdict: 'verified', files: { verified: 2 } });
  });
});

describe('without a signature', () => {
  it('nothing was checked', async () => {
    const report = await verify(model);
    expect(report).toMatchObject({
      verdict: 'not-checked',
      format: 'none',
      signature: 'absent',
      signer: null,
    });
    expect(find(report, 'signature')).toMatchObject([{ status: 'not-checked', code: 'SIGNATURE-ABSENT' }]);
  });

  it('a list shows integrity, and is no good news on its own', async () => {
    const report = await verify({ ...model, SHA256SUMS: sumsOf(model) });
    expect(report).toMatchObject({
      verdict: 'not-checked',
      format: 'sha256sums',
      signature: 'absent',
      files: { listed: 2, verified: 2 },
    });
    expect(find(report, 'files.digest')[0]?.detail).toContain('not signed');
    const damaged = await verify({ ...model, 'model.onnx': 'x', SHA256SUMS: sumsOf(model) });
    expect(damaged).toMatchObject({
      verdict: 'failed',
      signature: 'absent',
      files: { mismatched: ['model.onnx'] },
    });
  });

  it('an empty folder fails', async () => {
    expect(failures(await verify({}))).toEqual([['files.complete', 'SOURCE-EMPTY', undefined]]);
  });
});

describe('files that are signed one by one', () => {
  it('are verified, and every other file is extra', async () => {
    const files = {
      'a.bin': 'a',
      'a.bin.sig': ssh('a'),
      'b.bin': 'b',
      'b.bin.minisig': await minisigOf(bytes('b'), minisigner),
    };
    const anchors = [anchor, minisignAnchor(minisigner)];
    const report = await verify(files, { anchors });
    expect(report).toMatchObject({
      verdict: 'verified',
      format: 'minisign, sshsig',
      files: { listed: 2, verified: 2 },
    });
    const more = await verify({ ...files, 'README.md': 'hello' }, { anchors });
    expect(more).toMatchObject({ verdict: 'failed', files: { extra: ['README.md'] } });
    const flipped = await verify({ ...files, 'b.bin': 'c' }, { anchors });
    expect(flipped).toMatchObject({ verdict: 'failed', signature: 'invalid', files: { verified: 1 } });
  });

  it('can be left out by name, which the report says', async () => {
    const files = { ...signedFolder(), 'logs/a.log': 'x', 'notes.txt': 'y' };
    const report = await verify(files, { ignore: ['logs/', './notes.txt'] });
    expect(report).toMatchObject({ verdict: 'warning', files: { extra: [] } });
    expect(find(report, 'files.ignored')).toMatchObject([
      { status: 'warning', found: 'logs/a.log, notes.txt' },
    ]);
  });

  it('take a signature from elsewhere', async () => {
    const handedIn = { name: 'from-the-vendor.txt', content: bytes(ssh('a')) };
    expect((await verify({ 'a.bin': 'a' }, { signature: handedIn })).verdict).toBe('verified');
    expect((await verify({ 'a.bin': 'b' }, { signature: handedIn })).signature).toBe('invalid');
    expect((await verify({ 'a.bin': 'a', 'b.bin': 'b' }, { signature: handedIn })).verdict).toBe('failed');
    const sums = sumsOf(model);
    const forList = { name: 'x', content: bytes(ssh(sums)) };
    expect((await verify({ ...model, SHA256SUMS: sums }, { signature: forList })).verdict).toBe('verified');
    const garbage = { name: 'x', content: bytes('garbage') };
    expect((await verify({ 'a.bin': 'a' }, { signature: garbage })).signature).toBe('invalid');
  });
});

describe('an old minisign signature over a file that does not fit in memory', () => {
  it('is invalid and says what to do', async () => {
    const minisig = await minisigOf(bytes('a'), minisigner, { legacy: true });
    const folder = new MemoryFolder({ 'a.bin': 'a', 'a.bin.minisig': minisig });
    const { files, problems } = await folder.list();
    const sizeOf = (path: string) => (path === 'a.bin' ? 2 ** 31 : 300);
    folder.list = () =>
      Promise.resolve({ files: files.map(({ path }) => ({ path, sizeBytes: sizeOf(path) })), problems });
    const read = folder.read.bind(folder);
    folder.read = (path, limit) =>
      sizeOf(path) > limit ? Promise.reject(new AppError('FORMAT-INVALID', 'too large')) : read(path, limit);
    const report = await verifyFolder(folder, { anchors: [minisignAnchor(minisigner)], at });
    expect(report).toMatchObject({ verdict: 'failed', signature: 'invalid' });
    expect(find(report, 'signature')[0]?.detail).toMatch(/1024 MiB.*minisign -S/);
  });
});

describe('one file', () => {
  const alone = (files: Files, over: Partial<VerifyOptions> = {}) =>
    verifyFile(new MemoryFolder(files), 'a.bin', { anchors: [anchor], at, ...over });

  it('is verified by what lies beside it and by what is handed in', async () => {
    expect(await alone({ 'a.bin': 'a', 'a.bin.sig': ssh('a'), other: 'x' })).toMatchObject({
      verdict: 'verified',
      files: { listed: 1, verified: 1, extra: [] },
    });
    const signature = { name: 'elsewhere', content: bytes(ssh('a')) };
    expect((await alone({ 'a.bin': 'a' }, { signature })).verdict).toBe('verified');
    expect((await alone({ 'a.bin': 'a', 'a.bin.minisig': 'broken' }, { signature })).verdict).toBe('failed');
    expect(await alone({ 'a.bin': 'a' })).toMatchObject({ verdict: 'not-checked', signature: 'absent' });
  });

  it('is a file also when it is a list', async () => {
    const sums = sumsOf(model);
    const report = await alone({ 'a.bin': sums, 'a.bin.sig': ssh(sums) });
    expect(report).toMatchObject({
      verdict: 'verified',
      format: 'sshsig',
      files: { listed: 1, missing: [] },
    });
  });
});

describe('what has to be computed while copying', () => {
  it('follows from the signatures beside the files', async () => {
    const folder = new MemoryFolder({
      'a.bin': 'a',
      'a.bin.sig': ssh('a'),
      'b.bin': 'b',
      'b.bin.minisig': await minisigOf(bytes('b'), minisigner),
      'c.bin': 'c',
      'c.bin.sig': 'garbage',
    });
    const needs = await findDigestNeeds(folder, (await folder.list()).files);
    expect(needs.get('a.bin')).toEqual([{ algorithm: 'sha512' }]);
    expect(needs.get('b.bin')).toEqual([{ algorithm: 'blake2b-512' }]);
    expect(needs.get('c.bin')).toEqual([]);
  });
});

describe('the verdict', () => {
  const check = (status: Check['status']): Check => ({ id: 'x', status });
  it.each([
    [['verified', 'warning', 'not-checked', 'failed'], 'failed'],
    [['verified', 'warning', 'not-checked'], 'not-checked'],
    [['verified', 'warning'], 'warning'],
    [['verified', 'verified'], 'verified'],
    [[], 'not-checked'],
  ] as const)('of %j is %s', (statuses, verdict) => {
    expect(judge(statuses.map(check))).toBe(verdict);
  });
});
