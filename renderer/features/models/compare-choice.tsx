import { useState } from 'react';
import type { Channel, ReleaseSummary } from '#shared/contract/releases.ts';
import { Button } from '#renderer/components/button.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { ChoiceInput } from '#renderer/components/choice-input.tsx';
import { openComparison } from './models-view.ts';
import styles from './models.module.css';

export interface CompareChoiceProps {
  model: string;
  /** Highest version first, at least two. */
  releases: readonly ReleaseSummary[];
  channels: readonly Channel[];
}

/** Picks the two versions to compare: at first what production has and the highest one. */
export function CompareChoice({ model, releases, channels }: CompareChoiceProps) {
  const versions = releases.map((release) => release.version);
  const production = channels.find((channel) => channel.channel === 'production')?.current.version;
  const newest = versions[0] ?? '';
  const older = production !== undefined && production !== newest ? production : (versions[1] ?? '');
  const [before, setBefore] = useState(older);
  const [after, setAfter] = useState(newest);
  const choices = versions.map((version) => ({ value: version, label: version }));
  return (
    <section className={styles.section}>
      <SectionHeader title="Compare two versions" />
      <div className={styles.row}>
        <ChoiceInput label="Before" choices={choices} value={before} onChange={setBefore} />
        <ChoiceInput label="After" choices={choices} value={after} onChange={setAfter} />
        <Button
          disabledReason={before === after ? 'Choose two different versions.' : null}
          onClick={() => openComparison(model, before, after)}
        >
          Compare {before} with {after}
        </Button>
      </div>
    </section>
  );
}
