import { describe, expect, it } from 'vitest';
import { createActions } from '../../../src-renderer/store/actions.ts';
import { connectStore } from '../../../src-renderer/store/connect.ts';
import { selectStage } from '../../../src-renderer/store/selectors.ts';
import { createAppStore, patchView } from '../../../src-renderer/store/store.ts';
import { createFakeBridge, settle } from './fake-bridge.ts';
import { entityId, graphEntity, neighbourhood, relationshipId } from './neighbourhoods.ts';
import { workspaceStatus as workspace } from './workspace-status.ts';

const start = {
  version: '1',
  demo: false,
  path: null,
  demoServer: null,
  recent: [],
  secretStorage: { persisted: true, reason: null },
};

type Ready = NonNullable<Parameters<typeof createFakeBridge>[0]>;

/** A store over a fake bridge with an open workspace; a test may change the `ready` answers on the way. */
async function connected(answers: Ready = {}) {
  const ready: Ready = {
    'app:start': start,
    'app:remember-workspace': null,
    'workspace:open': workspace,
    'workspace:status': workspace,
    'sync:reports': { total: 0, rows: [] },
    'entities:page': { total: 0, rows: [], order: 'name', corrections: [], asOf: null },
    'relationships:page': { total: 0, rows: [], asOf: null },
    ...answers,
  };
  const fake = createFakeBridge(ready);
  const store = createAppStore();
  const connection = connectStore(store, fake.bridge);
  const actions = createActions(store, fake.bridge);
  await actions.openWorkspace('/a.weft');
  await settle();
  return { ...fake, ready, store, actions, connection };
}

const picture = (id: number) => neighbourhood([graphEntity(id)], []);

