import { z } from 'zod';
import { Digest, Location, ReleaseRef, SizeBytes, Timestamp } from './basics.ts';
import { Check, Signer, SignatureOutcome } from './evidence.ts';

export const Volume = z.object({
  location: Location.nullable(),
  device: z.string(),
  label: z.string(),
  fileSystem: z.string(),
  sizeBytes: SizeBytes,
  freeBytes: SizeBytes.nullable(),
  readOnly: z.boolean(),
  /** How it is attached: `usb`, `sata`, `nvme`, `folder`, … */
  transport: z.string(),
  serial: z.string().nullable(),
  /** Largest single file the file system can hold; null when it knows no limit worth naming. */
  maxFileBytes: SizeBytes.nullable(),
  /** `ready`, or why it cannot be used as it is. */
  state: z.enum(['ready', 'not-mounted', 'blocked']),
});
export type Volume = z.infer<typeof Volume>;

export const RecognisedSet = z.object({
  setId: z.string(),
  origin: z.string(),
  sequence: z.number().int(),
  createdAt: Timestamp,
  volume: z.number().int(),
  volumes: z.number().int(),
  releases: z.array(ReleaseRef),
  isDelta: z.boolean(),
});

/** What lies on a volume or in a folder, seen without reading any payload. */
export const Recognised = z.object({
  kind: z.enum([
    'transfer-set',
    /** Files of a model in a folder or tar. */
    'model-folder',
    /** A folder or tar with a list of digests. */
    'listed-folder',
    /** A snapshot in a Hugging Face cache, or a download by its client. */
    'hugging-face',
    /** An OCI image layout that another tool made: ModelPack, KitOps. */
    'oci-layout',
    'receipt',
    'unknown',
  ]),
  /** One line, e.g. `transfer set 8f31c2d0, volume 2 of 3`. */
  title: z.string(),
  sets: z.array(RecognisedSet),
  fileCount: z.number().int(),
  sizeBytes: SizeBytes,
  /** Signature files seen; nothing was verified yet. */
  signatures: z.array(z.string()),
  /** What would be refused: links, devices, unsafe names. */
  problems: z.array(Check),
});
export type Recognised = z.infer<typeof Recognised>;

/** The signed control file, checked; no payload was read. */
export const SetInspection = z.object({
  setId: z.string(),
  origin: z.string(),
  sequence: z.number().int(),
  createdAt: Timestamp,
  signature: SignatureOutcome,
  signer: Signer.nullable(),
  releases: z.array(ReleaseRef.extend({ manifestDigest: Digest, sizeBytes: SizeBytes })),
  volumesPresent: z.array(z.number().int()),
  volumes: z.number().int(),
  deltaOf: z.string().nullable(),
  payloadBytes: SizeBytes,
  checks: z.array(Check),
});
export type SetInspection = z.infer<typeof SetInspection>;

/** A set that left or arrived. */
export const Transfer = z.object({
  setId: z.string(),
  direction: z.enum(['out', 'in']),
  site: z.string(),
  sequence: z.number().int(),
  at: Timestamp,
  by: z.string(),
  volumes: z.number().int(),
  payloadBytes: SizeBytes,
  releases: z.array(ReleaseRef),
  deltaOf: z.string().nullable(),
});
export type Transfer = z.infer<typeof Transfer>;

/** What a site says it holds, signed by a person of that site. */
export const Receipt = z.object({
  id: z.string(),
  site: z.string(),
  createdAt: Timestamp,
  releases: z.array(ReleaseRef.extend({ manifestDigest: Digest })),
  blobCount: z.number().int(),
  sequences: z.array(z.object({ origin: z.string(), sequence: z.number().int() })),
  checkpoint: z.string(),
  signature: SignatureOutcome,
  signer: Signer.nullable(),
});
export type Receipt = z.infer<typeof Receipt>;
