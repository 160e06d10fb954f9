import type { HashAlgorithm } from '#shared/contract/system.ts';
import { type DigestNeed, digestKey, type FileRange } from '#engine/core/digest-need.ts';
import type { Hasher } from './hasher.ts';

/** Takes the bytes of one pass in order, and gives the digests that it computed of them. */
export interface DigestSink {
  update(bytes: Uint8Array): void;
  /** Hex by `digestKey`; a range that the bytes did not fill has none. */
  finish(): Map<string, string>;
}

/**
 * The sinks for these needs: one for each algorithm over the whole, and as few as can be for ranges, since ranges that do
 * not overlap share one.
 */
export async function digestSinks(
  needs: readonly DigestNeed[],
  newHasher: (algorithm: HashAlgorithm) => Promise<Hasher>,
): Promise<DigestSink[]> {
  const unique = [...new Map(needs.map((need) => [digestKey(need), need])).values()];
  const sinks: DigestSink[] = [];
  for (const need of unique) {
    if (need.range === undefined) sinks.push(wholeSink(need, await newHasher(need.algorithm)));
  }
  for (const algorithm of new Set(unique.map((need) => need.algorithm))) {
    const ranges = unique.flatMap((need) =>
      need.algorithm === algorithm && need.range !== undefined ? [need.range] : [],
    );
    for (const track of apart(ranges))
      sinks.push(new RangesSink(algorithm, track, await newHasher(algorithm)));
  }
  return sinks;
}

function wholeSink(need: DigestNeed, hasher: Hasher): DigestSink {
  const { prefix, suffix } = need.frame ?? { prefix: '', suffix: '' };
  hasher.update(Buffer.from(prefix, 'hex'));
  return {
    update: (bytes) => hasher.update(bytes),
    finish: () => {
      hasher.update(Buffer.from(suffix, 'hex'));
      return new Map([[digestKey(need), hasher.hex()]]);
    },
  };
}

/** Sorts ranges into as few lists as possible such that none overlap in one list. */
function apart(ranges: readonly FileRange[]): FileRange[][] {
  const tracks: FileRange[][] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const track = tracks.find((each) => (each.at(-1)?.end ?? 0) <= range.start);
    if (track === undefined) tracks.push([range]);
    else track.push(range);
  }
  return tracks;
}

/** Ranges that follow each other, with one hasher that is started again for each. */
class RangesSink implements DigestSink {
  readonly #algorithm: HashAlgorithm;
  readonly #ranges: readonly FileRange[];
  readonly #hasher: Hasher;
  readonly #digests = new Map<string, string>();
  #next = 0;
  #position = 0;

  constructor(algorithm: HashAlgorithm, ranges: readonly FileRange[], hasher: Hasher) {
    this.#algorithm = algorithm;
    this.#ranges = ranges;
    this.#hasher = hasher;
    this.update(new Uint8Array(0)); // ends ranges that are empty and at the beginning
  }

  update(bytes: Uint8Array): void {
    const from = this.#position;
    this.#position += bytes.length;
    for (let range = this.#ranges[this.#next]; range !== undefined; range = this.#ranges[++this.#next]) {
      if (range.start > this.#position) return;
      this.#hasher.update(bytes.subarray(Math.max(0, range.start - from), Math.max(0, range.end - from)));
      if (range.end > this.#position) return;
      this.#digests.set(digestKey({ algorithm: this.#algorithm, range }), this.#hasher.hex());
      this.#hasher.restart();
    }
  }

  finish(): Map<string, string> {
    return this.#digests;
  }
}
