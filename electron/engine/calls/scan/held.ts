import { existsSync } from 'node:fs';
import type { Digest } from '#shared/contract/basics.ts';
import type { EvidenceSubject } from '#shared/contract/policy.ts';
import { AppError } from '#engine/core/app-error.ts';
import { hexOf } from '#engine/core/digest.ts';
import type { ImportRow } from '#engine/registry/imports.ts';
import type { ReleaseRow } from '#engine/registry/releases.ts';
import type { EngineContext } from '../../context.ts';
import { findRelease } from '../releases/find-release.ts';

/** Bytes that lie in this home: an import on trial, or a release. Both are the same import. */
export interface Held {
  readonly importId: string;
  /** `model@version`. */
  readonly name: string;
  readonly manifestDigest: Digest | null;
  readonly files: readonly HeldFile[];
}

export interface HeldFile {
  readonly path: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** What an import or a release holds. Throws NOT-FOUND. */
export function findHeld({ registry }: EngineContext, subject: EvidenceSubject): Held {
  if ('release' in subject) {
    const { model, version } = subject.release;
    return heldRelease(registry, findRelease(registry, model, version));
  }
  const row = registry.imports.get(subject.import);
  if (row === null) throw new AppError('NOT-FOUND', `There is no import ${subject.import}.`);
  return heldImport(registry, row);
}

export function heldImport(registry: EngineContext['registry'], row: ImportRow): Held {
  return {
    importId: row.id,
    name: `${row.model}@${row.version}`,
    manifestDigest: row.manifestDigest,
    files: registry.imports.files(row.id),
  };
}

export function heldRelease(registry: EngineContext['registry'], row: ReleaseRow): Held {
  return {
    importId: row.importId,
    name: `${row.model}@${row.version}`,
    manifestDigest: row.manifestDigest,
    files: registry.releases.files(row.id),
  };
}

/** Where the bytes of a file lie now: in quarantine, else in the store. */
export function placeOf({ quarantine, blobs }: EngineContext, held: Held, file: HeldFile): string {
  const onTrial = quarantine.pathOf(held.importId, hexOf(file.digest));
  return existsSync(onTrial) ? onTrial : blobs.pathOf(file.digest);
}
