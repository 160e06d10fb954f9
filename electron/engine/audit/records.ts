import type { AuditBody } from '#shared/contract/audit.ts';
import type { Digest } from '#shared/contract/basics.ts';
import type { Attachment } from '#shared/contract/policy.ts';
import type { Pin, ReleaseFile } from '#shared/contract/releases.ts';
import type { Medium, MediumEvent } from '#shared/contract/transfers.ts';
import { encodeBase64 } from '#engine/core/base64.ts';
import { canonicalBytes } from '#engine/core/canonical-json.ts';
import { digestOf } from '#engine/core/digest.ts';
import type { CustodyRecord } from '#engine/registry/custody.ts';
import type { DeploymentEvent } from '#engine/registry/deployments.ts';
import type { ReadingLot } from '#engine/registry/fixity.ts';
import type { PolicyRow } from '#engine/registry/policies.ts';
import type { Registry } from '#engine/registry/registry.ts';
import type { ReleaseSignatureRow } from '#engine/registry/release-signatures.ts';
import type {
  LifecycleRow,
  NewRelease,
  ReleaseRow,
  ReleaseVerificationRow,
} from '#engine/registry/releases.ts';
import type { Lifting, NewRevocation } from '#engine/registry/revocations.ts';
import type { ImportScanRow } from '#engine/registry/scans.ts';
import type { TrustPackRow } from '#engine/registry/trust-packs.ts';
import type { VerificationRecordRow } from '#engine/registry/verification-records.ts';
import type { WaiverRevocation, WaiverRow } from '#engine/registry/waivers.ts';

/** A name and a digest as an audit entry's subjects hold them. */
export type Subject = AuditBody['subjects'][number];

/**
 * Rows of record as subjects of the act that writes them, one function a table. The log vouches for the digest of the
 * whole row, so that an edit past the triggers is found by computing it again (verify-records.ts).
 */
export function releaseSubject(row: ReleaseRow | NewRelease, files: readonly ReleaseFile[]): Subject {
  return subject('releases', `${row.model}@${row.version}`, {
    model: row.model,
    version: row.version,
    manifestDigest: row.manifestDigest,
    manifest: row.manifest,
    sizeBytes: row.sizeBytes,
    evidence: row.evidence,
    source: row.source,
    importId: row.importId,
    publishedAt: row.publishedAt,
    publishedBy: row.publishedBy,
    files: sortBy(files, (file) => file.path).map(fileFields),
  });
}

/** Chunk digests of a release's blobs: they steer fixity checks, so they are vouched for as well. */
export function chunksSubject(
  release: string,
  blobs: readonly { digest: Digest; chunks: readonly string[] }[],
): Subject {
  const content = sortBy(blobs, (blob) => blob.digest).map(({ digest, chunks }) => ({ digest, chunks }));
  return subject('blobs', release, content);
}

/** A pin with its release, time, person and reason. */
export function pinSubject(pin: Pin): Subject {
  return subject('pins', `${pin.model} ${pin.channel} ${pin.at}`, pin);
}

/** A deprecation or revocation of a release. */
export function lifecycleSubject(release: string, row: LifecycleRow): Subject {
  return subject('release_lifecycle', `${release} ${row.at}`, row);
}

/** What was found when a release was verified again. */
export function releaseVerificationSubject(release: string, row: ReleaseVerificationRow): Subject {
  return subject('release_verifications', `${release} ${row.at}`, row);
}

/** One thing done on one server, and how it ended. */
export function deploymentSubject(event: DeploymentEvent): Subject {
  const place = [event.server, event.model, event.channel ?? '-', event.at].join(' ');
  return subject('deployments', `${event.kind} ${place}`, event);
}

/** A policy as a person set it. */
export function policySubject(row: PolicyRow): Subject {
  return subject('policies', `version ${row.version}`, row);
}

/** A waiver; its envelope holds the key and all it says. */
export function waiverSubject({ publicKey, ...row }: WaiverRow): Subject {
  return subject('waivers', row.id, { ...row, publicKey: encodeBase64(publicKey) });
}

