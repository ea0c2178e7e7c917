import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OutboxItem, WorkspaceStatus } from '../../../src-preload/contract/model.ts';
import { LOCAL_CONNECTION_ID } from '../../../src-preload/contract/model.ts';
import { DRAWN_LIMIT } from '../../../src-preload/contract/requests.ts';
import type { OutboxGroup } from '../../../src-preload/contract/sync-lists.ts';
import { createActions } from '../../../src-renderer/store/actions.ts';
import { connectStore } from '../../../src-renderer/store/connect.ts';
import { connectFocus, FOCUS_REST_MS, selectFocus } from '../../../src-renderer/store/focus.ts';
import { emptyPages, withPage } from '../../../src-renderer/store/page-cache.ts';
import { countOfPart, toStillThere, toToggled } from '../../../src-renderer/store/review-state.ts';
import { selectDrawnAsOf } from '../../../src-renderer/store/selectors.ts';
import { createAppStore, patchView } from '../../../src-renderer/store/store.ts';
import { formatMoment } from '../../../src-renderer/ui/format.ts';
import {
  toAsOfText,
  toAttemptsText,
  toDryRunText,
  toSettingsText,
  toSideWhen,
  toWayOn,
} from '../../../src-renderer/views/Panel/review-words.ts';
import { createFakeBridge, settle } from './fake-bridge.ts';
import { entityId, graphEntity, neighbourhood, relationshipId } from './neighbourhoods.ts';
import { workspaceStatus } from './workspace-status.ts';

const item: OutboxItem = {
  id: relationshipId(1),
  connectionId: LOCAL_CONNECTION_ID,
  connection: 'plant',
  action: 'create',
  source: graphEntity(1),
  target: graphEntity(2),
  type: null,
  state: 'create',
  cause: null,
  attempts: 0,
  unanswered: false,
  failures: 0,
  lastFailure: null,
  nextAttemptAt: null,
  dependants: 0,
  changedAt: '2026-03-04T15:00:00.000Z',
};
const items = (first: number, many: number): OutboxItem[] =>
  Array.from({ length: many }, (_, index) => ({ ...item, id: relationshipId(first + index) }));

const group: OutboxGroup = {
  connectionId: LOCAL_CONNECTION_ID,
  connection: 'plant',
  total: 9,
  unanswered: 2,
  states: [
    { state: 'create', count: 4 },
    { state: 'delete', count: 2 },
    { state: 'parked', count: 3 },
  ],
};

const connection: WorkspaceStatus['connections'][number] = {
  id: LOCAL_CONNECTION_ID,
  name: 'plant',
  remote: 'clickie',
  url: 'http://127.0.0.1/',
  scope: '1',
  state: 'ready',
  offlineSince: null,
  lastSyncedAt: null,
  nextSyncAt: null,
  limitedUntil: null,
  lastFailure: null,
  rate: 1,
  options: {},
  signInExpiresAt: null,
  pausedSince: null,
  pendingCount: 0,
  conflictCount: 0,
  heldCount: 0,
  progress: null,
};

const workspace: WorkspaceStatus = { ...workspaceStatus, connections: [connection] };

async function connected(answers: NonNullable<Parameters<typeof createFakeBridge>[0]> = {}) {
  const fake = createFakeBridge({
    'app:start': {
      version: '1',
      demo: false,
      path: null,
      demoServer: null,
      recent: [],
      secretStorage: { persisted: true, reason: null },
    },
    'workspace:status': workspace,
    'sync:reports': { total: 0, rows: [] },
    'entities:page': { total: 0, rows: [], order: 'name', corrections: [], asOf: '2026-03-04T15:00:00.000Z' },
    ...answers,
  });
  const store = createAppStore();
  connectStore(store, fake.bridge);
  const actions = createActions(store, fake.bridge);
  patchView(store, { openPath: workspace.path });
  await settle();
  return { ...fake, store, actions, review: () => store.getState() };
}

const noticesOf = ({ view }: ReturnType<ReturnType<typeof createAppStore>['getState']>) =>
  view.notices.map(({ title, text }) => `${title}: ${text}`);

