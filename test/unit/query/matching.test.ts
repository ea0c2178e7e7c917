import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseQuery } from '../../../src-main/backend/query/parse.ts';
import { findMatching } from '../../../src-main/backend/store/matching.ts';
import { transaction } from '../../../src-main/backend/store/sql.ts';
import { runPaced } from '../../../src-main/backend/traverse/pace.ts';
import { writeLargeWorkspace } from '../../support/large-workspace.ts';
import { expectSameResults, openVariedWorld } from '../../support/same-results.ts';
import { createTempFolder } from '../../support/temp-folder.ts';
import { openTransferWorld, type TransferWorld } from '../../support/transfer-world.ts';
import { addConnection, addEntity, createTempWorkspace } from '../../support/workspace.ts';

async function openSmall(): Promise<TransferWorld> {
  const world = await openTransferWorld();
  for (const name of ['Pump 1', 'Pump 2', 'Valve']) {
    await world.ask('entities:create', { kind: 'asset', name, fields: [] });
  }
  return world;
}

test('generated queries find the same entities in the list, in the graph, in its filter and in an export', async () => {
  const world = await openVariedWorld(700);
  const tally = await expectSameResults(world, 120, 20_260_301);
  expect(tally.found).toBeGreaterThan(40);
  expect(tally.nothing).toBeGreaterThan(5);
  expect(tally.omitted).toBeGreaterThan(5);
});

test('what matches is drawn with exactly the relationships between what is drawn', async () => {
  const world = await openSmall();
  const { entities } = await world.ask('graph:matching', { text: '', budget: 500 });
  const [one, two, valve] = entities.map(({ id }) => id);
  if (one === undefined || two === undefined || valve === undefined) throw new Error('three were made');
  const relate = (sourceId: typeof one, targetId: typeof one) =>
    world.ask('relationships:relate', { sourceId, targetId, type: 'feeds', local: true });
  const between = await relate(one, two);
  await relate(two, valve);
  const { relationships, ...drawn } = await world.ask('graph:matching', { text: 'pump', budget: 500 });
  expect(relationships.map(({ id }) => id)).toEqual([between.id]);
  expect(drawn).toMatchObject({ total: 2, omitted: 0 });
  expect(drawn.entities.map(({ name, relationshipCount }) => [name, relationshipCount])).toEqual([
    ['Pump 1', 1],
    ['Pump 2', 2],
  ]);
});

test('a budget takes the first of the list, and what it leaves out is told', async () => {
  const world = await openSmall();
  const drawn = await world.ask('graph:matching', { text: 'kind:asset', budget: 2 });
  expect(drawn).toMatchObject({ total: 3, omitted: 1 });
  expect(drawn.entities.map(({ name }) => name)).toEqual(['Pump 1', 'Pump 2']);
});

test('a query that cannot be read is refused at its character, drawn or filtered', async () => {
  const world = await openSmall();
  for (const result of [
    await world.backend.request('graph:matching', { text: 'pump (valve', budget: 10 }),
    await world.backend.request('graph:filter', { text: 'pump (valve', ids: [] }),
  ]) {
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'query-not-read', details: { position: 11, expected: 'a closing )' } },
    });
  }
});

test('without a workspace there is nothing to draw, and that is said', async () => {
  const world = await openSmall();
  await world.ask('workspace:close', {});
  expect(await world.refused('graph:matching', { text: '', budget: 10 })).toMatchObject({
    code: 'workspace-missing',
  });
});

test('a question that is cancelled by its name ends, and others go on', async () => {
  const path = join(createTempFolder(), 'large.weft');
  writeLargeWorkspace({ path, entities: 12_000 });
  const world = await openTransferWorld(path);
  const asked = world.backend.request('graph:matching', { text: '-zebra', budget: 10, name: 'graph-1' });
  const other = world.ask('graph:matching', { text: '-zebra', budget: 10, name: 'graph-2' });
  expect(await world.ask('query:cancel', { name: 'graph-1' })).toEqual({ cancelled: 1 });
  expect(await asked).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  expect((await other).total).toBeGreaterThan(10_000);
});

test('a cancelled question lets go of its handle', async () => {
  const { db } = createTempWorkspace();
  const plant = addConnection(db, 'plant');
  transaction(db, () => {
    for (let n = 0; n < 5001; n += 1) addEntity(db, plant, String(n));
  });
  const cancel = new AbortController();
  const asked = runPaced(findMatching(db, parseQuery('kind:asset'), 10), cancel.signal);
  cancel.abort();
  await expect(asked).rejects.toThrow('The query was cancelled.');
  expect(addEntity(db, plant, 'later')).toBe(5002);
});

test('a picture holds what is asked for beside its roots, related or not, and nothing twice', async () => {
  const world = await openSmall();
  const { entities } = await world.ask('graph:matching', { text: '', budget: 500 });
  const [one, two, valve] = entities.map(({ id }) => id);
  if (one === undefined || two === undefined || valve === undefined) throw new Error('three were made');
  const { id } = await world.ask('relationships:relate', {
    sourceId: one,
    targetId: valve,
    type: null,
    local: true,
  });
  const drawn = await world.ask('graph:neighbourhood', { roots: [one], limit: 60, also: [valve, two] });
  expect(drawn.entities.map((entity) => entity.id)).toEqual([one, valve, two]);
  expect(drawn.relationships.map((relationship) => relationship.id)).toEqual([id]);
  const bare = await world.ask('graph:neighbourhood', { roots: [], limit: 60, also: [two] });
  expect(bare.entities.map((entity) => entity.id)).toEqual([two]);
});
