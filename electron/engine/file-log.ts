import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import type { LogFields, Logger } from '#engine/core/logger.ts';
import type { Clock } from '#engine/core/clock.ts';
import { timestamp } from '#engine/core/clock.ts';

const NAME = 'sallyport.log';
const OLD_FILES = 3;

export interface FileLogOptions {
  /** The home's `logs` folder; made when missing. */
  readonly folder: string;
  readonly clock: Clock;
  /** A file that has grown past this is put aside as `sallyport.log.1`, and the oldest of four is dropped. */
  readonly limitBytes?: number;
}

/**
 * Writes diagnostics as one JSON object a line, readable by their owner alone. Never throws: a log that cannot be written
 * must not stop the work it tells of.
 */
export function createFileLog(options: FileLogOptions): Logger {
  const { folder, clock, limitBytes = 2_000_000 } = options;
  const file = path.join(folder, NAME);
  const write = (level: string, message: string, fields: LogFields = {}) => {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      rotate(file, limitBytes);
      const line = JSON.stringify({ at: timestamp(clock), level, message, ...fields });
      appendFileSync(file, `${line}\n`, { mode: 0o600 });
    } catch {
      // See above.
    }
  };
  return {
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
  };
}

function rotate(file: string, limitBytes: number): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size < limitBytes) return;
  for (let age = OLD_FILES; age >= 1; age -= 1) {
    const younger = age === 1 ? file : `${file}.${age - 1}`;
    if (statSync(younger, { throwIfNoEntry: false })) renameSync(younger, `${file}.${age}`);
  }
}
