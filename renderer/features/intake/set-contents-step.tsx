import type { Check } from '#shared/contract/evidence.ts';
import type { Job } from '#shared/contract/jobs.ts';
import type { Recognised, SetInspection } from '#shared/contract/transfers.ts';
import { formatBytes, formatNoun } from '#shared/format/bytes.ts';
import { Button } from '#renderer/components/button.tsx';
import { CheckList } from '#renderer/components/check-list.tsx';
import { DigestText } from '#renderer/components/digest-text.tsx';
import { worstOf } from '#renderer/components/evidence-words.ts';
import { Fact, Facts } from '#renderer/components/facts.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { TimeText } from '#renderer/components/time-text.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { listNumbers, missingVolumes, withAwaited } from '#renderer/lib/set-checks.ts';
import { joinVolume } from './intake-store.ts';
import { contentsWords } from './set-words.ts';
import { Step } from './step.tsx';
import styles from './intake.module.css';

interface SetContentsStepProps {
  handle: string;
  found: Recognised;
  set: SetInspection;
  /** What the control file says of the contents, held against what lies here. */
  checks: readonly Check[];
  importJob: Job | undefined;
}

/** What the set brings, and which of its volumes are here. A volume that is not here yet is waited for, and no failure. */
export function SetContentsStep({ handle, found, set, checks, importJob }: SetContentsStepProps) {
  const shown = withAwaited([...found.problems, ...checks]);
  const { word, awaited } = contentsWords(set, importJob);
  return (
    <Step
      name="Contents"
      verdict={worstOf(shown)}
      verdictWord={worstOf(shown) === 'not-checked' ? word : undefined}
      summary={`${found.title}: ${formatNoun(set.releases.length, 'release')}, ${formatBytes(set.payloadBytes)}${awaited}`}
      restsOn={`What the set's control file lists, held against what lies here and what this site holds.${importJob === undefined ? ' No payload was read yet.' : ''}`}
      startOpen
    >
      <SetFacts set={set} />
      <Volumes handle={handle} set={set} isWaiting={importJob?.state === 'waiting'} />
      <CheckList checks={shown} label="Checks of the contents" />
    </Step>
  );
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
function Volumes(props: { handle: string; set: SetInspection; isWaiting: boolean }) {
  const { handle, set, isWaiting } = props;
  const act = useAct();
  if (set.volumes === 1) return null;
  const choose = () =>
    act.run(async () => {
      const title = `Choose another volume of set ${set.setId.slice(0, 8)}`;
      const volume = await call('dialog.chooseFolder', { title });
      if (volume) joinVolume(handle, volume);
    });
  const missing = missingVolumes(set);
  return (
    <div className={styles.acts}>
      <p>
        {missing.length === 0
          ? `All ${set.volumes} volumes are here.`
          : `${missing.length === 1 ? 'Volume' : 'Volumes'} ${listNumbers(missing)} of ${set.volumes} not here yet. The import waits for what is not here.`}
      </p>
      {missing.length === 0 || isWaiting ? null : (
        <Button busy={act.busy} onClick={() => void choose()}>
          Add a volume…
        </Button>
      )}
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
    </div>
  );
}
