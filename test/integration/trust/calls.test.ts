import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Signer } from '#engine/core/signer.ts';
import { signSshsig } from '#engine/trust/sshsig.ts';
import { unlimited } from '#engine/trust/anchor.ts';
import { opensshLine } from '#engine/trust/openssh-key.ts';
import { newSigner } from '../../fixtures/signing.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine, type TestEngine } from '../../fixtures/test-engine.ts';

const failsWith = (code: string) => expect.objectContaining({ code }) as Error;
const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');
const sign = (content: string, signer: Signer) =>
  signSshsig(new TextEncoder().encode(content), 'file', signer);

/** A folder of one model with a signed list. */
function signedModel(signer: Signer): string {
  const folder = path.join(temporaryFolder(), 'model');
  mkdirSync(folder);
  const sums = `${sha256('weights')}  model.onnx\n`;
  writeFileSync(path.join(folder, 'model.onnx'), 'weights');
  writeFileSync(path.join(folder, 'SHA256SUMS'), sums);
  writeFileSync(path.join(folder, 'SHA256SUMS.sig'), sign(sums, signer));
  return folder;
}

function keyFile(signer: Signer): string {
  const file = path.join(temporaryFolder(), 'packer.pub');
  writeFileSync(file, `${opensshLine(signer.publicKey, signer.name)}\n`);
  return file;
}

async function verify(
  test: TestEngine,
  source: string,
  {
    signature,
    anchors = [],
    ignore = [],
  }: { signature?: string; anchors?: string[]; ignore?: string[] } = {},
) {
  const started = await test.engine.call('verify.start', {
    sources: [test.locate(source)],
    anchors: anchors.map((file) => test.locate(file)),
    ignore,
    ...(signature === undefined ? {} : { signature: test.locate(signature) }),
  });
  return test.finish('verify', started);
}

const addAnchor = (test: TestEngine, signer: Signer, fingerprint = signer.fingerprint) =>
  test.engine.call('anchors.add', {
    source: test.locate(keyFile(signer)),
    fingerprint,
    owner: 'Packer',
    models: ['silero-*'],
  });

const acts = async ({ engine }: TestEngine) =>
  (await engine.call('audit.list', {})).map(({ body }) => `${body.act} ${body.object}`);

describe('anchors', () => {
  it('are looked at, confirmed by fingerprint, listed, revoked, and every step is on record', async () => {
    const test = await openTestEngine();
    const signer = newSigner();
    const [candidate] = await test.engine.call('anchors.inspect', { source: test.locate(keyFile(signer)) });
    expect(candidate).toEqual({
      ...unlimited,
      kind: 'ssh',
      keyType: 'ssh-ed25519',
      fingerprint: signer.fingerprint,
      comment: 'packer',
    });
    const anchor = await addAnchor(test, signer);
    expect(await test.engine.call('anchors.list', {})).toEqual([anchor]);
    const revoked = await test.engine.call('anchors.revoke', { id: anchor.id, reason: 'key lost' });
    expect(revoked).toMatchObject({ revokedReason: 'key lost' });
    expect(await acts(test)).toEqual(['anchor.revoke Packer', 'anchor.add Packer']);
    await expect(addAnchor(test, signer)).rejects.toThrow(failsWith('SIGNER-REVOKED'));
    await expect(test.engine.call('anchors.remove', { id: anchor.id, reason: 'x' })).rejects.toThrow(
      failsWith('STATE-CONFLICT'),
    );
  });

  it('are not added when the fingerprint is not the one in the file', async () => {
    const test = await openTestEngine();
    await expect(addAnchor(test, newSigner(), newSigner().fingerprint)).rejects.toThrow(
      failsWith('FINGERPRINT-UNCONFIRMED'),
    );
    expect(await test.engine.call('anchors.list', {})).toEqual([]);
  });

  it('are added once, and unknown again when removed', async () => {
    const test = await openTestEngine();
    const signer = newSigner();
    const { id } = await addAnchor(test, signer);
    await expect(addAnchor(test, signer)).rejects.toThrow(failsWith('ALREADY-EXISTS'));
    await test.engine.call('anchors.remove', { id, reason: 'project ended' });
    expect(await test.engine.call('anchors.list', {})).toEqual([]);
    await expect(test.engine.call('anchors.remove', { id, reason: 'again' })).rejects.toThrow(
      failsWith('NOT-FOUND'),
    );
  });

  it('are not made of files that are no keys', async () => {
    const test = await openTestEngine();
    const file = path.join(temporaryFolder(), 'x');
    await expect(test.engine.call('anchors.inspect', { source: test.locate(file) })).rejects.toThrow(
      failsWith('FILE-UNREADABLE'),
    );
    writeFileSync(file, 'hello');
    await expect(test.engine.call('anchors.inspect', { source: test.locate(file) })).rejects.toThrow(
      failsWith('KEY-UNREADABLE'),
    );
  });
});

