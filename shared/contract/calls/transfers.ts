import { z } from 'zod';
import { JobStarted, LocationHandle, nothing, Reason, ReleaseRef } from '../basics.ts';
import {
  CustodyEvent,
  ListedTransfer,
  Receipt,
  ReRequest,
  SetInspection,
  SetPlan,
  TransferDetail,
  VolumeChoice,
} from '../transfers.ts';

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

/** Calls about transfer sets, in both directions, and what belongs to them. */
export const transferCalls = {
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
      /** Wait for volumes that are missing or damaged (`needs`, `jobs.resume`) instead of failing. */
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
} as const;
