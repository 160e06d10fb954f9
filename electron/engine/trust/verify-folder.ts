import type { Check, VerifyReport } from '#shared/contract/evidence.ts';
import type { FolderListing, FolderPort } from '#engine/core/folder-port.ts';
import type { Progress } from '#engine/core/progress.ts';
import type { AnchorPurpose, Revocation } from '#shared/contract/trust.ts';
import type { TrustAnchor } from './anchor.ts';
import {
  checkComplete,
  checkDigests,
  checkIgnored,
  checkLists,
  checkPaths,
  checkUnsigned,
  findMismatches,
} from './check-files.ts';
import { type CheckedSignature, checkSignature } from './check-signatures.ts';
import { checkDownloads } from './check-downloads.ts';
import { type Coverage, findCoverage } from './coverage.ts';
import { planHashes, sizesOf } from './digest-needs.ts';
import { type Evidence, findEvidence, type FoundList, readSignature } from './find-evidence.ts';
import type { FoundSignature } from './found-signature.ts';
import { digestListFormat } from './formats/digest-list.ts';
import { aboutOneFile, placeSignature } from './place-list.ts';
import { hashFiles, type Hashed } from './hash-files.ts';
import { ageInDays } from './identify.ts';
import { judge } from './judge.ts';
import { checkRevokedDigests, type NamedDigest } from './revoked-digests.ts';
import { baseName, subjectOf } from './signature-names.ts';
import type { KeylessIdentity, TrustQuestion } from './trust-question.ts';

export interface VerifyOptions {
  readonly anchors: readonly TrustAnchor[];
  /** What the bytes are to become: then the signer's anchor has to count for it. */
  readonly model?: string;
  /** What the signature has to vouch for; models by default. */
  readonly purpose?: AnchorPurpose;
  /** Whose keyless signature is expected. */
  readonly identity?: KeylessIdentity | undefined;
  readonly revocations?: readonly Revocation[];
  /** What this site proved about the same bytes before. */
  readonly records?: TrustQuestion['records'];
  /** The moment to judge times at. */
  readonly at: Date;
  /** Paths of files, or of folders, that are left out; the report says so. */
  readonly ignore?: readonly string[];
  /** A signature from elsewhere, beside those in the folder. */
  readonly signature?: HandedInSignature;
  /** Signatures and lists in the folder are files like any other; only the one handed in is checked. */
  readonly onlyHandedIn?: boolean;
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
  const found =
    options.onlyHandedIn === true
      ? { signatures: [], lists: [], downloads: [], unreadable: [] }
      : await findEvidence(folder, listing.files, options.signal);
  const handedIn = options.signature === undefined ? [] : [await assign(options.signature, found, listing)];
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
  const handedIn = signature === undefined ? [] : [await forcedSignature(signature.name, signature.content)];
  const signatures = [...found.signatures, ...handedIn].map((each) => aboutOneFile(each, path));
  const evidence = { lists: [], downloads: [], unreadable: found.unreadable, signatures };
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
  const question = questionOf(options);
  const sizes = sizesOf(listing.files);
  const inMemory = new Map(evidence.lists.map((list) => [list.path, list.bytes]));
  const coverage = findCoverage(sizes, evidence);
  const plan = planHashes(coverage, evidence);
  const canBeRevoked = question.revocations.some(({ kind }) => kind === 'digest');
  if (canBeRevoked) for (const { path } of listing.files) plan.want(path, { algorithm: 'sha256' });
  const hashed = await hashFiles(folder, listing.files, plan, {
    ...options,
    inMemory,
  });
  const signatures: CheckedSignature[] = [];
  for (const signature of evidence.signatures) {
    signatures.push(...(await checkSignature(signature, { folder, sizes, hashed, inMemory, question })));
  }
  const isSigned = signatures.length > 0;
  const checks: Check[] = [
    ...(isSigned ? signatures.flatMap((signature) => signature.checks) : absentSignature(evidence)),
    ...checkExpected(signatures, options.identity),
    ...evidence.unreadable,
    ...checkLists(evidence),
    ...(await checkDownloads(evidence.downloads, { folder, sizes, hashed })),
    ...checkDigests(coverage.expectations, { sizes, hashed }, isSigned),
    ...checkRevokedDigests(question.revocations, namedDigests(listing, hashed)),
    ...checkComplete(coverage, sizes.size, isSigned || evidence.lists.some(isStrong)),
    ...checkUnsigned(coverage),
    ...checkPaths(listing, coverage.expectations),
    ...checkIgnored(listing.ignored),
  ];
  return report({ evidence, coverage, sizes, hashed, signatures, checks, at: options.at });
}

/** A list of nothing but MD5 and the like is as good as none. */
function isStrong({ list }: FoundList): boolean {
  return list.entries.length > 0 || list.problems.length > 0;
}

/** The files whose SHA-256 is known. */
function namedDigests({ files }: Listing, hashed: Hashed): NamedDigest[] {
  return files.flatMap(({ path }) => {
    const hex = hashed.get(path, { algorithm: 'sha256' });
    return hex === undefined ? [] : [{ path, digest: `sha256:${hex}` }];
  });
}

