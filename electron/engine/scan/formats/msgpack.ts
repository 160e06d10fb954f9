import { Budget } from '../budget.ts';
import { bytesSource } from '../byte-source.ts';
import { Cursor } from '../cursor.ts';
import { isDeceptiveName, looksLikeCommand } from '../deceptive-text.ts';
import type { FormatScanner, ScanContext, ScanTarget } from '../format-scanner.ts';
import { Malformed } from '../malformed.ts';
import { itemBytesOf } from '../pickle/numpy-dtype.ts';
import { probePickle } from '../pickle/probe.ts';
import { readThrough } from '../read-through.ts';

const RULE = 'msgpack.malformed';
const MAX_DEPTH = 64;
const MAX_TEXT_BYTES = 1024 * 1024;
/** Types of extensions that Flax writes (flax/serialization.py), and timestamps of MessagePack itself. */
const extensions = { array: 1, complex: 2, scalar: 3, time: -1 };
/** Parts of an array over 1 GiB, which Flax cuts it into. */
const ownKeys = new Set(['__msgpack_chunked_array__', '__msgpack_chunks__']);
const widths: Readonly<Record<string, number>> = {
  ...{ bool: 1, int8: 1, uint8: 1, int16: 2, uint16: 2, int32: 4, uint32: 4, int64: 8, uint64: 8 },
  ...{ float16: 2, bfloat16: 2, float32: 4, float64: 8, complex64: 8, complex128: 16, V2: 2 },
  ...{ float8_e4m3fn: 1, float8_e5m2: 1, float8_e4m3b11fnuz: 1, float8_e4m3fnuz: 1, float8_e5m2fnuz: 1 },
};

/** Weights of Flax and others of JAX: one map in MessagePack, with arrays as extensions. */
export const msgpack: FormatScanner = {
  format: 'msgpack',
  recognises: looksLikeMap,
  scan({ source }, context) {
    if (context.extent === 'all') readThrough(source);
    const cursor = new Cursor(source, RULE);
    new MsgpackWalk(cursor, context).value('', 0);
    if (cursor.remaining > 0) cursor.fail(`${cursor.remaining} bytes follow it.`);
  },
};

