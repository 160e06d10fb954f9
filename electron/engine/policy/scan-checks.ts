import type { Check } from '#shared/contract/evidence.ts';
import type { Attachment } from '#shared/contract/policy.ts';
import type { JudgedFinding, ScanReport } from '#shared/contract/scan.ts';

/** What the scan and others say about bytes, as checks among the evidence. `null`: this version did not scan them. */
export function scanChecks(report: ScanReport | null, attachments: readonly Attachment[]): Check[] {
  return [...(report === null ? [notScanned] : reportChecks(report)), ...outsideChecks(attachments)];
}

const notScanned: Check = {
  id: 'scan',
  status: 'not-checked',
  detail: 'This version has not scanned these bytes.',
};

function reportChecks(report: ScanReport): Check[] {
  const { policy, files } = report;
  const findings = [
    ...files.flatMap((file) => file.findings.map((finding) => ({ ...finding, path: file.path }))),
    ...report.across,
  ];
  const told = groupFindings(findings.filter(({ effect }) => effect !== 'note'));
  const whole: Check = {
    id: 'scan',
    status: { pass: 'verified', review: 'warning', block: 'failed' }[report.verdict] as Check['status'],
    ...(report.verdict === 'block' ? { code: 'POLICY-REFUSED' as const } : {}),
    expected: `${report.sizeBytes} bytes read`,
    found: `${report.bytesRead} bytes read`,
    detail: `${sayVerdict(report)} under policy ${policy.id} v${policy.version}, in ${files.length} ${files.length === 1 ? 'file' : 'files'}.`,
  };
  return [whole, ...told.map(checkOfGroup)];
}

function sayVerdict({ verdict, counts }: ScanReport): string {
  const waived = counts.waived > 0 ? `, ${counts.waived} waived` : '';
  if (verdict === 'pass') return `Nothing that runs code, is malformed or was left unread${waived}`;
  return `${counts.block} findings that block and ${counts.review} to be looked at${waived}`;
}

type PlacedFinding = JudgedFinding & { readonly path: string };

/** One check for each rule and file, however often it was hit there. */
function groupFindings(findings: readonly PlacedFinding[]): PlacedFinding[][] {
  const groups = new Map<string, PlacedFinding[]>();
  for (const finding of findings) {
    const key = [finding.rule, finding.path, finding.waiver ?? ''].join('\n');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()];
}

function checkOfGroup(group: PlacedFinding[]): Check {
  const [first] = group as [PlacedFinding, ...PlacedFinding[]];
  const { rule, path, detail, effect, waiver } = first;
  const more = group.length > 1 ? ` (and ${group.length - 1} more of this rule)` : '';
  const blocks = effect === 'block' && waiver === undefined;
  return {
    id: `scan.${rule}`,
    status: blocks ? 'failed' : 'warning',
    ...(blocks ? { code: 'POLICY-REFUSED' as const } : {}),
    path,
    detail: waiver === undefined ? `${detail}${more}` : `Waived by ${waiver}: ${detail}${more}`,
  };
}

function outsideChecks(attachments: readonly Attachment[]): Check[] {
  if (attachments.length === 0) {
    const detail = 'No virus scanner was run and no report is attached.';
    return [{ id: 'scan.outside', status: 'not-checked', detail }];
  }
  return attachments.map(({ tool, toolVersion, signaturesAt, outcome, detail }): Check => {
    const age = signaturesAt === null ? 'signatures of unknown age' : `signatures of ${signaturesAt}`;
    const status = ({ clean: 'verified', infected: 'failed', unknown: 'warning' } as const)[outcome];
    return {
      id: 'scan.outside',
      status,
      ...(outcome === 'infected' ? { code: 'POLICY-REFUSED' as const } : {}),
      found: outcome,
      detail: [tool, toolVersion, `(${age}):`, detail === '' ? outcome : detail]
        .filter((part) => part !== null)
        .join(' '),
    };
  });
}
