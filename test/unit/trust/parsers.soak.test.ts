import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { createMessage, generateKey, sign } from 'openpgp';
import { describe, expect, it } from 'vitest';
import { AppError } from '#engine/core/app-error.ts';
import { findPathProblem } from '#engine/core/release-path.ts';
import type { TrustAnchor } from '#engine/trust/anchor.ts';
import { parseAllowedSigners } from '#engine/trust/allowed-signers.ts';
import { parseDigestList } from '#engine/trust/formats/digest-list.ts';
import { parseDownloadMetadata } from '#engine/trust/formats/huggingface.ts';
import { signatureFormats } from '#engine/trust/formats/index.ts';
import { parseSignify } from '#engine/trust/formats/signify.ts';
import { signOms } from '#engine/trust/oms-sign.ts';
import { readCleartext } from '#engine/trust/openpgp-cleartext.ts';
import { splitPackets, takeOffArmor } from '#engine/trust/openpgp-packets.ts';
import { parseAnchors } from '#engine/trust/read-anchors.ts';
import { openAttestations } from '#engine/trust/sigstore/open-attestations.ts';
import { openBundle } from '#engine/trust/sigstore/open-bundle.ts';
import { openCosign } from '#engine/trust/sigstore/open-cosign.ts';
import { findSshSignatureProblem } from '#engine/trust/ssh-signature.ts';
import { parseSshCertificate } from '#engine/trust/ssh-certificate.ts';
import { verifyFolder } from '#engine/trust/verify-folder.ts';
import { isSignedBy } from '#engine/trust/x509/certificate-signature.ts';
import { parseCertificate } from '#engine/trust/x509/certificate.ts';
import { certificatesOf } from '#engine/trust/x509/read-pem.ts';
import { newLeaf, newRoot } from '../../fixtures/certificates.ts';
import { effort } from '../../fixtures/effort.ts';
import { MemoryFolder } from '../../fixtures/memory-folder.ts';
import { mutationsOf } from '../../fixtures/mutations.ts';
import { anchorOf, minisignAnchor, newMinisignSigner } from '../../fixtures/signing.ts';
import { certify, makeSshsig, newSshKey, publicLine } from '../../fixtures/ssh-keys.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
const runs = { numRuns: effort(150, 20_000) };
const slowRuns = { numRuns: effort(40, 4_000) };
/** No parser needs this long for what is tried here, also on a busy machine. */
const LIMIT_MS = 3_000;

const message = bytesOf('weights');
const at = new Date('2026-11-24T00:00:00.000Z');
const hex = 'ab'.repeat(32);
const root = newRoot();
const leaf = newLeaf(root);
const sshKey = newSshKey('ssh-ed25519');
const sshCertificate = await certify(sshKey, newSshKey('ecdsa-sha2-nistp256'));
const signatureKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const { bundle } = signOms(
  { name: 'm', files: [{ path: 'model.bin', sha256: createHash('sha256').update(message).digest('hex') }] },
  signatureKey,
);
const { dsseEnvelope } = JSON.parse(textOf(bundle)) as { dsseEnvelope: unknown };
const vendor = newMinisignSigner();
const signify = Buffer.concat([Buffer.from('Ed'), vendor.keyId, vendor.signer.sign(message)]);
const openpgp = await generateKey({ type: 'curve25519', userIDs: [{ name: 'V' }], format: 'object' });
const openpgpSignature = String(
  await sign({
    message: await createMessage({ binary: message }),
    signingKeys: openpgp.privateKey,
    detached: true,
    format: 'armored',
  }),
);

/** Valid input of every kind. */
const valid = {
  certificate: leaf.der,
  pem: bytesOf(leaf.pem),
  bundle,
  attestation: bytesOf(JSON.stringify(dsseEnvelope)),
  cosign: bytesOf(JSON.stringify({ base64Signature: 'AAAA', cert: btoa(leaf.pem), rekorBundle: {} })),
  openpgp: bytesOf(openpgpSignature),
  openpgpKey: bytesOf(openpgp.publicKey.armor()),
  signify: bytesOf(`untrusted comment: x\n${signify.toString('base64')}\n`),
  sshsig: await makeSshsig(sshKey, message),
  list: bytesOf(`${hex}  model.bin\nSHA256 (a b) = ${hex}\n\\${hex} *c\\\\d\n`),
  download: bytesOf(`${'c'.repeat(40)}\n${hex}\n1760000000.5\n`),
  allowedSigners: bytesOf(
    `a@b,"c d" namespaces="file,x",valid-after="20260101Z" ${publicLine(sshKey.blob)}\n`,
  ),
  sshCertificate,
};
const metadataPath = '.cache/huggingface/download/model.bin.metadata';

