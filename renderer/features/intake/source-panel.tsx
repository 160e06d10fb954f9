import { useEffect } from 'react';
import type { Job } from '#shared/contract/jobs.ts';
import type { Recognised } from '#shared/contract/transfers.ts';
import { formatBytes, formatNoun } from '#shared/format/bytes.ts';
import { Button } from '#renderer/components/button.tsx';
import { CheckList } from '#renderer/components/check-list.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { worstOf } from '#renderer/components/evidence-words.ts';
import { Fact, Facts } from '#renderer/components/facts.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { JobProgress } from '#renderer/components/progress-line.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { fetchJob, isUnderWay, jobResult, useJob } from '#renderer/lib/jobs.ts';
import { goTo } from '#renderer/lib/navigation.ts';
import { useCall } from '#renderer/lib/query.ts';
import { BringInFolder } from './bring-in-folder.tsx';
import { forgetImport, rememberVerify, selectImport, useIntake } from './intake-store.ts';
import { jobDuration } from './job-time.ts';
import { SourceScanStep } from './scan-step.tsx';
import { SetPanel } from './set-panel.tsx';
import { splitBySteps } from './step-checks.ts';
import { DecisionStep, Step } from './step.tsx';
import { BytesStep, SignatureStep } from './verify-steps.tsx';

/** A source that lies on a volume or in a folder, from its contents to the decision to bring it in. */
export function SourcePanel({ handle }: { handle: string }) {
  const recognised = useCall('media.recognise', { source: handle }, ['media']);
  return (
    <Loaded query={recognised} label="Looking at what lies there">
      {(found) => <RecognisedPanel key={handle} handle={handle} found={found} />}
    </Loaded>
  );
}

function RecognisedPanel({ handle, found }: { handle: string; found: Recognised }) {
  if (found.kind === 'transfer-set') return <SetPanel handle={handle} found={found} />;
  if (found.kind === 'receipt') {
    return (
      <EmptyState
        sentence={`${found.title}. A receipt says what another site holds; a delta set is written against it.`}
        action={<Button onClick={() => goTo('transfers')}>Open Transfers</Button>}
      />
    );
  }
  return <FolderPanel handle={handle} found={found} />;
}

function FolderPanel({ handle, found }: { handle: string; found: Recognised }) {
  const verifyJob = useJob(useIntake((state) => state.verifyJobs[handle] ?? null));
  const importJob = useJob(useIntake((state) => state.importJobs[handle] ?? null));
  const report = jobResult(verifyJob, 'verify');
  const done = jobResult(importJob, 'import');
  useEffect(() => {
    if (!done) return;
    forgetImport(handle);
    selectImport(done.importId);
  }, [done, handle]);
  const checks = splitBySteps(report?.checks ?? []);
  return (
    <>
      <ContentsStep found={found} />
      {report ? (
        <>
          <SignatureStep report={report} checks={checks.signatures} />
          <BytesStep
            report={report}
            checks={checks.bytes}
            duration={jobDuration(verifyJob)}
            restsOn="Every listed file was read where it lies and hashed. Nothing was copied; the import reads and hashes it again."
          />
        </>
      ) : (
        <UncheckedSteps
          handle={handle}
          found={found}
          job={verifyJob}
          isImporting={importJob !== undefined && isUnderWay(importJob)}
        />
      )}
      <SourceScanStep handle={handle} isImporting={importJob !== undefined && isUnderWay(importJob)} />
      <DecisionStep>
        {importJob && isUnderWay(importJob) ? (
          <JobProgress job={importJob} />
        ) : (
          <>
            {importJob ? <JobProgress job={importJob} /> : null}
            <BringInFolder handle={handle} found={found} />
          </>
        )}
      </DecisionStep>
    </>
  );
}

/** The Contents row: what lies there, by names and sizes alone. */
function ContentsStep({ found }: { found: Recognised }) {
  const size = `${formatNoun(found.fileCount, 'file')}, ${formatBytes(found.sizeBytes)}`;
  const isRefused = found.problems.length > 0;
  const verdict = isRefused ? worstOf(found.problems) : found.kind === 'unknown' ? 'warning' : 'verified';
  return (
    <Step
      name="Contents"
      verdict={verdict}
      summary={
        <>
          <PlainText text={found.title} />, {size}
        </>
      }
      restsOn="Names, kinds and sizes of the files. Only regular files with names that are safe everywhere can be taken in; no byte of a weight file was read yet."
    >
      <Facts>
        <Fact name="files">{size}</Fact>
        <Fact name="signatures">
          {found.signatures.length === 0
            ? 'no signature file is here'
            : found.signatures.map((path) => (
                <div key={path}>
                  <PlainText mono text={path} />
                </div>
              ))}
        </Fact>
      </Facts>
      {isRefused ? <CheckList checks={found.problems} label="What would be refused" /> : null}
    </Step>
  );
}

interface UncheckedStepsProps {
  handle: string;
  found: Recognised;
  job: Job | undefined;
  /** The import reads the bytes now; checking in place as well would only slow it down. */
  isImporting: boolean;
}

/** Signatures and Bytes before anybody looked. */
function UncheckedSteps({ handle, found, job, isImporting }: UncheckedStepsProps) {
  const act = useAct();
  const start = () =>
    act.run(async () => {
      const { jobId } = await call('verify.start', { sources: [handle] });
      rememberVerify(handle, jobId);
      await fetchJob(jobId);
    });
  const signatures =
    found.signatures.length === 0
      ? 'no signature file is here'
      : `${formatNoun(found.signatures.length, 'signature file')} here, not checked yet`;
  return (
    <>
      <Step
        name="Signatures"
        verdict="not-checked"
        summary={signatures}
        restsOn="Signatures are checked by the import, or by checking in place below."
      >
        {found.signatures.map((path) => (
          <PlainText key={path} mono text={path} />
        ))}
      </Step>
      <Step
        name="Bytes"
        verdict="not-checked"
        summary={
          isImporting
            ? 'being read by the import'
            : job && isUnderWay(job)
              ? 'being checked in place'
              : 'not read yet'
        }
        restsOn="The import reads every byte once and hashes it on the way in. Checking in place reads everything without taking anything in."
        startOpen={!isImporting}
      >
        {job ? <JobProgress job={job} headless /> : null}
        {act.failure ? <InlineFailure failure={act.failure} /> : null}
        {isImporting || (job && isUnderWay(job)) ? null : (
          <div>
            <Button busy={act.busy} onClick={() => void start()}>
              Check in place
            </Button>
          </div>
        )}
      </Step>
    </>
  );
}
