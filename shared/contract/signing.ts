import { z } from 'zod';
import { Digest, LocationHandle, ReleaseRef, SizeBytes, Timestamp } from './basics.ts';
import { VerifyReport } from './evidence.ts';

/**
 * `sshsig` signs one file, or a release's manifest; `oms` signs every file of a folder or release in one bundle; `dsse` states
 * the digest of a release's manifest.
 */
export const SigningFormat = z.enum(['dsse', 'sshsig', 'oms']);
export type SigningFormat = z.infer<typeof SigningFormat>;

export const SignRequest = z.object({
  what: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('place'), source: LocationHandle }),
    z.object({ kind: z.literal('release'), release: ReleaseRef }),
  ]),
  key: z.discriminatedUnion('kind', [
    /** The unlocked key of whoever acts; it makes `dsse` and `sshsig`. */
    z.object({ kind: z.literal('person') }),
    z.object({
      kind: z.literal('file'),
      source: LocationHandle,
      passphrase: z.string().max(1024).optional(),
    }),
    /** A key that an SSH agent keeps, by its fingerprint. */
    z.object({ kind: z.literal('agent'), fingerprint: z.string().min(8).max(128) }),
  ]),
  format: SigningFormat,
  /** PEM certificates of the key, its own first; only for `oms`. */
  chain: LocationHandle.optional(),
  /** The signature's file, which must not exist. A release keeps its signatures; for it the file is one more. */
  target: LocationHandle.optional(),
});

/** What was signed, and where the signature lies. */
export const Signed = z.object({
  format: SigningFormat,
  /** Of the signing key, as `verify` names it. */
  fingerprint: z.string(),
  /** What was signed: a file's, manifest's or model's digest. */
  digest: z.string(),
  files: z.number().int(),
  /** The file; null when the signature is only kept with the release. */
  signature: z.string().nullable(),
  /** The manifest that was written beside it, for who has no Sallyport. */
  manifest: z.string().nullable(),
});
export type Signed = z.infer<typeof Signed>;

/** A signature that is kept with a release, and what verifying it says now. */
export const ReleaseSignature = z.object({
  /** SHA-256 of the signature itself. */
  digest: Digest,
  format: SigningFormat,
  sizeBytes: SizeBytes,
  addedAt: Timestamp,
  addedBy: z.string(),
  /** The transfer set that brought it; null when it was made here. */
  transferSet: z.string().nullable(),
  report: VerifyReport,
});
export type ReleaseSignature = z.infer<typeof ReleaseSignature>;
