import type { HashAlgorithm } from '#shared/contract/system.ts';
import { findPathProblem } from '#engine/core/release-path.ts';
import type { DigestList, ListedFile, ListProblem } from '../listed-file.ts';

/** Algorithms of digest lists. What is not among them (CRC, MD5, SHA-1, SHA-224) proves nothing. */
type ListAlgorithm = Exclude<HashAlgorithm, 'xxh3'>;

/** What a tagged line calls its algorithm (coreutils `--tag`, `cksum`, BSD, `b3sum --tag`), and how long its digest is. */
const tags: Readonly<Record<string, { readonly algorithm: ListAlgorithm; readonly digits: number }>> = {
  SHA256: { algorithm: 'sha256', digits: 64 },
  SHA384: { algorithm: 'sha384', digits: 96 },
  SHA512: { algorithm: 'sha512', digits: 128 },
  BLAKE2b: { algorithm: 'blake2b-512', digits: 128 },
  BLAKE3: { algorithm: 'blake3', digits: 64 },
};
const weakTags: Readonly<Record<string, number>> = { MD5: 32, SHA1: 40, SHA224: 56 };
const weakLengths: readonly number[] = Object.values(weakTags);

const UNTAGGED = /^(\\?)([0-9A-Fa-f]{32,128}) [ *](.+)$/;
const TAGGED = /^(\\?)([A-Za-z0-9]{3,12}) \((.+)\) = ([0-9A-Fa-f]{32,128})$/;
/** Bytes looked at to find the first line that says something. */
const HEAD_BYTES = 16_384;

/** Does the first line that is neither blank nor a comment look like one of such a list? */
export function looksLikeDigestList(content: Uint8Array): boolean {
  const head = Buffer.from(content.subarray(0, HEAD_BYTES)).toString('latin1').split(/\r?\n/);
  const first = head.find((line) => line !== '' && !line.startsWith('#'));
  return first !== undefined && splitLine(first) !== null;
}

/**
 * Reads untagged lines (`<hex>  name`, `<hex> *name`), whose algorithm follows from the digest's length and the list's
 * `name`, and tagged ones (`SHA512 (name) = <hex>`); in both, names may be escaped after a backslash. Stricter than
 * `sha256sum --check`, which skips what it cannot read: here such a line, an unsafe name, or a name that has two digests of
 * one algorithm is a problem.
 */
export function parseDigestList(content: Uint8Array, name: string): DigestList {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    const problem = { line: 1, code: 'FORMAT-INVALID', detail: 'The list is not UTF-8.' } as const;
    return { entries: [], problems: [problem], weakLines: 0 };
  }
  const entries = new Map<string, ListedFile>();
  const problems: ListProblem[] = [];
  let weakLines = 0;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const read = readLine(line, name);
    if (read === 'weak') {
      weakLines++;
      continue;
    }
    const problem = findLineProblem(read, entries);
    if (problem !== null) problems.push({ line: index + 1, ...problem });
    else if (read !== null) entries.set(keyOf(read), read);
  }
  if (entries.size === 0 && problems.length === 0 && weakLines === 0) {
    problems.push({ line: 1, code: 'FORMAT-INVALID', detail: 'The list names no file.' });
  }
  return { entries: [...entries.values()], problems, weakLines };
}

function findLineProblem(
  entry: ListedFile | null,
  entries: ReadonlyMap<string, ListedFile>,
): ListProblem | null {
  if (entry === null) return { code: 'FORMAT-INVALID', detail: 'The line is not a digest and a name.' };
  const { path } = entry;
  const unsafe = findPathProblem(path);
  if (unsafe !== null) return { code: 'PATH-UNSAFE', path, detail: `The name ${unsafe}.` };
  if (entries.has(keyOf(entry))) return { code: 'FORMAT-INVALID', path, detail: 'The name is listed twice.' };
  return null;
}

/** One file may be listed with several algorithms, each once. */
function keyOf({ path, algorithm }: ListedFile): string {
  return `${algorithm} ${path}`;
}

interface SplitLine {
  readonly isEscaped: boolean;
  readonly tag: string | null;
  readonly name: string;
  readonly hex: string;
}

function splitLine(line: string): SplitLine | null {
  const tagged = TAGGED.exec(line);
  if (tagged !== null) {
    const [, escape, tag = '', name = '', hex = ''] = tagged;
    const digits = Object.hasOwn(tags, tag) ? tags[tag]?.digits : weakTags[tag];
    return digits === hex.length ? { isEscaped: escape === '\\', tag, name, hex } : null;
  }
  const [, escape, hex = '', name = ''] = UNTAGGED.exec(line) ?? [];
  const isKnown = weakLengths.includes(hex.length) || [64, 96, 128].includes(hex.length);
  return isKnown ? { isEscaped: escape === '\\', tag: null, name, hex } : null;
}

function readLine(line: string, listName: string): ListedFile | 'weak' | null {
  const split = splitLine(line);
  if (split === null) return null;
  const { isEscaped, tag, name, hex } = split;
  if (weakLengths.includes(hex.length)) return 'weak';
  const path = isEscaped ? unescapeName(name) : name;
  if (path === null) return null;
  const tagged = tag === null ? undefined : tags[tag]?.algorithm;
  const { algorithm, isGuess } =
    tagged === undefined ? algorithmOf(hex.length, listName) : { algorithm: tagged, isGuess: false };
  return {
    // `find . -type f` puts ./ in front; it means nothing.
    path: path.replace(/^\.\//, ''),
    algorithm,
    digest: hex.toLowerCase(),
    ...(isGuess ? { isGuess } : {}),
  };
}

/**
 * What an untagged digest of this length is. 64 digits are SHA-256 unless the list's name says BLAKE3. 128 are SHA-512 or
 * BLAKE2b, as the name says; when it says neither they are read as SHA-512, and a difference says so.
 */
function algorithmOf(digits: number, listName: string): { algorithm: ListAlgorithm; isGuess: boolean } {
  if (digits === 96) return { algorithm: 'sha384', isGuess: false };
  if (digits === 64)
    return { algorithm: /b(?:lake)?3/i.test(listName) ? 'blake3' : 'sha256', isGuess: false };
  if (/b(?:lake)?2/i.test(listName)) return { algorithm: 'blake2b-512', isGuess: false };
  return { algorithm: 'sha512', isGuess: !/sha-?512/i.test(listName) };
}

/** What reports call a list of these digests; `sha256sums` when there is nothing else in it. */
export function digestListFormat({ entries }: DigestList): string {
  const found = [...new Set(entries.map(({ algorithm }) => algorithm))];
  const [only = 'sha256'] = found;
  return found.length > 1 ? 'digest-list' : `${only.replace('-512', '')}sums`;
}

/** GNU coreutils escapes backslash, line feed and carriage return; anything else after a backslash is an error. */
function unescapeName(raw: string): string | null {
  if (/\\(?![\\nr])/.test(raw.replaceAll('\\\\', ''))) return null;
  return raw.replace(/\\([\\nr])/g, (_, kind: string) => (kind === 'n' ? '\n' : kind === 'r' ? '\r' : '\\'));
}
