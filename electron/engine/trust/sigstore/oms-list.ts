import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { HashAlgorithm } from '#shared/contract/system.ts';
import type { FileRange } from '#engine/core/digest-need.ts';
import { findPathProblem } from '#engine/core/release-path.ts';
import { explainIssues } from '#engine/core/zod-issues.ts';
import type { ListedFile, ListProblem, SignedList } from '../listed-file.ts';

export const OMS_PREDICATE = 'https://model_signing/signature/v1.0';
/** What versions up to 0.2.0 wrote: each file a subject, and no digest of the whole. */
export const OMS_PREDICATE_V02 = 'https://model_signing/Digests/v0.1';
const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';

/** What the signer leaves out of a model unless told otherwise, and before 1.1.0 did not say. */
const gitPaths = ['.git', '.gitattributes', '.github', '.gitignore'];
/** A list that is wrong in more places is not told about in all of them. */
const MAX_PROBLEMS = 100;

const algorithms: Readonly<Record<string, { readonly name: HashAlgorithm; readonly hexLength: number }>> = {
  sha256: { name: 'sha256', hexLength: 64 },
  blake2b: { name: 'blake2b-512', hexLength: 128 },
  blake3: { name: 'blake3', hexLength: 64 },
};

const HashType = z.enum(['sha256', 'blake2b', 'blake3']);
const Name = z.string().min(1).max(4200);

const Serialization = z.strictObject({
  method: z.enum(['files', 'shards']),
  hash_type: HashType,
  allow_symlinks: z.boolean(),
  /** The reference writes 8.0 where the specification wants 8. */
  shard_size: z.number().int().positive().optional(),
  ignore_paths: z.array(z.string().min(1).max(4200)).max(100_000).optional(),
});

const Statement = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  predicateType: z.literal(OMS_PREDICATE),
  subject: z
    .array(z.looseObject({ name: z.string().min(1), digest: z.looseObject({ sha256: z.string() }) }))
    .length(1),
  predicate: z.strictObject({
    serialization: Serialization,
    resources: z.array(z.looseObject({ name: Name, algorithm: z.string(), digest: z.string() })),
  }),
});
type Statement = z.infer<typeof Statement>;
type Resource = Statement['predicate']['resources'][number];

const StatementV02 = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  predicateType: z.literal(OMS_PREDICATE_V02),
  subject: z
    .array(
      z.looseObject({
        name: Name,
        digest: z.strictObject({ sha256: z.string() }),
        annotations: z.looseObject({ actual_hash_algorithm: z.literal('file-sha256') }),
      }),
    )
    .min(1),
  predicate: z.looseObject({}),
});

/** The digest over all digests: what the statement says, and what follows from its list. */
export interface RootDigest {
  readonly expected: string;
  readonly found: string;
}

/** What an OMS statement says is signed. */
export interface OmsList {
  readonly list: SignedList;
  /** Null for version 0.2.0, which had none. */
  readonly root: RootDigest | null;
  /** Version 0.2.0, whose signatures are computed in another way. */
  readonly isVersion02: boolean;
}

/** Is this statement meant to be one of OMS, whatever its predicate type says? */
export function looksLikeOms(statement: unknown): boolean {
  const parsed = z
    .looseObject({ predicateType: z.string().optional(), predicate: z.unknown().optional() })
    .safeParse(statement);
  if (!parsed.success) return false;
  const { predicateType = '', predicate } = parsed.data;
  return (
    predicateType.startsWith('https://model_signing/') ||
    z.looseObject({ serialization: z.unknown(), resources: z.unknown() }).safeParse(predicate).success
  );
}

/** Reads a statement (OMS specification v1.0, section 5); a string says why it cannot be read. */
export function readOmsStatement(statement: unknown): OmsList | string {
  const type = z.looseObject({ predicateType: z.string() }).safeParse(statement).data?.predicateType;
  if (type === OMS_PREDICATE_V02) return readVersion02(statement);
  if (type !== OMS_PREDICATE) return `Its predicate type is ${type ?? 'missing'}, not ${OMS_PREDICATE}.`;
  const parsed = Statement.safeParse(statement);
  if (!parsed.success) return `Its statement is not as OMS v1.0 has it. ${explainIssues(parsed.error)}`;
  const { subject, predicate } = parsed.data;
  const { serialization, resources } = predicate;
  const isSharded = serialization.method === 'shards';
  if (isSharded && serialization.shard_size === undefined) return 'It lists shards and lacks their size.';
  const entries: ListedFile[] = [];
  const problems: ListProblem[] = [];
  for (const resource of resources) {
    const entry = readResource(resource, serialization);
    if (typeof entry === 'string') return entry;
    entries.push(entry);
  }
  const sized = isSharded ? joinShards(entries, serialization.shard_size ?? 0, problems) : entries;
  findNameProblems(sized, isSharded, problems);
  const onlyFile = subject[0]?.name;
  return {
    list: {
      entries: sized,
      problems,
      isWhole: true,
      ignoredPaths: [...gitPaths, ...(serialization.ignore_paths ?? [])].map(tidyPath),
      omitsEmptyFiles: isSharded,
      ...(onlyFile === undefined ? {} : { onlyFile }),
    },
    root: { expected: subject[0]?.digest.sha256 ?? '', found: rootOf(entries) },
    isVersion02: false,
  };
}

