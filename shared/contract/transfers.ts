import { z } from 'zod';
import { Digest, Location, LocationHandle, ReleaseRef, SizeBytes, Timestamp } from './basics.ts';
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
  /** Of the disk it lies on. */
  serial: z.string().nullable(),
  /** Of the file system on it, where the system tells. */
  uuid: z.string().nullable(),
  /** Largest single file the file system can hold; null when it knows no limit worth naming. */
  maxFileBytes: SizeBytes.nullable(),
  /** `ready`, or why it cannot be used as it is. */
  state: z.enum(['ready', 'not-mounted', 'blocked']),
});
export type Volume = z.infer<typeof Volume>;

/**
 * How written bytes were read back after they were flushed: from the device past the page cache (O_DIRECT), or through the
 * page cache, which may have answered from memory.
 */
export const ReadBack = z.enum(['direct', 'page-cache']);
export type ReadBack = z.infer<typeof ReadBack>;

/** A medium as people tell it from others. */
export const MediumName = z.object({ label: z.string(), serial: z.string().nullable() });
export type MediumName = z.infer<typeof MediumName>;

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
  /** Folders with model files that lie beside each other, the largest first; empty when the place as a whole is one model. */
  models: z.array(z.object({ path: z.string(), fileCount: z.number().int(), sizeBytes: SizeBytes })),
  /** Files that belong to nothing of this. */
  unknown: z.object({ fileCount: z.number().int(), sizeBytes: SizeBytes }),
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
  /** Label and serial number of each volume's medium as its packer saw it, in order. */
  media: z.array(MediumName),
  /** The set that this one completes; null for a set of its own. */
  supplements: z.string().nullable(),
  checks: z.array(Check),
});
export type SetInspection = z.infer<typeof SetInspection>;

/** A place that a set may be written to. One place may stand several times: one slot, one medium after the other. */
export const VolumeChoice = z.object({
  location: LocationHandle,
  /** What the set may take there at most; otherwise what is free when its turn comes. */
  capacityBytes: z.number().int().min(100_000).optional(),
  maxFileBytes: z.number().int().min(65_536).optional(),
});
export type VolumeChoice = z.infer<typeof VolumeChoice>;

/** Rates of a medium as last measured, bytes a second; null when it never was. */
const MediumSpeed = z.object({
  writeBytesPerSecond: z.number().nullable(),
  readBytesPerSecond: z.number().nullable(),
});

/** A file, or the stretch of one, that a plan puts on a volume. */
export const PlannedContent = z.object({
  /** Path in the release, e.g. `silero-vad@5.0.0/model.onnx`. */
  name: z.string(),
  blob: Digest,
  offset: SizeBytes,
  sizeBytes: SizeBytes,
  /** Of the whole file; equal to `sizeBytes` when it stays whole. */
  fileBytes: SizeBytes,
});

export const PlannedVolume = MediumSpeed.extend({
  /** From 1. */
  number: z.number().int(),
  location: Location,
  ...MediumName.shape,
  fileSystem: z.string(),
  /** What the set may take there. */
  capacityBytes: SizeBytes,
  /** Payload and control files in whole blocks of the file system. */
  usedBytes: SizeBytes,
  payloadBytes: SizeBytes,
  controlBytes: SizeBytes,
  fileCount: z.number().int(),
  /** The first 200. */
  contents: z.array(PlannedContent),
  /** To write and to read back; null when the medium's speed is not known. */
  seconds: z.number().nullable(),
});
export type PlannedVolume = z.infer<typeof PlannedVolume>;

/** Which parts would go where. Nothing is written and nothing is promised: free space may change. */
export const SetPlan = z.object({
  volumes: z.array(PlannedVolume),
  payloadBytes: SizeBytes,
  /** What the receipt lists and does not travel. */
  bytesLeftOut: SizeBytes,
  /** What does not fit, and for each size of volume at hand how many more of it would do; null when all fits. */
  missing: z
    .object({
      bytes: SizeBytes,
      more: z.array(z.object({ capacityBytes: SizeBytes, volumes: z.number().int() })),
    })
    .nullable(),
  /** Of all volumes together; null when one of them is not known. */
  seconds: z.number().nullable(),
});
export type SetPlan = z.infer<typeof SetPlan>;

