import cytoscape from 'cytoscape';
import { describe, expect, it } from 'vitest';
import type { ChangedPart } from '../../../src-preload/contract/events.ts';
import { ViewId } from '../../../src-preload/contract/views.ts';
import { toElements } from '../../../src-renderer/graph/elements.ts';
import { patchElements } from '../../../src-renderer/graph/patch.ts';
import { createActions } from '../../../src-renderer/store/actions.ts';
import { connectStore } from '../../../src-renderer/store/connect.ts';
import { keepAfterCollapse, toStanding } from '../../../src-renderer/store/drawing-state.ts';
import { createAppStore, patchView } from '../../../src-renderer/store/store.ts';
import { createFakeBridge, settle } from './fake-bridge.ts';
import { entityId, graphEntity, graphRelationship, neighbourhood } from './neighbourhoods.ts';

function open(ready: Parameters<typeof createFakeBridge>[0] = { 'query:cancel': { cancelled: 0 } }) {
  const fake = createFakeBridge(ready);
  const store = createAppStore();
  const connection = connectStore(store, fake.bridge);
  patchView(store, { openPath: '/a.weft' });
  return { ...fake, store, connection, actions: createActions(store, fake.bridge) };
}

const found = (...ids: number[]) => ({
  total: ids.length + 2,
  omitted: 2,
  entities: ids.map((id) => graphEntity(id)),
  relationships: [],
});

const drawn = (store: ReturnType<typeof createAppStore>) =>
  store.getState().server.neighbourhood?.entities.map(({ id }) => id) ?? null;

/** Answers the questions for the picture that is wanted now: its query, its neighbourhood and its filter. */
async function answerPicture(waiting: ReturnType<typeof open>['waiting'], ...ids: number[]) {
  const answer = async (channel: Parameters<typeof waiting>[0], value: unknown) => {
    waiting(channel).at(-1)?.answer({ ok: true, value });
    await settle();
  };
  await answer('graph:matching', found());
  const entities = ids.map((id) => graphEntity(id));
  await answer('graph:neighbourhood', neighbourhood(entities, []));
  await answer('graph:filter', { ids });
}

/** Draws a query that can be read. */
async function drawQuery({ actions, waiting }: ReturnType<typeof open>, query: string) {
  const drawing = actions.drawQuery(query);
  waiting('graph:filter')
    .at(-1)
    ?.answer({ ok: true, value: { ids: [] } });
  await drawing;
}

