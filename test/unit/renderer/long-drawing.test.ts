import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { must } from '../../../src-main/backend/must.ts';
import type { Channel } from '../../../src-preload/contract/requests.ts';
import { createActions } from '../../../src-renderer/store/actions.ts';
import { connectStore } from '../../../src-renderer/store/connect.ts';
import { createAppStore, patchView } from '../../../src-renderer/store/store.ts';
import { createFakeBridge } from './fake-bridge.ts';
import { entityId, graphEntity, neighbourhood } from './neighbourhoods.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
const LONG = 600;
const cancelled = {
  ok: false,
  error: { code: 'cancelled', message: 'It was cancelled.', details: {} },
} as const;

/** A window in which entity 1 is drawn with entity 2. */
async function drawing() {
  const fake = createFakeBridge();
  const store = createAppStore();
  connectStore(store, fake.bridge);
  patchView(store, { openPath: '/a.weft' });
  const actions = createActions(store, fake.bridge);
  const asked = (channel: Channel = 'graph:neighbourhood') => fake.waiting(channel);
  const nameOf = (index: number) => (must(asked()[index], 'the question').params as { name: string }).name; // as it was asked
  const answer = async (index: number, ...ids: number[]) => {
    const entities = ids.map((id) => graphEntity(id));
    asked()[index]?.answer({ ok: true, value: neighbourhood(entities, []) });
    await pass(1);
  };
  actions.openEntity(entityId(1));
  await answer(0, 1, 2);
  return {
    ...fake,
    actions,
    asked,
    nameOf,
    answer,
    refuse: async (index: number) => {
      asked()[index]?.answer(cancelled);
      await pass(1);
    },
    cancels: () => asked('query:cancel').map(({ params }) => (params as { name: string }).name),
    progress: () => store.getState().server.drawingProgress,
    drawn: () => store.getState().server.neighbourhood?.entities.map(({ id }) => id) ?? null,
    failure: () => store.getState().server.readFailure,
    view: () => store.getState().view,
    notices: () => store.getState().view.notices.map(({ text }) => text),
  };
}

describe('a picture that takes long to read', () => {
  it('is told after a while, until it is there; one that is quick is not', async () => {
    const { actions, answer, progress, nameOf, drawn } = await drawing();
    actions.expand(entityId(2));
    await pass(100);
    await answer(1, 1, 2, 3);
    await pass(LONG);
    expect(progress()).toBeNull();
    actions.expand(entityId(3));
    await pass(100);
    expect(progress()).toBeNull();
    await pass(LONG);
    expect(progress()).toEqual({ name: nameOf(2) });
    await answer(2, 1, 2, 3, 4);
    expect(progress()).toBeNull();
    expect(drawn()).toEqual([1, 2, 3, 4]);
  });

  it('is cancelled by its name, and what is drawn stays and is wanted again, without being read again', async () => {
    const { actions, asked, progress, nameOf, cancels, refuse, drawn, view, failure } = await drawing();
    actions.togglePin(entityId(2));
    actions.expand(entityId(2));
    await pass(LONG);
    await actions.cancelDrawing();
    expect(cancels()).toContain(nameOf(1));
    await refuse(1);
    expect(progress()).toBeNull();
    expect(drawn()).toEqual([1, 2]);
    expect(view().roots).toEqual([1]);
    expect(view().drawing.pins).toEqual([2]);
    expect(failure()).toBeNull();
    await pass(LONG);
    expect(asked()).toHaveLength(2);
    actions.expand(entityId(2));
    expect(asked()).toHaveLength(3);
  });

  it('draws nothing of what it answers after all', async () => {
    const { actions, answer, drawn } = await drawing();
    actions.openEntity(entityId(9));
    await pass(LONG);
    await actions.cancelDrawing();
    await answer(1, 9);
    expect(drawn()).toEqual([1, 2]);
  });

  it('by a query leads back to what was drawn before the query', async () => {
    const { actions, asked, cancels, drawn, view } = await drawing();
    const draws = actions.drawQuery('-[feeds*5]->');
    asked('graph:filter')[0]?.answer({ ok: true, value: { ids: [] } });
    await draws;
    await pass(LONG);
    await actions.cancelDrawing();
    expect(cancels()).toContain(
      (must(asked('graph:matching')[0], 'the question').params as { name: string }).name,
    );
    expect(view()).toMatchObject({ roots: [1], drawing: { query: '', asked: null } });
    expect(drawn()).toEqual([1, 2]);
  });

  it('that was changed under meanwhile is read again as it was before', async () => {
    const { actions, asked, answer, drawn, emit } = await drawing();
    actions.expand(entityId(2));
    emit('store:changed', { parts: ['entities'] });
    await pass(LONG);
    await actions.cancelDrawing();
    expect(asked()).toHaveLength(3);
    expect(asked()[2]?.params).toMatchObject({ roots: [1] });
    await answer(2, 1, 5);
    expect(drawn()).toEqual([1, 5]);
  });

  it('is not read again by itself where the very picture was to be renewed, and that is said', async () => {
    const { actions, asked, refuse, drawn, emit, cancels, nameOf, notices, failure } = await drawing();
    emit('store:changed', { parts: ['entities'] });
    await pass(LONG);
    emit('store:changed', { parts: ['entities'] });
    void actions.cancelDrawing();
    expect(cancels()).toContain(nameOf(1));
    await refuse(1);
    await pass(LONG);
    expect(asked()).toHaveLength(2);
    expect(drawn()).toEqual([1, 2]);
    expect(failure()).toBeNull();
    expect(notices()).toEqual([expect.stringContaining('before the last change')]);
    emit('store:changed', { parts: ['entities'] });
    expect(asked()).toHaveLength(3);
  });

  it('where nothing was drawn before leaves nothing to draw', async () => {
    const fake = createFakeBridge();
    const store = createAppStore();
    connectStore(store, fake.bridge);
    patchView(store, { openPath: '/a.weft' });
    const actions = createActions(store, fake.bridge);
    actions.openEntity(entityId(1));
    await pass(LONG);
    await actions.cancelDrawing();
    expect(fake.waiting('query:cancel')).toHaveLength(1);
    expect(store.getState().view.roots).toEqual([]);
    expect(store.getState().server.neighbourhood).toBeNull();
  });
});
