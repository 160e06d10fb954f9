import { findPathProblem } from '#engine/core/release-path.ts';
import type { DigestList, ListedFile, ListProblem } from '../listed-file.ts';

const GNU = /^(\\?)([0-9A-Fa-f]{64}) [ *](.+)$/;
const BSD = /^(\\?)SHA256 \((.+)\) = ([0-9A-Fa-f]{64})$/;
/** Bytes looked at to find the first line that says something. */
const HEAD_BYTES = 16_384;

/** Does the first line that is neither blank nor a comment look like one of such a list? */
export function looksLikeSha256sums(content: Uint8Array): boolean {
  const head = Buffer.from(content.subarray(0, HEAD_BYTES)).toString('latin1').split(/\r?\n/);
  const first = head.find((line) => line !== '' && !line.startsWith('#'));
  return first !== undefined && (GNU.test(first) || BSD.test(first));
}

/**
 * Reads GNU lines (`<hex>  name`, `<hex> *name`, escaped names after a backslash) and BSD lines (`SHA256 (name) = <hex>`).
 * Stricter than `sha256sum --check`, which skips what it cannot read: here such a line, an unsafe name or a name listed
 * twice is a problem.
 */
export function parseSha256sums(content: Uint8Array): DigestList {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return { entries: [], problems: [{ line: 1, code: 'FORMAT-INVALID', detail: 'The list is not UTF-8.' }] };
  }
  const entries = new Map<string, ListedFile>();
  const problems: ListProblem[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const entry = parseLine(line);
    if (entry === null) {
      problems.push({
        line: index + 1,
        code: 'FORMAT-INVALID',
        detail: 'The line is not a SHA-256 and a name.',
      });
      continue;
    }
    const problem = findPathProblem(entry.path);
    if (problem !== null) {
      problems.push({
        line: index + 1,
        code: 'PATH-UNSAFE',
        path: entry.path,
        detail: `The name ${problem}.`,
      });
    } else if (entries.has(entry.path)) {
      problems.push({
        line: index + 1,
        code: 'FORMAT-INVALID',
        path: entry.path,
        detail: 'The name is listed twice.',
      });
    } else entries.set(entry.path, entry);
  }
  if (entries.size === 0 && problems.length === 0) {
    problems.push({ line: 1, code: 'FORMAT-INVALID', detail: 'The list names no file.' });
  }
  return { entries: [...entries.values()], problems };
}

function parseLine(line: string): ListedFile | null {
  const gnu = GNU.exec(line);
  const bsd = gnu === null ? BSD.exec(line) : null;
  const escaped = (gnu ?? bsd)?.[1] === '\\';
  const raw = gnu?.[3] ?? bsd?.[2];
  const sha256 = (gnu?.[2] ?? bsd?.[3])?.toLowerCase();
  if (raw === undefined || sha256 === undefined) return null;
  const name = escaped ? unescapeName(raw) : raw;
  // `find . -type f` puts ./ in front; it means nothing.
  return name === null ? null : { path: name.replace(/^\.\//, ''), algorithm: 'sha256', digest: sha256 };
}

/** GNU coreutils escapes backslash, line feed and carriage return; anything else after a backslash is an error. */
function unescapeName(raw: string): string | null {
  if (/\\(?![\\nr])/.test(raw.replaceAll('\\\\', ''))) return null;
  return raw.replace(/\\([\\nr])/g, (_, kind: string) => (kind === 'n' ? '\n' : kind === 'r' ? '\r' : '\\'));
}