describe('what a query draws', () => {
  it('is drawn with how much of it is left out', async () => {
    const world = open();
    const { store, waiting } = world;
    await drawQuery(world, 'kind:asset');
    expect(waiting('graph:matching')[0]?.params).toMatchObject({ text: 'kind:asset' });
    waiting('graph:matching')[0]?.answer({ ok: true, value: found(1, 2) });
    await settle();
    expect(drawn(store)).toEqual([1, 2]);
    expect(store.getState().server.drawing?.matched).toEqual({ total: 4, omitted: 2 });
  });

  it('takes the place of what was drawn, and what is expanded afterwards is drawn beside', async () => {
    const world = open();
    const { store, actions, waiting } = world;
    actions.openEntity(entityId(7));
    await drawQuery(world, 'pump');
    expect(store.getState().view.roots).toEqual([]);
    actions.expand(entityId(1));
    waiting('graph:matching')
      .at(-1)
      ?.answer({ ok: true, value: found(1, 2) });
    await settle();
    expect(waiting('graph:neighbourhood').at(-1)?.params).toMatchObject({ roots: [1], also: [1, 2] });
    actions.openEntity(entityId(9));
    expect(store.getState().view.drawing.query).toBe('');
  });

  it('that cannot be read is told beside its box, and leaves all that is drawn as it is', async () => {
    const world = open();
    const { store, actions, waiting } = world;
    await drawQuery(world, 'pump');
    waiting('graph:matching')[0]?.answer({ ok: true, value: found(1, 2) });
    await settle();
    actions.expand(entityId(1));
    await answerPicture(waiting, 1, 2, 3);
    const { roots } = store.getState().view;
    const drawing = actions.drawQuery('pump (');
    const error = { code: 'query-not-read', message: 'Character 6: …', details: { position: 5 } };
    waiting('graph:filter').at(-1)?.answer({ ok: false, error });
    await drawing;
    expect(store.getState().view).toMatchObject({
      roots,
      drawing: {
        query: 'pump',
        asked: { query: 'pump (', problem: { message: 'Character 6: …', position: 5 } },
      },
    });
    expect(drawn(store)).toEqual([1, 2, 3]);
    expect(waiting('graph:matching')).toHaveLength(2);
    actions.dropAskedQuery();
    expect(store.getState().view.drawing.asked).toBeNull();
  });

  it('is not drawn any more where something else was opened meanwhile', async () => {
    const { store, actions, waiting } = open();
    const drawing = actions.drawQuery('pump');
    actions.openEntity(entityId(7));
    waiting('graph:filter')[0]?.answer({ ok: true, value: { ids: [] } });
    await drawing;
    expect(store.getState().view).toMatchObject({ roots: [7], drawing: { query: '', asked: null } });
  });

  it('that an opened view holds and that cannot be read is told, and what else is drawn stays', async () => {
    const { store, actions, waiting } = open();
    patchView(store, { drawing: { ...store.getState().view.drawing, query: '(' } });
    actions.expand(entityId(1));
    const error = { code: 'query-not-read', message: 'Character 2: …', details: {} };
    waiting('graph:matching').at(-1)?.answer({ ok: false, error });
    await settle();
    waiting('graph:neighbourhood')
      .at(-1)
      ?.answer({ ok: true, value: neighbourhood([graphEntity(1)], []) });
    await settle();
    expect(store.getState().server.drawing?.queryProblem).toMatchObject({ message: 'Character 2: …' });
    expect(store.getState().server.readFailure).toBeNull();
    expect(drawn(store)).toEqual([1]);
  });

  it('is read again after each change of what it asks for, and of nothing else', async () => {
    const world = open();
    const { actions, waiting, emit } = world;
    const asked = () => waiting('graph:matching').length;
    const change = async (part: ChangedPart) => {
      emit('store:changed', { parts: [part] });
      await answerPicture(waiting, 1);
    };
    await drawQuery(world, 'pump');
    await answerPicture(waiting, 1);
    for (const part of ['held', 'conflicts'] as const) await change(part);
    expect(asked()).toBe(1);
    await change('connections');
    expect(asked()).toBe(2);
    await drawQuery(world, 'state:held');
    await answerPicture(waiting, 1);
    for (const part of ['held', 'conflicts', 'connections', 'outbox'] as const) await change(part);
    expect(asked()).toBe(7);
    await drawQuery(world, 'pump');
    actions.filterDrawing('state:conflict', 'dim');
    await answerPicture(waiting, 1);
    const before = asked();
    await change('conflicts');
    expect(asked()).toBe(before + 1);
  });

  it('cancels the question before, and drops its answer', async () => {
    const world = open();
    const { store, waiting } = world;
    await drawQuery(world, 'one');
    await drawQuery(world, 'two');
    const [first, second] = waiting('graph:matching');
    expect(first?.params).toMatchObject({ name: 'graph-1' });
    expect(second?.params).toMatchObject({ name: 'graph-2' });
    second?.answer({ ok: true, value: found(2) });
    first?.answer({ ok: true, value: found(1) });
    await settle();
    expect(drawn(store)).toEqual([2]);
  });
});

describe('a query that is cleared', () => {
  it('is cancelled once, and its answer is dropped', async () => {
    const world = open({});
    const { store, actions, waiting } = world;
    await drawQuery(world, 'one');
    await actions.drawQuery('');
    actions.filterDrawing('pump', 'dim');
    expect(waiting('query:cancel').map(({ params }) => params)).toEqual([{ name: 'graph-1' }]);
    waiting('graph:matching')[0]?.answer({ ok: true, value: found(1) });
    await settle();
    expect(drawn(store)).toBeNull();
    await drawQuery(world, 'two');
    expect(waiting('query:cancel')).toHaveLength(1);
    expect(waiting('graph:matching').at(-1)?.params).toMatchObject({ name: 'graph-2' });
  });
});

