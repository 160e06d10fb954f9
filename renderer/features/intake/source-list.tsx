import { FolderOpen, Lock, RefreshCw } from 'lucide-react';
import { useEffect, type KeyboardEvent, type ReactNode } from 'react';
import type { ImportSummary } from '#shared/contract/releases.ts';
import type { Volume } from '#shared/contract/transfers.ts';
import { formatBytes } from '#shared/format/bytes.ts';
import { Button, IconButton } from '#renderer/components/button.tsx';
import { InlineFailure } from '#renderer/components/inline-failure.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { useAct } from '#renderer/lib/act.ts';
import { call } from '#renderer/lib/bridge.ts';
import { classes } from '#renderer/lib/classes.ts';
import { useCall } from '#renderer/lib/query.ts';
import { Glimpse } from './glimpse.tsx';
import { addFolder, selectImport, selectSource, useIntake } from './intake-store.ts';
import styles from './source-list.module.css';

/** Drives come and go without telling; the list of volumes is cheap to ask for. */
const volumePollMs = 5000;

function moveByArrow(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('button[data-item]')];
  const next = items[items.findIndex((item) => item === document.activeElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** What can be looked at: imports that wait, volumes that are plugged in, folders that were chosen. */
export function SourceList({ waiting }: { waiting: readonly ImportSummary[] }) {
  const folders = useIntake((state) => state.folders);
  const volumes = useCall('media.volumes', {}, ['media']);
  const choosing = useAct();
  const { reload } = volumes;
  useEffect(() => {
    const timer = window.setInterval(() => {
      if (!document.hidden) reload();
    }, volumePollMs);
    return () => window.clearInterval(timer);
  }, [reload]);
  const choose = () =>
    choosing.run(async () => {
      const folder = await call('dialog.chooseFolder', { title: 'Choose a folder to look at' });
      if (folder) addFolder(folder);
    });
  return (
    <div className={styles.list} onKeyDown={moveByArrow}>
      {waiting.length > 0 ? (
        <Group title="Waiting for a decision">
          <ul>
            {waiting.map((each) => (
              <ImportItem key={each.id} item={each} />
            ))}
          </ul>
        </Group>
      ) : null}
      <Group
        title="Volumes"
        acts={
          <IconButton
            label="Look for volumes again"
            icon={<RefreshCw size={13} aria-hidden />}
            onClick={volumes.reload}
          />
        }
      >
        <Loaded query={volumes} label="Looking for volumes">
          {(found) =>
            found.length === 0 ? (
              <p className={styles.none}>No volume is plugged in.</p>
            ) : (
              <ul>
                {found.map((volume) => (
                  <VolumeItem key={volume.location?.handle ?? volume.device} volume={volume} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </Group>
      <Group title="Folders">
        <ul>
          {folders.map(({ handle, label }) => (
            <FolderItem key={handle} handle={handle} label={label} />
          ))}
        </ul>
        <div className={styles.choose}>
          <Button
            icon={<FolderOpen size={14} aria-hidden />}
            busy={choosing.busy}
            onClick={() => void choose()}
          >
            Choose folder…
          </Button>
        </div>
        {choosing.failure ? (
          <div className={styles.choose}>
            <InlineFailure failure={choosing.failure} />
          </div>
        ) : null}
      </Group>
    </div>
  );
}

function Group({ title, acts, children }: { title: string; acts?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.group} aria-label={title}>
      <header className={styles.header}>
        <h2>{title}</h2>
        {acts}
      </header>
      {children}
    </section>
  );
}

interface ItemProps {
  isSelected: boolean;
  onSelect: () => void;
  children: ReactNode;
}

function Item({ isSelected, onSelect, children }: ItemProps) {
  return (
    <li>
      <button
        type="button"
        data-item
        className={classes(styles.item, isSelected && styles.selected)}
        aria-current={isSelected || undefined}
        onClick={onSelect}
      >
        {children}
      </button>
    </li>
  );
}

function useIsSource(handle: string | undefined): boolean {
  return useIntake(({ selection }) => selection?.kind === 'source' && selection.handle === handle);
}

function ImportItem({ item }: { item: ImportSummary }) {
  const isSelected = useIntake(({ selection }) => selection?.kind === 'import' && selection.id === item.id);
  return (
    <Item isSelected={isSelected} onSelect={() => selectImport(item.id)}>
      <span className={styles.title}>
        {item.model} {item.version}
      </span>
      {item.state === 'quarantined' ? (
        <VerdictMark verdict={item.verdict} />
      ) : (
        <span className={styles.quiet}>{item.state}</span>
      )}
      <span className={styles.quiet}>
        {item.sizeBytes === 0 ? '' : `${formatBytes(item.sizeBytes)} `}from <PlainText text={item.source} />
      </span>
    </Item>
  );
}

const volumeStates = {
  ready: null,
  'not-mounted': 'not mounted: mount it on this machine to look at it',
  blocked: 'blocked by the rules of this machine',
} as const;

function VolumeItem({ volume }: { volume: Volume }) {
  const { location, label, device, fileSystem, sizeBytes, freeBytes, readOnly, transport, state } = volume;
  const isSelected = useIsSource(location?.handle);
  const facts = (
    <>
      <span className={styles.title}>
        <PlainText text={label === '' ? device : label} />
        {readOnly ? (
          <span className={styles.lock}>
            <Lock size={12} aria-hidden /> read-only
          </span>
        ) : null}
      </span>
      <span className={styles.quiet}>
        <PlainText text={[device, fileSystem, transport].filter((part) => part !== '').join(' · ')} />
      </span>
      <span className={styles.quiet}>
        {freeBytes === null ? '' : `${formatBytes(freeBytes)} free of `}
        {formatBytes(sizeBytes)}
      </span>
    </>
  );
  if (!location || state !== 'ready') {
    return (
      <li className={styles.blocked}>
        {facts}
        <VerdictMark verdict="warning" label={volumeStates[state] ?? 'cannot be read'} />
      </li>
    );
  }
  return (
    <Item isSelected={isSelected} onSelect={() => selectSource(location.handle)}>
      {facts}
      <Glimpse handle={location.handle} />
    </Item>
  );
}

function FolderItem({ handle, label }: { handle: string; label: string }) {
  return (
    <Item isSelected={useIsSource(handle)} onSelect={() => selectSource(handle)}>
      <span className={styles.path} title={label}>
        <PlainText text={label} />
      </span>
      <Glimpse handle={handle} />
    </Item>
  );
}
