import { z } from 'zod';
import { Digest, ModelName, SizeBytes, Timestamp, Version } from '#shared/contract/basics.ts';
import { hexOf } from '#engine/core/digest.ts';
import { CHUNK_BYTES } from '#engine/hashing/hasher.ts';
import { payloadPath } from './names.ts';

export const SET_PREDICATE = 'urn:sallyport:transfer-set:v1';
/** More volumes than any call takes. */
export const MAX_VOLUMES = 999;

export const Hex256 = z.string().regex(/^[0-9a-f]{64}$/);
export const SetId = z.string().regex(/^[0-9a-f]{32}$/);

/** Whose key signed; a claim until an anchor knows the key. `publicKey` is an OpenSSH line without comment. */
export const ClaimedSigner = z.strictObject({
  name: z.string().min(1).max(96),
  publicKey: z.string().max(512),
});

const Part = z.strictObject({
  blob: Digest,
  /** From 0 within the blob. */
  index: z.number().int().nonnegative(),
  /** Where the part begins in the blob, bytes. */
  offset: SizeBytes,
  sizeBytes: SizeBytes,
  volume: z.number().int().min(1).max(MAX_VOLUMES),
  /**
   * SHA-256 of each 16 MiB of the part: what proves it, and names damage to the range. They are known before a byte is
   * written, so the control file is signed first. The parts of a blob together are proven by the blob's digest.
   */
  chunks: z.array(Hex256),
});

/** A medium as the packer saw it; what is too long is cut. */
const SetMedium = z.strictObject({ label: z.string().max(128), serial: z.string().max(128).nullable() });

const SetRelease = z.strictObject({
  model: ModelName,
  version: Version,
  manifestDigest: Digest,
  /** Sum over the release's files. */
  sizeBytes: SizeBytes,
  /** Manifest, config and layers, each once. */
  blobs: z.array(Digest).min(1),
});

/** The predicate of a set's control file: everything a receiver must know before it reads any payload. */
export const TransferSet = z.strictObject({
  setId: SetId,
  createdAt: Timestamp,
  origin: ModelName,
  sequence: z.number().int().min(1),
  signer: ClaimedSigner,
  /**
   * Grows when the set is planned anew while it is written. The newest has authority; a volume that was complete by then
   * keeps the control file it has, whose parts on that volume the newest lists unchanged.
   */
  revision: z.number().int().min(1).max(10_000),
  volumes: z.number().int().min(1).max(MAX_VOLUMES),
  /** One a volume, in order. */
  media: z.array(SetMedium).min(1).max(MAX_VOLUMES),
  releases: z.array(SetRelease).min(1).max(1000),
  /** Every blob that the releases need; one without parts must be held by the receiver already. */
  blobs: z.array(z.strictObject({ digest: Digest, sizeBytes: SizeBytes })).min(1),
  parts: z.array(Part),
  /** Manifests about the releases that were made later, e.g. signatures: OCI referrers, each with its blobs. */
  referrers: z
    .array(
      z.strictObject({
        digest: Digest,
        artifactType: z.string().max(128),
        /** Manifest of the release that it is about. */
        subject: Digest,
        /** The referrer's own manifest and what that names, each once. */
        blobs: z.array(Digest).min(1).max(16),
      }),
    )
    .max(10_000),
  /** The receipt that this set leaves blobs out for. */
  delta: z.strictObject({ receiptId: z.string().max(96), receiptDigest: Digest, site: ModelName }).nullable(),
  /** The set that this one completes by what its receiver asked for: parts are stretches of blobs, and others are missing. */
  supplements: z.strictObject({ setId: SetId, requestId: z.string().max(96) }).nullable(),
  /** SHA-256 of the last custody entry at the time of signing. */
  custodyHead: Hex256,
});
export type TransferSet = z.infer<typeof TransferSet>;
export type SetPart = TransferSet['parts'][number];

/** Where each part lies, and what it belongs to. */
export interface LocatedPart extends SetPart {
  readonly path: string;
  readonly isWhole: boolean;
}

