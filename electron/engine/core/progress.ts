/** A volume of a set, from 1, and how many the set has. */
export interface PhaseVolume {
  readonly number: number;
  readonly of: number;
}

/** What long work reports while it runs. All values are absolute; reporting is cheap and may be frequent. */
export interface Progress {
  /** Begins phase `index` of `count` (from 1) with its own byte total, null when unknown, and the volume it is about, if it is. */
  phase(name: string, index: number, count: number, bytesTotal: number | null, volume?: PhaseVolume): void;
  /** Names the file, volume or server being worked on. */
  current(what: string): void;
  /** Adds bytes done in this phase. */
  advance(bytes: number): void;
}

export const silentProgress: Progress = { phase: () => {}, current: () => {}, advance: () => {} };
