import type { ImportDetail, ReleaseFile } from '#shared/contract/releases.ts';
import { formatBytes, formatNoun } from '#shared/format/bytes.ts';
import { LinkButton } from '#renderer/components/button.tsx';
import { CheckList } from '#renderer/components/check-list.tsx';
import { DataTable } from '#renderer/components/data-table.tsx';
import { DigestText } from '#renderer/components/digest-text.tsx';
import { EvidenceView } from '#renderer/components/evidence-view.tsx';
import { ReleaseSignatures } from '#renderer/components/release-signatures.tsx';
import { worstOf } from '#renderer/components/evidence-words.ts';
import { Loaded } from '#renderer/components/loaded.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { JobProgress } from '#renderer/components/progress-line.tsx';
import { SizeText } from '#renderer/components/size-text.tsx';
import { compareBy, type Column } from '#renderer/components/table-columns.ts';
import { TimeText } from '#renderer/components/time-text.tsx';
import { isUnderWay, useJobs } from '#renderer/lib/jobs.ts';
import { goTo } from '#renderer/lib/navigation.ts';
import { useCall } from '#renderer/lib/query.ts';
import { Decision, RefuseImport } from './decision.tsx';
import { broughtIn, jobDuration } from './job-time.ts';
import { ImportScanStep } from './scan-step.tsx';
import { splitBySteps } from './step-checks.ts';
import { DecisionStep, Step } from './step.tsx';
import { BytesStep, SignatureStep } from './verify-steps.tsx';
import styles from './intake.module.css';

const columns: readonly Column<ReleaseFile>[] = [
  {
    id: 'path',
    header: 'File',
    cell: (file) => <PlainText mono text={file.path} />,
    compare: compareBy((file) => file.path),
  },
  {
    id: 'role',
    header: 'Role',
    width: '96px',
    keepFrom: 'middle',
    cell: (file) => file.role,
    compare: compareBy((file) => file.role),
  },
  {
    id: 'size',
    header: 'Size',
    width: '88px',
    align: 'end',
    cell: (file) => <SizeText sizeBytes={file.sizeBytes} />,
    compare: compareBy((file) => file.sizeBytes),
  },
  {
    id: 'digest',
    header: 'SHA-256',
    width: '160px',
    cell: (file) => <DigestText digest={file.digest} />,
  },
];

/** An import in quarantine: its evidence, and the decision about it. */
export function ImportPanel({ id }: { id: string }) {
  const detail = useCall('imports.get', { id }, ['imports', 'anchors', 'releases', 'policy', 'waivers']);
  return (
    <Loaded query={detail} label="Reading the import">
      {(found) => (
        <>
          <header className={styles.banner}>
            <h2>
              {found.model} {found.version}
            </h2>
            <p>
              <ImportState detail={found} />, from <PlainText text={found.source} />, begun{' '}
              <TimeText at={found.startedAt} /> by <PlainText text={found.startedBy} />
            </p>
          </header>
          <ImportBody key={found.id} detail={found} />
        </>
      )}
    </Loaded>
  );
}

function ImportState({ detail }: { detail: ImportDetail }) {
  const { state, model, version } = detail;
  if (state !== 'published') return <>{state === 'rejected' ? 'refused' : state}</>;
  return (
    <>
      published as{' '}
      <LinkButton onClick={() => goTo('models', { model, version })}>
        {model}@{version}
      </LinkButton>
    </>
  );
}

function ImportBody({ detail }: { detail: ImportDetail }) {
  if (detail.state === 'receiving') return <Receiving detail={detail} />;
  if (!detail.evidence) {
    return (
      <DecisionStep>
        {detail.reason === null ? null : <PlainText text={detail.reason} />}
        {detail.state === 'failed' ? <RefuseImport detail={detail} /> : null}
      </DecisionStep>
    );
  }
  return <Evidence detail={detail} evidence={detail.evidence} />;
}

/** Bytes are still coming in, or stopped coming when the job was interrupted. */
function Receiving({ detail }: { detail: ImportDetail }) {
  const name = `${detail.model} ${detail.version}`;
  const jobs = useJobs().filter(
    (job) =>
      (job.kind === 'bundle-import' || (job.kind === 'import' && job.title.includes(name))) &&
      (isUnderWay(job) || job.canResume),
  );
  const isRunning = jobs.some(isUnderWay);
  return (
    <DecisionStep>
      <p>
        {isRunning
          ? 'The bytes are still coming in. The decision follows when they are checked.'
          : 'Not all bytes came in. Resume the job, or refuse the import to clear its quarantine.'}
      </p>
      {jobs.map((job) => (
        <JobProgress key={job.id} job={job} />
      ))}
      {isRunning ? null : <RefuseImport detail={detail} />}
    </DecisionStep>
  );
}

function Evidence({
  detail,
  evidence,
}: {
  detail: ImportDetail;
  evidence: NonNullable<ImportDetail['evidence']>;
}) {
  const { files, sizeBytes, manifestDigest, startedBy } = detail;
  const steps = splitBySteps(evidence.checks);
  const size = `${formatNoun(files.length, 'file')}, ${formatBytes(sizeBytes)}`;
  const job = useJobs().find((each) => broughtIn(each, detail.id));
  return (
    <>
      <Step
        name="Contents"
        verdict={steps.contents.length > 0 ? worstOf(steps.contents) : 'verified'}
        summary={size}
        restsOn="The files as they lie in quarantine, each by its digest. The manifest's digest would be the release's identity."
      >
        {manifestDigest === null ? null : (
          <p className={styles.state}>
            manifest <DigestText digest={manifestDigest} full />
          </p>
        )}
        <div className={styles.table}>
          <DataTable
            label="Files in quarantine"
            columns={columns}
            rows={files}
            rowId={(file) => file.path}
            sortedBy={{ column: 'path' }}
          />
        </div>
        {steps.contents.length > 0 ? (
          <CheckList checks={steps.contents} label="Checks of the contents" />
        ) : null}
      </Step>
      <SignatureStep report={evidence} checks={steps.signatures} />
      <BytesStep
        report={evidence}
        checks={steps.bytes}
        duration={jobDuration(job)}
        restsOn="Every byte was read once from the medium and hashed while it was copied into quarantine."
      />
      <ImportScanStep detail={detail} />
      <DecisionStep>
        <Decision detail={detail} />
      </DecisionStep>
      <Step
        name="Evidence"
        verdict={evidence.verdict}
        summary="every question, with the checks behind it"
        restsOn="Everything that was checked, with both sides of each comparison, as it is kept with the release."
      >
        <ReleaseSignatures of={{ import: detail.id }} />
        <EvidenceView
          report={evidence}
          by={startedBy}
          exported={{ of: { import: detail.id }, name: `${detail.model}@${detail.version}` }}
        />
      </Step>
    </>
  );
}
