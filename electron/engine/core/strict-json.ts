import { AppError } from './app-error.ts';
import {
  decodeJson,
  isJsonArray,
  isJsonObject,
  JsonProblem,
  type JsonValue,
  readJson,
} from './json-reader.ts';

export interface JsonLimits {
  readonly maxBytes: number;
  /** Nesting of objects and arrays. */
  readonly maxDepth?: number;
}

const DEFAULT_DEPTH = 64;

/**
 * JSON from outside (RFC 8259), read so that two readers cannot understand it differently: UTF-8 without a byte order
 * mark, no duplicate keys, no lone surrogates, no numbers beyond 2^53, bounded size and depth. Throws FORMAT-INVALID.
 */
export function parseStrictJson(bytes: Uint8Array, limits: JsonLimits): unknown {
  if (bytes.length > limits.maxBytes) {
    throw invalid(`is ${bytes.length} bytes, more than the ${limits.maxBytes} that are read`);
  }
  try {
    return plain(readJson(decodeJson(bytes), { maxDepth: limits.maxDepth ?? DEFAULT_DEPTH }));
  } catch (error) {
    throw error instanceof JsonProblem ? invalid(error.message) : error;
  }
}

function plain(value: JsonValue): unknown {
  // fromEntries defines properties, so a key `__proto__` stays an ordinary key.
  if (isJsonObject(value)) return Object.fromEntries([...value].map(([key, each]) => [key, plain(each)]));
  if (isJsonArray(value)) return value.map(plain);
  if (typeof value === 'bigint') throw notExact(value);
  if (typeof value === 'number' && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) throw notExact(value);
  return value;
}

function notExact(value: number | bigint): AppError {
  return invalid(`has the number ${String(value).slice(0, 40)}, which is not exact`);
}

function invalid(what: string): AppError {
  return new AppError('FORMAT-INVALID', `The JSON ${what}.`);
}
