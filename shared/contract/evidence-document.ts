import { z } from 'zod';
import { AuditProof } from './audit.ts';
import { Digest, ImportId, ModelName, SizeBytes, Timestamp, Version } from './basics.ts';
import { SignatureOutcome, Signer, VerifyReport } from './evidence.ts';
import { Attachment, EvidenceSubject, PolicyDocument, Waiver } from './policy.ts';
import { FileRole } from './releases.ts';
import { PolicyRef, ScanReport } from './scan.ts';
import { TransferEvidence } from './transfers.ts';
import { Anchor, Revocation } from './trust.ts';
import { TrustPolicy } from './trust-policy.ts';

export const TransferRef = z.object({
  setId: z.string().regex(/^[0-9a-f]{32}$/),
  direction: z.enum(['out', 'in']),
});

/** What evidence can be exported of: an import, a release, or a transfer set. */
export const ExportSubject = z.union([EvidenceSubject, z.object({ set: TransferRef })]);
export type ExportSubject = z.infer<typeof ExportSubject>;

const Base64 = z.base64();

/** A file of the release with the digests that were computed while it was copied, by algorithm (and frame, where one is signed). */
export const EvidenceFile = z.object({
  path: z.string(),
  role: FileRole,
  digest: Digest,
  sizeBytes: SizeBytes,
  digests: z.record(z.string(), z.string()),
  /** The bytes themselves, of signatures, of what they sign in the same file, and of lists; null for every other file. */
  bytes: Base64.nullable(),
});

/** A verification as it was found and put on record. */
export const EvidenceReport = z.object({
  /** What was verified, e.g. `imported`, `verified again`. */
  occasion: z.enum(['import', 'release', 'verified-again']),
  importId: ImportId,
  by: z.string(),
  report: VerifyReport,
});

/** A record that this site signed: a DSSE envelope over an in-toto statement, `urn:sallyport:verification:v1`. */
export const EvidenceRecord = z.object({
  importId: ImportId,
  manifestDigest: Digest,
  at: Timestamp,
  envelope: z.string(),
});

/**
 * Everything needed to check again, without Sallyport's database, what was proven about an import, a release or a transfer set.
 * Written as canonical JSON (RFC 8785): the same state gives the same bytes. The README says how stock tools check it.
 */
export const EvidenceDocument = z.object({
  format: z.literal('urn:sallyport:evidence:v1'),
  subject: z.object({
    kind: z.enum(['import', 'release', 'set']),
    /** `model@version`, or the id of the set. */
    name: z.string(),
    state: z.string(),
    importId: ImportId.nullable(),
    manifestDigest: Digest.nullable(),
    set: TransferRef.nullable(),
    releases: z.array(z.object({ model: ModelName, version: Version })),
  }),
  /** Who says so: the key (C2SP form) signs the log's checkpoints and this site's records. */
  site: z.object({ name: z.string(), logKey: z.string() }),
  /** The manifest's exact text; its SHA-256 is the digest of the subject. */
  manifest: z.string().nullable(),
  files: z.array(EvidenceFile),
  /** Oldest first; the last is what counts. */
  reports: z.array(EvidenceReport),
  records: z.array(EvidenceRecord),
  trust: z.object({
    /** The anchors that the signers were known by, with their public keys or certificates. */
    anchors: z.array(Anchor.extend({ material: z.string() })),
    /** Sigstore roots that came with the app and were used, as `trusted_root.json`. */
    roots: z.array(z.object({ label: z.string(), material: z.string() })),
    revocations: z.array(Revocation),
    pack: z
      .object({ authority: z.string(), number: z.number().int(), digest: Digest, envelope: Base64 })
      .nullable(),
    policy: TrustPolicy,
  }),
  scan: z.object({ report: ScanReport, policy: PolicyRef.extend({ document: PolicyDocument }) }).nullable(),
  /** Each with its signed envelope and the key that it names. */
  waivers: z.array(Waiver.omit({ state: true }).extend({ publicKey: Base64 })),
  attachments: z.array(Attachment),
  /** Of the transfer set, or of the one that the bytes came with. */
  transfer: z
    .object({
      ...TransferRef.shape,
      /** The signed control file, a DSSE envelope. */
      control: z.string().nullable(),
      signature: SignatureOutcome,
      signer: Signer.nullable(),
      /** Lines of custody.jsonl, each chained to those before it by its SHA-256. */
      custody: z.array(z.string()),
      attached: z.array(TransferEvidence),
    })
    .nullable(),
  /** Every entry of the audit log about the subject, with the proof that it is in the log of one checkpoint. */
  log: z.array(AuditProof),
});
export type EvidenceDocument = z.infer<typeof EvidenceDocument>;

/** A file that was written; the digest of a printed one is that of the JSON form, which it names. */
export const WrittenEvidence = z.object({ file: z.string(), digest: Digest, sizeBytes: SizeBytes });
