import { Malformed } from '../malformed.ts';
import {
  cursorAt,
  type Hdf5Bytes,
  type Hdf5Message,
  kinds,
  RULE,
  UNDEFINED,
  unsigned,
} from './object-header.ts';

/** A name in a group, and what it leads to. */
export type Hdf5Link =
  | { readonly kind: 'hard'; readonly name: string; readonly address: number }
  | { readonly kind: 'soft' | 'external' | 'other'; readonly name: string }
  /** Links in a fractal heap, which only the newest layouts have. */
  | { readonly kind: 'dense'; readonly name: string };

const MAX_NAME_BYTES = 64 * 1024;
const MAX_DEPTH = 32;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What a group holds: a symbol table of the old style, or link messages of the new one. Throws Malformed. */
export function readLinks(file: Hdf5Bytes, messages: readonly Hdf5Message[]): Hdf5Link[] {
  return messages.flatMap((message): Hdf5Link[] => {
    if (message.kind === kinds.symbolTable) return readSymbolTable(file, message);
    if (message.kind === kinds.link) return [readLink(file, message)];
    return message.kind === kinds.linkInfo ? readLinkInfo(file, message) : [];
  });
}

/** IV.A.2.r: a B-tree of version 1 over symbol table nodes, with names in a local heap. */
function readSymbolTable(file: Hdf5Bytes, { start, end }: Hdf5Message): Hdf5Link[] {
  const cursor = cursorAt(file, start, end);
  const [tree, heap] = [cursor.size64le(), cursor.size64le()];
  const names = localHeap(file, heap);
  const links: Hdf5Link[] = [];
  const seen = new Set<number>();
  const open: (readonly [address: number, depth: number])[] = [[tree, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [address, depth] = next;
    if (seen.has(address) || depth > MAX_DEPTH) {
      throw new Malformed(RULE, 'A group leads back into itself.', { offset: address });
    }
    seen.add(address);
    file.budget.step();
    if (signature(file, address) === 'SNOD') links.push(...readSymbolNode(file, address, names));
    else for (const child of readTreeNode(file, address)) open.push([child, depth + 1]);
  }
  return links;
}

/** III.A.1, node type 0: a key before, between and behind the children. */
function readTreeNode(file: Hdf5Bytes, address: number): number[] {
  const cursor = cursorAt(file, address);
  if (signature(file, address) !== 'TREE') cursor.fail('A group has no index.', address);
  cursor.skip(4);
  if (cursor.u8() !== 0) cursor.fail('The index of a group is of another kind.', address);
  cursor.skip(1);
  const count = cursor.u16le();
  cursor.skip(16);
  const children: number[] = [];
  for (let n = 0; n < count; n++) {
    file.budget.step();
    cursor.skip(8);
    children.push(cursor.size64le());
  }
  return children;
}

function readSymbolNode(file: Hdf5Bytes, address: number, names: (offset: number) => string): Hdf5Link[] {
  const cursor = cursorAt(file, address);
  cursor.skip(6);
  const count = cursor.u16le();
  const links: Hdf5Link[] = [];
  for (let n = 0; n < count; n++) {
    file.budget.step();
    const name = names(cursor.size64le());
    const target = cursor.u64le();
    const cache = cursor.u32le();
    cursor.skip(20);
    if (cache === 2) links.push({ kind: 'soft', name });
    else if (cache > 2 || target >= BigInt(file.source.sizeBytes)) cursor.fail('A link leads nowhere.');
    else links.push({ kind: 'hard', name, address: Number(target) });
  }
  return links;
}

/** III.D: names of a group, each ended by NUL. */
function localHeap(file: Hdf5Bytes, address: number): (offset: number) => string {
  const cursor = cursorAt(file, address);
  if (signature(file, address) !== 'HEAP') cursor.fail('A group has no names.', address);
  cursor.skip(8);
  const size = cursor.size64le();
  cursor.skip(8);
  const start = cursor.size64le();
  if (start + size > file.source.sizeBytes) cursor.fail('The names of a group leave the file.', address);
  return (offset) => {
    if (offset >= size) throw new Malformed(RULE, 'A name lies outside.', { offset: address });
    const bytes = file.source.read(start + offset, Math.min(size - offset, MAX_NAME_BYTES));
    const length = bytes.indexOf(0);
    if (length < 0) throw new Malformed(RULE, 'A name does not end.', { offset: start + offset });
    return text(bytes.subarray(0, length), start + offset);
  };
}

/** IV.A.2.g. */
function readLink(file: Hdf5Bytes, { start, end }: Hdf5Message): Hdf5Link {
  const cursor = cursorAt(file, start, end);
  if (cursor.u8() !== 1) cursor.fail('A link has an unknown version.', start);
  const flags = cursor.u8();
  const kind = (flags & 8) !== 0 ? cursor.u8() : 0;
  if ((flags & 4) !== 0) cursor.skip(8);
  if ((flags & 0x10) !== 0) cursor.skip(1);
  const name = text(cursor.bytes(unsigned(cursor, 1 << (flags & 3))), start);
  if (kind === 0) return { kind: 'hard', name, address: cursor.size64le() };
  return { kind: kind === 1 ? 'soft' : kind === 64 ? 'external' : 'other', name };
}

/** IV.A.2.c: with a heap, the links are not in messages. */
function readLinkInfo(file: Hdf5Bytes, { start, end }: Hdf5Message): Hdf5Link[] {
  const cursor = cursorAt(file, start, end);
  if (cursor.u8() !== 0) cursor.fail('A group has an unknown version.', start);
  if ((cursor.u8() & 1) !== 0) cursor.skip(8);
  return cursor.u64le() === UNDEFINED ? [] : [{ kind: 'dense', name: '' }];
}

function signature(file: Hdf5Bytes, address: number): string {
  return Buffer.from(cursorAt(file, address).bytes(4)).toString('latin1');
}

function text(bytes: Uint8Array, offset: number): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Malformed(RULE, 'A name is not UTF-8.', { offset });
  }
}
