/** What long work reports while it runs. All values are absolute; reporting is cheap and may be frequent. */
export interface Progress {
  /** Begins phase `index` of `count` (from 1) with its own byte total, null when unknown. */
  phase(name: string, index: number, count: number, bytesTotal: number | null): void;
  /** Names the file, volume or server being worked on. */
  current(what: string): void;
  /** Adds bytes done in this phase. */
  advance(bytes: number): void;
}

export const silentProgress: Progress = { phase: () => {}, current: () => {}, advance: () => {} };
