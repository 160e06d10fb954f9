import type { Evidence, FoundList } from './find-evidence.ts';
import type { FoundSignature } from './found-signature.ts';
import { isDownloadBookkeeping } from './formats/huggingface.ts';
import type { ListedFile, SignedList } from './listed-file.ts';
import { folderOf } from './signature-names.ts';

/** One line of a list, with the path as the folder knows it. */
export interface Expectation extends ListedFile {
  /** The list, or the signature, that says so. */
  readonly list: string;
}

/** Which files somebody vouches for, and which nobody does. */
export interface Coverage {
  readonly expectations: readonly Expectation[];
  /** Files that are signed themselves, and are not lists. */
  readonly signedFiles: readonly string[];
  readonly missing: readonly string[];
  readonly extra: readonly string[];
  /** Here, and left out of a signed list by its signer, or made by the program that downloaded the files. */
  readonly ignored: readonly string[];
}

/**
 * As soon as anything is signed, only signatures cover: the files they sign or list, and what a covered list names. Every
 * other file is extra, also a list that nobody signed (its lines are checked all the same). Without any signature, lists
 * cover what they name, which proves that nothing was damaged and not who sent it. Signature files are never extra.
 */
export function findCoverage(sizes: ReadonlyMap<string, number>, evidence: Evidence): Coverage {
  const { signatures, lists, downloads } = evidence;
  const signedLists = signatures.flatMap((signature) => signedListOf(signature));
  const expectations = [...lists.flatMap(expectationsOf), ...signedLists.flatMap(signedExpectations)];
  const subjects = signatures.flatMap(({ subject }) => (subject === null ? [] : [subject]));
  const isSigned = signatures.length > 0;
  const covered = new Set(isSigned ? subjects : lists.map(({ path }) => path));
  for (const { list } of signedLists) for (const { path } of list.entries) covered.add(path);
  followLists(covered, lists);
  const evidenceFiles = new Set(signatures.map(({ path }) => path));
  const listPaths = new Set(lists.map(({ path }) => path));
  const uncovered = [...sizes.keys()].filter((path) => !covered.has(path) && !evidenceFiles.has(path));
  const noted = new Set(downloads.map(({ path }) => path));
  const leftOut = new Set(signedLists.flatMap(({ list }) => list.ignoredPaths));
  const omitsEmptyFiles = signedLists.some(({ list }) => list.omitsEmptyFiles);
  const isIgnored = (path: string) =>
    noted.has(path) ||
    isDownloadBookkeeping(path, sizes.get(path)) ||
    isBelowAny(path, leftOut) ||
    (omitsEmptyFiles && sizes.get(path) === 0);
  return {
    expectations,
    signedFiles: unique(subjects.filter((path) => sizes.has(path) && !listPaths.has(path))),
    missing: unique([...wantedPaths(lists, signedLists), ...subjects]).filter((path) => !sizes.has(path)),
    extra: uncovered.filter((path) => !isIgnored(path)),
    ignored: uncovered.filter(isIgnored),
  };
}

interface FoundSignedList {
  readonly path: string;
  readonly list: SignedList;
}

function signedListOf({ path, opened }: FoundSignature): FoundSignedList[] {
  return opened?.signs.kind === 'list' ? [{ path, list: opened.signs.list }] : [];
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
  return list.entries.map((entry) => ({ ...entry, path: folder + entry.path, list: path }));
}

function signedExpectations({ path, list }: FoundSignedList): Expectation[] {
  return list.entries.map((entry) => ({ ...entry, list: path }));
}

function wantedPaths(lists: readonly FoundList[], signedLists: readonly FoundSignedList[]): string[] {
  return [
    ...lists.flatMap(expectationsOf).map(({ path }) => path),
    ...signedLists.flatMap(({ list }) => (list.isWhole ? list.entries.map(({ path }) => path) : [])),
  ];
}

/** Is the path one of these, or below one? */
function isBelowAny(path: string, places: ReadonlySet<string>): boolean {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (places.has(path.slice(0, end))) return true;
  }
  return false;
}

function unique(paths: readonly string[]): string[] {
  return [...new Set(paths)];
}
