import type { Budget } from '../budget.ts';
import { type ByteSource, bytesSource, rangeSource } from '../byte-source.ts';
import { Cursor } from '../cursor.ts';
import { Malformed } from '../malformed.ts';
import { readSnappy } from './snappy.ts';

const RULE = 'tensorflow.malformed';
/** LevelDB's table magic, low half first (table/format.h). */
export const TABLE_MAGIC = 0xdb4775248b80fb57n;
const FOOTER_BYTES = 48;
const TRAILER_BYTES = 5;
const SNAPPY = 1;
const MAX_BLOCK_BYTES = 256 * 1024 * 1024;
const MAX_KEY_BYTES = 64 * 1024;

export interface TableEntry {
  readonly key: string;
  readonly value: Uint8Array;
}

/** Every entry of a sorted table. Throws Malformed. */
export function readTable(source: ByteSource, budget: Budget): TableEntry[] {
  const footer = new Cursor(source, RULE, { start: Math.max(0, source.sizeBytes - FOOTER_BYTES) });
  if (source.sizeBytes < FOOTER_BYTES) footer.fail('It is too short.');
  for (let n = 0; n < 2; n++) footer.varint();
  return readBlock(blockAt(source, footer, budget), budget).flatMap(({ value }) => {
    const handle = new Cursor(bytesSource(value), RULE);
    return readBlock(blockAt(source, handle, budget), budget);
  });
}

/** A block lies in the file with its kind of compression and its checksum behind it. */
function blockAt(source: ByteSource, handle: Cursor, budget: Budget): ByteSource {
  const [start, size] = [Number(handle.varint()), Number(handle.varint())];
  const end = start + size;
  if (end + TRAILER_BYTES + FOOTER_BYTES > source.sizeBytes || size < 1 || size > MAX_BLOCK_BYTES) {
    throw new Malformed(RULE, 'A block leaves the file.');
  }
  const block = rangeSource(source, start, size);
  const compression = source.read(end, 1)[0];
  if (compression === 0) return block;
  if (compression === SNAPPY) return bytesSource(readSnappy(block, RULE, budget));
  throw new Malformed(RULE, `A block is compressed as ${compression}.`, { offset: end });
}

/** Entries share the beginning of their key with the one in front; behind them come the places to start again. */
function readBlock(block: ByteSource, budget: Budget): TableEntry[] {
  const tail = new Cursor(block, RULE, { start: Math.max(0, block.sizeBytes - 4) });
  const last = block.sizeBytes - 4 - 4 * tail.u32le();
  if (last < 0) tail.fail('A block is shorter than its list of restarts.', 0);
  const cursor = new Cursor(block, RULE, { end: last });
  const entries: TableEntry[] = [];
  let key = Buffer.alloc(0);
  while (cursor.remaining > 0) {
    budget.step();
    const [shared, own, length] = [Number(cursor.varint()), Number(cursor.varint()), Number(cursor.varint())];
    if (shared > key.length || shared + own > MAX_KEY_BYTES) cursor.fail('A key is none.');
    key = Buffer.concat([key.subarray(0, shared), cursor.bytes(own)]);
    entries.push({ key: key.toString('utf8'), value: cursor.bytes(length) });
  }
  return entries;
}
