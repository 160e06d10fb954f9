import { stat } from 'node:fs/promises';
import type { ReadTurns } from '#engine/core/read-turns.ts';

/** Who reads from a device, or waits to. */
interface Lane {
  reader: object | null;
  reading: number;
  readonly waiting: { readonly reader: object; readonly begin: () => void }[];
}

/**
 * One reader a device: media are fastest read from front to back by one hand, and a second one makes a disk seek. Work on
 * one device waits its turn, whichever job it belongs to; devices do not wait for each other.
 */
export class DeviceQueue implements ReadTurns {
  readonly #lanes = new Map<number, Lane>();

  /**
   * Runs `work` when nobody else reads from the device that `file` lies on. `signal` ends the waiting. Work of one `reader`
   * may run at a time where it knows that the device is read best so, as long as nobody else waits.
   */
  async run<T>(
    file: string,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
    reader: object = {},
  ): Promise<T> {
    const device = await stat(file).then(
      (facts) => facts.dev,
      () => null, // What is wrong with the file is for the work to say.
    );
    if (device === null) return await work();
    const lane = this.#laneOf(device);
    await enter(lane, reader, signal);
    try {
      return await work();
    } finally {
      leave(lane);
      if (lane.reading === 0) this.#lanes.delete(device);
    }
  }

  #laneOf(device: number): Lane {
    const lane = this.#lanes.get(device) ?? { reader: null, reading: 0, waiting: [] };
    this.#lanes.set(device, lane);
    return lane;
  }
}

async function enter(lane: Lane, reader: object, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  if (lane.reading === 0 || (lane.reader === reader && lane.waiting.length === 0)) {
    lane.reader = reader;
    lane.reading++;
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const place = {
      reader,
      begin: () => {
        signal?.removeEventListener('abort', give);
        resolve();
      },
    };
    const give = () => {
      lane.waiting.splice(lane.waiting.indexOf(place), 1);
      reject(signal?.reason as Error);
    };
    signal?.addEventListener('abort', give, { once: true });
    lane.waiting.push(place);
  });
}

/** The next in line begins before anybody new can. */
function leave(lane: Lane): void {
  if (--lane.reading > 0) return;
  const next = lane.waiting.shift();
  if (next === undefined) return;
  lane.reader = next.reader;
  lane.reading++;
  next.begin();
}