/** It starts with a map whose first key is a text. */
function looksLikeMap({ head, source }: ScanTarget): boolean {
  const [first = 0] = head;
  const at = first === 0xde ? 3 : first === 0xdf ? 5 : first >= 0x81 && first <= 0x8f ? 1 : 0;
  const next = head[at] ?? 0;
  if (at === 0 || !((next >= 0xa1 && next <= 0xbf) || next === 0xd9 || next === 0xda)) return false;
  try {
    const cursor = new Cursor({ ...bytesSource(head), sizeBytes: source.sizeBytes }, RULE, { start: at });
    const quiet = { budget: new Budget(), find: () => {}, learn: () => {} };
    const key = new MsgpackWalk(cursor, quiet).key('');
    return cursor.offset <= head.length && !/\p{Cc}/u.test(key);
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}

/** Walks one value and everything in it. Throws Malformed. */
class MsgpackWalk {
  readonly #cursor: Cursor;
  readonly #context: Pick<ScanContext, 'budget' | 'find' | 'learn'>;

  constructor(cursor: Cursor, context: Pick<ScanContext, 'budget' | 'find' | 'learn'>) {
    this.#cursor = cursor;
    this.#context = context;
  }

  /** A key of a map, which has to be a text or, of a list that became a map, a number. */
  key(path: string): string {
    const text = this.value(path, MAX_DEPTH - 1);
    if (typeof text === 'string') return text;
    return typeof text === 'number' ? String(text) : this.#cursor.fail('A key is no text.');
  }

  /** Returns texts and numbers, which keys and arrays are described with. */
  value(path: string, depth: number): string | number | readonly unknown[] | null {
    this.#context.budget.step();
    const cursor = this.#cursor;
    if (depth > MAX_DEPTH) cursor.fail(`It is nested deeper than ${MAX_DEPTH} levels.`);
    const code = cursor.u8();
    if (code <= 0x7f) return code;
    if (code >= 0xe0) return code - 256;
    if (code <= 0x8f) return this.#map(code & 0xf, path, depth);
    if (code <= 0x9f) return this.#list(code & 0xf, path, depth);
    if (code <= 0xbf) return this.#text(code & 0x1f, path);
    if (code >= 0xc4 && code <= 0xc6) return this.#bytes(this.#unsigned(code - 0xc4), path);
    if (code >= 0xc7 && code <= 0xc9) return this.#extension(this.#unsigned(code - 0xc7), path, depth);
    if (code >= 0xcc && code <= 0xce) return this.#unsigned(code - 0xcc);
    if (code >= 0xd4 && code <= 0xd8) return this.#extension(1 << (code - 0xd4), path, depth);
    if (code >= 0xd9 && code <= 0xdb) return this.#text(this.#unsigned(code - 0xd9), path);
    if (code >= 0xdc && code <= 0xdd) return this.#list(this.#unsigned(code - 0xdb), path, depth);
    if (code >= 0xde) return this.#map(this.#unsigned(code - 0xdd), path, depth);
    if (code === 0xc1) cursor.fail('There is no type 0xc1.');
    return this.#scalar(code);
  }

  #map(length: number, path: string, depth: number): null {
    const keys = new Set<string>();
    for (let n = 0; n < length; n++) {
      const at = this.#cursor.offset;
      const key = this.key(path);
      const place = { offset: at, subject: path === '' ? key : `${path}/${key}` };
      if (keys.has(key)) throw new Malformed('msgpack.duplicate-key', 'A key is there twice.', place);
      keys.add(key);
      if (isDeceptiveName(key)) {
        this.#context.find('msgpack.deceptive-key', 'A key is not what it looks like.', place);
      } else if (/^__\w+__$/.test(key) && !ownKeys.has(key)) {
        this.#context.find('msgpack.suspicious', 'A key is a name of Python itself.', place);
      }
      this.value(place.subject, depth + 1);
    }
    return null;
  }

  #list(length: number, path: string, depth: number): readonly unknown[] {
    const few: unknown[] = [];
    for (let n = 0; n < length; n++) {
      const each = this.value(`${path}[${n}]`, depth + 1);
      if (n < 64) few.push(each);
    }
    return few;
  }

  #text(length: number, path: string): string {
    const at = this.#cursor.offset;
    if (length > MAX_TEXT_BYTES) this.#cursor.fail('A text is longer than any name.', at);
    const text = this.#cursor.utf8(length);
    if (looksLikeCommand(text)) {
      this.#context.find('msgpack.suspicious', 'A text reads like code.', { offset: at, subject: path });
    }
    return text;
  }

  /** Bytes by themselves say nothing of what they are. */
  #bytes(length: number, path: string): null {
    const at = this.#cursor.offset;
    const bytes = this.#cursor.bytes(length);
    const place = { offset: at, subject: path };
    const { imports, calls } = probePickle(bytesSource(bytes));
    if (imports || calls) {
      this.#context.find('msgpack.embedded', 'Bytes in it are a pickle that imports.', place);
    } else if (length > 0) this.#context.find('msgpack.bytes', `${length} bytes have no type.`, place);
    return null;
  }

  #extension(length: number, path: string, depth: number): null {
    const type = (this.#cursor.u8() << 24) >> 24;
    const at = this.#cursor.offset;
    const end = at + length;
    if (length > this.#cursor.remaining) this.#cursor.fail('An extension leaves the file.', at);
    if (type === extensions.array || type === extensions.scalar) this.#array(end, path, depth);
    else if (type === extensions.complex) this.value(path, depth + 1);
    else if (type !== extensions.time) {
      this.#context.find('msgpack.extension', `It has an extension ${type}.`, { offset: at, subject: path });
    }
    if (type !== extensions.array && type !== extensions.scalar) this.#cursor.seek(end);
    if (this.#cursor.offset !== end) this.#cursor.fail('An extension is longer than its content.', at);
    return null;
  }

  /** A list of shape, type and bytes. */
  #array(end: number, path: string, depth: number): void {
    const cursor = this.#cursor;
    const at = cursor.offset;
    if (cursor.u8() !== 0x93) cursor.fail('An array is no list of three.', at);
    const shape = this.value(path, depth + 1);
    const dtype = this.value(path, depth + 1);
    const code = cursor.u8();
    if (code < 0xc4 || code > 0xc6) cursor.fail('The data of an array are no bytes.');
    const sizeBytes = this.#unsigned(code - 0xc4);
    const offset = cursor.offset;
    cursor.skip(sizeBytes);
    if (cursor.offset !== end) cursor.fail('An array is longer than its content.', at);
    const lengths = Array.isArray(shape) ? shape.filter((each) => typeof each === 'number') : [];
    if (!Array.isArray(shape) || lengths.length !== shape.length || typeof dtype !== 'string') {
      return cursor.fail('An array has no shape or no type.', at);
    }
    const width = widths[dtype] ?? itemBytesOf(dtype.replace(/^[<>|=]/, ''));
    if (width === undefined)
      throw new Malformed('msgpack.dtype', 'There is no such type.', { offset: at, subject: dtype });
    const expected = lengths.reduce((product, each) => product * each, width);
    if (expected !== sizeBytes) {
      const detail = `Its shape takes ${expected} bytes, its data ${sizeBytes}.`;
      throw new Malformed('msgpack.size', detail, { offset: at, subject: path });
    }
    this.#context.learn({ kind: 'tensor', tensor: { name: path, dtype, shape: lengths, offset, sizeBytes } });
  }

  /** nil, booleans, floats and whole numbers of 64 bits or with a sign. */
  #scalar(code: number): number | null {
    const cursor = this.#cursor;
    if (code === 0xc0 || code === 0xc2 || code === 0xc3) return null;
    const width = { 0xca: 4, 0xcb: 8, 0xcf: 8, 0xd0: 1, 0xd1: 2, 0xd2: 4, 0xd3: 8 }[code];
    if (width === undefined) return cursor.fail(`There is no type ${code}.`);
    const bytes = cursor.bytes(width);
    if (code !== 0xcf) return null;
    const value = Buffer.from(bytes).readBigUInt64BE();
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : null;
  }

  /** A length or number of 1, 2 or 4 bytes. */
  #unsigned(power: number): number {
    return [...this.#cursor.bytes(1 << power)].reduce((value, byte) => value * 256 + byte, 0);
  }
}
