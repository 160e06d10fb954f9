import type { Finding } from '#shared/contract/scan.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import type { ScannedFile } from '#engine/scan/scan-file.ts';
import type { ScanPool } from '#engine/scan/scan-pool.ts';

export interface FileToScan {
  /** As the folder or release calls it. */
  readonly path: string;
  /** Where its bytes lie; absolute. */
  readonly file: string;
  readonly sizeBytes: number;
  /** Every byte, or everything but tensor data. */
  readonly extent: 'all' | 'structure';
  /** What its entry in the folder shows already. */
  readonly entry: readonly Finding[];
}

/**
 * Scans files side by side and answers in their order; `onScanned` hears of each as soon as it is done. The job's phase has
 * been begun with their bytes.
 */
export async function scanFiles(
  pool: ScanPool,
  job: Pick<JobContext, 'signal' | 'progress'>,
  files: readonly FileToScan[],
  onScanned: (scanned: ScannedFile, index: number) => void = () => {},
): Promise<ScannedFile[]> {
  return Promise.all(
    files.map(async (file, index) => {
      const scanned = await pool.scan({
        path: file.path,
        file: file.file,
        sizeBytes: file.sizeBytes,
        extent: file.extent,
        signal: job.signal,
        onBytes: (bytes) => {
          job.progress.current(file.path);
          job.progress.advance(bytes);
        },
      });
      const whole = { ...scanned, findings: [...file.entry, ...scanned.findings] };
      onScanned(whole, index);
      return whole;
    }),
  );
}
