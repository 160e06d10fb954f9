import type { Digest } from '#shared/contract/basics.ts';
import type { VerifyReport } from '#shared/contract/evidence.ts';
import { type Subject, verificationSubject } from '#engine/audit/records.ts';
import type { EngineContext } from '../../context.ts';
import type { ScanToRecord } from '../scan/held-scan.ts';
import { recordVerification } from '../trust/record-verification.ts';

/** Bytes that are whole in quarantine, and what was found out about them. */
export interface Quarantined {
  readonly importId: string;
  /** `model@version`. */
  readonly name: string;
  readonly manifest: string;
  readonly manifestDigest: Digest;
  readonly evidence: VerifyReport;
  readonly scan: ScanToRecord;
}

/**
 * Prepares the end of an import: `write` (inside the governed act) makes it quarantined, with the site's signed record of what
 * was verified and what the scan found; `records` are what the act vouches for.
 */
export function quarantineImport(
  context: EngineContext,
  { importId, name, manifest, manifestDigest, evidence, scan }: Quarantined,
): { records: Subject[]; write: () => void } {
  const { registry, floor } = context;
  const record = recordVerification(context, { importId, name, manifestDigest }, evidence);
  return {
    records: [verificationSubject(record), scan.record],
    write: () => {
      registry.imports.markQuarantined(importId, { manifest, manifestDigest, evidence });
      registry.verificationRecords.add(record);
      scan.write();
      const { provenAt, verdict } = evidence;
      if (provenAt !== null && verdict !== 'failed') floor.raise(provenAt, `a signature on ${name}`);
    },
  };
}
