import { randomBytes } from 'node:crypto';
import type { Digest, Timestamp } from '#shared/contract/basics.ts';
import type { Signer } from '#engine/core/signer.ts';
import { CHUNK_BYTES } from '#engine/hashing/hash-pool.ts';
import { controlFiles, signSet } from './control-files.ts';
import { CustodyLog } from './custody.ts';
import { type PlanBlob, type PlanLimits, planSet, type SetPlan } from './plan.ts';
import type { TransferSet } from './set-statement.ts';
import { claimOf } from './signed-document.ts';

/** What a set is made of, before it is known where what will lie. */
export interface SetDraft {
  readonly setId: string;
  readonly createdAt: Timestamp;
  readonly origin: string;
  readonly sequence: number;
  readonly releases: TransferSet['releases'];
  /** Every blob that the releases need, each once: manifests and configs first, then files. */
  readonly blobs: readonly PlanBlob[];
  /** Those that the receiver holds already. */
  readonly leftOut: ReadonlySet<Digest>;
  readonly delta: TransferSet['delta'];
  readonly by: string;
}

/** What the write found out about each part, in the plan's order. */
export interface WrittenPart {
  readonly sha256: string;
  readonly chunks: readonly string[];
}

/** 128 random bits as hex. */
export function newSetId(): string {
  return randomBytes(16).toString('hex');
}

/** The blobs that really travel. */
export function sentBlobs(draft: SetDraft): PlanBlob[] {
  return draft.blobs.filter((blob) => !draft.leftOut.has(blob.digest));
}

/** All files beside the payload: one map a volume, in order. `writtenAt` is when each volume's payload was complete. */
export function completeSet(
  draft: SetDraft,
  plan: SetPlan,
  written: readonly WrittenPart[],
  writtenAt: readonly Timestamp[],
  signer: Signer,
): ReadonlyMap<string, Uint8Array>[] {
  const custody = new CustodyLog();
  const common = { by: draft.by, site: draft.origin, setId: draft.setId };
  custody.append({ ...common, event: 'made', at: draft.createdAt, volume: null });
  for (const [n, at] of writtenAt.entries())
    custody.append({ ...common, event: 'written', at, volume: n + 1 });
  const set: TransferSet = {
    setId: draft.setId,
    createdAt: draft.createdAt,
    origin: draft.origin,
    sequence: draft.sequence,
    signer: claimOf(signer),
    volumes: plan.volumes,
    releases: draft.releases,
    blobs: draft.blobs.map(({ digest, sizeBytes }) => ({ digest, sizeBytes })),
    parts: plan.parts.map(({ blob, index, offset, sizeBytes, volume }, n) => {
      const { sha256 = '', chunks = [] } = written[n] ?? {};
      return { blob, index, offset, sizeBytes, volume, sha256, chunks: [...chunks] };
    }),
    referrers: [],
    delta: draft.delta,
    custodyHead: custody.head,
  };
  const control = signSet(set, signer);
  return writtenAt.map((_, n) => controlFiles(set, control, custody.text, n + 1, signer));
}

/**
 * Size of each file beside the payload, a list for every volume, to the byte: the real files are made with stand-ins for
 * digests and signatures, which all have one length.
 */
export function controlSizes(draft: SetDraft, plan: SetPlan, signer: Signer): number[][] {
  const zeros = '0'.repeat(64);
  const standIn: Signer = { ...signer, sign: () => new Uint8Array(64) };
  const written = plan.parts.map((part) => ({
    sha256: zeros,
    chunks: Array.from({ length: Math.ceil(part.sizeBytes / CHUNK_BYTES) }, () => zeros),
  }));
  const writtenAt = Array.from({ length: plan.volumes }, () => draft.createdAt);
  return completeSet(draft, plan, written, writtenAt, standIn).map((files) =>
    [...files.values()].map((bytes) => bytes.length),
  );
}

/** Where everything goes, with room for the control files on every volume. Throws USAGE when the limits leave no way. */
export function planDraft(draft: SetDraft, limits: PlanLimits, signer: Signer): SetPlan {
  const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
  return planSet(sentBlobs(draft), limits, (plan) => Math.max(...controlSizes(draft, plan, signer).map(sum)));
}
