import { describe, expect, test } from 'vitest';
import { runToEnd } from '../../../src-main/backend/store/slices.ts';
import { at, buildAdjacency } from '../../../src-main/backend/traverse/adjacency.ts';
import { findImpact, type TypeFlow } from '../../../src-main/backend/traverse/impact.ts';
import { pickNumber, pickOne, pickSome } from '../../servers/shared/random.ts';
import { createRandomGraph, type RandomGraph } from '../../support/random-graph.ts';

type Direction = 'down' | 'up';

/** A hop that failure takes: `to` relies on `from` by the relationship. */
interface Supply {
  readonly from: number;
  readonly to: number;
  readonly type: string | null;
  readonly id: number;
}

/** Every hop that failure takes, as supplier and consumer, straight from the definition. */
function toSupplies(
  { edges }: RandomGraph,
  flows: readonly TypeFlow[],
  direction: Direction,
  undirected: number,
): Supply[] {
  return edges.flatMap(({ id, sourceId, targetId, typeId, connectionId }) => {
    const written = flows[typeId]?.impact;
    const impact = connectionId === undirected && written !== 'none' ? 'both' : written;
    const ways = [
      ...(impact === 'to-target' || impact === 'both' ? [[sourceId, targetId]] : []),
      ...(impact === 'to-source' || impact === 'both' ? [[targetId, sourceId]] : []),
    ];
    const type = flows[typeId]?.type ?? null;
    return ways.map(([from = 0, to = 0]) => {
      return direction === 'down' ? { id, from, to, type } : { id, from: to, to: from, type };
    });
  });
}

/** How many an entity relies on by a type, and how many of them work and must. */
interface Reliance {
  readonly id: number;
  readonly type: string | null;
  readonly working: number;
  readonly needed: number;
  readonly total: number;
}

/** Looks at everybody again and again, round by round, until nobody more fails. */
function findByForce(
  size: number,
  supplies: readonly Supply[],
  flows: readonly TypeFlow[],
  direction: Direction,
  failed: readonly number[],
): { readonly rounds: ReadonlyMap<number, number>; readonly spared: readonly Reliance[] } {
  const rounds = new Map(failed.map((id) => [id, 0]));
  const types = [...new Map(flows.map((flow) => [flow.type, flow])).values()];
  const everybody = Array.from({ length: size }, (_, index) => index + 1);
  const relianceOf = (id: number, { type, needed }: TypeFlow): Reliance => {
    const own = supplies.filter((hop) => hop.to === id && hop.from !== id && hop.type === type);
    const suppliers = new Set(own.map(({ from }) => from));
    const working = [...suppliers].filter((supplier) => !rounds.has(supplier)).length;
    const must = direction === 'up' ? null : needed;
    return { id, type, working, needed: must ?? suppliers.size, total: suppliers.size };
  };
  const isStruck = ({ working, total }: Reliance) => working < total;
  const isBroken = (reliance: Reliance) => isStruck(reliance) && reliance.working < reliance.needed;
  for (let round = 1; ; round += 1) {
    const more = everybody.filter(
      (id) => !rounds.has(id) && types.some((flow) => isBroken(relianceOf(id, flow))),
    );
    if (more.length === 0) break;
    for (const id of more) rounds.set(id, round);
  }
  const standing = everybody.filter((id) => !rounds.has(id));
  const reliances = standing.flatMap((id) => types.map((flow) => relianceOf(id, flow)));
  return { rounds, spared: reliances.filter(isStruck) };
}

const impacts = ['to-target', 'to-source', 'both', 'none'] as const;
const turned = { 'to-target': 'to-source', 'to-source': 'to-target', both: 'both', none: 'none' } as const;

/** Four types, or three of which one is also written otherwise, the same way round or by its inverse. */
function pickFlows({ random }: RandomGraph): TypeFlow[] {
  const flows = Array.from({ length: 4 }, (_, typeId) => ({
    impact: pickOne(random, impacts),
    needed: pickOne(random, [null, 1, 1, 1, 2, 2, 3]),
    type: typeId === 0 ? null : `type ${typeId}`,
  }));
  const spelling = pickOne(random, ['other', 'same', 'inverse'] as const);
  const [none, first, second, third] = flows as [TypeFlow, TypeFlow, TypeFlow, TypeFlow]; // there are four
  if (spelling === 'other') return [none, first, second, third];
  const impact = spelling === 'inverse' ? turned[second.impact] : second.impact;
  return [none, first, second, { ...second, impact }];
}

