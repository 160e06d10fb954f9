import { Dialog } from '@base-ui/react/dialog';
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { closePalette, usePalette } from '#renderer/lib/palette.ts';
import { useCall } from '#renderer/lib/query.ts';
import { findEntries, listEntries, type GoToEntry } from './go-to-entries.ts';
import styles from './go-to-palette.module.css';

/** Ctrl+K: type a few letters, Enter goes there. */
export function GoToPalette() {
  const open = usePalette((palette) => palette.open);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && closePalette()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup className={styles.popup} aria-label="Go to">
          <Palette />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Palette() {
  const releases = useCall('releases.list', {}, ['releases', 'channels', 'deployments']).value;
  const servers = useCall('servers.list', {}, ['servers']).value;
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const listId = useId();
  const all = useMemo(() => listEntries(releases ?? [], servers ?? []), [releases, servers]);
  const entries = useMemo(() => findEntries(all, text), [all, text]);
  const index = Math.min(chosen, entries.length - 1);

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [index, entries]);

  const go = (entry: GoToEntry | undefined) => {
    if (!entry) return;
    closePalette();
    // After the dialog gave the focus back, so that what opens can take it.
    requestAnimationFrame(() => entry.go());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setChosen((index + step + entries.length) % Math.max(1, entries.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      go(entries[index]);
    }
  };
  return (
    <>
      <input
        className={styles.input}
        role="combobox"
        aria-label="Go to"
        aria-expanded="true"
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={entries.length > 0 ? `${listId}-${index}` : undefined}
        placeholder="A place, a model, a release, a server"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={listId} ref={list} className={styles.list} role="listbox" aria-label="Matches">
        {entries.map((entry, position) => (
          <li
            key={entry.id}
            id={`${listId}-${position}`}
            role="option"
            aria-selected={position === index}
            className={styles.entry}
            onPointerMove={() => setChosen(position)}
            onClick={() => go(entry)}
          >
            <span className={styles.name}>
              <PlainText text={entry.name} />
            </span>
            <span className={styles.kind}>{entry.kind}</span>
            {entry.keys === undefined ? null : <kbd className={styles.keys}>{entry.keys}</kbd>}
          </li>
        ))}
      </ul>
      {entries.length === 0 ? <p className={styles.none}>Nothing by that name.</p> : null}
    </>
  );
}
