import { z } from 'zod';
import { ChannelName, Digest, ModelName, Reason, ServerName, Version } from '#shared/contract/basics.ts';
import { type DeployedRelease, ServerOutcome } from '#shared/contract/fleet.ts';
import type { JobResult } from '#shared/contract/jobs.ts';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { activateRelease } from '#engine/deploy/activate.ts';
import { ConnectionLimit } from '#engine/deploy/connection-limit.ts';
import {
  FleetProgress,
  type FleetResult,
  onServers,
  outcomeOf,
  throwIfAllFailed,
} from '#engine/deploy/fleet.ts';
import { newPushMemory, pushRelease, type SendableRelease } from '#engine/deploy/push.ts';
import { reconnecting } from '#engine/deploy/reconnect.ts';
import { asMismatch, verifyReleaseOnServer } from '#engine/deploy/release-on-server.ts';
import { releaseFolder } from '#engine/deploy/remote-layout.ts';
import { newTally, ServerSession } from '#engine/deploy/server-session.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import type { ReleaseRow } from '#engine/registry/releases.ts';
import type { ServerRow } from '#engine/registry/servers.ts';
import type { EngineContext } from '../context.ts';
import { deployHome, findServers } from './deploy-context.ts';
import { type Deed, nameOf, recordDeed, recordIntent, recordOnServer, repin } from './deploy-record.ts';
import { findRelease } from './find-release.ts';

const servers = z.array(ServerName);
/** What the jobs are started with; kept with the job, so that a resume gets the same. The digest guards the name. */
export const PushParams = z.object({ model: ModelName, version: Version, manifestDigest: Digest, servers });
export const SwitchParams = PushParams.extend({ channel: ChannelName, reason: Reason.optional() });
export const FixityParams = z.object({ servers });

const PushCheckpoint = z.object({ done: z.array(ServerOutcome) });

/** The jobs on servers. One server is worked on by one job at a time; the others wait. */
export class DeployJobs {
  readonly #context: EngineContext;
  readonly #places = new Map<string, ConnectionLimit>();

  constructor(context: EngineContext) {
    this.#context = context;
  }

  /** Servers that a run before a crash or a lost connection had finished are not contacted again. */
  async push(job: JobContext, raw: unknown): Promise<JobResult<'push'>> {
    const params = PushParams.parse(raw);
    const release = this.#usable(params);
    const sendable = this.#sendable(release);
    const fleet = findServers(this.#context.registry, params.servers);
    const before = PushCheckpoint.safeParse(job.checkpoint);
    const done = new Map((before.data?.done ?? []).map((outcome) => [outcome.server, outcome]));
    const total =
      (release.sizeBytes + sendable.manifest.length) * fleet.filter(({ name }) => !done.has(name)).length;
    const progress = new FleetProgress(job.progress, 'sending', total);
    const results = await onServers(fleet, job.signal, async (server) => {
      const earlier = done.get(server.name);
      if (earlier !== undefined) return { outcome: earlier, failure: null };
      const result = await this.#alone(server, job, () =>
        this.#pushTo(server, release, sendable, job, progress),
      );
      if (result.failure === null) {
        done.set(server.name, result.outcome);
        job.saveCheckpoint({ done: [...done.values()] });
      }
      return result;
    });
    throwIfAllFailed(results);
    return { servers: results.map((result) => result.outcome) };
  }

  async activate(job: JobContext, raw: unknown): Promise<JobResult<'activate'>> {
    const results = await this.#switchAll('activate', job, SwitchParams.parse(raw));
    throwIfAllFailed(results);
    return { servers: results.map((result) => result.outcome) };
  }