describe('a choice of rows', () => {
  it('gains a row and loses it again', () => {
    const chosen = toToggled(new Set([1, 2]), 3);
    expect([...chosen]).toEqual([1, 2, 3]);
    expect([...toToggled(chosen, 2)]).toEqual([1, 3]);
  });

  it('forgets what is gone once the whole list is known, and nothing before', () => {
    const answer = { query: 'q', page: 0, rows: items(1, 100) };
    const chosen = new Set([relationshipId(1), relationshipId(900)]);
    expect(toStillThere(chosen, withPage<OutboxItem>(emptyPages('q'), { ...answer, total: 100 }))).toEqual([
      1,
    ]);
    expect(toStillThere(chosen, withPage<OutboxItem>(emptyPages('q'), { ...answer, total: 101 }))).toEqual([
      1, 900,
    ]);
    expect(toStillThere(chosen, emptyPages<OutboxItem>(''))).toEqual([1, 900]);
  });
});

describe('the outbox', () => {
  it('counts each of its parts', () => {
    const counts = (['all', 'waiting', 'parked', 'blocked', 'unanswered'] as const).map((part) =>
      countOfPart(group, part),
    );
    expect(counts).toEqual([9, 6, 3, 0, 2]);
  });

  it('is read by the page and by the part that is looked at', async () => {
    const { store, actions, waiting } = await connected();
    actions.openPanel('outbox');
    waiting('outbox:page')[0]?.answer({
      ok: true,
      value: { total: 250, rows: items(1, 100), groups: [group] },
    });
    await settle();
    expect(store.getState().server.review).toMatchObject({ outboxGroups: [group], outbox: { total: 250 } });
    actions.showOutboxRows({ first: 200, last: 220 });
    actions.narrowOutbox({ part: 'unanswered' });
    expect(waiting('outbox:page').map(({ params }) => params)).toMatchObject([
      { states: [], unanswered: false, offset: 0 },
      { offset: 200 },
      { states: [], unanswered: true, offset: 0 },
    ]);
    actions.narrowOutbox({ part: 'waiting' });
    expect(waiting('outbox:page').at(-1)?.params).toMatchObject({ states: ['create', 'update', 'delete'] });
  });

  it('has all chosen by as many pages as that takes', async () => {
    const { store, actions, waiting } = await connected();
    const choosing = actions.chooseAllChanges();
    waiting('outbox:page')[0]?.answer({ ok: true, value: { total: 501, rows: items(1, 500), groups: [] } });
    await settle();
    waiting('outbox:page')[1]?.answer({ ok: true, value: { total: 501, rows: items(501, 1), groups: [] } });
    await choosing;
    expect(store.getState().view.review.chosenChanges.size).toBe(501);
  });

  it('says what was dropped, what stayed and how to bring it back', async () => {
    const { store, actions } = await connected({ 'outbox:drop-many': { dropped: 2, kept: 1 } });
    actions.toggleChange(relationshipId(1));
    await actions.dropChanges([relationshipId(1), relationshipId(2), relationshipId(3)]);
    expect(store.getState().view.review.chosenChanges.size).toBe(0);
    expect(noticesOf(store.getState())[0]).toMatch(
      /^2 pending changes dropped: .*Undo brings it back\. 1 change stayed/,
    );
  });

  it('says of each change what would let it go', () => {
    const now = new Date('2026-03-04T15:00:00.000Z');
    expect(toWayOn(item, now)).toBeNull();
    expect(toWayOn({ ...item, state: 'parked' }, now)).toMatch(/edit it, choose it and push it/);
    expect(toWayOn({ ...item, state: 'blocked' }, now)).toMatch(/waits for has gone through/);
    expect(toWayOn({ ...item, unanswered: true }, now)).toMatch(/asks what became of it/);
    expect(toWayOn({ ...item, nextAttemptAt: '2026-03-04T14:00:00.000Z' }, now)).toMatch(/by itself now/);
    expect(toAttemptsText({ ...item, attempts: 3, failures: 2, dependants: 1 })).toBe(
      '3 tries · 2 failures in a row · 1 change waiting for it',
    );
  });
});

describe('conflicts', () => {
  it('are settled by a rule as one step, which says what it left', async () => {
    const { store, actions } = await connected({ 'conflicts:resolve-many': { resolved: 7, skipped: 2 } });
    actions.toggleConflict(5);
    await actions.resolveConflicts({ filter: store.getState().view.review.conflicts.filter }, 'both');
    expect(store.getState().view.review.chosenConflicts.size).toBe(0);
    expect(noticesOf(store.getState())).toEqual([
      '7 conflicts settled: Undo opens them again. 2 conflicts stayed: that choice is not offered there.',
    ]);
  });

  it('keep nothing chosen once the list is another', async () => {
    const { store, actions } = await connected();
    actions.chooseConflicts([1, 2]);
    actions.narrowConflicts({ reason: 'end-removed' });
    expect(store.getState().view.review.chosenConflicts.size).toBe(0);
    expect(store.getState().view.review.conflicts.filter.reason).toBe('end-removed');
  });
});

