import { crc32 } from 'node:zlib';
import type { Budget } from '../budget.ts';
import { bytesSource, type ByteSource } from '../byte-source.ts';
import { Malformed } from '../malformed.ts';
import type { Inflater } from './inflater.ts';

/** What came out of a compressed stream. */
export interface Inflated {
  readonly source: ByteSource;
  readonly crc32: number;
  /** Behind the stream, in the compressed source. */
  readonly end: number;
}

/** Output up to this size is kept; beyond it, it is decompressed again as it is read. */
const MAX_HELD = 32 * 1024 * 1024;

/**
 * Decompresses a stream to its end once. `open` starts it anew each time, for output that is too big to keep. Throws
 * Malformed for a broken stream, beyond the budget, and with `rule` when more than `maxBytes` come out.
 */
export function inflateAll(
  open: () => Inflater,
  budget: Budget,
  { maxBytes = Number.MAX_SAFE_INTEGER, rule = 'limit.inflated' } = {},
): Inflated {
  const inflater = open();
  const held: Uint8Array[] = [];
  let [crc, size] = [0, 0];
  for (let piece = inflater.next(); piece !== undefined; piece = inflater.next()) {
    budget.inflate(piece.length);
    crc = crc32(piece, crc);
    size += piece.length;
    if (size > maxBytes)
      throw new Malformed(rule, `It decompresses to more than the ${maxBytes} bytes it states.`);
    if (size <= MAX_HELD) held.push(piece);
    else held.length = 0;
  }
  const source =
    size <= MAX_HELD ? bytesSource(Buffer.concat(held)) : new ReinflatingSource(open, budget, size);
  return { source, crc32: crc, end: inflater.offset };
}

/** Decompresses forward as it is read, and from the start again for what lies before; each time counts. */
class ReinflatingSource implements ByteSource {
  readonly sizeBytes: number;
  readonly #open: () => Inflater;
  readonly #budget: Budget;
  #inflater: Inflater;
  /** The pieces held, the last of which is the newest, and where the first of them starts. */
  #pieces: Uint8Array[] = [];
  #start = 0;
  #end = 0;

  constructor(open: () => Inflater, budget: Budget, sizeBytes: number) {
    this.sizeBytes = sizeBytes;
    this.#open = open;
    this.#budget = budget;
    this.#inflater = open();
  }

  read(offset: number, length: number): Uint8Array {
    if (offset < this.#start) this.#restart();
    const end = Math.min(offset + length, this.sizeBytes);
    while (this.#end < end && this.#more(offset));
    const held = Buffer.concat(this.#pieces);
    return held.subarray(offset - this.#start, Math.max(offset, end) - this.#start);
  }

  /** One piece on; what lies before `offset` is let go, but for some that readers may go back to. */
  #more(offset: number): boolean {
    const piece = this.#inflater.next();
    if (piece === undefined) return false;
    this.#budget.inflate(piece.length);
    this.#pieces.push(piece);
    this.#end += piece.length;
    for (let [first] = this.#pieces; first !== undefined; [first] = this.#pieces) {
      if (this.#start + first.length + KEPT_BEHIND > offset) break;
      this.#pieces.shift();
      this.#start += first.length;
    }
    return true;
  }

  #restart(): void {
    this.#inflater = this.#open();
    this.#pieces = [];
    this.#start = 0;
    this.#end = 0;
  }
}

const KEPT_BEHIND = 256 * 1024;
