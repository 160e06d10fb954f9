import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import BetterSqlite from 'better-sqlite3';
import { AppError } from '#engine/core/app-error.ts';

/**
 * One writer at a time: an exclusive lock that the operating system itself drops when the process ends, however it ends.
 * SQLite holds it, because it has working file locks on every platform and Node has none.
 */
export class HomeLock {
  readonly #database: BetterSqlite.Database;
  readonly #holderFile: string;

  /** Takes the lock or throws HOME-LOCKED, naming the holder. `holder` is what the other side then reads. */
  constructor(file: string, holder: string) {
    this.#holderFile = `${file}.holder`;
    this.#database = new BetterSqlite(file, { timeout: 0 });
    try {
      this.#database.pragma('locking_mode = EXCLUSIVE');
      this.#database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      this.#database.close();
      throw new AppError(
        'HOME-LOCKED',
        `Another Sallyport works on this home: ${readHolder(this.#holderFile)}.`,
        {
          path: file,
          state: 'Nothing was changed.',
          next: 'Use the window or command line that is open, or close it and try again.',
        },
        error,
      );
    }
    writeFileSync(this.#holderFile, holder);
  }

  release(): void {
    rmSync(this.#holderFile, { force: true });
    this.#database.close();
  }
}

function readHolder(file: string): string {
  try {
    return readFileSync(file, 'utf8').slice(0, 200);
  } catch {
    return 'an unknown process';
  }
}