describe('what syncs by itself', () => {
  it('is said in one sentence', () => {
    expect(toSettingsText({ everyMinutes: 15, afterEditsSeconds: 30, onReconnect: true })).toBe(
      'Syncs by itself every 15 minutes, 30 seconds after the last edit and when a connection answers again.',
    );
    expect(toSettingsText({ everyMinutes: 1, afterEditsSeconds: null, onReconnect: false })).toBe(
      'Syncs by itself every 1 minute.',
    );
    expect(toSettingsText({ everyMinutes: null, afterEditsSeconds: null, onReconnect: false })).toBe(
      'Syncs only when you ask.',
    );
  });

  it('shows when a connection goes next as soon as that is known', async () => {
    const { store, emit } = await connected();
    const nextSyncAt = '2026-03-04T16:00:00.000Z';
    emit('sync:scheduled', { connectionId: connection.id, nextSyncAt });
    expect(store.getState().server.workspace?.connections[0]?.nextSyncAt).toBe(nextSyncAt);
  });
});

describe('from when a list is', () => {
  const now = new Date('2026-03-05T15:00:00.000Z');
  const [early, late] = ['2026-03-03T15:00:00.000Z', '2026-03-04T15:00:00.000Z'];

  it('is the oldest reading of its connections, with those that were never read to their end', () => {
    expect(toAsOfText([], now)).toBe('');
    expect(toAsOfText([{ name: 'plant', lastSyncedAt: late }], now)).toBe(`as of ${formatMoment(late, now)}`);
    const connections = [
      { name: 'plant', lastSyncedAt: late },
      { name: 'fleet', lastSyncedAt: early },
      { name: 'building', lastSyncedAt: null },
    ];
    expect(toAsOfText(connections, now)).toBe(
      `as of ${formatMoment(early, now)} · not read to its end yet: building`,
    );
    expect(toAsOfText(connections.slice(2), now)).toBe('not read to its end yet: building');
  });
});

describe('a side of a conflict', () => {
  const side = { present: true, type: null, at: '2026-03-04T15:00:00.000Z', told: true, by: null };
  const now = new Date('2026-03-05T15:00:00.000Z');
  const when = formatMoment(side.at, now);

  it('says when it was made so as far as that is told, and by whom, else when it was seen', () => {
    expect(toSideWhen('remote', side, now)).toBe(`made there ${when}`);
    expect(toSideWhen('remote', { ...side, present: false, by: 'NORA' }, now)).toBe(
      `removed there ${when}, NORA`,
    );
    expect(toSideWhen('remote', { ...side, told: false }, now)).toBe(`seen ${when}`);
    expect(toSideWhen('local', { ...side, by: 'you' }, now)).toBe(`changed ${when}, you`);
    expect(toSideWhen('base', { ...side, told: false }, now)).toBe(`agreed ${when}`);
    expect(toSideWhen('base', { ...side, at: null }, now)).toBe('');
  });
});

describe('a dry run', () => {
  it('is text that can be pasted, one request a line, with what it sends below it', () => {
    const request = { ids: [relationshipId(1)], method: 'POST', path: '/a', body: null, condition: null };
    const conditional = { ...request, path: '/b', body: ['x'], condition: 'if it is absent' };
    const rows = [
      { connection: 'plant', requests: [request, conditional] },
      { connection: 'fleet', requests: [] },
    ];
    expect(toDryRunText({ total: 2, rows })).toBe('# plant\nPOST /a\nPOST /b  # if it is absent\n  ["x"]');
  });
});

describe('how old the drawing is', () => {
  it('is told by what was read longest ago, and what never was is counted', () => {
    const store = createAppStore();
    const drawn = (id: number, relationshipsAsOf: string | null) =>
      graphEntity(id, { connection: 'plant', relationshipsAsOf });
    const entities = [
      drawn(1, '2026-03-04T15:00:00.000Z'),
      drawn(2, '2026-03-03T15:00:00.000Z'),
      drawn(3, null),
      graphEntity(4),
    ];
    store.setState(({ server }) => ({ server: { ...server, neighbourhood: neighbourhood(entities, []) } }));
    expect(selectDrawnAsOf(store.getState())).toEqual({ asOf: '2026-03-03T15:00:00.000Z', unread: 1 });
  });
});

