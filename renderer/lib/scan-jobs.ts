import { create } from 'zustand';
import type { CallInput } from '#shared/contract/calls.ts';
import type { Job } from '#shared/contract/jobs.ts';
import { call } from './bridge.ts';
import { fetchJob, useJob } from './jobs.ts';

type ScanInput = CallInput<'scan.start'>;

/** The last scan of each thing that was asked for here; outlives the places. */
const useScanJobs = create<Readonly<Record<string, string>>>(() => ({}));

const keyOf = (input: ScanInput) => {
  if ('source' in input) return input.source;
  return 'import' in input ? input.import : `${input.release.model}@${input.release.version}`;
};

/** Starts a scan of a place, an import or a release, and remembers its job. */
export async function startScan(input: ScanInput): Promise<void> {
  const { jobId } = await call('scan.start', input);
  await fetchJob(jobId);
  useScanJobs.setState({ [keyOf(input)]: jobId });
}

/** The last scan that was started here; undefined when there was none. */
export function useScanJob(input: ScanInput): Job | undefined {
  return useJob(useScanJobs((jobs) => jobs[keyOf(input)] ?? null));
}
