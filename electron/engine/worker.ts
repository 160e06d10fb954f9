import { parentPort, workerData } from 'node:worker_threads';
import { serveHashTasks } from '#engine/hashing/worker-loop.ts';
import type { ScanWorkerData } from '#engine/scan/worker-protocol.ts';

// The one entry of every worker thread. What takes time runs here, never in the main process's own thread. The scan is
// loaded by the threads that scan only: it is most of the code, and a thread that hashes starts several times as fast.
if (parentPort === null) throw new Error('worker.ts runs in a worker thread only');
const { role } = (workerData ?? {}) as Partial<ScanWorkerData>;
if (role === 'scan') {
  const { serveScans } = await import('#engine/scan/scan-worker.ts');
  const { openScanSource } = await import('./scan-source.ts');
  serveScans(parentPort, { open: openScanSource });
} else {
  // Tensors are measured in the pass that copies and hashes them, so that nothing is read twice.
  serveHashTasks(parentPort, async () => {
    const { TensorPass } = await import('#engine/scan/tensor-pass.ts');
    return new TensorPass();
  });
}
