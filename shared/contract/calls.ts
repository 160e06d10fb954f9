import { z } from 'zod';
import { AuditEntry, AuditHead, AuditProof, AuditVerification } from './audit.ts';
import {
  ChannelName,
  Digest,
  ImportId,
  JobId,
  JobStarted,
  Location,
  LocationHandle,
  ModelName,
  PersonName,
  Reason,
  ReleaseRef,
  ServerName,
  Timestamp,
  Version,
} from './basics.ts';
import { PlacedTensor, TensorChangeKind, TensorComparison, TextDifference } from './comparison.ts';
import type { Failure } from './errors.ts';
import { DeploymentStatus, HostKey, Server, ServerCheck, ServerSettings } from './fleet.ts';
import { Job } from './jobs.ts';
import {
  Attachment,
  EvidenceSubject,
  NewWaiver,
  Policy,
  PolicyDocument,
  PolicyPreview,
  Waiver,
  WaiverId,
} from './policy.ts';
import {
  Channel,
  ImportDetail,
  ImportSummary,
  Pin,
  ReleaseDetail,
  ReleaseDiff,
  ReleaseSummary,
} from './releases.ts';
import { ScanReport, ScanRule } from './scan.ts';
import { Signed, SignRequest } from './signing.ts';
import { DoctorReport, GcReport, SiteInfo, SystemStatus, Topic } from './system.ts';
import { Anchor, AnchorCandidate, AnchorPurpose, ModelGlob, PersonKey, Session } from './trust.ts';
import { trustCalls } from './trust-calls.ts';
import {
  CustodyEvent,
  ListedTransfer,
  Medium,
  MediumDetail,
  MediumId,
  Receipt,
  Recognised,
  ReRequest,
  SetInspection,
  SetPlan,
  TransferDetail,
  Volume,
  VolumeChoice,
} from './transfers.ts';

const nothing = z.object({});
const passphrase = z.string().min(1).max(1024);
const servers = z.array(ServerName).min(1).max(256);
const page = {
  offset: z.number().int().nonnegative().default(0),
  limit: z.number().int().min(1).max(1000).default(200),
};
const SetId = z.string().regex(/^[0-9a-f]{32}$/);

/** What a set is made of, and how large its volumes and files may be. */
const setContents = {
  /** May be left out with `for`. */
  releases: z.array(ReleaseRef).max(100).default([]),
  volumeBytes: z.number().int().min(1_000_000).optional(),
  maxFileBytes: z.number().int().min(65_536).optional(),
  /** A receipt: what it lists is left out. */
  since: LocationHandle.optional(),
  /** A re-request: the set has only what that asks for. */
  for: LocationHandle.optional(),
};

/** A set and where it goes: on volumes, or, when none are named, below one target. */
const setToWrite = z.union([
  /** The places of the volumes, in the order in which they are filled. */
  z.object({ ...setContents, volumes: z.array(VolumeChoice).min(1).max(999) }),
  /** A folder; with `volumeBytes` image folders `volume-1`, `volume-2`, … are made below it, to be burnt or copied. */
  z.object({ ...setContents, target: LocationHandle }),
]);

