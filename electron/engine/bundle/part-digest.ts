import type { Check } from '#shared/contract/evidence.ts';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import { hexOf } from '#engine/core/digest.ts';
import { formatRange, rangesOf } from '#engine/hashing/byte-range.ts';
import { CHUNK_BYTES, type HashedFile } from '#engine/hashing/hash-pool.ts';
import { nameOnVolume } from './names.ts';
import type { LocatedPart } from './set-statement.ts';

/** Why a part could not be taken from a volume, and which bytes of its file are to blame, as far as that can be told. */
export interface PartTrouble {
  readonly part: LocatedPart;
  readonly check: Check;
}

/** Compares what was read with what was signed; null when it is the same. */
export function findDigestTrouble(part: LocatedPart, found: HashedFile): PartTrouble | null {
  if (found.sizeBytes !== part.sizeBytes) return sizeTrouble(part, found.sizeBytes);
  const bad = [...part.chunks.keys()].filter((n) => found.chunks[n] !== part.chunks[n]);
  const isRight = !part.isWhole || found.digests.get('sha256') === hexOf(part.blob);
  return bad.length === 0 && isRight ? null : chunkTrouble(part, bad, found.sizeBytes);
}

/** Chunks of a part's file, by number, that are not as they were signed; the file has `foundBytes`. */
export function chunkTrouble(part: LocatedPart, bad: readonly number[], foundBytes: number): PartTrouble {
  const ranges = rangesOf(bad, CHUNK_BYTES, part.sizeBytes, foundBytes).map(formatRange).join(', ');
  return trouble(part, {
    code: 'DIGEST-MISMATCH',
    expected: part.isWhole ? part.blob : `${part.sizeBytes} bytes as they were signed`,
    ...(foundBytes === part.sizeBytes ? {} : { found: `${foundBytes} bytes` }),
    detail: `volume ${part.volume}, ${part.path}${ranges === '' ? '' : `, ${ranges}`}: not the bytes that were signed.`,
  });
}

/** Chunks of a part's file that the medium cannot read. */
export function chunkUnreadable(part: LocatedPart, failed: ReadonlyMap<number, AppError>): PartTrouble {
  const bad = [...failed.keys()];
  const ranges = rangesOf(bad, CHUNK_BYTES, part.sizeBytes, part.sizeBytes).map(formatRange).join(', ');
  const first = [...failed.values()][0];
  return trouble(part, {
    code: first?.code ?? 'MEDIA-GONE',
    detail: `volume ${part.volume}, ${part.path}, ${ranges}: cannot be read (${first?.message ?? ''}).`,
  });
}

/** SHA256SUMS says something else of a part than its bytes, which are as the control file signs them. */
export function listTrouble(part: LocatedPart, listed: string, found: string): PartTrouble {
  return trouble(part, {
    code: 'DIGEST-MISMATCH',
    expected: `sha256:${listed}`,
    found: `sha256:${found}`,
    detail: `volume ${part.volume}, ${part.path}: SHA256SUMS and the control file contradict each other.`,
  });
}

/** A file of another size is not read at all. */
export function sizeTrouble(part: LocatedPart, foundBytes: number): PartTrouble {
  return trouble(part, {
    code: 'DIGEST-MISMATCH',
    expected: `${part.sizeBytes} bytes`,
    found: `${foundBytes} bytes`,
    detail: `volume ${part.volume}, ${part.path}: of another size than the file that was signed.`,
  });
}

/** The trouble of a part that lies on no volume that is here. */
export function missingTrouble(part: LocatedPart): PartTrouble {
  return trouble(part, {
    code: 'SET-INCOMPLETE',
    detail: `volume ${part.volume}, ${part.path}: missing (${part.sizeBytes} bytes).`,
  });
}

/** The medium would not give the part. Throws on when the reason lies elsewhere. */
export function readTrouble(part: LocatedPart, error: unknown, sourcePath: string): PartTrouble {
  const known = asAppError(error, sourcePath);
  const isOfSource = known.details.path === sourcePath || known.details.path === part.path;
  if (known.code === 'CANCELLED' || known.code === 'INTERNAL' || !isOfSource) throw known;
  const detail = `volume ${part.volume}, ${part.path}: cannot be read (${known.message}).`;
  return trouble(part, { code: known.code, detail });
}

/** One error out of all that is wrong with a set: damage before unreadable media before what is only missing. */
export function troublesError(troubles: readonly PartTrouble[], state: string, setId: string): AppError {
  const rank = ({ check }: PartTrouble) =>
    check.code === 'DIGEST-MISMATCH' ? 0 : check.code === 'SET-INCOMPLETE' ? 2 : 1;
  const sorted = [...troubles].sort((a, b) => rank(a) - rank(b));
  const first = sorted[0]?.check;
  const more = sorted.length > 1 ? ` (and ${sorted.length - 1} more)` : '';
  return new AppError(
    first?.code ?? 'INTERNAL',
    `${first?.detail ?? 'Something is wrong with the set.'}${more}`,
    {
      ...(first?.expected === undefined ? {} : { expected: first.expected }),
      ...(first?.found === undefined ? {} : { found: first.found }),
      ...(first?.path === undefined ? {} : { path: first.path }),
      items: sorted.map(({ check }) => check.detail ?? ''),
      state,
      next: `Bring those files or volumes again and import the set once more; only they are read then. Or ask the sender for them alone: bundle re-request ${setId}`,
    },
  );
}

function trouble(part: LocatedPart, check: Omit<Check, 'id' | 'status' | 'path'>): PartTrouble {
  const id = check.code === 'SET-INCOMPLETE' ? 'files.missing' : 'files.digest';
  return { part, check: { id, status: 'failed', path: nameOnVolume(part.volume, part.path), ...check } };
}
