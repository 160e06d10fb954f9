import { createHash } from 'node:crypto';
import type { Check } from '#shared/contract/evidence.ts';
import type { HashAlgorithm } from '#shared/contract/system.ts';
import { type DigestNeed, digestKey } from '#engine/core/digest-need.ts';
import type { FileEntry, FolderPort } from '#engine/core/folder-port.ts';
import type { Progress } from '#engine/core/progress.ts';
import { failedRead } from './read-failure.ts';

/** What has to be known of each file, collected before anything is read, so that each is read once. */
export class HashPlan {
  readonly #needs = new Map<string, Map<string, DigestNeed>>();

  want(path: string, { algorithm, range, frame }: DigestNeed): void {
    const need = {
      algorithm,
      ...(range === undefined ? {} : { range }),
      ...(frame === undefined ? {} : { frame }),
    };
    const known = this.#needs.get(path);
    if (known === undefined) this.#needs.set(path, new Map([[digestKey(need), need]]));
    else known.set(digestKey(need), need);
  }

  wants(path: string): DigestNeed[] {
    return [...(this.#needs.get(path)?.values() ?? [])];
  }
}

export interface Hashed {
  /** Lower-case hex; undefined when the file is not there, is too short or could not be read. */
  get(path: string, need: DigestNeed): string | undefined;
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
  const digests = new Map<string, Map<string, string>>();
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
  return { get: (path, need) => digests.get(path)?.get(digestKey(need)), failures };
}

async function hashBytes(bytes: Uint8Array, needs: readonly DigestNeed[]): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (const need of needs) {
    const { start, end } = need.range ?? { start: 0, end: bytes.length };
    if (end > bytes.length) continue;
    const { prefix, suffix } = need.frame ?? { prefix: '', suffix: '' };
    const framed = Buffer.concat([
      Buffer.from(prefix, 'hex'),
      bytes.subarray(start, end),
      Buffer.from(suffix, 'hex'),
    ]);
    digests.set(digestKey(need), await hashOf(framed, need.algorithm));
  }
  return digests;
}

/** Electron's crypto has no BLAKE2, so what is not SHA-2 comes from hash-wasm everywhere, loaded when it is needed. */
async function hashOf(bytes: Uint8Array, algorithm: HashAlgorithm): Promise<string> {
  if (algorithm === 'sha256' || algorithm === 'sha384' || algorithm === 'sha512') {
    return createHash(algorithm).update(bytes).digest('hex');
  }
  const { blake2b, blake3, xxhash3 } = await import('hash-wasm');
  switch (algorithm) {
    case 'blake2b-512':
      return blake2b(bytes, 512);
    case 'blake3':
      return blake3(bytes);
    case 'xxh3':
      return xxhash3(bytes);
  }
}