/** Each answers, and throws nothing. */
const parsers: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  certificate: parseCertificate,
  pem: (bytes) => certificatesOf(textOf(bytes)),
  bundle: openBundle,
  attestation: openAttestations,
  cosign: openCosign,
  openpgp: (bytes) => [splitPackets(bytes), takeOffArmor(bytes), readCleartext(bytes)],
  signify: parseSignify,
  list: (bytes) => {
    const list = parseDigestList(bytes, 'SHA256SUMS');
    for (const { path } of list.entries) expect(findPathProblem(path)).toBeNull();
    return list;
  },
  download: (bytes) => parseDownloadMetadata(metadataPath, bytes),
  allowedSigners: (bytes) => parseAllowedSigners(textOf(bytes)),
  sshCertificate: parseSshCertificate,
  formats: (bytes) => signatureFormats.filter((format) => format.recognises(bytes)),
};

const enormous = makeEnormous();

function timed(parse: (bytes: Uint8Array) => unknown, bytes: Uint8Array): void {
  const start = performance.now();
  expect(parse(bytes)).toBeDefined();
  expect(performance.now() - start).toBeLessThan(LIMIT_MS);
}

describe('parsers answer whatever they are given', { timeout: 600_000 }, () => {
  for (const [name, parse] of Object.entries(parsers)) {
    it(`${name}: random bytes, and valid input of every kind with edits`, () => {
      const inputs = fc.oneof(fc.uint8Array({ maxLength: 400 }), ...Object.values(valid).map(mutationsOf));
      fc.assert(
        fc.property(inputs, (bytes) => {
          timed(parse, bytes);
        }),
        { numRuns: runs.numRuns * 2 },
      );
      const own = Object.entries(valid).find(([kind]) => kind === name)?.[1];
      if (own === undefined) return;
      fc.assert(
        fc.property(mutationsOf(own), (bytes) => {
          timed(parse, bytes);
        }),
        runs,
      );
    });

    it(`${name}: deep and long input`, () => {
      for (const bytes of enormous) timed(parse, bytes);
    });
  }

  it('files of public keys: KEY-UNREADABLE or keys', async () => {
    const keys = [valid.openpgpKey, valid.allowedSigners, valid.pem, bytesOf(vendor.publicLine)];
    const inputs = fc.oneof(fc.uint8Array({ maxLength: 400 }), ...keys.map(mutationsOf));
    const check = async (bytes: Uint8Array) => {
      const code = await parseAnchors(bytes).then(
        () => null,
        (error: unknown) => (error instanceof AppError ? error.code : error),
      );
      expect([null, 'KEY-UNREADABLE']).toContain(code);
    };
    await fc.assert(fc.asyncProperty(inputs, check), runs);
    for (const bytes of enormous) await check(bytes);
  });
});

