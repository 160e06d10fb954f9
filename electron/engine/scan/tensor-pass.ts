import { createHash, type Hash } from 'node:crypto';
import type { Tensor } from '#shared/contract/scan.ts';
import type { StreamObserver } from '#engine/core/stream-observer.ts';
import { Budget } from './budget.ts';
import type { TensorEntry } from './facts.ts';
import { looksLikeGguf, tryGgufHeader } from './formats/gguf-header.ts';
import {
  headerLength,
  LENGTH_BYTES,
  looksLikeSafetensors,
  parseSafetensorsHeader,
} from './formats/safetensors-header.ts';
import { Malformed } from './malformed.ts';
import { type StatisticsFeed, StatisticsMaker } from './tensor-statistics.ts';

/**
 * What a pass over a file's bytes gave: plain data, small enough to be posted between threads and kept. No tensors when the file
 * is of another format or its header is wrong; a scan says why. A tensor whose bytes did not all come is left out.
 */
export interface TensorPassResult {
  readonly tensors: readonly Tensor[];
}

/** GGUF says nowhere how long its header is: beyond this it is not waited for. */
const MAX_HEADER_BYTES = 256 * 1024 * 1024;
const FIRST_TRY_BYTES = 64 * 1024;

/**
 * Computes each tensor's digest and statistics while a safetensors or GGUF file passes by once, in order.
 * A digest is SHA-256 over `sallyport-tensor-v1`, NUL, the type, NUL, the dimensions joined by commas, NUL, and the bytes, so
 * equal tensors have equal digests wherever they lie and whatever they are called.
 */
export class TensorPass implements StreamObserver {
  readonly #statistics = new StatisticsMaker();
  readonly #tensors: Tensor[] = [];
  #state: 'header' | 'data' | 'idle' = 'header';
  #header = new GrowingBytes();
  #tryAtBytes = FIRST_TRY_BYTES;
  #waiting: TensorEntry[] = [];
  #current: OpenTensor | null = null;
  /** Of the next byte that comes. */
  #offset = 0;

  update(bytes: Uint8Array): void {
    if (this.#state === 'idle') return;
    if (this.#state === 'data') this.#take(bytes);
    else this.#collect(bytes);
  }

  finish(): TensorPassResult {
    if (this.#state === 'header') this.#tryHeader();
    return { tensors: this.#tensors };
  }

  #collect(bytes: Uint8Array): void {
    this.#header.push(bytes);
    if (this.#header.length >= this.#tryAtBytes) this.#tryHeader();
  }

  #tryHeader(): void {
    const bytes = this.#header.bytes();
    const tensors = this.#entriesIn(bytes);
    if (tensors === 'wait') return;
    this.#header = new GrowingBytes();
    this.#waiting = inOrder(tensors).reverse();
    this.#state = this.#waiting.length === 0 ? 'idle' : 'data';
    this.#take(bytes);
  }

  /** The tensors that a header describes, none when it is wrong or none, or `wait` for more bytes. */
  #entriesIn(bytes: Uint8Array): readonly TensorEntry[] | 'wait' {
    try {
      const budget = new Budget();
      if (looksLikeGguf(bytes)) {
        const header = tryGgufHeader(bytes, budget);
        if (header !== null) return header.tensors;
        this.#tryAtBytes = bytes.length * 2;
        return this.#tryAtBytes > MAX_HEADER_BYTES ? [] : 'wait';
      }
      if (!looksLikeSafetensors(bytes)) return [];
      const dataStart = LENGTH_BYTES + headerLength(bytes);
      this.#tryAtBytes = dataStart;
      if (bytes.length < dataStart) return 'wait';
      return parseSafetensorsHeader(bytes.subarray(LENGTH_BYTES, dataStart), budget).tensors;
    } catch (error) {
      if (error instanceof Malformed) return [];
      throw error;
    }
  }

  #take(bytes: Uint8Array): void {
    for (let at = 0; this.#state === 'data';) {
      this.#current ??= this.#open(this.#offset + at);
      if (this.#current === null || at === bytes.length) break;
      const skipped = Math.min(this.#current.entry.offset - (this.#offset + at), bytes.length - at);
      if (skipped > 0) {
        at += skipped;
        continue;
      }
      at += this.#current.update(bytes.subarray(at));
      this.#closeWhenFull();
    }
    this.#offset += bytes.length;
  }

  /** The next tensor; tensors without bytes are done at once. */
  #open(offset: number): OpenTensor | null {
    for (let entry = this.#waiting.pop(); entry !== undefined; entry = this.#waiting.pop()) {
      if (entry.offset < offset) break;
      const tensor = new OpenTensor(entry, this.#statistics);
      if (entry.sizeBytes > 0) return tensor;
      this.#tensors.push(tensor.finish());
    }
    this.#state = 'idle';
    return null;
  }

  #closeWhenFull(): void {
    if (this.#current?.missingBytes !== 0) return;
    this.#tensors.push(this.#current.finish());
    this.#current = null;
  }
}

/** By offset, or none where data overlap: such a file is blocked, and its digests would say nothing. */
function inOrder(tensors: readonly TensorEntry[]): TensorEntry[] {
  const sorted = [...tensors].sort((a, b) => a.offset - b.offset || a.sizeBytes - b.sizeBytes);
  let end = 0;
  for (const { offset, sizeBytes } of sorted) {
    if (offset < end) return [];
    end = offset + sizeBytes;
  }
  return sorted;
}

/** A tensor whose bytes are passing by. */
class OpenTensor {
  readonly entry: TensorEntry;
  readonly #hash: Hash = createHash('sha256');
  readonly #feed: StatisticsFeed | null;
  missingBytes: number;

  constructor(entry: TensorEntry, statistics: StatisticsMaker) {
    this.entry = entry;
    this.missingBytes = entry.sizeBytes;
    this.#feed = statistics.feed(entry.dtype, entry.sizeBytes);
    this.#hash.update(`sallyport-tensor-v1\0${entry.dtype}\0${entry.shape.join(',')}\0`);
  }

  /** Takes from the start of `bytes` what belongs to the tensor, and says how much that was. */
  update(bytes: Uint8Array): number {
    const mine = bytes.subarray(0, this.missingBytes);
    this.#hash.update(mine);
    this.#feed?.update(mine);
    this.missingBytes -= mine.length;
    return mine.length;
  }

  finish(): Tensor {
    const { name, dtype, shape, sizeBytes, offset } = this.entry;
    return {
      name,
      dtype,
      shape: [...shape],
      sizeBytes,
      offset,
      digest: `sha256:${this.#hash.digest('hex')}`,
      statistics: this.#feed?.finish() ?? null,
    };
  }
}

/** Bytes that are collected before it is known how many are needed. */
class GrowingBytes {
  #bytes = new Uint8Array(FIRST_TRY_BYTES);
  length = 0;

  push(bytes: Uint8Array): void {
    const needed = this.length + bytes.length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.length);
    this.length = needed;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}
