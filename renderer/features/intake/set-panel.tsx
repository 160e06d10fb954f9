import type { Recognised, SetInspection } from '#shared/contract/transfers.ts';
import { formatBytes, formatNoun } from '#shared/format/bytes.ts';
import { Button } from '#renderer/components/button.tsx';
import { CheckList } from '#renderer/components/check-list.tsx';
import { DigestText, Fingerprint } from '#renderer/components/digest-text.tsx';
import { worstOf } from '#renderer/components/evidence-words.ts';
import { Fact, Facts } from '#renderer/components/facts.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { JobProgress } from '#renderer/components/progress-line.tsx';
import { TakeInSet } from '#renderer/components/take-in-set.tsx';
import { TimeText } from '#renderer/components/time-text.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { fetchJob, isOpen, isUnderWay, jobResult, useJob } from '#renderer/lib/jobs.ts';
import { useCall } from '#renderer/lib/query.ts';
import { joinVolume, rememberImport, rememberVerify, useIntake } from './intake-store.ts';
import { SetImport } from './bring-in-set.tsx';
import { jobDuration } from './job-time.ts';
import { SetScanStep } from './scan-step.tsx';
import { splitBySteps } from './step-checks.ts';
import { DecisionStep, Step } from './step.tsx';
import { BytesStep } from './verify-steps.tsx';
import styles from './intake.module.css';

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
  const verifyJob = useJob(useIntake((state) => state.verifyJobs[handle] ?? null));
  const importJob = useJob(useIntake((state) => state.importJobs[handle] ?? null));
  const report = jobResult(verifyJob, 'verify');
  const steps = splitBySteps(set.checks);
  const contents = [...found.problems, ...steps.contents];
  const verify = useAct();
  const startVerify = () =>
    verify.run(async () => {
      const { jobId } = await call('verify.start', { sources: [...sources] });
      rememberVerify(handle, jobId);
      await fetchJob(jobId);
    });
  const isImporting = importJob !== undefined && isUnderWay(importJob);
  const isVerifying = verifyJob !== undefined && isUnderWay(verifyJob);
  return (
    <>
      <Step
        name="Contents"
        verdict={worstOf(contents)}
        summary={`${found.title}: ${formatNoun(set.releases.length, 'release')}, ${formatBytes(set.payloadBytes)}`}
        restsOn="What the set's control file lists, held against what lies here and what this site holds. No payload was read yet."
        startOpen
      >
        <SetFacts set={set} />
        <Volumes handle={handle} set={set} />
        <CheckList checks={contents} label="Checks of the contents" />
      </Step>
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
      {report ? (
        <BytesStep
          report={report}
          checks={[...splitBySteps(report.checks).bytes, ...steps.bytes]}
          duration={jobDuration(verifyJob)}
          restsOn="Every part was read where it lies and hashed. Nothing was copied; bringing the set in reads and hashes it again."
        />
      ) : (
        <Step
          name="Bytes"
          verdict={steps.bytes.some((check) => check.status === 'failed') ? 'failed' : 'not-checked'}
          summary={
            isImporting
              ? 'being read by the import'
              : isVerifying
                ? 'being checked in place'
                : 'payload not read yet'
          }
          restsOn="Bringing the set in reads every part once and hashes it on the way. Checking in place reads everything without taking anything in."
        >
          {steps.bytes.length > 0 ? <CheckList checks={steps.bytes} label="Checks of bytes" /> : null}
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
      )}
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

function describeSetSigner({ signature, signer }: SetInspection): string {
  if (signature === 'absent') return 'No signature';
  if (signature === 'invalid') return 'A signature is present and does not hold';
  return signer?.anchor
    ? `Signed by ${signer.anchor.owner}`
    : 'Signed by a key that no anchor of this site knows';
}

function SetFacts({ set }: { set: SetInspection }) {
  return (
    <>
      <Facts>
        <Fact name="origin">
          <PlainText text={set.origin} />, set number {set.sequence}
        </Fact>
        <Fact name="written">
          <TimeText at={set.createdAt} />
        </Fact>
        <Fact name="kind">
          {set.deltaOf === null ? (
            'complete'
          ) : (
            <>
              delta against receipt <PlainText mono text={set.deltaOf} />
            </>
          )}
        </Fact>
      </Facts>
      <ul className={styles.releases}>
        {set.releases.map(({ model, version, manifestDigest, sizeBytes }) => (
          <li key={`${model} ${version}`}>
            <span>
              {model} {version}
            </span>
            <span>{formatBytes(sizeBytes)}</span>
            <DigestText digest={manifestDigest} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** Which volumes are here, and a way to count further ones in. */
function Volumes({ handle, set }: { handle: string; set: SetInspection }) {
  const act = useAct();
  if (set.volumes === 1) return null;
  const choose = () =>
    act.run(async () => {
      const title = `Choose another volume of set ${set.setId.slice(0, 8)}`;
      const volume = await call('dialog.chooseFolder', { title });
      if (volume) joinVolume(handle, volume);
    });
  const missing = Array.from({ length: set.volumes }, (_, index) => index + 1).filter(
    (number) => !set.volumesPresent.includes(number),
  );
  return (
    <div className={styles.acts}>
      <p>
        {missing.length === 0
          ? `All ${set.volumes} volumes are here.`
          : `${missing.length === 1 ? 'Volume' : 'Volumes'} ${missing.join(', ')} of ${set.volumes} not here yet.`}
      </p>
      {missing.length === 0 ? null : (
        <Button busy={act.busy} onClick={() => void choose()}>
          Add a volume…
        </Button>
      )}
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
    </div>
  );
}
