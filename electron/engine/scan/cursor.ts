import type { ByteSource } from './byte-source.ts';
import { Malformed } from './malformed.ts';

/** Read ahead in pieces of this size, so that a walk over single bytes costs one call of the source in a while. */
const WINDOW_BYTES = 256 * 1024;
const LINE_FEED = 0x0a;
/** Up to here, decoding by hand is faster than a call of the decoder. */
const SHORT_TEXT_BYTES = 24;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Walks forward over the bytes of a source and never leaves them: every read past the end throws Malformed with the rule
 * that the walker's owner named. Integers that can exceed 2^53 come as bigint.
 */
export class Cursor {
  readonly #source: ByteSource;
  readonly #end: number;
  readonly #rule: string;
  readonly #windowBytes: number;
  #window: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  /** Offset of the window's first byte in the source. */
  #windowStart: number;
  /** Position in the window. */
  #at = 0;

  /**
   * `rule` is what truncated or wrong bytes hit; `start` and `end` bound the walk, in bytes of the source. Who jumps from one
   * short record to the next says by `windowBytes` how much of what lies between is worth reading.
   */
  constructor(
    source: ByteSource,
    rule: string,
    { start = 0, end = source.sizeBytes, windowBytes = WINDOW_BYTES } = {},
  ) {
    this.#source = source;
    this.#rule = rule;
    this.#windowBytes = windowBytes;
    this.#windowStart = start;
    this.#end = Math.min(end, source.sizeBytes);
  }

  /** Of the next byte, in the source. */
  get offset(): number {
    return this.#windowStart + this.#at;
  }

  get remaining(): number {
    return this.#end - this.offset;
  }

