import { readFile } from 'node:fs/promises';
import type { Digest } from '#shared/contract/basics.ts';
import type { ReleaseFile } from '#shared/contract/releases.ts';
import { AppError } from '#engine/core/app-error.ts';
import { digestOf } from '#engine/core/digest.ts';
import { parseManifest } from '#engine/store/manifest.ts';
import type { SetRelease } from './intake.ts';
import type { TransferSet } from './set-statement.ts';

/** A release as its manifest in quarantine describes it. */
export interface ReceivedRelease {
  readonly manifest: string;
  readonly files: readonly ReleaseFile[];
}

/**
 * Reads a received manifest and holds it against the signed control file: same digest, and exactly the blobs and sizes
 * that were announced. Throws FORMAT-INVALID, PATH-UNSAFE, PATH-COLLISION, DIGEST-MISMATCH.
 */
export async function readReceivedRelease(
  file: string,
  release: SetRelease,
  set: TransferSet,
): Promise<ReceivedRelease> {
  const bytes = await readFile(file);
  const name = `${release.model}@${release.version}`;
  if (digestOf(bytes) !== release.manifestDigest) {
    throw new AppError('DIGEST-MISMATCH', `The manifest of ${name} changed in quarantine.`, {
      expected: release.manifestDigest,
      found: digestOf(bytes),
    });
  }
  const manifest = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  const parsed = parseManifest(manifest);
  const announced = new Map(set.blobs.map((blob) => [blob.digest, blob.sizeBytes]));
  const listed = new Map<Digest, number>([
    [release.manifestDigest, bytes.length],
    [parsed.configDigest, parsed.configSizeBytes],
    ...parsed.files.map((each) => [each.digest, each.sizeBytes] as const),
  ]);
  const agrees =
    listed.size === new Set(release.blobs).size &&
    release.blobs.every((digest) => listed.get(digest) === announced.get(digest));
  if (!agrees) {
    throw new AppError(
      'FORMAT-INVALID',
      `The manifest of ${name} lists other files than the set's control file.`,
      {
        path: name,
        state: 'Nothing was made available.',
        next: 'Ask the sender for a set that agrees with itself.',
      },
    );
  }
  return { manifest, files: parsed.files };
}
