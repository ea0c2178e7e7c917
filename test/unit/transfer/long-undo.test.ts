import { describe, expect, test } from 'vitest';
import type { Events } from '../../../src-preload/contract/events.ts';
import { openTransferWorld, type TransferWorld } from '../../support/transfer-world.ts';

const ROWS = 3000;

/** A workspace with an import of many entities, all related to the first. */
async function openLarge() {
  const world = await openTransferWorld();
  const lines = Array.from({ length: ROWS }, (_, index) => `Hub,contains,Part ${index}`);
  const read = await world.inspect(world.file('parts.csv', `source,type,target\n${lines.join('\n')}\n`));
  const settings = { ...read.settings, createMissing: true };
  const { historyId } = await world.ask('import:commit', { handle: read.handle, settings });
  if (historyId === null) throw new Error('All rows are taken');
  return { world, historyId };
}

async function countAll({ ask }: TransferWorld) {
  const page = { offset: 0, limit: 1 };
  const entities = await ask('entities:page', { search: '', kinds: [], connectionId: null, ...page });
  const relationships = await ask('relationships:page', { entityId: null, ...page });
  return { entities: entities.total, relationships: relationships.total };
}

/** Resolves with the first report of progress. */
function firstProgress({ backend }: TransferWorld): Promise<Events['history:progressed']> {
  const { promise, resolve } = Promise.withResolvers<Events['history:progressed']>();
  const stop = backend.onEvent(({ event, payload }) => {
    if (event !== 'history:progressed') return;
    stop();
    resolve(payload);
  });
  return promise;
}

const all = { entities: ROWS + 1, relationships: ROWS };
const none = { entities: 0, relationships: 0 };

describe('what a large import did', () => {
  test('is undone with progress, while others are answered with what was there before', async () => {
    const { world } = await openLarge();
    const ends: string[] = [];
    const progress = firstProgress(world);
    const undone = world.ask('history:undo', {}).then(() => ends.push('undone'));
    expect(await progress).toMatchObject({ doing: 'undo', total: ROWS * 2 + 1 });
    expect(await countAll(world)).toEqual(all);
    ends.push('answered');
    await undone;
    expect(ends).toEqual(['answered', 'undone']);
    expect(await countAll(world)).toEqual(none);
    await world.ask('history:redo', {});
    expect(await countAll(world)).toEqual(all);
  });

  test('is there as it was where the undo did not come to its end', async () => {
    const { world } = await openLarge();
    const status = await world.ask('workspace:status', {});
    if (status === null) throw new Error('It is open');
    const progress = firstProgress(world);
    const undoing = world.refused('history:undo', {});
    await progress;
    await world.ask('workspace:close', {});
    expect(await undoing).toMatchObject({ code: 'cancelled' });
    await world.ask('workspace:open', { path: status.path });
    expect(await countAll(world)).toEqual(all);
    expect((await world.ask('history:page', { offset: 0, limit: 5 })).rows).toMatchObject([
      { state: 'done' },
    ]);
    await world.ask('history:undo', {});
    expect(await countAll(world)).toEqual(none);
  });

  test('is one entry that says what it changed and by whom, and undoing it says the opposite', async () => {
    const { world, historyId } = await openLarge();
    await world.ask('history:undo', {});
    const { rows } = await world.ask('history:page', { offset: 0, limit: 5 });
    expect(rows).toMatchObject([
      { changes: ROWS * 2 + 1, reverts: historyId },
      { changes: ROWS * 2 + 1, state: 'undone' },
    ]);
    expect(rows.map(({ who }) => who)).toEqual([rows[0]?.who, expect.stringContaining(' on ')]);
    const changesOf = async (id: number) =>
      (await world.ask('history:changes', { id, offset: ROWS, limit: 2 })).rows;
    expect(await changesOf(historyId)).toMatchObject([
      { what: 'entity', before: null },
      { what: 'entity', before: null },
    ]);
    const first = await world.ask('history:changes', { id: rows[0]?.id ?? 0, offset: 0, limit: 1 });
    expect(first).toMatchObject({
      total: ROWS * 2 + 1,
      rows: [{ what: 'relationship', name: 'Hub → Part 0', before: 'contains', after: null }],
    });
  });

  test('is what the workspace had at a moment before it was undone, and not before it was done', async () => {
    const before = new Date().toISOString();
    const { world } = await openLarge();
    const then = new Date().toISOString();
    await world.ask('history:undo', {});
    const asOf = (at: string) => world.ask('history:as-of', { at, offset: 0, limit: 1 });
    expect(await asOf(then)).toMatchObject({
      total: ROWS,
      rows: [{ type: 'contains', source: { name: 'Hub', removed: false } }],
    });
    expect((await asOf(before)).total).toBe(0);
    expect(
      await world.ask('history:diff', { from: then, to: new Date().toISOString(), offset: 0, limit: 1 }),
    ).toMatchObject({
      total: ROWS,
      rows: [{ change: 'removed', before: 'contains', after: null }],
    });
  });
});
