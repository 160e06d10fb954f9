import type { ReactNode } from 'react';
import type { Check, VerifyReport } from '#shared/contract/evidence.ts';
import { formatCount } from '#shared/format/bytes.ts';
import { CheckList } from '#renderer/components/check-list.tsx';
import { FileFacts, SignerFacts } from '#renderer/components/evidence-view.tsx';
import { describeSigner } from '#shared/format/evidence-words.ts';
import { worstOf } from '#renderer/components/evidence-words.ts';
import { Step } from './step.tsx';

/** The Signatures row of a report. */
export function SignatureStep({ report, checks }: { report: VerifyReport; checks: readonly Check[] }) {
  return (
    <Step
      name="Signatures"
      verdict={report.signature === 'absent' ? 'not-checked' : worstOf(checks)}
      summary={describeSigner(report)}
      restsOn="The signature was checked with its key, and the key was looked up among this site's anchors. That is who signed, not whether they should be believed."
    >
      <SignerFacts report={report} />
      <CheckList checks={checks} label="Checks of signatures" />
    </Step>
  );
}

function describeFiles({ files, format }: VerifyReport): string {
  // A set is checked by its blobs, of which the manifests are some.
  const things = format === 'transfer-set' ? 'parts' : 'files';
  const wrong = files.mismatched.length + files.missing.length;
  if (wrong > 0) return `${formatCount(wrong)} of ${formatCount(files.listed)} ${things} are not as listed`;
  if (files.listed === 0) return 'nothing lists the files';
  return `${formatCount(files.verified)} of ${formatCount(files.listed)} ${things} as listed`;
}

export interface BytesStepProps {
  report: VerifyReport;
  checks: readonly Check[];
  duration?: string | undefined;
  restsOn: string;
  children?: ReactNode;
}

/** The Bytes row of a report. */
export function BytesStep({ report, checks, duration, restsOn, children }: BytesStepProps) {
  return (
    <Step
      name="Bytes"
      verdict={worstOf(checks)}
      summary={describeFiles(report)}
      duration={duration}
      restsOn={restsOn}
    >
      <FileFacts report={report} />
      {children}
      <CheckList checks={checks} label="Checks of bytes" />
    </Step>
  );
}
