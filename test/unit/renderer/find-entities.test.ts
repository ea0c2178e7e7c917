import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src-preload/contract/requests.ts';
import { createActions } from '../../../src-renderer/store/actions.ts';
import { connectStore } from '../../../src-renderer/store/connect.ts';
import { createAppStore } from '../../../src-renderer/store/store.ts';
import { toCorrectionText } from '../../../src-renderer/ui/correction-text.ts';
import { createFakeBridge, settle } from './fake-bridge.ts';
import { graphEntity } from './neighbourhoods.ts';
import { workspaceStatus as workspace } from './workspace-status.ts';

/** A store with an open workspace over a bridge that leaves every search to the test. */
async function connected() {
  const fake = createFakeBridge({
    'app:remember-workspace': null,
    'workspace:open': workspace,
    'workspace:status': workspace,
    'sync:reports': { total: 0, rows: [] },
    'query:cancel': { cancelled: 1 },
  });
  const asked: unknown[] = [];
  const bridge: typeof fake.bridge = {
    ...fake.bridge,
    request: (channel, params) => {
      if (channel === 'query:cancel') asked.push(params);
      return fake.bridge.request(channel, params);
    },
  };
  const store = createAppStore();
  connectStore(store, bridge);
  const actions = createActions(store, bridge);
  await actions.openWorkspace('/a.weft');
  await settle();
  return { ...fake, store, actions, cancelled: asked };
}

const page = (more: Partial<Answer<'entities:page'>> = {}) => ({
  ok: true as const,
  value: { total: 0, rows: [], order: 'best', corrections: [], asOf: null, ...more },
});
const unreadable = {
  ok: false as const,
  error: { code: 'query-not-read', message: 'A value is missing.', details: { position: 5 } },
};
const corrections = [{ word: 'pmup', takenFor: ['pump'] }];

describe('the entity list', () => {
  it('asks for the best match first and forgives misspellings, until the person orders it by name', async () => {
    const { actions, waiting } = await connected();
    actions.setSearch('pmup');
    expect(waiting('entities:page').at(-1)?.params).toMatchObject({
      search: 'pmup',
      order: 'best',
      forgiving: true,
    });
    actions.setListOrder('name');
    expect(waiting('entities:page').at(-1)?.params).toMatchObject({ search: 'pmup', order: 'name' });
    actions.setSearch('valve');
    expect(waiting('entities:page').at(-1)?.params).toMatchObject({ search: 'valve', order: 'name' });
  });

  it('tells of the corrections of the answer that it shows, never of one that was overtaken', async () => {
    const { actions, waiting, store } = await connected();
    actions.setSearch('pmup');
    const first = waiting('entities:page').at(-1);
    actions.setSearch('valve');
    waiting('entities:page').at(-1)?.answer(page());
    await settle();
    first?.answer(page({ corrections }));
    await settle();
    expect(store.getState().server.entityFacts?.corrections).toEqual([]);
    actions.setSearch('pmup');
    waiting('entities:page').at(-1)?.answer(page({ corrections }));
    await settle();
    expect(store.getState().server.entityFacts?.corrections).toEqual(corrections);
  });

  it('tells beside its box what cannot be read as a query, and keeps what it showed', async () => {
    const { actions, waiting, store } = await connected();
    waiting('entities:page')
      .at(-1)
      ?.answer(page({ total: 1, rows: [graphEntity(1)] }));
    await settle();
    actions.setSearch('kind:');
    waiting('entities:page').at(-1)?.answer(unreadable);
    await settle();
    const { entityListProblem, readFailure, entityList } = store.getState().server;
    expect(entityListProblem).toMatchObject({ message: 'A value is missing.', position: 5 });
    expect(readFailure).toBeNull();
    expect(entityList.total).toBe(1);
    actions.setSearch('kind:asset');
    waiting('entities:page').at(-1)?.answer(page());
    await settle();
    expect(store.getState().server.entityListProblem).toBeNull();
  });
});

describe('the search over everything', () => {
  it('drops an answer that was overtaken, and cancels its question', async () => {
    const { actions, waiting, store, cancelled } = await connected();
    actions.lookUp('pm');
    const first = waiting('entities:page').at(-1);
    actions.lookUp('pmup');
    expect(cancelled.at(-1)).toEqual({ name: Object(first?.params).name });
    waiting('entities:page')
      .at(-1)
      ?.answer(page({ total: 1, rows: [graphEntity(1)], corrections }));
    await settle();
    first?.answer(page());
    await settle();
    expect(store.getState().server.lookup).toMatchObject({ search: 'pmup', total: 1, corrections });
  });

  it('cancels what it asks for once it is closed', async () => {
    const { actions, waiting, cancelled } = await connected();
    actions.lookUp('pmup');
    const { name } = Object(waiting('entities:page').at(-1)?.params);
    actions.lookUp(null);
    expect(cancelled.at(-1)).toEqual({ name });
  });

  it('tells what cannot be read as a query as its answer, not as a failure', async () => {
    const { actions, waiting, store } = await connected();
    actions.lookUp('kind:');
    waiting('entities:page').at(-1)?.answer(unreadable);
    await settle();
    expect(store.getState().server.lookup?.problem?.message).toBe('A value is missing.');
    expect(store.getState().server.readFailure).toBeNull();
  });
});

describe('what is said of corrections', () => {
  it.each([
    [[], ''],
    [['pump'], 'Nothing matches as written: “pmup” was taken for “pump”.'],
    [['pump', 'pomp'], 'Nothing matches as written: “pmup” was taken for “pump” or “pomp”.'],
    [
      ['a', 'b', 'c', 'd', 'e'],
      'Nothing matches as written: “pmup” was taken for “a”, “b”, “c” or one of 2 more.',
    ],
  ])('taken for %j: %s', (takenFor, text) => {
    expect(toCorrectionText(takenFor.length === 0 ? [] : [{ word: 'pmup', takenFor }])).toBe(text);
  });
});
