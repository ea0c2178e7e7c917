/** Rows in one page of a list, the same for every page. */
export const PAGE_SIZE = 100;

/** Pages kept in memory; further ones are read again when they come into sight. */
export const PAGES_KEPT = 60;

/**
 * A long list of which only some pages are known. `query` names what the list was read for; `total` is the length of
 * the whole list, null until the first answer. `stale` pages are shown but want to be read again. `resting` ones, of what
 * was asked last, were not read: that was cancelled or failed.
 */
export interface PageCache<T> {
  readonly query: string;
  readonly total: number | null;
  readonly pages: ReadonlyMap<number, readonly T[]>;
  readonly stale: ReadonlySet<number>;
  readonly resting: ReadonlySet<number>;
}

/** Rows of a list that are in sight, first and last included. */
export interface RowRange {
  readonly first: number;
  readonly last: number;
}

export function emptyPages<T>(query: string): PageCache<T> {
  return { query, total: null, pages: new Map(), stale: new Set(), resting: new Set() };
}

export function rowAt<T>(cache: PageCache<T>, index: number): T | undefined {
  return cache.pages.get(Math.floor(index / PAGE_SIZE))?.[index % PAGE_SIZE];
}

/** The pages that a range touches. */
export function pagesOf(range: RowRange): readonly number[] {
  const first = Math.floor(Math.max(0, range.first) / PAGE_SIZE);
  const last = Math.floor(Math.max(range.first, range.last) / PAGE_SIZE);
  return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
}

/** The pages of a range that are unknown or stale, leaving out those past the end of the list. */
export function missingPages<T>(cache: PageCache<T>, range: RowRange): readonly number[] {
  const end = cache.total === null ? 1 : Math.max(1, Math.ceil(cache.total / PAGE_SIZE));
  return pagesOf(range).filter((page) => page < end && (!cache.pages.has(page) || cache.stale.has(page)));
}

/** The cache with one more page; where it was read for another query, a new cache holding that page alone. */
export function withPage<T>(
  cache: PageCache<T>,
  answer: {
    readonly query: string;
    readonly page: number;
    readonly total: number;
    readonly rows: readonly T[];
  },
): PageCache<T> {
  const kept = cache.query === answer.query ? cache : emptyPages<T>(answer.query);
  const pages = new Map(kept.pages);
  const stale = new Set(kept.stale);
  pages.set(answer.page, answer.rows);
  stale.delete(answer.page);
  dropFarPages(pages, answer.page);
  const resting = withoutPage(cache.resting, answer.page);
  return { query: answer.query, total: answer.total, pages, stale, resting };
}

/** The same rows, all of them waiting to be read again. */
export function withAllStale<T>(cache: PageCache<T>): PageCache<T> {
  return { ...cache, stale: new Set(cache.pages.keys()) };
}

function withoutPage(pages: ReadonlySet<number>, page: number): ReadonlySet<number> {
  return new Set([...pages].filter((each) => each !== page));
}

function dropFarPages<T>(pages: Map<number, readonly T[]>, near: number): void {
  if (pages.size <= PAGES_KEPT) return;
  const byDistance = [...pages.keys()].toSorted((a, b) => Math.abs(b - near) - Math.abs(a - near));
  for (const page of byDistance.slice(0, pages.size - PAGES_KEPT)) pages.delete(page);
}
