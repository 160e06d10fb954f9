import { CHUNK_BYTES, type Hasher } from './hasher.ts';

/** SHA-256 of each 16 MiB chunk of a stream of bytes. An empty stream has no chunks. */
export class ChunkDigests {
  readonly #newHasher: () => Promise<Hasher>;
  readonly #onChunk: (hex: string) => void;
  readonly #done: string[] = [];
  #current: Hasher | null = null;
  #filledBytes = 0;

  /** `newHasher` makes a SHA-256; `onChunk` hears of each digest as soon as its chunk is full. */
  constructor(newHasher: () => Promise<Hasher>, onChunk: (hex: string) => void = () => {}) {
    this.#newHasher = newHasher;
    this.#onChunk = onChunk;
  }

  async update(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      this.#current ??= await this.#newHasher();
      const take = Math.min(bytes.length - at, CHUNK_BYTES - this.#filledBytes);
      this.#current.update(bytes.subarray(at, at + take));
      this.#filledBytes += take;
      at += take;
      if (this.#filledBytes !== CHUNK_BYTES) continue;
      this.#close();
      this.#onChunk(this.#done.at(-1) ?? '');
    }
  }

  /** Hex digests in order. */
  finish(): string[] {
    this.#close();
    return this.#done;
  }

  #close(): void {
    if (this.#current !== null) this.#done.push(this.#current.hex());
    this.#current = null;
    this.#filledBytes = 0;
  }
}
