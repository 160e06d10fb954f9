import type { Dirent } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import { asAppError, errnoOf } from '#engine/core/app-error.ts';
import type { EntryProblem, FileEntry, FolderListing } from '#engine/core/folder-port.ts';
import { findCollisions, findPathProblem } from '#engine/core/release-path.ts';
import { isNoise } from './noise.ts';

/** A folder with more entries than this is not a model or a set, and a listing of it would not fit a screen or memory. */
export const MAX_ENTRIES = 200_000;

const kinds: readonly [test: (entry: Dirent<Buffer>) => boolean, name: string][] = [
  [(entry) => entry.isFIFO(), 'a FIFO'],
  [(entry) => entry.isSocket(), 'a socket'],
  [(entry) => entry.isBlockDevice(), 'a block device'],
  [(entry) => entry.isCharacterDevice(), 'a character device'],
];

/**
 * Lists every regular file below `root` without following a link or opening a file. What cannot be taken in is named as a
 * problem; nothing is dropped silently but known noise. Throws only when `root` itself cannot be listed.
 *
 * Files with several hard links are taken like any other: a link cannot leave its file system, the bytes are copied
 * before anything relies on them, and package managers and model caches use hard links in ordinary folders.
 */
export async function walkFolder(root: string, maxEntries = MAX_ENTRIES): Promise<FolderListing> {
  const walk = new Walk(root, maxEntries);
  await walk.run();
  return walk.listing();
}

/** A symbolic link as it lies there: where it leads is text that nobody has looked at yet. */
export interface LinkEntry {
  readonly path: string;
  readonly target: string;
}

/** The same walk for layouts in which links have a meaning: they come back as they are, neither followed nor refused. */
export async function walkTree(
  root: string,
): Promise<FolderListing & { readonly links: readonly LinkEntry[] }> {
  const walk = new Walk(root, MAX_ENTRIES);
  await walk.run();
  return { ...walk.listing(false), links: walk.links };
}

/** A listing of these files directly in `root` and nothing else. */
export async function listFiles(root: string, names: readonly string[]): Promise<FolderListing> {
  const walk = new Walk(root, names.length);
  for (const name of names) await walk.addOne(name);
  return walk.listing();
}

class Walk {
  readonly #root: string;
  readonly #maxEntries: number;
  readonly #files: FileEntry[] = [];
  readonly #problems: EntryProblem[] = [];
  readonly links: LinkEntry[] = [];
  #entries = 0;

  constructor(root: string, maxEntries: number) {
    this.#root = root;
    this.#maxEntries = maxEntries;
  }

  async run(): Promise<void> {
    const folders = [''];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      for (const entry of await this.#entriesOf(folder)) {
        if (++this.#entries > this.#maxEntries) {
          const detail = `more than ${this.#maxEntries} entries; the rest was not looked at`;
          this.#problems.push({ path: folder, code: 'FILE-UNREADABLE', detail });
          return;
        }
        const below = await this.#visit(folder, entry);
        if (below !== null) folders.push(below);
      }
    }
  }

  async addOne(name: string): Promise<void> {
    const unsafe = findPathProblem(name);
    if (unsafe === null) await this.#addFile(name);
    else this.#refuse(name, 'PATH-UNSAFE', unsafe);
  }

  listing(refuseLinks = true): FolderListing {
    const collisions = findCollisions(this.#files.map((file) => file.path)).map((group): EntryProblem => {
      const detail = `cannot stand beside ${group.slice(1).map(makeVisible).join(', ')} on every file system`;
      return { path: makeVisible(group[0] ?? ''), code: 'PATH-COLLISION', detail };
    });
    const links = refuseLinks ? this.links.map(refusedLink) : [];
    return {
      files: this.#files.sort(byCodePoint),
      problems: [...this.#problems, ...links, ...collisions].sort(byCodePoint),
    };
  }

  async #entriesOf(folder: string): Promise<Dirent<Buffer>[]> {
    try {
      // As bytes: a name that is not UTF-8 would otherwise come back as one that does not exist.
      return await readdir(path.join(this.#root, folder), { withFileTypes: true, encoding: 'buffer' });
    } catch (error) {
      if (folder === '') throw asAppError(error, this.#root);
      const detail = `the folder cannot be listed (${errnoOf(error) ?? 'unknown error'})`;
      this.#problems.push({ path: makeVisible(folder), code: 'FILE-UNREADABLE', detail });
      return [];
    }
  }

  /** Takes one entry in; returns its path when it is a folder to go into. */
  async #visit(folder: string, entry: Dirent<Buffer>): Promise<string | null> {
    const name = decodeName(entry.name);
    if (name === null) {
      const shown = joinPath(folder, entry.name.toString('latin1'));
      this.#problems.push({ path: makeVisible(shown), code: 'PATH-UNSAFE', detail: 'the name is not UTF-8' });
      return null;
    }
    if (isNoise(name)) return null;
    const relative = joinPath(folder, name);
    const odd = kinds.find(([test]) => test(entry));
    if (odd !== undefined) return this.#refuse(relative, 'FILE-NOT-REGULAR', `is ${odd[1]}`);
    const unsafe = findPathProblem(relative);
    if (unsafe !== null) return this.#refuse(relative, 'PATH-UNSAFE', unsafe);
    if (entry.isSymbolicLink()) return await this.#addLink(relative);
    if (entry.isDirectory()) return relative;
    return await this.#addFile(relative);
  }

  async #addFile(relative: string): Promise<null> {
    try {
      const facts = await lstat(path.join(this.#root, relative));
      if (!facts.isFile()) return this.#refuse(relative, 'FILE-NOT-REGULAR', 'is not a regular file');
      this.#files.push({ path: relative, sizeBytes: facts.size });
      return null;
    } catch (error) {
      return this.#refuse(
        relative,
        'FILE-UNREADABLE',
        `cannot be looked at (${errnoOf(error) ?? 'unknown error'})`,
      );
    }
  }

  async #addLink(relative: string): Promise<null> {
    // A target that cannot be read leads nowhere.
    const target = await readlink(path.join(this.#root, relative)).catch(() => '');
    this.links.push({ path: relative, target });
    return null;
  }

  #refuse(relative: string, code: EntryProblem['code'], detail: string): null {
    this.#problems.push({ path: makeVisible(relative), code, detail });
    return null;
  }
}

/** A link where links have no meaning. */
export function refusedLink({ path: link }: LinkEntry): EntryProblem {
  return { path: makeVisible(link), code: 'FILE-NOT-REGULAR', detail: 'is a symbolic link' };
}

function decodeName(bytes: Buffer): string | null {
  try {
    const name = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    // HFS+ stores names decomposed and finds them in either form.
    return process.platform === 'darwin' ? name.normalize('NFC') : name;
  } catch {
    return null;
  }
}

function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** Control and direction characters as `\u{202e}`, so that a name cannot disguise itself in a message. */
export function makeVisible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  );
}

/** UTF-8 order, which is code-point order; JavaScript's own order is by UTF-16 units. */
function byCodePoint(a: { path: string }, b: { path: string }): number {
  return Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));
}
