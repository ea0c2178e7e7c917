import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { unrelate } from '../../../src-main/backend/commands/unrelate.ts';
import { type Hop, join, limits, type Query } from '../../../src-main/backend/query/language.ts';
import { parseQuery } from '../../../src-main/backend/query/parse.ts';
import { printQuery } from '../../../src-main/backend/query/print.ts';
import { markRemoved } from '../../../src-main/backend/store/entities.ts';
import { type ReadableDb, run, watchSlowReads } from '../../../src-main/backend/store/sql.ts';
import { saveTypeMark } from '../../../src-main/backend/store/type-marks.ts';
import { saveType } from '../../../src-main/backend/store/types.ts';
import type { EntityId } from '../../../src-preload/contract/model.ts';
import { countSteps } from '../../support/any-query.ts';
import { readEntityPage, readExported, search } from '../../support/at-once.ts';
import { createHopWorld, findPlainly, kinds, namedTypes, names } from '../../support/hop-world.ts';
import { addSynced, createSmallPlant, NOW, type SmallPlant } from '../../support/workspace.ts';

const page = { offset: 0, limit: 500 };

describe('an arrow', () => {
  let small: SmallPlant;
  beforeEach(() => {
    small = createSmallPlant();
    const { context, building, boiler, pump, valve, elsewhere } = small;
    const add = (sourceId: EntityId, type: string | null, targetId: EntityId) =>
      relate(context, { sourceId, targetId, type, local: true });
    add(boiler, 'feeds', pump);
    add(pump, 'feeds', valve);
    add(valve, 'installed in', building);
    add(building, 'connected to', elsewhere);
    add(boiler, null, building);
  });
  const find = (text: string) =>
    search(small.db, parseQuery(text), page)
      .rows.map(({ name }) => name)
      .toSorted();

  test.each<[string, string[]]>([
    ['-[feeds]-> valve', ['Pump']],
    ['pump -[feeds]-> valve', ['Pump']],
    ['boiler -[feeds]-> valve', []],
    ['<-[feeds]- boiler', ['Pump']],
    ['-[feeds]- pump', ['Boiler', 'Valve']],
    ['-[FEEDS]->', ['Boiler', 'Pump']],
    ['kind:asset -(-[feeds]->)', ['Building', 'Elsewhere', 'Valve']],
    ['-[is fed by]-> boiler', ['Pump']],
    ['<-[is fed by]-', ['Boiler', 'Pump']],
    ['-["is fed by",feeds]->', ['Boiler', 'Pump', 'Valve']],
    ['-[connected to]-> elsewhere', ['Building']],
    ['-[connected to]-> building', ['Elsewhere']],
    ['<-[connected to]- building', ['Elsewhere']],
    ['-[]-> building', ['Boiler', 'Elsewhere', 'Valve']],
    ['<-[]- building', ['Elsewhere']],
    ['-[]-', ['Boiler', 'Building', 'Elsewhere', 'Pump', 'Valve']],
    ['-[feeds*2]->', ['Boiler']],
    ['-[feeds*2]-> valve', ['Boiler']],
    ['-[feeds*1..2]-> valve', ['Boiler', 'Pump']],
    ['-[feeds*3]->', []],
    ['-[feeds,installed in*..5]-> building', ['Boiler', 'Pump', 'Valve']],
    ['-[feeds]-> -[feeds]-> -[installed in]-> connection:plant', ['Boiler']],
    ['-[feeds]-> (valve or pump)', ['Boiler', 'Pump']],
    ['(-[feeds]-> valve) <-[feeds]- boiler', ['Pump']],
    ['-[feeds]-> valve <-[feeds]- boiler', []],
    ['-[feeds]-> pump -[feeds]-> valve', ['Boiler']],
    ['-[feeds]-> -valve', ['Boiler']],
    ['-[unheard of]->', []],
    ['-[]-> -"?"', []],
  ])('%s', (text, expected) => {
    expect(find(text)).toEqual(expected);
    const filter = { search: text, kinds: [], connectionId: null };
    const listed = readEntityPage(small.db, filter, page);
    expect(listed.rows.map(({ name }) => name).toSorted()).toEqual(expected);
    expect(listed.total).toBe(expected.length);
  });

  test('is walked once as long as nothing changes, and anew after that', () => {
    const { db, context, pump, building } = small;
    const walks: string[] = [];
    watchSlowReads(db, (line) => void (line.includes('WITH ends') && walks.push(line)), -1);
    const filter = {
      search: 'kind:asset -[feeds]-> (kind:asset -archived:true)',
      kinds: [],
      connectionId: null,
    };
    const list = () => readEntityPage(db, filter, page).rows.map(({ name }) => name);
    expect([list(), list()]).toEqual([
      ['Boiler', 'Pump'],
      ['Boiler', 'Pump'],
    ]);
    expect(walks).toHaveLength(1);
    relate(context, { sourceId: building, targetId: pump, type: 'feeds', local: true });
    expect(list()).toEqual(['Boiler', 'Building', 'Pump']);
    expect(walks).toHaveLength(2);
  });

  test('that asks for an age is walked anew each time', () => {
    const walks: string[] = [];
    watchSlowReads(small.db, (line) => void (line.includes('WITH ends') && walks.push(line)), -1);
    const filter = { search: 'kind:asset -[feeds]-> changed:9999w', kinds: [], connectionId: null };
    for (let n = 0; n < 2; n += 1) readEntityPage(small.db, filter, page);
    expect(walks.length).toBeGreaterThan(1);
  });

  test('goes over what is pending, and what is to be deleted until it is', () => {
    const { db, context, building, pump, valve } = small;
    relate(context, { sourceId: valve, targetId: pump, type: null, local: false });
    const synced = addSynced(small, pump, building);
    expect(find('valve -[]-> pump')).toEqual(['Valve']);
    unrelate(context, synced);
    expect(find('pump -[]-> building')).toEqual(['Pump']);
    run(db, 'UPDATE relationship SET base_present = 0');
    run(db, 'DELETE FROM intent');
    expect(find('pump -[]-> building')).toEqual([]);
  });

  test('knows a relationship by the type it is marked with here', () => {
    const { db, building, pump } = small;
    const id = addSynced(small, pump, building);
    expect(find('-[cools]->')).toEqual([]);
    saveTypeMark(db, id, saveType(db, 'cools'));
    expect(find('-[cools]-> building')).toEqual(['Pump']);
  });

  test('has no direction where the connection has none', () => {
    const { db, building, pump, plant } = small;
    addSynced(small, pump, building);
    expect(find('building -[]-> pump')).toEqual([]);
    run(db, `UPDATE connection SET capabilities = '{"directed":false}' WHERE id = :plant`, { plant });
    expect(find('building -[]-> pump')).toEqual(['Building']);
    expect(find('pump -[]-> building')).toEqual(['Pump']);
  });

  test('does not lead to what was removed, nor over it', () => {
    const { db, pump, plant } = small;
    markRemoved(db, pump, NOW);
    expect(find('-[feeds]-> kind:asset')).toEqual([]);
    expect(find('-[feeds*2]-> valve')).toEqual([]);
    expect(plant).toBeGreaterThan(0);
  });
});