describe('the connected store', () => {
  it('drops an answer that a later question has overtaken', async () => {
    const { store, actions, waiting } = await connected();
    actions.openEntity(entityId(1));
    actions.openEntity(entityId(2));
    const questions = waiting('graph:neighbourhood');
    const [first, last] = [questions.at(0), questions.at(-1)];
    expect(first).not.toBe(last);
    last?.answer({ ok: true, value: picture(2) });
    await settle();
    first?.answer({ ok: true, value: picture(1) });
    await settle();
    expect(store.getState().server.neighbourhood).toEqual(picture(2));
  });

  it('cancels the picture that a newer click no longer needs', async () => {
    const { actions, waiting, ready } = await connected({ 'query:cancel': { cancelled: 1 } });
    delete ready['query:cancel'];
    actions.openEntity(entityId(1));
    const { name } = Object(waiting('graph:neighbourhood')[0]?.params);
    actions.openEntity(entityId(2));
    expect(waiting('query:cancel').at(-1)?.params).toEqual({ name });
    expect(Object(waiting('graph:neighbourhood')[1]?.params).name).not.toBe(name);
  });

  it('asks once more, not once per event, when much changes while a question is open', async () => {
    const { actions, emit, waiting } = await connected();
    actions.openEntity(entityId(1));
    for (let count = 0; count < 20; count += 1) emit('store:changed', { parts: ['relationships'] });
    expect(waiting('graph:neighbourhood')).toHaveLength(1);
    waiting('graph:neighbourhood')[0]?.answer({ ok: true, value: picture(1) });
    await settle();
    expect(waiting('graph:neighbourhood')).toHaveLength(2);
  });

  it('reads nothing again that a change does not concern', async () => {
    const { actions, emit, waiting } = await connected();
    actions.openEntity(entityId(1));
    waiting('graph:neighbourhood')[0]?.answer({ ok: true, value: picture(1) });
    await settle();
    emit('store:changed', { parts: ['held'] });
    expect(waiting('graph:neighbourhood')).toHaveLength(1);
  });

  it.each([
    ['pump', false],
    ['pump -[feeds]-> valve', true],
    ['-(<-[]-)', true],
    ['state:pending', true],
    ['pump -(TYPE:feeds)', true],
  ])('after relationships changed, reads a list narrowed by %s again: %s', async (search, again) => {
    const { emit, actions, ready, store } = await connected();
    actions.setSearch(search);
    await settle();
    ready['entities:page'] = { total: 7, rows: [], order: 'name', corrections: [], asOf: null };
    emit('store:changed', { parts: ['relationships', 'outbox'] });
    await settle();
    expect(store.getState().server.entityList.total).toBe(again ? 7 : 0);
  });

  it('cancels the question of a list that was narrowed otherwise, and none for another page', async () => {
    const { actions, ready, waiting } = await connected({ 'query:cancel': { cancelled: 1 } });
    delete ready['entities:page'];
    delete ready['query:cancel'];
    actions.setSearch('pump -[*5]- valve');
    const rows = Array.from({ length: 100 }, (_, index) => graphEntity(index + 1));
    waiting('entities:page')[0]?.answer({ ok: true, value: { total: 1000, rows, asOf: null } });
    await settle();
    const cancelled = waiting('query:cancel').length;
    actions.showRows({ first: 500, last: 520 });
    const names = waiting('entities:page').map(({ params }) => Object(params).name);
    expect(names.length).toBeGreaterThan(1);
    expect(new Set(names).size).toBe(1);
    expect(waiting('query:cancel')).toHaveLength(cancelled);
    actions.setSearch('boiler');
    expect(waiting('query:cancel').at(-1)?.params).toEqual({ name: names[0] });
    expect(Object(waiting('entities:page').at(-1)?.params).name).not.toBe(names[0]);
  });

  it('forgets the answer of what is no longer shown', async () => {
    const { store, actions, waiting } = await connected();
    actions.openPanel('conflicts');
    waiting('conflicts:page')[0]?.answer({ ok: true, value: { total: 0, rows: [], groups: [] } });
    await settle();
    expect(store.getState().server.review.conflicts.total).toBe(0);
    actions.closePanel();
    expect(store.getState().server.review.conflicts.total).toBeNull();
  });

  it('says at once that the backend ended, and opens its workspace again when it is back', async () => {
    const { store, emit } = await connected();
    emit('backend:lost', { reason: 'It ended.' });
    expect(store.getState().server.restarting).toBe('It ended.');
    emit('backend:restarted', { reason: 'It ended.' });
    expect(store.getState().server.restarting).toBe('It ended.');
    await settle();
    expect(store.getState().server.restarting).toBeNull();
    expect(store.getState().server.workspace).toEqual(workspace);
  });

  it('goes back to the welcome and says why where its workspace cannot be opened again', async () => {
    const { store, emit, waiting, ready } = await connected();
    delete ready['workspace:open'];
    emit('backend:restarted', { reason: 'It ended.' });
    await settle();
    const error = { code: 'workspace-missing', message: 'There is no file.', details: {} };
    waiting('workspace:open')[0]?.answer({ ok: false, error });
    await settle();
    expect(selectStage(store.getState())).toBe('welcome');
    expect(store.getState().server.readFailure?.message).toBe('There is no file.');
  });

  it('keeps its workspace where the data process ends once more while it opens it', async () => {
    const { store, emit, waiting, ready } = await connected();
    delete ready['workspace:open'];
    emit('backend:lost', { reason: 'It ended.' });
    emit('backend:restarted', { reason: 'It ended.' });
    await settle();
    emit('backend:lost', { reason: 'It ended again.' });
    const error = { code: 'backend-gone', message: 'It ended.', details: {} };
    waiting('workspace:open')[0]?.answer({ ok: false, error });
    await settle();
    expect(store.getState().server.restarting).toBe('It ended again.');
    emit('backend:restarted', { reason: 'It ended again.' });
    await settle();
    waiting('workspace:open')[1]?.answer({ ok: true, value: workspace });
    await settle();
    expect(selectStage(store.getState())).toBe('ready');
    expect(store.getState().server).toMatchObject({ restarting: null, readFailure: null, workspace });
  });

  it('knows after a reload that the demo is open and its server offline', async () => {
    const demoServer = { path: workspace.path, online: false };
    const { store, actions } = await connected({ 'app:start': { ...start, demoServer } });
    await actions.begin();
    expect(store.getState().view).toMatchObject({ demo: true, demoOnline: false });
  });

  it('takes no other workspace for the demo while its server runs', async () => {
    const demoServer = { path: '/demo.weft', online: true };
    const { store, actions } = await connected({ 'app:start': { ...start, demoServer } });
    await actions.begin();
    expect(store.getState().view.demo).toBe(false);
  });

  it('reads the recent workspaces again once one was taken off the list', async () => {
    const recent = [{ path: '/b.weft', name: 'B', openedAt: '2026-03-04T15:00:00.000Z' }];
    const answers = { 'app:start': { ...start, recent }, 'app:forget-workspace': null };
    const { store, actions, ready } = await connected(answers);
    ready['app:start'] = { ...start, recent: [] };
    await actions.forgetWorkspace('/b.weft');
    await settle();
    expect(store.getState().server.start?.recent).toEqual([]);
  });

  it('still counts a sync that runs while another workspace is opened', async () => {
    const { store, actions, waiting } = await connected();
    const syncing = actions.sync();
    await actions.openWorkspace('/a.weft');
    expect(store.getState().view.runningSyncs).toBe(1);
    waiting('sync:start')[0]?.answer({ ok: true, value: [] });
    await syncing;
    expect(store.getState().view.runningSyncs).toBe(0);
  });

  it('tells a relationship that is gone from one that is still being read', async () => {
    const { store, actions, waiting } = await connected();
    const id = relationshipId(7);
    actions.selectRelationship(id);
    expect(store.getState().server.goneRelationshipId).toBeNull();
    const error = { code: 'not-found', message: 'There is none.', details: {} };
    waiting('relationships:read')[0]?.answer({ ok: false, error });
    await settle();
    expect(store.getState().server).toMatchObject({ goneRelationshipId: id, readFailure: null });
  });

  it('tells a read that failed without losing what is shown', async () => {
    const { store, actions, waiting } = await connected();
    actions.openEntity(entityId(1));
    const error = { code: 'internal', message: 'Broken.', details: {} };
    waiting('graph:neighbourhood')[0]?.answer({ ok: false, error });
    await settle();
    expect(store.getState().server.readFailure).toEqual({
      what: 'the graph',
      code: 'internal',
      message: 'Broken.',
    });
    expect(store.getState().server.workspace).toEqual(workspace);
  });

  it('tells that a workspace is brought up to date while it is opened, and not while the next one is', async () => {
    const { store, emit, actions, ready } = await connected();
    delete ready['workspace:open'];
    void actions.openWorkspace('/b.weft');
    await settle();
    emit('workspace:upgrading', { path: '/b.weft', keptAt: '/b.weft.before-v9' });
    expect(selectStage(store.getState())).toBe('loading');
    expect(store.getState().server.upgrading).toMatchObject({ path: '/b.weft' });
    void actions.openWorkspace('/c.weft');
    expect(store.getState().server.upgrading).toBeNull();
  });

  it('goes on telling a read that failed while only others are read again', async () => {
    const { store, emit, actions, waiting } = await connected();
    actions.openEntity(entityId(1));
    const error = { code: 'workspace-damaged', message: 'It is damaged.', details: {} };
    waiting('graph:neighbourhood')[0]?.answer({ ok: false, error });
    await settle();
    emit('store:changed', { parts: ['workspace'] });
    await settle();
    expect(store.getState().server.readFailure).toMatchObject({ what: 'the graph' });
    actions.readAgain();
    expect(store.getState().server.readFailure).toBeNull();
  });

  it('keeps beside the views the search they were found by, while another is typed', async () => {
    const { store, actions, waiting } = await connected();
    actions.showViewDialog({ kind: 'open', search: 'pump' });
    waiting('views:list')[0]?.answer({ ok: true, value: { total: 0, rows: [] } });
    await settle();
    actions.showViewDialog({ kind: 'open', search: '' });
    expect(store.getState().server.views).toEqual({ search: 'pump', total: 0, rows: [] });
  });

  it('resolves idle once every read was answered', async () => {
    const { actions, connection, store, waiting } = await connected();
    patchView(store, { panel: 'held' });
    actions.openEntity(entityId(1));
    let idle = false;
    const ended = (async () => {
      await connection.idle();
      idle = true;
    })();
    await settle();
    expect(idle).toBe(false);
    for (const channel of ['held:list', 'graph:neighbourhood', 'entities:read', 'types:list'] as const) {
      waiting(channel)[0]?.answer({ ok: false, error: { code: 'backend-gone', message: '', details: {} } });
    }
    await ended;
    expect(idle).toBe(true);
  });
});
