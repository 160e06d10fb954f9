import type { Check } from '#shared/contract/evidence.ts';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import { type DigestNeed, digestKey } from '#engine/core/digest-need.ts';
import type { FolderPort } from '#engine/core/folder-port.ts';
import type { FoundSignature } from './found-signature.ts';
import type { ContentNeed, SignatureFinding, SignedContent } from './formats/signature-format.ts';
import type { Hashed } from './hash-files.ts';
import { type Identity, identify } from './identify.ts';
import { failedRead } from './read-failure.ts';
import type { TrustQuestion } from './trust-question.ts';

/** One signature after it was checked. */
export interface CheckedSignature {
  readonly signature: FoundSignature;
  readonly outcome: SignatureFinding['outcome'];
  readonly identity: Identity;
  readonly provenAt: Date | null;
  /** The signature first, then who made it. */
  readonly checks: readonly Check[];
}

interface Surroundings {
  readonly folder: FolderPort;
  readonly sizes: ReadonlyMap<string, number>;
  readonly hashed: Hashed;
  readonly inMemory: ReadonlyMap<string, Uint8Array>;
  readonly question: TrustQuestion;
}

/** Checks what one signature file holds: each signature in it holds, or it is invalid. It is never absent. */
export async function checkSignature(
  signature: FoundSignature,
  surroundings: Surroundings,
): Promise<CheckedSignature[]> {
  const findings = await findOut(signature, surroundings);
  return findings.map((finding) => {
    const identity = identify(signature, finding, surroundings.question);
    const { outcome, expected, found, detail, provenAt = null } = finding;
    const check: Check = {
      id: 'signature',
      status: outcome === 'valid' ? 'verified' : 'failed',
      ...(outcome === 'valid' ? {} : { code: 'SIGNATURE-INVALID' }),
      path: signature.path,
      expected,
      found,
      detail,
    };
    return { signature, outcome, identity, provenAt, checks: [check, ...identity.checks] };
  });
}

async function findOut(
  signature: FoundSignature,
  surroundings: Surroundings,
): Promise<readonly SignatureFinding[]> {
  const { subject, opened, problem } = signature;
  const { question } = surroundings;
  if (opened === null) return invalid('a signature that can be read', 'one that cannot', problem);
  if (opened.signs.kind !== 'file') return await opened.check({ kind: 'list' }, question);
  if (subject === null) {
    const detail =
      'Nothing says which file it signs: its name is not that of a file with .sig or .minisig added.';
    return invalid('the signature of a file', 'a signature of nothing here', detail);
  }
  if (!surroundings.sizes.has(subject)) {
    return invalid(subject, 'no such file', 'The file that it signs is not here, so it cannot be checked.');
  }
  try {
    const content = await contentFor(opened.signs.need, subject, surroundings);
    return await opened.check(content, question);
  } catch (error) {
    const { detail = 'The file that it signs cannot be read.' } = failedRead(error, subject);
    return invalid(subject, 'a file that cannot be read', detail);
  }
}

/** Throws what the folder throws. */
async function contentFor(
  need: ContentNeed,
  subject: string,
  { folder, hashed, inMemory }: Surroundings,
): Promise<SignedContent> {
  const known = inMemory.get(subject);
  switch (need.kind) {
    case 'digest': {
      const hex = hashed.get(subject, { algorithm: need.algorithm });
      if (hex === undefined) throw unreadable(subject, hashed);
      return { kind: 'digest', digest: new Uint8Array(Buffer.from(hex, 'hex')) };
    }
    case 'digests':
      return { kind: 'digests', digestOf: digestsOf(need.needs, subject, hashed) };
    case 'stream':
      return { kind: 'stream', blocks: known === undefined ? folder.stream(subject) : oneBlock(known) };
    case 'bytes':
      return { kind: 'bytes', bytes: known ?? (await readWhole(folder, subject, need.limitBytes)) };
  }
}

function digestsOf(
  needs: readonly DigestNeed[],
  subject: string,
  hashed: Hashed,
): (need: DigestNeed) => Uint8Array {
  const digests = new Map<string, Uint8Array>();
  for (const need of needs) {
    const hex = hashed.get(subject, need);
    if (hex === undefined) throw unreadable(subject, hashed);
    digests.set(digestKey(need), new Uint8Array(Buffer.from(hex, 'hex')));
  }
  return (need) => {
    const digest = digests.get(digestKey(need));
    if (digest === undefined) throw new RangeError(`${digestKey(need)} was not asked for`);
    return digest;
  };
}

function unreadable(subject: string, hashed: Hashed): AppError {
  const failure = hashed.failures.find((check) => check.path === subject);
  const message = failure?.detail ?? 'The file that it signs cannot be read.';
  return new AppError('FILE-UNREADABLE', message, { path: subject });
}

async function readWhole(folder: FolderPort, subject: string, limitBytes: number): Promise<Uint8Array> {
  try {
    return await folder.read(subject, limitBytes);
  } catch (error) {
    const known = asAppError(error, subject);
    if (known.code !== 'FORMAT-INVALID') throw known;
    const limit = `${limitBytes / 1024 ** 2} MiB`;
    const advice = `This old kind of signature covers the whole file at once, and at most ${limit} are read for it. Have the signer sign anew (minisign -S), or sign a SHA256SUMS list.`;
    throw new AppError('FORMAT-INVALID', advice, known.details, known);
  }
}

async function* oneBlock(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

function invalid(expected: string, found: string, detail: string): SignatureFinding[] {
  return [{ outcome: 'invalid', expected, found, detail, key: null }];
}
