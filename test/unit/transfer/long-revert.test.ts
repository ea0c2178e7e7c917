import { describe, expect, test } from 'vitest';
import { openTransferWorld } from '../../support/transfer-world.ts';

const ROWS = 1500;
const page = { offset: 0, limit: 5 };

/** A workspace with parts of its own, related by a second import that was taken back as one entry. */
async function openTakenBack() {
  const world = await openTransferWorld();
  const commit = async (name: string, text: string, createMissing: boolean) => {
    const read = await world.inspect(world.file(name, text));
    const { historyId } = await world.ask('import:commit', {
      handle: read.handle,
      settings: { ...read.settings, createMissing },
    });
    if (historyId === null) throw new Error('All rows are taken');
    return historyId;
  };
  const lines = (type: string) =>
    Array.from({ length: ROWS }, (_, index) => `Hub,${type},Part ${index}`).join('\n');
  await commit('parts.csv', `source,type,target\n${lines('contains')}\n`, true);
  const imported = await commit('links.csv', `source,type,target\n${lines('reaches')}\n`, false);
  await world.ask('history:revert', { id: imported });
  const [rollback] = (await world.ask('history:page', page)).rows;
  if (rollback === undefined) throw new Error('The rollback is an entry');
  return { world, rollback };
}

describe('taking a large rollback back', () => {
  test('is looked at in parts that a cancel ends', async () => {
    const { world, rollback } = await openTakenBack();
    const refused = world.refused('history:revert-preview', { id: rollback.id, name: 'preview' });
    expect(await world.ask('query:cancel', { name: 'preview' })).toEqual({ cancelled: 1 });
    expect(await refused).toMatchObject({ code: 'cancelled' });
  });

  test('makes all of it again, and is told before', async () => {
    const { world, rollback } = await openTakenBack();
    expect(await world.ask('history:revert-preview', { id: rollback.id })).toMatchObject({
      changes: ROWS,
      dependants: [],
      refusal: null,
    });
    await world.ask('history:revert', { id: rollback.id });
    expect((await world.ask('relationships:page', { entityId: null, ...page })).total).toBe(2 * ROWS);
  });

  test('names the one later entry among its rows that took a place', async () => {
    const { world, rollback } = await openTakenBack();
    const { rows } = await world.ask('history:changes', { id: rollback.id, offset: ROWS / 2, limit: 1 });
    const [name = ''] = rows.map((row) => row.name.split(' → ')[1]);
    const idOf = async (search: string) => {
      const found = await world.ask('entities:page', { search, kinds: [], connectionId: null, ...page });
      const entity = found.rows.find((row) => row.name === search);
      if (entity === undefined) throw new Error(`${search} was imported`);
      return entity.id;
    };
    await world.ask('relationships:relate', {
      sourceId: await idOf('Hub'),
      targetId: await idOf(name),
      type: 'reaches',
      local: true,
    });
    const preview = await world.ask('history:revert-preview', { id: rollback.id });
    expect(preview.dependants).toMatchObject([{ label: `Relate Hub → ${name}` }]);
    expect(await world.refused('history:revert', { id: rollback.id })).toMatchObject({
      code: 'not-revertible',
    });
  });
});
