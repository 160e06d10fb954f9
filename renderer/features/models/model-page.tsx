import type { Channel, ReleaseSummary } from '#shared/contract/releases.ts';
import { Button } from '#renderer/components/button.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { PlaceHeader } from '#renderer/components/place-header.tsx';
import { useCall } from '#renderer/lib/query.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { ChannelHistory } from './channel-history.tsx';
import { CompareChoice } from './compare-choice.tsx';
import { Crumbs } from './crumbs.tsx';
import { byVersion } from './model-rows.ts';
import { requestPin } from './models-store.ts';
import { openList } from './models-view.ts';
import { VersionTable } from './version-table.tsx';
import styles from './models.module.css';

/** One model: its versions with the channels that point at them, and what the channels pointed at before. */
export function ModelPage({ model }: { model: string }) {
  const releases = useCall('releases.list', { model }, ['releases', 'channels', 'deployments']);
  const channels = useCall('channels.list', { model }, ['channels']);
  return (
    <>
      <PlaceHeader
        title={<Crumbs model={model} />}
        note={releases.value && formatNoun(releases.value.length, 'version')}
      >
        <Button onClick={() => requestPin({ model, channel: null, version: null })}>Pin to a channel…</Button>
      </PlaceHeader>
      <div className={styles.scroll}>
        <Loaded query={releases} label="Reading the versions">
          {(list) => (
            <Loaded query={channels} label="Reading the channels">
              {(pins) => <Content model={model} releases={list} channels={pins} />}
            </Loaded>
          )}
        </Loaded>
      </div>
    </>
  );
}

interface ContentProps {
  model: string;
  releases: readonly ReleaseSummary[];
  channels: readonly Channel[];
}

function Content({ model, releases, channels }: ContentProps) {
  if (releases.length === 0) {
    return (
      <EmptyState
        sentence={`There is no release of ${model}.`}
        action={<Button onClick={openList}>All models</Button>}
      />
    );
  }
  const ordered = byVersion(releases);
  return (
    <>
      <VersionTable model={model} releases={ordered} channels={channels} />
      {ordered.length > 1 ? <CompareChoice model={model} releases={ordered} channels={channels} /> : null}
      <ChannelHistory model={model} channels={channels} />
    </>
  );
}
