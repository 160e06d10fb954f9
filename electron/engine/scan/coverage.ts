import type { ByteSource } from './byte-source.ts';

/** A source that knows which of its bytes were read, however often and in whatever order. */
export interface CoveredSource extends ByteSource {
  /** Distinct bytes read so far. */
  bytesRead(): number;
  /** The same bytes for a look that is no scan: telling what it is reads nothing in this sense. */
  readonly unwatched: ByteSource;
}

/** Watches a source: what was not read is not clean, and the report says how much that is. */
export function coverSource(source: ByteSource): CoveredSource {
  const ranges = new Ranges();
  return {
    sizeBytes: source.sizeBytes,
    unwatched: source,
    read(offset, length, lent) {
      const bytes = source.read(offset, length, lent);
      if (bytes.length > 0) ranges.add(offset, offset + bytes.length);
      return bytes;
    },
    bytesRead: () => ranges.total(),
  };
}

/** Disjoint half-open ranges in ascending order, merged as they come; sequential reading keeps it at one. */
class Ranges {
  #ranges: (readonly [start: number, end: number])[] = [];

  add(start: number, end: number): void {
    const first = this.#firstEndingAtOrAfter(start);
    let last = first;
    let [from, to] = [start, end];
    for (let range = this.#ranges[last]; range !== undefined && range[0] <= end; range = this.#ranges[last]) {
      from = Math.min(from, range[0]);
      to = Math.max(to, range[1]);
      last++;
    }
    this.#ranges.splice(first, last - first, [from, to]);
  }

  total(): number {
    return this.#ranges.reduce((sum, [start, end]) => sum + end - start, 0);
  }

  #firstEndingAtOrAfter(position: number): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const range = this.#ranges[middle];
      if (range !== undefined && range[1] < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
