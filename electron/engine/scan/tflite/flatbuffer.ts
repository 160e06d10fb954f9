import type { Budget } from '../budget.ts';
import type { ByteSource } from '../byte-source.ts';
import { Cursor } from '../cursor.ts';

const MAX_TEXT_BYTES = 64 * 1024;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Where a vector's elements lie, and how many there are. */
export interface FlatVector {
  readonly start: number;
  readonly length: number;
}

/**
 * FlatBuffers read by hand (https://flatbuffers.dev/internals): every offset is checked before it is followed, nothing is copied.
 * What leads outside throws Malformed of the rule given.
 */
export class FlatReader {
  readonly #cursor: Cursor;
  readonly #budget: Budget;

  constructor(source: ByteSource, rule: string, budget: Budget) {
    this.#cursor = new Cursor(source, rule);
    this.#budget = budget;
  }

  root(): FlatTable {
    return this.table(this.#target(0));
  }

  table(at: number): FlatTable {
    this.#budget.step();
    const vtable = at - this.#at(at).i32le();
    const cursor = this.#at(vtable);
    const [bytes, tableBytes] = [cursor.u16le(), cursor.u16le()];
    if (bytes < 4 || bytes % 2 !== 0 || tableBytes < 4) cursor.fail('A table has no description.', vtable);
    this.#at(at).skip(tableBytes);
    this.#at(vtable + 4);
    const offsets = Array.from({ length: (bytes - 4) / 2 }, () => {
      const offset = cursor.u16le();
      return offset < tableBytes ? offset : cursor.fail('A field lies outside its table.', at);
    });
    return new FlatTable(this, at, offsets);
  }

  /** Elements of `width` bytes each, all of them in the file. */
  vector(at: number, width: number): FlatVector {
    const start = this.#target(at);
    const length = this.#at(start).u32le();
    this.#at(start + 4).skip(length * width);
    return { start: start + 4, length };
  }

  tables(vector: FlatVector): FlatTable[] {
    return Array.from({ length: vector.length }, (_, n) => this.table(this.#target(vector.start + 4 * n)));
  }

  text(at: number): string {
    const { start, length } = this.vector(at, 1);
    const cursor = this.#at(start);
    if (length > MAX_TEXT_BYTES) cursor.fail('A name is longer than any.', start);
    try {
      return utf8.decode(cursor.bytes(length));
    } catch {
      return cursor.fail('A name is not UTF-8.', start);
    }
  }

  int32(at: number): number {
    return this.#at(at).i32le();
  }

  uint32(at: number): number {
    return this.#at(at).u32le();
  }

  uint64(at: number): number {
    return this.#at(at).size64le();
  }

  int8(at: number): number {
    return (this.#at(at).u8() << 24) >> 24;
  }

  fail(detail: string, at: number): never {
    return this.#cursor.fail(detail, at);
  }

  #target(at: number): number {
    return at + this.#at(at).u32le();
  }

  #at(at: number): Cursor {
    this.#cursor.seek(at);
    return this.#cursor;
  }
}

/** A table's fields by their place in the schema; what is not there has its default. */
export class FlatTable {
  readonly at: number;
  readonly #reader: FlatReader;
  readonly #offsets: readonly number[];

  constructor(reader: FlatReader, at: number, offsets: readonly number[]) {
    this.#reader = reader;
    this.at = at;
    this.#offsets = offsets;
  }

  has(field: number): boolean {
    return (this.#offsets[field] ?? 0) > 0;
  }

  int32(field: number): number {
    return this.#read(field, 0, (at) => this.#reader.int32(at));
  }

  uint32(field: number): number {
    return this.#read(field, 0, (at) => this.#reader.uint32(at));
  }

  uint64(field: number): number {
    return this.#read(field, 0, (at) => this.#reader.uint64(at));
  }

  int8(field: number): number {
    return this.#read(field, 0, (at) => this.#reader.int8(at));
  }

  text(field: number): string {
    return this.#read(field, '', (at) => this.#reader.text(at));
  }

  vector(field: number, width: number): FlatVector {
    return this.#read(field, { start: 0, length: 0 }, (at) => this.#reader.vector(at, width));
  }

  tables(field: number): FlatTable[] {
    return this.#reader.tables(this.vector(field, 4));
  }

  int32s(field: number, limit: number): number[] {
    const { start, length } = this.vector(field, 4);
    if (length > limit) this.#reader.fail(`A list has over ${limit} numbers.`, start);
    return Array.from({ length }, (_, n) => this.#reader.int32(start + 4 * n));
  }

  #read<T>(field: number, absent: T, read: (at: number) => T): T {
    const offset = this.#offsets[field] ?? 0;
    return offset === 0 ? absent : read(this.at + offset);
  }
}
