import type { ByteSource } from './source-file.ts';

/** Bytes of a file that somebody read already. */
export interface KnownBytes {
  /** Where in the file they begin. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A stretch of a file, up to and without `end`: with its bytes, or null where they are not known. */
interface Division {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array | null;
}

/** Divides a stretch into what is known of it and the gaps between. `known`: in order, without overlaps. */
export function* divide(known: readonly KnownBytes[], start: number, end: number): Generator<Division> {
  let at = start;
  for (let n = firstBeyond(known, start); at < end; n++) {
    const piece = known[n];
    const from = Math.min(end, piece?.offset ?? end);
    if (from > at) yield { start: at, end: from, bytes: null };
    at = Math.max(at, from);
    if (piece === undefined || at >= end) return;
    const to = Math.min(end, piece.offset + piece.bytes.length);
    if (to > at)
      yield { start: at, end: to, bytes: piece.bytes.subarray(at - piece.offset, to - piece.offset) };
    at = Math.max(at, to);
  }
}

/** The number of the first piece that ends after a position. */
function firstBeyond(known: readonly KnownBytes[], position: number): number {
  let low = 0;
  let high = known.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const piece = known[middle];
    if (piece !== undefined && piece.offset + piece.bytes.length <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A source of which some bytes are known: those are not read from it again. */
export class KnownSource implements ByteSource {
  readonly #source: ByteSource;
  readonly #known: readonly KnownBytes[];

  /** `known`: in order, without overlaps. */
  constructor(source: ByteSource, known: readonly KnownBytes[]) {
    this.#source = source;
    this.#known = known;
  }

  async read(view: Uint8Array, position: number): Promise<number> {
    let filled = 0;
    for (const { start, end, bytes } of divide(this.#known, position, position + view.length)) {
      if (bytes !== null) view.set(bytes, filled);
      const got =
        bytes?.length ?? (await this.#source.read(view.subarray(filled, filled + end - start), start));
      filled += got;
      if (got < end - start) break;
    }
    return filled;
  }
}
