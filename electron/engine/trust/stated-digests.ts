import type { FileEntry, FolderPort } from '#engine/core/folder-port.ts';
import { type CheckedSignature, checkSignature } from './check-signatures.ts';
import { findCoverage } from './coverage.ts';
import { sizesOf } from './digest-needs.ts';
import { type Evidence, findEvidence } from './find-evidence.ts';
import { HashPlan, hashFiles } from './hash-files.ts';
import { questionOf, verifyFile, type VerifyOptions } from './verify-folder.ts';

/** What a list says that a file's SHA-256 is. */
export interface StatedDigest {
  /** Hex. */
  readonly sha256: string;
  /** Whether the list bears a signature that holds, by an anchor that counts here, or is in one. */
  readonly isSigned: boolean;
}

/**
 * The SHA-256 that lists in the folder state for its files, and for which of them somebody known answers. Reads lists and
 * signatures only. Files that two lists name differently are left out: reading them is the only way to know.
 */
export async function findStatedDigests(
  folder: FolderPort,
  files: readonly FileEntry[],
  options: VerifyOptions,
): Promise<Map<string, StatedDigest>> {
  const evidence = await findEvidence(folder, files, options.signal);
  const sound = evidence.lists.filter(({ list }) => list.problems.length === 0);
  const signed = new Set<string>();
  for (const { path } of sound) {
    if (!evidence.signatures.some(({ subject }) => subject === path)) continue;
    const { verdict } = await verifyFile(folder, path, options);
    if (verdict === 'verified') signed.add(path);
  }
  for (const path of await listsInSignatures(folder, files, evidence, options)) signed.add(path);
  const { expectations } = findCoverage(sizesOf(files), { ...evidence, lists: sound });
  const stated = new Map<string, StatedDigest>();
  const disputed = new Set<string>();
  for (const { path, algorithm, range, digest, list } of expectations) {
    if (algorithm !== 'sha256' || range !== undefined) continue;
    const before = stated.get(path);
    if (before !== undefined && before.sha256 !== digest) disputed.add(path);
    stated.set(path, { sha256: digest, isSigned: signed.has(list) || before?.isSigned === true });
  }
  for (const path of disputed) stated.delete(path);
  return stated;
}

/** The signatures that hold a list themselves and of which each part is by an anchor that counts here, in every respect. */
async function listsInSignatures(
  folder: FolderPort,
  files: readonly FileEntry[],
  { signatures }: Evidence,
  options: VerifyOptions,
): Promise<string[]> {
  const inMemory = new Map<string, Uint8Array>();
  const hashed = await hashFiles(folder, [], new HashPlan(), { ...options, inMemory });
  const surroundings = { folder, sizes: sizesOf(files), hashed, inMemory, question: questionOf(options) };
  const paths: string[] = [];
  for (const signature of signatures) {
    if (signature.opened?.signs.kind !== 'list') continue;
    const checked = await checkSignature(signature, surroundings);
    if (checked.length > 0 && checked.every(holdsInFull)) paths.push(signature.path);
  }
  return paths;
}

function holdsInFull({ outcome, checks }: CheckedSignature): boolean {
  return outcome === 'valid' && checks.every(({ status }) => status === 'verified');
}
