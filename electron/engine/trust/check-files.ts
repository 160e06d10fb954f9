import type { Check } from '#shared/contract/evidence.ts';
import type { FolderListing } from '#engine/core/folder-port.ts';
import { findCollisions } from '#engine/core/release-path.ts';
import type { Coverage, Expectation } from './coverage.ts';
import type { Evidence } from './find-evidence.ts';
import { type DigestList, type ListProblem, shownEntry } from './listed-file.ts';
import type { Hashed } from './hash-files.ts';

/** So many differences of one kind are told one by one: the report counts the rest, and its `files` name every one. */
const MAX_TOLD = 1000;

function tellSome(checks: readonly Check[]): Check[] {
  const [first] = checks;
  if (first === undefined || checks.length <= MAX_TOLD) return [...checks];
  const { id, status, code } = first;
  const found = `${checks.length - MAX_TOLD} more`;
  const detail = 'There are more of these than are told one by one.';
  const rest: Check = { id, status, found, detail, ...(code === undefined ? {} : { code }) };
  return [...checks.slice(0, MAX_TOLD), rest];
}

/** Lists have to be readable to their last line: what was skipped could be what matters. */
export function checkLists({ lists, signatures }: Evidence): Check[] {
  const signed = signatures.flatMap(({ path, opened }) =>
    opened?.signs.kind === 'list' ? [{ path, list: opened.signs.list }] : [],
  );
  return [...lists, ...signed].flatMap(({ path, list }) => [
    ...tellSome(list.problems.map((problem) => listProblem(path, problem))),
    ...weakList(path, list),
  ]);
}

/** Nobody is misled by a list of MD5 sums into thinking that something was checked. */
function weakList(path: string, { weakLines = 0 }: DigestList): Check[] {
  if (weakLines === 0) return [];
  const found = `${weakLines} ${weakLines === 1 ? 'line' : 'lines'} with MD5, SHA-1 or SHA-224`;
  const detail = 'Such digests can be forged, so these lines count for nothing.';
  return [{ id: 'files.list', status: 'warning', path, expected: 'SHA-256 or stronger', found, detail }];
}

function listProblem(list: string, { line, code, path, detail }: ListProblem): Check {
  const id = code === 'PATH-UNSAFE' || code === 'PATH-COLLISION' ? 'paths' : 'files.list';
  const where = line === undefined ? list : `${list}, line ${line}`;
  return { id, status: 'failed', code, path: path ?? list, detail: `${where}: ${detail}` };
}

/** What is on the medium, as far as it was looked at. */
export interface FoundFiles {
  readonly sizes: ReadonlyMap<string, number>;
  readonly hashed: Hashed;
}

/** Those entries of lists whose file is there with other bytes, or another number of them. */
export function findMismatches(expectations: readonly Expectation[], files: FoundFiles): Expectation[] {
  return expectations.filter(
    (expectation) =>
      files.sizes.has(expectation.path) && !isUnread(expectation, files) && !isAsListed(expectation, files),
  );
}

function isAsListed(
  { path, digest, sizeBytes, ...need }: Expectation,
  { sizes, hashed }: FoundFiles,
): boolean {
  return hashed.get(path, need) === digest && (sizeBytes === undefined || sizes.get(path) === sizeBytes);
}

/** It could not be read, which is said elsewhere. */
function isUnread({ path }: Expectation, { hashed }: FoundFiles): boolean {
  return hashed.failures.some((failure) => failure.path === path);
}

/** Every listed file against its digest: one check for each that differs, or one for all that do not. */
export function checkDigests(
  expectations: readonly Expectation[],
  files: FoundFiles,
  isSigned: boolean,
): Check[] {
  const failures = [
    ...files.hashed.failures,
    ...findMismatches(expectations, files).map((expectation) => mismatch(expectation, files)),
  ];
  if (failures.length > 0) return tellSome(failures);
  const same = expectations.filter((expectation) => isAsListed(expectation, files));
  if (same.length === 0) return [];
  const counted = `${same.length} listed ${same.length === 1 ? 'digest' : 'digests'}`;
  const limit = isSigned
    ? ''
    : ' The list is not signed: this shows that nothing was damaged, not who sent it.';
  return [
    {
      id: 'files.digest',
      status: 'verified',
      expected: counted,
      found: `${same.length} equal`,
      detail: `Every file that is there has the digest that is listed.${limit}`,
    },
  ];
}

