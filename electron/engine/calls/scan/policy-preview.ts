import type { PolicyDocument, PolicyPreview, RuleImpact } from '#shared/contract/policy.ts';
import type { ReleaseRef } from '#shared/contract/basics.ts';
import type { JudgedFinding, ScanReport } from '#shared/contract/scan.ts';
import { digestOfPolicy } from '#engine/policy/default-policy.ts';
import { settingOf } from '#engine/policy/effect-of.ts';
import { scanRules } from '#engine/scan/rules/index.ts';
import type { EngineContext } from '../../context.ts';
import { heldRelease } from './held.ts';
import { judgeHeld, judgeNow } from './held-scan.ts';

/** What a policy says to every release held here, from what is stored about their bytes. */
export function previewPolicy(context: EngineContext, document: PolicyDocument | undefined): PolicyPreview {
  const now = judgeNow(context);
  const then =
    document === undefined
      ? now
      : { ...now, policy: { ...now.policy, document, digest: digestOfPolicy(document) } };
  const impacts = new Map<string, RuleImpact>();
  const releases = context.registry.releases.list().map((row) => {
    const held = heldRelease(context.registry, row);
    const before = judgeHeld(context, held, now);
    const after = document === undefined ? before : judgeHeld(context, held, then);
    const { model, version, manifestDigest } = row;
    if (after !== null) addImpacts(impacts, after, { model, version });
    return { model, version, manifestDigest, now: before?.verdict ?? null, then: after?.verdict ?? null };
  });
  const settings = [...scanRules.values()].map(({ id, severity }) =>
    settingOf(then.policy.document, id, severity),
  );
  return { settings, rules: [...impacts.values()].sort(byRule), releases };
}

function addImpacts(impacts: Map<string, RuleImpact>, report: ScanReport, release: ReleaseRef): void {
  for (const finding of [...report.files.flatMap((file) => file.findings), ...report.across]) {
    impacts.set(finding.rule, withFinding(impacts.get(finding.rule), finding, release));
  }
}

function withFinding(
  impact: RuleImpact | undefined,
  { rule, effect, waiver }: JudgedFinding,
  release: ReleaseRef,
): RuleImpact {
  const { findings, waived, releases } = impact ?? { findings: 0, waived: 0, releases: [] };
  const last = releases.at(-1);
  const isListed = last?.model === release.model && last.version === release.version;
  return {
    rule,
    effect,
    findings: findings + (waiver === undefined ? 1 : 0),
    waived: waived + (waiver === undefined ? 0 : 1),
    releases: isListed ? releases : [...releases, release],
  };
}

function byRule(a: RuleImpact, b: RuleImpact): number {
  return a.rule < b.rule ? -1 : 1;
}
