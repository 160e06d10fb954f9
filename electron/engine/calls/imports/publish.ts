import { stat } from 'node:fs/promises';
import type { Digest } from '#shared/contract/basics.ts';
import type { VerifyReport } from '#shared/contract/evidence.ts';
import { chunksSubject, releaseSubject } from '#engine/audit/records.ts';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { hexOf } from '#engine/core/digest.ts';
import { reach } from '#engine/core/fault-points.ts';
import type { ImportFile, ImportRow } from '#engine/registry/imports.ts';
import type { NewRelease, ReleaseRow } from '#engine/registry/releases.ts';
import { parseManifest } from '#engine/store/manifest.ts';
import type { EngineContext, GovernedAct } from '../../context.ts';
import { judgeImport } from './decide-import.ts';
import { findRelease } from '../releases/find-release.ts';

/** What a person accepts with a reason; null: not accepted. */
export interface Acceptances {
  readonly unsigned: string | null;
  readonly review: string | null;
}

/** A blob that a release needs, with its chunk digests. */
interface NeededBlob {
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly chunks: readonly string[];
}

/**
 * Makes a quarantined import a release. First its blobs move into the store by rename (harmless if it stops there: a second
 * publish finds them), then one transaction writes the release, its audit entry and the import's new state.
 */
export async function publishImport(
  context: EngineContext,
  row: ImportRow,
  accepted: Acceptances,
): Promise<ReleaseRow> {
  const { manifest, manifestDigest } = quarantinedParts(row);
  const { evidence } = refuseByPolicy(context, row, accepted);
  refuseTakenName(context, row, manifestDigest);

  const files = context.registry.imports.files(row.id);
  const blobs = neededBlobs(manifest, files);
  reach('publish.moving');
  for (const blob of blobs) await moveIntoStore(context, row.id, blob);
  reach('publish.moved');

  const release: NewRelease = {
    model: row.model,
    version: row.version,
    manifestDigest,
    manifest,
    sizeBytes: row.sizeBytes,
    evidence,
    source: row.source,
    importId: row.id,
    publishedAt: timestamp(context.clock),
    publishedBy: context.session.actor().who,
    files: files.map(({ chunks: _chunks, ...file }) => file),
  };
  context.govern(publishAct(row, release, files, accepted), () => {
    for (const blob of blobs) context.registry.blobs.upsert(blob);
    context.registry.releases.insert(release);
    context.registry.imports.setState(row.id, 'published');
  });
  reach('publish.recorded');
  await context.quarantine.discard(row.id);
  reach('publish.discarded');
  context.changed('imports', 'releases', 'audit');
  return findRelease(context.registry, row.model, row.version);
}

function quarantinedParts(row: ImportRow): {
  manifest: string;
  manifestDigest: Digest;
} {
  const { manifest, manifestDigest, evidence } = row;
  if (row.state !== 'quarantined' || manifest === null || manifestDigest === null || evidence === null) {
    throw new AppError(
      'STATE-CONFLICT',
      `Import ${row.id} is ${row.state}; only a quarantined import can be published.`,
    );
  }
  return { manifest, manifestDigest };
}

