import type { ReactNode } from 'react';

/** One column of a {@link DataTable}. */
export interface Column<T> {
  id: string;
  header: string;
  cell: (row: T) => ReactNode;
  /** Makes the column sortable; ascending order. */
  compare?: (a: T, b: T) => number;
  /** Numbers stand at the end. */
  align?: 'end';
  /** CSS width; columns without one share what is left. */
  width?: string;
  /** Left out when the table gets narrower than 960 px (`widest`), 720 px (`wide`) or 520 px (`middle`); the inspector still tells it. */
  keepFrom?: 'widest' | 'wide' | 'middle';
}

/** An order by one value of a row: numbers by size, texts by the locale with digits as numbers, null first. */
export function compareBy<T>(valueOf: (row: T) => string | number | null): (a: T, b: T) => number {
  return (a, b) => {
    const left = valueOf(a);
    const right = valueOf(b);
    if (left === null || right === null) return Number(left !== null) - Number(right !== null);
    if (typeof left === 'number' && typeof right === 'number') return left - right;
    return String(left).localeCompare(String(right), 'en', { numeric: true });
  };
}
