import type { ParsedInput } from '#shared/contract/calls.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { AppError } from '#engine/core/app-error.ts';
import type { ReleaseRow } from '#engine/registry/releases.ts';
import type { CallHandlers, EngineContext } from '../../context.ts';
import { findServers } from './deploy-context.ts';
import { DeployDesk } from './deploy-desk.ts';
import { deploymentStatus, rollbackTarget } from './deployment-status.ts';
import { findRelease } from '../releases/find-release.ts';
import { runPush } from './push-job.ts';
import { runServerFixity } from './server-fixity-job.ts';
import { runActivate, runRollback } from './switch-job.ts';

type Names = 'deploy.push' | 'deploy.activate' | 'deploy.rollback' | 'deploy.status' | 'deploy.fixity';

/** Releases onto servers, live, back, and proven there. */
export function deployCalls(context: EngineContext): CallHandlers<Names> {
  const { registry, jobs } = context;
  const desk = new DeployDesk(context);
  jobs.define('push', {
    onCancel:
      'What has arrived stays in incoming on the servers and is not sent again; what is live is not touched.',
    resumable: true,
    run: (job, params) => runPush(desk, job, params),
  });
  jobs.define('activate', {
    onCancel:
      'Servers that were not switched yet stay as they are; one that is being switched is seen through to its end.',
    resumable: true,
    run: (job, params) => runActivate(desk, job, params),
  });
  jobs.define('rollback', {
    onCancel: 'Servers that were not switched yet stay as they are, and so does the pin.',
    resumable: true,
    run: (job, params) => runRollback(desk, job, params),
  });
  jobs.define('server-fixity', {
    onCancel: 'Nothing is changed on the servers.',
    resumable: false,
    run: (job, params) => runServerFixity(desk, job, params),
  });
  return {
    'deploy.push': ({ model, version, servers }) => {
      const names = namesOf(context, servers);
      const release = desk.admitted(findRelease(registry, model, version), 'push', names);
      return jobs.start('push', {
        title: `pushing ${model} ${release.version} to ${listed(names)}`,
        params: { model, version: release.version, manifestDigest: release.manifestDigest, servers: names },
      });
    },

    'deploy.activate': ({ model, channel, servers }) => {
      const names = namesOf(context, servers);
      const pin = registry.channels.current(model, channel);
      if (pin === null) {
        throw new AppError('NOT-FOUND', `${model} has no channel ${channel}: nothing is pinned to it.`, {
          state: 'No server was touched.',
          next: `Pin a version to ${channel} first.`,
        });
      }
      const release = desk.admitted(findRelease(registry, model, pin.version), 'activate', names);
      const { version, manifestDigest } = release;
      return jobs.start('activate', {
        title: `activating ${model} ${version} as ${channel} on ${listed(names)}`,
        params: { model, channel, version, manifestDigest, servers: names },
      });
    },

    'deploy.rollback': (input) => {
      const names = namesOf(context, input.servers);
      const release = desk.admitted(targetOf(context, input, names), 'rollback', names);
      const { model, channel, reason } = input;
      const { version, manifestDigest } = release;
      return jobs.start('rollback', {
        title: `rolling back ${channel} of ${model} to ${version} on ${listed(names)}`,
        params: { model, channel, version, manifestDigest, servers: names, reason },
      });
    },

    'deploy.status': () => deploymentStatus(registry),

    'deploy.fixity': ({ servers }) => {
      const names = namesOf(context, servers);
      return jobs.start('server-fixity', {
        title: `hashing what lies on ${listed(names)}`,
        params: { servers: names },
      });
    },
  };
}

/**
 * The release that a rollback goes to: the version that was named, else the last that was live and healthy before the present
 * one, which must be the same on all the servers. Throws STATE-CONFLICT when there is none, or several.
 */
function targetOf(
  { registry }: EngineContext,
  { model, channel, version }: ParsedInput<'deploy.rollback'>,
  servers: readonly string[],
): ReleaseRow {
  if (version !== undefined) return findRelease(registry, model, version);
  const targets = servers.map((server) => ({
    server,
    target: rollbackTarget(registry, server, model, channel),
  }));
  const items = targets.map(({ server, target }) => `${server}: ${target?.version ?? 'none'}`);
  const none = targets.filter(({ target }) => target === null).map(({ server }) => server);
  const state = 'No server was touched.';
  if (none.length > 0) {
    const message = `There is nothing to roll back to: on ${none.join(', ')} no earlier release of ${model} was live and healthy as ${channel}.`;
    throw new AppError('STATE-CONFLICT', message, {
      items,
      state,
      next: 'Name a version that was pushed there.',
    });
  }
  const versions = [...new Set(targets.map(({ target }) => target?.version ?? ''))];
  const [only = '', ...others] = versions;
  if (others.length > 0) {
    const message = `The servers would go back to different releases: ${versions.join(', ')}.`;
    throw new AppError('STATE-CONFLICT', message, {
      items,
      state,
      next: 'Name one version, or roll back one server at a time.',
    });
  }
  return findRelease(registry, model, only);
}

function namesOf(context: EngineContext, servers: readonly string[]): string[] {
  return findServers(context.registry, servers).map((server) => server.name);
}

function listed(servers: readonly string[]): string {
  return servers.length <= 3 ? servers.join(', ') : formatNoun(servers.length, 'server');
}
