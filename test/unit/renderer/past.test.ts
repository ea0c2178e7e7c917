import { describe, expect, it } from 'vitest';
import { createActions } from '../../../src-renderer/store/actions.ts';
import { connectStore } from '../../../src-renderer/store/connect.ts';
import { rowAt } from '../../../src-renderer/store/page-cache.ts';
import { selectPastStand } from '../../../src-renderer/store/read-history.ts';
import { createAppStore } from '../../../src-renderer/store/store.ts';
import { createFakeBridge, settle } from './fake-bridge.ts';
import { graphEntity } from './neighbourhoods.ts';
import { workspaceStatus as workspace } from './workspace-status.ts';

const first = '2026-01-01T00:00:00.000Z';
const later = '2026-02-01T00:00:00.000Z';
const cancelled = {
  ok: false,
  error: { code: 'cancelled', message: 'It was cancelled.', details: {} },
} as const;

const broken = { ok: false, error: { code: 'internal', message: 'Broken.', details: {} } } as const;
type Refusal = typeof cancelled | typeof broken;

/** The rows of one full page. */
const page = (start: number) => Array.from({ length: 100 }, (_, index) => start + index + 1);

/** A window that looks at the entities of a past moment; the test answers what it asks. */
async function looking() {
  const fake = createFakeBridge({
    'app:remember-workspace': null,
    'workspace:open': workspace,
    'workspace:status': workspace,
    'sync:reports': { total: 0, rows: [] },
    'entities:page': { total: 0, rows: [], order: 'name', corrections: [], asOf: null },
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
    answer: async (index: number, ids: readonly number[], total = ids.length) => {
      const rows = ids.map((id) => graphEntity(id));
      asked()[index]?.answer({ ok: true, value: { total, rows } });
      await settle();
    },
    refuse: async (index: number, refusal: Refusal = cancelled) => {
      asked()[index]?.answer(refusal);
      await settle();
    },
    offsets: () => asked().map(({ params }) => (params as { offset: number }).offset),
    resting: () => [...store.getState().server.past.resting],
    notices: () => store.getState().view.notices,
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
    const { actions, answer, asked, tellProgress, nameOf, store, firstRow } = await looking();
    await answer(0, [7]);
    actions.lookBack(later);
    tellProgress(nameOf(1));
    void actions.cancelLooking();
    asked()[1]?.answer(cancelled);
    await settle();
    expect(store.getState().server.readFailure).toBeNull();
    actions.lookBack(later);
    tellProgress(nameOf(2));
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

describe('rows of the past that were not read', () => {
  it('are told where Cancel left them out, and are read once that is asked for', async () => {
    const { actions, answer, refuse, tellProgress, nameOf, notices, offsets, resting } = await looking();
    await answer(0, page(0), 900);
    actions.showPastRows({ first: 300, last: 320 });
    tellProgress(nameOf(1));
    void actions.cancelLooking();
    await refuse(1);
    expect(notices()).toMatchObject([{ tone: 'plain', title: 'Cancelled' }]);
    expect(notices()[0]?.text).toContain('not read');
    expect(resting()).toEqual([3]);
    actions.readAgain();
    expect(resting()).toEqual([]);
    expect(offsets()).toContain(300);
    expect(offsets().filter((offset) => offset === 300)).toHaveLength(2);
  });

  it('are not told as read before the last change where only rows out of sight are', async () => {
    const { actions, answer, emit, refuse, tellProgress, nameOf, notices, asked } = await looking();
    await answer(0, page(0), 900);
    actions.showPastRows({ first: 300, last: 320 });
    await answer(1, page(300), 900);
    emit('store:changed', { parts: ['entities'] });
    await answer(2, page(300), 900);
    actions.showPastRows({ first: 500, last: 520 });
    tellProgress(nameOf(asked().length - 1));
    void actions.cancelLooking();
    await refuse(asked().length - 1);
    expect(notices().map(({ text }) => text)).toEqual([expect.stringContaining('not read')]);
  });

  it('are not asked for again by themselves where reading them failed', async () => {
    const { actions, refuse, asked, resting, store } = await looking();
    await refuse(0, broken);
    expect(store.getState().server.readFailure).toMatchObject({ what: 'what was there then' });
    actions.showShortcuts(true);
    expect(asked()).toHaveLength(1);
    expect(resting()).toEqual([0]);
    actions.readAgain();
    expect(asked()).toHaveLength(2);
  });

  it('leave those of the moment before, which are not taken for the ones of the new moment', async () => {
    const { actions, answer, refuse, resting, store } = await looking();
    await answer(0, [7]);
    actions.lookBack(later);
    await refuse(1, broken);
    expect(selectPastStand(store.getState())).toBe('unread');
    expect(resting()).toEqual([0]);
    actions.readAgain();
    expect(selectPastStand(store.getState())).toBe('reading');
    await answer(2, [8]);
    expect(selectPastStand(store.getState())).toBe('shown');
  });
});

describe('rows of the moment before that are scrolled while the next one is looked at', () => {
  it('are in sight again after Cancel, and are read', async () => {
    const { actions, answer, tellProgress, nameOf, past, offsets } = await looking();
    await answer(0, page(0), 900);
    actions.lookBack(later);
    tellProgress(nameOf(1));
    actions.showPastRows({ first: 300, last: 320 });
    void actions.cancelLooking();
    await settle();
    expect(past()).toMatchObject({ at: first, range: { first: 300, last: 320 } });
    expect(offsets()).toEqual([0, 0, 300]);
  });

  it('leave the next one at its top', async () => {
    const { actions, answer, past, offsets } = await looking();
    await answer(0, page(0), 900);
    actions.lookBack(later);
    actions.showPastRows({ first: 300, last: 320 });
    await answer(1, page(0), 900);
    actions.showShortcuts(true);
    expect(past()).toMatchObject({ at: later, range: { first: 0, last: 0 } });
    expect(offsets()).toEqual([0, 0]);
  });
});

describe('a look at what taking an entry back would do', () => {
  it('is ended without a word, and can be had again', async () => {
    const { actions, waiting, tellProgress, cancels, store } = await looking();
    const entry = 3;
    const looked = actions.previewRevert(entry, new AbortController().signal);
    const [asked] = waiting('history:revert-preview');
    if (asked === undefined) throw new Error('It was asked.');
    const { name } = asked.params as { name: string };
    tellProgress(name);
    void actions.cancelLooking();
    expect(cancels()).toContain(name);
    asked.answer(cancelled);
    expect(await looked).toBeUndefined();
    expect(store.getState().view.notices).toEqual([]);
    void actions.previewRevert(entry, new AbortController().signal);
    expect(waiting('history:revert-preview')[1]?.params).not.toMatchObject({ name });
  });

  it('leaves the moment that was looked at, also where another panel is open', async () => {
    const { actions, answer, asked, tellProgress, waiting, cancels, past, notices } = await looking();
    await answer(0, page(0), 900);
    for (const panel of ['history', 'conflicts'] as const) {
      actions.openPanel(panel);
      actions.lookBack(later);
      const name = startPreview({ actions, waiting });
      tellProgress(name);
      void actions.cancelLooking();
      await settle();
      expect(cancels()).toContain(name);
      expect(past()).toMatchObject({ at: later });
    }
    expect(notices()).toEqual([]);
    expect(asked()).toHaveLength(2);
  });

  it('is ended once nobody waits for it', async () => {
    const { actions, waiting, cancels } = await looking();
    const left = new AbortController();
    const name = startPreview({ actions, waiting }, left.signal);
    left.abort();
    expect(cancels()).toEqual([name]);
  });

  it('is not ended once it was answered', async () => {
    const { actions, waiting, cancels } = await looking();
    const left = new AbortController();
    startPreview({ actions, waiting }, left.signal);
    waiting('history:revert-preview')[0]?.answer(cancelled);
    await settle();
    left.abort();
    expect(cancels()).toEqual([]);
  });
});

/** Asks what taking an entry back would do; answers the name it was asked under. */
function startPreview(
  { actions, waiting }: Pick<Awaited<ReturnType<typeof looking>>, 'actions' | 'waiting'>,
  signal = new AbortController().signal,
): string {
  void actions.previewRevert(3, signal);
  const asked = waiting('history:revert-preview').at(-1);
  if (asked === undefined) throw new Error('It was asked.');
  return (asked.params as { name: string }).name;
}

describe('a look at what is no relationship and no entity', () => {
  const differing = { change: 'changed', before: 'inverse: is fed by', after: 'inverse: is supplied by' };
  it.each([
    ['types', 'difference', 'history:type-diff', { ...differing, name: 'feeds' }],
    ['views', 'difference', 'history:view-diff', { ...differing, id: 'v1', name: 'feeds' }],
    [
      'types',
      'then',
      'history:types-as-of',
      { type: { name: 'feeds', inverse: 'is fed by' }, origin: 'shipped' },
    ],
    ['views', 'then', 'history:views-as-of', { id: 'v1', name: 'feeds', query: 'pump', entityCount: 2 }],
  ] as const)('reads the %s (%s) by their own question and names them', async (of, showing, channel, row) => {
    const { actions, waiting, store } = await looking();
    actions.lookBack(first, { of, showing });
    await settle();
    waiting(channel)[0]?.answer({ ok: true, value: { total: 1, rows: [row] } });
    await settle();
    expect(rowAt(store.getState().server.past, 0)).toMatchObject({
      name: 'feeds',
      entity: null,
      change: showing === 'difference' ? 'changed' : null,
      text: {
        'types difference': 'inverse: is fed by → inverse: is supplied by',
        'views difference': 'inverse: is fed by → inverse: is supplied by',
        'types then': 'is fed by',
        'views then': '2 entities, pump',
      }[`${of} ${showing}`],
    });
  });
});