/** The evidence as the decision saw it. Throws SIGNATURE-ABSENT, REVIEW-MISSING, POLICY-REFUSED. */
function refuseByPolicy(
  context: EngineContext,
  row: ImportRow,
  accepted: Acceptances,
): { evidence: VerifyReport } {
  const { decision, evidence } = judgeImport(context, row);
  const { needsUnsignedAcceptance, needsReviewAcceptance } = decision;
  const isPossible = decision.allowed || needsUnsignedAcceptance || needsReviewAcceptance;
  const lacksUnsigned = needsUnsignedAcceptance && accepted.unsigned === null;
  const lacksReview = needsReviewAcceptance && accepted.review === null;
  if (isPossible && !lacksUnsigned && !lacksReview && evidence !== null) return { evidence };
  const object = `${row.model}@${row.version}`;
  context.recordRefusal({ act: 'import.publish', object, details: { import: row.id } });
  const items = decision.reasons.map((check) => check.detail ?? check.id);
  const state = 'The import stays in quarantine.';
  if (isPossible && lacksUnsigned) {
    throw new AppError(
      'SIGNATURE-ABSENT',
      `Nothing in import ${row.id} is signed by a key this site knows.`,
      {
        items,
        state,
        next: 'Reject it, or publish it with a recorded reason (--accept-unsigned --reason "…").',
      },
    );
  }
  if (isPossible) {
    throw new AppError('REVIEW-MISSING', `A person has to look at what was found in import ${row.id}.`, {
      items,
      state,
      next: 'Look at the findings; then reject it, or publish it with a reason (--accept-review --reason "…").',
    });
  }
  throw new AppError('POLICY-REFUSED', `The evidence of import ${row.id} does not allow publishing it.`, {
    items,
    state,
    next: 'Reject it and ask its sender for a good copy; what the scan blocks can be waived for a digest.',
  });
}

/** A name and version is bound to one digest for ever, also after its bytes are gone. */
export function refuseTakenName(
  context: EngineContext,
  row: { model: string; version: string },
  manifestDigest: Digest,
): void {
  const taken = context.registry.releases.get(row.model, row.version);
  if (taken === null) return;
  const name = `${row.model}@${row.version}`;
  if (taken.manifestDigest === manifestDigest) {
    throw new AppError('ALREADY-EXISTS', `${name} is published already, with these same bytes.`, {
      found: manifestDigest,
      state: 'The release stays as it is.',
      next: 'Nothing needs to be done.',
    });
  }
  throw new AppError('RELEASE-CONFLICT', `${name} is bound to other bytes for ever.`, {
    expected: taken.manifestDigest,
    found: manifestDigest,
    state: 'The release stays as it is; nothing was published.',
    next: 'Bring the new bytes in under another version.',
  });
}

function neededBlobs(manifest: string, files: readonly ImportFile[]): NeededBlob[] {
  const { configDigest, configSizeBytes } = parseManifest(manifest);
  const config: NeededBlob = {
    digest: configDigest,
    sizeBytes: configSizeBytes,
    chunks: configSizeBytes === 0 ? [] : [hexOf(configDigest)],
  };
  const unique = new Map<Digest, NeededBlob>([config, ...files].map((blob) => [blob.digest, blob]));
  return [...unique.values()];
}

async function moveIntoStore(context: EngineContext, importId: string, blob: NeededBlob): Promise<void> {
  const quarantined = context.quarantine.pathOf(importId, hexOf(blob.digest));
  const found = await stat(quarantined).catch(() => null);
  if (found !== null) await context.blobs.adopt(quarantined, blob.digest);
  if ((await context.blobs.sizeOf(blob.digest)) === blob.sizeBytes) return;
  throw new AppError('FIXITY-FAILED', `The quarantined bytes of ${blob.digest} are gone or cut off.`, {
    path: quarantined,
    state: 'Nothing was published.',
    next: 'Reject the import and bring the source in again.',
  });
}

function publishAct(
  row: ImportRow,
  release: NewRelease,
  files: readonly ImportFile[],
  accepted: Acceptances,
): GovernedAct {
  const object = `${row.model}@${row.version}`;
  const reason = accepted.unsigned ?? accepted.review ?? undefined;
  return {
    act: 'import.publish',
    object,
    subjects: [
      { name: object, digest: release.manifestDigest },
      releaseSubject(release, release.files),
      chunksSubject(object, files),
    ],
    ...(reason === undefined ? {} : { reason }),
    details: {
      import: row.id,
      verdict: release.evidence.verdict,
      ...(accepted.unsigned === null ? {} : { accepted: 'unsigned' }),
      ...(accepted.review === null ? {} : { reviewed: accepted.review }),
    },
  };
}
