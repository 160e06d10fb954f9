import { z } from 'zod';
import { ImportId, JobStarted, LocationHandle, ModelName, nothing, Reason, Version } from '../basics.ts';
import { ImportDetail, ImportSummary, ReleaseSummary } from '../releases.ts';

/** Calls that take something in and decide about it. */
export const importCalls = {
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
} as const;
