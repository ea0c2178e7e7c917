import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Answer } from '../../src-preload/contract/requests.ts';
import { createRandom, pickOne } from '../servers/shared/random.ts';
import { writeLargeWorkspace } from '../support/large-workspace.ts';
import { expectSameResults, openVariedWorld } from '../support/same-results.ts';
import { createTempFolder } from '../support/temp-folder.ts';
import { openTransferWorld, type TransferWorld } from '../support/transfer-world.ts';

async function openLarge(): Promise<TransferWorld> {
  const path = join(createTempFolder(), 'large.weft');
  writeLargeWorkspace({ path, entities: 5000, relationships: 20_000, hubs: { count: 2, degree: 2000 } });
  return await openTransferWorld(path);
}

/** All pages of a list. */
async function readAll<T>(
  read: (page: { offset: number; limit: number }) => Promise<{ total: number; rows: readonly T[] }>,
): Promise<T[]> {
  const rows: T[] = [];
  for (;;) {
    const answer = await read({ offset: rows.length, limit: 500 });
    rows.push(...answer.rows);
    if (answer.rows.length === 0 || rows.length >= answer.total) return rows;
  }
}

test('what is counted before an expansion is what there is, and every part is told whole, for 1,000 entities', async () => {
  const world = await openLarge();
  const entities = await readAll((page) => world.ask('query:run', { text: '', ...page }));
  const degrees = new Map<number, number>();
  const related = await readAll((page) => world.ask('relationships:page', { entityId: null, ...page }));
  for (const { source, target } of related) {
    for (const { id } of [source, target]) degrees.set(id, (degrees.get(id) ?? 0) + 1);
  }
  const random = createRandom(3);
  const chosen = [...entities.slice(0, 10), ...Array.from({ length: 990 }, () => pickOne(random, entities))];
  let most = 0;
  for (const { id } of chosen) {
    const groups = await world.ask('graph:groups', { id });
    const counted = groups.reduce((sum, { count }) => sum + count, 0);
    expect(counted).toBe(degrees.get(id) ?? 0);
    most = Math.max(most, counted);
    for (const { type, direction, count } of groups) {
      const asked = { id, groups: [{ type, direction }], offset: 0, limit: 60 };
      const expanded: Answer<'graph:expand'> = await world.ask('graph:expand', asked);
      expect(expanded.total).toBe(count);
      expect(expanded.relationships.length).toBeLessThanOrEqual(60);
      expect(expanded.relationships).toHaveLength(Math.min(60, count));
    }
  }
  expect(most).toBeGreaterThan(1000);
});

test('a query finds the same entities in the search, in the list and in an export', async () => {
  const world = await openLarge();
  const queries = [
    'pump',
    'kind:metric',
    'kind:asset,dashboard boiler',
    '-kind:asset valve',
    'öl or zebra',
    'id:12',
    'kind:metric -[]-> (kind:asset boiler)',
    'valve -[*1..2]- id:12',
  ];
  let found = 0;
  for (const [index, text] of queries.entries()) {
    const searched = await readAll((page) => world.ask('query:run', { text, ...page }));
    const listed = await readAll((page) =>
      world.ask('entities:page', { search: text, kinds: [], connectionId: null, ...page }),
    );
    const path = join(world.folder, `${index}.json`);
    await world.ask('export:write', { path, format: 'json', query: text });
    const exported: { entities: { entity: string }[] } = JSON.parse(readFileSync(path, 'utf8'));
    const addresses = searched.map(({ address }) => address).toSorted();
    expect(listed.map(({ address }) => address).toSorted(), text).toEqual(addresses);
    expect(exported.entities.map(({ entity }) => entity).toSorted(), text).toEqual(addresses);
    found += searched.length;
  }
  expect(found).toBeGreaterThan(1000);
});

test('2,000 generated queries find the same entities in the list, in the graph and in an export', async () => {
  const world = await openVariedWorld(1500);
  const tally = await expectSameResults(world, 2000, 7);
  process.stdout.write(`same results: ${JSON.stringify(tally)}\n`);
  expect(tally.found).toBeGreaterThan(800);
  expect(tally.nothing).toBeGreaterThan(100);
  expect(tally.omitted).toBeGreaterThan(100);
});
