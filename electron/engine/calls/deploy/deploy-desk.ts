import { z } from 'zod';
import { ChannelName, Digest, ModelName, Reason, ServerName, Version } from '#shared/contract/basics.ts';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { ConnectionLimit } from '#engine/deploy/connection-limit.ts';
import type { FleetResult } from '#engine/deploy/fleet.ts';
import { ServerSession } from '#engine/deploy/server-session.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import type { Registry } from '#engine/registry/registry.ts';
import type { ReleaseRow } from '#engine/registry/releases.ts';
import type { ServerRow } from '#engine/registry/servers.ts';
import type { EngineContext } from '../../context.ts';
import { scanChecks } from '#engine/policy/scan-checks.ts';
import { refuseRevocation } from '../trust/affected.ts';
import { deployHome, findServers } from './deploy-context.ts';
import { type Deed, nameOf, recordDeed } from './deploy-record.ts';
import { findRelease } from '../releases/find-release.ts';
import { heldRelease } from '../scan/held.ts';
import { judgeHeld, judgeNow, scanIfDue } from '../scan/held-scan.ts';

const servers = z.array(ServerName);
/** What the jobs are started with; kept with the job, so that a resume gets the same. The digest guards the name. */
export const PushParams = z.object({ model: ModelName, version: Version, manifestDigest: Digest, servers });
export const SwitchParams = PushParams.extend({ channel: ChannelName, reason: Reason.optional() });
export const FixityParams = z.object({ servers });

type DeedKind = 'push' | 'activate' | 'rollback';

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

  /**
   * The same for a job that sends it or puts it live, as its first of two phases: what this version has not scanned yet is
   * scanned, then the policy of now is asked. Throws what `usable` throws, and POLICY-REFUSED.
   */
  async examined(
    job: JobContext,
    kind: DeedKind,
    params: { model: string; version: string; manifestDigest: Digest; servers: readonly string[] },
  ): Promise<ReleaseRow> {
    const release = this.usable(params);
    job.progress.phase('asking the policy', 1, 2, null);
    const held = heldRelease(this.context.registry, release);
    await scanIfDue(this.context, job, held, { index: 1, count: 2 });
    return this.admitted(release, kind, params.servers);
  }

  /** The release, unless it is revoked or the policy of now blocks what is in it: that is refused, on record. */
  admitted(release: ReleaseRow, kind: DeedKind, servers: readonly string[]): ReleaseRow {
    try {
      refuseRevoked(this.context.registry, release);
      refuseBlocked(this.context, release);
      return release;
    } catch (error) {
      this.context.recordRefusal({
        act: `deploy.${kind}`,
        object: nameOf(release),
        subjects: [{ name: nameOf(release), digest: release.manifestDigest }],
        details: { servers: servers.join(' '), code: asAppError(error).code },
      });
      this.context.changed('audit');
      throw error;
    }
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

/**
 * Throws POLICY-REFUSED for a release whose content the policy and the waivers of now block, whatever they said when it was
 * published. What this version has not scanned is left to the job, which scans it before anything is sent.
 */
function refuseBlocked(context: EngineContext, release: ReleaseRow): void {
  const { policy, waivers } = judgeNow(context);
  const report = judgeHeld(context, heldRelease(context.registry, release), { policy, waivers });
  const attachments = context.registry.attachments.list(release.importId);
  const blocking = scanChecks(report, attachments).filter(({ status }) => status === 'failed');
  if (blocking.length === 0) return;
  const name = nameOf(release);
  throw new AppError('POLICY-REFUSED', `Policy ${policy.id} v${policy.version} blocks what is in ${name}.`, {
    path: name,
    items: blocking.map(({ id, path, detail }) => [path, detail ?? id].filter(isGiven).join(': ')),
    state: 'Nothing was sent, and no server was touched.',
    next: 'Choose another version, or have the findings waived for this digest (waivers add); scan --release shows them all.',
  });
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined;
}

/** Throws RELEASE-REVOKED or DIGEST-REVOKED for a release that may go nowhere any more. */
function refuseRevoked(registry: Registry, release: ReleaseRow): void {
  const state = 'Nothing was sent, and no server was touched.';
  if (release.state !== 'revoked') return refuseRevocation(registry, release, state);
  throw new AppError('RELEASE-REVOKED', `${nameOf(release)} is revoked.`, {
    path: nameOf(release),
    state,
    next: 'Choose another version; show lists why it was revoked and what succeeds it.',
  });
}
