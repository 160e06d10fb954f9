import { createHash, createVerify, type KeyObject } from 'node:crypto';
import type { OpenSignature, SignatureFinding } from '../formats/signature-format.ts';
import { spkiFingerprint } from '../spki.ts';
import type { TrustQuestion } from '../trust-question.ts';
import { findKeyWeakness, isStrictEcdsa, type SignatureHash, usualHashes } from '../verify-with-key.ts';
import type { BundleShape } from './bundle-shape.ts';
import { checkCertificateSignature, checkKeySignature, type Holds, notHolding } from './check-signature.ts';
import { candidateKeys, readMaterial, type SignerMaterial } from './signer-material.ts';

/** As protobuf-specs (sigstore_common.proto) names them. */
const messageHashes: Readonly<Record<string, SignatureHash>> = {
  SHA2_256: 'sha256',
  SHA2_384: 'sha384',
  SHA2_512: 'sha512',
};

/** A signature of one file, made with `cosign sign-blob`. */
export interface BlobSignature {
  /** As reports name the format. */
  readonly format: 'sigstore' | 'cosign';
  readonly material: SignerMaterial;
  readonly signature: Uint8Array;
  /** What the bundle says the file's digest is; null when it does not. */
  readonly stated: { readonly hash: SignatureHash; readonly digest: Uint8Array } | null;
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
  if (messageDigest === undefined) {
    return openBlob({ format: 'sigstore', material, signature, stated: null, json: () => json });
  }
  const { algorithm, digest } = messageDigest;
  const hash = Object.hasOwn(messageHashes, algorithm) ? messageHashes[algorithm] : undefined;
  if (hash === undefined) return `It is over a digest of ${algorithm}, not of SHA-2.`;
  return openBlob({ format: 'sigstore', material, signature, stated: { hash, digest }, json: () => json });
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
  const { material } = blob;
  const keys =
    material.method === 'key'
      ? candidateKeys(material, question.anchors).map(({ key }) => key)
      : [material.leaf.publicKey];
  const { digests, holds } = await readThrough(blocks, keys, blob);
  const { stated } = blob;
  const found = digests.get(stated?.hash ?? 'sha256') ?? new Uint8Array(0);
  if (stated !== null && Buffer.compare(stated.digest, found) !== 0) {
    return {
      ...notHolding('the signer'),
      expected: `${stated.hash}:${Buffer.from(stated.digest).toString('hex')}`,
      found: `${stated.hash}:${Buffer.from(found).toString('hex')}`,
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
      const json = blob.json(digests.get('sha256') ?? new Uint8Array(0));
      const signed = { leaf, json, holds: holds(leaf.publicKey), signature: blob.signature };
      const { checkKeylessBlob } = await import('./keyless.ts');
      return checkKeylessBlob({ ...signed, digests: [...digests.values()] }, question);
    }
  }
}

interface ReadThrough {
  readonly digests: ReadonlyMap<SignatureHash, Uint8Array>;
  readonly holds: Holds;
}

async function readThrough(
  blocks: AsyncIterable<Uint8Array>,
  keys: readonly KeyObject[],
  { signature, stated }: BlobSignature,
): Promise<ReadThrough> {
  const trials = keys.flatMap((key) =>
    hashesFor(key, signature).map((name) => ({ key, name, verifier: createVerify(name) })),
  );
  const names = new Set<SignatureHash>(['sha256', ...trials.map(({ name }) => name)]);
  if (stated !== null) names.add(stated.hash);
  const hashes = [...names].map((name) => ({ name, hash: createHash(name) }));
  for await (const block of blocks) {
    for (const { hash } of hashes) hash.update(block);
    for (const { verifier } of trials) verifier.update(block);
  }
  const holding = trials.filter(({ key, verifier }) => verifier.verify(key, signature));
  const fingerprints = new Set(holding.map(({ key }) => spkiFingerprint(key)));
  return {
    digests: new Map(hashes.map(({ name, hash }) => [name, new Uint8Array(hash.digest())])),
    holds: (key) => fingerprints.has(spkiFingerprint(key)),
  };
}

/** None for a key whose signature cannot hold: Ed25519 signs no stream, and weak keys do not count. */
function hashesFor(key: KeyObject, signature: Uint8Array): SignatureHash[] {
  if (findKeyWeakness(key) !== null) return [];
  if (key.asymmetricKeyType === 'rsa') return ['sha256'];
  return key.asymmetricKeyType === 'ec' && isStrictEcdsa(signature) ? usualHashes(key) : [];
}
