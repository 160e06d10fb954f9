import { createHash } from 'node:crypto';
import type { CustodyEvent } from '#shared/contract/transfers.ts';
import { canonicalText } from '#engine/core/canonical-json.ts';
import {
  type CustodyEntry,
  followed,
  MAX_CUSTODY_LINES,
  NOTHING_BEFORE,
  parseEntry,
} from './custody-entry.ts';

interface Line {
  readonly hash: string;
  readonly text: string;
  readonly entry: CustodyEntry;
}

/**
 * A hash-chained log of custody as JSON lines in canonical form. It forks when two sites add to it apart from each other;
 * merging is the union of the lines, whose order follows from the lines alone, and the next entry joins all ends.
 */
export class CustodyLog {
  readonly #lines: Map<string, Line>;

  private constructor(lines: Map<string, Line>) {
    this.#lines = lines;
  }

  static empty(): CustodyLog {
    return new CustodyLog(new Map());
  }

  /**
   * Reads lines in any order that has each after those it follows. Answers why they are no custody log of this set, as a
   * sentence without capital and full stop.
   */
  static read(lines: readonly string[], setId: string): CustodyLog | string {
    const known = new Map<string, Line>();
    if (lines.length > MAX_CUSTODY_LINES) return `it has over ${MAX_CUSTODY_LINES} lines`;
    for (const [n, text] of lines.entries()) {
      const entry = parseEntry(text);
      if (typeof entry === 'string') return `line ${n + 1}: ${entry}`;
      if (entry.setId !== setId) return `line ${n + 1} is about another set`;
      const follows = followed(entry);
      if ((n === 0) !== (follows.length === 0) || !follows.every((hash) => known.has(hash)))
        return `line ${n + 1} does not follow the lines before it`;
      const hash = hashLine(text);
      if (known.has(hash)) return `line ${n + 1} stands twice`;
      known.set(hash, { hash, text, entry });
    }
    return new CustodyLog(known);
  }

  /** The same from the bytes of custody.jsonl. */
  static parse(bytes: Uint8Array, setId: string): CustodyLog | string {
    const lines = Buffer.from(bytes).toString('utf8').split('\n');
    if (lines.pop() !== '') return 'its last line is cut short';
    return CustodyLog.read(lines, setId);
  }

  /** The same from lines whose order was lost, as the registry keeps them. */
  static restore(lines: readonly string[], setId: string): CustodyLog | string {
    const loose = new Map<string, Line>();
    for (const text of lines) {
      const entry = parseEntry(text);
      if (typeof entry === 'string') return entry;
      loose.set(hashLine(text), { hash: hashLine(text), text, entry });
    }
    return CustodyLog.read(
      inOrder(loose).map((line) => line.text),
      setId,
    );
  }

  append(entry: Omit<CustodyEntry, 'previous' | 'merges' | 'setId'>, setId: string): void {
    const [previous = NOTHING_BEFORE, ...others] = this.#ends().reverse();
    const merges = others.length === 0 ? {} : { merges: others.sort() };
    const full: CustodyEntry = { ...entry, setId, previous, ...merges };
    const text = canonicalText(full);
    this.#lines.set(hashLine(text), { hash: hashLine(text), text, entry: full });
  }

  /** Takes in what another copy of the log has more, and answers how many lines that were; none of a log that began otherwise. */
  merge(other: CustodyLog): number {
    const before = this.#lines.size;
    if (before > 0 && this.#first !== other.#first) return 0;
    for (const [hash, line] of other.#lines) this.#lines.set(hash, line);
    return this.#lines.size - before;
  }

  has(hash: string): boolean {
    return this.#lines.has(hash);
  }

  /** SHA-256 of the last line; 64 zeros at first. */
  get head(): string {
    return inOrder(this.#lines).at(-1)?.hash ?? NOTHING_BEFORE;
  }

  /** As custody.jsonl holds it. */
  get text(): string {
    return inOrder(this.#lines)
      .map((line) => `${line.text}\n`)
      .join('');
  }

  get rows(): { hash: string; line: string }[] {
    return inOrder(this.#lines).map(({ hash, text }) => ({ hash, line: text }));
  }

  /** For people: each after those it follows. */
  get events(): CustodyEvent[] {
    return inOrder(this.#lines).map(({ hash, entry }) => ({
      event: entry.event,
      at: entry.at,
      by: entry.by,
      site: entry.site,
      volume: entry.volume,
      to: entry.to ?? null,
      note: entry.note ?? null,
      medium: entry.medium ?? null,
      readBack: entry.readBack ?? null,
      hash,
      follows: followed(entry),
    }));
  }

  /** A log has one beginning; what two logs have in common is at least that. */
  get #first(): string | undefined {
    return [...this.#lines.values()].find(({ entry }) => followed(entry).length === 0)?.hash;
  }

  /** Lines that none follows, in the order of the log. */
  #ends(): string[] {
    const inner = new Set([...this.#lines.values()].flatMap(({ entry }) => followed(entry)));
    return inOrder(this.#lines)
      .map((line) => line.hash)
      .filter((hash) => !inner.has(hash));
  }
}

/**
 * Why a custody file is not the log whose head was signed, continued or not; null when it is. Every line must chain to
 * lines before it, and the signed head must be one of them.
 */
export function findCustodyProblem(bytes: Uint8Array, setId: string, signedHead: string): string | null {
  const log = CustodyLog.parse(bytes, setId);
  if (typeof log === 'string') return log;
  return log.has(signedHead) ? null : 'the entries that were signed are not all there';
}

/** Each line after those it follows; among several that could come next the earlier one, then the one with the lower hash. */
function inOrder(lines: ReadonlyMap<string, Line>): Line[] {
  const left = [...lines.values()].sort((a, b) =>
    a.entry.at === b.entry.at ? (a.hash < b.hash ? -1 : 1) : a.entry.at < b.entry.at ? -1 : 1,
  );
  const placed = new Set<string>([NOTHING_BEFORE]);
  const ordered: Line[] = [];
  while (left.length > 0) {
    const next = left.findIndex(({ entry }) => followed(entry).every((hash) => placed.has(hash)));
    if (next < 0) return [...ordered, ...left];
    const [line] = left.splice(next, 1);
    if (line === undefined) break;
    placed.add(line.hash);
    ordered.push(line);
  }
  return ordered;
}

function hashLine(line: string): string {
  return createHash('sha256').update(line).digest('hex');
}
