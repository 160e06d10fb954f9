import type { DeployedRelease, DeploymentStatus } from '#shared/contract/fleet.ts';
import type { DeploymentEvent } from '#engine/registry/deployments.ts';
import type { Registry } from '#engine/registry/registry.ts';
import { describeObjection, objectionsTo } from '../trust/affected.ts';

/** What every server runs, as last seen, against what its channels pin. One row a server, model and channel. */
export function deploymentStatus(registry: Registry): DeploymentStatus[] {
  const servers = new Set(registry.servers.list().map((server) => server.name));
  return registry.deployments
    .listLive()
    .filter((event) => servers.has(event.server))
    .map((event) => statusOf(registry, event));
}

/**
 * Where a rollback goes when no version is named: the last release that was live and healthy before the present one. The
 * target of a rollback is never what was rolled back from, so two rollbacks in a row do not bounce.
 */
export function rollbackTarget(
  registry: Registry,
  server: string,
  model: string,
  channel: string,
): DeployedRelease | null {
  const wentLive = registry.deployments
    .history(server, model, channel)
    .filter((event) => event.outcome === 'done' && (event.kind === 'activate' || event.kind === 'rollback'))
    .reverse();
  const stack: DeploymentEvent[] = [];
  for (const event of wentLive) {
    const known = stack.findIndex((earlier) => earlier.manifestDigest === event.manifestDigest);
    if (event.kind === 'rollback' && known >= 0) stack.splice(known + 1);
    else if (stack.at(-1)?.manifestDigest !== event.manifestDigest) stack.push(event);
  }
  const target = stack.at(-2);
  return target === undefined ? null : { version: target.version, manifestDigest: target.manifestDigest };
}

/** What is live may have been revoked since: it stays where it is, and is shown. */
function objectionAgainst(registry: Registry, { model, version }: DeploymentEvent): string | null {
  const release = registry.releases.get(model, version);
  const [first] = release === null ? [] : objectionsTo(registry, release);
  return first === undefined ? null : describeObjection(first);
}

function statusOf(registry: Registry, event: DeploymentEvent): DeploymentStatus {
  const { server, model } = event;
  const channel = event.channel ?? '';
  const pin = registry.channels.current(model, channel);
  return {
    server,
    model,
    channel,
    live: { version: event.version, manifestDigest: event.manifestDigest },
    pinned: pin === null ? null : { version: pin.version, manifestDigest: pin.manifestDigest },
    matchesPin: pin?.manifestDigest === event.manifestDigest,
    objection: objectionAgainst(registry, event),
    rollbackTarget: rollbackTarget(registry, server, model, channel),
    provenAt: registry.deployments.lastProven(server, event.manifestDigest),
    changedAt: event.at,
  };
}
