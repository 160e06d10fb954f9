import type { Finding, ScanVerdict, Severity } from '#shared/contract/scan.ts';

/** What each severity comes to where no policy says otherwise. */
export const verdictOfSeverity: Readonly<Record<Severity, ScanVerdict>> = {
  info: 'pass',
  warning: 'review',
  high: 'review',
  critical: 'block',
};

const gravest: readonly ScanVerdict[] = ['block', 'review', 'pass'];

/** The worst of several verdicts; `pass` when there is none. */
export function worst(verdicts: readonly ScanVerdict[]): ScanVerdict {
  return gravest.find((verdict) => verdicts.includes(verdict)) ?? 'pass';
}

/** The verdict of some findings by their severities alone. */
export function verdictOf(findings: readonly Finding[]): ScanVerdict {
  return worst(findings.map(({ severity }) => verdictOfSeverity[severity]));
}
