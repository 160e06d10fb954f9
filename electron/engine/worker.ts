import { parentPort } from 'node:worker_threads';
import { serveHashTasks } from '#engine/hashing/worker-loop.ts';

// The one entry of every worker thread. What takes time runs here, never in the main process's own thread.
if (parentPort === null) throw new Error('worker.ts runs in a worker thread only');
serveHashTasks(parentPort);
