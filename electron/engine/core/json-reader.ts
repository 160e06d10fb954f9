/** What a JSON document is made of when nothing of it may get lost or change its meaning. */
export type JsonValue = null | boolean | number | bigint | string | readonly JsonValue[] | JsonObject;
/** Keys in the order of the document. A Map, so that no key (`__proto__`) means anything. */
export type JsonObject = ReadonlyMap<string, JsonValue>;

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map;
}

export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export interface JsonReading {
  /** Nesting of objects and arrays. */
  readonly maxDepth: number;
  /** Called once per value and key: the place to count work and to stop it by throwing. */
  readonly onValue?: () => void;
  /** The words NaN, Infinity and -Infinity, which Python writes and RFC 8259 does not know. Refused without this. */
  readonly onWord?: (word: string) => void;
}

export type JsonProblemKind =
  'malformed' | 'ends-early' | 'duplicate-key' | 'too-deep' | 'not-utf-8' | 'surrogate';

/** Why a document is refused. */
export class JsonProblem extends Error {
  override readonly name = 'JsonProblem';
  readonly kind: JsonProblemKind;
  /** Index of the character, in UTF-16 units. */
  readonly at: number;
  /** The key that is there twice. */
  readonly key: string | undefined;

  constructor(kind: JsonProblemKind, message: string, at: number, key?: string) {
    super(message);
    this.kind = kind;
    this.at = at;
    this.key = key;
  }
}

/** The text of a JSON file: UTF-8 without a byte order mark. Throws JsonProblem. */
export function decodeJson(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new JsonProblem('not-utf-8', 'is not UTF-8', 0);
  }
}

/**
 * One JSON document (RFC 8259), read so that two readers cannot understand it differently: no duplicate keys (also not by
 * escapes), no lone surrogates, nothing after the end. Integers beyond 2^53 come as bigint. Throws JsonProblem.
 */
export function readJson(text: string, reading: JsonReading): JsonValue {
  return new Reader(text, reading).document();
}

const number = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const word = /true|false|null|NaN|-?Infinity/y;
const escapes: Readonly<Record<string, string | undefined>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const hex4 = /^[0-9a-fA-F]{4}$/;

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

class Reader {
  readonly #text: string;
  readonly #reading: JsonReading;
  #at = 0;

  constructor(text: string, reading: JsonReading) {
    this.#text = text;
    this.#reading = reading;
  }

  document(): JsonValue {
    const value = this.#value(0);
    if (!Number.isNaN(this.#peek())) throw this.#unexpected();
    return value;
  }

  #value(depth: number): JsonValue {
    const { maxDepth, onValue } = this.#reading;
    if (depth > maxDepth) {
      throw new JsonProblem('too-deep', `is nested deeper than ${maxDepth} levels`, this.#at);
    }
    onValue?.();
    const first = this.#peek();
    if (first === QUOTE) return this.#string();
    if (first === OPEN_BRACE) return this.#object(depth);
    if (first === OPEN_BRACKET) return this.#array(depth);
    if (first === MINUS || (first >= 0x30 && first <= 0x39)) return this.#number();
    return this.#word();
  }

  #object(depth: number): JsonObject {
    this.#at++;
    const entries = new Map<string, JsonValue>();
    if (this.#closes(CLOSE_BRACE)) return entries;
    do {
      if (this.#peek() !== QUOTE) throw this.#unexpected();
      const at = this.#at;
      const key = this.#string();
      if (entries.has(key)) {
        throw new JsonProblem(
          'duplicate-key',
          `has the key ${JSON.stringify(key)} twice in one object`,
          at,
          key,
        );
      }
      if (this.#peek() !== COLON) throw this.#unexpected();
      this.#at++;
      entries.set(key, this.#value(depth + 1));
    } while (this.#continues(CLOSE_BRACE));
    return entries;
  }

  #array(depth: number): JsonValue[] {
    this.#at++;
    const items: JsonValue[] = [];
    if (this.#closes(CLOSE_BRACKET)) return items;
    do items.push(this.#value(depth + 1));
    while (this.#continues(CLOSE_BRACKET));
    return items;
  }

  #string(): string {
    const text = this.#text;
    const start = ++this.#at;
    for (let at = start; ; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.#at = at + 1;
        return this.#wellFormed(text.slice(start, at), start);
      }
      if (code === BACKSLASH) return this.#escapedString(start, at);
      // The end (NaN) too.
      if (!(code >= 0x20)) {
        this.#at = at;
        throw this.#unexpected();
      }
    }
  }

  /** The rest of a string from its first backslash on. */
  #escapedString(start: number, firstEscape: number): string {
    const text = this.#text;
    const parts = [text.slice(start, firstEscape)];
    let at = firstEscape;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        parts.push(this.#escape(at));
        at += text.charAt(at + 1) === 'u' ? 6 : 2;
        continue;
      }
      const from = at;
      while (
        text.charCodeAt(at) >= 0x20 &&
        text.charCodeAt(at) !== QUOTE &&
        text.charCodeAt(at) !== BACKSLASH
      ) {
        at++;
      }
      if (at === from) {
        this.#at = at;
        throw this.#unexpected();
      }
      parts.push(text.slice(from, at));
    }
    this.#at = at + 1;
    return this.#wellFormed(parts.join(''), start);
  }

  #escape(at: number): string {
    const letter = this.#text.charAt(at + 1);
    if (letter === 'u') {
      const digits = this.#text.slice(at + 2, at + 6);
      if (hex4.test(digits)) return String.fromCharCode(parseInt(digits, 16));
    } else {
      const character = escapes[letter];
      if (character !== undefined) return character;
    }
    this.#at = at;
    throw this.#unexpected();
  }

  #wellFormed(value: string, at: number): string {
    if (!value.isWellFormed()) throw new JsonProblem('surrogate', 'has half of a surrogate pair', at);
    return value;
  }

  #number(): JsonValue {
    number.lastIndex = this.#at;
    const match = number.exec(this.#text);
    if (match === null) return this.#word();
    this.#at = number.lastIndex;
    const [literal, fraction, exponent] = match;
    const value = Number(literal);
    if (fraction !== undefined || exponent !== undefined || Number.isSafeInteger(value)) return value;
    // Converting thousands of digits takes long, and nobody means them.
    return literal.length > 400 ? value : BigInt(literal);
  }

  #word(): JsonValue {
    word.lastIndex = this.#at;
    const match = word.exec(this.#text)?.[0];
    if (match === undefined) throw this.#unexpected();
    const { onWord } = this.#reading;
    if (match === 'true' || match === 'false' || match === 'null') {
      this.#at = word.lastIndex;
      return match === 'null' ? null : match === 'true';
    }
    if (onWord === undefined) throw this.#unexpected();
    this.#at = word.lastIndex;
    onWord(match);
    return Number(match);
  }

  #closes(bracket: number): boolean {
    if (this.#peek() !== bracket) return false;
    this.#at++;
    return true;
  }

  #continues(bracket: number): boolean {
    const next = this.#peek();
    if (next !== bracket && next !== COMMA) throw this.#unexpected();
    this.#at++;
    return next === COMMA;
  }

  /** The next character's code behind white space; NaN stands for the end. */
  #peek(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code;
      this.#at++;
    }
  }

  #unexpected(): JsonProblem {
    return this.#at >= this.#text.length
      ? new JsonProblem('ends-early', 'ends too early', this.#at)
      : new JsonProblem('malformed', `is not well formed at character ${this.#at}`, this.#at);
  }
}
