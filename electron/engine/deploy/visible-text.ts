import { toVisibleText } from '#shared/format/visible-text.ts';

/** What a server printed, fit to be shown: unseen characters by their code point, at most `limit` characters from its end. */
export function visibleText(text: string, limit = 2000): string {
  const plain = text
    .trim()
    .split('\n')
    .map((line) => toVisibleText(line.replace(/\r$/, '')))
    .join('\n');
  if (plain.length <= limit) return plain;
  return `(${plain.length - limit} characters left out) …${plain.slice(-limit)}`;
}

/** The same as lines, for `details.items`. */
export function visibleLines(text: string, limit = 2000): string[] {
  const shown = visibleText(text, limit);
  return shown === '' ? [] : shown.split('\n');
}
