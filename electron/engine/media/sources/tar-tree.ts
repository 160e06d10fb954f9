import path from 'node:path';
import { AppError } from '#engine/core/app-error.ts';
import type { EntryProblem, FileEntry } from '#engine/core/folder-port.ts';
import { findPathProblem } from '#engine/core/release-path.ts';
import type { KeptReads } from '../kept-reads.ts';
import { isNoise } from '../noise.ts';
import { type LinkEntry, makeVisible, MAX_ENTRIES } from '../walk.ts';
import type { Extent, SourceTree, TreeListing } from './source-tree.ts';
import { BLOCK_BYTES, parseLongName, parsePaxRecords, parseTarHeader, type TarHeader } from './tar-header.ts';

/** Longest extended header or long name that is read. */
const MAX_EXTENDED_BYTES = 1024 * 1024;
/** Blocks of zeros that writers put after the end: a whole record, 10 KiB, or what `--blocking-factor` makes of it. */
const MAX_PADDING_BYTES = 1024 * 1024;

/** Kinds of entries that are not taken in, by type flag (POSIX ustar; GNU `S`, `M`, `V`, `D`). */
const refusedTypes: Readonly<Record<string, string>> = {
  '1': 'is a hard link',
  '3': 'is a character device',
  '4': 'is a block device',
  '6': 'is a FIFO',
  '7': 'is a contiguous file',
  S: 'is a sparse file',
  M: 'goes on from another volume',
  V: 'is a volume label',
  D: 'is a folder’s list of names',
};
/** Keywords that change what a file is; others (times, owners) say nothing about its bytes. */
const REFUSED_PAX = /^(?:GNU\.sparse\.|hdrcharset$)/;

/**
 * A tar as a tree: its headers are read in order, payload is passed over, and each file is a stretch of the archive. Strict:
 * ustar, pax and GNU long names; what two readers could understand differently is a problem. Nothing is unpacked.
 */
export class TarTree implements SourceTree {
  readonly label: string;
  readonly noun = 'tar';
  readonly #extent: Extent;
  readonly #sizeBytes: number;
  readonly #kept: KeptReads;
  #index: Promise<TarIndex> | null = null;

  /** The archive is this stretch of a file. */
  constructor(extent: Extent, sizeBytes: number, kept: KeptReads, label = path.basename(extent.file)) {
    this.label = label;
    this.#extent = extent;
    this.#sizeBytes = sizeBytes;
    this.#kept = kept;
  }

  async tree(): Promise<TreeListing> {
    const { files, links, problems } = await this.#read();
    return { files: files.map(({ path: name, sizeBytes }) => ({ path: name, sizeBytes })), links, problems };
  }

  async extentOf(name: string): Promise<Extent> {
    const { offset } = await this.#file(name);
    return { file: this.#extent.file, offset: this.#extent.offset + offset };
  }

  async read(name: string, limitBytes: number): Promise<Uint8Array> {
    return await this.#kept.read(await this.#stretch(name), limitBytes);
  }

  async *stream(name: string): AsyncGenerator<Uint8Array> {
    yield* this.#kept.stream(await this.#stretch(name));
  }

  async #stretch(name: string) {
    const { offset, sizeBytes } = await this.#file(name);
    return { file: this.#extent.file, offset: this.#extent.offset + offset, length: sizeBytes, name };
  }

  async #file(name: string): Promise<FileEntry & { readonly offset: number }> {
    const file = (await this.#read()).byPath.get(name);
    if (file !== undefined) return file;
    throw new AppError('FILE-UNREADABLE', `${name} is not in ${this.label}`, { path: name });
  }

  #read(): Promise<TarIndex> {
    const { file, offset } = this.#extent;
    const readAt: ReadAt = (at, length) => this.#kept.read({ file, offset: offset + at, length, name: file });
    this.#index ??= scan(readAt, this.#sizeBytes);
    return this.#index;
  }
}

async function scan(readAt: ReadAt, sizeBytes: number): Promise<TarIndex> {
  const found = new TarScan(readAt, sizeBytes);
  await found.run();
  return found;
}

interface TarIndex {
  /** In the order of the archive. */
  readonly files: readonly (FileEntry & { readonly offset: number })[];
  readonly links: readonly LinkEntry[];
  readonly problems: readonly EntryProblem[];
  readonly byPath: ReadonlyMap<string, FileEntry & { readonly offset: number }>;
}

/** Does the file begin with a header that a tar begins with? Reads one block. */
export async function looksLikeTar(file: string, kept: KeptReads): Promise<boolean> {
  const start = { file, offset: 0, length: BLOCK_BYTES, name: file };
  const header = await kept.read(start).then(parseTarHeader, () => null);
  return header !== null && typeof header !== 'string';
}

type ReadAt = (at: number, length: number) => Promise<Uint8Array>;

/** One pass over the headers. */
class TarScan implements TarIndex {
  readonly files: (FileEntry & { offset: number })[] = [];
  readonly links: LinkEntry[] = [];
  readonly problems: EntryProblem[] = [];
  readonly byPath = new Map<string, FileEntry & { offset: number }>();
  readonly #linked = new Set<string>();
  readonly #readAt: ReadAt;
  readonly #sizeBytes: number;
  #at = 0;
  /** From extended headers, for the next entry. */
  #pax = new Map<string, string>();
  #longName: string | null = null;
  #longLink: string | null = null;