/** The calls the engine answers: name -> what goes in, what comes out. Everything else is derived from this table. */
export const engineCalls = {
  'site.info': { input: nothing, output: SiteInfo },
  'site.rename': { input: z.object({ site: ModelName }), output: SiteInfo },
  'system.status': { input: nothing, output: SystemStatus },
  'system.doctor': { input: nothing, output: DoctorReport },

  'keys.create': { input: z.object({ name: PersonName, passphrase }), output: PersonKey },
  'keys.list': { input: nothing, output: z.array(PersonKey) },
  'session.get': { input: nothing, output: Session },
  'session.unlock': { input: z.object({ name: PersonName, passphrase }), output: Session },
  'session.lock': { input: nothing, output: Session },

  /** Public keys in a file, for a person to compare before `anchors.add`. */
  'anchors.inspect': { input: z.object({ source: LocationHandle }), output: z.array(AnchorCandidate) },
  'anchors.add': {
    input: z.object({
      source: LocationHandle,
      /** The fingerprint that the person confirmed; picks the key and guards against a swap in between. */
      fingerprint: z.string().min(8).max(512),
      owner: z.string().trim().min(1).max(200),
      models: z.array(ModelGlob).min(1).max(100),
      /** Ids of the formats it may sign in; empty: any. */
      formats: z.array(z.string().min(1).max(64)).max(32).default([]),
      purposes: z
        .array(AnchorPurpose)
        .min(1)
        .default(['models', 'transfer-sets', 'receipts', 'attestations']),
      /** From then on the site no longer relies on it. */
      expiresAt: Timestamp.optional(),
      /** For a trusted root: who has to have signed in, and where. */
      identity: z.string().min(1).max(1000).optional(),
      issuer: z.string().min(1).max(1000).optional(),
    }),
    output: Anchor,
  },
  'anchors.list': { input: nothing, output: z.array(Anchor) },
  'anchors.remove': { input: z.object({ id: z.string(), reason: Reason }), output: nothing },
  'anchors.revoke': { input: z.object({ id: z.string(), reason: Reason }), output: Anchor },

  ...trustCalls,
  /** A signature that others can check; a release that is signed is on record. */
  'sign.create': { input: SignRequest, output: Signed },

  'media.volumes': { input: nothing, output: z.array(Volume) },
  /** The register of media that were seen here, newest first. */
  'media.register': { input: nothing, output: z.array(Medium) },
  'media.medium': { input: z.object({ id: MediumId }), output: MediumDetail },
  'media.setOwner': {
    input: z.object({ id: MediumId, owner: z.string().trim().min(1).max(200), reason: Reason }),
    output: MediumDetail,
  },
  'media.handOver': {
    input: z.object({ id: MediumId, to: z.string().trim().min(1).max(200), reason: Reason }),
    output: MediumDetail,
  },
  /** Puts on record that the medium was sanitised, and how (e.g. `blkdiscard`, `shredded`). */
  'media.sanitise': {
    input: z.object({ id: MediumId, method: z.string().trim().min(1).max(200), reason: Reason }),
    output: MediumDetail,
  },
  'media.recognise': { input: z.object({ source: LocationHandle }), output: Recognised },

  /** A folder, a file, or the volumes of one transfer set, checked in place. */
  'verify.start': {
    input: z.object({
      sources: z.array(LocationHandle).min(1).max(999),
      signature: LocationHandle.optional(),
      /** Key files to accept beside the site's anchors. */
      anchors: z.array(LocationHandle).max(100).default([]),
      /** Whose keyless signature it has to be, and who has to have confirmed the identity. */
      identity: z
        .object({ identity: z.string().min(1).max(500), issuer: z.string().min(1).max(500) })
        .optional(),
      at: Timestamp.optional(),
      ignore: z.array(z.string()).max(1000).default([]),
    }),
    output: JobStarted,
  },

  /**
   * Static checks of weight files: of a folder or file in place, which takes nothing in; or again of what is held, which keeps
   * the result. A job of kind `scan`.
   */
  'scan.start': {
    input: z.union([
      z.object({
        source: LocationHandle,
        /** `structure` leaves tensor data out, and then nothing passes. */
        extent: z.enum(['all', 'structure']).default('all'),
      }),
      EvidenceSubject,
    ]),
    output: JobStarted,
  },
  /** The scan of an import or a release, judged by the policy and the waivers of now; null when there was none. */
  'scan.get': { input: z.object({ of: EvidenceSubject }), output: ScanReport.nullable() },
  /** Every rule there is: of the scan, and the conditions of the policy. */
  'scan.rules': { input: nothing, output: z.array(ScanRule) },

  'policy.get': { input: nothing, output: Policy },
  /** Newest first; the last is the one this version comes with. */
  'policy.history': { input: nothing, output: z.array(Policy) },
  'policy.set': {
    input: z.object({
      document: PolicyDocument,
      reason: Reason,
      /** The version that the person looked at; STATE-CONFLICT when it is not the newest any more. */
      basedOn: z.number().int().nonnegative(),
    }),
    output: Policy,
  },
  /** What a policy (the present one when left out) says to the releases held. Reads no bytes. */
  'policy.preview': { input: z.object({ document: PolicyDocument.optional() }), output: PolicyPreview },

  /** Signed by the unlocked key, else KEY-LOCKED. */
  'waivers.add': { input: NewWaiver, output: Waiver },
  'waivers.list': { input: z.object({ subject: Digest.optional() }), output: z.array(Waiver) },
  'waivers.revoke': { input: z.object({ id: WaiverId, reason: Reason }), output: Waiver },

  /** Keeps a report (a kiosk's, a laboratory's) by its digest, as evidence on an import or a release. */
  'evidence.attach': {
    input: z.object({
      to: EvidenceSubject,
      source: LocationHandle,
      tool: z.string().trim().min(1).max(200),
      toolVersion: z.string().trim().min(1).max(100).optional(),
      signaturesAt: Timestamp.optional(),
      outcome: Attachment.shape.outcome,
      detail: z.string().trim().max(2000).default(''),
    }),
    output: Attachment,
  },
  'evidence.list': { input: z.object({ of: EvidenceSubject }), output: z.array(Attachment) },

  'imports.start': {
    input: z.object({
      source: LocationHandle,
      model: ModelName,
      version: Version,
      /** An in-toto statement that becomes a layer of the release. */
      provenance: LocationHandle.optional(),
    }),
    output: JobStarted,
  },
  'imports.list': { input: nothing, output: z.array(ImportSummary) },
  'imports.get': { input: z.object({ id: ImportId }), output: ImportDetail },
  /** Judges what lies in quarantine again, by the anchors, revocations and policy of now. No medium is read. */
  'imports.recheck': { input: z.object({ id: ImportId }), output: ImportDetail },
  'imports.publish': {
    input: z.object({
      id: ImportId,
      acceptUnsigned: z.object({ reason: Reason }).optional(),
      /** A person looked at what the policy wants looked at. */
      acceptReview: z.object({ reason: Reason }).optional(),
    }),
    output: ReleaseSummary,
  },
  'imports.reject': { input: z.object({ id: ImportId, reason: Reason }), output: nothing },

  'releases.list': { input: z.object({ model: ModelName.optional() }), output: z.array(ReleaseSummary) },
  'releases.get': { input: ReleaseRef, output: ReleaseDetail },
  'releases.diff': { input: z.object({ before: ReleaseRef, after: ReleaseRef }), output: ReleaseDiff },
  /** The tensors of a release in the order of its files, a page at a time. */
  'releases.tensors': {
    input: ReleaseRef.extend({ path: z.string().optional(), ...page }),
    output: z.object({ total: z.number().int(), tensors: z.array(PlacedTensor) }),
  },
  /** Per tensor, from what was computed when the bytes came in; reads no blob. */
  'releases.compareTensors': {
    input: z.object({
      before: ReleaseRef,
      after: ReleaseRef,
      /** Only these kinds of change; all when left out. */
      changes: z.array(TensorChangeKind).max(6).optional(),
      /** In the tensor's name, whatever its case. */
      text: z.string().max(200).optional(),
      ...page,
    }),
    output: TensorComparison,
  },
  /** Chat templates, configs and other small texts, line by line. */
  'releases.compareTexts': {
    input: z.object({ before: ReleaseRef, after: ReleaseRef }),
    output: z.array(TextDifference),
  },
  'releases.deprecate': {
    input: ReleaseRef.extend({ reason: Reason, successor: Version.optional(), after: Timestamp.optional() }),
    output: ReleaseSummary,
  },
  'releases.revoke': {
    input: ReleaseRef.extend({ reason: Reason, successor: Version.optional(), after: Timestamp.optional() }),
    output: ReleaseSummary,
  },

  'channels.list': { input: z.object({ model: ModelName.optional() }), output: z.array(Channel) },
  'channels.pin': {
    input: z.object({ model: ModelName, channel: ChannelName, version: Version, reason: Reason }),
    output: Pin,
  },
  'channels.asOf': {
    input: z.object({ model: ModelName, channel: ChannelName, at: Timestamp }),
    output: Pin.nullable(),
  },

  /** Which parts would go where, what is missing, how long it takes. Writes nothing. */
  'bundles.plan': { input: setToWrite, output: SetPlan },
  /**
   * Writes the set, reads it back, and puts it on record. The job waits (`needs`) for the next medium when a place stands
   * several times, and for another one when a medium fails or is smaller than it said.
   */
  'bundles.create': { input: setToWrite, output: JobStarted },
  'bundles.inspect': {
    input: z.object({ sources: z.array(LocationHandle).min(1).max(999) }),
    output: SetInspection,
  },
  'bundles.import': {
    input: z.object({
      sources: z.array(LocationHandle).min(1).max(999),
      /** Wait for volumes that are missing or damaged (`needs`, `jobs.offer`) instead of failing. */
      wait: z.boolean().default(false),
      /** Take a set that is older than one already accepted from its origin. */
      acceptOlder: z.object({ reason: Reason }).optional(),
    }),
    output: JobStarted,
  },
  /** Writes what is still needed of a set under way to a signed file for its sender. */
  'bundles.reRequest': { input: z.object({ setId: SetId, target: LocationHandle }), output: ReRequest },
  'bundles.inspectRequest': { input: z.object({ source: LocationHandle }), output: ReRequest },
  /**
   * Puts on record that volumes of a set went to somebody. Volumes at hand get the entry into their custody log, which only
   * the key that signed the set can do.
   */
  'bundles.handOver': {
    input: z.object({
      setId: SetId,
      to: z.string().trim().min(1).max(200),
      reason: Reason,
      volumes: z.array(LocationHandle).max(999).default([]),
    }),
    output: z.array(CustodyEvent),
  },
  'transfers.list': { input: nothing, output: z.array(ListedTransfer) },
  'transfers.get': {
    input: z.object({ setId: SetId, direction: z.enum(['out', 'in']) }),
    output: TransferDetail,
  },
  /** Keeps a file of any kind, e.g. a kiosk's scan report, as evidence beside a transfer. */
  'transfers.attach': {
    input: z.object({ setId: SetId, direction: z.enum(['out', 'in']), source: LocationHandle, note: Reason }),
    output: TransferDetail,
  },
  'receipts.create': { input: z.object({ target: LocationHandle }), output: Receipt },
  'receipts.inspect': { input: z.object({ source: LocationHandle }), output: Receipt },

  /** Asks the server for its host keys; nothing is trusted yet. */
  'servers.scanHostKey': {
    input: z.object({ host: ServerSettings.shape.host, port: ServerSettings.shape.port }),
    output: z.array(HostKey),
  },
  'servers.add': {
    input: ServerSettings.extend({
      identityFile: LocationHandle.optional(),
      hostKeyFingerprint: z.string().max(128),
    }),
    output: Server,
  },
  'servers.list': { input: nothing, output: z.array(Server) },
  'servers.check': { input: z.object({ name: ServerName }), output: ServerCheck },
  'servers.remove': { input: z.object({ name: ServerName, reason: Reason }), output: nothing },

  'deploy.push': { input: ReleaseRef.extend({ servers }), output: JobStarted },
  /** Puts what the channel pins live on the servers. */
  'deploy.activate': {
    input: z.object({ model: ModelName, channel: ChannelName, servers }),
    output: JobStarted,
  },
  'deploy.rollback': {
    input: z.object({
      model: ModelName,
      channel: ChannelName,
      servers,
      version: Version.optional(),
      reason: Reason,
    }),
    output: JobStarted,
  },
  'deploy.status': { input: nothing, output: z.array(DeploymentStatus) },
  'deploy.fixity': { input: z.object({ servers }), output: JobStarted },

  'fixity.start': { input: z.object({ release: ReleaseRef.optional() }), output: JobStarted },
  'gc.run': { input: z.object({ dryRun: z.boolean() }), output: GcReport },

  'audit.head': { input: nothing, output: AuditHead },
  /** Newest first; `before` is the index of the last entry already seen. */
  'audit.list': {
    input: z.object({
      before: z.number().int().nonnegative().optional(),
      limit: z.number().int().min(1).max(500).default(100),
      /** Anywhere in the entry, whatever its case. */
      text: z.string().max(200).optional(),
      /** Exactly this person, exactly this act. */
      who: z.string().max(200).optional(),
      act: z.string().max(100).optional(),
      /** From this time on, and before that one. */
      since: Timestamp.optional(),
      until: Timestamp.optional(),
    }),
    output: z.array(AuditEntry),
  },
  'audit.verify': { input: nothing, output: AuditVerification },
  'audit.export': {
    input: z.object({ target: LocationHandle }),
    output: z.object({ file: z.string(), entries: z.number().int() }),
  },
  'audit.proof': { input: z.object({ index: z.number().int().nonnegative() }), output: AuditProof },

  'jobs.list': { input: nothing, output: z.array(Job) },
  'jobs.get': { input: z.object({ id: JobId }), output: Job },
  'jobs.cancel': { input: z.object({ id: JobId }), output: Job },
  'jobs.resume': {
    input: z.object({
      id: JobId,
      /** Where the job's source lies now, when that is elsewhere than before: a drive that came back under another path. */
      source: LocationHandle.optional(),
    }),
    output: Job,
  },
  /** Gives a waiting job the place it needs; it goes on, and waits again when that did not help. */
  'jobs.offer': { input: z.object({ id: JobId, source: LocationHandle }), output: Job },
} as const satisfies CallTable;

