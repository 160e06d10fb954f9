import { z } from 'zod';
import { ChannelName, ModelName, Reason, ReleaseRef, Timestamp, Version } from '../basics.ts';
import { PlacedTensor, TensorChangeKind, TensorComparison, TextDifference } from '../comparison.ts';
import { Channel, Pin, ReleaseDetail, ReleaseDiff, ReleaseSummary } from '../releases.ts';

const page = {
  offset: z.number().int().nonnegative().default(0),
  limit: z.number().int().min(1).max(1000).default(200),
};

/** Calls about releases and the channels that name them. */
export const releaseCalls = {
  'releases.list': { input: z.object({ model: ModelName.optional() }), output: z.array(ReleaseSummary) },
  'releases.get': { input: ReleaseRef, output: ReleaseDetail },
  /**
   * Verifies a release again by the anchors, revocations, policy and clock of now, and puts it on record. Signatures and lists
   * are read; digests are those of the copy (a fixity check reads the rest).
   */
  'releases.verify': { input: ReleaseRef, output: ReleaseDetail },
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
} as const;
