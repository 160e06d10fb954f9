import { SourceFile } from '#engine/hashing/source-file.ts';
import type { OpenFile } from '#engine/scan/scan-worker.ts';

/**
 * A file as the scan reads it: opened as everything from outside is (no link followed, regular files only), read where it
 * lies, watched for changes. Throws AppError.
 */
export function openScanSource(file: string): OpenFile {
  const source = new SourceFile(file);
  return {
    sizeBytes: source.sizeBytes,
    read(offset, length, lent) {
      const wanted = Math.max(0, Math.min(length, source.sizeBytes - offset));
      const view =
        lent !== undefined && lent.length >= wanted ? lent.subarray(0, wanted) : new Uint8Array(wanted);
      return view.subarray(0, source.readSync(view, offset));
    },
    confirmUnchanged: () => source.confirmUnchanged(),
    close: () => source.close(),
  };
}
