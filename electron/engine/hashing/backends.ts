import type { HashAlgorithm, HashBackendRow } from '#shared/contract/system.ts';
import { AppError } from '#engine/core/app-error.ts';
import type { HashBackend, Hasher } from './hasher.ts';
import { givesKnownAnswers } from './known-answers.ts';
import { nativeBackend } from './native-backend.ts';
import { wasmBackend } from './wasm-backend.ts';

/** The ways of hashing that this machine has, checked and measured, and the best of each. */
export interface HashBackends {
  /** One row per algorithm and backend that offers it. */
  readonly table: readonly HashBackendRow[];
  /** A hash by the fastest correct backend; AppError INTERNAL when no backend is correct. */
  create(algorithm: HashAlgorithm): Promise<Hasher>;
}

/** The backends of this build. */
export const builtInBackends: readonly HashBackend[] = [nativeBackend, wasmBackend];

/** How long one backend is measured. All rows and their known answers stay well under 150 ms. */
const MEASURE_MS = 5;
const SAMPLE_BYTES = 128 * 1024;

/**
 * Checks each backend against the known answers, measures the correct ones and chooses the fastest per algorithm. Takes
 * about 0.1 s of computing for all algorithms, so it belongs off the main thread.
 */
export async function selectBackends(
  algorithms: readonly HashAlgorithm[],
  backends: readonly HashBackend[] = builtInBackends,
): Promise<HashBackends> {
  const rows: HashBackendRow[] = [];
  for (const algorithm of algorithms) {
    const candidates: HashBackendRow[] = [];
    for (const backend of backends) {
      const correct = await givesKnownAnswers(backend, algorithm);
      if (correct === null) continue;
      const megabytesPerSecond = correct ? await measure(backend, algorithm) : null;
      candidates.push({ algorithm, backend: backend.name, correct, megabytesPerSecond, chosen: false });
    }
    const best = candidates
      .filter((row) => row.correct)
      .sort((a, b) => (b.megabytesPerSecond ?? 0) - (a.megabytesPerSecond ?? 0))[0];
    rows.push(...candidates.map((row) => ({ ...row, chosen: row === best })));
  }
  return useBackends(rows, backends);
}

/** Hashing by a table that was made before, e.g. in another thread. */
export function useBackends(
  table: readonly HashBackendRow[],
  backends: readonly HashBackend[] = builtInBackends,
): HashBackends {
  return {
    table,
    async create(algorithm) {
      const row = table.find((each) => each.algorithm === algorithm && each.chosen && each.correct);
      const backend = backends.find((each) => each.name === row?.backend);
      const hasher = await backend?.create(algorithm);
      if (hasher == null) throw new AppError('INTERNAL', `no backend computes ${algorithm} correctly here`);
      return hasher;
    },
  };
}

/** The best of many short samples: what else the machine does meanwhile slows some of them, never all. */
async function measure(backend: HashBackend, algorithm: HashAlgorithm): Promise<number | null> {
  const hasher = await backend.create(algorithm);
  if (hasher === null) return null;
  const sample = new Uint8Array(SAMPLE_BYTES).fill(0x5a);
  const startMs = performance.now();
  let shortestMs = Infinity;
  for (let nowMs = startMs; nowMs - startMs < MEASURE_MS;) {
    hasher.update(sample);
    const thenMs = performance.now();
    shortestMs = Math.min(shortestMs, thenMs - nowMs);
    nowMs = thenMs;
  }
  return Math.round(SAMPLE_BYTES / 1000 / shortestMs);
}