  /** The channel's pin follows once every server has gone back; when one failed it stays, and the outcomes say so. */
  async rollback(job: JobContext, raw: unknown): Promise<JobResult<'rollback'>> {
    const params = SwitchParams.parse(raw);
    const results = await this.#switchAll('rollback', job, params);
    throwIfAllFailed(results);
    const { registry } = this.#context;
    const release = findRelease(registry, params.model, params.version);
    const isPinned =
      registry.channels.current(params.model, params.channel)?.manifestDigest === release.manifestDigest;
    const allDone = results.every((result) => result.failure === null);
    if (allDone && !isPinned) repin(this.#context, release, params.channel, params.reason ?? 'rollback');
    const detail = allDone
      ? `${params.channel} is pinned to ${nameOf(release)}.`
      : `The pin of ${params.channel} was left as it was, since not every server went back to ${nameOf(release)}.`;
    for (const { outcome } of results) {
      outcome.checks.push({ id: 'channel.pin', status: allDone ? 'verified' : 'warning', detail });
    }
    return { servers: results.map((result) => result.outcome) };
  }

  /** Has each server hash every file of every release that was pushed to it. Changes nothing on the servers. */
  async fixity(job: JobContext, raw: unknown): Promise<JobResult<'server-fixity'>> {
    const { registry } = this.#context;
    const work = findServers(registry, FixityParams.parse(raw).servers).map((server) => ({
      server,
      releases: registry.deployments
        .pushedTo(server.name)
        .map((pushed) => findRelease(registry, pushed.model, pushed.version)),
    }));
    const total = work
      .flatMap(({ releases }) => releases)
      .reduce((sum, release) => sum + release.sizeBytes, 0);
    const progress = new FleetProgress(job.progress, 'hashing on the servers', total);
    const results = await onServers(work, job.signal, ({ server, releases }) =>
      this.#alone(server, job, () => this.#fixityOn(server, releases, job, progress)),
    );
    throwIfAllFailed(results);
    return { servers: results.map((result) => result.outcome) };
  }

  async #pushTo(
    server: ServerRow,
    release: ReleaseRow,
    sendable: SendableRelease,
    job: JobContext,
    progress: FleetProgress,
  ): Promise<FleetResult> {
    const tally = newTally();
    const memory = newPushMemory();
    const deed: Deed = { kind: 'push', server: server.name, release, channel: null };
    let settled = 0;
    const onBytes = (bytes: number) => {
      settled += bytes;
      progress.onBytes(bytes);
    };
    const by = this.#context.session.actor().who;
    const push = async () => {
      // A new attempt looks at everything again, so its bytes count again.
      onBytes(-settled);
      const session = await ServerSession.open(server, deployHome(this.#context), { signal: job.signal });
      try {
        const options = { signal: job.signal, current: progress.current, onBytes, by };
        await pushRelease(session, sendable, memory, tally, options);
        tally.checks.push({
          id: 'push.blobs',
          status: 'verified',
          expected: release.manifestDigest,
          found: release.manifestDigest,
          detail: "The server's own sha256sum of every blob is its name.",
        });
        this.#contacted(server);
        const detail = `${tally.bytesSent} bytes sent, ${tally.bytesAlreadyThere} there already`;
        const event = recordDeed(this.#context, deed, { outcome: 'done', proven: true, detail, tally });
        await recordOnServer(session, event, tally);
        return null;
      } finally {
        await session.close();
      }
    };
    const result = await outcomeOf(
      server.name,
      tally,
      job.signal,
      () => reconnecting(job.signal, push),
      () => null,
    );
    this.#recordFailure(deed, result);
    return result;
  }

  async #switchAll(
    kind: 'activate' | 'rollback',
    job: JobContext,
    params: z.infer<typeof SwitchParams>,
  ): Promise<FleetResult[]> {
    const release = this.#usable(params);
    const fleet = findServers(this.#context.registry, params.servers);
    const progress = new FleetProgress(
      job.progress,
      'proving and switching',
      release.sizeBytes * fleet.length,
    );
    const reason = params.reason === undefined ? {} : { reason: params.reason };
    return await onServers(fleet, job.signal, (server) => {
      const deed: Deed = { kind, server: server.name, release, channel: params.channel, ...reason };
      return this.#alone(server, job, () => this.#switchOn(server, deed, params.channel, job, progress));
    });
  }

  async #switchOn(
    server: ServerRow,
    deed: Deed,
    channel: string,
    job: JobContext,
    progress: FleetProgress,
  ): Promise<FleetResult> {
    const { registry } = this.#context;
    const { release } = deed;
    const { model } = release;
    const tally = newTally();
    const live = (): DeployedRelease | null => {
      const event = registry.deployments.latest(server.name, model, channel);
      return event === null ? null : { version: event.version, manifestDigest: event.manifestDigest };
    };
    const known = new Map(
      registry.releases.list(model).map((row) => [releaseFolder(row.version, row.manifestDigest), row]),
    );
    const activation = {
      release: { ...release, files: registry.releases.files(release.id) },
      channel,
      commands: server,
      describe: (folder: string) => known.get(folder) ?? null,
      beforeSwitch: () => recordIntent(this.#context, deed),
    };
    const result = await outcomeOf(
      server.name,
      tally,
      job.signal,
      async () => {
        const session = await ServerSession.open(server, deployHome(this.#context), { signal: job.signal });
        try {
          const { current, onBytes } = progress;
          await activateRelease(session, activation, tally, { signal: job.signal, current, onBytes });
          this.#contacted(server);
          const detail = `${channel} is live on ${release.version}`;
          const event = recordDeed(this.#context, deed, { outcome: 'done', proven: true, detail, tally });
          await recordOnServer(session, event, tally);
          return { version: release.version, manifestDigest: release.manifestDigest };
        } finally {
          await session.close();
        }
      },
      live,
    );
    this.#recordFailure(deed, result);
    return result;
  }

  async #fixityOn(
    server: ServerRow,
    releases: readonly ReleaseRow[],
    job: JobContext,
    progress: FleetProgress,
  ): Promise<FleetResult> {
    const { registry } = this.#context;
    const tally = newTally();
    const result = await outcomeOf(
      server.name,
      tally,
      job.signal,
      async () => {
        const session = await ServerSession.open(server, deployHome(this.#context), {
          signal: job.signal,
          readOnly: true,
        });
        try {
          for (const release of releases) {
            progress.current(`${server.name}: ${nameOf(release)}`);
            const deployable = { ...release, files: registry.releases.files(release.id) };
            const options = { signal: job.signal, onBytes: progress.onBytes };
            const checks = await verifyReleaseOnServer(session.connection, deployable, tally, options);
            tally.checks.push(...checks);
            const mismatch = asMismatch(server.name, deployable, checks);
            const deed: Deed = { kind: 'fixity', server: server.name, release, channel: null };
            const end = mismatch === null ? 'done' : 'failed';
            const code = mismatch === null ? {} : { code: mismatch.code };
            const detail = mismatch?.message ?? 'every file hashed on the server is as published';
            recordDeed(this.#context, deed, { outcome: end, proven: mismatch === null, detail, ...code });
          }
          this.#contacted(server);
          return null;
        } finally {
          await session.close();
        }
      },
      () => null,
    );
    if (releases.length === 0) {
      tally.checks.push({
        id: 'server.files',
        status: 'not-checked',
        detail: 'Nothing was ever pushed there.',
      });
    }
    const ok = result.outcome.ok && !tally.checks.some((check) => check.status === 'failed');
    return { ...result, outcome: { ...result.outcome, ok } };
  }

  #recordFailure(deed: Deed, { failure, outcome }: FleetResult): void {
    if (failure === null) return;
    const detail = [failure.message, failure.details.state].filter((text) => text !== undefined).join(' ');
    recordDeed(this.#context, deed, {
      outcome: 'failed',
      proven: false,
      detail,
      code: failure.code,
      tally: outcome,
    });
  }

  /** The release that was asked for, as long as it may be used. Throws NOT-FOUND, RELEASE-REVOKED, RELEASE-CONFLICT. */
  #usable(params: { model: string; version: string; manifestDigest: Digest }): ReleaseRow {
    const release = findRelease(this.#context.registry, params.model, params.version);
    if (release.manifestDigest !== params.manifestDigest) {
      throw new AppError(
        'RELEASE-CONFLICT',
        `${nameOf(release)} has another digest than when the job was started.`,
        {
          expected: params.manifestDigest,
          found: release.manifestDigest,
          next: 'Run audit verify.',
        },
      );
    }
    refuseRevoked(release);
    return release;
  }

  #sendable(release: ReleaseRow): SendableRelease {
    const { registry, blobs } = this.#context;
    return {
      ...release,
      manifest: new TextEncoder().encode(release.manifest),
      files: registry.releases.files(release.id),
      blobOf: (digest) => {
        const row = registry.blobs.get(digest);
        if (row !== null) return { ...row, source: { path: blobs.pathOf(digest) } };
        throw new AppError(
          'FIXITY-FAILED',
          `This site does not hold the bytes of ${nameOf(release)} any more.`,
          {
            expected: digest,
            found: 'no blob',
            state: 'Nothing was sent.',
            next: 'Import the release’s transfer set again; its identity is still bound.',
          },
        );
      },
    };
  }

  async #alone<T>(server: ServerRow, job: JobContext, work: () => Promise<T>): Promise<T> {
    const place = this.#places.get(server.name) ?? new ConnectionLimit(1);
    this.#places.set(server.name, place);
    const leave = await place.take(1, job.signal);
    try {
      return await work();
    } finally {
      leave();
    }
  }

  #contacted(server: ServerRow): void {
    this.#context.registry.servers.touch(server.name, timestamp(this.#context.clock));
  }
}

/** Throws RELEASE-REVOKED for a release that may go nowhere any more. */
export function refuseRevoked(release: ReleaseRow): void {
  if (release.state !== 'revoked') return;
  throw new AppError('RELEASE-REVOKED', `${nameOf(release)} is revoked.`, {
    path: nameOf(release),
    state: 'Nothing was sent, and no server was touched.',
    next: 'Choose another version; show lists why it was revoked and what succeeds it.',
  });
}
