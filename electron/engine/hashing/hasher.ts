import type { HashAlgorithm, HashBackendRow } from '#shared/contract/system.ts';

/** One running hash. After `hex()` it takes no more bytes until it is started again. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  /** The digest as lower-case hex. */
  hex(): string;
  /** Begins a new digest. */
  restart(): void;
}

/** A library that computes hashes. What it says is believed only after it gave the known answers. */
export interface HashBackend {
  readonly name: HashBackendRow['backend'];
  /** A new hash, or null when this backend does not offer the algorithm on this machine. */
  create(algorithm: HashAlgorithm): Promise<Hasher | null>;
}

/**
 * Bytes of a chunk: every blob keeps the SHA-256 of each of its chunks for parallel fixity checks, resuming and naming
 * a bad range (formats.md).
 */
export const CHUNK_BYTES = 16 * 1024 * 1024;
