import { randomBytes } from 'node:crypto';
import type { Digest, Timestamp } from '#shared/contract/basics.ts';
import type { MediumName } from '#shared/contract/transfers.ts';
import type { Signer } from '#engine/core/signer.ts';
import { CHUNK_BYTES } from '#engine/hashing/hash-pool.ts';
import { signSet, volumeFiles } from './control-files.ts';
import { CustodyLog } from './custody.ts';
import { planSet, type PlanOutcome, type PlanRequest, type SetPlan, wholeStretches } from './plan.ts';
import type { PlanBlob, PlanStretch } from './planned-part.ts';
import type { TransferSet } from './set-statement.ts';
import { claimOf } from './signed-document.ts';
import type { VolumeEnd } from './volume-progress.ts';

/** What a set is made of, before it is known where what will lie. */
export interface SetDraft {
  readonly setId: string;
  readonly createdAt: Timestamp;
  readonly origin: string;
  readonly sequence: number;
  readonly releases: TransferSet['releases'];
  readonly referrers: TransferSet['referrers'];
  /** Every blob that the releases need, each once: manifests and configs first, then files. */
  readonly blobs: readonly PlanBlob[];
  /** Those that the receiver holds already. */
  readonly leftOut: ReadonlySet<Digest>;
  readonly delta: TransferSet['delta'];
  /** The stretches that a receiver asked for; null for a set of its own. */
  readonly supplements:
    (NonNullable<TransferSet['supplements']> & { readonly stretches: PlanStretch[] }) | null;
  readonly by: string;
}

/** A control file and what it says. */
export interface SignedSet {
  readonly set: TransferSet;
  readonly control: Uint8Array;
}

/** 128 random bits as hex. */
export function newSetId(): string {
  return randomBytes(16).toString('hex');
}

/** The stretches of blobs that really travel. */
export function sentStretches(draft: SetDraft): PlanStretch[] {
  if (draft.supplements !== null) return draft.supplements.stretches;
  return wholeStretches(draft.blobs.filter((blob) => !draft.leftOut.has(blob.digest)));
}

/** The log of a set that was just made: its head is what the control file is signed over. */
export function firstCustody({ setId, createdAt, origin, by }: SetDraft): CustodyLog {
  const log = CustodyLog.empty();
  log.append({ event: 'made', at: createdAt, by, site: origin, volume: null }, setId);
  return log;
}

interface Signing {
  readonly draft: SetDraft;
  readonly plan: SetPlan;
  readonly revision: number;
  /** One a volume. */
  readonly media: readonly MediumName[];
  /** Chunk digests of each part, in the plan's order. */
  readonly chunks: readonly (readonly string[])[];
}

/** Makes and signs the control file of a plan. */
export function signPlan({ draft, plan, revision, media, chunks }: Signing, signer: Signer): SignedSet {
  const { supplements } = draft;
  const set: TransferSet = {
    setId: draft.setId,
    createdAt: draft.createdAt,
    origin: draft.origin,
    sequence: draft.sequence,
    signer: claimOf(signer),
    revision,
    volumes: plan.volumes,
    media: media.map(({ label, serial }) => ({
      label: label.slice(0, LABEL_LENGTH),
      serial: serial?.slice(0, LABEL_LENGTH) ?? null,
    })),
    releases: draft.releases,
    blobs: draft.blobs.map(({ digest, sizeBytes }) => ({ digest, sizeBytes })),
    parts: plan.parts.map(({ blob, index, offset, sizeBytes, volume }, n) => {
      return { blob, index, offset, sizeBytes, volume, chunks: [...(chunks[n] ?? [])] };
    }),
    referrers: draft.referrers,
    delta: draft.delta,
    supplements: supplements === null ? null : { setId: supplements.setId, requestId: supplements.requestId },
    custodyHead: firstCustody(draft).head,
  };
  return { set, control: signSet(set, signer) };
}

const LABEL_LENGTH = 128;
const longest = { label: 'x'.repeat(LABEL_LENGTH), serial: 'x'.repeat(LABEL_LENGTH) };
/** More than any revision has. */
const LONGEST_REVISION = 9999;

/**
 * Size of each file beside the payload, a list for every volume: not less than it will be. The real files are made with
 * stand-ins for digests and signatures, which all have one length, and with the longest names of media.
 */
export function controlSizes(draft: SetDraft, plan: SetPlan, signer: Signer): number[][] {
  const zeros = '0'.repeat(64);
  const standIn: Signer = { ...signer, sign: () => new Uint8Array(64) };
  const media = Array.from({ length: plan.volumes }, () => longest);
  const chunks = plan.parts.map((part) =>
    Array.from({ length: Math.ceil(part.sizeBytes / CHUNK_BYTES) }, () => zeros),
  );
  const signed = signPlan({ draft, plan, revision: LONGEST_REVISION, media, chunks }, standIn);
  const custody = firstCustody(draft);
  return media.map((medium, n) => {
    const at = draft.createdAt;
    noteVolume(
      custody,
      draft,
      { volume: n + 1, medium },
      { writtenAt: at, proof: { at, readBack: 'page-cache' } },
    );
    const files = volumeFiles(signed, custody.text, n + 1, () => zeros, standIn);
    return [...files.values()].map((bytes) => bytes.length);
  });
}

/** Adds to the log that a volume was written, and, once it was, that it was proven and how. */
export function noteVolume(
  custody: CustodyLog,
  { by, origin, setId }: SetDraft,
  { volume, medium }: { volume: number; medium: MediumName },
  { writtenAt, proof }: VolumeEnd,
): void {
  const common = { by, site: origin, volume };
  custody.append({ ...common, event: 'written', at: writtenAt, medium: { ...medium } }, setId);
  if (proof === null) return;
  custody.append({ ...common, event: 'proven', at: proof.at, readBack: proof.readBack }, setId);
}

/** Where everything goes, with room for the control files on every volume; see planSet. */
export function planDraft(
  draft: SetDraft,
  room: Pick<PlanRequest, 'rooms' | 'more' | 'before'> & { readonly stretches?: PlanStretch[] },
  signer: Signer,
): PlanOutcome {
  const { rooms, more, before, stretches = sentStretches(draft) } = room;
  return planSet({
    stretches,
    rooms,
    more,
    before,
    controlSizes: (plan) => controlSizes(draft, plan, signer),
  });
}
