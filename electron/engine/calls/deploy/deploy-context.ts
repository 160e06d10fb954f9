import { hostname } from 'node:os';
import { AppError } from '#engine/core/app-error.ts';
import { newId } from '#engine/core/ids.ts';
import { visibleText } from '#engine/deploy/visible-text.ts';
import { SshFiles } from '#engine/deploy/ssh-files.ts';
import type { DeployHome } from '#engine/deploy/server-session.ts';
import type { Registry } from '#engine/registry/registry.ts';
import type { ServerRow } from '#engine/registry/servers.ts';
import type { EngineContext } from '../../context.ts';

const HOME_ID = 'deploy.home-id';

/** What contacts with servers need of this home. */
export function deployHome(context: EngineContext): DeployHome {
  const { audit, registry, session } = context;
  let homeId = registry.settings.get(HOME_ID);
  if (homeId === null) {
    homeId = newId('home');
    registry.settings.set(HOME_ID, homeId);
  }
  return {
    files: new SshFiles(context.home.ssh),
    log: {
      origin: audit.origin,
      head: () => audit.head(),
      rootAt: (size) => audit.rootAt(size),
    },
    // A copied home on another machine is another client.
    homeId: `${homeId}@${hostname()}`,
    owner: visibleText(`${session.actor().who} of ${context.site()} on ${hostname()}`, 200).replaceAll(
      '\n',
      ' ',
    ),
  };
}

/** The server by that name. Throws NOT-FOUND, naming what there is instead. */
export function findServer(registry: Registry, name: string): ServerRow {
  const server = registry.servers.get(name);
  if (server !== null) return server;
  const names = registry.servers.list().map((other) => other.name);
  const next = names.length === 0 ? 'No server was added yet.' : `There are: ${names.join(', ')}.`;
  throw new AppError('NOT-FOUND', `There is no server ${name}.`, {
    state: 'Nothing was done on any server.',
    next,
  });
}

/** Every server named, each once. Throws NOT-FOUND before anything is done on any of them. */
export function findServers(registry: Registry, names: readonly string[]): ServerRow[] {
  return [...new Set(names)].map((name) => findServer(registry, name));
}
