import type { BenchEngine } from './bench-engine.ts';
import type { BenchReport } from './report.ts';
import type { BenchSettings } from './settings.ts';

/** What every benchmark is given. */
export interface BenchContext {
  readonly settings: BenchSettings;
  /** For its files; on the file system that is measured. */
  readonly folder: string;
  readonly engine: BenchEngine;
  /** Bytes a second of the chosen SHA-256, one thread. */
  readonly sha256Rate: number;
}

export interface Benchmark {
  readonly name: string;
  /** Free space it needs at its worst. */
  bytesNeeded(settings: BenchSettings): number;
  run(context: BenchContext): Promise<BenchReport>;
}
