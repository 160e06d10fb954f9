import { stat } from 'node:fs/promises';
import type { ParsedInput } from '#shared/contract/calls.ts';
import type { Server } from '#shared/contract/fleet.ts';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { checkServer } from '#engine/deploy/check-server.ts';
import { scanHostKeys } from '#engine/deploy/host-keys.ts';
import { cleanRoot } from '#engine/deploy/remote-layout.ts';
import type { ServerRow } from '#engine/registry/servers.ts';
import type { CallHandlers, EngineContext } from '../../context.ts';
import { deployHome, findServer } from './deploy-context.ts';

type Names = 'servers.scanHostKey' | 'servers.add' | 'servers.list' | 'servers.check' | 'servers.remove';

/** The fleet: the servers an operator named, each with the host key that was confirmed. */
export function serverCalls(context: EngineContext): CallHandlers<Names> {
  const { registry } = context;
  return {
    'servers.scanHostKey': async ({ host, port }) =>
      (await scanHostKeys(host, port)).map(({ keyType, fingerprint }) => ({ keyType, fingerprint })),

    'servers.add': (input) => addServer(context, input),

    'servers.list': () => registry.servers.list().map(toServer),

    'servers.check': async ({ name }) => {
      const server = findServer(registry, name);
      const believed = registry.deployments
        .listLive()
        .filter((event) => event.server === name)
        .map((event) => ({ ...event, channel: event.channel ?? '' }));
      const result = await checkServer(server, deployHome(context), believed);
      if (result.checks.some((check) => check.id === 'server.reach' && check.status === 'verified')) {
        registry.servers.touch(name, timestamp(context.clock));
        context.changed('servers');
      }
      return result;
    },

    'servers.remove': ({ name, reason }) => {
      const { host, hostKey } = findServer(registry, name);
      const details = { host, hostKey: hostKey.fingerprint };
      context.govern({ act: 'server.remove', object: name, reason, details }, () =>
        registry.servers.remove(name),
      );
      context.changed('servers', 'deployments', 'audit');
      return {};
    },
  };
}

/** Scans again at the moment of adding: the key that is kept is the one that was seen now and whose fingerprint was confirmed. */
async function addServer(context: EngineContext, input: ParsedInput<'servers.add'>): Promise<Server> {
  const { identityFile: handle, hostKeyFingerprint, ...settings } = input;
  refuseTaken(context, settings.name);
  const root = cleanRoot(settings.root);
  const identityFile = handle === undefined ? null : context.locations.resolve(handle);
  if (identityFile !== null) await refuseUnusableIdentity(identityFile);

  const scanned = await scanHostKeys(settings.host, settings.port);
  const confirmed = scanned.find((key) => key.fingerprint === hostKeyFingerprint);
  if (confirmed === undefined) {
    const found = scanned.map((key) => `${key.keyType} ${key.fingerprint}`).join(', ');
    context.recordRefusal({
      act: 'server.add',
      object: settings.name,
      details: { host: settings.host, found },
    });
    context.changed('audit');
    throw new AppError(
      'FINGERPRINT-UNCONFIRMED',
      `${settings.host} does not show the host key that was confirmed.`,
      {
        expected: hostKeyFingerprint,
        found,
        state: 'The server was not added.',
        next: 'Ask the server’s owner for the fingerprint (ssh-keygen -lf on its /etc/ssh/ssh_host_…_key.pub) and compare.',
      },
    );
  }
  refuseTaken(context, settings.name);
  const row: ServerRow = {
    ...settings,
    root,
    identityFile,
    hostKey: { keyType: confirmed.keyType, fingerprint: confirmed.fingerprint },
    hostKeyLine: confirmed.line,
    addedAt: timestamp(context.clock),
    addedBy: context.session.actor().who,
    lastContactAt: null,
  };
  const { host, port, user, activationCommand, probeCommand } = settings;
  const details = {
    address: `${user}@${host}:${port}`,
    root,
    hostKey: confirmed.fingerprint,
    ...(activationCommand === '' ? {} : { activationCommand }),
    ...(probeCommand === '' ? {} : { probeCommand }),
  };
  context.govern({ act: 'server.add', object: settings.name, details }, () =>
    context.registry.servers.add(row),
  );
  context.changed('servers', 'audit');
  return toServer(row);
}

function refuseTaken(context: EngineContext, name: string): void {
  const existing = context.registry.servers.get(name);
  if (existing === null) return;
  throw new AppError(
    'ALREADY-EXISTS',
    `There is a server ${name} already: ${existing.user}@${existing.host}.`,
    {
      next: 'Take another name, or remove that server first.',
    },
  );
}

async function refuseUnusableIdentity(file: string): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (found?.isFile() === true) return;
  throw new AppError('FILE-UNREADABLE', `There is no key file ${file}.`, {
    path: file,
    state: 'The server was not added.',
    next: 'Name the private key that may log in on the server.',
  });
}

/** What leaves the engine: no path of a key, no line of known_hosts. */
function toServer({ identityFile: _identityFile, hostKeyLine: _hostKeyLine, ...server }: ServerRow): Server {
  return server;
}