/** The calls the window's shell answers itself: dialogs and what belongs to the desktop. */
export const shellCalls = {
  'dialog.chooseFolder': { input: z.object({ title: z.string().max(200) }), output: Location.nullable() },
  'dialog.chooseFile': { input: z.object({ title: z.string().max(200) }), output: Location.nullable() },
  'clipboard.write': { input: z.object({ text: z.string().max(100_000) }), output: nothing },
  /** The look of what the desktop draws (frame, menu, dialogs) and of the window before its page is there. */
  'window.setTheme': { input: z.object({ theme: z.enum(['system', 'light', 'dark']) }), output: nothing },
} as const satisfies CallTable;

export const allCalls = { ...engineCalls, ...shellCalls };

interface CallTable {
  readonly [name: string]: { readonly input: z.ZodType; readonly output: z.ZodType };
}

export type EngineCallName = keyof typeof engineCalls;
export type ShellCallName = keyof typeof shellCalls;
export type CallName = keyof typeof allCalls;

/** What a caller hands in (defaults may be left out). */
export type CallInput<N extends CallName> = z.input<(typeof allCalls)[N]['input']>;
/** What a handler receives after parsing. */
export type ParsedInput<N extends CallName> = z.output<(typeof allCalls)[N]['input']>;
export type CallOutput<N extends CallName> = z.output<(typeof allCalls)[N]['output']>;

/** Events the engine sends without being asked: name -> payload. */
export const engineEvents = {
  job: Job,
  changed: z.object({ topics: z.array(Topic) }),
} as const;

export type EventName = keyof typeof engineEvents;
export type EventPayload<N extends EventName> = z.infer<(typeof engineEvents)[N]>;
export type Unsubscribe = () => void;

/** What the preload bridge offers the window as `window.sallyport`; failures come back as data. */
export interface Bridge {
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallReply<CallOutput<N>>>;
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): Unsubscribe;
}

/** Errors cross the border as data, since an Error loses its fields on the way. */
export type CallReply<T> = { ok: true; value: T } | { ok: false; failure: Failure };
