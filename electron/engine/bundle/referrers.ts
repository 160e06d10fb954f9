import { z } from 'zod';
import type { Digest } from '#shared/contract/basics.ts';
import type { SigningFormat } from '#shared/contract/signing.ts';
import { AppError } from '#engine/core/app-error.ts';
import { canonicalBytes } from '#engine/core/canonical-json.ts';
import { digestOf } from '#engine/core/digest.ts';
import { parseStrictJson } from '#engine/core/strict-json.ts';

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json';
const EMPTY = new TextEncoder().encode('{}');
export const MAX_SIGNATURE_BYTES = 64 * 1024 * 1024;

/** What the signatures are called in OCI; sigstore's and in-toto's own names where they have one. */
export const artifactTypes: Record<SigningFormat, string> = {
  dsse: 'application/vnd.in-toto+json',
  sshsig: 'application/vnd.sallyport.sshsig.v1',
  oms: 'application/vnd.dev.sigstore.bundle.v0.3+json',
};

/** An OCI referrer (image-spec 1.1, manifest.md): a small manifest whose subject is the release, and its two blobs. */
export interface Referrer {
  readonly subject: Digest;
  readonly digest: Digest;
  readonly artifactType: string;
  /** The manifest, the empty config and the signature, by digest. */
  readonly blobs: ReadonlyMap<Digest, Uint8Array>;
}

/** The referrer that carries a signature over a release's manifest. */
export function signatureReferrer(
  subject: { readonly digest: Digest; readonly sizeBytes: number },
  signature: { readonly format: SigningFormat; readonly content: Uint8Array },
): Referrer {
  const artifactType = artifactTypes[signature.format];
  const layer = {
    mediaType: artifactType,
    digest: digestOf(signature.content),
    size: signature.content.length,
  };
  const manifest = canonicalBytes({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    artifactType,
    config: { mediaType: EMPTY_TYPE, digest: digestOf(EMPTY), size: EMPTY.length },
    layers: [layer],
    subject: { mediaType: MANIFEST_TYPE, digest: subject.digest, size: subject.sizeBytes },
  });
  const blobs = new Map<Digest, Uint8Array>([
    [digestOf(manifest), manifest],
    [digestOf(EMPTY), EMPTY],
    [layer.digest, signature.content],
  ]);
  return { subject: subject.digest, digest: digestOf(manifest), artifactType, blobs };
}

const Manifest = z.object({
  mediaType: z.literal(MANIFEST_TYPE),
  artifactType: z.string(),
  layers: z.tuple([z.object({ digest: z.string() })]),
  subject: z.object({ digest: z.string() }),
});

/** Which signature a received referrer carries, and over which manifest. Throws FORMAT-INVALID. */
export function readReferrer(bytes: Uint8Array): {
  format: SigningFormat;
  layer: string;
  subject: string;
} {
  const parsed = Manifest.safeParse(parseStrictJson(bytes, { maxBytes: 64 * 1024, maxDepth: 8 }));
  const known = Object.entries(artifactTypes) as [SigningFormat, string][];
  const format = known.find(([, type]) => parsed.data?.artifactType === type)?.[0];
  if (!parsed.success || format === undefined) {
    throw new AppError('FORMAT-INVALID', 'A referrer of the set is no signature that this version knows.');
  }
  return { format, layer: parsed.data.layers[0].digest, subject: parsed.data.subject.digest };
}
