import { describe, expect, it } from 'vitest';
import type { WorkspaceStatus } from '../../../src-preload/contract/model.ts';
import { createActions } from '../../../src-renderer/store/actions.ts';
import { connectStore } from '../../../src-renderer/store/connect.ts';
import { rowAt } from '../../../src-renderer/store/page-cache.ts';
import { createAppStore } from '../../../src-renderer/store/store.ts';
import { createFakeBridge, settle } from './fake-bridge.ts';
import { graphEntity } from './neighbourhoods.ts';

const workspace: WorkspaceStatus = {
  path: '/a.weft',
  name: 'A',
  place: 'home',
  entityCount: 2,
  relationshipCount: 0,
  pendingCount: 0,
  conflictCount: 0,
  heldCount: 0,
  kinds: [],
  types: [],
  connections: [],
  undo: null,
  redo: null,
};

const first = '2026-01-01T00:00:00.000Z';
const later = '2026-02-01T00:00:00.000Z';
const cancelled = {
  ok: false,
  error: { code: 'cancelled', message: 'It was cancelled.', details: {} },
} as const;

/** A window that looks at the entities of a past moment; the test answers what it asks. */
async function looking() {
  const fake = createFakeBridge({
    'app:remember-workspace': null,
    'workspace:open': workspace,
    'workspace:status': workspace,
    'sync:reports': { total: 0, rows: [] },
    'entities:page': { total: 0, rows: [], asOf: null },
    'history:page': { total: 0, rows: [] },
  });
  const store = createAppStore();
  connectStore(store, fake.bridge);
  const actions = createActions(store, fake.bridge);
  await actions.openWorkspace('/a.weft');
  actions.openPanel('history');
  actions.lookBack(first, { of: 'entities' });
  await settle();
  const asked = () => fake.waiting('history:entities-as-of');
  return {
    ...fake,
    store,
    actions,
    asked,
    nameOf: (index: number) => (asked()[index]?.params as { name?: string } | undefined)?.name ?? 'unnamed',
    cancels: () => fake.waiting('query:cancel').map(({ params }) => (params as { name: string }).name),
    answer: async (index: number, ids: readonly number[]) => {
      const rows = ids.map((id) => graphEntity(id));
      asked()[index]?.answer({ ok: true, value: { total: rows.length, rows } });
      await settle();
    },
    tellProgress: (name: string) =>
      fake.emit('history:progressed', { doing: 'look', name, done: 1, total: 9 }),
    past: () => store.getState().view.past,
    firstRow: () => rowAt(store.getState().server.past, 0)?.id,
  };
}

describe('a look into the past that takes long', () => {
  it('is ended by its name and leads back to the entries where nothing was shown of it', async () => {
    const { actions, tellProgress, nameOf, cancels, past } = await looking();
    tellProgress(nameOf(0));
    void actions.cancelLooking();
    expect(cancels()).toContain(nameOf(0));
    expect(past()).toBeNull();
  });

  it('leads back to the moment that was shown before, with its rows', async () => {
    const { actions, answer, tellProgress, nameOf, cancels, past, firstRow, asked } = await looking();
    await answer(0, [7]);
    actions.lookBack(later);
    tellProgress(nameOf(1));
    void actions.cancelLooking();
    await settle();
    expect(cancels()).toContain(nameOf(1));
    expect(past()).toMatchObject({ at: first, of: 'entities' });
    expect(firstRow()).toBe(7);
    expect(asked()).toHaveLength(2);
  });

  it('is not told as a failure, and what it answers after all is dropped', async () => {
    const { actions, answer, asked, store, firstRow } = await looking();
    await answer(0, [7]);
    actions.lookBack(later);
    void actions.cancelLooking();
    asked()[1]?.answer(cancelled);
    await settle();
    expect(store.getState().server.readFailure).toBeNull();
    actions.lookBack(later);
    void actions.cancelLooking();
    await answer(2, [8]);
    expect(firstRow()).toBe(7);
  });

  it('is ended by the next one and by going back to the entries, for nobody waits for it', async () => {
    const { actions, nameOf, cancels } = await looking();
    actions.lookBack(later);
    expect(cancels()).toEqual([nameOf(0)]);
    actions.stopLookingBack();
    expect(cancels()).toEqual([nameOf(0), nameOf(1)]);
  });

  it('that reads shown rows again leaves them, says that they are older, and is not begun again by itself', async () => {
    const { actions, answer, asked, emit, tellProgress, nameOf, store, firstRow } = await looking();
    await answer(0, [7]);
    emit('store:changed', { parts: ['entities'] });
    tellProgress(nameOf(1));
    void actions.cancelLooking();
    asked()[1]?.answer(cancelled);
    await settle();
    expect(firstRow()).toBe(7);
    expect(store.getState().view.notices).toMatchObject([{ tone: 'plain', title: 'Cancelled' }]);
    actions.showShortcuts(true);
    expect(asked()).toHaveLength(2);
    emit('store:changed', { parts: ['entities'] });
    expect(asked()).toHaveLength(3);
  });
});

describe('a look at what taking an entry back would do', () => {
  it('is ended without a word, and can be had again', async () => {
    const { actions, waiting, tellProgress, cancels, store } = await looking();
    const entry = 3;
    const looked = actions.previewRevert(entry);
    const [asked] = waiting('history:revert-preview');
    if (asked === undefined) throw new Error('It was asked.');
    const { name } = asked.params as { name: string };
    tellProgress(name);
    void actions.cancelLooking();
    expect(cancels()).toContain(name);
    asked.answer(cancelled);
    expect(await looked).toBeUndefined();
    expect(store.getState().view.notices).toEqual([]);
    void actions.previewRevert(entry);
    expect(waiting('history:revert-preview')[1]?.params).not.toMatchObject({ name });
  });
});
