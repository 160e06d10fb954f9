import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { AuditEntry } from '#shared/contract/audit.ts';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { TimeText } from '#renderer/components/time-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { classes } from '#renderer/lib/classes.ts';
import { loadOlder, openEntry, useActivity } from './activity-store.ts';
import { auditSentence } from './audit-sentence.ts';
import styles from './entry-list.module.css';

const ROW_PX = 30;
/** How many rows before the end the next page is asked for. */
const AHEAD_ROWS = 30;

/** The log as sentences, newest first. Only rows on screen exist; older pages are asked for as the end comes near. */
export function EntryList() {
  const entries = useActivity((state) => state.entries);
  const opened = useActivity((state) => state.opened);
  const complete = useActivity((state) => state.complete);
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualizer's functions are used in this render only
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => entries[index]?.index ?? index,
    overscan: 12,
  });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (!complete && last >= entries.length - AHEAD_ROWS) void loadOlder();
  }, [complete, last, entries.length]);

  function move(event: KeyboardEvent) {
    const at = entries.findIndex((entry) => entry.index === opened);
    const next = nextRow(event.key, at, entries.length);
    const entry = next === null ? undefined : entries[next];
    if (next === null || entry === undefined) return;
    event.preventDefault();
    openEntry(entry.index);
    rows.scrollToIndex(next);
  }

  return (
    <div ref={scroller} className={styles.scroller}>
      <div
        role="listbox"
        aria-label="Audit log, newest first"
        aria-activedescendant={opened === null ? undefined : `entry-${opened}`}
        tabIndex={0}
        className={styles.list}
        style={{ height: rows.getTotalSize() }}
        onKeyDown={move}
      >
        {items.map((item) => {
          const entry = entries[item.index];
          return entry === undefined ? null : (
            <EntryRow
              key={item.key}
              entry={entry}
              offsetPx={item.start}
              isOpen={entry.index === opened}
              position={item.index + 1}
              count={complete ? entries.length : -1}
            />
          );
        })}
      </div>
    </div>
  );
}

interface EntryRowProps {
  entry: AuditEntry;
  offsetPx: number;
  isOpen: boolean;
  position: number;
  /** -1 while older entries are still to come (WAI-ARIA, aria-setsize). */
  count: number;
}

function EntryRow({ entry, offsetPx, isOpen, position, count }: EntryRowProps) {
  const { body, index } = entry;
  return (
    <div
      role="option"
      id={`entry-${index}`}
      aria-selected={isOpen}
      aria-posinset={position}
      aria-setsize={count}
      className={classes(styles.row, isOpen && styles.open)}
      style={{ transform: `translateY(${offsetPx}px)` }}
      onClick={() => openEntry(index)}
    >
      <span className={styles.index}>{index}</span>
      <span className={styles.time}>
        <TimeText at={body.at} />
      </span>
      <span className={styles.outcome}>
        {body.outcome === 'done' ? null : (
          <VerdictMark verdict={body.outcome === 'failed' ? 'failed' : 'warning'} label={body.outcome} />
        )}
      </span>
      <span className={styles.sentence}>
        <PlainText text={auditSentence(body)} />
      </span>
    </div>
  );
}

/** The row a key leads to; null for keys that do not move. */
function nextRow(key: string, at: number, count: number): number | null {
  const page = 20;
  const bound = (row: number) => Math.min(count - 1, Math.max(0, row));
  if (count === 0) return null;
  switch (key) {
    case 'ArrowDown':
      return bound(at + 1);
    case 'ArrowUp':
      return bound(at - 1);
    case 'PageDown':
      return bound(at + page);
    case 'PageUp':
      return bound(at - page);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
