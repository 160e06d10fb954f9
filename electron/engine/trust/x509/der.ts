/** Tags of DER that X.509 uses (X.690, section 8). */
export const Tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  nil: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One value: its tag, what it contains, and all of its bytes. */
export interface DerValue {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly encoded: Uint8Array;
}

/** Why bytes are not the DER that was expected; caught where a certificate is parsed, never beyond. */
export class DerProblem extends Error {}

/**
 * Reads values in order, strictly as DER: definite lengths in their shortest form, one-byte tags, nothing beyond the end.
 * Work is bounded by the number of bytes, since nothing is read twice and nothing is nested unless the caller descends.
 */
export class DerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The tag of what comes next; null at the end. */
  peek(): number | null {
    return this.#bytes[this.#at] ?? null;
  }

  next(tag?: number): DerValue {
    const start = this.#at;
    const found = this.#byte();
    if ((found & 0x1f) === 0x1f) throw new DerProblem('a tag of several bytes');
    if (tag !== undefined && found !== tag) throw new DerProblem(`tag ${found} where ${tag} belongs`);
    const length = this.#length();
    if (length > this.#bytes.length - this.#at) throw new DerProblem('a length beyond the end');
    const content = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return { tag: found, content, encoded: this.#bytes.subarray(start, this.#at) };
  }

  /** The next value when it has this tag, else null. */
  optional(tag: number): DerValue | null {
    return this.peek() === tag ? this.next(tag) : null;
  }

  /** A reader over what the next value contains. */
  enter(tag: number): DerReader {
    return new DerReader(this.next(tag).content);
  }

  /** Nothing may follow. */
  end(): void {
    if (!this.atEnd) throw new DerProblem('bytes after the end');
  }

  #length(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    const count = first & 0x7f;
    if (count === 0 || count > 3) throw new DerProblem('a length that is indefinite or huge');
    let length = 0;
    for (let n = 0; n < count; n++) length = length * 256 + this.#byte();
    if (length < 0x80 || length < 256 ** (count - 1))
      throw new DerProblem('a length that is not the shortest');
    return length;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new DerProblem('an end too early');
    return byte;
  }
}

/** Every value in a constructed value. */
export function valuesOf(content: Uint8Array): DerValue[] {
  const reader = new DerReader(content);
  const values: DerValue[] = [];
  while (!reader.atEnd) values.push(reader.next());
  return values;
}

/** The whole of `bytes` as one value. */
export function singleValue(bytes: Uint8Array, tag: number): DerValue {
  const reader = new DerReader(bytes);
  const value = reader.next(tag);
  reader.end();
  return value;
}

/** Dotted decimal. */
export function oidOf(content: Uint8Array): string {
  const parts: number[] = [];
  let value = 0;
  let isFresh = true;
  for (const byte of content) {
    if (isFresh && byte === 0x80) throw new DerProblem('a padded object identifier');
    value = value * 128 + (byte & 0x7f);
    if (value > Number.MAX_SAFE_INTEGER) throw new DerProblem('a huge object identifier');
    isFresh = byte < 0x80;
    if (!isFresh) continue;
    if (parts.length === 0) {
      const first = Math.min(2, Math.floor(value / 40));
      parts.push(first, value - first * 40);
    } else parts.push(value);
    value = 0;
  }
  if (!isFresh || parts.length === 0) throw new DerProblem('an object identifier that is cut off');
  return parts.join('.');
}

/** DER knows only these two spellings of truth. */
export function booleanOf(content: Uint8Array): boolean {
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff))
    throw new DerProblem('a bad boolean');
  return content[0] === 0xff;
}

/** Bytes of an integer, two's complement, in the shortest form. */
export function integerBytes(content: Uint8Array): Uint8Array {
  const [first, second] = content;
  if (first === undefined) throw new DerProblem('an empty integer');
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
    throw new DerProblem('a padded integer');
  }
  return content;
}

/** A small integer that is not negative. */
export function smallInteger(content: Uint8Array): number {
  const bytes = integerBytes(content);
  if (bytes.length > 4 || (bytes[0] ?? 0) >= 0x80) throw new DerProblem('an integer out of range');
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** The bytes of a bit string of whole bytes. */
export function wholeBits(content: Uint8Array): Uint8Array {
  if (content[0] !== 0) throw new DerProblem('a bit string that is not of whole bytes');
  return content.subarray(1);
}

/** UTCTime or GeneralizedTime as RFC 5280, section 4.1.2.5, wants them: to the second, in UTC. */
export function timeOf({ tag, content }: DerValue): Date {
  const text = Buffer.from(content).toString('latin1');
  const isShort = tag === Tag.utcTime;
  if (!isShort && tag !== Tag.generalizedTime) throw new DerProblem('a time of another type');
  const match = (isShort ? /^(\d{2})(\d{10})Z$/ : /^(\d{4})(\d{10})Z$/).exec(text);
  if (match === null) throw new DerProblem('a malformed time');
  const [, yearText = '', rest = ''] = match;
  const year = isShort ? (Number(yearText) < 50 ? 2000 : 1900) + Number(yearText) : Number(yearText);
  const [month, day, hour, minute, second] = (rest.match(/../g) ?? []).map(Number);
  const date = new Date(Date.UTC(2000, (month ?? 0) - 1, day, hour, minute, second));
  date.setUTCFullYear(year, (month ?? 0) - 1, day);
  if (date.getUTCMonth() + 1 !== month || date.getUTCDate() !== day || date.getUTCHours() !== hour) {
    throw new DerProblem('a time that does not exist');
  }
  return date;
}
