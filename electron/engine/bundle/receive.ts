import type { Check, VerifyReport } from '#shared/contract/evidence.ts';
import { asAppError } from '#engine/core/app-error.ts';
import type { Progress } from '#engine/core/progress.ts';
import type { ReadTurns } from '#engine/core/read-turns.ts';
import type { IncomingBlob } from './incoming-blob.ts';
import { nameOnVolume } from './names.ts';
import type { OpenedSet } from './open-set.ts';
import type { SetVolume } from './set-volume.ts';
import { missingTrouble, type PartTrouble, readTrouble, sizeTrouble } from './part-digest.ts';
import { extraCheck, reportOf } from './report.ts';
import type { LocatedPart } from './set-statement.ts';

interface ReceiveOptions {
  readonly opened: OpenedSet;
  /** Sets that complete it. */
  readonly supplements: readonly OpenedSet[];
  /** The blobs to take; opened. */
  readonly incoming: readonly IncomingBlob[];
  readonly devices: ReadTurns;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** After each part, good or bad. */
  readonly onPart: () => void;
}

interface Received {
  readonly bytesCopied: number;
  /** Parts that were bad on one copy of a volume and came good from elsewhere. */
  readonly recovered: readonly PartTrouble[];
  /** Parts of the set that are still needed; empty when every blob is whole. */
  readonly unfinished: readonly PartTrouble[];
}

/**
 * Takes the parts of the blobs from whatever volumes are there, volume by volume, each file read once from front to back,
 * and makes the blobs whole in quarantine. A part that is bad, missing or unreadable does not stop the others: all that is
 * good is kept, and what is not is told. Sources are never written to.
 */
export async function receiveParts(options: ReceiveOptions): Promise<Received> {
  const { opened, supplements, incoming, signal, progress, onPart } = options;
  const owners = new Map(incoming.map((blob) => [blob.digest, blob]));
  const isDue = (part: LocatedPart) => owners.get(part.blob)?.needs(part) === true;
  const missingBytes = incoming.reduce((sum, blob) => sum + blob.missingBytes, 0);
  progress.phase('copying and hashing', 2, 4, missingBytes);

  const troubles = new Map<LocatedPart, PartTrouble>();
  let bytesCopied = 0;
  for (const source of [opened, ...supplements]) {
    for (const volume of source.volumes) {
      for (const part of source.parts.filter((each) => each.volume === volume.number && isDue(each))) {
        signal.throwIfAborted();
        progress.current(nameOnVolume(volume.number, part.path));
        const { bytes, trouble } = await takePart(volume, part, owners.get(part.blob), options);
        bytesCopied += bytes;
        onPart();
        if (trouble !== null) troubles.set(part, troubles.get(part) ?? trouble);
      }
    }
  }
  const own = opened.parts.filter((part) => owners.has(part.blob));
  const unfinished = own.filter(isDue).map((part) => troubles.get(part) ?? missingTrouble(part));
  const recovered = own.filter((part) => !isDue(part)).flatMap((part) => troubles.get(part) ?? []);
  if (unfinished.length > 0) return { bytesCopied, recovered, unfinished };

  progress.phase('checking the stored copy', 3, 4, sizeOfSplit(incoming));
  for (const blob of incoming) await blob.finish({ signal, onBytes: (bytes) => progress.advance(bytes) });
  return { bytesCopied, recovered, unfinished };
}

async function takePart(
  volume: SetVolume,
  part: LocatedPart,
  blob: IncomingBlob | undefined,
  { devices, signal, progress }: ReceiveOptions,
): Promise<{ bytes: number; trouble: PartTrouble | null }> {
  const size = volume.sizes.get(part.path);
  if (size === undefined || blob === undefined) return { bytes: 0, trouble: missingTrouble(part) };
  if (size > part.sizeBytes) return { bytes: 0, trouble: sizeTrouble(part, size) };
  let source = part.path;
  try {
    source = await volume.folder.resolve(part.path);
    const work = { signal, onBytes: (bytes: number) => progress.advance(bytes) };
    const from = { file: source, offset: 0 };
    return await devices.run(source, signal, () => blob.take(part, from, size, work));
  } catch (error) {
    return { bytes: 0, trouble: readTrouble(part, asAppError(error), source) };
  }
}

/** What a set that cannot be completed yet leaves, as a sentence. */
export function stateOf(incoming: readonly IncomingBlob[]): string {
  const parts = incoming.flatMap((blob) => blob.parts.map((part) => !blob.needs(part)));
  const good = parts.filter((isTaken) => isTaken).length;
  return `${good} of ${parts.length} files are verified and kept in quarantine; nothing was made available.`;
}

function sizeOfSplit(incoming: readonly IncomingBlob[]): number {
  return incoming.filter((blob) => !blob.isWhole).reduce((sum, blob) => sum + blob.sizeBytes, 0);
}

/** The evidence of what was taken in: the set's own checks, the site's, and that every byte is as it was signed. */
export function receivedEvidence(
  opened: OpenedSet,
  siteChecks: readonly Check[],
  recovered: readonly PartTrouble[],
  files: number,
  at: Date,
): VerifyReport {
  const detail = `${files} files are as they were signed.`;
  const checks: Check[] = [
    ...opened.checks,
    ...siteChecks,
    { id: 'files.digest', status: 'verified', detail },
    {
      id: 'set.volumes',
      status: 'verified',
      detail: 'Everything that was needed from the volumes was there.',
    },
    ...recovered.map(({ check }) => {
      const found = `${check.detail ?? ''} It came good from elsewhere.`;
      return {
        id: 'media.copy',
        status: 'warning' as const,
        ...(check.path && { path: check.path }),
        detail: found,
      };
    }),
    extraCheck(opened.volumes),
  ];
  return reportOf({ opened, checks, troubles: [], listed: files, verified: files, at });
}
