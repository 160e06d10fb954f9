import { spawn } from 'node:child_process';
import { createReadStream, readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { RemoteInput } from './ssh-process.ts';

const READ_BYTES = 1024 * 1024;
const POLL_MS = 200;

/** The bytes of a local file from `start` on their way to a server. */
export interface LocalStream {
  readonly input: RemoteInput;
  /** Stops watching and closes the file; returns how many bytes were taken. */
  finish(): Promise<number>;
}

/**
 * Opens a local file for ssh. Where the system shows how far a shared file description was read (Linux: /proc), ssh reads the
 * file itself and no byte passes through this process; else, and for ranges, it is piped. `onBytes` is called with the bytes
 * of each step.
 */
export async function openLocalStream(
  file: string,
  range: { start: number; end: number; sizeBytes: number },
  onBytes: (bytes: number) => void,
): Promise<LocalStream> {
  const handle = await open(file, 'r');
  try {
    if (range.end === range.sizeBytes && (await placeAt(handle, range.start)))
      return watch(handle, range, onBytes);
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return pipe(file, range, onBytes);
}

/** Node has no seek; dd has, and it shares our file description. Returns whether the position is now known to be right. */
async function placeAt(handle: FileHandle, start: number): Promise<boolean> {
  if (positionOf(handle) === null) return false;
  if (start > 0) {
    await new Promise<void>((resolve) => {
      const seek = spawn('dd', ['bs=65536', `skip=${start / 65536}`, 'count=0'], {
        stdio: [handle.fd, 'ignore', 'ignore'],
      });
      seek.once('error', () => resolve());
      seek.once('close', () => resolve());
    });
  }
  return positionOf(handle) === start;
}

function positionOf(handle: FileHandle): number | null {
  try {
    const position = /^pos:\s+(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${handle.fd}`, 'latin1'))?.[1];
    return position === undefined ? null : Number(position);
  } catch {
    return null;
  }
}

function watch(handle: FileHandle, range: { start: number }, onBytes: (bytes: number) => void): LocalStream {
  let seen = range.start;
  const look = () => {
    const position = positionOf(handle) ?? seen;
    if (position > seen) onBytes(position - seen);
    seen = Math.max(seen, position);
  };
  const timer = setInterval(look, POLL_MS);
  return {
    input: { fd: handle.fd },
    finish: async () => {
      clearInterval(timer);
      look();
      await handle.close();
      return seen - range.start;
    },
  };
}

function pipe(
  file: string,
  range: { start: number; end: number },
  onBytes: (bytes: number) => void,
): LocalStream {
  let taken = 0;
  const stream = createReadStream(file, {
    start: range.start,
    end: range.end - 1,
    highWaterMark: READ_BYTES,
  });
  stream.on('data', (chunk) => {
    taken += chunk.length;
    onBytes(chunk.length);
  });
  stream.pause();
  return {
    input: { stream },
    finish: () => {
      stream.destroy();
      return Promise.resolve(taken);
    },
  };
}
