import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalBytes } from '#engine/core/canonical-json.ts';
import { preAuthEncoding } from '#engine/trust/dsse.ts';
import { parseAnchors } from '#engine/trust/read-anchors.ts';
import { verifyFolder, type VerifyOptions } from '#engine/trust/verify-folder.ts';
import { MemoryFolder } from '../../fixtures/memory-folder.ts';
import { anchorOf, newSigner, sshAnchor } from '../../fixtures/signing.ts';

const at = new Date('2026-11-24T00:00:00.000Z');
const weights = Uint8Array.of(1, 2, 3);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const type = 'application/vnd.in-toto+json';
const verify = (files: Record<string, Uint8Array | string>, over: Partial<VerifyOptions>) =>
  verifyFolder(new MemoryFolder(files), { anchors: [], at, ...over });

const alice = newSigner('alice');
const bob = newSigner('bob');
const stranger = newSigner('stranger');
const anchors = [sshAnchor(alice), sshAnchor(bob)];

function envelope(
  name: string,
  bytes: Uint8Array,
  signers: readonly ReturnType<typeof newSigner>[],
  urlSafe = false,
) {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name, digest: { sha256: sha256(bytes) } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: { runDetails: { builder: { id: 'https://builder.example/7' } } },
  };
  const payload = canonicalBytes(statement);
  const encode = (data: Uint8Array) => Buffer.from(data).toString(urlSafe ? 'base64url' : 'base64');
  const signatures = signers.map((signer) => ({
    keyid: signer.fingerprint,
    sig: encode(signer.sign(preAuthEncoding(type, payload))),
  }));
  return JSON.stringify({ payloadType: type, payload: encode(payload), signatures });
}

describe('attestations', () => {
  it.each([false, true])(
    'hold for the file they are about (URL-safe: %s), and their predicate is a claim',
    async (urlSafe) => {
      const files = {
        'model.bin': weights,
        'model.intoto.json': envelope('model.bin', weights, [alice], urlSafe),
      };
      const report = await verify(files, { anchors });
      expect(report).toMatchObject({ verdict: 'verified', format: 'in-toto', signature: 'valid' });
      expect(report.signer?.comment).toBe(
        'https://slsa.dev/provenance/v1, built by https://builder.example/7',
      );
      const changed = await verify({ ...files, 'model.bin': Uint8Array.of(9) }, { anchors });
      expect(changed).toMatchObject({ verdict: 'failed', files: { mismatched: ['model.bin'] } });
    },
  );

  it('may stand one a line, and about more than is here; but something has to be', async () => {
    const lines = [
      envelope('model.bin', weights, [alice]),
      envelope('other.bin', Uint8Array.of(5), [bob]),
    ].join('\n');
    const report = await verify({ 'model.bin': weights, 'x.intoto.jsonl': lines }, { anchors });
    expect(report).toMatchObject({ verdict: 'verified', signature: 'valid' });
    expect(report.signers).toHaveLength(2);
    const absent = await verify({ 'else.bin': weights, 'x.intoto.jsonl': lines }, { anchors });
    expect(absent).toMatchObject({ verdict: 'failed', files: { extra: ['else.bin'] } });
  });

  it('of several signers say who is not known, and fail where nobody is or one is broken', async () => {
    const of = (...signers: ReturnType<typeof newSigner>[]) => ({
      'model.bin': weights,
      'a.json': envelope('model.bin', weights, signers),
    });
    expect((await verify(of(alice, bob), { anchors })).verdict).toBe('verified');
    const mixed = await verify(of(alice, stranger), { anchors });
    expect(mixed).toMatchObject({ verdict: 'warning', signature: 'valid' });
    expect(await verify(of(stranger), { anchors })).toMatchObject({
      verdict: 'failed',
      signature: 'invalid',
    });
    const broken = { ...of(alice, bob) };
    broken['a.json'] = broken['a.json'].replace(alice.fingerprint, bob.fingerprint);
    expect(await verify(broken, { anchors })).toMatchObject({ verdict: 'failed', signature: 'invalid' });
  });
});

describe('signatures of one file by cosign with a key', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = String(publicKey.export({ format: 'pem', type: 'spki' }));
  const key = (await parseAnchors(new TextEncoder().encode(pem))).map((each) => anchorOf(each));
  const signature = sign('sha256', weights, privateKey).toString('base64');
  const old = JSON.stringify({ base64Signature: signature });
  const bundle = (digest = weights) =>
    JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: { publicKey: { hint: '' }, tlogEntries: [] },
      messageSignature: {
        messageDigest: {
          algorithm: 'SHA2_256',
          digest: createHash('sha256').update(digest).digest('base64'),
        },
        signature,
      },
    });

  it.each([
    ['cosign', old],
    ['sigstore', bundle()],
  ])('%s: hold for that file under that key only', async (format, content) => {
    const files = { 'model.bin': weights, 'model.bin.sig': content };
    expect(await verify(files, { anchors: key })).toMatchObject({
      verdict: 'verified',
      format,
      signature: 'valid',
    });
    expect(await verify(files, { anchors: [] })).toMatchObject({ verdict: 'failed', signature: 'invalid' });
    const other = { ...files, 'model.bin': Uint8Array.of(9) };
    expect(await verify(other, { anchors: key })).toMatchObject({ verdict: 'failed', signature: 'invalid' });
  });

  it('hold with SHA-256 under a key on P-384, as cosign makes them, and with the hash of the curve', async () => {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const text = String(pair.publicKey.export({ format: 'pem', type: 'spki' }));
    const anchors = (await parseAnchors(new TextEncoder().encode(text))).map((each) => anchorOf(each));
    for (const [hash, algorithm] of [
      ['sha256', 'SHA2_256'],
      ['sha384', 'SHA2_384'],
    ] as const) {
      const content = JSON.parse(bundle()) as { messageSignature: Record<string, unknown> };
      const digest = createHash(hash).update(weights).digest('base64');
      content.messageSignature = {
        messageDigest: { algorithm, digest },
        signature: sign(hash, weights, pair.privateKey).toString('base64'),
      };
      const files = { 'model.bin': weights, 'model.bin.sig': JSON.stringify(content) };
      expect((await verify(files, { anchors })).verdict).toBe('verified');
      const { payload } = JSON.parse(envelope('model.bin', weights, [alice])) as { payload: string };
      const message = preAuthEncoding(type, Buffer.from(payload, 'base64'));
      const sig = sign(hash, message, pair.privateKey).toString('base64');
      const attested = JSON.stringify({ payloadType: type, payload, signatures: [{ sig }] });
      expect((await verify({ 'model.bin': weights, 'a.json': attested }, { anchors })).verdict).toBe(
        'verified',
      );
    }
  });

  it('does not hold when the bundle says another digest', async () => {
    const files = { 'model.bin': weights, 'model.bin.sig': bundle(Uint8Array.of(9)) };
    expect(await verify(files, { anchors: key })).toMatchObject({ verdict: 'failed', signature: 'invalid' });
  });
});
