import type { AuditBody } from '#shared/contract/audit.ts';
import type { Check } from '#shared/contract/evidence.ts';
import type { MediumEvent } from '#shared/contract/transfers.ts';
import { canonicalText } from '#engine/core/canonical-json.ts';
import { digestOf } from '#engine/core/digest.ts';
import type { Registry } from '#engine/registry/registry.ts';
import type { AuditLog } from './audit-log.ts';
import {
  attachmentSubject,
  chunksSubject,
  custodySubject,
  deploymentSubject,
  isRecordSubject,
  lifecycleSubject,
  liftingSubject,
  mediumEventSubject,
  mediumSubject,
  pinSubject,
  policySubject,
  readingsSubject,
  releaseSubject,
  releaseVerificationSubject,
  revocationSubject,
  scanSubject,
  type Subject,
  releaseSignatureSubject,
  trustPackSubject,
  verificationSubject,
  waiverRevocationSubject,
  waiverSubject,
} from './records.ts';

/**
 * Compares every row of record (releases, their lifecycle and chunk digests, pins, deployments, policies, waivers, attached
 * evidence, findings of scans with the tensors measured, trust packs, revocations, records of verifications, custody, media and
 * their history, fixity readings) with what the audit log says was written. A row that was edited, added or removed past the
 * triggers is named. What a medium is called and when it
 * was last seen changes whenever it is plugged in, and is not vouched for.
 */
export function verifyRecords(log: AuditLog, registry: Registry): Check[] {
  const vouched = new Map<string, Set<string>>();
  for (const row of log.rows()) {
    for (const { name, digest } of subjectsOf(row.body)) {
      if (isRecordSubject(name)) vouched.set(name, (vouched.get(name) ?? new Set()).add(digest));
    }
  }
  const problems: Check[] = [];
  let rows = 0;
  for (const { name, digest } of rowsOfRecord(registry)) {
    rows++;
    const expected = vouched.get(name);
    if (expected?.delete(digest)) continue;
    const wanted = expected === undefined ? undefined : [...expected][0];
    expected?.clear();
    problems.push(
      problem(name, wanted ?? 'a row the log vouches for', digest, 'is not the row that was written'),
    );
  }
  for (const [name, digests] of vouched) {
    for (const digest of digests)
      problems.push(problem(name, digest, 'no such row', 'was removed or renamed'));
  }
  for (const release of registry.releases.list()) {
    const found = digestOf(new TextEncoder().encode(release.manifest));
    if (found === release.manifestDigest) continue;
    const name = `manifest of ${release.model}@${release.version}`;
    problems.push(problem(name, release.manifestDigest, found, 'does not hash to the release’s digest'));
  }
  problems.push(...findMediaProblems(registry));
  if (problems.length > 0) return problems;
  return [{ id: 'audit.records', status: 'verified', detail: `${rows} rows of record are as the log says.` }];
}

function problem(path: string, expected: string, found: string, what: string): Check {
  return {
    id: 'audit.records',
    status: 'failed',
    code: 'AUDIT-BROKEN',
    path,
    expected,
    found,
    detail: `${path} ${what}.`,
  };
}

function* rowsOfRecord(registry: Registry): Generator<Subject> {
  for (const release of registry.releases.list()) {
    const name = `${release.model}@${release.version}`;
    const files = registry.releases.files(release.id);
    yield releaseSubject(release, files);
    yield chunksSubject(
      name,
      files.map(({ digest }) => ({ digest, chunks: registry.blobs.get(digest)?.chunks ?? [] })),
    );
    for (const row of registry.releases.lifecycle(release.id)) yield lifecycleSubject(name, row);
    for (const row of registry.releases.verifications(release.id))
      yield releaseVerificationSubject(name, row);
  }
  for (const pin of registry.channels.all()) yield pinSubject(pin);
  for (const event of registry.deployments.all()) yield deploymentSubject(event);
  for (const row of registry.policies.list()) yield policySubject(row);
  for (const row of registry.waivers.list()) yield waiverSubject(row);
  for (const row of registry.waivers.revocations()) yield waiverRevocationSubject(row);
  for (const { importId, attachment } of registry.attachments.all())
    yield attachmentSubject(importId, attachment);
  for (const row of registry.scans.imports()) yield scanSubject(registry, row);
  for (const row of registry.releaseSignatures.all()) yield releaseSignatureSubject(row);
  for (const pack of registry.trustPacks.list()) yield trustPackSubject(pack);
  for (const record of registry.verificationRecords.all()) yield verificationSubject(record);
  for (const row of registry.revocations.all()) {
    yield revocationSubject(row);
    if (row.liftedAt !== null) yield liftingSubject(row);
  }
  for (const lot of registry.fixity.lots()) yield readingsSubject(lot);
  for (const row of registry.custody.all()) yield custodySubject(row);
  for (const medium of registry.media.list()) yield mediumSubject(medium);
  for (const { mediumId, ...event } of registry.media.events()) yield mediumEventSubject(mediumId, event);
}

/** Owner, holder and sanitising of a medium are what its history says last. */
function* findMediaProblems(registry: Registry): Generator<Check> {
  for (const { id, owner, holder, sanitisedAt } of registry.media.list()) {
    const last = (what: MediumEvent['what']) =>
      registry.media.history(id).find((event) => event.what === what) ?? null;
    const due = {
      owner: last('owner')?.detail ?? null,
      holder: last('handed-over')?.detail ?? null,
      sanitisedAt: last('sanitised')?.at ?? null,
    };
    const expected = canonicalText(due);
    const found = canonicalText({ owner, holder, sanitisedAt });
    if (found !== expected) yield problem(`medium ${id}`, expected, found, 'is not what its history says');
  }
}

function subjectsOf(body: string): AuditBody['subjects'] {
  try {
    return (JSON.parse(body) as AuditBody).subjects;
  } catch {
    return []; // verifyLog names the unreadable entry
  }
}