/** What signatures are asked under these options. */
export function questionOf(options: VerifyOptions): TrustQuestion {
  const { anchors, model, at, revocations = [], purpose = 'models', records } = options;
  return { anchors, model, at, revocations, purpose, records };
}

/** Whoever names an identity wants its signature, not just any that counts here. */
function checkExpected(
  signatures: readonly CheckedSignature[],
  wanted: KeylessIdentity | undefined,
): Check[] {
  if (wanted === undefined) return [];
  const signers = signatures.flatMap(({ outcome, identity: { signer, anchor } }) =>
    outcome === 'valid' && signer !== null && anchor !== null ? [signer] : [],
  );
  const isThere = signers.some(({ name, issuer }) => name === wanted.identity && issuer === wanted.issuer);
  if (isThere) return [];
  const expected = `${wanted.identity}, confirmed by ${wanted.issuer}`;
  const found = signers.map(({ name, fingerprint }) => name ?? fingerprint).join(', ') || 'nobody';
  const detail = 'No signature here is proven to be by the identity that was asked for.';
  return [{ id: 'identity.expected', status: 'failed', code: 'SIGNER-UNKNOWN', expected, found, detail }];
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
async function assign(
  { name, content }: HandedInSignature,
  { lists }: Evidence,
  { files }: FolderListing,
): Promise<FoundSignature> {
  const signature = await forcedSignature(name, content);
  if (signature.opened?.signs.kind === 'list') {
    return placeSignature({ ...signature, path: baseName(name) }, new Set(files.map(({ path }) => path)));
  }
  const named = [subjectOf(name), subjectOf(baseName(name))];
  const byName = files.find((file) => named.includes(file.path))?.path;
  const onlyList = lists.length === 1 ? lists[0]?.path : undefined;
  const onlyFile = files.length === 1 ? files[0]?.path : undefined;
  return { ...signature, subject: byName ?? onlyList ?? onlyFile ?? null };
}

/** What somebody hands in as a signature is one, whatever it contains. */
async function forcedSignature(name: string, content: Uint8Array): Promise<FoundSignature> {
  const problem = 'It is not a signature in a format that this version reads.';
  return (
    (await readSignature(name, content, new Set())) ?? {
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
  readonly sizes: ReadonlyMap<string, number>;
  readonly hashed: Hashed;
  readonly signatures: readonly CheckedSignature[];
  readonly checks: readonly Check[];
  readonly at: Date;
}

function report({ evidence, coverage, sizes, hashed, signatures, checks, at }: Outcome): VerifyReport {
  const mismatched = new Set(
    findMismatches(coverage.expectations, { sizes, hashed }).map(({ path }) => path),
  );
  const listed = new Set([...coverage.expectations.map(({ path }) => path), ...coverage.signedFiles]);
  const unread = new Set(hashed.failures.map(({ path }) => path));
  const unproven = new Set(signatures.flatMap(unprovenPaths));
  const isProven = (path: string) =>
    sizes.has(path) && !mismatched.has(path) && !unread.has(path) && !unproven.has(path);
  const valid = signatures.filter(({ outcome }) => outcome === 'valid');
  const signers = valid
    .toSorted((a, b) => Number(b.identity.anchor !== null) - Number(a.identity.anchor !== null))
    .flatMap(({ identity }) => (identity.signer === null ? [] : [identity.signer]));
  const ages = valid.flatMap(({ identity: { anchor } }) => (anchor === null ? [] : [ageInDays(anchor, at)]));
  const proven = valid.flatMap(({ provenAt }) => (provenAt === null ? [] : [provenAt.getTime()]));
  return {
    verdict: judge(checks),
    format: formatOf(evidence),
    signature: signatures.length === 0 ? 'absent' : valid.length === signatures.length ? 'valid' : 'invalid',
    signer: signers[0] ?? null,
    signers,
    checks: [...checks],
    files: {
      listed: listed.size,
      verified: [...listed].filter(isProven).length,
      missing: [...coverage.missing],
      extra: [...coverage.extra],
      mismatched: [...mismatched],
      ignored: [...coverage.ignored],
    },
    provenAt: proven.length === 0 ? null : new Date(Math.max(...proven)).toISOString(),
    checkedAt: at.toISOString(),
    trustAgeDays: ages.length === 0 ? null : Math.max(...ages),
  };
}

/** What only a signature that does not hold vouches for. */
function unprovenPaths({ outcome, signature: { subject, opened } }: CheckedSignature): string[] {
  if (outcome === 'valid') return [];
  const listed = opened?.signs.kind === 'list' ? opened.signs.list.entries.map(({ path }) => path) : [];
  return subject === null ? listed : [subject];
}

function formatOf({ signatures, lists, downloads }: Evidence): string {
  if (signatures.length === 0) {
    const unsigned = lists.map(({ list }) => digestListFormat(list));
    if (downloads.length > 0) unsigned.push('huggingface');
    return unsigned.length === 0 ? 'none' : [...new Set(unsigned)].sort().join(', ');
  }
  const listsByPath = new Map(lists.map(({ path, list }) => [path, list]));
  const names = signatures.map(({ format, subject }) => {
    const list = subject === null ? undefined : listsByPath.get(subject);
    return list === undefined ? format : `${digestListFormat(list)}+${format}`;
  });
  return [...new Set(names)].sort().join(', ');
}
