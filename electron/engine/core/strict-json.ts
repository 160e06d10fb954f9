import { AppError } from './app-error.ts';

export interface JsonLimits {
  readonly maxBytes: number;
  /** Nesting of objects and arrays. */
  readonly maxDepth?: number;
}

const DEFAULT_DEPTH = 64;
const space = /[ \t\n\r]*/y;
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const word = /true|false|null/y;

/**
 * JSON from outside (RFC 8259), read so that two readers cannot understand it differently: UTF-8 without a byte order
 * mark, no duplicate keys, no lone surrogates, no numbers beyond 2^53, bounded size and depth. Throws FORMAT-INVALID.
 */
export function parseStrictJson(bytes: Uint8Array, limits: JsonLimits): unknown {
  if (bytes.length > limits.maxBytes) {
    throw invalid(`is ${bytes.length} bytes, more than the ${limits.maxBytes} that are read`);
  }
  return new Reader(decode(bytes), limits.maxDepth ?? DEFAULT_DEPTH).document();
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw invalid('is not UTF-8');
  }
}

function invalid(what: string): AppError {
  return new AppError('FORMAT-INVALID', `The JSON ${what}.`);
}

class Reader {
  readonly #text: string;
  readonly #maxDepth: number;
  #at = 0;

  constructor(text: string, maxDepth: number) {
    this.#text = text;
    this.#maxDepth = maxDepth;
  }

  document(): unknown {
    const value = this.#value(0);
    if (this.#peek() !== '') throw this.#unexpected();
    return value;
  }

  #value(depth: number): unknown {
    if (depth > this.#maxDepth) throw invalid(`is nested deeper than ${this.#maxDepth} levels`);
    const first = this.#peek();
    if (first === '{') return this.#object(depth);
    if (first === '[') return this.#array(depth);
    if (first === '"') return this.#string();
    if (first === '-' || (first >= '0' && first <= '9')) return this.#number();
    return JSON.parse(this.#take(word)) as unknown;
  }

  #object(depth: number): unknown {
    this.#at++;
    const entries = new Map<string, unknown>();
    if (this.#closes('}')) return {};
    do {
      if (this.#peek() !== '"') throw this.#unexpected();
      const key = this.#string();
      if (entries.has(key)) throw invalid(`has the key ${JSON.stringify(key)} twice in one object`);
      if (this.#peek() !== ':') throw this.#unexpected();
      this.#at++;
      entries.set(key, this.#value(depth + 1));
    } while (this.#continues('}'));
    // fromEntries defines properties, so a key `__proto__` stays an ordinary key.
    return Object.fromEntries(entries);
  }

  #array(depth: number): unknown {
    this.#at++;
    const items: unknown[] = [];
    if (this.#closes(']')) return items;
    do items.push(this.#value(depth + 1));
    while (this.#continues(']'));
    return items;
  }

  #string(): string {
    const value = JSON.parse(this.#take(string)) as string;
    if (!value.isWellFormed()) throw invalid('has half of a surrogate pair');
    return value;
  }

  #number(): number {
    const literal = this.#take(number);
    const value = Number(literal);
    if (!Number.isFinite(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) {
      throw invalid(`has the number ${literal.slice(0, 40)}, which is not exact`);
    }
    return value;
  }

  #closes(bracket: string): boolean {
    if (this.#peek() !== bracket) return false;
    this.#at++;
    return true;
  }

  #continues(bracket: string): boolean {
    if (this.#closes(bracket)) return false;
    if (this.#peek() !== ',') throw this.#unexpected();
    this.#at++;
    return true;
  }

  /** Skips white space; the empty string stands for the end. */
  #peek(): string {
    space.lastIndex = this.#at;
    space.test(this.#text);
    this.#at = space.lastIndex;
    return this.#text.charAt(this.#at);
  }

  #take(token: RegExp): string {
    token.lastIndex = this.#at;
    const match = token.exec(this.#text);
    if (match === null) throw this.#unexpected();
    this.#at = token.lastIndex;
    return match[0];
  }

  #unexpected(): AppError {
    const found = this.#text.charAt(this.#at);
    return invalid(found === '' ? 'ends too early' : `is not well formed at character ${this.#at}`);
  }
}