const leaves = fc.oneof(
  fc.subarray(kinds, { minLength: 1, maxLength: 2 }).map((values): Query => {
    return { is: 'field', field: 'kind', operator: ':', values };
  }),
  fc.constantFrom(...names).map((text): Query => ({ is: 'words', text, phrase: false })),
);
const hops = fc.record<Hop>({
  direction: fc.constantFrom<Hop['direction'][]>('out', 'in', 'either'),
  types: fc.subarray(namedTypes, { maxLength: 2 }),
  least: fc.constant(1),
  most: fc.constant(1),
});
const longHops = fc.tuple(hops, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 2 }));
const anyHop = fc.oneof(
  { weight: 2, arbitrary: hops },
  {
    weight: 1,
    arbitrary: longHops.map(([hop, least, more]): Hop => ({ ...hop, least, most: least + more })),
  },
);
const toTree = (depth: number): fc.Arbitrary<Query> => {
  if (depth === 0) return leaves;
  const below = toTree(depth - 1);
  const parts = fc.array(below, { minLength: 2, maxLength: 3 });
  return fc.oneof(
    leaves,
    { weight: 2, arbitrary: fc.tuple(anyHop, below).map(([hop, to]): Query => ({ is: 'hop', ...hop, to })) },
    anyHop.map((hop): Query => ({ is: 'hop', ...hop, to: { is: 'everything' } })),
    below.map((part): Query => ({ is: 'not', part })),
    parts.map((list) => join('and', list)),
    parts.map((list) => join('or', list)),
  );
};

const anyQuery = toTree(3).filter((query) => countSteps(query) <= limits.allSteps);

function exportedIds(db: ReadableDb, text: string): number[] {
  return readExported(db, text);
}

test.each([
  ['in a row', '-[]- '.repeat(limits.allSteps)],
  ['in brackets', `${'-[a]-> (kind:pump '.repeat(limits.allSteps)}alpha${')'.repeat(limits.allSteps)}`],
  ['turned round', `${'-(-[]-> '.repeat(limits.allSteps)}alpha${')'.repeat(limits.allSteps)}`],
  ['as long as they can be', 'alpha -[*5]- -[]- kind:pump'],
  ['beside one another', `${'(-[feeds]- beta) or '.repeat(limits.allSteps)} alpha`],
])('as many arrows as a query can have are answered: %s', (_, text) => {
  const { db, fill } = createHopWorld();
  fill(1);
  const query = parseQuery(text);
  expect(search(db, query, page).total).toBe(findPlainly(db, query).length);
});

test('what is found in search, list and export is what looking at everything finds, in 320 worlds', () => {
  const { db, fill } = createHopWorld();
  const seen = { queries: 0, hits: 0 };
  const sorted = (rows: readonly { readonly id: number }[]) =>
    rows.map(({ id }) => id).toSorted((a, b) => a - b);
  fc.assert(
    fc.property(fc.nat(), fc.array(anyQuery, { minLength: 2, maxLength: 2 }), (seed, queries) => {
      fill(seed);
      for (const query of queries) {
        const expected = findPlainly(db, query);
        const text = printQuery(query);
        const found = search(db, query, page);
        expect(sorted(found.rows), text).toEqual(expected);
        expect(found.total).toBe(expected.length);
        const listed = readEntityPage(db, { search: text, kinds: [], connectionId: null }, page);
        expect(sorted(listed.rows), text).toEqual(expected);
        expect(exportedIds(db, text), text).toEqual(expected);
        seen.queries += 1;
        seen.hits += expected.length;
      }
    }),
    { numRuns: 320, seed: 3 },
  );
  expect(seen.hits).toBeGreaterThan(seen.queries);
});
