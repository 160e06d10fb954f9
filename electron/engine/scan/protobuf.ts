import type { Budget } from './budget.ts';
import type { ByteSource } from './byte-source.ts';
import { Cursor } from './cursor.ts';
import { Malformed } from './malformed.ts';

/** One field of a message, where its value lies; nothing of it is copied. */
export interface ProtoField {
  readonly number: number;
  readonly wire: 'varint' | 'fixed64' | 'bytes' | 'fixed32';
  /** Of a varint; 0 for the others. */
  readonly value: bigint;
  /** Of the value's bytes, in the source. */
  readonly start: number;
  readonly end: number;
}

/** Texts in models are names. */
const MAX_TEXT_BYTES = 1024 * 1024;
const MAX_DEPTH = 64;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Protocol buffers read by hand (https://protobuf.dev/programming-guides/encoding/): messages are ranges of the source, fields
 * come in the order of the bytes. Groups, field 0 and what leaves its message are refused: Malformed of the rule given.
 */
export class ProtoReader {
  readonly #source: ByteSource;
  readonly #rule: string;
  readonly #budget: Budget;

  constructor(source: ByteSource, rule: string, budget: Budget) {
    this.#source = source;
    this.#rule = rule;
    this.#budget = budget;
  }

  /** The file's own message. */
  whole(): { readonly start: number; readonly end: number } {
    return { start: 0, end: this.#source.sizeBytes };
  }

  *fields({ start, end }: { readonly start: number; readonly end: number }): Generator<ProtoField> {
    const cursor = new Cursor(this.#source, this.#rule, { start, end });
    while (cursor.remaining > 0) {
      this.#budget.step();
      const at = cursor.offset;
      const tag = cursor.varint();
      const number = Number(tag >> 3n);
      if (number < 1 || number > 536_870_911) cursor.fail('A field has no number.', at);
      yield this.#field(cursor, number, Number(tag & 7n), at);
    }
  }

  /** All fields of a message by number. */
  message(range: { readonly start: number; readonly end: number }): ProtoMessage {
    const fields = new Map<number, ProtoField[]>();
    for (const field of this.fields(range)) {
      const same = fields.get(field.number);
      if (same === undefined) fields.set(field.number, [field]);
      else same.push(field);
    }
    return new ProtoMessage(fields, this);
  }

  text(field: ProtoField): string {
    const length = field.end - field.start;
    if (field.wire !== 'bytes' || length > MAX_TEXT_BYTES) this.#fail('A name is no text.', field.start);
    try {
      return utf8.decode(this.#source.read(field.start, length));
    } catch {
      return this.#fail('A name is not UTF-8.', field.start);
    }
  }

  /** Numbers of a repeated field, one by one or packed; at most `limit` of them. */
  numbers(fields: readonly ProtoField[], limit: number): bigint[] {
    const values: bigint[] = [];
    for (const field of fields) {
      if (field.wire === 'varint') values.push(field.value);
      else if (field.wire === 'bytes') {
        const cursor = new Cursor(this.#source, this.#rule, field);
        while (cursor.remaining > 0 && values.length <= limit) values.push(cursor.varint());
      }
      if (values.length > limit) this.#fail(`A list has over ${limit} numbers.`, field.start);
    }
    return values;
  }

  /** Throws for messages in messages beyond any that tools write. */
  checkDepth(depth: number): void {
    if (depth > MAX_DEPTH) throw new Malformed(this.#rule, `It is nested deeper than ${MAX_DEPTH} levels.`);
  }

  #field(cursor: Cursor, number: number, wire: number, at: number): ProtoField {
    if (wire === 0) {
      const value = cursor.varint();
      return { number, wire: 'varint', value, start: at, end: cursor.offset };
    }
    const length =
      wire === 1
        ? 8
        : wire === 5
          ? 4
          : wire === 2
            ? this.#length(cursor)
            : cursor.fail('A group, or no type.', at);
    const start = cursor.offset;
    cursor.skip(length);
    const name = wire === 1 ? 'fixed64' : wire === 5 ? 'fixed32' : 'bytes';
    return { number, wire: name, value: 0n, start, end: start + length };
  }

  #length(cursor: Cursor): number {
    const at = cursor.offset;
    const length = cursor.varint();
    if (length > BigInt(cursor.remaining)) cursor.fail('A field is longer than its message.', at);
    return Number(length);
  }

  #fail(detail: string, offset: number): never {
    throw new Malformed(this.#rule, detail, { offset });
  }
}

/** A message's fields by number. */
export class ProtoMessage {
  readonly #fields: ReadonlyMap<number, readonly ProtoField[]>;
  readonly #reader: ProtoReader;

  constructor(fields: ReadonlyMap<number, readonly ProtoField[]>, reader: ProtoReader) {
    this.#fields = fields;
    this.#reader = reader;
  }

  numbers(): number[] {
    return [...this.#fields.keys()];
  }

  all(number: number): readonly ProtoField[] {
    return this.#fields.get(number) ?? [];
  }

  /** The last one counts, as the encoding has it; messages that must not be split are checked by `all`. */
  last(number: number): ProtoField | undefined {
    return this.all(number).at(-1);
  }

  /** The text of a field, empty when it is not there. */
  text(number: number): string {
    const field = this.last(number);
    return field === undefined ? '' : this.#reader.text(field);
  }

  /** The number of a field, 0 when it is not there. */
  int(number: number): bigint {
    return BigInt.asIntN(64, this.last(number)?.value ?? 0n);
  }
}