/** A random graph, how its types carry failure, and what fails in it. */
function createCase(seed: number, direction: Direction) {
  const graph = createRandomGraph(seed, 14);
  const flows = pickFlows(graph);
  const everybody = Array.from({ length: graph.size }, (_, index) => index + 1);
  const failed = pickSome(graph.random, everybody, pickNumber(graph.random, 1, 3));
  const undirected = pickNumber(graph.random, 1, 4); // 3 and 4 are no connections
  const supplies = toSupplies(graph, flows, direction, undirected);
  const found = runToEnd(
    findImpact(graph.adjacency, {
      failed: failed.map((id) => id - 1),
      direction,
      flowOf: (typeId, connectionId) => {
        const flow = flows[typeId] ?? { impact: 'none', needed: null, type: null };
        return connectionId === undirected && flow.impact !== 'none' ? { ...flow, impact: 'both' } : flow;
      },
    }),
  );
  return { graph, flows, failed, supplies, found };
}

type Case = ReturnType<typeof createCase>;

const toKey = ({ id, type }: Reliance) => `${id} ${type}`;
const byKey = (reliances: readonly Reliance[]) =>
  reliances.toSorted((a, b) => toKey(a).localeCompare(toKey(b)));

describe.each<Direction>(['down', 'up'])('impact %s on 500 random graphs', (direction) => {
  const cases = Array.from({ length: 500 }, (_, index) => createCase(index + 1, direction));

  test('affects whom brute force affects, as many hops away', () => {
    let affected = 0;
    for (const [index, { graph, flows, failed, supplies, found }] of cases.entries()) {
      const { rounds } = findByForce(graph.size, supplies, flows, direction, failed);
      const hops = new Map(found.affected.map((one) => [one + 1, at(found.distances, one)]));
      for (const id of failed) hops.set(id, 0);
      expect({ seed: index + 1, hops }).toEqual({ seed: index + 1, hops: rounds });
      affected += found.affected.length;
    }
    expect(affected).toBeGreaterThan(500);
  });

  test('spares whom brute force spares, with how many work, how many must, and how many there were', () => {
    let spared = 0;
    for (const [index, { graph, flows, failed, supplies, found }] of cases.entries()) {
      const told = found.spared.map(({ index: one, ...rest }) => ({ id: one + 1, ...rest }));
      expect({ seed: index + 1, spared: byKey(told) }).toEqual({
        seed: index + 1,
        spared: byKey(findByForce(graph.size, supplies, flows, direction, failed).spared),
      });
      spared += told.length;
    }
    if (direction === 'up') expect(spared).toBe(0);
    else expect(spared).toBeGreaterThan(100);
  });

  test('every first cause path is a real one, hop by hop, back to what fails', () => {
    const lengths = cases.flatMap((one) => one.found.affected.map((index) => expectRealPath(one, index)));
    expect(Math.max(...lengths)).toBeGreaterThan(2);
  });
});

/** Follows the causes of an entity back; each is a hop that failure takes, and nobody is met twice. */
function expectRealPath({ graph, failed, supplies, found }: Case, index: number): number {
  const met = [index + 1];
  for (let to = index + 1; !failed.includes(to); to = met.at(-1) ?? 0) {
    const id = at(graph.adjacency.edges.ids, at(found.causes, to - 1));
    const hop = supplies.find((one) => one.id === id && one.to === to && !met.includes(one.from));
    expect(hop, `a hop to ${to} by relationship ${id}`).toBeDefined();
    met.push(hop?.from ?? 0);
  }
  expect(met.length - 1).toBe(at(found.distances, index));
  return met.length - 1;
}

describe('redundancy', () => {
  const feeds = (id: number, sourceId: number, targetId: number) => {
    return { id, sourceId, targetId, typeId: 1, connectionId: 1 };
  };
  const graph = buildAdjacency(
    [1, 2, 3, 4],
    [feeds(1, 1, 4), feeds(2, 2, 4), feeds(3, 3, 4), feeds(4, 1, 4)],
  );
  const ask = (failed: number[], needed: number | null) =>
    runToEnd(
      findImpact(graph, {
        failed,
        direction: 'down',
        flowOf: () => ({ impact: 'to-target', needed, type: 'feeds' }),
      }),
    );

  test('two of three needed: one failure is borne, and told with its figures', () => {
    const { affected, spared } = ask([0], 2);
    expect(affected).toEqual([]);
    expect(spared).toEqual([{ index: 3, type: 'feeds', working: 2, needed: 2, total: 3 }]);
  });

  test('two failures are not; nothing is spared then', () => {
    expect(ask([0, 1], 2)).toMatchObject({ affected: [3], spared: [] });
  });

  test('without redundancy any failure goes on', () => {
    expect(ask([2], null).affected).toEqual([3]);
  });
});
