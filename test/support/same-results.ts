import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { EntitySummary } from '../../src-preload/contract/model.ts';
import { writeLargeWorkspace } from './large-workspace.ts';
import { toMeantQuery } from './meant-query.ts';
import { createTempFolder } from './temp-folder.ts';
import { openTransferWorld, type TransferWorld } from './transfer-world.ts';

/** How often queries found something, nothing, and more than the graph draws. */
export interface Tally {
  found: number;
  nothing: number;
  omitted: number;
}

/** What the generated workspace below is about. */
const aboutIt = {
  words: ['pump', 'valve', 'motor', 'öltank', 'boiler', 'zebra', 'air', 'owned', '12'],
  kinds: ['asset', 'metric', 'dashboard', 'collaborator', 'person'],
  connections: ['large', 'local', 'nowhere'],
  types: ['feeds', 'monitors', 'nothing'],
  states: ['synced', 'create', 'local', 'pending', 'delete'],
};

/** A workspace with pending, local and removed rows among what a pull brought. */
export async function openVariedWorld(entities: number): Promise<TransferWorld> {
  const path = join(createTempFolder(), 'varied.weft');
  writeLargeWorkspace({ path, entities, relationships: entities * 2 });
  const world = await openTransferWorld(path);
  for (let n = 0; n < 6; n += 1) {
    const own = await world.ask('entities:create', { kind: 'person', name: `Owned ${n}`, fields: [] });
    const { rows } = await world.ask('query:run', { text: 'kind:asset', offset: n * 3, limit: 3 });
    for (const [index, { id }] of rows.entries()) {
      await world.ask('relationships:relate', {
        sourceId: own.id,
        targetId: id,
        type: index === 0 ? 'feeds' : 'monitors',
        local: true,
      });
    }
    const gone = await world.ask('entities:create', { kind: 'person', name: `Owned gone ${n}`, fields: [] });
    await world.ask('entities:delete', { id: gone.id });
  }
  return world;
}

/** Asks generated queries of the list, the graph and an export; expects the same entities of all of them. */
export async function expectSameResults(world: TransferWorld, runs: number, seed: number): Promise<Tally> {
  const tally: Tally = { found: 0, nothing: 0, omitted: 0 };
  const path = join(world.folder, 'same.json');
  await fc.assert(
    fc.asyncProperty(toMeantQuery(aboutIt), async (text) => {
      const listed = await readList(world, text);
      const drawn = await world.ask('graph:matching', { text, budget: 500 });
      await world.ask('export:write', { path, format: 'json', query: text });
      const exported: { entities: { entity: string }[] } = JSON.parse(readFileSync(path, 'utf8'));
      const addresses = listed.map(({ address }) => address);
      expect(exported.entities.map(({ entity }) => entity).toSorted()).toEqual(addresses.toSorted());
      expect({ total: drawn.total, omitted: drawn.omitted }).toEqual({
        total: listed.length,
        omitted: Math.max(0, listed.length - 500),
      });
      expect(drawn.entities.map(({ address }) => address)).toEqual(addresses.slice(0, 500));
      await expectFilterAgrees(world, text, listed);
      tally[listed.length === 0 ? 'nothing' : 'found'] += 1;
      if (drawn.omitted > 0) tally.omitted += 1;
    }),
    { numRuns: runs, seed },
  );
  return tally;
}

async function readList(world: TransferWorld, text: string): Promise<EntitySummary[]> {
  const rows: EntitySummary[] = [];
  for (;;) {
    const asked = { search: text, kinds: [], connectionId: null, offset: rows.length, limit: 500 };
    const page = await world.ask('entities:page', asked);
    rows.push(...page.rows);
    if (page.rows.length === 0 || rows.length >= page.total) return rows;
  }
}

/** Of everything that is drawn, the filter keeps what the list finds and nothing else. */
async function expectFilterAgrees(world: TransferWorld, text: string, listed: EntitySummary[]) {
  const all = await world.ask('entities:page', {
    search: '',
    kinds: [],
    connectionId: null,
    offset: 0,
    limit: 400,
  });
  const ids = all.rows.map(({ id }) => id);
  const found = new Set(listed.map(({ id }) => id));
  const { ids: kept } = await world.ask('graph:filter', { text, ids });
  expect(kept).toEqual(ids.filter((id) => found.has(id)).toSorted((a, b) => a - b));
}
