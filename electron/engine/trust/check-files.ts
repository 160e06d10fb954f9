import type { Check } from '#shared/contract/evidence.ts';
import type { FolderListing } from '#engine/core/folder-port.ts';
import { findCollisions } from '#engine/core/release-path.ts';
import type { Coverage, Expectation } from './coverage.ts';
import type { FoundList } from './find-evidence.ts';
import type { Hashed } from './hash-files.ts';

/** Lists have to be readable to their last line: what was skipped could be what matters. */
export function checkLists(lists: readonly FoundList[]): Check[] {
  return lists.flatMap(({ path, list }) =>
    list.problems.map(({ line, code, path: name, detail }): Check => {
      const id = code === 'PATH-UNSAFE' ? 'paths' : 'files.list';
      const where = `${path}, line ${line}`;
      return { id, status: 'failed', code, path: name ?? path, detail: `${where}: ${detail}` };
    }),
  );
}

/** Those lines of lists whose file is there with other bytes. */
export function findMismatches(expectations: readonly Expectation[], hashed: Hashed): Expectation[] {
  return expectations.filter(({ path, sha256 }) => {
    const found = hashed.get(path, 'sha256');
    return found !== undefined && found !== sha256;
  });
}

/** Every listed file against its digest: one check for each that differs, or one for all that do not. */
export function checkDigests(
  expectations: readonly Expectation[],
  hashed: Hashed,
  isSigned: boolean,
): Check[] {
  const failures = [...hashed.failures];
  for (const { path, sha256, list } of findMismatches(expectations, hashed)) {
    failures.push({
      id: 'files.digest',
      status: 'failed',
      code: 'DIGEST-MISMATCH',
      path,
      expected: `sha256:${sha256}`,
      found: `sha256:${hashed.get(path, 'sha256') ?? ''}`,
      detail: `The bytes are not those that ${list} lists.`,
    });
  }
  if (failures.length > 0) return failures;
  const same = expectations.filter(({ path, sha256 }) => hashed.get(path, 'sha256') === sha256);
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
      detail: `Every file that is there has the SHA-256 that is listed.${limit}`,
    },
  ];
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
  if (missing.length + extra.length > 0) return [...missing, ...extra];
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
    const detail = `${others.join(', ')} would be the same file on some systems.`;
    found.push({ id: 'paths', status: 'failed', code: 'PATH-COLLISION', path: first ?? '', detail });
  }
  if (found.length > 0) return found;
  return [
    { id: 'paths', status: 'verified', detail: 'Only regular files, with names that every system can hold.' },
  ];
}

/** What was left out because somebody asked for it is said, every time. */
export function checkIgnored(ignored: readonly string[]): Check[] {
  if (ignored.length === 0) return [];
  const shown = ignored.slice(0, 20).join(', ');
  const found = ignored.length > 20 ? `${shown} and ${ignored.length - 20} more` : shown;
  return [
    { id: 'files.ignored', status: 'warning', found, detail: 'Left out as asked; nobody vouches for these.' },
  ];
}
