import { stat } from 'node:fs/promises';
import {
  controlSizes,
  firstCustody,
  noteWritten,
  planDraft,
  sentStretches,
  type SignedSet,
  signPlan,
} from '#engine/bundle/make-set.ts';
import { setFolderName } from '#engine/bundle/names.ts';
import { MediumFailed } from '#engine/bundle/medium-failed.ts';
import { PayloadWriter } from '#engine/bundle/payload-writer.ts';
import type { PlanOutcome, SetPlan } from '#engine/bundle/plan.ts';
import type { PlannedPart, PlanStretch } from '#engine/bundle/planned-part.ts';
import { openSetDocument } from '#engine/bundle/set-document.ts';
import { costOfAll, type VolumeRoom } from '#engine/bundle/volume-room.ts';
import { notBegun } from '#engine/bundle/volume-progress.ts';
import {
  finishedVolumeAt,
  isBegun,
  removePart,
  removeUnfinished,
  writeVolume,
  type WrittenVolume,
  writtenParts,
} from '#engine/bundle/write-volume.ts';
import { AppError } from '#engine/core/app-error.ts';
import type { Signer } from '#engine/core/signer.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import { WaitsForMedium } from '#engine/jobs/waits-for-medium.ts';
import { flushFileSystem } from '#engine/media/flush.ts';
import { refuseWithoutRoom } from '#engine/media/target-room.ts';
import type { EngineContext } from '../context.ts';
import type { BundleCreateParams } from './bundle-create-job.ts';
import { custodyLines, mediumOf, mediumUse } from './media-register.ts';
import { blobSource, type DraftedSet } from './set-draft.ts';
import { imageFolder, imageRoom, mediumAt, roomAt } from './set-places.ts';
import type { WritingState } from './writing-state.ts';

interface Options {
  readonly context: EngineContext;
  readonly job: JobContext;
  readonly params: BundleCreateParams;
  readonly drafted: DraftedSet;
  readonly signer: Signer;
  readonly state: WritingState;
}

type VolumeState = WritingState['volumes'][number];
type Finished = Omit<VolumeState, 'done'> & { readonly number: number; readonly done: WrittenVolume };

/**
 * Writes a set volume by volume. Each is planned, signed, written, flushed, proven and noted before the next one begins, so
 * that what is proven stays whatever happens later. When a medium fails, or holds less than it said, the rest is planned
 * anew over the places that are left, and the control file gets a higher revision.
 */
export class SetWriting {
  readonly #options: Options;
  readonly #writer: PayloadWriter;
  #state: WritingState;

