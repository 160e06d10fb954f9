import { z } from 'zod';
import { LocationHandle, ReleaseRef } from './basics.ts';

/** `sshsig` signs one file, or a release's manifest; `oms` signs every file of a folder or release in one bundle. */
export const SigningFormat = z.enum(['sshsig', 'oms']);

export const SignRequest = z.object({
  what: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('place'), source: LocationHandle }),
    z.object({ kind: z.literal('release'), release: ReleaseRef }),
  ]),
  key: z.discriminatedUnion('kind', [
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
  /** The signature's file, which must not exist. */
  target: LocationHandle,
});

/** What was signed, and where the signature lies. */
export const Signed = z.object({
  format: SigningFormat,
  /** Of the signing key, as `verify` names it. */
  fingerprint: z.string(),
  /** What was signed: a file's, manifest's or model's digest. */
  digest: z.string(),
  files: z.number().int(),
  signature: z.string(),
  /** The manifest that was written beside it, for who has no Sallyport. */
  manifest: z.string().nullable(),
});
export type Signed = z.infer<typeof Signed>;
