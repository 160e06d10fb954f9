import type { Signer, VerifyReport } from '#shared/contract/evidence.ts';
import { formatCount } from '#shared/format/bytes.ts';
import { formatTrustAge } from '#shared/format/dates.ts';
import { describeEvidence } from '#shared/format/evidence-words.ts';
import { nextSteps } from '#shared/format/next-steps.ts';
import { clipboardLimit } from '#renderer/lib/clipboard.ts';
import { useCall } from '#renderer/lib/query.ts';
import { AnswerList } from './answer-list.tsx';
import { CopyButton, Fingerprint } from './digest-text.tsx';
import { ExportEvidence, type ExportEvidenceProps } from './export-evidence.tsx';
import { Fact, Facts } from './facts.tsx';
import { SectionHeader } from './place-header.tsx';
import { PlainText } from './plain-text.tsx';
import { AgeText, TimeText } from './time-text.tsx';
import { VerdictMark } from './verdict.tsx';
import styles from './evidence-view.module.css';

/** Paths of one kind that are put into the page; the rest is counted, never silently left out. */
const pathLimit = 500;

/** Who signed, as far as the bytes prove it, and what came along as a claim. */
export function SignerFacts({ report }: { report: VerifyReport }) {
  const { signer, signature } = report;
  const outcome = { valid: 'verified', absent: 'not-checked', invalid: 'failed' } as const;
  return (
    <Facts>
      <Fact name="signature">
        <VerdictMark verdict={outcome[signature]} label={signature} />
      </Fact>
      <Fact name="format">{report.format}</Fact>
      {(report.signers.length > 0 ? report.signers : signer ? [signer] : []).map((each, index) => (
        <OneSigner key={index} signer={each} />
      ))}
      {report.provenAt === null ? null : (
        <Fact name="proven time">
          <TimeText at={report.provenAt} />
        </Fact>
      )}
    </Facts>
  );
}

/** One whose signature holds or was tried: the key, what a certificate names, the anchor, the claim. */
function OneSigner({ signer }: { signer: Signer }) {
  const named = [
    ['key type', signer.keyType],
    ['signed as', signer.format],
    ['names', signer.name],
    ['issuer', signer.issuer],
    ['certificate', signer.certificate],
  ] as const;
  return (
    <>
      <Fact name="fingerprint">
        <Fingerprint fingerprint={signer.fingerprint} />
      </Fact>
      {named.map(([name, text]) =>
        text === undefined ? null : (
          <Fact key={name} name={name}>
            <PlainText text={text} />
          </Fact>
        ),
      )}
      <Fact name="anchor">
        {signer.anchor ? (
          <>
            <PlainText text={signer.anchor.owner} />, accepted{' '}
            <AgeText at={signer.anchor.addedAt} suffix=" ago" />
          </>
        ) : (
          <VerdictMark verdict="failed" label="none of this site's anchors knows this key" />
        )}
      </Fact>
      {signer.validUntil === undefined ? null : (
        <Fact name="ends">
          <TimeText at={signer.validUntil} />
        </Fact>
      )}
      {signer.root === undefined ? null : (
        <Fact name="proven by">
          <PlainText text={signer.root.label} />
          {signer.root.newestEntry === null ? null : (
            <>
              , newest entry <AgeText at={signer.root.newestEntry} suffix=" old" />
            </>
          )}
        </Fact>
      )}
      {signer.comment === undefined ? null : (
        <Fact name="claim">
          <PlainText text={signer.comment} />
        </Fact>
      )}
    </>
  );
}

/** What was compared with what the signature or its list names. */
export function FileFacts({ report }: { report: VerifyReport }) {
  const { files } = report;
  const lists = [
    ['missing', files.missing],
    ['other bytes', files.mismatched],
    ['not listed', files.extra],
    ['unsigned, left out by the signer', files.ignored],
  ] as const;
  return (
    <Facts>
      <Fact name="files">
        {formatCount(files.verified)} of {formatCount(files.listed)} as listed
      </Fact>
      {lists
        .filter(([, paths]) => paths.length > 0)
        .map(([name, paths]) => (
          <Fact key={name} name={name}>
            <ul className={styles.paths}>
              {paths.slice(0, pathLimit).map((path) => (
                <li key={path}>
                  <PlainText mono text={path} />
                </li>
              ))}
              {paths.length > pathLimit ? <li>and {formatCount(paths.length - pathLimit)} more</li> : null}
            </ul>
          </Fact>
        ))}
    </Facts>
  );
}

export interface EvidenceViewProps {
  report: VerifyReport;
  /** Who had it checked; the report itself does not say. */
  by?: string | undefined;
  /** What it is evidence of: then it can be exported. */
  exported?: ExportEvidenceProps | undefined;
}

/** All evidence: the verdict in words, the answer to each question with its checks, the signers, the files, what to do. */
export function EvidenceView({ report, by, exported }: EvidenceViewProps) {
  const json = JSON.stringify(report, null, 2);
  const { checkedAt, trustAgeDays } = report;
  const steps = nextSteps(report.checks);
  return (
    <div className={styles.evidence}>
      <p className={styles.sentence}>
        <VerdictMark verdict={report.verdict} label={`${report.verdict}: ${describeEvidence(report)}`} />
      </p>
      <ClockWarning report={report} />
      <AnswerList report={report} />
      {steps.length === 0 ? null : (
        <ul className={styles.steps} aria-label="What to do">
          {steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ul>
      )}
      <SectionHeader title="Signed by" />
      <SignerFacts report={report} />
      <SectionHeader title="Files" />
      <FileFacts report={report} />
      <SectionHeader title="Checked">
        {json.length <= clipboardLimit ? (
          <span className={styles.copy}>
            JSON <CopyButton text={json} what="the report as JSON" />
          </span>
        ) : null}
      </SectionHeader>
      <Facts>
        <Fact name="when">
          <TimeText at={checkedAt} />
          {by === undefined ? null : (
            <>
              {' by '}
              <PlainText text={by} />
            </>
          )}
        </Fact>
        <Fact name="trust data">
          {trustAgeDays === null ? 'none was used' : formatTrustAge(trustAgeDays)}
        </Fact>
      </Facts>
      {exported === undefined ? null : <ExportEvidence {...exported} />}
    </div>
  );
}

const behindNow =
  'The clock of this machine is behind the newest signed time that was seen here: set it, and check again.';

/** A clock that is, or was, behind what was proven makes every answer about time worth less: it is said before them. */
function ClockWarning({ report }: { report: VerifyReport }) {
  const status = useCall('system.status', {}, ['audit', 'trust']);
  const check = report.checks.find(({ id, status: outcome }) => id === 'clock' && outcome !== 'verified');
  const words = check?.detail ?? (status.value?.clockBehind === true ? behindNow : undefined);
  if (words === undefined) return null;
  return (
    <p className={styles.clock} role="note">
      <VerdictMark verdict="warning" label={words} />
    </p>
  );
}
