import { bytesSource } from '../byte-source.ts';
import { Cursor } from '../cursor.ts';
import type { FormatScanner } from '../format-scanner.ts';
import { Malformed } from '../malformed.ts';
import { type ProtoMessage, ProtoReader } from '../protobuf.ts';
import { fieldsOf, type ProtoShape, readShaped } from '../proto-shape.ts';
import { readThrough } from '../read-through.ts';
import { readTable, TABLE_MAGIC } from '../tensorflow/table.ts';

const RULE = 'tensorflow.malformed';
const MAX_SHARDS = 100_000n;
const headerShape: ProtoShape = { 1: 'varint', 2: 'varint', 3: 'bytes' };
const entryShape: ProtoShape = {
  ...fieldsOf('varint', [1, 3, 4, 5]),
  ...fieldsOf('bytes', [2, 7]),
  6: 'fixed32',
};

/** `variables.index` of a TensorFlow checkpoint: where each tensor lies in the data files beside it (tensor_bundle.proto). */
export const tensorBundle: FormatScanner = {
  format: 'tf-checkpoint-index',
  recognises: ({ source }) => {
    if (source.sizeBytes < 48) return false;
    return new Cursor(source, RULE, { start: source.sizeBytes - 8 }).u64le() === TABLE_MAGIC;
  },
  scan({ name, source }, context) {
    readThrough(source);
    const read = (value: Uint8Array, shape: ProtoShape): ProtoMessage => {
      const proto = new ProtoReader(bytesSource(value), RULE, context.budget);
      return readShaped(proto, proto.whole(), { shape, rule: RULE, what: 'An entry' });
    };
    const [first, ...entries] = readTable(source, context.budget);
    if (first === undefined || first.key !== '') throw new Malformed(RULE, 'It has no header.');
    const header = read(first.value, headerShape);
    const shards = header.int(1);
    if (shards < 0n || shards > MAX_SHARDS) throw new Malformed(RULE, `It has ${shards} shards.`);
    if (header.int(2) !== 0n) throw new Malformed(RULE, 'Its numbers are big-endian.');
    const ends = new Map<number, number>();
    for (const each of entries) {
      const entry = read(each.value, entryShape);
      const [shard, offset, size] = [entry.int(3), entry.int(4), entry.int(5)];
      const end = offset + size;
      if (
        shard < 0n ||
        shard >= shards ||
        offset < 0n ||
        size < 0n ||
        end > BigInt(Number.MAX_SAFE_INTEGER)
      ) {
        throw new Malformed(RULE, 'A tensor lies in no shard.', { subject: each.key });
      }
      ends.set(Number(shard), Math.max(ends.get(Number(shard)) ?? 0, Number(end)));
    }
    const stem = name.replace(/^.*\//, '').replace(/\.index$/, '');
    const numbered = (n: number | bigint) => String(n).padStart(5, '0');
    for (const [shard, endBytes] of ends) {
      const path = `${stem}.data-${numbered(shard)}-of-${numbered(shards)}`;
      context.learn({ kind: 'reference', path, role: 'external-data', endBytes });
    }
  },
};