  /** Throws Malformed with the owner's rule, at `offset` or here. */
  fail(detail: string, offset: number = this.offset): never {
    throw new Malformed(this.#rule, detail, { offset });
  }

  /** Goes to `offset`, which lies between the source's start and the walk's end; what is passed over is not read. */
  seek(offset: number): void {
    if (!Number.isSafeInteger(offset) || offset < 0 || offset > this.#end) {
      this.fail(`It points to byte ${offset} of ${this.#end}.`);
    }
    const at = offset - this.#windowStart;
    if (at >= 0 && at <= this.#window.length) this.#at = at;
    else this.#reset(offset);
  }

  /** Passes over bytes without reading them. */
  skip(length: number): void {
    this.#demand(length);
    this.seek(this.offset + length);
  }

  u8(): number {
    if (this.#at >= this.#window.length) this.#fill(1);
    return this.#window[this.#at++] ?? 0;
  }

  /** The next byte, which stays the next. */
  peek(): number {
    this.#fill(1);
    return this.#window[this.#at] ?? 0;
  }

  u16le(): number {
    const at = this.#take(2);
    return this.#view.getUint16(at, true);
  }

  u32le(): number {
    const at = this.#take(4);
    return this.#view.getUint32(at, true);
  }

  i32le(): number {
    const at = this.#take(4);
    return this.#view.getInt32(at, true);
  }

  u64le(): bigint {
    const at = this.#take(8);
    return this.#view.getBigUint64(at, true);
  }

  /** A 64-bit length or offset; fails where it exceeds 2^53, which no file's bytes can reach. */
  size64le(): number {
    const start = this.offset;
    const value = this.u64le();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) this.fail(`${value} is no length.`, start);
    return Number(value);
  }

  u32be(): number {
    const at = this.#take(4);
    return this.#view.getUint32(at, false);
  }

  /** A base-128 varint of up to 64 bits (protobuf). */
  varint(): bigint {
    const start = this.offset;
    let value = 0n;
    for (let shift = 0n; shift < 64n; shift += 7n) {
      const byte = BigInt(this.u8());
      value |= (byte & 0x7fn) << shift;
      if (byte < 0x80n) return value < 1n << 64n ? value : this.fail('A varint exceeds 64 bits.', start);
    }
    return this.fail('A varint does not end.', start);
  }

  /** The next `length` bytes, as the source gives them: not to be changed. The caller bounds `length` to what it can hold. */
  bytes(length: number): Uint8Array {
    this.#demand(length);
    if (length <= this.#windowBytes) {
      const at = this.#take(length);
      return this.#window.subarray(at, at + length);
    }
    const bytes = this.#source.read(this.offset, length);
    if (bytes.length < length) this.fail('It ends too early.');
    this.#reset(this.offset + length);
    return bytes;
  }

  /** The next `length` bytes as text; fails where they are not UTF-8. */
  utf8(length: number): string {
    const start = this.offset;
    return this.#decode(this.bytes(length), start);
  }

  /** The bytes up to the next line feed, which is passed over too; fails where there is none within `maxLength`. */
  line(maxLength: number): Uint8Array {
    const start = this.offset;
    const near = this.#window.indexOf(LINE_FEED, this.#at);
    if (near >= 0 && near - this.#at <= maxLength) {
      const line = this.#window.subarray(this.#at, near);
      this.#at = near + 1;
      return line;
    }
    for (let wanted = WINDOW_BYTES; ; wanted *= 4) {
      const length = Math.min(wanted, maxLength + 1, this.remaining);
      const found = this.#source.read(start, length).indexOf(LINE_FEED);
      if (found >= 0) {
        const line = this.bytes(found);
        this.skip(1);
        return line;
      }
      if (length < wanted) this.fail('A line does not end.', start);
    }
  }

  /** Passes over the bytes up to the next line feed and that one too, however many they are. */
  skipLine(): void {
    for (;;) {
      this.#fill(1);
      const found = this.#window.indexOf(LINE_FEED, this.#at);
      this.#at = found < 0 ? this.#window.length : found + 1;
      if (found >= 0) return;
    }
  }

  /** Reads the next `length` bytes in pieces, so that all were looked at and few are held; `visit` keeps none of them. */
  stream(length: number, visit: (piece: Uint8Array) => void = () => {}): void {
    this.#demand(length);
    const end = this.offset + length;
    const memory = new Uint8Array(Math.min(length, 4 * WINDOW_BYTES));
    for (let at = this.offset; at < end;) {
      const piece = this.#source.read(at, Math.min(end - at, 4 * WINDOW_BYTES), memory);
      if (piece.length === 0) this.fail('It ends too early.', at);
      visit(piece);
      at += piece.length;
    }
    this.#reset(end);
  }

  #decode(bytes: Uint8Array, offset: number): string {
    if (bytes.length <= SHORT_TEXT_BYTES) {
      const ascii = shortAscii(bytes);
      if (ascii !== undefined) return ascii;
    }
    try {
      return utf8.decode(bytes);
    } catch {
      return this.fail('Text is not UTF-8.', offset);
    }
  }

  #demand(length: number): void {
    if (!(length >= 0 && length <= this.remaining)) {
      this.fail(`${length} bytes are needed, ${this.remaining} are left.`);
    }
  }

  /** Makes sure that `length` bytes lie in the window, passes over them, and returns where they start in it. */
  #take(length: number): number {
    if (this.#at + length > this.#window.length) this.#fill(length);
    const at = this.#at;
    this.#at += length;
    return at;
  }

  #fill(length: number): void {
    if (this.#at + length <= this.#window.length) return;
    this.#demand(length);
    const offset = this.offset;
    this.#window = this.#source.read(offset, Math.min(this.#windowBytes, this.remaining));
    this.#view = new DataView(this.#window.buffer, this.#window.byteOffset, this.#window.byteLength);
    this.#windowStart = offset;
    this.#at = 0;
    if (this.#window.length < length) this.fail('It ends too early.');
  }

  #reset(offset: number): void {
    this.#window = new Uint8Array(0);
    this.#windowStart = offset;
    this.#at = 0;
  }
}

function shortAscii(bytes: Uint8Array): string | undefined {
  let text = '';
  for (const byte of bytes) {
    if (byte >= 0x80) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}
