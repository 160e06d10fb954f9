import type { FolderListing } from '#engine/core/folder-port.ts';
import type { LinkEntry } from '../walk.ts';

/** Where the bytes of a file begin: in a regular file, at this position. */
export interface Extent {
  /** Absolute path. */
  readonly file: string;
  readonly offset: number;
}

/** Files and what cannot be taken in, and the links as they lie there, followed by nobody yet. */
export interface TreeListing extends FolderListing {
  readonly links: readonly LinkEntry[];
}

/** Files and links on a medium, in a folder or in a tar, before anybody says in which layout they lie. Read-only. */
export interface SourceTree {
  /** As the operator knows it. */
  readonly label: string;
  readonly noun: 'folder' | 'file' | 'tar';
  /** Reads no payload. */
  tree(): Promise<TreeListing>;
  /** For a file of the listing; throws PATH-UNSAFE, FILE-NOT-REGULAR, FILE-UNREADABLE. */
  extentOf(path: string): Promise<Extent>;
  /** A small file whole; throws FORMAT-INVALID when it is larger than `limitBytes`. */
  read(path: string, limitBytes: number): Promise<Uint8Array>;
  /** The bytes of a file in order, in blocks that are overwritten once the next is asked for. */
  stream(path: string): AsyncIterable<Uint8Array>;
}

/** What lies below one folder of a tree, as a tree. */
export class SubTree implements SourceTree {
  readonly label: string;
  readonly noun: SourceTree['noun'];
  readonly #whole: SourceTree;
  readonly #prefix: string;

  /** `folder` without a slash at its end. */
  constructor(whole: SourceTree, folder: string, label = folder) {
    this.label = label;
    this.noun = whole.noun;
    this.#whole = whole;
    this.#prefix = `${folder}/`;
  }

  async tree(): Promise<TreeListing> {
    const { files, links, problems } = await this.#whole.tree();
    return {
      files: this.#below(files),
      links: this.#below(links),
      problems: this.#below(problems),
    };
  }

  extentOf(path: string): Promise<Extent> {
    return this.#whole.extentOf(this.#prefix + path);
  }

  read(path: string, limitBytes: number): Promise<Uint8Array> {
    return this.#whole.read(this.#prefix + path, limitBytes);
  }

  stream(path: string): AsyncIterable<Uint8Array> {
    return this.#whole.stream(this.#prefix + path);
  }

  #below<T extends { readonly path: string }>(entries: readonly T[]): T[] {
    return entries
      .filter(({ path }) => path.startsWith(this.#prefix))
      .map((entry) => ({ ...entry, path: entry.path.slice(this.#prefix.length) }));
  }
}
