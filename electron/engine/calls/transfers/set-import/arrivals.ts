import { link, rm } from 'node:fs/promises';
import type { JobLeft } from '#shared/contract/jobs.ts';
import { IncomingBlob } from '#engine/bundle/incoming-blob.ts';
import type { Intake, SetRelease } from '#engine/bundle/intake.ts';
import { locateParts, type TransferSet } from '#engine/bundle/set-statement.ts';
import { timestamp } from '#engine/core/clock.ts';
import { hexOf } from '#engine/core/digest.ts';
import { newId } from '#engine/core/ids.ts';
import type { ImportRow } from '#engine/registry/imports.ts';
import type { EngineContext } from '../../../context.ts';
import { blobsWith } from '../../trust/received-signatures.ts';

/** A release on its way in: its row of record and the blobs it waits for. */
export interface Arrival {
  readonly release: SetRelease;
  readonly importId: string;
  readonly isDone: boolean;
}

/** Rows of record for the releases; those that an earlier import of the same set left are taken up again. */
export function beginArrivals(
  context: EngineContext,
  set: TransferSet,
  intake: Intake,
  source: string,
): Arrival[] {
  const { imports } = context.registry;
  const earlier = imports.list().filter((row) => row.transferSet === set.setId);
  const isFor = (row: ImportRow, { model, version }: SetRelease) =>
    row.model === model && row.version === version;
  const arrivals = intake.releases.map((release): Arrival => {
    const open = earlier.find(
      (row) => isFor(row, release) && (row.state === 'receiving' || row.state === 'quarantined'),
    );
    if (open !== undefined) return { release, importId: open.id, isDone: open.state === 'quarantined' };
    const importId = newId('imp');
    const { model, version } = release;
    const startedBy = context.session.actor().who;
    imports.insert({
      id: importId,
      model,
      version,
      source,
      startedAt: timestamp(context.clock),
      startedBy,
      transferSet: set.setId,
    });
    return { release, importId, isDone: false };
  });
  context.changed('imports');
  return arrivals;
}

/** One place in quarantine for each blob that is wanted: the folder of the first release that needs it. */
export async function prepareBlobs(
  context: EngineContext,
  set: TransferSet,
  intake: Intake,
  arrivals: readonly Arrival[],
): Promise<IncomingBlob[]> {
  const located = locateParts(set);
  const incoming: IncomingBlob[] = [];
  for (const blob of intake.wanted) {
    const owner = arrivals.find(
      ({ isDone, release }) => !isDone && blobsWith(set, release).includes(blob.digest),
    );
    if (owner === undefined) continue;
    const folder = await context.quarantine.create(owner.importId);
    const parts = located.filter((part) => part.blob === blob.digest);
    const arriving = new IncomingBlob(folder, blob, parts, context.pool);
    await arriving.open();
    incoming.push(arriving);
  }
  return incoming;
}

/** A blob that several releases need gets a name in the quarantine of each; no byte is copied. */
export async function shareBlobs(
  { quarantine, pool }: EngineContext,
  { release, importId }: Arrival,
  incoming: readonly IncomingBlob[],
): Promise<void> {
  await quarantine.create(importId);
  for (const blob of incoming.filter((each) => release.blobs.includes(each.digest))) {
    const place = quarantine.pathOf(importId, hexOf(blob.digest));
    if (place === blob.file) continue;
    await rm(place, { force: true });
    await link(blob.file, place).catch(() =>
      pool.copyFile({ source: blob.file, target: place, algorithms: ['sha256'] }),
    );
  }
}

/** What is still to be read of a set, from volumes that are here or not. */
export function leftOf(incoming: readonly IncomingBlob[]): JobLeft {
  const due = incoming.flatMap((blob) => blob.parts.filter((part) => blob.needs(part)));
  return { bytes: incoming.reduce((sum, blob) => sum + blob.missingBytes, 0), files: due.length };
}
