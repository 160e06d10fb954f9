import type { ByteRange } from '#engine/hashing/byte-range.ts';

/** Bytes of a file that are there, as ranges in ascending order that do not touch. */
export class RangeSet {
  #ranges: ByteRange[] = [];

  add(added: ByteRange): void {
    if (added.end < added.start) return;
    const apart = this.#ranges.filter(({ start, end }) => end + 1 < added.start || start > added.end + 1);
    const touching = this.#ranges.filter((range) => !apart.includes(range));
    const joined = {
      start: Math.min(added.start, ...touching.map((range) => range.start)),
      end: Math.max(added.end, ...touching.map((range) => range.end)),
    };
    this.#ranges = [...apart, joined].sort((a, b) => a.start - b.start);
  }

  /** What is not there of the bytes `start` to `end`, both included. */
  missing(start: number, end: number): ByteRange[] {
    const gaps: ByteRange[] = [];
    let at = start;
    for (const range of this.#ranges) {
      if (range.end < at) continue;
      if (range.start > end) break;
      if (range.start > at) gaps.push({ start: at, end: range.start - 1 });
      at = range.end + 1;
    }
    if (at <= end) gaps.push({ start: at, end });
    return gaps;
  }

  has(start: number, end: number): boolean {
    return this.missing(start, end).length === 0;
  }
}
