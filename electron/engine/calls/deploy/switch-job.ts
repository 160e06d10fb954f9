import type { z } from 'zod';
import type { DeployedRelease } from '#shared/contract/fleet.ts';
import type { JobResult } from '#shared/contract/jobs.ts';
import { activateRelease, type Activation } from '#engine/deploy/activate.ts';
import {
  FleetProgress,
  type FleetResult,
  onServers,
  outcomeOf,
  throwIfAllFailed,
} from '#engine/deploy/fleet.ts';
import { releaseFolder } from '#engine/deploy/remote-layout.ts';
import { newTally } from '#engine/deploy/server-session.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import type { ServerRow } from '#engine/registry/servers.ts';
import { type DeployDesk, SwitchParams } from './deploy-desk.ts';
import { type Deed, nameOf, recordDeed, recordIntent, recordOnServer, repin } from './deploy-record.ts';

type Params = z.infer<typeof SwitchParams>;

/** Puts the pinned release live on servers. Fails only when none of them serves it in the end. */
export async function runActivate(
  desk: DeployDesk,
  job: JobContext,
  raw: unknown,
): Promise<JobResult<'activate'>> {
  const results = await switchAll(desk, 'activate', job, SwitchParams.parse(raw));
  return { servers: results.map((result) => result.outcome) };
}

/**
 * Puts an earlier release live again; nothing is transferred. The channel's pin follows once every server has gone back; when
 * one failed it stays, and the outcomes say so.
 */
export async function runRollback(
  desk: DeployDesk,
  job: JobContext,
  raw: unknown,
): Promise<JobResult<'rollback'>> {
  const params = SwitchParams.parse(raw);
  const results = await switchAll(desk, 'rollback', job, params);
  const { channel } = params;
  const release = desk.usable(params);
  const pin = desk.context.registry.channels.current(params.model, channel);
  const allDone = results.every((result) => result.failure === null);
  if (allDone && pin?.manifestDigest !== release.manifestDigest) {
    repin(desk.context, release, channel, params.reason ?? 'no reason given');
  }
  const detail = allDone
    ? `${channel} is pinned to ${nameOf(release)}.`
    : `The pin of ${channel} was left as it was, since not every server went back to ${nameOf(release)}.`;
  for (const { outcome } of results) {
    outcome.checks.push({ id: 'channel.pin', status: allDone ? 'verified' : 'warning', detail });
  }
  return { servers: results.map((result) => result.outcome) };
}

async function switchAll(
  desk: DeployDesk,
  kind: 'activate' | 'rollback',
  job: JobContext,
  params: Params,
): Promise<FleetResult[]> {
  const release = await desk.examined(job, kind, params);
  const fleet = desk.servers(params.servers);
  const progress = new FleetProgress(
    job.progress,
    { name: 'proving and switching', index: 2, count: 2 },
    release.sizeBytes * fleet.length,
  );
  const reason = params.reason === undefined ? {} : { reason: params.reason };
  const results = await onServers(fleet, job.signal, (server) => {
    const deed: Deed = { kind, server: server.name, release, channel: params.channel, ...reason };
    return switchOn(desk, server, deed, params.channel, job, progress);
  });
  throwIfAllFailed(results);
  return results;
}

async function switchOn(
  desk: DeployDesk,
  server: ServerRow,
  deed: Deed,
  channel: string,
  job: JobContext,
  progress: FleetProgress,
): Promise<FleetResult> {
  const { context } = desk;
  const { release } = deed;
  const tally = newTally();
  const activation = activationOf(desk, server, deed, channel);
  const live = (): DeployedRelease | null => {
    const event = context.registry.deployments.latest(server.name, release.model, channel);
    return event === null ? null : { version: event.version, manifestDigest: event.manifestDigest };
  };
  const activate = () =>
    desk.withSession(server, job, async (session) => {
      const { current, onBytes } = progress;
      await activateRelease(session, activation, tally, { signal: job.signal, current, onBytes });
      const detail = `${channel} is live on ${release.version}`;
      const event = recordDeed(context, deed, { outcome: 'done', proven: true, detail, tally });
      await recordOnServer(session, event, tally);
      return { version: release.version, manifestDigest: release.manifestDigest };
    });
  const result = await outcomeOf(server.name, tally, job.signal, activate, live);
  desk.recordFailure(deed, result);
  return result;
}

function activationOf({ context }: DeployDesk, server: ServerRow, deed: Deed, channel: string): Activation {
  const { release } = deed;
  const { releases } = context.registry;
  const byFolder = new Map(
    releases.list(release.model).map((row) => [releaseFolder(row.version, row.manifestDigest), row]),
  );
  return {
    release: { ...release, files: releases.files(release.id) },
    channel,
    commands: server,
    describe: (folder) => byFolder.get(folder) ?? null,
    beforeSwitch: () => recordIntent(context, deed),
  };
}
