import type { PlannedPart } from '#engine/bundle/planned-part.ts';
import type { SetDraft } from '#engine/bundle/make-set.ts';
import type { WrittenVolume } from '#engine/bundle/volume-write.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import type { SetPlace } from '../set-places.ts';
import { inBlobOrder } from './rest-of-set.ts';
import type { VolumeState, WritingState } from './writing-state.ts';

/** A volume that was written and proven. */
export type FinishedVolume = Omit<VolumeState, 'done'> & {
  readonly number: number;
  readonly done: WrittenVolume;
};

/** Where the writing of a set stands. Every change is kept with the job before anything follows from it. */
export class Standing {
  readonly #job: Pick<JobContext, 'saveCheckpoint'>;
  #state: WritingState;

  constructor(job: Pick<JobContext, 'saveCheckpoint'>, state: WritingState) {
    this.#job = job;
    this.#state = state;
  }

  get state(): WritingState {
    return this.#state;
  }

  save(changes: Partial<WritingState>): void {
    this.#state = { ...this.#state, ...changes };
    this.#job.saveCheckpoint(this.#state);
  }

  /** Volumes count from 1. */
  volume(number: number): VolumeState | undefined {
    return this.#state.volumes[number - 1];
  }

  /** The volumes, with one of them changed. */
  volumesWith(number: number, changes: Partial<VolumeState>): VolumeState[] {
    return this.#state.volumes.map((each, n) => (n === number - 1 ? { ...each, ...changes } : each));
  }

  partsOn(number: number): PlannedPart[] {
    return this.#state.parts.filter((part) => part.volume === number);
  }

  /** Places that are neither used up nor taken by a volume, with their numbers. */
  freePlaces(): { place: SetPlace; index: number }[] {
    const { places, spent, volumes } = this.#state;
    const used = new Set([...spent, ...volumes.map((volume) => volume.choice)]);
    return places.map((place, index) => ({ place, index })).filter(({ index }) => !used.has(index));
  }

  /** An offered place takes the part of the one that the job waits for, or is one more to plan with. */
  takeOffers(offered: readonly string[]): void {
    for (const place of offered.slice(this.#state.offersSeen)) {
      const choice = this.#state.places.length;
      this.save({ places: [...this.#state.places, { place, capacityBytes: null, maxFileBytes: null }] });
      const waiting = this.#state.volumes.findIndex((volume) => volume.done === null);
      if (this.#state.isPlanned && waiting >= 0)
        this.save({ volumes: this.volumesWith(waiting + 1, { choice }), current: null });
    }
    this.save({ offersSeen: offered.length });
  }

  /** Forgets the plan from a volume on. With `kept`, the volume itself stays with these parts alone. */
  cutBack(number: number, kept: readonly PlannedPart[], draft: SetDraft): void {
    const before = this.#state.parts.filter((part) => part.volume < number);
    const stays = kept.length > 0 ? number : number - 1;
    this.save({
      volumes: this.#state.volumes.slice(0, stays),
      parts: inBlobOrder(draft, [...before, ...kept]),
      isPlanned: false,
      current: null,
    });
  }

  finished(): FinishedVolume[] {
    return this.#state.volumes.flatMap(({ done, ...volume }, n) =>
      done === null ? [] : [{ ...volume, number: n + 1, done }],
    );
  }
}
