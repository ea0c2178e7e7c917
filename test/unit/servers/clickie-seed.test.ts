import { describe, expect, test } from 'vitest';
import { makeColleagueChange } from '../../servers/clickie/colleague.ts';
import { createRandom } from '../../servers/clickie/random.ts';
import { seedLarge, seedPlant, seedTiny } from '../../servers/clickie/seed.ts';
import {
  type Account,
  allEdges,
  entitiesOf,
  entityTypes,
  findEntity,
  hasEdge,
  mustAccount,
  type Site,
} from '../../servers/clickie/site.ts';

function toPicture(site: Site): unknown {
  const account = mustAccount(site);
  return { entities: entityTypes.map((type) => entitiesOf(account, type)), edges: allEdges(account) };
}

function countEntities(account: Account): number {
  return entityTypes.reduce((sum, type) => sum + entitiesOf(account, type).length, 0);
}

describe('the plant', () => {
  const account = mustAccount(seedPlant());

  test('has about 400 entities of all types and about 900 relationships', () => {
    for (const type of entityTypes) expect(entitiesOf(account, type).length).toBeGreaterThan(10);
    expect(Math.abs(countEntities(account) - 400)).toBeLessThan(40);
    expect(Math.abs(allEdges(account).length - 900)).toBeLessThan(60);
  });

  test('is the same for the same seed and another for another', () => {
    expect(toPicture(seedPlant({ seed: 7 }))).toEqual(toPicture(seedPlant({ seed: 7 })));
    expect(toPicture(seedPlant({ seed: 7 }))).not.toEqual(toPicture(seedPlant({ seed: 8 })));
  });

  test('grows with its scale', () => {
    const large = mustAccount(seedPlant({ scale: 3 }));
    expect(countEntities(large)).toBe(3 * countEntities(account));
  });

  test('links only what exists, in the pairs a real user makes', () => {
    const pairs = new Set<string>();
    for (const { parent, child } of allEdges(account)) {
      expect(findEntity(account, parent)).toBeDefined();
      expect(findEntity(account, child)).toBeDefined();
      pairs.add(`${parent.type} ${child.type}`);
    }
    expect([...pairs].sort()).toEqual([
      'assets assets',
      'assets metrics',
      'collaborators assets',
      'collaborators dashboards',
      'dashboards assets',
      'dashboards metrics',
    ]);
  });

  test('every asset but the site has exactly one asset above it, so they form a tree', () => {
    const above = new Map<number, number>();
    for (const { parent, child } of allEdges(account)) {
      if (parent.type === 'assets' && child.type === 'assets')
        above.set(child.id, (above.get(child.id) ?? 0) + 1);
    }
    expect([...above.values()].every((count) => count === 1)).toBe(true);
    expect(above.size).toBe(entitiesOf(account, 'assets').length - 1);
  });

  test('names are unique within a type and metrics have units and different UUIDs', () => {
    const metrics = entitiesOf(account, 'metrics').flatMap((metric) =>
      metric.type === 'metrics' ? [metric] : [],
    );
    expect(new Set(metrics.map(({ identifier }) => identifier)).size).toBe(metrics.length);
    expect(
      metrics.every(({ identifier }) =>
        /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(identifier),
      ),
    ).toBe(true);
    expect(metrics.every(({ unit }) => unit.symbol.length > 0)).toBe(true);
    for (const type of ['assets', 'metrics', 'dashboards'] as const) {
      const names = entitiesOf(account, type).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test('a colleague creates one edge that was missing and says so', () => {
    const own = mustAccount(seedPlant());
    const before = allEdges(own).length;
    const change = makeColleagueChange(own, createRandom(3));
    expect(change?.text).toMatch(/^\S.+ added “.+” to “.+”$/);
    expect(change && hasEdge(own, change.edge)).toBe(true);
    expect(allEdges(own)).toHaveLength(before + 1);
  });

  test('a colleague in an empty account does nothing', () => {
    const own = mustAccount(seedTiny(), 2);
    expect(makeColleagueChange(own, createRandom(3))).toBeNull();
  });
});

describe('the other sites', () => {
  test('the tiny site has twelve entities', () => {
    expect(countEntities(mustAccount(seedTiny()))).toBe(12);
  });

  test('a large site has as many entities as asked for and edges in proportion', () => {
    const account = mustAccount(seedLarge({ entities: 10_000, hubChildren: 3000 }));
    expect(countEntities(account)).toBe(10_000);
    expect(allEdges(account).length).toBeGreaterThan(23_000);
    expect(account.children.get('assets/1001')?.size).toBeGreaterThan(3000);
  });
});
