import { AppError } from '#engine/core/app-error.ts';
import type { DigestNeed } from '#engine/core/digest-need.ts';
import type { DigestOptions, FileEntry, FolderListing, FolderPort } from '#engine/core/folder-port.ts';
import type { KnownBytes } from '#engine/hashing/hash-pool.ts';
import type { KeptReads } from '../kept-reads.ts';
import type { MediaTools } from '../media-folder.ts';
import type { LaidOutFile, Layout, SourceLayer } from './layout.ts';
import type { Extent } from './source-tree.ts';

/** A file of a source, with the SHA-256 (hex) that the source itself says it has; null when it says nothing. */
export interface SourceEntry extends FileEntry {
  readonly stated: string | null;
}

export interface SourceListing extends FolderListing {
  readonly files: readonly SourceEntry[];
}

/** What imports read from: files of a release, each a stretch of a regular file on a medium. Never written to. */
export interface ImportSource extends FolderPort {
  readonly kind: Layout['kind'];
  readonly title: string;
  readonly facts: Layout['facts'];
  readonly layers: readonly SourceLayer[];
  readonly notes: Layout['notes'];
  readonly isContentAddressed: boolean;
  list(): Promise<SourceListing>;
  extentOf(path: string): Promise<Extent>;
  /** What was read already of so many bytes from a place on: whoever copies them does not read it again. */
  knownBytes(extent: Extent, length: number): Promise<readonly KnownBytes[]>;
}

/** What reads a source, and what was read of it while its layout was found out. */
export interface SourceTools extends MediaTools {
  readonly kept: KeptReads;
}

/** A layout as a source. */
export class LaidOutSource implements ImportSource {
  readonly label: string;
  readonly #layout: Layout;
  readonly #files: ReadonlyMap<string, LaidOutFile>;
  readonly #tools: SourceTools;

  constructor(label: string, layout: Layout, tools: SourceTools) {
    this.label = label;
    this.#layout = layout;
    this.#files = new Map(layout.files.map((file) => [file.path, file]));
    this.#tools = tools;
  }

  get kind() {
    return this.#layout.kind;
  }

  get title() {
    return this.#layout.title;
  }

  get facts() {
    return this.#layout.facts;
  }

  get layers() {
    return this.#layout.layers;
  }

  get notes() {
    return this.#layout.notes;
  }

  get isContentAddressed() {
    return this.#layout.isContentAddressed;
  }

  list(): Promise<SourceListing> {
    const files = this.#layout.files.map(({ path, sizeBytes, stated }) => ({ path, sizeBytes, stated }));
    return Promise.resolve({ files, problems: this.#layout.problems });
  }

  /** Layouts come on media of every kind, and often as one file. */
  readers(): Promise<number> {
    return Promise.resolve(1);
  }

  async extentOf(path: string): Promise<Extent> {
    const { tree, treePath } = this.#file(path);
    return await tree.extentOf(treePath);
  }

  knownBytes({ file, offset }: Extent, length: number): Promise<readonly KnownBytes[]> {
    return this.#tools.kept.of(file, offset, length);
  }

  async read(path: string, limitBytes: number): Promise<Uint8Array> {
    const { tree, treePath } = this.#file(path);
    return await tree.read(treePath, limitBytes);
  }

  async *stream(path: string): AsyncGenerator<Uint8Array> {
    const { tree, treePath } = this.#file(path);
    yield* tree.stream(treePath);
  }

  async digests(
    path: string,
    needs: readonly DigestNeed[],
    options: DigestOptions = {},
  ): Promise<Map<string, string>> {
    const { file, offset } = await this.extentOf(path);
    const { pool, devices, kept } = this.#tools;
    const { sizeBytes } = this.#file(path);
    const wanted = { algorithms: [], needs, known: await kept.of(file, offset, sizeBytes) };
    const stretch = { path: file, sourceOffset: offset, length: sizeBytes };
    const found = await devices.run(file, options.signal, () =>
      pool.hashFile({ ...stretch, ...wanted, ...options }),
    );
    return found.digests;
  }

  #file(path: string): LaidOutFile {
    const file = this.#files.get(path);
    if (file === undefined)
      throw new AppError('FILE-UNREADABLE', `${path} is not in ${this.label}`, { path });
    return file;
  }
}
