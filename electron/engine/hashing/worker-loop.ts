import type { MessagePort } from 'node:worker_threads';
import { errnoOf, toFailure } from '#engine/core/app-error.ts';
import type { NewObserver } from './guarded-observer.ts';
import type { WorkerReply, WorkerRequest } from './worker-protocol.ts';
import { runTask } from './worker-tasks.ts';

/** Answers the pool's requests on `port` for as long as the worker lives. `newObserver` watches the passes that ask for it. */
export function serveHashTasks(
  port: MessagePort,
  newObserver: NewObserver = () => Promise.resolve(null),
): void {
  const reply = (message: WorkerReply) => port.postMessage(message);
  port.on('message', ({ id, task, cancel }: WorkerRequest) => {
    const flag = new Int32Array(cancel);
    runTask(task, {
      cancelled: () => Atomics.load(flag, 0) !== 0,
      onBytes: (bytes) => reply({ id, type: 'bytes', bytes }),
      onChunk: (hex) => reply({ id, type: 'chunk', hex }),
      onCreated: (path) => reply({ id, type: 'created', path }),
      newObserver,
    }).then(
      (result) => reply({ id, type: 'done', result }),
      (error: unknown) => {
        const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
        reply({ id, type: 'failed', failure: toFailure(error), errno: errnoOf(cause) ?? null });
      },
    );
  });
}
