import type { DeployedRelease, DeploymentStatus, Server } from '#shared/contract/fleet.ts';
import type { Channel } from '#shared/contract/releases.ts';

/** One column of the matrix. */
export interface Place {
  readonly model: string;
  readonly channel: string;
}

/** What a cell says about one server and one channel of a model. */
export type Cell =
  /** Nothing of this channel was ever live here. */
  | { readonly kind: 'none' }
  /** What is live is what the pin says. */
  | { readonly kind: 'as-pinned'; readonly live: DeployedRelease; readonly provenAt: string | null }
  /** A revocation stands against what is live, whatever the pin says. */
  | { readonly kind: 'revoked'; readonly live: DeployedRelease; readonly provenAt: string | null }
  /** Something else is live than the pin says, or there is no pin at all. */
  | {
      readonly kind: 'off-pin';
      readonly live: DeployedRelease | null;
      readonly pinned: DeployedRelease | null;
      readonly provenAt: string | null;
    };

export interface ServerGroup {
  /** Empty for servers without a group. */
  readonly group: string;
  readonly servers: readonly Server[];
}

/** Key of a column, also of a selection. */
export function placeKey(place: Place): string {
  return `${place.model} ${place.channel}`;
}

/** Every channel that is pinned or runs somewhere, by model and name. */
export function placesOf(channels: readonly Channel[], statuses: readonly DeploymentStatus[]): Place[] {
  const places = new Map<string, Place>();
  for (const { model, channel } of [...channels, ...statuses]) {
    places.set(placeKey({ model, channel }), { model, channel });
  }
  return [...places.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, place]) => place);
}

/** Servers by group and name; those without a group last. */
export function groupServers(servers: readonly Server[]): ServerGroup[] {
  const groups = [...new Set(servers.map((server) => server.group))].sort((a, b) => {
    if (a === '' || b === '') return a === b ? 0 : a === '' ? 1 : -1;
    return a < b ? -1 : 1;
  });
  return groups.map((group) => ({
    group,
    servers: servers.filter((server) => server.group === group).sort((a, b) => (a.name < b.name ? -1 : 1)),
  }));
}

/** The row of the matrix behind a cell, or none when nothing was ever live there. */
export function statusAt(
  statuses: readonly DeploymentStatus[],
  server: string,
  place: Place,
): DeploymentStatus | undefined {
  return statuses.find(
    (status) => status.server === server && status.model === place.model && status.channel === place.channel,
  );
}

/** What one cell of the matrix says; empty where nothing is deployed. */
export function cellOf(status: DeploymentStatus | undefined): Cell {
  if (status === undefined) return { kind: 'none' };
  const { live, pinned, provenAt } = status;
  if (live !== null && status.objection !== null) return { kind: 'revoked', live, provenAt };
  if (live !== null && status.matchesPin) return { kind: 'as-pinned', live, provenAt };
  return { kind: 'off-pin', live, pinned, provenAt };
}

/** Where each chosen server would go on a rollback without a named version. */
export interface RollbackPlan {
  /** The one version every server would go to; null when they differ or one has none. */
  readonly version: string | null;
  readonly targets: readonly {
    readonly server: string;
    readonly from: string | null;
    readonly to: string | null;
  }[];
}

/** What a rollback of a channel on these servers would do, before anybody asks for it. */
export function planRollback(
  statuses: readonly DeploymentStatus[],
  place: Place,
  servers: readonly string[],
): RollbackPlan {
  const targets = servers.map((server) => {
    const status = statusAt(statuses, server, place);
    return { server, from: status?.live?.version ?? null, to: status?.rollbackTarget?.version ?? null };
  });
  const versions = new Set(targets.map((target) => target.to));
  const [only] = [...versions];
  return { version: versions.size === 1 && only !== undefined ? only : null, targets };
}

/** `1 server`, `2 servers`. */
export function countServers(count: number): string {
  return count === 1 ? '1 server' : `${count} servers`;
}
