import { createHash, createPublicKey, generateKeyPairSync, sign as nativeSign } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { createCleartextMessage, createMessage, generateKey, sign } from 'openpgp';
import { describe, expect, it } from 'vitest';
import { FILE_NAMESPACE, signSshsig } from '#engine/trust/sshsig.ts';
import { parseAnchors } from '#engine/trust/read-anchors.ts';
import { verifyFolder } from '#engine/trust/verify-folder.ts';
import { effort } from '../../fixtures/effort.ts';
import { acceptedFlips } from '../../fixtures/flips.ts';
import { MemoryFolder } from '../../fixtures/memory-folder.ts';
import {
  anchorOf,
  keylessAnchor,
  minisignAnchor,
  newMinisignSigner,
  newSigner,
  sshAnchor,
} from '../../fixtures/signing.ts';
import { newSigstoreInstance } from '../../fixtures/sigstore-instance.ts';

const weights = new TextEncoder().encode('weights');
const at = new Date('2026-11-24T00:00:00.000Z');
const bytesOf = (text: string) => new TextEncoder().encode(text);
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const digest = createHash('sha256').update(weights).digest('hex');
const list = bytesOf(`${digest}  model.bin\n`);
const anchorsIn = async (text: string) => (await parseAnchors(bytesOf(text))).map((found) => anchorOf(found));

interface Vector {
  readonly anchors: Awaited<ReturnType<typeof anchorsIn>>;
  /** The file whose bits are flipped. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly others?: Readonly<Record<string, Uint8Array>>;
  /** What of it nothing covers: accepted content is equal once this is taken away. */
  readonly covered: (content: Uint8Array) => unknown;
}

const whole = (content: Uint8Array) => Buffer.from(content).toString('latin1');
/** A checkpoint names its log, which its key tells; base64 has spare bits and an end of any kind, PEM white space. */
const coveredJson = (content: Uint8Array): unknown =>
  JSON.parse(whole(content), (key, value: unknown) => {
    if (key === 'checkpoint') return null;
    if (typeof value !== 'string' || !/^[A-Za-z0-9+/]{8,}[^A-Za-z0-9+/]{0,2}$/.test(value)) return value;
    const bytes = Buffer.from(value, 'base64');
    const pem = key === 'cert' ? bytes.toString('latin1').replace(/-----[^-]+-----|\s/g, '') : null;
    return (pem === null ? bytes : Buffer.from(pem, 'base64')).toString('hex');
  });

/** The packets, and what is signed in the clear; base64 has spare bits, and the `Hash` header is a hint (RFC 9580, 7.2). */
const coveredArmor = (content: Uint8Array): unknown => {
  const [before = '', signature = ''] = whole(content).split('-----BEGIN PGP SIGNATURE-----');
  const [body = ''] = signature.split(/\n=[^\n]{4}\n/);
  return [before.replace(/^Hash: .*$/m, ''), Buffer.from(body, 'base64').toString('hex')];
};

async function openpgpVectors(): Promise<[string, Vector][]> {
  const { privateKey: signingKeys, publicKey } = await generateKey({
    type: 'curve25519',
    userIDs: [{ name: 'Vendor' }],
    format: 'object',
  });
  const anchors = await anchorsIn(publicKey.armor());
  const message = await createMessage({ binary: weights });
  const armored = String(await sign({ message, signingKeys, detached: true, format: 'armored' }));
  const [, body = ''] = armored.split(/\n\n|\n=/);
  const binary = new Uint8Array(Buffer.from(body, 'base64'));
  const clear = await sign({
    message: await createCleartextMessage({ text: whole(list).trimEnd() }),
    signingKeys,
    format: 'armored',
  });
  const path = 'model.bin.asc';
  return [
    ['OpenPGP, binary', { anchors, path: 'model.bin.sig', content: binary, covered: whole }],
    ['OpenPGP, armoured', { anchors, path, content: bytesOf(armored), covered: coveredArmor }],
    [
      'OpenPGP, clearsigned',
      { anchors, path: 'SHA256SUMS.asc', content: bytesOf(String(clear)), covered: coveredArmor },
    ],
  ];
}

async function cosignVector(): Promise<Vector> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const anchors = await anchorsIn(
    String(createPublicKey(privateKey).export({ format: 'pem', type: 'spki' })),
  );
  const cert = base64(Buffer.from(String(publicKey.export({ format: 'pem', type: 'spki' }))));
  const signature = base64(nativeSign('sha256', weights, privateKey));
  const content = bytesOf(JSON.stringify({ base64Signature: signature, cert }));
  return { anchors, path: 'model.bin.sig', content, covered: coveredJson };
}

function keylessVectors(): [string, Vector][] {
  const site = newSigstoreInstance();
  const leaf = site.leafFor('packer@site.example', 'https://login.site.example');
  const root = JSON.stringify(site.trustedRoot);
  const anchors = [keylessAnchor('packer@site.example', 'https://login.site.example', root)];
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'model.bin', digest: { sha256: digest } }],
    predicateType: 'https://slsa.dev/provenance/v1',
  };
  const of = (text: string): Vector => ({
    anchors,
    path: 'model.bin.sigstore.json',
    content: bytesOf(text),
    covered: coveredJson,
  });
  return [
    ['a keyless bundle of a file', of(site.blobBundle(weights, leaf))],
    ['an old keyless bundle of cosign', of(site.oldBundle(weights, leaf))],
    ['a keyless attestation in a log of version 1', of(site.attestation(statement, leaf, 1))],
    ['a keyless attestation in a log of version 2', of(site.attestation(statement, leaf, 2))],
  ];
}

async function vectors(): Promise<[string, Vector][]> {
  const vendor = newMinisignSigner();
  const signify = Buffer.concat([Buffer.from('Ed'), vendor.keyId, vendor.signer.sign(weights)]);
  const packer = newSigner();
  const sums = { anchors: [sshAnchor(packer)], path: 'SHA256SUMS', content: list, covered: whole };
  return [
    [
      'signify',
      {
        anchors: [minisignAnchor(vendor, { kind: 'signify' })],
        path: 'model.bin.sig',
        content: bytesOf(`untrusted comment: verify with vendor.pub\n${base64(signify)}\n`),
        covered: (content) => whole(content).split('\n').slice(1),
      },
    ],
    ...(await openpgpVectors()),
    ['an old bundle of cosign by a key', await cosignVector()],
    ...keylessVectors(),
    [
      'a list that SSHSIG signs',
      { ...sums, others: { 'SHA256SUMS.sig': bytesOf(signSshsig(list, FILE_NAMESPACE, packer)) } },
    ],
  ];
}

describe('one flipped bit', { timeout: 600_000 }, async () => {
  for (const [name, { anchors, path, content, others = {}, covered }] of await vectors()) {
    it(`in ${name} is not accepted, but where nothing covers it`, async () => {
      const accepts = async (bytes: Uint8Array) => {
        const folder = new MemoryFolder({ 'model.bin': weights, ...others, [path]: bytes });
        if ((await verifyFolder(folder, { anchors, at })).verdict !== 'verified') return false;
        return bytes === content || !isDeepStrictEqual(covered(bytes), covered(content));
      };
      // Seven goes through every byte, each time at another bit.
      const every = effort(Math.ceil((content.length * 8) / 150), 7);
      expect(await acceptedFlips(content, accepts, every)).toEqual([]);
    });
  }
});
