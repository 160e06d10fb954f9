import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useRef, type ReactNode } from 'react';
import styles from './long-list.module.css';

/** From here on only the lines in view are in the page, and the list scrolls by itself. */
const virtualFrom = 150;
/** What a line is taken to be high until it was seen, in CSS pixels. */
const guessedHeight = 30;

export interface LongListProps<T> {
  /** What the list is, read aloud. */
  label: string;
  items: readonly T[];
  keyOf: (item: T) => string;
  render: (item: T) => ReactNode;
}

/** A list of lines of any height, however many they are. */
export function LongList<T>({ label, items, keyOf, render }: LongListProps<T>) {
  const scroller = useRef<HTMLDivElement>(null);
  const isVirtual = items.length >= virtualFrom;
  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualizer is used here alone, never memoised
  const virtualizer = useVirtualizer({
    count: items.length,
    enabled: isVirtual,
    getScrollElement: useCallback(() => scroller.current, []),
    estimateSize: () => guessedHeight,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
    overscan: 12,
  });
  if (!isVirtual) {
    return (
      <ul aria-label={label}>
        {items.map((item) => (
          <li key={keyOf(item)}>{render(item)}</li>
        ))}
      </ul>
    );
  }
  return (
    <div ref={scroller} className={styles.scroller} tabIndex={0} role="group" aria-label={label}>
      <ul className={styles.whole} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, key, start }) => {
          const item = items[index];
          if (item === undefined) return null;
          return (
            <li
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              aria-setsize={items.length}
              aria-posinset={index + 1}
              className={styles.line}
              style={{ transform: `translateY(${start}px)` }}
            >
              {render(item)}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
