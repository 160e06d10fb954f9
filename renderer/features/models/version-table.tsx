import { type DragEvent, useState } from 'react';
import type { Channel, ReleaseSummary } from '#shared/contract/releases.ts';
import { Button, LinkButton } from '#renderer/components/button.tsx';
import { DigestText } from '#renderer/components/digest-text.tsx';
import { SizeText } from '#renderer/components/size-text.tsx';
import { TimeText } from '#renderer/components/time-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { classes } from '#renderer/lib/classes.ts';
import { ChannelMarker, channelDragType } from './channel-marker.tsx';
import { requestPin } from './models-store.ts';
import { openRelease } from './models-view.ts';
import { ReleaseState } from './release-state.tsx';
import styles from './version-table.module.css';

export interface VersionTableProps {
  model: string;
  /** Highest version first. */
  releases: readonly ReleaseSummary[];
  channels: readonly Channel[];
}

/** A model's versions as rows, its channels as markers that can be moved between them. */
export function VersionTable({ model, releases, channels }: VersionTableProps) {
  return (
    <table className={styles.table}>
      <caption className={styles.caption}>Versions of {model}, highest first</caption>
      <thead>
        <tr>
          <th scope="col">Version</th>
          <th scope="col">Channels</th>
          <th scope="col">Verdict</th>
          <th scope="col">Published</th>
          <th scope="col" className={styles.number}>
            Size
          </th>
          <th scope="col">Runs on</th>
          <th scope="col">Digest</th>
          <th scope="col">
            <span className={styles.hidden}>Act</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {releases.map((release, index) => (
          <VersionRow
            key={release.version}
            release={release}
            channels={channels.filter((channel) => channel.current.version === release.version)}
            above={releases[index - 1]?.version ?? null}
            below={releases[index + 1]?.version ?? null}
          />
        ))}
      </tbody>
    </table>
  );
}

interface VersionRowProps {
  release: ReleaseSummary;
  channels: readonly Channel[];
  above: string | null;
  below: string | null;
}

function VersionRow({ release, channels, above, below }: VersionRowProps) {
  const { model, version, state } = release;
  const [isTarget, setTarget] = useState(false);
  const takesPins = state !== 'revoked';

  function over(event: DragEvent) {
    if (!takesPins || !event.dataTransfer.types.includes(channelDragType)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'move';
    setTarget(true);
  }

  function drop(event: DragEvent) {
    event.preventDefault();
    setTarget(false);
    const channel = event.dataTransfer.getData(channelDragType);
    const isHere = channels.some((own) => own.channel === channel);
    if (channel !== '' && !isHere) requestPin({ model, channel, version });
  }

  return (
    <tr
      className={classes(isTarget && styles.target)}
      onDragOver={over}
      onDragLeave={() => setTarget(false)}
      onDrop={drop}
    >
      <th scope="row" className={styles.version}>
        <LinkButton onClick={() => openRelease(model, version)}>{version}</LinkButton>
        <ReleaseState state={state} />
      </th>
      <td>
        <span className={styles.markers}>
          {channels.map(({ channel }) => (
            <ChannelMarker key={channel} {...{ model, channel, version, above, below }} />
          ))}
        </span>
      </td>
      <td>
        <VerdictMark verdict={release.verdict} />
      </td>
      <td>
        <TimeText at={release.publishedAt} />
      </td>
      <td className={styles.number}>
        <SizeText sizeBytes={release.sizeBytes} />
      </td>
      <td className={styles.wrap}>{release.runsOn.join(', ')}</td>
      <td>
        <DigestText digest={release.manifestDigest} />
      </td>
      <td className={styles.act}>
        <Button
          variant="quiet"
          disabledReason={takesPins ? null : 'A revoked release cannot be pinned.'}
          aria-label={`Pin ${version}`}
          onClick={() => requestPin({ model, channel: null, version })}
        >
          Pin…
        </Button>
      </td>
    </tr>
  );
}
