import type { VerifyReport } from '#shared/contract/evidence.ts';
import { releaseVerificationSubject, verificationSubject } from '#engine/audit/records.ts';
import { AppError } from '#engine/core/app-error.ts';
import { evidenceWithScan } from '#engine/policy/evidence-with-scan.ts';
import type { ReleaseRow } from '#engine/registry/releases.ts';
import type { EngineContext } from '../../context.ts';
import { heldRelease } from '../scan/held.ts';
import { judgeHeld, judgeNow } from '../scan/held-scan.ts';
import { recordVerification } from './record-verification.ts';
import { verifyHeld } from './verify-held.ts';

/** Verifies a release by the trust data of now, signs what was found and puts it on record; the release itself stays. */
export async function verifyRelease(context: EngineContext, release: ReleaseRow): Promise<void> {
  const { registry, session } = context;
  const row = registry.imports.get(release.importId);
  if (row === null) throw new AppError('INTERNAL', 'A release has no import.');
  const report = await verifyHeld(context, row, release.evidence);
  const { importId, manifestDigest } = release;
  const name = `${release.model}@${release.version}`;
  const record = recordVerification(context, { importId, name, manifestDigest }, report);
  const { verdict } = withScanNow(context, release, report);
  const verification = { at: report.checkedAt, by: session.actor().who, verdict, report };
  context.govern(
    {
      act: 'release.verify',
      object: name,
      subjects: [
        { name, digest: manifestDigest },
        verificationSubject(record),
        releaseVerificationSubject(name, verification),
      ],
      details: { import: importId, before: release.verdict, verdict },
    },
    () => {
      registry.verificationRecords.add(record);
      registry.releases.addVerification(release.id, verification);
    },
  );
  context.changed('releases', 'audit');
}

/** A release's evidence together with what its scan says by the policy and the waivers of now. */
export function withScanNow(context: EngineContext, release: ReleaseRow, report: VerifyReport): VerifyReport {
  const scan = judgeHeld(context, heldRelease(context.registry, release), judgeNow(context));
  return evidenceWithScan(report, scan, context.registry.attachments.list(release.importId));
}
