import type { Server } from '#shared/contract/fleet.ts';
import { useFleet } from './fleet-store.ts';

/** The ticked servers that (still) are among `servers`, by name. */
export function useChosen(servers: readonly Server[]): readonly string[] {
  const chosen = useFleet((state) => state.chosen);
  return chosen.filter((name) => servers.some((server) => server.name === name));
}
