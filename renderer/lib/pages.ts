import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Failure } from '#shared/contract/errors.ts';
import { toFailure } from './bridge.ts';

/** Rows asked for at once. */
export const pageRows = 500;

/** A long list of which only the pages looked at are fetched. */
export interface Pages<Page, Row> {
  /** The first page, with what it says about the whole; undefined until it is there. */
  readonly first: Page | undefined;
  /** Every row of the list, with what was fetched of it. Stable until more comes. */
  readonly rows: readonly PagedRow<Row>[];
  readonly failure: Failure | null;
  /** Fetches what is missing of these rows. */
  readonly want: (firstRow: number, lastRow: number) => void;
  /** Asks for everything anew. */
  readonly reload: () => void;
}

/** A row by its place in the whole list. */
export interface PagedRow<Row> {
  readonly index: number;
  /** Undefined until its page is there. */
  readonly row: Row | undefined;
}

interface PagesOptions<Page, Row> {
  /** What the list depends on; another key is another list. */
  readonly key: string;
  /** Fetches {@link pageRows} rows from `offset` on. */
  readonly fetch: (offset: number, limit: number) => Promise<Page>;
  readonly totalOf: (page: Page) => number;
  readonly rowsOf: (page: Page) => readonly Row[];
}

interface Fetched<Page> {
  readonly key: string;
  readonly byIndex: ReadonlyMap<number, Page>;
}

/** A list in pages. While another list is asked for, the one before stays on screen. */
export function usePages<Page, Row>(options: PagesOptions<Page, Row>): Pages<Page, Row> {
  const { totalOf, rowsOf } = options;
  const [round, setRound] = useState(0);
  const key = `${round} ${options.key}`;
  const [fetched, setFetched] = useState<Fetched<Page> | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const current = useRef<{ key: string; asked: Set<number>; fetch: typeof options.fetch }>(null);

  const load = useCallback((index: number) => {
    const list = current.current;
    if (!list || list.asked.has(index)) return;
    list.asked.add(index);
    list.fetch(index * pageRows, pageRows).then(
      (page) => {
        if (current.current !== list) return;
        setFailure(null);
        setFetched((now) => withPage(now, list.key, index, page));
      },
      (error: unknown) => {
        list.asked.delete(index);
        if (current.current === list) setFailure(toFailure(error));
      },
    );
  }, []);

  const { fetch } = options;
  useEffect(() => {
    if (current.current?.key === key) return;
    current.current = { key, asked: new Set(), fetch };
    load(0);
  });

  const want = useCallback(
    (firstRow: number, lastRow: number) => {
      const last = Math.floor(lastRow / pageRows);
      for (let index = Math.floor(firstRow / pageRows); index <= last; index += 1) load(index);
    },
    [load],
  );
  const first = fetched?.byIndex.get(0);
  const rows = useMemo(() => {
    if (!fetched || first === undefined) return [];
    const pages = new Map([...fetched.byIndex].map(([index, page]) => [index, rowsOf(page)]));
    return Array.from({ length: totalOf(first) }, (_, index): PagedRow<Row> => {
      return { index, row: pages.get(Math.floor(index / pageRows))?.[index % pageRows] };
    });
  }, [fetched, first, rowsOf, totalOf]);
  const reload = useCallback(() => setRound((now) => now + 1), []);
  return { first, rows, failure, want, reload };
}

function withPage<Page>(
  now: Fetched<Page> | null,
  key: string,
  index: number,
  page: Page,
): Fetched<Page> | null {
  if (now?.key === key) return { key, byIndex: new Map([...now.byIndex, [index, page]]) };
  return index === 0 ? { key, byIndex: new Map([[0, page]]) } : now;
}
