import { verificationSubject } from '#engine/audit/records.ts';
import { AppError } from '#engine/core/app-error.ts';
import type { ImportRow } from '#engine/registry/imports.ts';
import type { EngineContext } from '../../context.ts';
import { recordVerification } from '../trust/record-verification.ts';
import { verifyHeld } from '../trust/verify-held.ts';

/**
 * Judges what lies in quarantine again: an import that was refused for an unknown signer counts once that signer's anchor is
 * there. Throws STATE-CONFLICT.
 */
export async function recheckImport(context: EngineContext, row: ImportRow): Promise<void> {
  const { evidence: before, manifestDigest } = row;
  if (row.state !== 'quarantined' || before === null || manifestDigest === null) {
    throw new AppError(
      'STATE-CONFLICT',
      `Import ${row.id} is ${row.state}; only a quarantined one is judged again.`,
    );
  }
  const evidence = await verifyHeld(context, row, before);
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
