import BetterSqlite from 'better-sqlite3';
import { AppError } from '#engine/core/app-error.ts';
import { migrations } from './migrations/index.ts';

export type Database = BetterSqlite.Database;

/**
 * Opens the registry and brings its schema up to date. WAL, foreign keys on, synchronous FULL: what was committed survives
 * a power cut. Throws DATABASE-NEWER when a newer Sallyport wrote it, HOME-UNUSABLE when it is not a database.
 */
export function openDatabase(file: string): Database {
  const database = open(file);
  try {
    const version = readVersion(database, file);
    const newest = migrations.at(-1)?.version ?? 0;
    if (version > newest) {
      throw new AppError(
        'DATABASE-NEWER',
        `The registry has schema ${version}; this Sallyport knows up to ${newest}.`,
        {
          expected: `schema ${newest} or older`,
          found: `schema ${version}`,
          path: file,
          state: 'Nothing was changed.',
          next: 'Open this home with the newer Sallyport that wrote it.',
        },
      );
    }
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    database.pragma('busy_timeout = 5000');
    database.pragma('recursive_triggers = ON'); // else REPLACE would delete past the triggers
    migrate(database, version);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function open(file: string): Database {
  try {
    return new BetterSqlite(file);
  } catch (error) {
    throw new AppError(
      'HOME-UNUSABLE',
      `The registry cannot be opened: ${messageOf(error)}.`,
      { path: file },
      error,
    );
  }
}

function readVersion(database: Database, file: string): number {
  try {
    return Number(database.pragma('user_version', { simple: true }));
  } catch (error) {
    const details = {
      path: file,
      state: 'Nothing was changed.',
      next: 'Restore registry.db from a backup; the blobs beside it are untouched.',
    };
    throw new AppError(
      'HOME-UNUSABLE',
      `The registry is not a readable database: ${messageOf(error)}.`,
      details,
      error,
    );
  }
}

function migrate(database: Database, from: number): void {
  for (const migration of migrations) {
    if (migration.version <= from) continue;
    database.transaction(() => {
      database.exec(migration.sql);
      migration.fill?.(database);
      database.pragma(`user_version = ${migration.version}`);
    })();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
