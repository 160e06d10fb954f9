import type { SignedSet } from '#engine/bundle/make-set.ts';
import { MediumFailed } from '#engine/bundle/medium-failed.ts';
import { setFolderName } from '#engine/bundle/names.ts';
import type { PlannedPart } from '#engine/bundle/planned-part.ts';
import { notBegun } from '#engine/bundle/volume-progress.ts';
import { removePart, removeUnfinished, writtenParts } from '#engine/bundle/volume-state.ts';
import type { WrittenVolume } from '#engine/bundle/volume-write.ts';
import { writeVolume } from '#engine/bundle/write-volume.ts';
import { flushFileSystem } from '#engine/media/flush.ts';
import { custodyLines, mediumOf, mediumUse } from '../media-register.ts';
import { isMediumReady } from './medium-ready.ts';
import { folderOf } from './places-at-hand.ts';
import { custodyUpTo, endOf } from './set-custody.ts';
import type { SetWork } from './set-work.ts';

/** Writes a volume and proves it; or changes the plan, when its medium is not as planned or fails. */
export async function writeNextVolume(work: SetWork, signed: SignedSet, number: number): Promise<void> {
  const { job, drafted, standing } = work;
  const choice = standing.volume(number)?.choice ?? null;
  const target = folderOf(work, choice, number);
  if (!(await isMediumReady(work, number, target))) return;
  try {
    await note(work, number, target, await write(work, signed, number, target));
  } catch (error) {
    if (error instanceof MediumFailed) return await dropMedium(work, error, number, target);
    // What was begun may stay for the next run of the same job; nobody else would ever go on with it.
    if (!job.isInterrupted()) {
      await removeUnfinished(drafted.draft.setId, target, choice === null).catch(() => {});
      standing.save({ current: null });
    }
    throw error;
  }
}

async function write(
  { context, job, signer, drafted, standing, writer }: SetWork,
  signed: SignedSet,
  number: number,
  target: string,
): Promise<WrittenVolume> {
  const { pool, clock } = context;
  return await writeVolume({
    signed,
    number,
    target,
    custody: (end) => custodyUpTo(drafted.draft, standing.state.volumes, number, end).text,
    earlier: standing.state.current ?? notBegun,
    save: (current) => standing.save({ current }),
    writer,
    signer,
    pool,
    clock,
    flush: flushFileSystem,
    signal: job.signal,
    progress: job.progress,
  });
}

/** That it is done, and where it lies, in one transaction with its custody and the history of its medium. */
async function note(work: SetWork, number: number, target: string, done: WrittenVolume): Promise<void> {
  const { context, drafted, standing } = work;
  const { draft } = drafted;
  const { setId } = draft;
  const volumes = standing.volumesWith(number, { done });
  const { medium } = await mediumOf(context, target);
  const used = volumes[number - 1]?.choice === null ? null : medium;
  const about = { setId, volume: number, detail: `volume ${number} of ${volumes.length}`, reason: '' };
  const rows = [
    custodyLines(context, setId, custodyUpTo(draft, volumes, number, endOf(done)).rows),
    ...(used === null ? [] : [mediumUse(context, used, 'written', about)]),
  ];
  const subjects = rows.flatMap((each) => each.subjects);
  const details = {
    set: setId,
    volume: String(number),
    volumes: String(volumes.length),
    readBack: done.readBack,
  };
  context.govern({ act: 'bundle.write', object: setFolderName(setId), subjects, details }, () => {
    standing.save({ volumes, current: null });
    for (const each of rows) each.write();
    if (used === null) return;
    context.registry.media.noteSpeed(used.id, done.writeBytesPerSecond, done.readBytesPerSecond);
  });
  context.changed('media', 'audit');
}

/** A medium that failed is not used again; what lies whole on a full one stays when the medium is good. */
async function dropMedium(
  work: SetWork,
  { kind, reason }: MediumFailed,
  number: number,
  target: string,
): Promise<void> {
  const { context, params, drafted, standing } = work;
  const { setId, supplements } = drafted.draft;
  const choice = standing.volume(number)?.choice ?? null;
  const kept = kind === 'full' ? await keptOn(work, number, target) : [];
  const keeps = kept.length > 0 && params.wait && supplements === null;
  if (!keeps) await removeUnfinished(setId, target, choice === null).catch(() => {});
  if (!params.wait || choice === null) {
    standing.save({ current: null });
    throw reason;
  }
  context.log.warn('a medium failed', { set: setId, volume: number, code: reason.code });
  if (!keeps) standing.save({ spent: [...standing.state.spent, choice] });
  standing.cutBack(number, keeps ? kept : [], drafted.draft);
}

/** What lies whole on a full medium. When that is all of it, the last part makes room for the control files. */
async function keptOn(
  { drafted, standing }: SetWork,
  number: number,
  target: string,
): Promise<PlannedPart[]> {
  const { setId } = drafted.draft;
  const here = standing.partsOn(number);
  const kept = await writtenParts(setId, target, here);
  const last = kept.at(-1);
  if (kept.length < here.length || last === undefined) return kept;
  await removePart(setId, target, last);
  return kept.slice(0, -1);
}
