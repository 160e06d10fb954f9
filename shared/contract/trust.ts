import { z } from 'zod';
import { PersonName, Timestamp } from './basics.ts';

/** A glob over model names: `*` any run of characters but `/`, `?` one character. */
export const ModelGlob = z
  .string()
  .min(1)
  .max(96)
  .regex(/^[a-z0-9._*?-]+$/);

export const AnchorFormat = z.enum(['ssh', 'minisign']);

/** A public key found in a file, before anybody accepted it. */
export const AnchorCandidate = z.object({
  format: AnchorFormat,
  keyType: z.string(),
  fingerprint: z.string(),
  comment: z.string(),
});
export type AnchorCandidate = z.infer<typeof AnchorCandidate>;

export const Anchor = AnchorCandidate.extend({
  id: z.string(),
  owner: z.string(),
  models: z.array(ModelGlob),
  source: z.string(),
  addedAt: Timestamp,
  addedBy: z.string(),
  revokedAt: Timestamp.nullable(),
  revokedReason: z.string().nullable(),
});
export type Anchor = z.infer<typeof Anchor>;

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
