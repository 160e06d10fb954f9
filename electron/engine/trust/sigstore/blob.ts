import { createHash, createVerify, type KeyObject, type Verify } from 'node:crypto';
import type { OpenSignature, SignatureFinding } from '../formats/signature-format.ts';
import { spkiFingerprint } from '../spki.ts';
import type { TrustQuestion } from '../trust-question.ts';
import { findKeyWeakness, hashOfCurve, isStrictEcdsa } from '../verify-with-key.ts';
import type { BundleShape } from './bundle-shape.ts';
import { checkCertificateSignature, checkKeySignature, type Holds, notHolding } from './check-signature.ts';
import { checkKeylessBlob } from './keyless.ts';
import { candidateKeys, readMaterial, type SignerMaterial } from './signer-material.ts';

/** A signature of one file, made with `cosign sign-blob`. */
export interface BlobSignature {
  /** As reports name the format. */
  readonly format: 'sigstore' | 'cosign';
  readonly material: SignerMaterial;
  readonly signature: Uint8Array;
  /** What the bundle says the file's SHA-256 is; null when it does not. */
  readonly digest: Uint8Array | null;
  /** The bundle for the library, once the file's SHA-256 is known. */
  json(digest: Uint8Array): unknown;
}

/** Opens a bundle with a `messageSignature`; a string says why it cannot be read. */
export function openBlobBundle(bundle: BundleShape, json: unknown): OpenSignature | string {
  const material = readMaterial(bundle.verificationMaterial);
  const { messageSignature } = bundle;
  if (typeof material === 'string') return material;
  if (messageSignature === undefined) return 'It has no signature.';
  const { messageDigest, signature } = messageSignature;
  if (messageDigest !== undefined && messageDigest.algorithm !== 'SHA2_256') {
    return `It is over a digest of ${messageDigest.algorithm}, not SHA2_256.`;
  }
  const digest = messageDigest?.digest ?? null;
  return openBlob({ format: 'sigstore', material, signature, digest, json: () => json });
}

/** A signature over a file's bytes: they are read once, and every key that could have signed is fed with them. */
export function openBlob(blob: BlobSignature): OpenSignature {
  return {
    format: blob.format,
    signs: { kind: 'file', need: { kind: 'stream' } },
    check: async (content, question) => {
      if (content.kind !== 'stream')
        throw new TypeError('a signature of a file is checked against its bytes');
      return [await checkBlob(blob, content.blocks, question)];
    },
  };
}

async function checkBlob(
  blob: BlobSignature,
  blocks: AsyncIterable<Uint8Array>,
  question: TrustQuestion,
): Promise<SignatureFinding> {
  const { material, signature } = blob;
  const keys =
    material.method === 'key'
      ? candidateKeys(material, question.anchors).map(({ key }) => key)
      : [material.leaf.publicKey];
  const { digest, holds } = await readThrough(blocks, keys, signature);
  if (blob.digest !== null && Buffer.compare(blob.digest, digest) !== 0) {
    return {
      ...notHolding('the signer'),
      expected: `sha256:${Buffer.from(blob.digest).toString('hex')}`,
      found: `sha256:${digest.toString('hex')}`,
      detail: 'The file is not the one that was signed.',
    };
  }
  switch (material.method) {
    case 'key':
      return checkKeySignature(material, holds, question);
    case 'certificate':
      return checkCertificateSignature(material, holds, question);
    case 'keyless': {
      const { leaf } = material;
      const signed = { leaf, json: blob.json(digest), holds: holds(leaf.publicKey), signature, digest };
      return checkKeylessBlob(signed, question);
    }
  }
}

async function readThrough(
  blocks: AsyncIterable<Uint8Array>,
  keys: readonly KeyObject[],
  signature: Uint8Array,
): Promise<{ digest: Buffer; holds: Holds }> {
  const hash = createHash('sha256');
  const verifiers = new Map<KeyObject, Verify>();
  for (const key of keys) {
    const verifier = verifierFor(key, signature);
    if (verifier !== null) verifiers.set(key, verifier);
  }
  for await (const block of blocks) {
    hash.update(block);
    for (const verifier of verifiers.values()) verifier.update(block);
  }
  const holding = new Set<string>();
  for (const [key, verifier] of verifiers) {
    if (verifier.verify(key, signature)) holding.add(spkiFingerprint(key));
  }
  return { digest: hash.digest(), holds: (key) => holding.has(spkiFingerprint(key)) };
}

/** Null for a key whose signature cannot hold: Ed25519 signs no stream, and weak keys do not count. */
function verifierFor(key: KeyObject, signature: Uint8Array): Verify | null {
  if (findKeyWeakness(key) !== null) return null;
  if (key.asymmetricKeyType === 'rsa') return createVerify('sha256');
  if (key.asymmetricKeyType !== 'ec' || !isStrictEcdsa(signature)) return null;
  return createVerify(hashOfCurve[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? 'sha256');
}
