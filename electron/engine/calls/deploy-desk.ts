import { z } from 'zod';
import { ChannelName, Digest, ModelName, Reason, ServerName, Version } from '#shared/contract/basics.ts';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { ConnectionLimit } from '#engine/deploy/connection-limit.ts';
import type { FleetResult } from '#engine/deploy/fleet.ts';
import { ServerSession } from '#engine/deploy/server-session.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import type { Registry } from '#engine/registry/registry.ts';
import type { ReleaseRow } from '#engine/registry/releases.ts';
import type { ServerRow } from '#engine/registry/servers.ts';
import type { EngineContext } from '../context.ts';
import { refuseRevocation } from './affected.ts';
import { deployHome, findServers } from './deploy-context.ts';
import { type Deed, nameOf, recordDeed } from './deploy-record.ts';
import { findRelease } from './find-release.ts';

const servers = z.array(ServerName);
/** What the jobs are started with; kept with the job, so that a resume gets the same. The digest guards the name. */
export const PushParams = z.object({ model: ModelName, version: Version, manifestDigest: Digest, servers });
export const SwitchParams = PushParams.extend({ channel: ChannelName, reason: Reason.optional() });
export const FixityParams = z.object({ servers });

/** What the jobs on servers share. One server is worked on by one job of this home at a time; the others wait. */
export class DeployDesk {
  readonly context: EngineContext;
  readonly #places = new Map<string, ConnectionLimit>();

  constructor(context: EngineContext) {
    this.context = context;
  }

  servers(names: readonly string[]): ServerRow[] {
    return findServers(this.context.registry, names);
  }

  /**
   * Runs `work` in a session with the server, alone with it, and notes the contact when it went well. With `readOnly` the server
   * is not locked.
   */
  async withSession<T>(
    server: ServerRow,
    job: JobContext,
    work: (session: ServerSession) => Promise<T>,
    options: { readOnly?: boolean } = {},
  ): Promise<T> {
    const place = this.#places.get(server.name) ?? new ConnectionLimit(1);
    this.#places.set(server.name, place);
    const leave = await place.take(1, job.signal);
    try {
      const session = await ServerSession.open(server, deployHome(this.context), {
        signal: job.signal,
        ...options,
      });
      try {
        const result = await work(session);
        this.context.registry.servers.touch(server.name, timestamp(this.context.clock));
        return result;
      } finally {
        await session.close();
      }
    } finally {
      leave();
    }
  }

  /** The release that was asked for, as long as it may be used. Throws NOT-FOUND, RELEASE-REVOKED, DIGEST-REVOKED, RELEASE-CONFLICT. */
  usable(params: { model: string; version: string; manifestDigest: Digest }): ReleaseRow {
    const release = findRelease(this.context.registry, params.model, params.version);
    if (release.manifestDigest !== params.manifestDigest) {
      throw new AppError(
        'RELEASE-CONFLICT',
        `${nameOf(release)} has another digest than when the job was started.`,
        {
          expected: params.manifestDigest,
          found: release.manifestDigest,
          state: 'No server was touched.',
          next: 'Run audit verify.',
        },
      );
    }
    refuseRevoked(this.context.registry, release);
    return release;
  }

  /** Puts a failed outcome on record; a good one is recorded where it happens. */
  recordFailure(deed: Deed, { failure, outcome }: FleetResult): void {
    if (failure === null) return;
    const detail = [failure.message, failure.details.state].filter((text) => text !== undefined).join(' ');
    recordDeed(this.context, deed, {
      outcome: 'failed',
      proven: false,
      detail,
      code: failure.code,
      tally: outcome,
    });
  }
}

/** Throws RELEASE-REVOKED or DIGEST-REVOKED for a release that may go nowhere any more. */
export function refuseRevoked(registry: Registry, release: ReleaseRow): void {
  const state = 'Nothing was sent, and no server was touched.';
  if (release.state !== 'revoked') return refuseRevocation(registry, release, state);
  throw new AppError('RELEASE-REVOKED', `${nameOf(release)} is revoked.`, {
    path: nameOf(release),
    state,
    next: 'Choose another version; show lists why it was revoked and what succeeds it.',
  });
}
