import { describe, expect, it } from 'vitest';
import type { EntitySummary } from '../../../src-preload/contract/model.ts';
import { RequestError } from '../../../src-renderer/api/request.ts';
import { createListPages } from '../../../src-renderer/store/list-pages.ts';
import { emptyPages, type PageCache, rowAt } from '../../../src-renderer/store/page-cache.ts';
import type { ListStart } from '../../../src-renderer/store/state.ts';
import { settle } from './fake-bridge.ts';
import { graphEntity } from './neighbourhoods.ts';

interface Question {
  readonly search: string;
  readonly offset: number;
  readonly answer: (page: ListStart<EntitySummary>) => void;
  readonly refuse: (error: unknown) => void;
}

function createList(restsOnFailure = false) {
  let cache: PageCache<EntitySummary> = emptyPages('');
  const asked: Question[] = [];
  const failed: unknown[] = [];
  const view = { search: 'a', range: { first: 0, last: 20 } };
  const pages = createListPages({
    wanted: () => ({ params: { search: view.search }, range: view.range }),
    read: ({ search }, offset) =>
      new Promise<ListStart<EntitySummary>>((answer, refuse) => {
        asked.push({ search, offset, answer, refuse });
      }),
    cache: () => cache,
    write: (next) => {
      cache = next;
    },
    restsOnFailure,
    fail: (error) => void failed.push(error),
  });
  return { pages, asked, failed, view, cache: () => cache };
}

const rows = (first: number, total = 1000): ListStart<EntitySummary> => ({
  total,
  rows: Array.from({ length: 100 }, (_, index) => graphEntity(first + index + 1)),
});

describe('the pages of the entity list', () => {
  it('drops an answer to a filter that was changed meanwhile', async () => {
    const { pages, asked, view, cache } = createList();
    pages.follow();
    view.search = 'ab';
    pages.follow();
    asked[1]?.answer(rows(500, 7));
    await settle();
    asked[0]?.answer(rows(0));
    await settle();
    expect(cache().total).toBe(7);
    expect(rowAt(cache(), 0)?.id).toBe(501);
  });

  it('tells no fault of a question that was cancelled, though the same is asked again by now', async () => {
    const { pages, asked, failed, view, cache } = createList();
    for (const search of ['a', 'ab', 'a']) {
      view.search = search;
      pages.follow();
    }
    asked[0]?.refuse(new Error('cancelled'));
    asked[2]?.answer(rows(0, 7));
    await settle();
    expect(failed).toEqual([]);
    expect(cache().total).toBe(7);
    view.search = 'abc';
    pages.follow();
    asked[3]?.refuse(new Error('broken'));
    await settle();
    expect(failed).toHaveLength(1);
  });

  it('keeps the former rows until the first of the new filter are there', async () => {
    const { pages, asked, view, cache } = createList();
    pages.follow();
    asked[0]?.answer(rows(0));
    await settle();
    view.search = 'ab';
    pages.follow();
    expect(rowAt(cache(), 3)?.id).toBe(4);
  });

  it('reads the pages that come into sight, each once', async () => {
    const { pages, asked, view } = createList();
    pages.follow();
    asked[0]?.answer(rows(0));
    await settle();
    view.range = { first: 480, last: 520 };
    pages.follow();
    pages.follow();
    expect(asked.map(({ offset }) => offset)).toEqual([0, 400, 500]);
  });

  it('reads a page again that changed while it was being read', async () => {
    const { pages, asked } = createList();
    pages.follow();
    pages.refresh();
    expect(asked).toHaveLength(1);
    asked[0]?.answer(rows(0));
    await settle();
    expect(asked).toHaveLength(2);
  });

  it('leaves out a page whose reading was cancelled until it comes into sight anew', async () => {
    const { pages, asked, view } = createList();
    pages.follow();
    asked[0]?.answer(rows(0));
    await settle();
    view.range = { first: 300, last: 320 };
    pages.follow();
    asked[1]?.refuse(new RequestError('cancelled', 'It was cancelled.'));
    await settle();
    pages.follow();
    expect(asked.map(({ offset }) => offset)).toEqual([0, 300]);
    view.range = { first: 0, last: 20 };
    pages.follow();
    view.range = { first: 300, last: 320 };
    pages.follow();
    expect(asked.map(({ offset }) => offset)).toEqual([0, 300, 300]);
  });

  it('asks again for a page whose reading failed, where nothing else offers to', async () => {
    const { pages, asked } = createList();
    pages.follow();
    asked[0]?.refuse(new Error('broken'));
    await settle();
    pages.follow();
    expect(asked).toHaveLength(2);
  });

  it('leaves out a page whose reading failed, where it is offered to read it again, until that is done', async () => {
    const { pages, asked, failed, cache } = createList(true);
    pages.follow();
    asked[0]?.refuse(new Error('broken'));
    await settle();
    pages.follow();
    expect(asked).toHaveLength(1);
    expect(failed).toHaveLength(1);
    expect([...cache().resting]).toEqual([0]);
    pages.refresh();
    expect([...cache().resting]).toEqual([]);
    asked[1]?.answer(rows(0, 7));
    await settle();
    expect(cache().total).toBe(7);
  });
});
