import type { TextLine } from '#shared/contract/comparison.ts';

/** Unchanged lines shown around a changed one. */
const CONTEXT = 3;
const MAX_LINES = 1000;
/** Beyond so many pairs of lines, the changed middle is shown as all removed and all added. */
const MAX_CELLS = 4_000_000;

/** How two texts differ, line by line: the changed lines with a few around them. Empty when they are equal. */
export function compareTexts(before: string, after: string): { lines: TextLine[]; isCut: boolean } {
  if (before === after) return { lines: [], isCut: false };
  const lines = withContext(allLines(splitLines(before), splitLines(after)));
  return { lines: lines.slice(0, MAX_LINES), isCut: lines.length > MAX_LINES };
}

/** A text without lines is none: an added file has no empty first line. */
function splitLines(text: string): string[] {
  return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
}

function allLines(before: readonly string[], after: readonly string[]): TextLine[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  const shorter = Math.min(before.length, after.length) - head;
  while (tail < shorter && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const middle = compareMiddle(
    before.slice(head, before.length - tail),
    after.slice(head, after.length - tail),
  );
  const same = (text: string, n: number): TextLine => ({ kind: 'same', text, before: n, after: n });
  return number([
    ...before.slice(0, head).map(same),
    ...middle,
    ...before.slice(before.length - tail).map(same),
  ]);
}

/** A longest common subsequence by dynamic programming. */
function compareMiddle(before: readonly string[], after: readonly string[]): TextLine[] {
  const removed = (text: string): TextLine => ({ kind: 'removed', text, before: null, after: null });
  const added = (text: string): TextLine => ({ kind: 'added', text, before: null, after: null });
  if (before.length * after.length > MAX_CELLS) return [...before.map(removed), ...after.map(added)];
  const width = after.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  const at = (b: number, a: number) => common[b * width + a] ?? 0;
  for (let b = before.length - 1; b >= 0; b--) {
    for (let a = after.length - 1; a >= 0; a--) {
      common[b * width + a] =
        before[b] === after[a] ? at(b + 1, a + 1) + 1 : Math.max(at(b + 1, a), at(b, a + 1));
    }
  }
  const lines: TextLine[] = [];
  let [b, a] = [0, 0];
  while (b < before.length || a < after.length) {
    const [old, fresh] = [before[b], after[a]];
    if (old !== undefined && old === fresh) {
      lines.push({ kind: 'same', text: old, before: null, after: null });
      b++;
      a++;
    } else if (fresh === undefined || (old !== undefined && at(b + 1, a) >= at(b, a + 1))) {
      lines.push(removed(old ?? ''));
      b++;
    } else {
      lines.push(added(fresh));
      a++;
    }
  }
  return lines;
}

function number(lines: readonly TextLine[]): TextLine[] {
  let [before, after] = [0, 0];
  return lines.map((line) => ({
    ...line,
    before: line.kind === 'added' ? null : ++before,
    after: line.kind === 'removed' ? null : ++after,
  }));
}

function withContext(lines: readonly TextLine[]): TextLine[] {
  const wanted = new Set<number>();
  lines.forEach(({ kind }, n) => {
    if (kind === 'same') return;
    for (let near = n - CONTEXT; near <= n + CONTEXT; near++) wanted.add(near);
  });
  return lines.filter((_, n) => wanted.has(n));
}