  constructor(readAt: ReadAt, sizeBytes: number) {
    this.#readAt = readAt;
    this.#sizeBytes = sizeBytes;
  }

  async run(): Promise<void> {
    for (let entries = 0; ; entries++) {
      if (entries > MAX_ENTRIES) return this.#spoilt(`more than ${MAX_ENTRIES} entries`);
      if (this.#at + BLOCK_BYTES > this.#sizeBytes) return this.#spoilt('it ends without its end marks');
      const header = parseTarHeader(await this.#readAt(this.#at, BLOCK_BYTES));
      if (header === null) return await this.#end();
      if (typeof header === 'string') return this.#spoilt(`${header} (at byte ${this.#at})`);
      const payload = this.#at + BLOCK_BYTES;
      const problem = await this.#take(header, payload);
      if (problem !== null) return this.#spoilt(`${problem} (at byte ${this.#at})`);
      this.#at = payload + Math.ceil(this.#sizeOf(header) / BLOCK_BYTES) * BLOCK_BYTES;
      if (!isExtension(header)) this.#forgetExtensions();
    }
  }

  /** A string is a reason to believe nothing that follows. */
  async #take(header: TarHeader, payload: number): Promise<string | null> {
    const sizeBytes = this.#sizeOf(header);
    if (!Number.isSafeInteger(sizeBytes) || payload + sizeBytes > this.#sizeBytes)
      return 'an entry is cut off';
    if (isExtension(header)) return await this.#extend(header, payload, sizeBytes);
    const name = (this.#pax.get('path') ?? this.#longName ?? header.name).replace(/^(?:\.\/)+/, '');
    this.#add(header, name.replace(/\/+$/, ''), payload, sizeBytes);
    return null;
  }

  #add(header: TarHeader, name: string, offset: number, sizeBytes: number): void {
    const isFolder = header.type === '5';
    if (isFolder && (name === '' || name === '.')) return;
    if (name.split('/').some(isNoise)) return;
    const kind = refusedTypes[header.type];
    const unsafe = findPathProblem(name);
    const sparse = [...this.#pax.keys()].some((keyword) => REFUSED_PAX.test(keyword));
    if (unsafe !== null) return this.#refuse(name, 'PATH-UNSAFE', unsafe);
    if (kind !== undefined || sparse)
      return this.#refuse(name, 'FILE-NOT-REGULAR', kind ?? 'is a sparse file');
    if (isFolder) return;
    if (this.byPath.has(name) || this.#linked.has(name))
      return this.#refuse(name, 'FORMAT-INVALID', 'is in the tar twice');
    if (header.type === '0') {
      const file = { path: name, sizeBytes, offset };
      this.files.push(file);
      this.byPath.set(name, file);
    } else if (header.type === '2') {
      this.#linked.add(name);
      const target = this.#pax.get('linkpath') ?? this.#longLink ?? header.linkName;
      this.links.push({ path: name, target });
    } else this.#refuse(name, 'FILE-NOT-REGULAR', `is of the unknown kind ${makeVisible(header.type)}`);
  }

  async #extend(header: TarHeader, payload: number, sizeBytes: number): Promise<string | null> {
    if (sizeBytes > MAX_EXTENDED_BYTES) return 'an extended header is too long';
    const bytes = await this.#readAt(payload, sizeBytes);
    if (header.type === 'L' || header.type === 'K') {
      const name = parseLongName(bytes);
      if (name === null) return 'a long name is not UTF-8';
      if (header.type === 'L') this.#longName = name;
      else this.#longLink = name;
      return null;
    }
    const records = parsePaxRecords(bytes);
    if (records === null) return 'an extended header is not as pax writes it';
    // A global header that names or sizes every file has no honest use; git writes one with a comment.
    if (header.type === 'g')
      return records.has('path') || records.has('size') ? 'a global header names files' : null;
    this.#pax = records;
    return null;
  }

  #sizeOf(header: TarHeader): number {
    const pax = isExtension(header) ? undefined : this.#pax.get('size');
    if (pax !== undefined) return /^[0-9]{1,16}$/.test(pax) ? Number(pax) : NaN;
    // Links and folders have no payload, whatever their size field says.
    return '123456'.includes(header.type) ? 0 : header.sizeBytes;
  }

  /** After the first block of zeros nothing but zeros may come. */
  async #end(): Promise<void> {
    if (this.#pax.size > 0 || this.#longName !== null)
      return this.#spoilt('an extended header stands before nothing');
    const left = this.#sizeBytes - this.#at;
    if (left > MAX_PADDING_BYTES) return this.#spoilt(`${left} bytes follow its end`);
    const rest = await this.#readAt(this.#at, left);
    if (rest.some((byte) => byte !== 0)) this.#spoilt('something follows its end');
  }

  #forgetExtensions(): void {
    this.#pax = new Map();
    this.#longName = null;
    this.#longLink = null;
  }

  #refuse(name: string, code: EntryProblem['code'], detail: string): void {
    this.problems.push({ path: makeVisible(name), code, detail });
  }

  #spoilt(why: string): void {
    this.problems.push({
      path: 'the tar',
      code: 'FORMAT-INVALID',
      detail: `cannot be read to its end: ${why}`,
    });
  }
}

function isExtension({ type }: TarHeader): boolean {
  return 'LKxg'.includes(type);
}
