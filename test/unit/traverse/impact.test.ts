import { describe, expect, test } from 'vitest';
import { at, buildAdjacency } from '../../../src-main/backend/traverse/adjacency.ts';
import { type Flow, findImpact } from '../../../src-main/backend/traverse/impact.ts';
import { runAtOnce } from '../../../src-main/backend/traverse/pace.ts';
import { pickNumber, pickOne, pickSome } from '../../servers/shared/random.ts';
import { createRandomGraph, type RandomGraph } from '../../support/random-graph.ts';

type Direction = 'down' | 'up';

const itself = (typeId: number) => typeId;

/** Every hop that failure takes, as supplier and consumer, straight from the definition. */
function toSupplies(
  { edges }: RandomGraph,
  flows: readonly Flow[],
  direction: Direction,
  undirected: number,
) {
  return edges.flatMap(({ sourceId, targetId, typeId, connectionId }) => {
    const written = flows[typeId]?.impact;
    const impact = connectionId === undirected && written !== 'none' ? 'both' : written;
    const ways = [
      ...(impact === 'to-target' || impact === 'both' ? [[sourceId, targetId]] : []),
      ...(impact === 'to-source' || impact === 'both' ? [[targetId, sourceId]] : []),
    ];
    return ways.map(([from = 0, to = 0]) => {
      return direction === 'down' ? { from, to, typeId } : { from: to, to: from, typeId };
    });
  });
}

/** Looks at everybody again and again until nobody more fails. */
function findByForce(
  graph: RandomGraph,
  flows: readonly Flow[],
  direction: Direction,
  failed: number[],
  undirected: number,
): number[] {
  const supplies = toSupplies(graph, flows, direction, undirected);
  const down = new Set(failed);
  const isFailing = (entity: number) =>
    flows.some((flow, typeId) => {
      const suppliers = new Set(
        supplies
          .filter(({ from, to, typeId: type }) => to === entity && from !== entity && type === typeId)
          .map(({ from }) => from),
      );
      const broken = [...suppliers].filter((supplier) => down.has(supplier)).length;
      if (broken === 0) return false;
      const needed = direction === 'up' || flow.needed === null ? suppliers.size : flow.needed;
      return suppliers.size - broken < needed;
    });
  for (let before = -1; before < down.size; ) {
    before = down.size;
    for (let entity = 1; entity <= graph.size; entity += 1) if (isFailing(entity)) down.add(entity);
  }
  return [...down].filter((entity) => !failed.includes(entity)).toSorted((a, b) => a - b);
}

const impacts = ['to-target', 'to-source', 'both', 'none'] as const;

describe('impact on 500 random graphs', () => {
  test.each<Direction>(['down', 'up'])('%s is what brute force finds', (direction) => {
    let affected = 0;
    for (let seed = 1; seed <= 500; seed += 1) {
      const graph = createRandomGraph(seed, 14);
      const flows = Array.from({ length: 4 }, () => ({
        impact: pickOne(graph.random, impacts),
        needed: pickOne(graph.random, [null, null, 1, 2, 3]),
      }));
      const everybody = Array.from({ length: graph.size }, (_, index) => index + 1);
      const failed = pickSome(graph.random, everybody, pickNumber(graph.random, 1, 3));
      const undirected = pickNumber(graph.random, 1, 4); // 3 and 4 are no connections
      const found = runAtOnce(
        findImpact(graph.adjacency, {
          failed: failed.map((id) => id - 1),
          direction,
          flowOf: (typeId, connectionId) => {
            const { impact, needed } = flows[typeId] ?? { impact: 'none', needed: null };
            return { impact: connectionId === undirected && impact !== 'none' ? 'both' : impact, needed };
          },
          sameTypeAs: itself,
        }),
      );
      const ids = found.affected.map((index) => index + 1);
      expect({ seed, ids: ids.toSorted((a, b) => a - b) }).toEqual({
        seed,
        ids: findByForce(graph, flows, direction, failed, undirected),
      });
      expectCausesBefore(graph, found, failed);
      affected += ids.length;
    }
    expect(affected).toBeGreaterThan(500);
  });
});

/** Every cause is an end of the relationship it names, failed earlier, and one hop nearer to where it began. */
function expectCausesBefore(
  { adjacency }: RandomGraph,
  { affected, causes, distances }: { affected: readonly number[]; causes: Int32Array; distances: Int32Array },
  failed: readonly number[],
): void {
  const known = new Set(failed.map((id) => id - 1));
  for (const index of affected) {
    const edge = at(causes, index);
    const ends = [at(adjacency.edges.sources, edge), at(adjacency.edges.targets, edge)];
    expect(ends).toContain(index);
    const from = ends.find((end) => end !== index) ?? -1;
    expect(known.has(from)).toBe(true);
    expect(at(distances, index)).toBe(at(distances, from) + 1);
    known.add(index);
  }
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
    runAtOnce(
      findImpact(graph, {
        failed,
        direction: 'down',
        flowOf: () => ({ impact: 'to-target', needed }),
        sameTypeAs: itself,
      }),
    );

  test('two of three needed: one failure is borne, and told with its figures', () => {
    const { affected, spared } = ask([0], 2);
    expect(affected).toEqual([]);
    expect(spared).toEqual([{ index: 3, typeId: 1, working: 2, needed: 2, total: 3 }]);
  });

  test('two failures are not; nothing is spared then', () => {
    expect(ask([0, 1], 2)).toMatchObject({ affected: [3], spared: [] });
  });

  test('without redundancy any failure goes on', () => {
    expect(ask([2], null).affected).toEqual([3]);
  });
});
