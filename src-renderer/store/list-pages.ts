import {
  emptyPages,
  missingPages,
  PAGE_SIZE,
  type PageCache,
  pagesOf,
  type RowRange,
  withAllStale,
  withPage,
} from './page-cache.ts';
import { isCancelled } from './problems.ts';
import type { ListStart } from './state.ts';

export interface ListPagesOptions<P, T, A extends ListStart<T> = ListStart<T>> {
  /** What the list is narrowed to; null while it is not shown, which also forgets its rows. */
  readonly wanted: () => { readonly params: P; readonly range: RowRange } | null;
  readonly read: (params: P, offset: number, limit: number) => Promise<A>;
  readonly cache: () => PageCache<T>;
  readonly write: (cache: PageCache<T>) => void;
  /** Told of an answer that is still wanted, before its rows are written. */
  readonly taken?: (answer: A) => void;
  readonly fail: (error: unknown) => void;
  /** Whether a page rests also where reading it failed: for lists that offer to read it again. */
  readonly restsOnFailure?: boolean;
  /** Told when answers that are waited for are no longer wanted. */
  readonly overtaken?: () => void;
}

/**
 * Reads the pages of a long list that are in sight. The rows of the former query stay until the first page of the
 * new one is there, so that typing does not flicker; answers to a former query are dropped. A page whose reading
 * somebody cancelled rests until it comes into sight anew or may have changed.
 */
export function createListPages<P, T, A extends ListStart<T> = ListStart<T>>(
  options: ListPagesOptions<P, T, A>,
) {
  let query = '';
  /** Pages being read, and whether they changed meanwhile. */
  let open = new Map<number, { changed: boolean }>();

  const take = (asked: { query: string; page: number }, answer: A) => {
    const entry = open.get(asked.page);
    if (asked.query !== query || entry === undefined) return;
    open.delete(asked.page);
    options.taken?.(answer);
    const { total, rows } = answer;
    options.write(withPage(options.cache(), { ...asked, total, rows }));
    if (entry.changed) options.write(withAllStale(options.cache()));
    follow();
  };

  const rest = (pages: readonly number[]) => {
    const cache = options.cache();
    const same = pages.length === cache.resting.size && pages.every((page) => cache.resting.has(page));
    if (!same) options.write({ ...cache, resting: new Set(pages) });
  };

  const ask = (params: P, page: number) => {
    if (open.has(page) || options.cache().resting.has(page)) return;
    const entry = { changed: false };
    open.set(page, entry);
    const asked = { query, page };
    options.read(params, page * PAGE_SIZE, PAGE_SIZE).then(
      (answer) => take(asked, answer),
      (error: unknown) => {
        // the same may be asked anew by now, after something else, for which this was cancelled
        if (open.get(page) !== entry) return;
        open.delete(page);
        const cancelled = isCancelled(error);
        if (cancelled || options.restsOnFailure === true) rest([...options.cache().resting, page]);
        if (!cancelled) options.fail(error);
      },
    );
  };

  const follow = () => {
    const wanted = options.wanted();
    const wantedQuery = wanted === null ? '' : JSON.stringify(wanted.params);
    if (wantedQuery !== query) {
      if (open.size > 0) options.overtaken?.();
      query = wantedQuery;
      open = new Map();
      rest([]);
    }
    if (wanted === null) return forget();
    if (options.cache().query !== query) return ask(wanted.params, 0);
    const inSight = pagesOf(wanted.range);
    rest([...options.cache().resting].filter((page) => inSight.includes(page)));
    for (const page of missingPages(options.cache(), wanted.range)) ask(wanted.params, page);
  };

  const forget = () => {
    const { query: known, total } = options.cache();
    if (known !== '' || total !== null) options.write(emptyPages(''));
  };

  const refresh = () => {
    rest([]);
    for (const entry of open.values()) entry.changed = true;
    options.write(withAllStale(options.cache()));
    follow();
  };

  return { follow, refresh };
}
