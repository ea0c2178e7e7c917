import { afterEach, describe, expect, test, vi } from 'vitest';
import { openWorkspace } from '../../../src-main/backend/store/database.ts';
import { createRelationshipStates, WINDOW } from '../../../src-main/backend/store/packed-states.ts';
import type { Events } from '../../../src-preload/contract/events.ts';
import { openTransferWorld } from '../../support/transfer-world.ts';
import { sqliteBinding } from '../../support/workspace.ts';

const ROWS = 2 * WINDOW + 500;
const page = { offset: 0, limit: 500 };

/** A moment that no other is equal to. */
async function tick(): Promise<string> {
  const at = new Date().toISOString();
  while (new Date().toISOString() <= at) await new Promise((next) => setImmediate(next));
  return at;
}

/** A workspace with an import of many entities, all related to the first, and moments before and after it. */
async function openLarge() {
  const world = await openTransferWorld();
  const before = await tick();
  const lines = Array.from({ length: ROWS }, (_, index) => `Hub,contains,Part ${index}`);
  const read = await world.inspect(world.file('parts.csv', `source,type,target\n${lines.join('\n')}\n`));
  const settings = { ...read.settings, createMissing: true };
  const { historyId } = await world.ask('import:commit', { handle: read.handle, settings });
  if (historyId === null) throw new Error('All rows are taken');
  return { world, historyId, before, after: await tick() };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the past across a large import', () => {
  test('reads alike page by page in whatever order, and ends where its rows do', async () => {
    const { world, before, after } = await openLarge();
    const asOf = (offset: number) => world.ask('history:as-of', { at: after, ...page, offset });
    const last = await asOf(ROWS - 100);
    expect(last).toMatchObject({ total: ROWS, rows: { length: 100 } });
    const ids: number[] = [];
    for (let offset = 0; offset < ROWS; offset += page.limit) {
      ids.push(...(await asOf(offset)).rows.map(({ id }) => id));
    }
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(new Set(ids).size).toBe(ROWS);
    expect(ids.slice(-100)).toEqual(last.rows.map(({ id }) => id));
    const diff = (offset: number) => world.ask('history:diff', { from: before, to: after, ...page, offset });
    expect((await diff(WINDOW - 2)).rows.map(({ relationship }) => relationship.id)).toEqual(
      ids.slice(WINDOW - 2, WINDOW - 2 + page.limit),
    );
    expect(await asOf(ROWS)).toEqual({ total: ROWS, rows: [] });
  });

  test('a page that is asked for again after a change tells of the change', async () => {
    const { world, after } = await openLarge();
    const now = () => world.ask('history:as-of', { at: '9999-01-01T00:00:00.000Z', offset: 0, limit: 1 });
    const [first] = (await now()).rows;
    if (first === undefined) throw new Error('The import made relationships');
    await world.ask('relationships:unrelate', { id: first.id });
    expect((await now()).total).toBe(ROWS - 1);
    expect((await world.ask('history:as-of', { at: after, offset: 0, limit: 1 })).total).toBe(ROWS);
  });

  test('is told of one entity of it: a hub, and one that has a single relationship', async () => {
    const { world, before, after } = await openLarge();
    const { rows } = await world.ask('history:as-of', { at: after, offset: ROWS - 1, limit: 1 });
    const [only] = rows;
    if (only === undefined) throw new Error('The import made relationships');
    const totalOf = async (at: string, entityId: typeof only.source.id) =>
      (await world.ask('history:as-of', { at, entityId, ...page })).total;
    expect([await totalOf(after, only.source.id), await totalOf(after, only.target.id)]).toEqual([ROWS, 1]);
    expect(await totalOf(before, only.source.id)).toBe(0);
    expect(await world.ask('history:entity-as-of', { at: after, id: only.source.id })).toMatchObject({
      relationshipCount: ROWS,
    });
    await world.ask('history:undo', {});
    expect([await totalOf(after, only.source.id), await totalOf(after, only.target.id)]).toEqual([ROWS, 1]);
  });

  test.each([
    ['history:as-of', { at: '2020-01-01T00:00:00.000Z', ...page }],
    ['history:entities-as-of', { at: '2020-01-01T00:00:00.000Z', ...page }],
    ['history:diff', { from: '2020-01-01T00:00:00.000Z', to: '9999-01-01T00:00:00.000Z', ...page }],
    ['history:entity-diff', { from: '2020-01-01T00:00:00.000Z', to: '9999-01-01T00:00:00.000Z', ...page }],
  ] as const)('%s is read in slices and ends where it is cancelled', async (channel, params) => {
    const { world } = await openLarge();
    const refused = world.refused(channel, { ...params, name: 'past' });
    expect(await world.ask('query:cancel', { name: 'past' })).toEqual({ cancelled: 1 });
    expect(await refused).toMatchObject({ code: 'cancelled' });
    expect(await world.ask('query:cancel', { name: 'past' })).toEqual({ cancelled: 0 });
  });

  test('one that takes long tells how far it is, by the name that it is ended by, and that it is over', async () => {
    const { world, after } = await openLarge();
    const told: Events['history:progressed'][] = [];
    world.backend.onEvent(({ event, payload }) => {
      if (event === 'history:progressed') told.push(payload);
    });
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => {
      now += 100;
      return now;
    });
    await world.ask('history:as-of', { at: after, ...page, name: 'past' });
    expect(told.length).toBeGreaterThan(1);
    const [first, last] = [told.at(0), told.at(-1)];
    expect(first).toMatchObject({ doing: 'look', name: 'past' });
    expect(first?.done).toBeLessThan(first?.total ?? 0);
    expect(last).toMatchObject({ doing: 'look', name: 'past', done: last?.total });
  });

  test('a command that comes in between changes nothing of what was', async () => {
    const { world, before, after } = await openLarge();
    const asked = world.ask('history:as-of', { at: after, offset: ROWS - 1, limit: 1 });
    const differing = world.ask('history:diff', { from: after, to: before, offset: 0, limit: 1 });
    await world.ask('history:undo', {});
    expect([(await asked).total, (await differing).total]).toEqual([ROWS, ROWS]);
  });

  test('is found in the history by its entities, and by its relationships', async () => {
    const { world, historyId, after } = await openLarge();
    const { rows } = await world.ask('history:as-of', { at: after, offset: ROWS - 1, limit: 1 });
    const [only] = rows;
    if (only === undefined) throw new Error('The import made relationships');
    const found = async (filter: { entityId?: typeof only.source.id; relationshipId?: typeof only.id }) =>
      (await world.ask('history:page', { ...filter, ...page })).rows.map(({ id }) => id);
    expect(await found({ entityId: only.target.id })).toEqual([historyId]);
    expect(await found({ relationshipId: only.id })).toEqual([historyId]);
  });

  test('says how much it was, and that its ids were not there before, without reading its rows', async () => {
    const { world, historyId } = await openLarge();
    const status = await world.ask('workspace:status', {});
    if (status === null) throw new Error('It is open');
    await world.ask('workspace:close', {});
    const workspace = openWorkspace({ path: status.path, nativeBinding: sqliteBinding });
    workspace.db.exec("UPDATE history_pack SET body = 'unreadable'");
    const known = createRelationshipStates(workspace.db, 0).in(1);
    expect(known.states).toEqual([]);
    expect(known.absent.map(([first, last]) => last - first + 1).reduce((sum, rows) => sum + rows)).toBe(
      WINDOW,
    );
    workspace.close();
    await world.ask('workspace:open', { path: status.path });
    expect((await world.ask('history:page', page)).rows).toMatchObject([
      { id: historyId, changes: ROWS * 2 + 1 },
    ]);
  });
});
