import type { Evidence, FoundList } from './find-evidence.ts';
import { folderOf } from './signature-names.ts';

/** One line of a list, with the path as the folder knows it. */
export interface Expectation {
  readonly path: string;
  readonly sha256: string;
  /** The list that says so. */
  readonly list: string;
}

/** Which files somebody vouches for, and which nobody does. */
export interface Coverage {
  readonly expectations: readonly Expectation[];
  /** Files that are signed themselves, and are not lists. */
  readonly signedFiles: readonly string[];
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

/**
 * As soon as anything is signed, only signatures cover: the files they sign, and what a covered list names. Every other
 * file is extra, also a list that nobody signed (its lines are checked all the same). Without any signature, lists cover
 * what they name, which proves that nothing was damaged and not who sent it. Signature files are never extra.
 */
export function findCoverage(paths: ReadonlySet<string>, { signatures, lists }: Evidence): Coverage {
  const expectations = lists.flatMap(expectationsOf);
  const subjects = signatures.flatMap(({ subject }) => (subject === null ? [] : [subject]));
  const isSigned = signatures.length > 0;
  const covered = new Set(isSigned ? subjects : lists.map(({ path }) => path));
  followLists(covered, lists);
  const evidenceFiles = new Set(signatures.map(({ path }) => path));
  const listPaths = new Set(lists.map(({ path }) => path));
  const wanted = [...expectations.map(({ path }) => path), ...subjects];
  return {
    expectations,
    signedFiles: unique(subjects.filter((path) => paths.has(path) && !listPaths.has(path))),
    missing: unique(wanted.filter((path) => !paths.has(path))),
    extra: [...paths].filter((path) => !covered.has(path) && !evidenceFiles.has(path)),
  };
}

/** A covered list covers what it names, and so do lists among those. */
function followLists(covered: Set<string>, lists: readonly FoundList[]): void {
  const left = new Set(lists);
  for (let grew = true; grew;) {
    grew = false;
    for (const list of left) {
      if (!covered.has(list.path)) continue;
      left.delete(list);
      grew = true;
      for (const { path } of expectationsOf(list)) covered.add(path);
    }
  }
}

function expectationsOf({ path, list }: FoundList): Expectation[] {
  const folder = folderOf(path);
  return list.entries.map((entry) => ({ path: folder + entry.path, sha256: entry.sha256, list: path }));
}

function unique(paths: readonly string[]): string[] {
  return [...new Set(paths)];
}
