import { useEffect, useMemo } from 'react';
import type { ImportSummary } from '#shared/contract/releases.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { PlaceHeader } from '#renderer/components/place-header.tsx';
import { usePlaceTarget } from '#renderer/lib/navigation.ts';
import { useCall } from '#renderer/lib/query.ts';
import { ImportPanel } from './import-panel.tsx';
import { selectImport, selectSource, useIntake } from './intake-store.ts';
import { SourceList } from './source-list.tsx';
import { SourcePanel } from './source-panel.tsx';
import styles from './intake.module.css';

const isOpen = ({ state }: ImportSummary) =>
  state === 'quarantined' || state === 'receiving' || state === 'failed';

/** Intake: what is plugged in, what was brought in and waits, and everything that is known about the selected one. */
export function IntakePlace() {
  const imports = useCall('imports.list', {}, ['imports']).value;
  const volumes = useCall('media.volumes', {}, ['media']).value;
  const selection = useIntake((state) => state.selection);
  const target = usePlaceTarget('intake');
  const waiting = useMemo(() => (imports ?? []).filter(isOpen), [imports]);

  useEffect(() => {
    if (target['import'] !== undefined) selectImport(target['import']);
  }, [target]);
  useEffect(() => {
    // What waits comes first, then what is plugged in; a person's own choice is never changed.
    if (selection || imports === undefined) return;
    const first = waiting.find((each) => each.state === 'quarantined');
    const volume = volumes?.find((each) => each.location !== null && each.state === 'ready');
    if (first) selectImport(first.id);
    else if (volume?.location) selectSource(volume.location.handle);
  }, [selection, imports, waiting, volumes]);

  const quarantined = waiting.filter((each) => each.state === 'quarantined').length;
  return (
    <>
      <PlaceHeader
        title="Intake"
        note={quarantined === 0 ? undefined : `${formatNoun(quarantined, 'import')} waiting for a decision`}
      />
      <div className={styles.columns}>
        <SourceList waiting={waiting} />
        <div className={styles.panel} role="region" aria-label="Selected source" tabIndex={0}>
          {selection === null ? (
            <EmptyState sentence="Plug in a drive or choose a folder. Nothing is written to it, and nothing is taken in before you say so." />
          ) : selection.kind === 'source' ? (
            <SourcePanel key={selection.handle} handle={selection.handle} />
          ) : (
            <ImportPanel key={selection.id} id={selection.id} />
          )}
        </div>
      </div>
    </>
  );
}
