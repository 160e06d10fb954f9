import type { DeployedRelease, ServerOutcome } from '#shared/contract/fleet.ts';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import type { Progress } from '#engine/core/progress.ts';
import { checkOfError } from './check-server.ts';
import type { Tally } from './server-session.ts';

/** Servers worked on at the same time: more only share this workstation's one link and disk. */
const AT_ONCE = 4;

/** One server's part of a job: the outcome to show, and the error behind it when it is a bad one. */
export interface FleetResult {
  readonly outcome: ServerOutcome;
  readonly failure: AppError | null;
}

/** Works through servers, a few at a time; one that fails does not keep the others. Cancelling rejects with its reason. */
export async function onServers<S>(
  servers: readonly S[],
  signal: AbortSignal,
  work: (server: S) => Promise<FleetResult>,
): Promise<FleetResult[]> {
  const results: FleetResult[] = [];
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < servers.length; at = next++) {
      signal.throwIfAborted();
      const server = servers[at];
      if (server !== undefined) results[at] = await work(server);
    }
  };
  const workers = Array.from({ length: Math.min(AT_ONCE, servers.length) }, worker);
  // All of them end before the first failure is passed on, so that nothing runs on behind a cancelled job.
  const ends = await Promise.allSettled(workers);
  const broken = ends.find((end) => end.status === 'rejected');
  if (broken !== undefined) throw broken.reason;
  return results;
}

/** Runs one server's work and turns what it throws into a failed outcome; cancelling goes through. */
export async function outcomeOf(
  server: string,
  tally: Tally,
  signal: AbortSignal,
  work: () => Promise<DeployedRelease | null>,
  live: () => DeployedRelease | null,
): Promise<FleetResult> {
  try {
    const now = await work();
    return { outcome: { server, ok: true, ...tally, live: now }, failure: null };
  } catch (error) {
    if (signal.aborted) throw error;
    const failure = asAppError(error);
    tally.checks.push(checkOfError('server', failure));
    return { outcome: { server, ok: false, ...tally, live: live() }, failure };
  }
}

/** When no server succeeded the job as a whole failed, with the first server's error and a line for each of the others. */
export function throwIfAllFailed(results: readonly FleetResult[]): void {
  const failures = results.map((result) => result.failure).filter((failure) => failure !== null);
  const first = failures[0];
  if (first === undefined || failures.length < results.length) return;
  if (failures.length === 1) throw first;
  const items = results.map((result) => `${result.outcome.server}: ${result.failure?.message ?? ''}`);
  throw new AppError(first.code, first.message, { ...first.details, items }, first);
}

/** One bar for work that runs on several servers at once: phases of single servers would overwrite one another. */
export class FleetProgress {
  readonly #progress: Progress;

  constructor(
    progress: Progress,
    { name, index, count }: { name: string; index: number; count: number },
    bytesTotal: number | null,
  ) {
    this.#progress = progress;
    progress.phase(name, index, count, bytesTotal);
  }

  readonly current = (what: string): void => this.#progress.current(what);
  readonly onBytes = (bytes: number): void => this.#progress.advance(bytes);
}