describe('nothing edited is accepted', { timeout: 600_000 }, () => {
  it('X.509: what the authority did not sign', () => {
    const original = parseCertificate(leaf.der);
    if (typeof original === 'string') throw new Error(original);
    const authority = createPublicKey(root.key);
    expect(isSignedBy(original, authority)).toBe(true);
    const property = fc.property(mutationsOf(leaf.der), (bytes) => {
      const found = parseCertificate(bytes);
      if (typeof found === 'string' || Buffer.from(found.tbs).equals(original.tbs)) return;
      expect(isSignedBy(found, authority)).toBe(false);
    });
    fc.assert(property, { numRuns: runs.numRuns * 3 });
  });

  it('SSH certificates: what the authority did not sign', () => {
    const original = parseSshCertificate(sshCertificate);
    if (original?.issuer.material == null) throw new Error('the test made a malformed certificate');
    const { keyType, material } = original.issuer;
    expect(findSshSignatureProblem(keyType, material, original.signature, original.signedBytes)).toBeNull();
    const property = fc.property(mutationsOf(sshCertificate), (bytes) => {
      const found = parseSshCertificate(bytes);
      if (found === null || Buffer.from(found.signedBytes).equals(original.signedBytes)) return;
      expect(findSshSignatureProblem(keyType, material, found.signature, found.signedBytes)).not.toBeNull();
    });
    fc.assert(property, { numRuns: runs.numRuns * 3 });
  });

  const omsPem = createPublicKey(signatureKey).export({ format: 'pem', type: 'spki' });
  const signed = [
    ['OMS', 'model.sig', valid.bundle, () => anchorsIn(bytesOf(String(omsPem)))],
    ['OpenPGP', 'model.bin.asc', valid.openpgp, () => anchorsIn(valid.openpgpKey)],
    ['signify', 'model.bin.sig', valid.signify, () => Promise.resolve([minisignAnchor(vendor)])],
    ['SSHSIG', 'model.bin.sig', valid.sshsig, () => anchorsIn(bytesOf(publicLine(sshKey.blob)))],
  ] as const;
  for (const [name, file, signature, anchorsOf] of signed) {
    it(`${name}: an edited signature over other bytes`, async () => {
      const anchors = await anchorsOf();
      const property = fc.asyncProperty(mutationsOf(signature), async (edited) => {
        const folder = new MemoryFolder({ 'model.bin': 'weightS', [file]: edited });
        expect((await verifyFolder(folder, { anchors, at })).verdict).not.toBe('verified');
      });
      await fc.assert(property, slowRuns);
    });
  }

  it('all of them hold before they are edited', async () => {
    for (const [, file, signature, anchorsOf] of signed) {
      const folder = new MemoryFolder({ 'model.bin': message, [file]: signature });
      expect(await verifyFolder(folder, { anchors: await anchorsOf(), at })).toMatchObject({
        signature: 'valid',
        verdict: 'verified',
      });
    }
  });
});

async function anchorsIn(bytes: Uint8Array): Promise<TrustAnchor[]> {
  return (await parseAnchors(bytes)).map((each) => anchorOf(each));
}

/** Nested as far as some hundred kilobytes go, and endless in every way that a format repeats itself. */
function makeEnormous(): Uint8Array[] {
  const texts = [
    '['.repeat(150_000),
    '{"a":'.repeat(60_000),
    `{"payloadType":"application/vnd.in-toto+json","payload":"${'A'.repeat(300_000)}","signatures":[]}`,
    `{"base64Signature":"${'A'.repeat(300_000)}"}`,
    `${hex}  ${'a/'.repeat(150_000)}\n`,
    `${hex}  a\n`.repeat(10_000),
    `SHA256 (${'('.repeat(150_000)}`,
    `a ${'"a'.repeat(150_000)} ssh-ed25519 AAAA`,
    `a ${'namespaces="x",'.repeat(50_000)} ssh-ed25519 AAAA`,
    `untrusted comment: ${'x'.repeat(300_000)}\n`,
    `-----BEGIN PGP SIGNATURE-----\n${'\n'.repeat(300_000)}`,
    `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n${'- -\n'.repeat(60_000)}`,
    '-----BEGIN CERTIFICATE-----\nMAAA'.repeat(20_000),
  ];
  const zeros = new Uint8Array(300_000);
  return [...texts.map(bytesOf), zeros, new Uint8Array(zeros.length).fill(0x88), nestedSequences()];
}

/** Sequences inside sequences, as many as a certificate has bytes for. */
function nestedSequences(): Uint8Array {
  const headers: Buffer[] = [];
  for (let length = 0; length < 60_000;) {
    const header =
      length < 128
        ? [0x30, length]
        : length < 256
          ? [0x30, 0x81, length]
          : [0x30, 0x82, length >> 8, length & 255];
    headers.unshift(Buffer.from(header));
    length += header.length;
  }
  return new Uint8Array(Buffer.concat(headers));
}
