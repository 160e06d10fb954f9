/** Bytes of one slot: a fraction of a chunk, so that chunks end where slots end; a multiple of a page. */
export const SLOT_BYTES = 2 * 1024 * 1024;
const SLOTS = 8;
const WASM_PAGE_BYTES = 64 * 1024;

/** Shared memory that bytes pass through between reading, hashing and writing; its size bounds what is under way. */
export class Ring {
  readonly memory: SharedArrayBuffer;
  /** The memory begins on a page border, as direct writes want it. */
  readonly aligned: boolean;
  readonly #free = Array.from({ length: SLOTS }, (_, slot) => slot);
  readonly #waiting: ((slot: number) => void)[] = [];

  constructor() {
    const pages = allocatePages((SLOTS * SLOT_BYTES) / WASM_PAGE_BYTES);
    this.memory = pages ?? new SharedArrayBuffer(SLOTS * SLOT_BYTES);
    this.aligned = pages !== null;
  }

  /** A free slot's number, or null. */
  tryTake(): number | null {
    return this.#free.pop() ?? null;
  }

  /** Waits for a free slot. */
  take(): Promise<number> {
    const slot = this.tryTake();
    return slot === null ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(slot);
  }

  give(slot: number): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#free.push(slot);
    else waiting(slot);
  }

  view(slot: number, length: number): Uint8Array {
    return new Uint8Array(this.memory, slot * SLOT_BYTES, length);
  }
}

/** The part of the WebAssembly API that is used here; its types come with a browser's, which the engine must not see. */
declare const WebAssembly: {
  readonly Memory: new (limits: { initial: number; maximum: number; shared: true }) => {
    readonly buffer: ArrayBuffer | SharedArrayBuffer;
  };
};

/** WebAssembly's memory begins on a page border, which no other buffer of JavaScript promises. null when there is none. */
function allocatePages(pages: number): SharedArrayBuffer | null {
  try {
    const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    return buffer instanceof SharedArrayBuffer ? buffer : null;
  } catch {
    return null;
  }
}
