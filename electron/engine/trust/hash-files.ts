import { createHash } from 'node:crypto';
import { blake2b, blake3, xxhash3 } from 'hash-wasm';
import type { Check } from '#shared/contract/evidence.ts';
import type { HashAlgorithm } from '#shared/contract/system.ts';
import type { FileEntry, FolderPort } from '#engine/core/folder-port.ts';
import type { Progress } from '#engine/core/progress.ts';
import { failedRead } from './read-failure.ts';

/** What has to be known of each file, collected before anything is read, so that each is read once. */
export class HashPlan {
  readonly #needs = new Map<string, Set<HashAlgorithm>>();

  want(path: string, algorithm: HashAlgorithm): void {
    this.#needs.set(path, (this.#needs.get(path) ?? new Set()).add(algorithm));
  }

  wants(path: string): HashAlgorithm[] {
    return [...(this.#needs.get(path) ?? [])];
  }
}

export interface Hashed {
  /** Lower-case hex; undefined when the file is not there or could not be read. */
  get(path: string, algorithm: HashAlgorithm): string | undefined;
  readonly failures: readonly Check[];
}

interface Options {
  /** Files that are in memory already and are not read again. */
  readonly inMemory: ReadonlyMap<string, Uint8Array>;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: Progress | undefined;
}

/** Hashes the planned files one after the other, each in one sequential read with all its algorithms. */
export async function hashFiles(
  folder: FolderPort,
  files: readonly FileEntry[],
  plan: HashPlan,
  { inMemory, signal, progress }: Options,
): Promise<Hashed> {
  const due = files.filter((file) => plan.wants(file.path).length > 0);
  progress?.phase(
    'checking digests',
    1,
    1,
    due.reduce((sum, file) => sum + file.sizeBytes, 0),
  );
  const digests = new Map<string, Map<HashAlgorithm, string>>();
  const failures: Check[] = [];
  for (const { path } of due) {
    signal?.throwIfAborted();
    progress?.current(path);
    const bytes = inMemory.get(path);
    try {
      const found =
        bytes === undefined
          ? await folder.digests(path, plan.wants(path), {
              ...(signal === undefined ? {} : { signal }),
              onBytes: (count) => progress?.advance(count),
            })
          : await hashBytes(bytes, plan.wants(path));
      digests.set(path, found);
    } catch (error) {
      if (signal?.aborted === true) throw error;
      failures.push(failedRead(error, path));
    }
  }
  return { get: (path, algorithm) => digests.get(path)?.get(algorithm), failures };
}

async function hashBytes(
  bytes: Uint8Array,
  algorithms: readonly HashAlgorithm[],
): Promise<Map<HashAlgorithm, string>> {
  const digests = new Map<HashAlgorithm, string>();
  for (const algorithm of algorithms) digests.set(algorithm, await hashOf(bytes, algorithm));
  return digests;
}

/** Electron's crypto has no BLAKE2, so that comes from hash-wasm everywhere. */
function hashOf(bytes: Uint8Array, algorithm: HashAlgorithm): string | Promise<string> {
  switch (algorithm) {
    case 'sha256':
    case 'sha512':
      return createHash(algorithm).update(bytes).digest('hex');
    case 'blake2b-512':
      return blake2b(bytes, 512);
    case 'blake3':
      return blake3(bytes);
    case 'xxh3':
      return xxhash3(bytes);
  }
}