function readVersion02(statement: unknown): OmsList | string {
  const parsed = StatementV02.safeParse(statement);
  if (!parsed.success) return `Its statement is not as OMS 0.2.0 wrote it. ${explainIssues(parsed.error)}`;
  const entries: ListedFile[] = [];
  for (const { name, digest } of parsed.data.subject) {
    const entry = readDigest(name, 'sha256', digest.sha256);
    if (typeof entry === 'string') return entry;
    entries.push(entry);
  }
  const problems: ListProblem[] = [];
  findNameProblems(entries, false, problems);
  const list = { entries, problems, isWhole: true, ignoredPaths: gitPaths, omitsEmptyFiles: false };
  return { list, root: null, isVersion02: true };
}

function readResource(
  { name, algorithm, digest }: Resource,
  serialization: Statement['predicate']['serialization'],
) {
  const { method, hash_type: hashType, shard_size: shardSize } = serialization;
  const spellings = method === 'files' ? [hashType] : [hashType, `${hashType}-sharded-${shardSize ?? 0}`];
  if (!spellings.includes(algorithm))
    return `It lists ${name} with ${algorithm}, and says it uses ${hashType}.`;
  return readDigest(name, hashType, digest);
}

function readDigest(path: string, hashType: string, digest: string): ListedFile | string {
  const known = algorithms[hashType];
  if (known?.hexLength !== digest.length || !/^[0-9a-f]+$/.test(digest)) {
    return `The digest of ${path} is not one of ${hashType} in lower-case hex.`;
  }
  return { path, algorithm: known.name, digest };
}

/** `path:start:end` as in the specification: shards of a file follow each other and are all of one size but the last. */
function joinShards(
  entries: readonly ListedFile[],
  shardSize: number,
  problems: ListProblem[],
): ListedFile[] {
  const byPath = new Map<string, { entry: ListedFile; range: FileRange }[]>();
  for (const entry of entries) {
    const match = /^(.+):(0|[1-9]\d{0,15}):(0|[1-9]\d{0,15})$/s.exec(entry.path);
    const [, path = '', start, end] = match ?? [];
    const range = { start: Number(start), end: Number(end) };
    if (match === null || range.end > Number.MAX_SAFE_INTEGER) {
      addProblem(problems, 'FORMAT-INVALID', entry.path, 'A shard is not named path:start:end.');
      continue;
    }
    const known = byPath.get(path);
    if (known === undefined) byPath.set(path, [{ entry, range }]);
    else known.push({ entry, range });
  }
  return [...byPath].flatMap(([path, shards]) => {
    const sizeBytes = shards.at(-1)?.range.end ?? 0;
    const isPartition = shards.every(({ range }, n) => {
      const isLast = n === shards.length - 1;
      const size = range.end - range.start;
      return range.start === n * shardSize && (isLast ? size > 0 && size <= shardSize : size === shardSize);
    });
    if (!isPartition) {
      addProblem(
        problems,
        'FORMAT-INVALID',
        path,
        'Its shards do not follow each other from the first byte on.',
      );
      return [];
    }
    return shards.map(({ entry, range }) => ({ ...entry, path, range, sizeBytes }));
  });
}

/** Names have to be allowed in a release, and stand in the list once: which of two counts would be anybody's guess. */
function findNameProblems(entries: readonly ListedFile[], isSharded: boolean, problems: ListProblem[]): void {
  const seen = new Set<string>();
  for (const { path, range } of entries) {
    if (range !== undefined && range.start > 0) continue;
    if (path === '.' && entries.length === 1 && !isSharded) continue;
    const unsafe = findPathProblem(path);
    if (unsafe !== null) addProblem(problems, 'PATH-UNSAFE', path, `The name ${unsafe}.`);
    else if (seen.has(path)) addProblem(problems, 'FORMAT-INVALID', path, 'The name is listed twice.');
    seen.add(path);
  }
}

function addProblem(problems: ListProblem[], code: ListProblem['code'], path: string, detail: string): void {
  if (problems.length < MAX_PROBLEMS) problems.push({ code, path, detail });
}

/** Always SHA-256 over the raw digests in the order in which they are recorded; never sorted anew (signing.md). */
function rootOf(entries: readonly ListedFile[]): string {
  const hash = createHash('sha256');
  for (const { digest } of entries) hash.update(Buffer.from(digest, 'hex'));
  return hash.digest('hex');
}

function tidyPath(path: string): string {
  return path.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '');
}
