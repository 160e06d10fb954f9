import type { DigestNeed } from '#engine/core/digest-need.ts';
import type { FileEntry, FolderPort } from '#engine/core/folder-port.ts';
import { type Coverage, findCoverage } from './coverage.ts';
import { type Evidence, findEvidence } from './find-evidence.ts';
import { HashPlan } from './hash-files.ts';

/**
 * The digests that verification will ask for, per file: whoever copies a folder and verifies the copy computes them in the
 * same pass. Looks for evidence as verification does.
 */
export async function findDigestNeeds(
  folder: FolderPort,
  files: readonly FileEntry[],
): Promise<ReadonlyMap<string, readonly DigestNeed[]>> {
  const evidence = await findEvidence(folder, files);
  const plan = planHashes(findCoverage(sizesOf(files), evidence), evidence);
  return new Map(files.map(({ path }) => [path, plan.wants(path)]));
}

/** Every digest that lists and signatures will be compared with. */
export function planHashes(
  coverage: Coverage,
  evidence: Pick<Evidence, 'signatures' | 'downloads'>,
): HashPlan {
  const plan = new HashPlan();
  for (const expectation of coverage.expectations) plan.want(expectation.path, expectation);
  for (const { metadata } of evidence.downloads) {
    if (typeof metadata !== 'string' && metadata.etag.kind === 'sha256')
      plan.want(metadata.path, { algorithm: 'sha256' });
  }
  for (const { subject, opened } of evidence.signatures) {
    if (subject === null || opened?.signs.kind !== 'file') continue;
    const { need } = opened.signs;
    if (need.kind === 'digest') plan.want(subject, need);
    else if (need.kind === 'digests') for (const each of need.needs) plan.want(subject, each);
  }
  return plan;
}

/** The files of a listing by their path. */
export function sizesOf(files: readonly FileEntry[]): Map<string, number> {
  return new Map(files.map(({ path, sizeBytes }) => [path, sizeBytes]));
}
