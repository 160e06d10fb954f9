import { parentPort, workerData } from 'node:worker_threads';
import { serveHashTasks } from '#engine/hashing/worker-loop.ts';
import { serveScans } from '#engine/scan/scan-worker.ts';
import { TensorPass } from '#engine/scan/tensor-pass.ts';
import type { ScanWorkerData } from '#engine/scan/worker-protocol.ts';
import { openScanSource } from './scan-source.ts';

// The one entry of every worker thread. What takes time runs here, never in the main process's own thread.
if (parentPort === null) throw new Error('worker.ts runs in a worker thread only');
const { role } = (workerData ?? {}) as Partial<ScanWorkerData>;
if (role === 'scan') serveScans(parentPort, { open: openScanSource });
// Tensors are measured in the pass that copies and hashes them, so that nothing is read twice.
else serveHashTasks(parentPort, () => new TensorPass());