export function waiverRevocationSubject(row: WaiverRevocation): Subject {
  return subject('waiver_revocations', row.waiverId, row);
}

/** Evidence from outside on an import. */
export function attachmentSubject(importId: string, attachment: Attachment): Subject {
  return subject('attachments', attachment.id, { importId, ...attachment });
}

/** A revocation as it was recorded. */
export function revocationSubject(row: NewRevocation): Subject {
  const { id, kind, value, reason, revokedAt, recordedAt, recordedBy, pack } = row;
  const record = { id, kind, value, reason, revokedAt, recordedAt, recordedBy, pack };
  return subject('revocations', id, record);
}

/** That a revocation was lifted, and why. */
export function liftingSubject(row: Lifting): Subject {
  const { id, liftedAt, liftedBy, liftedReason } = row;
  return subject('revocations', `${id} lifted`, { id, liftedAt, liftedBy, liftedReason });
}

/** A trust pack that was accepted; `digest` names its content, the envelope is vouched for as it was read. */
export function trustPackSubject({ envelope, ...row }: TrustPackRow): Subject {
  const record = { ...row, envelope: digestOf(envelope) };
  return subject('trust_packs', `${row.authority} ${row.number} ${row.acceptedAt}`, record);
}

/** A signature that is kept with a release; `digest` names its content. */
export function releaseSignatureSubject(row: ReleaseSignatureRow): Subject {
  const { content: _, ...record } = row;
  return subject('release_signatures', `${row.manifestDigest} ${row.digest}`, {
    ...record,
    content: digestOf(row.content),
  });
}

/** A signed record of what was verified. */
export function verificationSubject(row: VerificationRecordRow): Subject {
  return subject('verification_records', `${row.importId} ${row.at}`, row);
}

/** A line of a set's custody log. */
export function custodySubject(row: CustodyRecord): Subject {
  return subject('custody', `${row.setId.slice(0, 8)} ${row.hash.slice(0, 16)}`, row);
}

/** That a medium came into the register: what it is told from others by, and when it was first seen. */
export function mediumSubject({
  id,
  knownBy,
  knownAs,
  firstSeenAt,
}: Pick<Medium, 'id' | 'knownBy' | 'knownAs' | 'firstSeenAt'>): Subject {
  // Rows of before there were media without serial number are vouched for in this form.
  const identity = knownBy === 'serial' ? { serial: knownAs } : { knownBy, knownAs };
  return subject('media', id, { id, ...identity, firstSeenAt });
}

/** One thing that was done with a medium. */
export function mediumEventSubject(mediumId: string, event: MediumEvent): Subject {
  const { at, by, what, setId, volume, detail, reason } = event;
  const place = [mediumId, what, volume ?? '-', at].join(' ');
  return subject('media_events', place, { mediumId, at, by, what, setId, volume, detail, reason });
}

/** A scan of what an import holds, with everything that was found in each of its files and measured of their tensors. */
export function scanSubject(registry: Pick<Registry, 'scans' | 'tensors'>, row: ImportScanRow): Subject {
  const { importId, scanner } = row;
  const files = row.files.map(({ digest, name }) => {
    const found = registry.scans.digestOfFile({ digest, name, scanner });
    return { digest, name, found, tensors: registry.tensors.digestOf(digest) };
  });
  return subject('import_scans', `${importId} ${scanner}`, { ...row, files });
}

/** Readings of stored blobs that went on record together. */
export function readingsSubject({ run, lot, readings }: ReadingLot): Subject {
  return subject('fixity_readings', `${run} ${lot}`, readings);
}

const PREFIX = 'row ';

/** Is this subject a row of record (and not, say, a release's manifest)? */
export function isRecordSubject(name: string): boolean {
  return name.startsWith(PREFIX);
}

function subject(table: string, name: string, record: unknown): Subject {
  return { name: `${PREFIX}${table}: ${name}`, digest: digestOf(canonicalBytes(record)) };
}

function fileFields({ path, role, mediaType, digest, sizeBytes }: ReleaseFile): ReleaseFile {
  return { path, role, mediaType, digest, sizeBytes };
}

function sortBy<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
