import type { Check, VerifyReport } from '#shared/contract/evidence.ts';
import type { ReadTurns } from '#engine/core/read-turns.ts';
import type { Progress } from '#engine/core/progress.ts';
import type { HashedFile, HashPool } from '#engine/hashing/hash-pool.ts';
import type { TrustBasis } from '#engine/trust/trust-question.ts';
import { nameOnVolume } from './names.ts';
import { openSet } from './open-set.ts';
import type { SetVolume } from './set-volume.ts';
import {
  findDigestTrouble,
  listTrouble,
  missingTrouble,
  type PartTrouble,
  readTrouble,
  sizeTrouble,
} from './part-digest.ts';
import { extraCheck, reportOf } from './report.ts';
import type { SetFolder } from './set-folder.ts';
import type { LocatedPart } from './set-statement.ts';

export interface VerifySetOptions extends TrustBasis {
  readonly pool: HashPool;
  readonly devices: ReadTurns;
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
}

/**
 * Checks a set in place and in full: control files first, then every payload file of every volume at hand, one after the
 * other. Takes nothing in and never throws for bad input: everything that is wrong is a check. `folders` are the set's
 * folders, in any order (find-sets.ts of the media room finds them).
 */
export async function verifySet(
  folders: readonly SetFolder[],
  options: VerifySetOptions,
): Promise<VerifyReport> {
  const { signal, progress } = options;
  progress?.phase('checking the control files', 1, 2, null);
  const opened = await openSet(folders, options);
  const due = opened.volumes.flatMap((volume) => partsOn(volume, opened.parts));
  progress?.phase(
    'reading the files',
    2,
    2,
    due.reduce((sum, { part }) => sum + part.sizeBytes, 0),
  );
  const troubles: PartTrouble[] = [];
  const verified = new Set<LocatedPart>();
  for (const { volume, part } of due) {
    signal?.throwIfAborted();
    progress?.current(nameOnVolume(volume.number, part.path));
    const found = await checkPart(volume, part, options);
    if (found === null) verified.add(part);
    else troubles.push(found);
  }
  const present = new Set(opened.volumes.map((volume) => volume.number));
  troubles.push(...opened.parts.filter((part) => !present.has(part.volume)).map(missingTrouble));
  const checks = [
    ...opened.checks,
    ...opened.presence,
    ...filesChecks(opened.parts, troubles),
    extraCheck(opened.volumes),
  ];
  return reportOf({
    opened,
    checks,
    troubles,
    listed: opened.parts.length,
    verified: verified.size,
    at: options.at,
  });
}

function partsOn(
  volume: SetVolume,
  parts: readonly LocatedPart[],
): { volume: SetVolume; part: LocatedPart }[] {
  return parts.filter((part) => part.volume === volume.number).map((part) => ({ volume, part }));
}

async function checkPart(
  volume: SetVolume,
  part: LocatedPart,
  { pool, devices, signal, progress }: VerifySetOptions,
): Promise<PartTrouble | null> {
  const size = volume.sizes.get(part.path);
  if (size === undefined) return missingTrouble(part);
  if (size !== part.sizeBytes) return sizeTrouble(part, size);
  let source = part.path;
  try {
    source = await volume.folder.resolve(part.path);
    const task = {
      path: source,
      algorithms: ['sha256'] as const,
      signal,
      onBytes: (bytes: number) => progress?.advance(bytes),
    };
    const found = await devices.run(source, signal, () => pool.hashFile(task));
    return findDigestTrouble(part, found) ?? findListTrouble(volume, part, found);
  } catch (error) {
    return readTrouble(part, error, source);
  }
}

/** SHA256SUMS is for other tools; that it says the same of a stretch as the control file shows only in its bytes. */
function findListTrouble(volume: SetVolume, part: LocatedPart, found: HashedFile): PartTrouble | null {
  const listed = volume.sums.get(part.path);
  const sha256 = found.digests.get('sha256') ?? '';
  return listed === undefined || listed === sha256 ? null : listTrouble(part, listed, sha256);
}

function filesChecks(parts: readonly LocatedPart[], troubles: readonly PartTrouble[]): Check[] {
  const bytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  const missing = troubles.filter(({ check }) => check.id === 'files.missing').length;
  const bad = troubles.length - missing;
  const summary: Check[] = [];
  if (parts.length > 0 && bad === 0 && missing < parts.length) {
    const detail = `${parts.length - missing} files are as they were signed${missing === 0 ? `, ${bytes} bytes` : ''}.`;
    summary.push({ id: 'files.digest', status: 'verified', detail });
  }
  if (parts.length > 0 && missing === 0) summary.push({ id: 'files.missing', status: 'verified' });
  return [...summary, ...troubles.map(({ check }) => check)];
}
