import { z } from 'zod';
import { ServerOutcome } from '#shared/contract/fleet.ts';
import type { JobResult } from '#shared/contract/jobs.ts';
import { AppError } from '#engine/core/app-error.ts';
import {
  FleetProgress,
  type FleetResult,
  onServers,
  outcomeOf,
  throwIfAllFailed,
} from '#engine/deploy/fleet.ts';
import { newPushMemory, pushRelease, type SendableRelease } from '#engine/deploy/push.ts';
import { reconnecting } from '#engine/deploy/reconnect.ts';
import { newTally } from '#engine/deploy/server-session.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import type { ReleaseRow } from '#engine/registry/releases.ts';
import type { ServerRow } from '#engine/registry/servers.ts';
import type { EngineContext } from '../../context.ts';
import { type DeployDesk, PushParams } from './deploy-desk.ts';
import { type Deed, nameOf, recordDeed, recordOnServer } from './deploy-record.ts';

const Checkpoint = z.object({ done: z.array(ServerOutcome) });

/**
 * Sends a release to servers. Servers that a run before a crash had finished are not contacted again; on the others it goes on
 * after what they already have. Fails only when no server has it in the end.
 */
export async function runPush(desk: DeployDesk, job: JobContext, raw: unknown): Promise<JobResult<'push'>> {
  const params = PushParams.parse(raw);
  const release = await desk.examined(job, 'push', params);
  const sendable = sendableOf(desk.context, release);
  const fleet = desk.servers(params.servers);
  const done = new Map(
    (Checkpoint.safeParse(job.checkpoint).data?.done ?? []).map((outcome) => [outcome.server, outcome]),
  );
  const waiting = fleet.filter(({ name }) => !done.has(name)).length;
  const progress = new FleetProgress(
    job.progress,
    { name: 'sending', index: 2, count: 2 },
    blobBytes(sendable) * waiting,
  );
  const results = await onServers(fleet, job.signal, async (server) => {
    const earlier = done.get(server.name);
    if (earlier !== undefined) return { outcome: earlier, failure: null };
    const result = await pushTo(desk, server, release, sendable, job, progress);
    if (result.failure === null) {
      done.set(server.name, result.outcome);
      job.saveCheckpoint({ done: [...done.values()] });
    }
    return result;
  });
  throwIfAllFailed(results);
  return { servers: results.map((result) => result.outcome) };
}

async function pushTo(
  desk: DeployDesk,
  server: ServerRow,
  release: ReleaseRow,
  sendable: SendableRelease,
  job: JobContext,
  progress: FleetProgress,
): Promise<FleetResult> {
  const { context } = desk;
  const tally = newTally();
  const memory = newPushMemory();
  const deed: Deed = { kind: 'push', server: server.name, release, channel: null };
  let settled = 0;
  const onBytes = (bytes: number) => {
    settled += bytes;
    progress.onBytes(bytes);
  };
  const { signal } = job;
  const { current } = progress;
  const by = context.session.actor().who;
  const push = async () => {
    // A new attempt looks at everything again, so its bytes count again.
    onBytes(-settled);
    return await desk.withSession(server, job, async (session) => {
      await pushRelease(session, sendable, memory, tally, { signal, current, onBytes, by });
      tally.checks.push({
        id: 'push.blobs',
        status: 'verified',
        expected: release.manifestDigest,
        found: release.manifestDigest,
        detail: "The server's own sha256sum of every blob is its name.",
      });
      const detail = `${tally.bytesSent} bytes sent, ${tally.bytesAlreadyThere} there already`;
      const event = recordDeed(context, deed, { outcome: 'done', proven: true, detail, tally });
      await recordOnServer(session, event, tally);
      return null;
    });
  };
  const result = await outcomeOf(
    server.name,
    tally,
    signal,
    () => reconnecting(signal, push),
    () => null,
  );
  desk.recordFailure(deed, result);
  return result;
}

function sendableOf({ registry, blobs }: EngineContext, release: ReleaseRow): SendableRelease {
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

/** Each digest once, as it is sent: what the bar counts up to. */
function blobBytes(release: SendableRelease): number {
  const sizes = new Map(release.files.map((file) => [file.digest, file.sizeBytes]));
  return [...sizes.values()].reduce((sum, size) => sum + size, release.manifest.length);
}
