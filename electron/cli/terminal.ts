import { toVisibleText as visible } from '#shared/format/visible-text.ts';
import { errorTable } from '#shared/contract/errors.ts';
import type { AppError } from '#engine/core/app-error.ts';

/** Lines for a person on standard output. */
export function print(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** One JSON document on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Rows as columns of equal width, two spaces apart; the first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** An error as a person needs it at 3 a.m.: what happened, both sides, the state of the data, what to do, the code. */
export function showError(error: AppError): void {
  const { expected, found, items, state, next } = error.details;
  const lines = [visible(error.message)];
  if (error.message !== errorTable[error.code].sentence) lines.unshift(errorTable[error.code].sentence);
  if (expected !== undefined) lines.push(`  expected  ${visible(expected)}`);
  if (found !== undefined) lines.push(`  found     ${visible(found)}`);
  for (const item of items ?? []) lines.push(`  - ${visible(item)}`);
  if (state !== undefined) lines.push(state);
  if (next !== undefined) lines.push(next);
  process.stderr.write(`${lines.join('\n')}\n${error.code}\n`);
}
