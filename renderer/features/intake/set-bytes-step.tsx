import type { Check } from '#shared/contract/evidence.ts';
import type { Job } from '#shared/contract/jobs.ts';
import { Button } from '#renderer/components/button.tsx';
import { CheckList } from '#renderer/components/check-list.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { JobProgress } from '#renderer/components/progress-line.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { fetchJob, isOpen, isUnderWay, jobResult, useJob } from '#renderer/lib/jobs.ts';
import { rememberVerify, useIntake } from './intake-store.ts';
import { jobDuration } from './job-time.ts';
import { splitBySteps } from './step-checks.ts';
import { Step } from './step.tsx';
import { BytesStep } from './verify-steps.tsx';

interface SetBytesStepProps {
  handle: string;
  sources: readonly string[];
  checks: readonly Check[];
  importJob: Job | undefined;
}

/** The payload of a set: read when it is brought in, or before that, in place. */
export function SetBytesStep({ handle, sources, checks, importJob }: SetBytesStepProps) {
  const verifyJob = useJob(useIntake((state) => state.verifyJobs[handle] ?? null));
  const report = jobResult(verifyJob, 'verify');
  const verify = useAct();
  const startVerify = () =>
    verify.run(async () => {
      const { jobId } = await call('verify.start', { sources: [...sources] });
      rememberVerify(handle, jobId);
      await fetchJob(jobId);
    });
  if (report !== null) {
    return (
      <BytesStep
        report={report}
        checks={[...splitBySteps(report.checks).bytes, ...checks]}
        duration={jobDuration(verifyJob)}
        restsOn="Every part was read where it lies and hashed. Nothing was copied; bringing the set in reads and hashes it again."
      />
    );
  }
  const isVerifying = verifyJob !== undefined && isUnderWay(verifyJob);
  const isImporting = importJob !== undefined && isOpen(importJob);
  return (
    <Step
      name="Bytes"
      verdict={checks.some((check) => check.status === 'failed') ? 'failed' : 'not-checked'}
      summary={isVerifying ? 'being checked in place' : describeImport(importJob)}
      restsOn="Bringing the set in reads every part once and hashes it on the way. Checking in place reads everything without taking anything in."
    >
      {checks.length > 0 ? <CheckList checks={checks} label="Checks of bytes" /> : null}
      {verifyJob ? <JobProgress job={verifyJob} headless /> : null}
      {verify.failure ? <InlineFailure failure={verify.failure} /> : null}
      {isVerifying || isImporting ? null : (
        <div>
          <Button busy={verify.busy} onClick={() => void startVerify()}>
            Check in place
          </Button>
        </div>
      )}
    </Step>
  );
}

function describeImport(job: Job | undefined): string {
  if (job === undefined || !isOpen(job)) return 'payload not read yet';
  if (job.state === 'waiting') return 'read as far as volumes are here; what is good is kept';
  return job.state === 'interrupted'
    ? 'read in part; the rest when the import is resumed'
    : 'being read by the import';
}
