import type { Budget } from '../budget.ts';
import type { ByteSource } from '../byte-source.ts';
import { Cursor } from '../cursor.ts';
import { Malformed } from '../malformed.ts';

export const RULE = 'hdf5.malformed';
/** An address that stands for none. */
export const UNDEFINED = 0xffff_ffff_ffff_ffffn;
const MAX_MESSAGES = 100_000;

/** A message of an object header, where it lies in the file. */
export interface Hdf5Message {
  readonly kind: number;
  readonly start: number;
  readonly end: number;
  readonly isShared: boolean;
}

/** Message kinds of the HDF5 File Format Specification, IV.A.2. */
export const kinds = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  sharedTable: 0x0f,
  continuation: 0x10,
  symbolTable: 0x11,
  driverInfo: 0x14,
  attributeInfo: 0x15,
} as const;
const LAST_KIND = 0x18;

/** The file's bytes with what bounds the walk. Offsets and lengths have 8 bytes each, as every writer for models has them. */
export interface Hdf5Bytes {
  readonly source: ByteSource;
  readonly budget: Budget;
}

export function cursorAt({ source }: Hdf5Bytes, start: number, end = source.sizeBytes): Cursor {
  if (start > source.sizeBytes) throw new Malformed(RULE, `It points to byte ${start}.`, { offset: start });
  return new Cursor(source, RULE, { start, end });
}

/** Every message of an object, over all its chunks. Throws Malformed. */
export function readObjectHeader(file: Hdf5Bytes, address: number): Hdf5Message[] {
  const cursor = cursorAt(file, address);
  return cursor.peek() === 0x4f ? readSecond(file, cursor) : readFirst(file, cursor);
}

/** Version 1 (IV.A.1.a): messages of 8-byte headers, padded to 8. */
function readFirst(file: Hdf5Bytes, cursor: Cursor): Hdf5Message[] {
  const start = cursor.offset;
  if (cursor.u8() !== 1) cursor.fail('There is no object header.', start);
  cursor.skip(1);
  const count = cursor.u16le();
  cursor.skip(4);
  const length = cursor.u32le();
  cursor.skip(4);
  const messages: Hdf5Message[] = [];
  const chunks: [number, number][] = [[cursor.offset, length]];
  for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) {
    const within = chunkCursor(file, ...chunk);
    while (within.remaining >= 8 && messages.length < count) {
      file.budget.step();
      const [kind, size, flags] = [within.u16le(), within.u16le(), within.u8()];
      within.skip(3);
      addMessage(file, { within, kind, size, flags }, messages, chunks);
    }
  }
  return messages;
}

/** Version 2 (IV.A.1.b): `OHDR` and `OCHK` chunks with a checksum at their end. */
function readSecond(file: Hdf5Bytes, cursor: Cursor): Hdf5Message[] {
  const start = cursor.offset;
  if (Buffer.from(cursor.bytes(4)).toString('latin1') !== 'OHDR' || cursor.u8() !== 2) {
    cursor.fail('There is no object header.', start);
  }
  const flags = cursor.u8();
  cursor.skip(((flags & 0x20) !== 0 ? 16 : 0) + ((flags & 0x10) !== 0 ? 4 : 0));
  const length = unsigned(cursor, 1 << (flags & 3));
  const messages: Hdf5Message[] = [];
  const headBytes = (flags & 4) !== 0 ? 6 : 4;
  const chunks: [number, number][] = [[cursor.offset, length]];
  for (let isFirst = true, chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) {
    const [at, size] = chunk;
    const within = isFirst ? chunkCursor(file, at, size) : chunkCursor(file, at, size - 4);
    if (!isFirst && Buffer.from(within.bytes(4)).toString('latin1') !== 'OCHK') {
      within.fail('There is no continuation of the object header.', at);
    }
    isFirst = false;
    while (within.remaining >= headBytes) {
      file.budget.step();
      const [kind, bytes, messageFlags] = [within.u8(), within.u16le(), within.u8()];
      within.skip(headBytes - 4);
      addMessage(file, { within, kind, size: bytes, flags: messageFlags }, messages, chunks);
    }
  }
  return messages;
}

function addMessage(
  file: Hdf5Bytes,
  { within, kind, size, flags }: { within: Cursor; kind: number; size: number; flags: number },
  messages: Hdf5Message[],
  chunks: [number, number][],
): void {
  const start = within.offset;
  within.skip(size);
  if (kind > LAST_KIND) within.fail(`There is no message of kind ${kind}.`, start);
  if (messages.length >= MAX_MESSAGES) within.fail(`An object has over ${MAX_MESSAGES} messages.`, start);
  messages.push({ kind, start, end: start + size, isShared: (flags & 2) !== 0 });
  if (kind !== kinds.continuation) return;
  const cursor = cursorAt(file, start, start + size);
  chunks.push([cursor.size64le(), cursor.size64le()]);
}

function chunkCursor(file: Hdf5Bytes, start: number, length: number): Cursor {
  const end = start + length;
  if (length < 0 || end > file.source.sizeBytes) {
    throw new Malformed(RULE, 'An object header leaves the file.', { offset: start });
  }
  return cursorAt(file, start, end);
}

/** A number of 1, 2, 4 or 8 bytes. */
export function unsigned(cursor: Cursor, bytes: number): number {
  if (bytes === 1) return cursor.u8();
  if (bytes === 2) return cursor.u16le();
  return bytes === 4 ? cursor.u32le() : cursor.size64le();
}
