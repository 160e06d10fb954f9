import type { Check, VerifyReport } from '#shared/contract/evidence.ts';
import type { FolderListing, FolderPort } from '#engine/core/folder-port.ts';
import type { Progress } from '#engine/core/progress.ts';
import type { TrustAnchor } from './anchor.ts';
import {
  checkComplete,
  checkDigests,
  checkIgnored,
  checkLists,
  checkPaths,
  findMismatches,
} from './check-files.ts';
import { type CheckedSignature, checkSignature } from './check-signatures.ts';
import { type Coverage, findCoverage } from './coverage.ts';
import { type Evidence, findEvidence, type FoundSignature, readSignature } from './find-evidence.ts';
import { hashFiles, type Hashed, HashPlan } from './hash-files.ts';
import { ageInDays } from './identify.ts';
import { judge } from './judge.ts';
import { baseName, subjectOf } from './signature-names.ts';

export interface VerifyOptions {
  readonly anchors: readonly TrustAnchor[];
  /** What the bytes are to become: then the signer's anchor has to count for it. */
  readonly model?: string;
  /** The moment to judge times at. */
  readonly at: Date;
  /** Paths of files, or of folders, that are left out; the report says so. */
  readonly ignore?: readonly string[];
  /** A signature from elsewhere, beside those in the folder. */
  readonly signature?: HandedInSignature;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

/** `name` is its path when it lies in the folder, else the last part of it. */
export interface HandedInSignature {
  readonly name: string;
  readonly content: Uint8Array;
}

/**
 * Checks every signature and list of digests in a folder, every listed byte, and that nothing is missing or extra. Reads
 * each file once. Never throws for bad input: all that is wrong is in the report. Throws when the medium goes away.
 */
export async function verifyFolder(folder: FolderPort, options: VerifyOptions): Promise<VerifyReport> {
  const listing = leaveOut(await folder.list(), options.ignore ?? []);
  const found = await findEvidence(folder, listing.files, options.signal);
  const handedIn = options.signature === undefined ? [] : [assign(options.signature, found, listing)];
  // A signature in the folder may be handed in too, to say that it is one.
  const others = found.signatures.filter(({ path }) => path !== options.signature?.name);
  const evidence = { ...found, signatures: [...others, ...handedIn] };
  return await verifyEvidence(folder, listing, evidence, options);
}

/**
 * Checks one file against a signature handed in and every signature beside it (`<file>.sig`, `<file>.minisig`, …). Lists
 * of digests are not followed: a list is a file like any other here. `folder` lists the file and may list its neighbours.
 */
export async function verifyFile(
  folder: FolderPort,
  path: string,
  options: VerifyOptions,
): Promise<VerifyReport> {
  const { files, problems, ignored } = leaveOut(await folder.list(), options.ignore ?? []);
  const beside = files.filter((file) => subjectOf(file.path) === path);
  const listing: Listing = {
    files: files.filter((file) => file.path === path || beside.includes(file)),
    problems: problems.filter((problem) => problem.path === path || subjectOf(problem.path) === path),
    ignored,
  };
  const found = await findEvidence(folder, beside, options.signal);
  const { signature } = options;
  const handedIn =
    signature === undefined ? [] : [{ ...forcedSignature(signature.name, signature.content), subject: path }];
  const evidence = {
    lists: [],
    unreadable: found.unreadable,
    signatures: [...found.signatures, ...handedIn],
  };
  return await verifyEvidence(folder, listing, evidence, options);
}

interface Listing extends FolderListing {
  readonly ignored: readonly string[];
}

/** The steps of a verification, one after the other. */
async function verifyEvidence(
  folder: FolderPort,
  listing: Listing,
  evidence: Evidence,
  options: VerifyOptions,
): Promise<VerifyReport> {
  const paths = new Set(listing.files.map((file) => file.path));
  const inMemory = new Map(evidence.lists.map((list) => [list.path, list.bytes]));
  const coverage = findCoverage(paths, evidence);
  const hashed = await hashFiles(folder, listing.files, planHashes(coverage, evidence), {
    ...options,
    inMemory,
  });
  const signatures: CheckedSignature[] = [];
  for (const signature of evidence.signatures) {
    signatures.push(await checkSignature(signature, { ...options, folder, paths, hashed, inMemory }));
  }
  const isSigned = signatures.length > 0;
  const checks: Check[] = [
    ...(isSigned ? signatures.flatMap((signature) => signature.checks) : absentSignature(evidence)),
    ...evidence.unreadable,
    ...checkLists(evidence.lists),
    ...checkDigests(coverage.expectations, hashed, isSigned),
    ...checkComplete(coverage, paths.size, isSigned || evidence.lists.length > 0),
    ...checkPaths(listing, coverage.expectations),
    ...checkIgnored(listing.ignored),
  ];
  return report({ evidence, coverage, hashed, signatures, checks, at: options.at });
}

function planHashes(coverage: Coverage, evidence: Evidence): HashPlan {
  const plan = new HashPlan();
  for (const { path } of coverage.expectations) plan.want(path, 'sha256');
  for (const { subject, opened } of evidence.signatures) {
    if (subject !== null && opened?.need.kind === 'digest') plan.want(subject, opened.need.algorithm);
  }
  return plan;
}

/** Absent is a verdict of its own: nobody vouches for the bytes, however well they fit an unsigned list. */
function absentSignature({ lists }: Evidence): Check[] {
  const listed = lists.length > 0;
  const detail = listed
    ? 'A list of digests is here, and nobody signed it.'
    : 'No signature was found beside or among the files.';
  return [
    {
      id: 'signature',
      status: 'not-checked',
      code: 'SIGNATURE-ABSENT',
      expected: 'a signature',
      found: listed ? 'an unsigned list' : 'none',
      detail,
    },
    {
      id: 'identity',
      status: 'not-checked',
      detail: 'Without a signature nobody is known to have sent this.',
    },
  ];
}

/** A signature from elsewhere: it signs the file or list that its name says, else the only list, else the only file. */
function assign(
  { name, content }: HandedInSignature,
  { lists }: Evidence,
  { files }: FolderListing,
): FoundSignature {
  const named = [subjectOf(name), subjectOf(baseName(name))];
  const byName = files.find((file) => named.includes(file.path))?.path;
  const onlyList = lists.length === 1 ? lists[0]?.path : undefined;
  const onlyFile = files.length === 1 ? files[0]?.path : undefined;
  return { ...forcedSignature(name, content), subject: byName ?? onlyList ?? onlyFile ?? null };
}

/** What somebody hands in as a signature is one, whatever it contains. */
function forcedSignature(name: string, content: Uint8Array): FoundSignature {
  const problem = 'It is not a signature in a format that this version reads.';
  return (
    readSignature(name, content, new Set()) ?? {
      path: name,
      format: 'unknown',
      subject: null,
      opened: null,
      problem,
    }
  );
}

function leaveOut({ files, problems }: FolderListing, ignore: readonly string[]): Listing {
  const asked = ignore.map((path) => path.replace(/^\.\//, '').replace(/\/+$/, ''));
  const isIgnored = ({ path }: { path: string }) =>
    asked.some((each) => path === each || path.startsWith(`${each}/`));
  return {
    files: files.filter((file) => !isIgnored(file)),
    problems: problems.filter((problem) => !isIgnored(problem)),
    ignored: [...files, ...problems].filter(isIgnored).map(({ path }) => path),
  };
}

interface Outcome {
  readonly evidence: Evidence;
  readonly coverage: Coverage;
  readonly hashed: Hashed;
  readonly signatures: readonly CheckedSignature[];
  readonly checks: readonly Check[];
  readonly at: Date;
}

function report({ evidence, coverage, hashed, signatures, checks, at }: Outcome): VerifyReport {
  const mismatched = new Set(findMismatches(coverage.expectations, hashed).map(({ path }) => path));
  const listed = new Set([...coverage.expectations.map(({ path }) => path), ...coverage.signedFiles]);
  const unproven = new Set(
    signatures.flatMap(({ outcome, signature }) => (outcome === 'invalid' ? [signature.subject] : [])),
  );
  const isProven = (path: string) =>
    !mismatched.has(path) &&
    !unproven.has(path) &&
    (hashed.get(path, 'sha256') !== undefined || coverage.signedFiles.includes(path));
  const valid = signatures.filter(({ outcome }) => outcome === 'valid');
  const best = valid.find(({ identity }) => identity.anchor !== null) ?? valid[0];
  const ages = valid.flatMap(({ identity: { anchor } }) => (anchor === null ? [] : [ageInDays(anchor, at)]));
  return {
    verdict: judge(checks),
    format: formatOf(evidence),
    signature: signatures.length === 0 ? 'absent' : valid.length === signatures.length ? 'valid' : 'invalid',
    signer: best?.identity.signer ?? null,
    checks: [...checks],
    files: {
      listed: listed.size,
      verified: [...listed].filter(isProven).length,
      missing: [...coverage.missing],
      extra: [...coverage.extra],
      mismatched: [...mismatched],
    },
    checkedAt: at.toISOString(),
    trustAgeDays: ages.length === 0 ? null : Math.max(...ages),
  };
}

function formatOf({ signatures, lists }: Evidence): string {
  if (signatures.length === 0) return lists.length > 0 ? 'sha256sums' : 'none';
  const listPaths = new Set(lists.map(({ path }) => path));
  const names = signatures.map(({ format, subject }) =>
    subject !== null && listPaths.has(subject) ? `sha256sums+${format}` : format,
  );
  return [...new Set(names)].sort().join(', ');
}
