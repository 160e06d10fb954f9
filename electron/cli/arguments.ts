import { InvalidArgumentError } from 'commander';
import type { ReleaseRef } from '#shared/contract/basics.ts';
import { parseSize as parseBytes } from '#shared/format/parse-size.ts';
import { AppError } from '#engine/core/app-error.ts';

/** Collects an option that may be given several times. */
export function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}

/** A whole number of one or more. */
export function parseCount(value: string): number {
  const count = Number(value);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('It must be a whole number above 0.');
}

/** A size in bytes: `4700000000`, `4.7G` (decimal), `4Gi` (binary); a `B` at the end may follow. */
export function parseSize(value: string): number {
  const bytes = parseBytes(value);
  if (bytes !== null) return bytes;
  throw new InvalidArgumentError('Such as 4700000000, 4.7G or 4Gi.');
}

/** `model@version`. Throws USAGE. */
export function parseRelease(text: string): ReleaseRef {
  const at = text.indexOf('@');
  if (at <= 0 || at === text.length - 1) {
    throw new AppError('USAGE', `${text} is not MODEL@VERSION.`, { expected: 'e.g. silero-vad@5.0.0' });
  }
  return { model: text.slice(0, at), version: text.slice(at + 1) };
}

/** Any time that names its zone (or a day), as RFC 3339 UTC with milliseconds. Throws USAGE. */
export function parseTime(text: string): string {
  const zoned = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const time = zoned ? new Date(text) : new Date(Number.NaN);
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  throw new AppError('USAGE', `${text} is not a time.`, { expected: 'e.g. 2026-03-03T14:00:00Z' });
}

/** An option that the command cannot do without. Throws USAGE. */
export function required(options: Readonly<Record<string, unknown>>, name: string, flag: string): string {
  const value = options[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new AppError('USAGE', `${flag} is missing.`);
}

/** An option that may be left out, with the type it has. */
export function optional(options: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** A repeated option as a list. */
export function list(options: Readonly<Record<string, unknown>>, name: string): string[] {
  const value = options[name];
  return Array.isArray(value) ? value.map(String) : [];
}
