import { describe, expect, it } from 'vitest';
import {
  emptyPages,
  missingPages,
  PAGE_SIZE,
  PAGES_KEPT,
  rowAt,
  withAllStale,
  withPage,
} from '../../../src-renderer/store/page-cache.ts';

const rowsOf = (page: number) => Array.from({ length: PAGE_SIZE }, (_, index) => page * PAGE_SIZE + index);
const answer = (page: number, query = 'a') => ({ query, page, total: 100_000, rows: rowsOf(page) });

describe('the page cache', () => {
  it('finds a row of a known page and none of an unknown one', () => {
    const cache = withPage(emptyPages<number>('a'), answer(7));
    expect(rowAt(cache, 742)).toBe(742);
    expect(rowAt(cache, 842)).toBeUndefined();
  });

  it('names only the pages in sight that are missing', () => {
    const cache = withPage(emptyPages<number>('a'), answer(7));
    expect(missingPages(cache, { first: 690, last: 810 })).toEqual([6, 8]);
  });

  it('never asks past the end of the list', () => {
    const cache = withPage(emptyPages<number>('a'), { query: 'a', page: 0, total: 150, rows: rowsOf(0) });
    expect(missingPages(cache, { first: 0, last: 900 })).toEqual([1]);
  });

  it('shows stale rows until they were read again', () => {
    const cache = withAllStale(withPage(emptyPages<number>('a'), answer(0)));
    expect(rowAt(cache, 3)).toBe(3);
    expect(missingPages(cache, { first: 0, last: 10 })).toEqual([0]);
    expect(missingPages(withPage(cache, answer(0)), { first: 0, last: 10 })).toEqual([]);
  });

  it('starts anew when the query is another', () => {
    const cache = withPage(withPage(emptyPages<number>('a'), answer(0)), answer(4, 'b'));
    expect(cache.query).toBe('b');
    expect([...cache.pages.keys()]).toEqual([4]);
  });

  it('forgets the farthest pages first', () => {
    let cache = emptyPages<number>('a');
    for (let page = 0; page <= PAGES_KEPT; page += 1) cache = withPage(cache, answer(page));
    expect(cache.pages.size).toBe(PAGES_KEPT);
    expect(cache.pages.has(0)).toBe(false);
    expect(cache.pages.has(PAGES_KEPT)).toBe(true);
  });
});