/** Who had the media when: one entry of a set's custody log. */
export const CustodyEvent = z.object({
  event: z.enum(['made', 'written', 'proven', 'handed-over', 'received']),
  at: Timestamp,
  by: z.string(),
  site: z.string(),
  /** null: all volumes of the set. */
  volume: z.number().int().nullable(),
  /** To whom it was handed over. */
  to: z.string().nullable(),
  note: z.string().nullable(),
  medium: MediumName.nullable(),
  /** How a volume was read back and found right; null on other entries. */
  readBack: ReadBack.nullable(),
  /** SHA-256 of the entry's line, hex. */
  hash: z.string(),
  /** The entries it follows: more than one where two branches were merged, none at the beginning. */
  follows: z.array(z.string()),
});
export type CustodyEvent = z.infer<typeof CustodyEvent>;

/** A file kept as evidence beside a transfer, e.g. the report of a scanning kiosk. */
export const TransferEvidence = z.object({
  name: z.string(),
  digest: Digest,
  sizeBytes: SizeBytes,
  attachedAt: Timestamp,
  attachedBy: z.string(),
  note: z.string(),
});
export type TransferEvidence = z.infer<typeof TransferEvidence>;

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

/** A set on record, with the newest entry of its custody log about each volume, in order; empty when that log does not hold. */
export const ListedTransfer = Transfer.extend({ last: z.array(CustodyEvent) });
export type ListedTransfer = z.infer<typeof ListedTransfer>;

/** Entries of custody about sets from here that came back with a document and were new; they are on record now. */
const custodyAdded = z.number().int();

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
  custodyAdded,
});
export type Receipt = z.infer<typeof Receipt>;

/** A set on record with everything that is known about its way. */
export const TransferDetail = Transfer.extend({
  /** In the order of the volumes. */
  media: z.array(MediumName),
  /** Each after those it follows. */
  custody: z.array(CustodyEvent),
  evidence: z.array(TransferEvidence),
});
export type TransferDetail = z.infer<typeof TransferDetail>;

/** Bytes `start` to `end` of a file, both included. */
const Stretch = z.object({ start: SizeBytes, end: SizeBytes });

/** What a receiver still needs of a set, signed by a person of that site. */
export const ReRequest = z.object({
  id: z.string(),
  setId: z.string(),
  /** Who asks, and whose set it is. */
  site: z.string(),
  origin: z.string(),
  createdAt: Timestamp,
  needs: z.array(
    z.object({ blob: Digest, sizeBytes: SizeBytes, names: z.array(z.string()), ranges: z.array(Stretch) }),
  ),
  bytes: SizeBytes,
  signature: SignatureOutcome,
  signer: Signer.nullable(),
  custodyAdded,
});
export type ReRequest = z.infer<typeof ReRequest>;

export const MediumId = z.string().regex(/^med-[0-9a-f]{16}$/);

/**
 * By what a medium is told from others: its serial number; without one the id of its file system, which formatting changes;
 * without that its label and size, which others may have too.
 */
export const MediumKnownBy = z.enum(['serial', 'file-system', 'label-and-size']);
export type MediumKnownBy = z.infer<typeof MediumKnownBy>;

/** A physical medium that was seen here. */
export const Medium = MediumSpeed.extend({
  id: MediumId,
  knownBy: MediumKnownBy,
  /** The serial number, the file system's id, or label and size. */
  knownAs: z.string(),
  label: z.string(),
  fileSystem: z.string(),
  sizeBytes: SizeBytes,
  transport: z.string(),
  /** null: nobody said yet. */
  owner: z.string().nullable(),
  /** Who has it, by the last hand-over. */
  holder: z.string().nullable(),
  firstSeenAt: Timestamp,
  lastSeenAt: Timestamp,
  sanitisedAt: Timestamp.nullable(),
});
export type Medium = z.infer<typeof Medium>;

export const MediumEvent = z.object({
  at: Timestamp,
  by: z.string(),
  what: z.enum(['written', 'received', 'owner', 'handed-over', 'sanitised']),
  /** The set and the volume of it; null when it is about the medium alone. */
  setId: z.string().nullable(),
  volume: z.number().int().nullable(),
  /** The new owner or holder, or the method of sanitising. */
  detail: z.string(),
  reason: z.string(),
});
export type MediumEvent = z.infer<typeof MediumEvent>;

/** A medium with everything that was done with it here, newest first. */
export const MediumDetail = Medium.extend({ history: z.array(MediumEvent) });
export type MediumDetail = z.infer<typeof MediumDetail>;
