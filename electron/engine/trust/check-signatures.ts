import type { Check } from '#shared/contract/evidence.ts';
import type { FolderPort } from '#engine/core/folder-port.ts';
import type { TrustAnchor } from './anchor.ts';
import type { FoundSignature } from './find-evidence.ts';
import type { OpenSignature, SignatureFinding, SignedContent } from './formats/signature-format.ts';
import type { Hashed } from './hash-files.ts';
import { type Identity, identify } from './identify.ts';
import { failedRead } from './read-failure.ts';

/** One signature after it was checked. */
export interface CheckedSignature {
  readonly signature: FoundSignature;
  readonly outcome: SignatureFinding['outcome'];
  readonly identity: Identity;
  /** The signature first, then who made it. */
  readonly checks: readonly Check[];
}

interface Surroundings {
  readonly folder: FolderPort;
  readonly paths: ReadonlySet<string>;
  readonly hashed: Hashed;
  readonly inMemory: ReadonlyMap<string, Uint8Array>;
  readonly anchors: readonly TrustAnchor[];
  readonly model?: string | undefined;
  readonly at: Date;
}

/** Checks one signature that is present: it holds, or it is invalid. It is never absent. */
export async function checkSignature(
  signature: FoundSignature,
  surroundings: Surroundings,
): Promise<CheckedSignature> {
  const finding = await findOut(signature, surroundings);
  const identity = identify(signature.path, finding, surroundings);
  const { outcome, expected, found, detail } = finding;
  const check: Check = {
    id: 'signature',
    status: outcome === 'valid' ? 'verified' : 'failed',
    ...(outcome === 'valid' ? {} : { code: 'SIGNATURE-INVALID' }),
    path: signature.path,
    expected,
    found,
    detail,
  };
  return { signature, outcome, identity, checks: [check, ...identity.checks] };
}

async function findOut(signature: FoundSignature, surroundings: Surroundings): Promise<SignatureFinding> {
  const { subject, opened, problem } = signature;
  if (opened === null) return invalid('a signature that can be read', 'one that cannot', problem);
  if (subject === null) {
    const detail =
      'Nothing says which file it signs: its name is not that of a file with .sig or .minisig added.';
    return invalid('the signature of a file', 'a signature of nothing here', detail);
  }
  if (!surroundings.paths.has(subject)) {
    return invalid(subject, 'no such file', 'The file that it signs is not here, so it cannot be checked.');
  }
  const content = await contentFor(opened, subject, surroundings);
  if ('status' in content) {
    return invalid(
      subject,
      'a file that cannot be read',
      content.detail ?? 'The file that it signs cannot be read.',
    );
  }
  return await opened.check(content, surroundings.anchors);
}

async function contentFor(
  { need }: OpenSignature,
  subject: string,
  { folder, hashed, inMemory }: Surroundings,
): Promise<SignedContent | Check> {
  if (need.kind === 'digest') {
    const hex = hashed.get(subject, need.algorithm);
    const failure = hashed.failures.find((check) => check.path === subject);
    if (hex !== undefined) return { kind: 'digest', digest: new Uint8Array(Buffer.from(hex, 'hex')) };
    return failure ?? { id: 'files.read', status: 'failed', path: subject };
  }
  const known = inMemory.get(subject);
  if (known !== undefined) return { kind: 'bytes', bytes: known };
  try {
    return { kind: 'bytes', bytes: await folder.read(subject, need.limitBytes) };
  } catch (error) {
    const check = failedRead(error, subject);
    const limit = `${need.limitBytes / 1024 ** 2} MiB`;
    const advice = `This old kind of signature covers the whole file at once, and at most ${limit} are read for it. Have the signer sign anew (minisign -S), or sign a SHA256SUMS list.`;
    return check.code === 'FORMAT-INVALID' ? { ...check, detail: advice } : check;
  }
}

function invalid(expected: string, found: string, detail: string): SignatureFinding {
  return { outcome: 'invalid', expected, found, detail, key: null };
}
