import type { PublishDecision } from '#shared/contract/releases.ts';
import type { VerifyReport } from '#shared/contract/evidence.ts';
import type { ScanReport } from '#shared/contract/scan.ts';
import { evidenceWith, evidenceWithScan } from '#engine/policy/evidence-with-scan.ts';
import { decidePublish } from '#engine/policy/publish-policy.ts';
import { decideWithScan } from '#engine/policy/scan-decision.ts';
import type { ImportRow } from '#engine/registry/imports.ts';
import type { EngineContext } from '../../context.ts';
import { heldImport } from '../scan/held.ts';
import { judgeHeld, judgeNow } from '../scan/held-scan.ts';
import { publishSituation } from './publish-situation.ts';

/** Everything that a decision about an import rests on, and the decision, by the policy, waivers and anchors of now. */
export interface JudgedImport {
  readonly evidence: VerifyReport | null;
  readonly scan: ScanReport | null;
  readonly decision: PublishDecision;
}

/** Judges an import as it stands; reads no file. */
export function judgeImport(context: EngineContext, row: ImportRow): JudgedImport {
  const { registry } = context;
  const now = judgeNow(context);
  const report = judgeHeld(context, heldImport(registry, row), now);
  const attachments = registry.attachments.list(row.id);
  const situation = publishSituation(context, row);
  const trust = decidePublish(row.evidence, situation);
  const found = row.evidence === null ? null : evidenceWith(row.evidence, situation.objections);
  return {
    scan: report,
    evidence: found === null ? null : evidenceWithScan(found, report, attachments),
    decision: decideWithScan(trust, {
      report,
      attachments,
      policy: now.policy.document,
      signature: row.evidence?.signature ?? null,
    }),
  };
}
