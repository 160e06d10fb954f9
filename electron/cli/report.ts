import type { Check, Signer, VerifyReport } from '#shared/contract/evidence.ts';
import { formatBytes, formatNoun } from '#shared/format/bytes.ts';
import { answerQuestions } from '#shared/format/evidence-questions.ts';
import { describeEvidence } from '#shared/format/evidence-words.ts';
import { nextSteps } from '#shared/format/next-steps.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import type { ServerOutcome } from '#shared/contract/fleet.ts';

const marks: Readonly<Record<Check['status'], string>> = {
  verified: 'ok',
  failed: 'FAILED',
  warning: 'warning',
  'not-checked': 'not checked',
};

/** One check as lines: its state and sentence, and both sides when they matter. */
export function describeCheck(check: Check): string[] {
  const what = [check.path, check.detail]
    .filter((part) => part !== undefined)
    .map(toVisibleText)
    .join(': ');
  const code = check.code === undefined ? '' : `  ${check.code}`;
  const lines = [`  ${marks[check.status].padEnd(11)} ${check.id.padEnd(18)} ${what}${code}`.trimEnd()];
  if (check.status === 'verified') return lines;
  if (check.expected !== undefined) lines.push(`              expected  ${toVisibleText(check.expected)}`);
  if (check.found !== undefined) lines.push(`              found     ${toVisibleText(check.found)}`);
  return lines;
}

/** Who signed, as far as that is proven. */
export function describeSigner(signer: Signer | null): string {
  if (signer === null) return 'no signer';
  const owner = signer.anchor === undefined ? 'a key this site does not know' : signer.anchor.owner;
  return `${toVisibleText(owner)}, ${signer.keyType} ${signer.fingerprint}`;
}

const headlines: Readonly<Record<VerifyReport['verdict'], string>> = {
  verified: 'VERIFIED',
  failed: 'FAILED',
  warning: 'VERIFIED, WITH A WARNING',
  'not-checked': 'NOT VERIFIED',
};

/** Paths shown of each kind of difference; the rest is counted. */
const PATHS_SHOWN = 20;

/**
 * A verification for a person who has to decide now: the verdict in one sentence, an answer to each question, the files that
 * differ, everything that is not good with both sides, and what to do.
 */
export function describeReport(report: VerifyReport): string[] {
  const { checks, checkedAt } = report;
  const open = checks.filter(({ status }) => status !== 'verified');
  const held = checks.length - open.length;
  const next = nextSteps(checks);
  return [
    `${headlines[report.verdict]}  ${describeEvidence(report)}`,
    '',
    ...answerQuestions(report).map(
      ({ question, verdict, answer }) => `  ${marks[verdict].padEnd(11)} ${question.padEnd(13)} ${answer}`,
    ),
    ...section('Signed by', report.signers.flatMap(describeOneSigner)),
    ...section('Files that differ', describeDifferences(report)),
    ...section('Not good', open.flatMap(describeCheck)),
    ...section(
      'What to do',
      next.map((step) => `  ${step}`),
    ),
    '',
    `${formatNoun(held, 'check')} ${held === 1 ? 'holds' : 'hold'}; --json has every one. Checked at ${checkedAt}.`,
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

function describeOneSigner(signer: Signer): string[] {
  const { fingerprint, keyType, format, name, issuer, anchor } = signer;
  const known =
    anchor === undefined ? 'a key that no anchor of this site knows' : toVisibleText(anchor.owner);
  const named = [name, issuer === undefined ? undefined : `certified by ${issuer}`];
  const certificate = named.filter((part) => part !== undefined).map(toVisibleText);
  return [
    `  ${known}`,
    `    ${format === undefined ? '' : `${format}, `}${keyType} ${fingerprint}`,
    ...(certificate.length === 0 ? [] : [`    ${certificate.join(', ')}`]),
  ];
}

function describeDifferences({ files }: VerifyReport): string[] {
  const kinds = [
    ['changed', files.mismatched],
    ['missing', files.missing],
    // Where nothing is listed, everything would be.
    ['extra', files.listed === 0 ? [] : files.extra],
    ['unsigned', files.ignored],
  ] as const;
  return kinds.flatMap(([kind, paths]) => [
    ...paths.slice(0, PATHS_SHOWN).map((path) => `  ${kind.padEnd(9)} ${toVisibleText(path)}`),
    ...(paths.length > PATHS_SHOWN ? [`  ${kind.padEnd(9)} and ${paths.length - PATHS_SHOWN} more`] : []),
  ]);
}

/** What happened on each server. */
export function describeOutcomes(outcomes: readonly ServerOutcome[]): string[] {
  return outcomes.flatMap((outcome) => [
    `${outcome.server}: ${outcome.ok ? 'done' : 'FAILED'}, ${formatBytes(outcome.bytesSent)} sent, ` +
      `${formatBytes(outcome.bytesAlreadyThere)} there already, server hashed for ${outcome.serverHashMs} ms` +
      (outcome.live === null ? '' : `, live ${outcome.live.version} ${outcome.live.manifestDigest}`),
    ...outcome.checks.flatMap(describeCheck),
  ]);
}
