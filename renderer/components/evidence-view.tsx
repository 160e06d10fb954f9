import type { Signer, VerifyReport } from '#shared/contract/evidence.ts';
import { formatCount } from '#shared/format/bytes.ts';
import { formatTrustAge } from '#shared/format/dates.ts';
import { describeEvidence } from '#shared/format/evidence-words.ts';
import { clipboardLimit } from '#renderer/lib/clipboard.ts';
import { CheckList } from './check-list.tsx';
import { CopyButton, Fingerprint } from './digest-text.tsx';
import { Fact, Facts } from './facts.tsx';
import { SectionHeader } from './place-header.tsx';
import { PlainText } from './plain-text.tsx';
import { AgeText, TimeText } from './time-text.tsx';
import { VerdictMark } from './verdict.tsx';
import styles from './evidence-view.module.css';

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
              {paths.map((path) => (
                <li key={path}>
                  <PlainText mono text={path} />
                </li>
              ))}
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
  /** Only the checks: who signed and which files are told elsewhere on the page. */
  checksOnly?: boolean;
}

/** All evidence: the verdict in words, the signer, the files, and every check with both sides. */
export function EvidenceView({ report, by, checksOnly = false }: EvidenceViewProps) {
  const json = JSON.stringify(report, null, 2);
  const { checkedAt, trustAgeDays } = report;
  return (
    <div className={styles.evidence}>
      {checksOnly ? null : (
        <>
          <p className={styles.sentence}>
            <VerdictMark verdict={report.verdict} label={`${report.verdict}: ${describeEvidence(report)}`} />
          </p>
          <SignerFacts report={report} />
          <FileFacts report={report} />
        </>
      )}
      <Facts>
        <Fact name="checked">
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
      <SectionHeader title={`Checks (${formatCount(report.checks.length)})`}>
        {json.length <= clipboardLimit ? (
          <span className={styles.copy}>
            JSON <CopyButton text={json} what="the report as JSON" />
          </span>
        ) : null}
      </SectionHeader>
      <CheckList checks={report.checks} label="Checks" />
    </div>
  );
}
