/**
 * Every place where a test may end the process or make a step fail, in the order in which an operation comes by. Each lies
 * between two steps that a crash must not tear: after it, a restart finds the state of before or of after.
 */
export const faultPoints = [
  // A file is copied (in a worker thread).
  'copy.created',
  'copy.chunk',
  'copy.written',
  'copy.synced',
  // A small file is written, and a name made durable.
  'durable.written',
  'durable.renamed',
  // An import from a plain source.
  'import.begun',
  'import.row',
  'import.copied',
  'import.renamed',
  'import.listed',
  'import.checked',
  'import.config',
  'import.quarantined',
  // A quarantined import becomes a release.
  'publish.moving',
  'adopt.read-only',
  'adopt.renamed',
  'publish.moved',
  'publish.recorded',
  'publish.discarded',
  // Any act on record: the transaction is committed, the checkpoint file beside it not yet written.
  'act.committed',
  // A transfer set is written.
  'set.begun',
  'set.part',
  'set.controls',
  'set.sealed',
  'set.proved',
  'set.recorded',
  // A transfer set is taken in.
  'receive.begun',
  'receive.part',
  'receive.journal',
  'receive.whole',
  'receive.shared',
  'receive.recorded',
  // Garbage collection.
  'gc.recorded',
  'gc.removing',
  'gc.removed',
  'gc.swept',
  // Stored blobs are read again.
  'fixity.step',
  'fixity.aside',
  'fixity.recorded',
  // A damaged blob is replaced by a good copy.
  'repair.begun',
  'repair.copied',
  'repair.adopted',
  'repair.recorded',
] as const;

/** The name of a fault point. */
export type FaultPoint = (typeof faultPoints)[number];

let watcher: ((point: FaultPoint) => void) | null = null;

/** Says that the work has come to this point. Does nothing unless a test watches this thread. */
export function reach(point: FaultPoint): void {
  watcher?.(point);
}

/** For test processes only: `watch` is called at every fault point of this thread, and may end the process or throw. */
export function watchFaultPoints(watch: (point: FaultPoint) => void): void {
  watcher = watch;
}
