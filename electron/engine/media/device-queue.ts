import { stat } from 'node:fs/promises';

/**
 * One reader a device: media are fastest read from front to back by one hand, and a second one makes a disk seek. Work on
 * one device waits its turn, whichever job it belongs to; devices do not wait for each other.
 */
export class DeviceQueue {
  readonly #last = new Map<number, Promise<unknown>>();

  /** Runs `work` when nobody else reads from the device that `file` lies on. `signal` ends the waiting. */
  async run<T>(file: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const device = await stat(file).then(
      (facts) => facts.dev,
      () => null, // What is wrong with the file is for the work to say.
    );
    if (device === null) return await work();
    const turn = (this.#last.get(device) ?? Promise.resolve()).then(() => {
      signal?.throwIfAborted();
      return work();
    });
    const settled = turn.then(
      () => {},
      () => {},
    );
    this.#last.set(device, settled);
    return await turn;
  }
}