describe('the filter', () => {
  it('asks once for all that is drawn, and keeps the picture where it cannot be read', async () => {
    const world = open();
    const { store, actions, waiting } = world;
    await drawQuery(world, 'kind:asset');
    actions.filterDrawing(' pump ', 'dim');
    waiting('graph:matching')
      .at(-1)
      ?.answer({ ok: true, value: found(1, 2) });
    await settle();
    expect(waiting('graph:filter')[1]?.params).toMatchObject({ text: 'pump', ids: [1, 2] });
    waiting('graph:filter')[1]?.answer({ ok: true, value: { ids: [2] } });
    await settle();
    expect([...(store.getState().server.drawing?.matching ?? [])]).toEqual([2]);
    actions.filterDrawing('pump (', 'dim');
    waiting('graph:matching')
      .at(-1)
      ?.answer({ ok: true, value: found(1, 2) });
    await settle();
    const error = { code: 'query-not-read', message: 'Character 7: …', details: {} };
    waiting('graph:filter').at(-1)?.answer({ ok: false, error });
    await settle();
    expect(store.getState().server.drawing).toMatchObject({
      matching: null,
      filterProblem: { message: 'Character 7: …' },
    });
    expect(drawn(store)).toEqual([1, 2]);
  });

  it('that was overtaken while what it filters was read is not asked any more', async () => {
    const { actions, waiting } = open();
    actions.openEntity(entityId(1));
    actions.filterDrawing('pump', 'dim');
    actions.filterDrawing('fan', 'dim');
    for (const asked of waiting('graph:neighbourhood'))
      asked.answer({ ok: true, value: neighbourhood([graphEntity(1)], []) });
    await settle();
    expect(waiting('graph:filter').map(({ params }) => params)).toMatchObject([{ text: 'fan' }]);
  });

  it('dims or hides what does not match; a kind that is switched off is hidden either way', () => {
    const entities = [graphEntity(1), graphEntity(2), graphEntity(3, { kind: 'metric' })];
    const matching = new Set([entityId(1), entityId(3)]);
    const ids = (set: ReadonlySet<number>) => [...set];
    const dim = toStanding(entities, ['metric'], matching, 'dim');
    expect([ids(dim.hidden), ids(dim.faded)]).toEqual([[3], [2]]);
    const hide = toStanding(entities, [], matching, 'hide');
    expect([ids(hide.hidden), ids(hide.faded)]).toEqual([[2], []]);
    const none = toStanding(entities, [], null, 'hide');
    expect([ids(none.hidden), ids(none.faded)]).toEqual([[], []]);
  });

  it('leaves what it hides where it is, so that it comes back to its place', () => {
    const cy = cytoscape({ headless: true, styleEnabled: true });
    const picture = neighbourhood(
      [graphEntity(1, { relationshipCount: 1 }), graphEntity(2, { relationshipCount: 1 })],
      [graphRelationship(1, 1, 2, { type: 'feeds' })],
    );
    patchElements(cy, toElements(picture));
    cy.getElementById('e2').position({ x: 12, y: 34 });
    const emphasis = { roots: [], selection: { kind: 'none' } } as const;
    patchElements(cy, toElements(picture, { ...emphasis, hidden: new Set([entityId(2)]) }));
    expect(cy.getElementById('e2').hasClass('hidden')).toBe(true);
    expect(cy.getElementById('e1').data('hiddenCount')).toBe(1);
    const faded = toElements(picture, { ...emphasis, faded: new Set([entityId(2)]) });
    expect(faded.map(({ classes }) => classes)).toEqual(['', 'faded', 'faded']);
    patchElements(cy, toElements(picture));
    expect(cy.getElementById('e2').position()).toEqual({ x: 12, y: 34 });
    cy.destroy();
  });
});