describe('what may be related', () => {
  const refusal = { ok: false, code: 'pair-not-allowed', message: 'They may not.' };

  it('is asked once for many targets, and once for each source', async () => {
    const { actions, waiting } = await connected();
    const question = {
      entityId: entityId(1),
      otherIds: [entityId(2), entityId(3)],
      type: null,
      local: false,
    };
    const outgoing = actions.judgePairs({ ...question, end: 'source' });
    expect(waiting('rules:judge-targets').map(({ params }) => params)).toMatchObject([
      { sourceId: 1, targetIds: [2, 3] },
    ]);
    waiting('rules:judge-targets')[0]?.answer({ ok: true, value: [{ id: 3, ...refusal }] });
    expect([...(await outgoing)]).toEqual([[3, { id: 3, ...refusal }]]);
    const incoming = actions.judgePairs({ ...question, end: 'target' });
    const [, second, third] = waiting('rules:judge-targets');
    expect([second?.params, third?.params]).toMatchObject([
      { sourceId: 2, targetIds: [1] },
      { sourceId: 3, targetIds: [1] },
    ]);
    second?.answer({ ok: true, value: [{ id: 1, ...refusal }] });
    third?.answer({ ok: false, error: { code: 'not-found', message: 'Gone.', details: {} } });
    expect([...(await incoming)]).toEqual([[2, { id: 1, ...refusal }]]);
  });

  it('is asked once for as many targets as one picture draws, and a part at a time for more', async () => {
    const { actions, waiting } = await connected();
    const otherIds = Array.from({ length: DRAWN_LIMIT + 200 }, (_, index) => entityId(index + 2));
    const asked = { entityId: entityId(1), otherIds, end: 'source', type: null, local: false } as const;
    const verdicts = actions.judgePairs(asked);
    for (const [part, size] of [DRAWN_LIMIT, 200].entries()) {
      const { targetIds } = Object(waiting('rules:judge-targets')[part]?.params);
      expect(targetIds).toHaveLength(size);
      const value = targetIds.map((id: number) => ({ id, ...refusal }));
      waiting('rules:judge-targets')[part]?.answer({ ok: true, value });
      await settle();
    }
    expect([...(await verdicts).keys()]).toEqual(otherIds);
  });
});

describe('what is on screen', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is what is inspected, then what is drawn, then the rows in sight, each once', () => {
    const store = createAppStore();
    store.setState(({ server, view }) => ({
      server: {
        ...server,
        neighbourhood: neighbourhood([graphEntity(1), graphEntity(2)], []),
        entityList: withPage(emptyPages('q'), {
          query: 'q',
          page: 0,
          total: 3,
          rows: [graphEntity(3), graphEntity(1), graphEntity(4)],
        }),
      },
      view: { ...view, selection: { kind: 'entity', id: entityId(2) }, listRange: { first: 0, last: 1 } },
    }));
    expect(selectFocus(store.getState())).toEqual([2, 1, 3]);
  });

  it('is told once it rests, and not again while it stays the same', () => {
    const store = createAppStore();
    const { bridge, waiting } = createFakeBridge();
    const end = connectFocus(store, bridge);
    patchView(store, { openPath: '/a.weft', roots: [entityId(1)] });
    patchView(store, { roots: [entityId(2)] });
    vi.advanceTimersByTime(FOCUS_REST_MS - 1);
    expect(waiting('sync:focus')).toEqual([]);
    vi.advanceTimersByTime(1);
    patchView(store, { roots: [entityId(2)] });
    vi.advanceTimersByTime(FOCUS_REST_MS);
    expect(waiting('sync:focus').map(({ params }) => params)).toEqual([{ entityIds: [2] }]);
    patchView(store, { roots: [entityId(3)] });
    end();
    vi.advanceTimersByTime(FOCUS_REST_MS);
    expect(waiting('sync:focus')).toHaveLength(1);
  });

  it('is told again to a backend that was started anew', () => {
    const store = createAppStore();
    const { bridge, waiting, emit } = createFakeBridge();
    connectFocus(store, bridge);
    patchView(store, { openPath: '/a.weft', roots: [entityId(1)] });
    vi.advanceTimersByTime(FOCUS_REST_MS);
    emit('backend:restarted', { reason: 'It ended.' });
    vi.advanceTimersByTime(FOCUS_REST_MS);
    expect(waiting('sync:focus').map(({ params }) => params)).toEqual([
      { entityIds: [1] },
      { entityIds: [1] },
    ]);
  });
});
