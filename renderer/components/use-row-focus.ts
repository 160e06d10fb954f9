import { useState, type KeyboardEvent, type RefObject } from 'react';

interface RowFocus {
  /** The one row that Tab reaches. */
  readonly activeId: string | undefined;
  readonly setActiveId: (id: string) => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
}

interface RowFocusOptions {
  readonly ids: readonly string[];
  readonly body: RefObject<HTMLElement | null>;
  /** Brings a row that is not rendered into the page. */
  readonly reveal: (index: number) => void;
  /** Arrows came to this row. */
  readonly onMove: (id: string) => void;
  /** Enter or Space on this row. */
  readonly onChoose: (id: string) => void;
  readonly preferredId: string | undefined;
}

/** How many rows Page Up and Page Down jump. */
const pageRows = 10;

function stepTo(key: string, index: number, count: number): number | null {
  if (key === 'ArrowDown') return Math.min(count - 1, index + 1);
  if (key === 'ArrowUp') return Math.max(0, index - 1);
  if (key === 'PageDown') return Math.min(count - 1, index + pageRows);
  if (key === 'PageUp') return Math.max(0, index - pageRows);
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : null;
}

/** Roving focus over the rows of a table: Tab reaches one row, arrows, Home, End and Page keys move on from there. */
export function useRowFocus(options: RowFocusOptions): RowFocus {
  const { ids, body, reveal, onMove, onChoose, preferredId } = options;
  const [wanted, setWanted] = useState<string | undefined>(undefined);
  const activeId = [wanted, preferredId].find((id) => id !== undefined && ids.includes(id)) ?? ids[0];

  const focusRow = (id: string) => {
    // A virtual row may only be there after the next paint.
    const find = () => body.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`);
    const row = find();
    if (row) row.focus();
    else requestAnimationFrame(() => find()?.focus());
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    // Keys pressed in a control inside a row belong to that control.
    if (!(event.target instanceof HTMLElement) || event.target.dataset.row === undefined) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const id = event.target.dataset.row;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      onChoose(id);
      return;
    }
    const next = stepTo(event.key, ids.indexOf(id), ids.length);
    const nextId = next === null ? undefined : ids[next];
    if (next === null || nextId === undefined) return;
    event.preventDefault();
    setWanted(nextId);
    reveal(next);
    focusRow(nextId);
    onMove(nextId);
  };
  return { activeId, setActiveId: setWanted, onKeyDown };
}
