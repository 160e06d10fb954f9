import type { MessagePort } from 'node:worker_threads';
import { toFailure } from '#engine/core/app-error.ts';
import type { ByteSource } from './byte-source.ts';
import type { FormatScanner } from './format-scanner.ts';
import { scanFile } from './scan-file.ts';
import type { ScanReply, ScanRequest } from './worker-protocol.ts';

/** A file that is open for scanning; who opens it decides how. */
export interface OpenFile extends ByteSource {
  /** Throws AppError when the file is not the one that was opened any more. */
  confirmUnchanged(): void;
  close(): void;
}

export interface ScanWorkerOptions {
  /** Throws AppError about the file. */
  readonly open: (file: string) => OpenFile;
  /** Those of this version by default. */
  readonly scanners?: readonly FormatScanner[];
}

/** What a worker reports at once. */
const REPORT_BYTES = 8 * 1024 * 1024;

/** Answers requests to scan on `port`, one file at a time, for as long as the worker lives. */
export function serveScans(port: MessagePort, options: ScanWorkerOptions): void {
  const reply = (message: ScanReply) => port.postMessage(message);
  port.on('message', (request: ScanRequest) => {
    const { id } = request;
    try {
      reply({ id, type: 'done', scanned: scanOne(request, options, reply) });
    } catch (error) {
      reply({ id, type: 'failed', failure: toFailure(error) });
    }
  });
}

function scanOne(
  { id, path, file, extent }: ScanRequest,
  { open, scanners }: ScanWorkerOptions,
  reply: (message: ScanReply) => void,
) {
  const opened = open(file);
  try {
    const watched = watch(opened, (bytes) => reply({ id, type: 'bytes', bytes }));
    const scanned = scanFile(path, watched.source, {
      extent,
      ...(scanners === undefined ? {} : { scanners }),
    });
    // A scanner takes an error of reading for its own; the file's fault is told apart here.
    if (watched.failure() !== null) throw watched.failure() as Error;
    opened.confirmUnchanged();
    return scanned;
  } finally {
    opened.close();
  }
}

/** Tells of bytes read, never more than the file has, and remembers what went wrong with reading. */
function watch(source: ByteSource, onBytes: (bytes: number) => void) {
  let failure: unknown = null;
  let reported = 0;
  let furthest = 0;
  return {
    failure: () => failure,
    source: {
      sizeBytes: source.sizeBytes,
      read(offset: number, length: number, lent?: Uint8Array) {
        try {
          const bytes = source.read(offset, length, lent);
          furthest = Math.max(furthest, offset + bytes.length);
          if (furthest - reported >= REPORT_BYTES) {
            onBytes(furthest - reported);
            reported = furthest;
          }
          return bytes;
        } catch (error) {
          failure ??= error;
          throw error;
        }
      },
    } satisfies ByteSource,
  };
}
