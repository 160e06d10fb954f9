import type { Check, VerifyReport } from '#shared/contract/evidence.ts';
import { identify } from '#engine/bundle/identity.ts';
import { openSetDocument } from '#engine/bundle/set-document.ts';
import { verificationSubject } from '#engine/audit/records.ts';
import { AppError } from '#engine/core/app-error.ts';
import type { ImportRow } from '#engine/registry/imports.ts';
import { KnownFolder } from '#engine/store/known-folder.ts';
import { judge } from '#engine/trust/judge.ts';
import { checkRevokedDigests } from '#engine/trust/revoked-digests.ts';
import { verifyFolder } from '#engine/trust/verify-folder.ts';
import type { EngineContext } from '../context.ts';
import { heldImport, placeOf } from './held.ts';
import { PROVENANCE_PATH } from './import-job.ts';
import { recordVerification } from './record-verification.ts';
import { trustNow, underPolicy } from './trust-now.ts';

/**
 * Judges what lies in quarantine again, by the anchors, revocations and policy of now: an import that was refused for an
 * unknown signer counts once that signer's anchor is there. No medium is read; the digests are those of the copy. What only
 * the medium could say again (what its layout states, which parts were good) stays as it was found. Throws STATE-CONFLICT.
 */
export async function recheckImport(context: EngineContext, row: ImportRow): Promise<void> {
  const { evidence: before, manifestDigest } = row;
  if (row.state !== 'quarantined' || before === null || manifestDigest === null) {
    throw new AppError(
      'STATE-CONFLICT',
      `Import ${row.id} is ${row.state}; only a quarantined one is judged again.`,
    );
  }
  const report =
    row.transferSet === null
      ? await recheckFolder(context, row, before)
      : recheckSet(context, row, row.transferSet, before);
  const evidence = underPolicy(context, report, { model: row.model });
  const name = `${row.model}@${row.version}`;
  const record = recordVerification(context, { importId: row.id, name, manifestDigest }, evidence);
  context.govern(
    {
      act: 'import.recheck',
      object: name,
      subjects: [{ name, digest: manifestDigest }, verificationSubject(record)],
      details: { import: row.id, before: before.verdict, verdict: evidence.verdict },
    },
    () => {
      context.registry.imports.setEvidence(row.id, evidence);
      context.registry.verificationRecords.add(record);
    },
  );
  context.changed('imports', 'audit');
}

async function recheckFolder(
  context: EngineContext,
  row: ImportRow,
  before: VerifyReport,
): Promise<VerifyReport> {
  const held = heldImport(context.registry, row);
  const digests = context.registry.imports.digests(row.id);
  const files = held.files
    .filter(({ path }) => path !== PROVENANCE_PATH)
    .map((file) => ({
      path: file.path,
      sizeBytes: file.sizeBytes,
      file: placeOf(context, held, file),
      digests: digests.get(file.path) ?? new Map<string, string>(),
    }));
  const folder = new KnownFolder({ label: row.source, files, problems: [] });
  const report = await verifyFolder(folder, { ...trustNow(context), model: row.model });
  const checks = [...before.checks.filter(({ id }) => id.startsWith('source.')), ...report.checks];
  return { ...report, checks, verdict: judge(checks) };
}

/** The set's own signed control file was kept: who signed is asked again, what was found about its bytes stays. */
function recheckSet(
  context: EngineContext,
  row: ImportRow,
  setId: string,
  before: VerifyReport,
): VerifyReport {
  const control = context.registry.setControls.get(setId, 'in');
  if (control === null) {
    throw new AppError('STATE-CONFLICT', 'The control file of this set was not kept.', {
      state: 'The import stays as it was judged.',
      next: 'Import the set again; what is in quarantine is not copied a second time.',
    });
  }
  const basis = trustNow(context);
  const document = openSetDocument(control);
  const createdAt = document.content?.createdAt ?? null;
  const models = document.content?.releases.map(({ model }) => model) ?? null;
  const identity = identify({ ...document, createdAt }, basis, 'transfer-sets', models);
  const held = heldImport(context.registry, row);
  const checks: Check[] = [
    ...before.checks.filter(({ id }) => !askedAgain.has(id)),
    ...identity.checks,
    ...checkRevokedDigests(basis.revocations, held.files),
  ];
  const { signer, trustAgeDays } = identity;
  const signers = signer === null ? [] : [signer];
  const checkedAt = basis.at.toISOString();
  return { ...before, signer, signers, trustAgeDays, checkedAt, checks, verdict: judge(checks) };
}

/** Checks that depend on the trust store alone. */
const askedAgain: ReadonlySet<string> = new Set([
  'identity',
  'revocation',
  'purpose',
  'format',
  'models',
  'time',
  'policy.signers',
  'freshness',
  'clock',
]);