describe('keys and the session', () => {
  it('unlock and lock; acts carry the key', async () => {
    const test = await openTestEngine();
    const { engine } = test;
    const key = await engine.call('keys.create', { name: 'security', passphrase: 'secret' });
    expect(await engine.call('keys.list', {})).toEqual([key]);
    await expect(engine.call('session.unlock', { name: 'security', passphrase: 'wrong' })).rejects.toThrow(
      failsWith('PASSPHRASE-WRONG'),
    );
    expect((await engine.call('session.get', {})).person).toBeNull();
    await engine.call('session.unlock', { name: 'security', passphrase: 'secret' });
    const anchor = await addAnchor(test, newSigner());
    expect(anchor.addedBy).toBe('security');
    const [entry] = await engine.call('audit.list', { limit: 1 });
    expect(entry?.body).toMatchObject({ who: 'security', key: key.fingerprint });
    expect((await engine.call('session.lock', {})).person).toBeNull();
  });
});

describe('verify.start', () => {
  it('verifies a folder with an anchor of the site, or with a key given for this once', async () => {
    const test = await openTestEngine();
    const signer = newSigner();
    const folder = signedModel(signer);
    const unknown = await verify(test, folder);
    expect(unknown).toMatchObject({ verdict: 'failed', signature: 'valid' });
    const given = await verify(test, folder, { anchors: [keyFile(signer)] });
    expect(given).toMatchObject({
      verdict: 'verified',
      signer: { anchor: { owner: 'packer (given for this check)' } },
    });
    expect(await test.engine.call('anchors.list', {})).toEqual([]);
    await addAnchor(test, signer);
    expect(await verify(test, folder)).toMatchObject({
      verdict: 'verified',
      signer: { anchor: { owner: 'Packer' } },
    });
  });

  it('does not take a given key when the site has revoked it', async () => {
    const test = await openTestEngine();
    const signer = newSigner();
    const { id } = await addAnchor(test, signer);
    await test.engine.call('anchors.revoke', { id, reason: 'lost' });
    const report = await verify(test, signedModel(signer), { anchors: [keyFile(signer)] });
    expect(report.checks).toContainEqual(
      expect.objectContaining({ id: 'revocation', code: 'SIGNER-REVOKED' }),
    );
  });

  it('verifies one file by what lies beside it or is handed in', async () => {
    const test = await openTestEngine();
    const signer = newSigner();
    const folder = signedModel(signer);
    const file = path.join(folder, 'model.onnx');
    const anchors = [keyFile(signer)];
    expect(await verify(test, file, { anchors })).toMatchObject({
      verdict: 'not-checked',
      signature: 'absent',
    });
    const signature = path.join(temporaryFolder(), 'detached');
    writeFileSync(signature, sign('weights', signer));
    expect(await verify(test, file, { anchors, signature })).toMatchObject({
      verdict: 'verified',
      files: { verified: 1 },
    });
    writeFileSync(`${file}.sig`, 'broken');
    expect(await verify(test, file, { anchors })).toMatchObject({ verdict: 'failed', signature: 'invalid' });
    expect(await verify(test, file, { anchors, signature })).toMatchObject({
      verdict: 'failed',
      signature: 'invalid',
    });
  });

  it('does not count a signature twice that lies in the folder and is named', async () => {
    const test = await openTestEngine();
    const signer = newSigner();
    const folder = signedModel(signer);
    const report = await verify(test, folder, {
      anchors: [keyFile(signer)],
      signature: path.join(folder, 'SHA256SUMS.sig'),
    });
    expect(report.verdict).toBe('verified');
    expect(report.checks.filter(({ id }) => id === 'signature')).toHaveLength(1);
  });

  it('fails with links and FIFOs, which are not opened', async () => {
    const test = await openTestEngine();
    const signer = newSigner();
    const folder = signedModel(signer);
    symlinkSync('/etc/hostname', path.join(folder, 'link'));
    execFileSync('mkfifo', [path.join(folder, 'pipe')]);
    symlinkSync('model.onnx', path.join(folder, 'model.onnx.sig'));
    const report = await verify(test, folder, { anchors: [keyFile(signer)] });
    const found = report.checks
      .filter(({ id }) => id === 'paths')
      .map(({ path: where, code }) => [where, code]);
    expect(found).toEqual([
      ['link', 'FILE-NOT-REGULAR'],
      ['model.onnx.sig', 'FILE-NOT-REGULAR'],
      ['pipe', 'FILE-NOT-REGULAR'],
    ]);
    const file = await verify(test, path.join(folder, 'model.onnx'), { anchors: [keyFile(signer)] });
    expect(file.verdict).toBe('failed');
  });

  it('ends with a clear error for what is not there, and for several places that are no set', async () => {
    const test = await openTestEngine();
    await expect(verify(test, '/nonexistent')).rejects.toThrow(failsWith('FILE-UNREADABLE'));
    const sources = [signedModel(newSigner()), signedModel(newSigner())].map((each) => test.locate(each));
    await expect(test.finish('verify', await test.engine.call('verify.start', { sources }))).rejects.toThrow(
      failsWith('SET-NOT-FOUND'),
    );
  });
});

describe('an import', () => {
  it('of a file signed by SSH or minisign has its digests from the one pass of copying', async () => {
    const test = await openTestEngine();
    const signer = newSigner();
    await addAnchor(test, signer);
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'weights.txt'), 'weights');
    writeFileSync(path.join(folder, 'weights.txt.sig'), sign('weights', signer));
    const started = await test.engine.call('imports.start', {
      source: test.locate(folder),
      model: 'silero-vad',
      version: '1.0.0',
    });
    const { importId } = await test.finish('import', started);
    const detail = await test.engine.call('imports.get', { id: importId });
    expect(detail).toMatchObject({ verdict: 'verified', decision: { allowed: true } });
  });
});
