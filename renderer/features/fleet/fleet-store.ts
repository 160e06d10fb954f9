import { create } from 'zustand';
import type { CallInput } from '#shared/contract/calls.ts';
import { call } from '#renderer/lib/bridge.ts';
import { fetchJob } from '#renderer/lib/jobs.ts';
import type { Place } from './fleet-matrix.ts';

/** What the person is about to do; each has its own dialog. */
export type FleetRequest =
  | { readonly kind: 'add' }
  | { readonly kind: 'push'; readonly model?: string; readonly version?: string }
  | { readonly kind: 'activate'; readonly place?: Place }
  | { readonly kind: 'rollback'; readonly place?: Place }
  | { readonly kind: 'fixity' }
  | { readonly kind: 'remove'; readonly server: string };

interface FleetState {
  readonly request: FleetRequest | null;
  /** Ticked servers: what the next act starts from. */
  readonly chosen: readonly string[];
  /** The server shown in the inspector. */
  readonly opened: string | null;
  /** Jobs started here whose course and outcome are shown until they are put away. */
  readonly followed: readonly string[];
}

/** What this place is in the middle of. Data comes from the engine and is not kept here. */
export const useFleet = create<FleetState>(() => ({
  request: null,
  chosen: [],
  opened: null,
  followed: [],
}));

/** Opens the dialog of an act. */
export function ask(request: FleetRequest): void {
  useFleet.setState({ request });
}

/** Closes the dialog that is open. */
export function endRequest(): void {
  useFleet.setState({ request: null });
}

/** Ticks a server, or takes the tick away. */
export function setChosen(server: string, isChosen: boolean): void {
  useFleet.setState(({ chosen }) => {
    const others = chosen.filter((name) => name !== server);
    return { chosen: isChosen ? [...others, server].sort() : others };
  });
}

/** Ticks these servers and no others. */
export function chooseOnly(servers: readonly string[]): void {
  useFleet.setState({ chosen: servers });
}

/** Opens a server's details; null closes them. */
export function openServer(server: string | null): void {
  useFleet.setState({ opened: server });
}

/** Calls that start a job on servers. */
type DeployCall = 'deploy.push' | 'deploy.activate' | 'deploy.rollback' | 'deploy.fixity';

/** Starts a job and shows its course in the place; throws when it could not be started. */
export async function startFollowed<N extends DeployCall>(name: N, input: CallInput<N>): Promise<void> {
  const { jobId } = await call(name, input);
  useFleet.setState(({ followed }) => ({ followed: [jobId, ...followed] }));
  await fetchJob(jobId);
}

/** Puts the outcome of a job away; Activity keeps it. */
export function unfollow(id: string): void {
  useFleet.setState(({ followed }) => ({ followed: followed.filter((known) => known !== id) }));
}
