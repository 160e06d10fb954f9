import { z } from 'zod';
import { ModelName, Timestamp } from '#shared/contract/basics.ts';
import { ReadBack } from '#shared/contract/transfers.ts';
import { asAppError } from '#engine/core/app-error.ts';
import { parseStrictJson } from '#engine/core/strict-json.ts';
import { explainIssues } from '#engine/core/zod-issues.ts';
import { Hex256 } from './set-statement.ts';

const LINE_LIMIT_BYTES = 65_536;
/** Some entries for each of the most volumes a set can have. */
export const MAX_CUSTODY_LINES = 10_000;
/** What the first line follows. */
export const NOTHING_BEFORE = '0'.repeat(64);

/** Lines of a custody log, in a document that carries them. */
export const CustodyLines = z.array(z.string().max(LINE_LIMIT_BYTES)).max(MAX_CUSTODY_LINES);

/** Who did what with the media. */
export const CustodyEntry = z.strictObject({
  /** SHA-256 of the line before it. */
  previous: Hex256,
  /** Lines of other branches that come together here, in ascending order. */
  merges: z.array(Hex256).min(1).max(1000).optional(),
  event: z.enum(['made', 'written', 'proven', 'handed-over', 'received']),
  at: Timestamp,
  by: z.string().min(1).max(200),
  site: ModelName,
  setId: z.string(),
  volume: z.number().int().min(1).nullable(),
  to: z.string().max(200).optional(),
  note: z.string().max(2000).optional(),
  /** How the volume was read back after it was written, and found right. */
  readBack: ReadBack.optional(),
  medium: z.strictObject({ label: z.string().max(128), serial: z.string().max(128).nullable() }).optional(),
});
export type CustodyEntry = z.infer<typeof CustodyEntry>;

/** An entry from its line, or why the line is none. */
export function parseEntry(line: string): CustodyEntry | string {
  try {
    const json = parseStrictJson(Buffer.from(line), { maxBytes: LINE_LIMIT_BYTES, maxDepth: 4 });
    const entry = CustodyEntry.safeParse(json);
    return entry.success ? entry.data : explainIssues(entry.error);
  } catch (error) {
    return asAppError(error).message;
  }
}

/** Hashes of the lines that an entry follows. */
export function followed(entry: CustodyEntry): string[] {
  const all = [entry.previous, ...(entry.merges ?? [])];
  return all.filter((hash) => hash !== NOTHING_BEFORE);
}
