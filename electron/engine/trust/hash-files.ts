import type { Check } from '#shared/contract/evidence.ts';
import { type DigestNeed, digestKey } from '#engine/core/digest-need.ts';
import type { FileEntry, FolderPort } from '#engine/core/folder-port.ts';
import type { Progress } from '#engine/core/progress.ts';
import { digestsOf } from './digests-of.ts';
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

/**
 * Hashes the planned files, each in one sequential read with all its algorithms: as many at a time as the folder's device is
 * read best with, the largest first, so that all end together.
 */
export async function hashFiles(
  folder: FolderPort,
  files: readonly FileEntry[],
  plan: HashPlan,
  options: Options,
): Promise<Hashed> {
  const due = files.filter((file) => plan.wants(file.path).length > 0);
  const totalBytes = due.reduce((sum, file) => sum + file.sizeBytes, 0);
  options.progress?.phase('checking digests', 1, 1, totalBytes);
  const digests = new Map<string, Map<string, string>>();
  const failures: Check[] = [];
  const readers = due.length === 0 ? 1 : await folder.readers();
  const queue = readers === 1 ? [...due] : due.toSorted((a, b) => b.sizeBytes - a.sizeBytes);
  const work = async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      try {
        digests.set(file.path, await hashOne(folder, file.path, plan, options));
      } catch (error) {
        // What ends one reader ends the others after their file.
        const left = queue.splice(0);
        if (options.signal?.aborted === true) throw error;
        failures.push(failedRead(error, file.path));
        queue.push(...left);
      }
    }
  };
  await Promise.all(Array.from({ length: readers }, work));
  return { get: (path, need) => digests.get(path)?.get(digestKey(need)), failures };
}

async function hashOne(
  folder: FolderPort,
  path: string,
  plan: HashPlan,
  { inMemory, signal, progress }: Options,
): Promise<Map<string, string>> {
  signal?.throwIfAborted();
  progress?.current(path);
  const bytes = inMemory.get(path);
  if (bytes !== undefined) return await digestsOf(bytes, plan.wants(path));
  return await folder.digests(path, plan.wants(path), {
    ...(signal === undefined ? {} : { signal }),
    onBytes: (count) => progress?.advance(count),
  });
}
