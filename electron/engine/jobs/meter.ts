import type { Clock } from '#engine/core/clock.ts';

const WINDOW_MS = 5000;
const ENOUGH_MS = 1000;

/** Rate over the last seconds, from absolute byte counts. Says null until there is a second's worth to go by. */
export class Meter {
  readonly #clock: Clock;
  #samples: { at: number; bytes: number }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Forgets the past, e.g. at the start of a phase. */
  reset(): void {
    this.#samples = [];
  }

  record(bytesDone: number): void {
    const at = this.#clock.now().getTime();
    this.#samples.push({ at, bytes: bytesDone });
    while ((this.#samples[0]?.at ?? at) < at - WINDOW_MS) this.#samples.shift();
  }

  bytesPerSecond(): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < ENOUGH_MS) return null;
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }
}