/** The parts in the order of the control file, each with its path on its volume. */
export function locateParts(set: TransferSet): LocatedPart[] {
  const sizes = new Map(set.blobs.map((blob) => [blob.digest, blob.sizeBytes]));
  return set.parts.map((part) => {
    const isWhole = part.index === 0 && part.sizeBytes === sizes.get(part.blob);
    return { ...part, isWhole, path: payloadPath(part, isWhole) };
  });
}

/** How a set contradicts itself, as a sentence; null when it does not. Such a set is not read even when it is signed. */
export function findSetProblem(set: TransferSet): string | null {
  const sizes = new Map<Digest, number>(set.blobs.map((blob) => [blob.digest, blob.sizeBytes]));
  if (sizes.size !== set.blobs.length) return 'A blob is listed twice.';
  if (set.media.length !== set.volumes) return 'It names more or fewer media than volumes.';
  return findReleaseProblem(set, sizes) ?? findPartProblem(set, sizes);
}

function findReleaseProblem(set: TransferSet, sizes: ReadonlyMap<Digest, number>): string | null {
  const names = new Set(set.releases.map((release) => `${release.model}@${release.version}`));
  if (names.size !== set.releases.length) return 'A release is listed twice.';
  const needed = new Set<Digest>();
  for (const { model, version, manifestDigest, blobs } of set.releases) {
    if (!blobs.includes(manifestDigest)) return `The manifest of ${model}@${version} is not among its blobs.`;
    for (const digest of blobs) {
      if (!sizes.has(digest)) return `A blob of ${model}@${version} is not listed.`;
      needed.add(digest);
    }
  }
  for (const { digest, subject, blobs } of set.referrers) {
    const isAbout = set.releases.some(({ manifestDigest }) => manifestDigest === subject);
    if (!isAbout || !blobs.includes(digest)) return `The referrer ${digest} is about no release of the set.`;
    if (!blobs.every((blob) => sizes.has(blob))) return `A blob of the referrer ${digest} is not listed.`;
    for (const blob of blobs) needed.add(blob);
  }
  return needed.size === sizes.size ? null : 'A blob is listed that no release needs.';
}

function findPartProblem(set: TransferSet, sizes: ReadonlyMap<Digest, number>): string | null {
  const covered = new Map<Digest, { end: number; bytes: number; count: number }>();
  for (const part of set.parts) {
    const size = sizes.get(part.blob);
    const soFar = covered.get(part.blob) ?? { end: 0, bytes: 0, count: 0 };
    const name = `Part ${part.index} of ${part.blob}`;
    if (size === undefined) return `${name} is of a blob that is not listed.`;
    const follows = set.supplements === null ? part.offset === soFar.end : part.offset >= soFar.end;
    if (part.index !== soFar.count || !follows) return `${name} leaves a gap or overlaps.`;
    if (part.offset + part.sizeBytes > size) return `${name} ends beyond its blob.`;
    if (part.sizeBytes === 0 && size !== 0) return `${name} is empty.`;
    if (part.volume > set.volumes) return `${name} lies on a volume that does not exist.`;
    if (part.chunks.length !== Math.ceil(part.sizeBytes / CHUNK_BYTES))
      return `${name} has too few or too many chunks.`;
    const isSmallWhole = part.sizeBytes === size && part.chunks.length === 1;
    if (isSmallWhole && part.chunks[0] !== hexOf(part.blob))
      return `${name} has another digest than its blob.`;
    const end = part.offset + part.sizeBytes;
    covered.set(part.blob, { end, bytes: soFar.bytes + part.sizeBytes, count: soFar.count + 1 });
  }
  return set.supplements === null ? findGap(set, sizes, covered) : null;
}

/** A set of its own has every blob whole; a delta may leave out blobs, but no manifest. */
function findGap(
  set: TransferSet,
  sizes: ReadonlyMap<Digest, number>,
  covered: ReadonlyMap<Digest, { bytes: number }>,
): string | null {
  for (const [digest, size] of sizes) {
    const found = covered.get(digest);
    if (found === undefined && set.delta === null) return `No part of ${digest} is in the set.`;
    if (found !== undefined && found.bytes !== size) return `The parts of ${digest} do not make it whole.`;
  }
  const manifests = set.releases.map((release) => release.manifestDigest);
  return manifests.every((digest) => covered.has(digest)) ? null : 'A manifest is not in the set.';
}