function mismatch(expectation: Expectation, { sizes, hashed }: FoundFiles): Check {
  const { path, algorithm, digest, list, sizeBytes } = expectation;
  const found = hashed.get(path, expectation);
  const check: Check = { id: 'files.digest', status: 'failed', code: 'DIGEST-MISMATCH', path };
  if (found === digest || found === undefined) {
    const detail = `The file is not as long as ${list} lists it.`;
    const expected = `${sizeBytes ?? expectation.range?.end ?? 0} bytes`;
    return { ...check, expected, found: `${sizes.get(path) ?? 0} bytes`, detail };
  }
  const guess =
    expectation.isGuess === true
      ? ' The list does not say whether it means SHA-512 or BLAKE2b, and was read as SHA-512.'
      : '';
  return {
    ...check,
    expected: `${algorithm}:${digest}`,
    found: `${algorithm}:${found}`,
    detail: `The bytes of ${shownEntry(expectation)} are not those that ${list} lists.${guess}`,
  };
}

/** Every listed or signed file is there, and nothing else is. */
export function checkComplete(coverage: Coverage, fileCount: number, hasEvidence: boolean): Check[] {
  if (fileCount === 0) {
    return [
      { id: 'files.complete', status: 'failed', code: 'SOURCE-EMPTY', detail: 'There is no file here.' },
    ];
  }
  if (!hasEvidence) {
    const detail = 'Nothing here lists or signs the files. A signed SHA256SUMS would.';
    return [{ id: 'files.complete', status: 'not-checked', found: `${fileCount} files`, detail }];
  }
  const missing = coverage.missing.map((path): Check => {
    const detail = 'The file is listed or signed, and is not here.';
    return { ...incomplete, path, expected: 'the file', found: 'no file', detail };
  });
  const extra = coverage.extra.map((path): Check => {
    const detail = 'The file is here, and nothing that counts lists or signs it.';
    return { ...incomplete, path, expected: 'no such file', found: 'a file', detail };
  });
  if (missing.length + extra.length > 0) return [...tellSome(missing), ...tellSome(extra)];
  return [{ id: 'files.complete', status: 'verified', detail: 'Nothing is missing and nothing is extra.' }];
}

const incomplete = { id: 'files.complete', status: 'failed', code: 'DIGEST-MISMATCH' } as const;

/** Links, devices, unsafe and colliding names: on the medium, and in what lists say. */
export function checkPaths(
  { files, problems }: FolderListing,
  expectations: readonly Expectation[],
): Check[] {
  const found = problems.map(({ path, code, detail }): Check => ({
    id: 'paths',
    status: 'failed',
    code,
    path,
    detail,
  }));
  const names = new Set([...files.map(({ path }) => path), ...expectations.map(({ path }) => path)]);
  const known = new Set(problems.map(({ path }) => path));
  for (const [first, ...others] of findCollisions([...names])) {
    if ([first, ...others].some((path) => known.has(path ?? ''))) continue;
    const detail = `${shorten(others)} would be the same file on some systems.`;
    found.push({ id: 'paths', status: 'failed', code: 'PATH-COLLISION', path: first ?? '', detail });
  }
  if (found.length > 0) return tellSome(found);
  return [
    { id: 'paths', status: 'verified', detail: 'Only regular files, with names that every system can hold.' },
  ];
}

/** What a signer left out is unsigned: nobody vouches for it, and it does not become part of a release. */
export function checkUnsigned({ ignored }: Coverage): Check[] {
  if (ignored.length === 0) return [];
  const detail =
    'Left out of what was signed, by the signer or by the program that downloaded it: nobody vouches for these.';
  return [{ id: 'files.unsigned', status: 'warning', found: shorten(ignored), detail }];
}

/** What was left out because somebody asked for it is said, every time. */
export function checkIgnored(ignored: readonly string[]): Check[] {
  if (ignored.length === 0) return [];
  const detail = 'Left out as asked; nobody vouches for these.';
  return [{ id: 'files.ignored', status: 'warning', found: shorten(ignored), detail }];
}

function shorten(paths: readonly string[]): string {
  const shown = paths.slice(0, 20).join(', ');
  return paths.length > 20 ? `${shown} and ${paths.length - 20} more` : shown;
}
