import { z } from 'zod';
import { Timestamp } from './basics.ts';
import { ErrorCode } from './errors.ts';

/** `not-checked` is never good news: it says that nobody looked. */
export const Verdict = z.enum(['verified', 'failed', 'warning', 'not-checked']);
export type Verdict = z.infer<typeof Verdict>;

/** One thing that was checked about bytes, with both sides of the comparison. */
export const Check = z.object({
  /** Stable and dotted, e.g. `signature`, `identity`, `files.digest`, `set.sequence`. */
  id: z.string(),
  status: Verdict,
  /** The code of a failed check. */
  code: ErrorCode.optional(),
  expected: z.string().optional(),
  found: z.string().optional(),
  /** Relative to what was verified; on several volumes `volume 3: parts/…`. */
  path: z.string().optional(),
  /** A sentence for a person. */
  detail: z.string().optional(),
});
export type Check = z.infer<typeof Check>;

/** Three outcomes, and invalid is never absent. */
export const SignatureOutcome = z.enum(['valid', 'absent', 'invalid']);

/** Who signed, as far as the bytes prove it. */
export const Signer = z.object({
  /**
   * `SHA256:<base64>` as OpenSSH prints it; for minisign `minisign:<public key as minisign writes it>`, since its key id is a
   * random number that anybody can give to another key; `spki:<hex>`, the SHA-256 of the DER public key, for bare keys and
   * those in certificates.
   */
  fingerprint: z.string(),
  keyType: z.string(),
  /** Id of the format of the signature, e.g. `sshsig`. */
  format: z.string().optional(),
  /** Whom a certificate names: its subject, or the identity that a provider confirmed. */
  name: z.string().optional(),
  /** The identity provider, or the authority that issued the certificate. */
  issuer: z.string().optional(),
  /** The certificate it signed with, as `<lower-case hex serial>@<fingerprint of its issuer's key>`. */
  certificate: z.string().optional(),
  /**
   * All by which a certificate on the way to the anchor can be revoked: that form, `x509:<hex>` (SHA-256 of its DER), and the
   * fingerprint of its key.
   */
  certificatePath: z.array(z.string()).optional(),
  /** From then on its certificate or key no longer counts, where nothing but a record of this site proves an earlier time. */
  validUntil: Timestamp.optional(),
  /** The Sigstore root that proved an identity: whose it is, and its youngest date. */
  root: z.object({ label: z.string(), newestEntry: Timestamp.nullable() }).optional(),
  /** The anchor that vouches for the key; absent when none does. */
  anchor: z
    .object({ id: z.string(), owner: z.string(), addedAt: Timestamp, fingerprint: z.string().optional() })
    .optional(),
  /** A claim that came with the signature (trusted comment, key comment): text, never proof. */
  comment: z.string().optional(),
});
export type Signer = z.infer<typeof Signer>;

/** What verification found out: `verify --json` prints this. Stays stable. */
export const VerifyReport = z.object({
  verdict: Verdict,
  /** `transfer-set`, `none`, or a format's id (`oms`, `sshsig`, `sha256sums+minisign`, …); several with `, `. */
  format: z.string(),
  signature: SignatureOutcome,
  signer: Signer.nullable(),
  /** Everybody whose signature holds, `signer` first. */
  signers: z.array(Signer).default([]),
  checks: z.array(Check),
  files: z.object({
    listed: z.number().int(),
    verified: z.number().int(),
    missing: z.array(z.string()),
    extra: z.array(z.string()),
    mismatched: z.array(z.string()),
    /** Here, and unsigned because the signer left them out. */
    ignored: z.array(z.string()).default([]),
  }),
  /** The newest time that somebody else than the signer proves: the clock cannot be earlier. */
  provenAt: Timestamp.nullable().default(null),
  checkedAt: Timestamp,
  /** Days since the oldest anchor used was added or refreshed; null when no anchor was used. */
  trustAgeDays: z.number().int().nullable(),
});
export type VerifyReport = z.infer<typeof VerifyReport>;
