import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ModelName, Timestamp } from '#shared/contract/basics.ts';
import { asAppError } from '#engine/core/app-error.ts';
import { canonicalText } from '#engine/core/canonical-json.ts';
import { parseStrictJson } from '#engine/core/strict-json.ts';
import { Hex256 } from './set-statement.ts';

const NOTHING_BEFORE = '0'.repeat(64);
const LINE_LIMIT_BYTES = 65_536;

/** Who did what with the media; each entry holds the SHA-256 of the line before it. */
export const CustodyEntry = z.strictObject({
  previous: Hex256,
  event: z.enum(['made', 'written', 'handed-over', 'received']),
  at: Timestamp,
  by: z.string().min(1).max(200),
  site: ModelName,
  setId: z.string(),
  volume: z.number().int().min(1).nullable(),
});
export type CustodyEntry = z.infer<typeof CustodyEntry>;

/** An append-only, hash-chained log of custody as JSON lines in canonical form. */
export class CustodyLog {
  #text = '';
  #head = NOTHING_BEFORE;

  append(entry: Omit<CustodyEntry, 'previous'>): void {
    const line = canonicalText({ ...entry, previous: this.#head });
    this.#text += `${line}\n`;
    this.#head = hashLine(line);
  }

  /** SHA-256 of the last line; 64 zeros at first. */
  get head(): string {
    return this.#head;
  }

  get text(): string {
    return this.#text;
  }
}

/**
 * Why a custody file is not the log whose head was signed, continued or not; null when it is. Every line must chain to the
 * one before, and the signed head must be one of them.
 */
export function findCustodyProblem(bytes: Uint8Array, signedHead: string): string | null {
  const lines = Buffer.from(bytes).toString('utf8').split('\n');
  if (lines.pop() !== '') return 'its last line is cut short';
  let head = NOTHING_BEFORE;
  let sawSignedHead = false;
  for (const [n, line] of lines.entries()) {
    const entry = parseEntry(line);
    if (typeof entry === 'string') return `line ${n + 1}: ${entry}`;
    if (entry.previous !== head) return `line ${n + 1} does not follow the line before it`;
    head = hashLine(line);
    sawSignedHead ||= head === signedHead;
  }
  return sawSignedHead ? null : 'the entries that were signed are not all there';
}

function parseEntry(line: string): CustodyEntry | string {
  try {
    const json = parseStrictJson(Buffer.from(line), { maxBytes: LINE_LIMIT_BYTES, maxDepth: 4 });
    const entry = CustodyEntry.safeParse(json);
    return entry.success ? entry.data : z.prettifyError(entry.error);
  } catch (error) {
    return asAppError(error).message;
  }
}

function hashLine(line: string): string {
  return createHash('sha256').update(line).digest('hex');
}
