import type { AuditBody } from '#shared/contract/audit.ts';
import type { Check } from '#shared/contract/evidence.ts';
import { digestOf } from '#engine/core/digest.ts';
import type { Registry } from '#engine/registry/registry.ts';
import type { AuditLog } from './audit-log.ts';
import {
  attachmentSubject,
  chunksSubject,
  deploymentSubject,
  isRecordSubject,
  lifecycleSubject,
  liftingSubject,
  pinSubject,
  policySubject,
  releaseSubject,
  revocationSubject,
  type Subject,
  trustPackSubject,
  verificationSubject,
  waiverRevocationSubject,
  waiverSubject,
} from './records.ts';

/**
 * Compares every row of record (releases, their lifecycle and chunk digests, pins, deployments, policies, waivers, attached
 * evidence, trust packs, revocations, records of verifications) with what the audit log says was written. A row that was
 * edited, added or removed past the triggers is named.
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
  }
  for (const pin of registry.channels.all()) yield pinSubject(pin);
  for (const event of registry.deployments.all()) yield deploymentSubject(event);
  for (const row of registry.policies.list()) yield policySubject(row);
  for (const row of registry.waivers.list()) yield waiverSubject(row);
  for (const row of registry.waivers.revocations()) yield waiverRevocationSubject(row);
  for (const { importId, attachment } of registry.attachments.all())
    yield attachmentSubject(importId, attachment);
  for (const pack of registry.trustPacks.list()) yield trustPackSubject(pack);
  for (const record of registry.verificationRecords.all()) yield verificationSubject(record);
  for (const row of registry.revocations.all()) {
    yield revocationSubject(row);
    if (row.liftedAt !== null) yield liftingSubject(row);
  }
}

function subjectsOf(body: string): AuditBody['subjects'] {
  try {
    return (JSON.parse(body) as AuditBody).subjects;
  } catch {
    return []; // verifyLog names the unreadable entry
  }
}
