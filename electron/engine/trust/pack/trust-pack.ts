import { z } from 'zod';
import { ModelName, Timestamp } from '#shared/contract/basics.ts';
import { AnchorCandidate, AnchorPurpose, ModelGlob, Revocation } from '#shared/contract/trust.ts';
import { type OpensshKey, parseOpensshLine } from '../openssh-key.ts';

export const TRUST_PACK_PREDICATE = 'urn:sallyport:trust-pack:v1';
export const MAX_PACK_BYTES = 16 * 1024 * 1024;

const RootKey = z.strictObject({
  name: z.string().min(1).max(96),
  /** OpenSSH line of an Ed25519 key, without comment. */
  publicKey: z.string().max(512),
});

/** Who may say what counts: so many of these keys have to sign a pack. */
export const PackRoots = z.strictObject({
  threshold: z.number().int().min(1).max(16),
  keys: z.array(RootKey).min(1).max(16),
});
export type PackRoots = z.infer<typeof PackRoots>;

/** An anchor as it travels: what it is, the text it was read from (see AnchorMaterial), and its limits. */
export const PackAnchor = z.strictObject({
  ...AnchorCandidate.shape,
  material: z.string().max(4 * 1024 * 1024),
  owner: z.string().min(1).max(200),
  models: z.array(ModelGlob).min(1).max(100),
  formats: z.array(z.string().min(1).max(64)).max(32),
  purposes: z.array(AnchorPurpose).min(1),
  expiresAt: Timestamp.nullable(),
});
export type PackAnchor = z.infer<typeof PackAnchor>;

/** Two of these are the same anchor, whatever its limits are. */
export type AnchorIdentity = Pick<PackAnchor, 'kind' | 'fingerprint' | 'identity' | 'issuer'>;

/** A text that is the same for the same anchor and for no other. */
export function anchorIdentity({ kind, fingerprint, identity, issuer }: AnchorIdentity): string {
  return JSON.stringify([kind, fingerprint, identity, issuer]);
}

/** The predicate of a trust pack: everything that counts, whole, so that a newer pack replaces an older one. */
export const TrustPack = z.strictObject({
  /** Who issues these packs; numbers count per authority. */
  authority: ModelName,
  number: z.number().int().min(1),
  createdAt: Timestamp,
  /** The pack's own limit: that many days after `createdAt` its anchors no longer count. */
  maxAgeDays: z.number().int().min(1).max(36_500),
  roots: PackRoots,
  anchors: z.array(PackAnchor).max(10_000),
  revocations: z.array(z.strictObject(Revocation.shape)).max(100_000),
});
export type TrustPack = z.infer<typeof TrustPack>;

/** A root key that can check signatures. */
export interface ParsedRoot {
  readonly name: string;
  readonly fingerprint: string;
  /** Raw 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** The keys of the roots; null when one is no Ed25519 key, or two are the same. */
export function parseRoots(roots: PackRoots): ParsedRoot[] | null {
  const parsed = roots.keys.map(({ name, publicKey }) => toRoot(name, parseOpensshLine(publicKey)));
  const whole = parsed.filter((root) => root !== null);
  const distinct = new Set(whole.map(({ fingerprint }) => fingerprint)).size;
  return whole.length === roots.keys.length && distinct === whole.length ? whole : null;
}

function toRoot(name: string, key: OpensshKey | null): ParsedRoot | null {
  return key?.ed25519 == null ? null : { name, fingerprint: key.fingerprint, publicKey: key.ed25519 };
}

/** How a pack contradicts itself, as a sentence; null when it does not. Such a pack is not accepted even when it is signed. */
export function findPackProblem({ roots, anchors, revocations }: TrustPack): string | null {
  if (parseRoots(roots) === null) return 'One of its root keys is no Ed25519 key, or is there twice.';
  if (roots.threshold > roots.keys.length) {
    return `It asks for ${roots.threshold} signatures of ${roots.keys.length} root keys.`;
  }
  if (hasTwins(anchors.map(anchorIdentity))) return 'It holds an anchor twice.';
  return hasTwins(revocations.map(({ kind, value }) => `${kind} ${value}`))
    ? 'It revokes a thing twice.'
    : null;
}

function hasTwins(names: readonly string[]): boolean {
  return new Set(names).size < names.length;
}

/** Are these the same keys and the same threshold, whatever they are called and in whatever order they stand? */
export function sameRoots(a: PackRoots, b: PackRoots): boolean {
  const keys = (roots: PackRoots) =>
    (parseRoots(roots) ?? [])
      .map(({ fingerprint }) => fingerprint)
      .sort()
      .join(' ');
  return a.threshold === b.threshold && keys(a) === keys(b);
}
