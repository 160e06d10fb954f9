import type { StreamObserver } from '#engine/core/stream-observer.ts';

/** Makes an observer for one file; null when the worker has none to offer. */
export type NewObserver = () => Promise<StreamObserver | null>;

/** An observer that can never spoil the pass it watches: after its first error it sees nothing more and has learnt nothing. */
export function guardObserver(observer: StreamObserver | null): StreamObserver {
  let watching = observer;
  return {
    update(bytes) {
      try {
        watching?.update(bytes);
      } catch {
        watching = null;
      }
    },
    finish() {
      try {
        return watching?.finish() ?? null;
      } catch {
        return null;
      }
    },
  };
}
