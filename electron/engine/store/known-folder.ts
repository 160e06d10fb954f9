import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import { type DigestNeed, digestKey } from '#engine/core/digest-need.ts';
import { blocksOf } from '#engine/core/file-blocks.ts';
import type { EntryProblem, FolderListing, FolderPort } from '#engine/core/folder-port.ts';

/** A file whose digests were computed while it was copied. */
export interface KnownFile {
  /** As the source called it. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Where its bytes lie now; or the bytes, of a small file that was not copied. */
  readonly file: string | Uint8Array;
  /** Lower-case hex by `digestKey`. */
  readonly digests: ReadonlyMap<string, string>;
}

/** A folder as it was on a medium, over copies whose digests are known: verifying it reads no large file again. */
export class KnownFolder implements FolderPort {
  readonly label: string;
  readonly #files: ReadonlyMap<string, KnownFile>;
  readonly #problems: readonly EntryProblem[];

  constructor(folder: {
    label: string;
    files: readonly KnownFile[];
    /** What the source's listing could not take in. */
    problems: readonly EntryProblem[];
  }) {
    this.label = folder.label;
    this.#files = new Map(folder.files.map((file) => [file.path, file]));
    this.#problems = folder.problems;
  }

  list(): Promise<FolderListing> {
    const files = [...this.#files.values()]
      .map(({ path, sizeBytes }) => ({ path, sizeBytes }))
      .sort((a, b) => compareCodePoints(a.path, b.path));
    return Promise.resolve({ files, problems: this.#problems });
  }

  /** Nothing is read: digests are known. */
  readers(): Promise<number> {
    return Promise.resolve(1);
  }

  async read(path: string, limitBytes: number): Promise<Uint8Array> {
    const known = this.#known(path);
    if (known.sizeBytes > limitBytes) {
      throw new AppError('FORMAT-INVALID', `${path} is larger than such a file may be`, {
        expected: `at most ${limitBytes} bytes`,
        found: `${known.sizeBytes} bytes`,
        path,
      });
    }
    if (typeof known.file !== 'string') return known.file;
    try {
      const handle = await open(known.file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
      try {
        return await handle.readFile();
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw asAppError(error, path);
    }
  }

  async *stream(path: string): AsyncGenerator<Uint8Array> {
    const known = this.#known(path);
    if (typeof known.file !== 'string') {
      yield known.file;
      return;
    }
    try {
      const handle = await open(known.file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
      try {
        yield* blocksOf(handle);
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw asAppError(error, path);
    }
  }

  /** INTERNAL when the copy did not compute an algorithm: reading the bytes again here would hide that it should have. */
  digests(path: string, needs: readonly DigestNeed[]): Promise<Map<string, string>> {
    try {
      const known = this.#known(path);
      const inside = needs.filter(({ range }) => range === undefined || range.end <= known.sizeBytes);
      return Promise.resolve(
        new Map(
          inside.map((need) => {
            const key = digestKey(need);
            const hex = known.digests.get(key);
            if (hex === undefined) {
              throw new AppError('INTERNAL', `${key} of ${path} was not computed while it was copied`);
            }
            return [key, hex];
          }),
        ),
      );
    } catch (error) {
      return Promise.reject(asAppError(error, path));
    }
  }

  #known(path: string): KnownFile {
    const known = this.#files.get(path);
    if (known === undefined)
      throw new AppError('FILE-UNREADABLE', `${path} is not in ${this.label}`, { path });
    return known;
  }
}

function compareCodePoints(a: string, b: string): number {
  // UTF-8 keeps the order of code points; JavaScript's own comparison goes by UTF-16 units.
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}
