/** Whoever reads media at length waits for a turn: one reader a device. Implemented by the media room. */
export interface ReadTurns {
  /** Runs `work` when nobody else reads from the device that `file` lies on. `signal` ends the waiting. */
  run<T>(file: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T>;
}