describe('a saved view', () => {
  const view = {
    id: ViewId.parse('v'),
    name: 'Pumps',
    query: 'pump',
    entityCount: 2,
    missingCount: 0,
    savedAt: '2026-03-01T10:00:00.000Z',
    settings: {
      query: 'pump',
      filter: { text: 'old', mode: 'hide' as const },
      hiddenKinds: ['metric'],
      viewport: { zoom: 2, x: 1, y: 2 },
    },
    entities: [
      { id: entityId(1), address: 'local:asset:1', x: 5, y: 6, pinned: true },
      { id: entityId(2), address: 'local:asset:2', x: 7, y: 8, pinned: false },
    ],
    roots: [entityId(2)],
    missing: ['local:asset:9'],
  };

  it('puts all that it holds in the place of what is drawn, and each opening is an arrangement of its own', async () => {
    const { store, actions, waiting } = open();
    actions.openEntity(entityId(9));
    const opened = actions.openSavedView(view.id);
    waiting('views:read')[0]?.answer({ ok: true, value: view });
    await opened;
    const { roots, drawing } = store.getState().view;
    expect(roots).toEqual([2]);
    expect(drawing).toMatchObject({
      query: 'pump',
      filter: { text: 'old', mode: 'hide' },
      hiddenKinds: ['metric'],
      pins: [1],
      kept: [1, 2],
      openId: 'v',
      arrangement: { sequence: 1, viewport: { zoom: 2, x: 1, y: 2 } },
    });
    actions.openEntity(entityId(9));
    const again = actions.openSavedView(view.id);
    waiting('views:read')[1]?.answer({ ok: true, value: view });
    await again;
    expect(store.getState().view.drawing.arrangement?.sequence).toBe(2);
  });

  it('is saved with what is drawn where, and keeps what the open one lacks here', async () => {
    const { store, actions, waiting } = open();
    const opened = actions.openSavedView(view.id);
    waiting('views:read')[0]?.answer({ ok: true, value: view });
    await opened;
    await answerPicture(waiting, 1, 3);
    const places = [
      { id: entityId(1), x: 50, y: 60 },
      { id: entityId(3), x: 0, y: 0 },
    ];
    const saving = actions.saveViewAs('Copy', { places, viewport: null });
    expect(waiting('views:save')[0]?.params).toEqual({
      id: null,
      name: 'Copy',
      settings: { ...view.settings, viewport: null },
      entities: [
        { id: 1, x: 50, y: 60, pinned: true },
        { id: 3, x: 0, y: 0, pinned: false },
      ],
      roots: [],
      missing: { viewId: 'v', addresses: ['local:asset:9'] },
    });
    waiting('views:save')[0]?.answer({ ok: true, value: { ...view, id: 'w', name: 'Copy' } });
    await saving;
    expect(store.getState().view.drawing.openId).toBe('w');
  });

  it('is not saved while the picture is one of another query, or of another view', async () => {
    const { store, actions, waiting } = open();
    const opened = actions.openSavedView(view.id);
    waiting('views:read')[0]?.answer({ ok: true, value: view });
    await opened;
    waiting('views:find')[0]?.answer({ ok: true, value: view });
    const places = [{ id: entityId(1), x: 50, y: 60 }];
    const save = () => void actions.saveView({ places, viewport: null });
    const saved = () => waiting('views:save').map(({ params }) => params);
    const refused = { ok: false, problem: { code: 'still-reading' } };
    await settle();
    save();
    expect(saved()).toEqual([]);
    expect(await actions.saveViewAs('Copy', { places, viewport: null })).toMatchObject(refused);
    expect(store.getState().view.notices.at(-1)).toMatchObject({ title: 'Not saved yet' });
    await answerPicture(waiting, 1);
    save();
    expect(saved()).toMatchObject([{ id: 'v' }]);

    const second = { ...view, id: ViewId.parse('w'), name: 'Tanks' };
    const openedSecond = actions.openSavedView(second.id);
    waiting('views:read')[1]?.answer({ ok: true, value: second });
    await openedSecond;
    await answerPicture(waiting, 1);
    save();
    expect(saved()).toHaveLength(1);
    waiting('views:find')[1]?.answer({ ok: true, value: second });
    await settle();
    save();
    expect(saved()).toMatchObject([{ id: 'v' }, { id: 'w' }]);
    actions.expand(entityId(3));
    save();
    expect(saved()).toHaveLength(2);
    expect(await actions.saveViewAs('Copy', { places, viewport: null })).toMatchObject(refused);
  });

  it('says how it is called now, and that it is gone once it is deleted', async () => {
    const { store, actions, waiting, emit } = open();
    const opened = actions.openSavedView(view.id);
    waiting('views:read')[0]?.answer({ ok: true, value: view });
    await opened;
    waiting('views:find')[0]?.answer({ ok: true, value: view });
    await settle();
    expect(store.getState().server.openView?.name).toBe('Pumps');
    emit('store:changed', { parts: ['views'] });
    waiting('views:find')[1]?.answer({ ok: true, value: { ...view, name: 'Renamed' } });
    await settle();
    expect(store.getState().server.openView?.name).toBe('Renamed');
    emit('store:changed', { parts: ['views'] });
    const error = { code: 'not-found', message: 'There is no view.', details: {} };
    waiting('views:find')[2]?.answer({ ok: false, error });
    await settle();
    expect(store.getState().server.openView).toBeNull();
    expect(store.getState().server.readFailure).toBeNull();
  });

  it('lets go of the neighbours that only a collapsed root held', () => {
    const picture = neighbourhood(
      [1, 2, 3, 4, 5].map((id) => graphEntity(id)),
      [graphRelationship(1, 1, 3), graphRelationship(2, 1, 4), graphRelationship(3, 2, 4)],
    );
    const kept = [1, 2, 3, 4, 5].map(entityId);
    expect(keepAfterCollapse(picture, kept, [entityId(2)], entityId(1))).toEqual([1, 2, 4, 5]);
  });
});
