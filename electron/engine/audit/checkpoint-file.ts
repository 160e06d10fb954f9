import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';

/**
 * Keeps the newest checkpoint beside the database, so that an older database put in its place is found at the next look. A
 * crash between the commit and this write leaves an older note, which still holds: the log has only grown.
 */
export function keepCheckpoint(file: string, note: string): void {
  const temporary = `${file}.new`;
  const descriptor = openSync(temporary, 'w', 0o600);
  try {
    writeSync(descriptor, note);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, file);
}

/** The checkpoint kept last; null when there never was one. */
export function readKeptCheckpoint(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
