import { ArrowLeftRight } from 'lucide-react';
import { useState } from 'react';
import type { ReleaseDiff } from '#shared/contract/releases.ts';
import { Button } from '#renderer/components/button.tsx';
import { DigestText } from '#renderer/components/digest-text.tsx';
import { CheckField } from '#renderer/components/field.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { PlaceHeader } from '#renderer/components/place-header.tsx';
import { Tabs } from '#renderer/components/tabs.tsx';
import { useCall } from '#renderer/lib/query.ts';
import { formatBytes } from '#shared/format/bytes.ts';
import { CompareFiles } from './compare-files.tsx';
import { CompareTensors } from './compare-tensors.tsx';
import { CompareTexts } from './compare-texts.tsx';
import { Crumbs } from './crumbs.tsx';
import { toggleIdentical, useModels } from './models-store.ts';
import { openComparison } from './models-view.ts';
import { countDifferences } from './tensor-words.ts';
import styles from './models.module.css';

export interface ComparePageProps {
  model: string;
  before: string;
  after: string;
}

/** What differs between two releases: by file, by tensor, and line by line for texts. */
export function ComparePage({ model, before, after }: ComparePageProps) {
  const sides = { before: { model, version: before }, after: { model, version: after } };
  const diff = useCall('releases.diff', sides, ['releases']);
  return (
    <>
      <PlaceHeader title={<Crumbs model={model} here={`${before} and ${after}`} />}>
        <Button
          icon={<ArrowLeftRight size={14} aria-hidden />}
          onClick={() => openComparison(model, after, before)}
        >
          Swap sides
        </Button>
      </PlaceHeader>
      <Loaded query={diff} label="Comparing the releases">
        {(value) => <Comparison key={`${before} ${after}`} diff={value} />}
      </Loaded>
    </>
  );
}

type TabId = 'files' | 'tensors' | 'texts';

function Comparison({ diff }: { diff: ReleaseDiff }) {
  const [tab, setTab] = useState<TabId>('files');
  const showIdentical = useModels((state) => state.showIdentical);
  const { before, after } = diff;
  const sides = {
    before: { model: before.model, version: before.version },
    after: { model: after.model, version: after.version },
  };
  const counts = useCall('releases.compareTensors', { ...sides, limit: 1 }, ['releases']).value?.counts;
  const texts = useCall('releases.compareTexts', sides, ['releases']);
  const changed = diff.files.filter((file) => file.change !== 'identical').length;
  return (
    <>
      <div className={styles.facts}>
        <span>
          {before.version} <DigestText digest={before.manifestDigest} />
        </span>
        <span>
          {after.version} <DigestText digest={after.manifestDigest} />
        </span>
        <span>
          {changed} of {diff.files.length} files differ, {formatBytes(diff.newBytes)} are new in{' '}
          {after.version}
        </span>
        <CheckField label="Differences only" checked={!showIdentical} onChange={toggleIdentical} />
      </div>
      <div className={styles.tabs}>
        <Tabs<TabId>
          label={`What differs between ${before.version} and ${after.version}`}
          value={tab}
          onChange={setTab}
          items={[
            { id: 'files', label: 'Files', count: changed, content: <CompareFiles diff={diff} /> },
            {
              id: 'tensors',
              label: 'Tensors',
              count: counts && countDifferences(counts),
              content: <CompareTensors before={sides.before} after={sides.after} />,
            },
            {
              id: 'texts',
              label: 'Templates and configs',
              count: texts.value?.length,
              content: (
                <Loaded query={texts} label="Comparing texts">
                  {(differences) => <CompareTexts differences={differences} />}
                </Loaded>
              ),
            },
          ]}
        />
      </div>
    </>
  );
}
