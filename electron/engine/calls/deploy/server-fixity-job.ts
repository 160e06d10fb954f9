import type { JobResult } from '#shared/contract/jobs.ts';
import {
  FleetProgress,
  type FleetResult,
  onServers,
  outcomeOf,
  throwIfAllFailed,
} from '#engine/deploy/fleet.ts';
import { asMismatch, verifyReleaseOnServer } from '#engine/deploy/release-on-server.ts';
import { newTally, type ServerSession, type Tally } from '#engine/deploy/server-session.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import type { ReleaseRow } from '#engine/registry/releases.ts';
import type { ServerRow } from '#engine/registry/servers.ts';
import { type DeployDesk, FixityParams } from './deploy-desk.ts';
import { nameOf, recordDeed } from './deploy-record.ts';
import { findRelease } from '../releases/find-release.ts';

/**
 * Has each server hash every file of every release that was pushed to it. Changes nothing on the servers. Damage is an outcome
 * that is not ok; the job fails only when no server could be asked.
 */
export async function runServerFixity(
  desk: DeployDesk,
  job: JobContext,
  raw: unknown,
): Promise<JobResult<'server-fixity'>> {
  const { registry } = desk.context;
  const work = desk.servers(FixityParams.parse(raw).servers).map((server) => ({
    server,
    releases: registry.deployments
      .pushedTo(server.name)
      .map((pushed) => findRelease(registry, pushed.model, pushed.version)),
  }));
  const total = work.flatMap(({ releases }) => releases).reduce((sum, release) => sum + release.sizeBytes, 0);
  const progress = new FleetProgress(
    job.progress,
    { name: 'hashing on the servers', index: 1, count: 1 },
    total,
  );
  const results = await onServers(work, job.signal, ({ server, releases }) =>
    fixityOn(desk, server, releases, job, progress),
  );
  throwIfAllFailed(results);
  return { servers: results.map((result) => result.outcome) };
}

async function fixityOn(
  desk: DeployDesk,
  server: ServerRow,
  releases: readonly ReleaseRow[],
  job: JobContext,
  progress: FleetProgress,
): Promise<FleetResult> {
  const tally = newTally();
  const checkAll = (session: ServerSession) => checkReleases(desk, session, releases, tally, job, progress);
  const ask = () => desk.withSession(server, job, checkAll, { readOnly: true });
  const result = await outcomeOf(server.name, tally, job.signal, ask, () => null);
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

async function checkReleases(
  desk: DeployDesk,
  session: ServerSession,
  releases: readonly ReleaseRow[],
  tally: Tally,
  job: JobContext,
  progress: FleetProgress,
): Promise<null> {
  const server = session.target.name;
  for (const release of releases) {
    progress.current(`${server}: ${nameOf(release)}`);
    const deployable = { ...release, files: desk.context.registry.releases.files(release.id) };
    const options = { signal: job.signal, onBytes: progress.onBytes };
    const checks = await verifyReleaseOnServer(session.connection, deployable, tally, options);
    tally.checks.push(...checks);
    const mismatch = asMismatch(server, deployable, checks);
    recordDeed(
      desk.context,
      { kind: 'fixity', server, release, channel: null },
      {
        outcome: mismatch === null ? 'done' : 'failed',
        proven: mismatch === null,
        detail: mismatch?.message ?? 'every file hashed on the server is as published',
        ...(mismatch === null ? {} : { code: mismatch.code }),
      },
    );
  }
  return null;
}
