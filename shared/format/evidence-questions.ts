import type { Check, Verdict, VerifyReport } from '#shared/contract/evidence.ts';
import { formatNoun } from './bytes.ts';
import { formatTrustAge } from './dates.ts';
import { toVisibleText } from './visible-text.ts';

/** What a verification answers, each by itself. `scan` is there when something was scanned. */
export const questions = [
  'signature',
  'identity',
  'time',
  'revocation',
  'freshness',
  'completeness',
  'scan',
] as const;
export type Question = (typeof questions)[number];

/** One question with its verdict, the answer in a few words, and the checks that it rests on. */
export interface Answer {
  readonly question: Question;
  readonly verdict: Verdict;
  readonly answer: string;
  readonly checks: readonly Check[];
}

/** First that fits decides; an id that nobody knows is about the bytes, where nothing is taken for granted. */
const owners: readonly (readonly [RegExp, Question])[] = [
  [/^(?:signature|signers|log|files\.root|volume\.signature|set\.(?:control|format))$/, 'signature'],
  [/^(?:.*\.)?revocation(?:\..*)?$/, 'revocation'],
  [/^(?:identity|models|purpose|format|namespace|chain|policy\.signers)(?:\..*)?$/, 'identity'],
  [/^(?:time|clock)(?:\..*)?$/, 'time'],
  [/^(?:freshness|trust|set\.sequence)(?:\..*)?$/, 'freshness'],
  [/^(?:scan|policy)(?:\..*)?$/, 'scan'],
];

/** The question that a check belongs to. */
export function questionOf({ id }: Pick<Check, 'id'>): Question {
  return owners.find(([pattern]) => pattern.test(id))?.[1] ?? 'completeness';
}

const worstFirst: readonly Verdict[] = ['failed', 'warning', 'not-checked', 'verified'];

/** A report as answers, always in the same order; every check is in exactly one. */
export function answerQuestions(report: VerifyReport): Answer[] {
  return questions.flatMap((question): Answer[] => {
    const checks = report.checks.filter((check) => questionOf(check) === question);
    if (question === 'scan' && checks.length === 0) return [];
    const verdict = worstOf(checks.filter((check) => checks.length === 1 || !isAbsentScanner(check)));
    const isBad = verdict === 'failed' || verdict === 'warning';
    const answer = isBad ? describeWorst(checks, verdict) : good[question](report, verdict);
    return [{ question, verdict, answer, checks }];
  });
}

/** That no outside scanner looked is said, and makes nothing worse where this one did. */
function isAbsentScanner({ id, status }: Check): boolean {
  return id === 'scan.outside' && status === 'not-checked';
}

function worstOf(checks: readonly Check[]): Verdict {
  return worstFirst.find((each) => checks.some(({ status }) => status === each)) ?? 'not-checked';
}

/** The first of the gravest checks in words, and how many more there are. */
function describeWorst(checks: readonly Check[], verdict: Verdict): string {
  const [first, ...more] = checks.filter(({ status }) => status === verdict);
  const said = first?.detail ?? first?.found ?? first?.id ?? '';
  const path = first?.path ?? '';
  const where = path === '' || said.includes(path) ? '' : `${toVisibleText(path)}: `;
  const rest = more.length === 0 ? '' : ` And ${more.length} more.`;
  return `${where}${toVisibleText(said)}${rest}`;
}

const good: Readonly<Record<Question, (report: VerifyReport, verdict: Verdict) => string>> = {
  signature: ({ signature, format }) => (signature === 'absent' ? 'there is none' : `holds (${format})`),
  identity: ({ signer }) =>
    signer?.anchor === undefined
      ? 'nobody is proven to have signed'
      : `${toVisibleText(signer.anchor.owner)}, who counts here`,
  time: (_, verdict) => (verdict === 'verified' ? 'signed and checked in time' : unasked),
  revocation: (_, verdict) => (verdict === 'verified' ? 'nothing is revoked at this site' : unasked),
  freshness: ({ trustAgeDays }) =>
    trustAgeDays === null ? 'no trust data was used' : `trust data ${formatTrustAge(trustAgeDays)}`,
  completeness: ({ files, signature }, verdict) =>
    verdict === 'verified' || files.listed > 0
      ? `${files.verified} of ${formatNoun(files.listed, 'file')} as ${signature === 'valid' ? 'signed' : 'listed'}`
      : 'nothing lists the files',
  scan: (_, verdict) =>
    verdict === 'verified' ? 'nothing that the policy objects to' : 'not looked at in full',
};

const unasked = 'not asked: no signer is known';
