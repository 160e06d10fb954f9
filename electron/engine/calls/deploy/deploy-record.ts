import { deploymentSubject, pinSubject } from '#engine/audit/records.ts';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { visibleText } from '#engine/deploy/visible-text.ts';
import type { ServerSession, Tally } from '#engine/deploy/server-session.ts';
import type { DeploymentEvent } from '#engine/registry/deployments.ts';
import type { ReleaseRow } from '#engine/registry/releases.ts';
import type { EngineContext } from '../../context.ts';

/** What was done, to what, where. */
export interface Deed {
  readonly kind: DeploymentEvent['kind'];
  readonly server: string;
  readonly release: ReleaseRow;
  /** Null for a push and a fixity check, which touch no channel. */
  readonly channel: string | null;
  readonly reason?: string;
}

/** What is known at the end. */
interface End {
  readonly outcome: DeploymentEvent['outcome'];
  /** The server proved by hashing that it holds the bytes. */
  readonly proven: boolean;
  readonly detail: string;
  readonly tally?: Tally;
  readonly code?: string;
}

/** Puts the end of a deed on one server on record, as a row and in the audit log, and returns the row. */
export function recordDeed(context: EngineContext, deed: Deed, end: End): DeploymentEvent {
  const { release, server } = deed;
  const at = timestamp(context.clock);
  const event: DeploymentEvent = {
    server,
    model: release.model,
    channel: deed.channel,
    version: release.version,
    manifestDigest: release.manifestDigest,
    kind: deed.kind,
    outcome: end.outcome,
    at,
    by: context.session.actor().who,
    provenAt: end.proven ? at : null,
    detail: visibleText(end.detail, 500),
  };
  const details: Record<string, string> = { release: nameOf(release), detail: event.detail };
  if (deed.channel !== null) details['channel'] = deed.channel;
  if (end.code !== undefined) details['code'] = end.code;
  if (end.tally !== undefined) {
    details['bytesSent'] = String(end.tally.bytesSent);
    details['bytesAlreadyThere'] = String(end.tally.bytesAlreadyThere);
    details['serverHashMs'] = String(end.tally.serverHashMs);
  }
  context.govern(
    {
      act: `deploy.${deed.kind}`,
      object: server,
      subjects: [{ name: nameOf(release), digest: release.manifestDigest }, deploymentSubject(event)],
      ...(deed.reason === undefined ? {} : { reason: deed.reason }),
      details,
    },
    () => context.registry.deployments.add(event),
    end.outcome,
  );
  context.changed('deployments', 'servers', 'releases', 'audit');
  return event;
}

/** Puts on record, before a release goes live, that it is about to: a crash in between leaves a trace of what was under way. */
export function recordIntent(context: EngineContext, deed: Deed): void {
  const { release, server, channel, reason, kind } = deed;
  context.govern(
    {
      act: `deploy.${kind}-begun`,
      object: server,
      subjects: [{ name: nameOf(release), digest: release.manifestDigest }],
      ...(reason === undefined ? {} : { reason }),
      details: { release: nameOf(release), channel: channel ?? '' },
    },
    () => {},
  );
}

/**
 * Leaves a line in the server's history and our newest audit checkpoint there. The deed is done and on record here already, so
 * that a failure is a warning only.
 */
export async function recordOnServer(
  session: ServerSession,
  event: DeploymentEvent,
  tally: Tally,
): Promise<void> {
  const { model, channel, version, manifestDigest, kind, outcome, at, by } = event;
  try {
    await session.record({ at, by, kind, model, channel, version, manifestDigest, outcome });
  } catch (error) {
    const detail = `The server's own history could not be written: ${error instanceof Error ? error.message : String(error)}`;
    tally.checks.push({
      id: 'server.record',
      status: 'warning',
      ...(error instanceof AppError ? { code: error.code } : {}),
      detail,
    });
  }
}

/** Moves a channel's pin to the release that a rollback put live, so that `as-of` answers what production really was. */
export function repin(context: EngineContext, release: ReleaseRow, channel: string, reason: string): void {
  const pin = {
    model: release.model,
    channel,
    version: release.version,
    manifestDigest: release.manifestDigest,
    at: timestamp(context.clock),
    by: context.session.actor().who,
    reason: `rollback: ${reason}`.slice(0, 2000),
  };
  context.govern(
    {
      act: 'channel.pin',
      object: nameOf(release),
      subjects: [{ name: nameOf(release), digest: release.manifestDigest }, pinSubject(pin)],
      reason: pin.reason,
      details: { channel, by: 'rollback' },
    },
    () => context.registry.channels.pin({ ...pin, releaseId: release.id }),
  );
  context.changed('channels', 'releases', 'deployments', 'audit');
}

/** `silero-vad@5.0.0`. */
export function nameOf(release: Pick<ReleaseRow, 'model' | 'version'>): string {
  return `${release.model}@${release.version}`;
}
