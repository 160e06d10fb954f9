import { z } from 'zod';
import { PersonName, Timestamp } from './basics.ts';

/** A glob over model names: `*` any run of characters but `/`, `?` one character. */
export const ModelGlob = z
  .string()
  .min(1)
  .max(96)
  .regex(/^[a-z0-9._*?-]+$/);

/** What an anchor is made of: a key, a certificate authority, or the name somebody proves to an identity provider. */
export const AnchorKind = z.enum([
  'ssh',
  'ssh-ca',
  'minisign',
  'signify',
  'public-key',
  'certificate',
  'sigstore',
  'openpgp',
]);
export type AnchorKind = z.infer<typeof AnchorKind>;

/** What an anchor's signatures may vouch for. */
export const AnchorPurpose = z.enum(['models', 'transfer-sets', 'receipts', 'attestations']);
export type AnchorPurpose = z.infer<typeof AnchorPurpose>;

/** Something found in a file that could be an anchor, before anybody accepted it. */
export const AnchorCandidate = z.object({
  kind: AnchorKind,
  keyType: z.string(),
  fingerprint: z.string(),
  comment: z.string(),
  /** For `sigstore`: who has to have signed in where. An identity may be a glob, which then is shown as one. */
  identity: z.string().nullable(),
  issuer: z.string().nullable(),
  /** Limits that came with an OpenSSH line; empty: any. */
  principals: z.array(z.string()),
  namespaces: z.array(z.string()),
  /** The time in which its signatures count, as the key or certificate itself says. */
  validFrom: Timestamp.nullable(),
  validUntil: Timestamp.nullable(),
});
export type AnchorCandidate = z.infer<typeof AnchorCandidate>;

export const Anchor = AnchorCandidate.extend({
  id: z.string(),
  owner: z.string(),
  models: z.array(ModelGlob),
  /** Ids of the formats it may sign in; empty: any. */
  formats: z.array(z.string()),
  purposes: z.array(AnchorPurpose),
  source: z.string(),
  addedAt: Timestamp,
  addedBy: z.string(),
  /** When its owner last confirmed it, by whatever medium; `addedAt` at first. */
  refreshedAt: Timestamp,
  /** From here on the site no longer relies on it. */
  expiresAt: Timestamp.nullable(),
  revokedAt: Timestamp.nullable(),
  revokedReason: z.string().nullable(),
  /** Number of the trust pack that it came with; null when a person here added it. */
  pack: z.number().int().nullable(),
});
export type Anchor = z.infer<typeof Anchor>;

/** Something that no longer counts, whatever vouches for it. */
export const Revocation = z.object({
  /**
   * `digest`: bytes, as `sha256:<hex>`. `key`: a key or certificate authority by its fingerprint. `certificate`: one
   * certificate, as `<lower-case hex serial>@<fingerprint of its issuer's key>`, or as `x509:<hex>`, the SHA-256 of its DER.
   */
  kind: z.enum(['digest', 'key', 'certificate']),
  value: z.string().min(1).max(512),
  reason: z.string(),
  revokedAt: Timestamp,
});
export type Revocation = z.infer<typeof Revocation>;

/** A person's Ed25519 signing key; the secret part is stored under Argon2id and AES-256-GCM. */
export const PersonKey = z.object({
  name: PersonName,
  fingerprint: z.string(),
  publicKeyLine: z.string(),
  createdAt: Timestamp,
});
export type PersonKey = z.infer<typeof PersonKey>;

/** Who acts. Without an unlocked key the operating system's user name is recorded, and nothing can be signed. */
export const Session = z.object({
  osUser: z.string(),
  person: z.object({ name: PersonName, fingerprint: z.string() }).nullable(),
});
export type Session = z.infer<typeof Session>;
