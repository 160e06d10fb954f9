import { fdatasync, fsync, read, readSync, write } from 'node:fs';

/** A file that is open, and its path for whoever has to speak of it. */
export interface OpenFile {
  readonly path: string;
  readonly descriptor: number;
}

/**
 * The port through which the bytes of media come in and copies go out. Positions count from the file's start; a read or
 * write may do less than it is asked. Errors are the system's own, with their errno.
 */
export interface Disk {
  read(file: OpenFile, view: Uint8Array, position: number): Promise<number>;
  /** Blocking, for a thread that has nothing else to do meanwhile. */
  readSync(file: OpenFile, view: Uint8Array, position: number): number;
  write(file: OpenFile, view: Uint8Array, position: number): Promise<number>;
  /** What was written lies on the device when it resolves; `data` spares what is not needed to read it. */
  sync(file: OpenFile, what: 'data' | 'all'): Promise<void>;
}

/** The system's files. */
export const systemDisk: Disk = {
  read: ({ descriptor }, view, position) =>
    new Promise((resolve, reject) => {
      read(descriptor, view, 0, view.length, position, (error, bytes) =>
        error ? reject(error) : resolve(bytes),
      );
    }),
  readSync: ({ descriptor }, view, position) => readSync(descriptor, view, 0, view.length, position),
  write: ({ descriptor }, view, position) =>
    new Promise((resolve, reject) => {
      write(descriptor, view, 0, view.length, position, (error, bytes) =>
        error ? reject(error) : resolve(bytes),
      );
    }),
  sync: ({ descriptor }, what) =>
    new Promise((resolve, reject) => {
      (what === 'data' ? fdatasync : fsync)(descriptor, (error) => (error ? reject(error) : resolve()));
    }),
};

let current = systemDisk;

/** The disk of this thread. */
export function disk(): Disk {
  return current;
}

/** For test processes only: counts what passes here, or lets it fail. Holds for the thread that calls it. */
export function useDisk(other: Disk): void {
  current = other;
}
