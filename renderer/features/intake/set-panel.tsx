import type { Recognised, SetInspection } from '#shared/contract/transfers.ts';
import { CheckList } from '#renderer/components/check-list.tsx';
import { Fingerprint } from '#renderer/components/digest-text.tsx';
import { worstOf } from '#renderer/components/evidence-words.ts';
import { Fact, Facts } from '#renderer/components/facts.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { TakeInSet } from '#renderer/components/take-in-set.tsx';
import { isOpen, useJob } from '#renderer/lib/jobs.ts';
import { useCall } from '#renderer/lib/query.ts';
import { SetImport } from './bring-in-set.tsx';
import { rememberImport, useIntake } from './intake-store.ts';
import { SetScanStep } from './scan-step.tsx';
import { SetBytesStep } from './set-bytes-step.tsx';
import { SetContentsStep } from './set-contents-step.tsx';
import { describeSetSigner } from './set-words.ts';
import { splitBySteps } from './step-checks.ts';
import { DecisionStep, Step } from './step.tsx';

const noVolumes: readonly { handle: string; label: string }[] = [];

/** A transfer set: its signed control file is checked at once, its payload when it is brought in. */
export function SetPanel({ handle, found }: { handle: string; found: Recognised }) {
  const joined = useIntake((state) => state.joined[handle] ?? noVolumes);
  const sources = [handle, ...joined.map((volume) => volume.handle)];
  const inspection = useCall('bundles.inspect', { sources }, ['media', 'anchors', 'releases', 'transfers']);
  return (
    <Loaded query={inspection} label="Checking the control file">
      {(set) => <InspectedSet handle={handle} sources={sources} found={found} set={set} />}
    </Loaded>
  );
}

interface InspectedSetProps {
  handle: string;
  sources: readonly string[];
  found: Recognised;
  set: SetInspection;
}

function InspectedSet({ handle, sources, found, set }: InspectedSetProps) {
  const importJob = useJob(useIntake((state) => state.importJobs[handle] ?? null));
  const steps = splitBySteps(set.checks);
  return (
    <>
      <SetContentsStep
        handle={handle}
        found={found}
        set={set}
        checks={steps.contents}
        importJob={importJob}
      />
      <Step
        name="Signatures"
        verdict={set.signature === 'absent' ? 'not-checked' : worstOf(steps.signatures)}
        summary={describeSetSigner(set)}
        restsOn="The control file's signature was checked with its key, before any payload; the key was looked up among this site's anchors."
      >
        {set.signer ? (
          <Facts>
            <Fact name="fingerprint">
              <Fingerprint fingerprint={set.signer.fingerprint} />
            </Fact>
            <Fact name="key type">{set.signer.keyType}</Fact>
          </Facts>
        ) : null}
        <CheckList checks={steps.signatures} label="Checks of signatures" />
      </Step>
      <SetBytesStep handle={handle} sources={sources} checks={steps.bytes} importJob={importJob} />
      <SetScanStep />
      <DecisionStep>
        {importJob ? <SetImport handle={handle} jobId={importJob.id} /> : null}
        {importJob && (isOpen(importJob) || importJob.state === 'done') ? null : (
          <TakeInSet sources={sources} set={set} onStarted={(jobId) => rememberImport(handle, jobId)} />
        )}
      </DecisionStep>
    </>
  );
}
