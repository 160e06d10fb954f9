import { SourceFile, type ByteSource } from './source-file.ts';
import type { ByteTarget } from './target-file.ts';
import type { ReadTask } from './worker-protocol.ts';

/**
 * A source whose first bytes an earlier copy has brought already: those are read from the copy, and only what lies beyond
 * from the source itself. So a digest of everything can be computed although no hash keeps its state over a restart, and
 * the medium is not asked again for what it gave.
 */
export class ResumedSource implements ByteSource {
  readonly #source: ByteSource;
  readonly #copy: SourceFile;
  readonly #offset: number;
  readonly #keptBytes: number;

  /** The copy is the task's target. Throws what opening a file throws. */
  constructor(source: ByteSource, task: Pick<ReadTask, 'target' | 'sourceOffset' | 'keptBytes'>) {
    this.#source = source;
    this.#copy = new SourceFile(task.target?.path ?? '');
    this.#offset = task.sourceOffset;
    this.#keptBytes = task.keptBytes;
  }

  read(view: Uint8Array, position: number): Promise<number> {
    const at = position - this.#offset;
    if (at >= this.#keptBytes) return this.#source.read(view, position);
    return this.#copy.read(view.subarray(0, this.#keptBytes - at), at);
  }

  /** The target without what it has already. */
  beyond(target: ByteTarget): ByteTarget {
    return {
      write: (view, position) =>
        position < this.#keptBytes ? Promise.resolve() : target.write(view, position),
      finish: () => target.finish(),
    };
  }

  close(): void {
    this.#copy.close();
  }
}
