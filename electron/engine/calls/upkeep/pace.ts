import { setTimeout as sleep } from 'node:timers/promises';

/** Waits are cut so short that a new rate holds at once. */
const SLICE_MS = 250;

/** Holds reading back to a rate that may change while it reads. All who read share one pace. */
export class Pace {
  readonly #rate: () => Promise<number | null>;
  #queue: Promise<void> = Promise.resolve();

  /** `rate`: bytes a second as of now; null when nothing is to be held back. */
  constructor(rate: () => Promise<number | null>) {
    this.#rate = rate;
  }

  /** Resolves when so many bytes may have been read. Rejects when it is aborted. */
  spend(bytes: number, signal: AbortSignal): Promise<void> {
    const turn = this.#queue.then(() => this.#payOff(bytes, signal));
    this.#queue = turn.catch(() => {});
    return turn;
  }

  async #payOff(bytes: number, signal: AbortSignal): Promise<void> {
    let left = bytes;
    while (left > 0) {
      signal.throwIfAborted();
      const rate = await this.#rate();
      if (rate === null) return;
      const ms = Math.min(SLICE_MS, (left * 1000) / rate);
      await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
      left -= (rate * ms) / 1000;
    }
  }
}