  constructor(options: Options) {
    this.#options = options;
    this.#state = options.state;
    this.#writer = new PayloadWriter(
      blobSource(options.context, options.drafted.releases),
      options.context.pool,
    );
  }

  /** Throws WaitsForMedium when a place is missing and a person may offer one. */
  async run(): Promise<{ signed: SignedSet; written: Finished[] }> {
    this.#takeOffers();
    for (;;) {
      if (!this.#state.isPlanned) await this.#plan();
      const signed = await this.#sign();
      const next = this.#state.volumes.findIndex((volume) => volume.done === null);
      if (next < 0) return { signed, written: this.#finished() };
      await this.#writeNext(signed, next + 1);
    }
  }

  /** An offered place takes the part of the one that the job waits for, or is one more to plan with. */
  #takeOffers(): void {
    const { offered } = this.#options.params;
    for (const place of offered.slice(this.#state.offersSeen)) {
      const choice = this.#state.places.length;
      this.#save({ places: [...this.#state.places, { place, capacityBytes: null, maxFileBytes: null }] });
      const waiting = this.#state.volumes.findIndex((volume) => volume.done === null);
      if (!this.#state.isPlanned || waiting < 0) continue;
      const volumes = this.#state.volumes.map((volume, n) =>
        n === waiting ? { ...volume, choice } : volume,
      );
      this.#save({ volumes, current: null });
    }
    this.#save({ offersSeen: offered.length });
  }

  /** Plans what no volume has yet over the places that are left. */
  async #plan(): Promise<void> {
    const { context, drafted, params, signer } = this.#options;
    const { volumes, parts } = this.#state;
    const choices = this.#freeChoices();
    const rooms = await Promise.all(choices.map(({ place }) => this.#roomOrNone(place)));
    const more = params.places.images === null ? null : await imageRoom(params.places.images);
    const before: SetPlan = { volumes: volumes.length, parts };
    const stretches = this.#restOf(parts);
    const outcome = planDraft(drafted.draft, { rooms, more, before, stretches }, signer);
    if (outcome.missingBytes > 0) this.#lack(outcome, rooms);
    const added: VolumeState[] = [];
    for (let n = 0; n < outcome.volumes - volumes.length; n++) {
      const choice = choices[outcome.rooms[n] ?? 0];
      const number = volumes.length + n + 1;
      const folder = this.#folderOf(choice?.index ?? null, number);
      const { name } = await mediumAt(context, folder);
      const medium = choice === undefined ? { label: `volume-${number}`, serial: null } : name;
      added.push({ choice: choice?.index ?? null, medium, done: null });
    }
    if (more !== null) await this.#refuseWithoutRoom(outcome);
    this.#save({
      volumes: [...volumes, ...added],
      parts: [...outcome.parts],
      isPlanned: true,
      revision: this.#state.revision + 1,
    });
  }

  /** The signed control file of the present plan, which is kept. */
  async #sign(): Promise<SignedSet> {
    const { context, drafted, job, signer } = this.#options;
    const { revision, volumes, parts } = this.#state;
    const kept = context.registry.setControls.get(drafted.draft.setId, 'out');
    const set = kept === null ? null : openSetDocument(kept).content;
    if (kept !== null && set?.revision === revision) return { set, control: kept };
    job.progress.phase('signing the control file', 0, 2, null);
    const chunks: (readonly string[])[] = [];
    for (const part of parts) chunks.push(await this.#writer.chunksOf(part, job.signal));
    const media = volumes.map((volume) => volume.medium);
    const plan = { volumes: volumes.length, parts };
    const signed = signPlan({ draft: drafted.draft, plan, revision, media, chunks }, signer);
    const { setId } = drafted.draft;
    context.registry.setControls.keep({ setId, direction: 'out', revision, control: signed.control });
    return signed;
  }

  async #writeNext(signed: SignedSet, number: number): Promise<void> {
    const { context, job, signer, drafted } = this.#options;
    const { setId } = drafted.draft;
    const volume = this.#state.volumes[number - 1];
    if (volume === undefined) return;
    const target = this.#folderOf(volume.choice, number);
    if (!(await this.#isReady(target, number))) return;
    try {
      const done = await writeVolume({
        signed,
        number,
        target,
        custody: (writtenAt) => this.#custody(number, writtenAt),
        earlier: this.#state.current ?? notBegun,
        save: (current) => this.#save({ current }),
        writer: this.#writer,
        signer,
        pool: context.pool,
        clock: context.clock,
        flush: flushFileSystem,
        signal: job.signal,
        progress: job.progress,
      });
      await this.#note(number, target, done);
    } catch (error) {
      if (error instanceof MediumFailed) return await this.#dropMedium(error, number, target);
      // What was begun may stay for the next run of the same job; nobody else would ever go on with it.
      if (!job.isInterrupted()) {
        await removeUnfinished(setId, target, volume.choice === null).catch(() => {});
        this.#save({ current: null });
      }
      throw error;
    }
  }

  /** Is the medium of this volume there, with the room that was planned? If not, waits for it or plans anew. */
  async #isReady(target: string, number: number): Promise<boolean> {
    const { context, drafted } = this.#options;
    const { setId } = drafted.draft;
    const choice = this.#state.volumes[number - 1]?.choice ?? null;
    if (choice === null) return true;
    const there = await finishedVolumeAt(setId, target);
    if (there !== null && there !== number) throw this.#waitFor(number);
    const medium = this.#state.volumes[number - 1]?.medium;
    const { name } = await mediumAt(context, target);
    // The mount point of a medium that is gone is an ordinary folder.
    if (this.#options.params.wait && medium?.serial != null && name.serial === null)
      throw this.#waitFor(number);
    const room = await this.#roomOrNone(this.#state.places[choice]);
    const hasBegun = await isBegun(setId, target);
    if (!hasBegun && costOfAll(room, this.#sizesOf(number)) > (room.capacityBytes ?? Infinity)) {
      if (this.#options.params.wait && room.capacityBytes === 0) throw this.#waitFor(number);
      // A smaller medium than was planned with: everything from here on is planned with what it has.
      this.#cutBack(number, []);
      return false;
    }
    if (medium?.label === name.label && medium.serial === name.serial) return true;
    const volumes = this.#state.volumes.map((each, n) =>
      n === number - 1 ? { ...each, medium: name } : each,
    );
    this.#save({ volumes, revision: this.#state.revision + 1 });
    return false;
  }

  /** A medium that failed is not used again; what lies whole on a full one stays when the medium is good. */
  async #dropMedium({ kind, reason }: MediumFailed, number: number, target: string): Promise<void> {
    const { params, drafted } = this.#options;
    const { setId, supplements } = drafted.draft;
    const choice = this.#state.volumes[number - 1]?.choice ?? null;
    const kept = kind === 'full' ? await this.#keptOn(target, number) : [];
    const keeps = kept.length > 0 && params.wait && supplements === null;
    if (!keeps) await removeUnfinished(setId, target, choice === null).catch(() => {});
    if (!params.wait || choice === null) {
      this.#save({ current: null });
      throw reason;
    }
    this.#options.context.log.warn('a medium failed', { set: setId, volume: number, code: reason.code });
    if (!keeps) this.#save({ spent: [...this.#state.spent, choice] });
    this.#cutBack(number, keeps ? kept : []);
  }

  /** Forgets the plan from a volume on. With `kept`, the volume itself stays with these parts alone. */
  #cutBack(number: number, kept: readonly PlannedPart[]): void {
    const before = this.#state.parts.filter((part) => part.volume < number);
    const stays = kept.length > 0 ? number : number - 1;
    this.#save({
      volumes: this.#state.volumes.slice(0, stays),
      parts: this.#inOrder([...before, ...kept]),
      isPlanned: false,
      current: null,
    });
  }

  async #note(number: number, target: string, done: WrittenVolume): Promise<void> {
    const { context, drafted } = this.#options;
    const { setId } = drafted.draft;
    const volumes = this.#state.volumes.map((each, n) => (n === number - 1 ? { ...each, done } : each));
    const { medium } = await mediumOf(context, target);
    const used = volumes[number - 1]?.choice === null ? null : medium;
    const about = { setId, volume: number, detail: `volume ${number} of ${volumes.length}`, reason: '' };
    const rows = [
      custodyLines(context, setId, this.#custodyLogOf(volumes, number, done.writtenAt).rows),
      ...(used === null ? [] : [mediumUse(context, used, 'written', about)]),
    ];
    const subjects = rows.flatMap((each) => each.subjects);
    const details = { set: setId, volume: String(number), volumes: String(volumes.length) };
    context.govern({ act: 'bundle.write', object: setFolderName(setId), subjects, details }, () => {
      this.#save({ volumes, current: null });
      for (const each of rows) each.write();
      if (used === null) return;
      context.registry.media.noteSpeed(used.id, done.writeBytesPerSecond, done.readBytesPerSecond);
    });
    context.changed('media', 'audit');
  }

  #custody(number: number, writtenAt: string): string {
    return this.#custodyLogOf(this.#state.volumes, number, writtenAt).text;
  }

  #custodyLogOf(volumes: WritingState['volumes'], number: number, writtenAt: string) {
    const { draft } = this.#options.drafted;
    const log = firstCustody(draft);
    for (const [n, { medium, done }] of volumes.slice(0, number).entries()) {
      const at = n + 1 === number ? writtenAt : (done?.writtenAt ?? writtenAt);
      noteWritten(log, draft, { volume: n + 1, medium, at });
    }
    return log;
  }

  /** The stretches that parts do not cover yet. Parts of a blob are always its beginning. */
  #restOf(parts: readonly PlannedPart[]): PlanStretch[] {
    const ends = new Map<string, { end: number; count: number }>();
    for (const part of parts) {
      const soFar = ends.get(part.blob) ?? { end: 0, count: 0 };
      ends.set(part.blob, { end: part.offset + part.sizeBytes, count: soFar.count + 1 });
    }
    return sentStretches(this.#options.drafted.draft).flatMap((stretch) => {
      const { end, count } = ends.get(stretch.digest) ?? { end: 0, count: 0 };
      if (count === 0) return [stretch];
      const last = stretch.offset + stretch.lengthBytes;
      const offset = Math.max(stretch.offset, end);
      return offset >= last ? [] : [{ ...stretch, offset, lengthBytes: last - offset, firstIndex: count }];
    });
  }

  /** Blob by blob, as the control file lists them. */
  #inOrder(parts: readonly PlannedPart[]): PlannedPart[] {
    const order = new Map(this.#options.drafted.draft.blobs.map((blob, n) => [blob.digest, n]));
    const place = (part: PlannedPart) => order.get(part.blob) ?? 0;
    return [...parts].sort((a, b) => place(a) - place(b) || a.index - b.index);
  }

  #freeChoices() {
    const { places, spent, volumes } = this.#state;
    const used = new Set([...spent, ...volumes.map((volume) => volume.choice)]);
    return places.map((place, index) => ({ place, index })).filter(({ index }) => !used.has(index));
  }

  /** What lies whole on a full medium. When that is all of it, the last part makes room for the control files. */
  async #keptOn(target: string, number: number): Promise<PlannedPart[]> {
    const { setId } = this.#options.drafted.draft;
    const here = this.#state.parts.filter((part) => part.volume === number);
    const kept = await writtenParts(setId, target, here);
    const last = kept.at(-1);
    if (kept.length < here.length || last === undefined) return kept;
    await removePart(setId, target, last);
    return kept.slice(0, -1);
  }

  #sizesOf(number: number): number[] {
    const { drafted, signer } = this.#options;
    const { volumes, parts } = this.#state;
    const here = parts.filter((part) => part.volume === number);
    const control = controlSizes(drafted.draft, { volumes: volumes.length, parts }, signer)[number - 1] ?? [];
    return [...here.map((part) => part.sizeBytes), ...control];
  }

  /** A place that cannot be asked has no room. */
  async #roomOrNone(place: Parameters<typeof roomAt>[0] | undefined): Promise<VolumeRoom> {
    const none: VolumeRoom = { capacityBytes: 0, maxFileBytes: null, blockBytes: 1 };
    if (place === undefined) return none;
    if (!this.#options.params.wait) return await roomAt(place);
    // The folder of a medium that is not there would be made on the disk of the system.
    const isThere = await stat(place.place).then(
      (facts) => facts.isDirectory(),
      () => false,
    );
    if (!isThere) return none;
    return await roomAt(place).catch((error: unknown) => {
      // Before the first byte a person should hear of it; afterwards other media may do.
      if (this.#state.revision === 0) throw error;
      return none;
    });
  }

  #folderOf(choice: number | null, number: number): string {
    const { images } = this.#options.params.places;
    if (choice === null && images !== null) return imageFolder(images, number);
    return this.#state.places[choice ?? 0]?.place ?? '';
  }

  /** Before anything is written the lack is an error; afterwards another medium can help. */
  #lack({ missingBytes }: PlanOutcome, rooms: readonly VolumeRoom[]): never {
    const hasBegun = this.#state.revision > 0;
    if (hasBegun && this.#options.params.wait) throw this.#waitForRoom(missingBytes);
    const free = rooms.reduce((sum, room) => sum + (room.capacityBytes ?? 0), 0);
    throw new AppError('DISK-FULL', `${missingBytes} bytes of the set fit nowhere.`, {
      expected: `${free + missingBytes} bytes free`,
      found: `${free} bytes free`,
      state: 'Nothing was written.',
      next: 'Free that much, or name more volumes.',
    });
  }

  async #refuseWithoutRoom(outcome: PlanOutcome): Promise<void> {
    const { drafted, signer } = this.#options;
    const control = controlSizes(drafted.draft, outcome, signer);
    const writes = control.map((sizes, n) => {
      const payload = outcome.parts.filter((part) => part.volume === n + 1).map((part) => part.sizeBytes);
      return { folder: this.#folderOf(null, n + 1), fileSizes: [...payload, ...sizes], folders: 6 };
    });
    await refuseWithoutRoom(writes.slice(this.#state.volumes.length));
  }

  #waitFor(number: number): WaitsForMedium {
    const { volumes, parts } = this.#state;
    const here = parts.filter((part) => part.volume === number);
    const bytes = here.reduce((sum, part) => sum + part.sizeBytes, 0);
    const medium = volumes[number - 1]?.medium ?? { label: '', serial: null };
    const sentence = `the medium for volume ${number} of ${volumes.length}`;
    const volume = { number, ...medium, bytes, files: here.length };
    const { setId } = this.#options.drafted.draft;
    return new WaitsForMedium({ kind: 'write', sentence, setId, volumes: [volume], bytes, troubles: [] });
  }

  #waitForRoom(bytes: number): WaitsForMedium {
    const { setId } = this.#options.drafted.draft;
    const sentence = `another medium with room for ${bytes} bytes`;
    return new WaitsForMedium({ kind: 'write', sentence, setId, volumes: [], bytes, troubles: [] });
  }

  #finished(): Finished[] {
    return this.#state.volumes.flatMap(({ done, ...volume }, n) =>
      done === null ? [] : [{ ...volume, number: n + 1, done }],
    );
  }

  #save(changes: Partial<WritingState>): void {
    this.#state = { ...this.#state, ...changes };
    this.#options.job.saveCheckpoint(this.#state);
  }
}
