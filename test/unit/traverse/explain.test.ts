import { describe, expect, test } from 'vitest';
import { runToEnd } from '../../../src-main/backend/store/slices.ts';
import { at, buildAdjacency } from '../../../src-main/backend/traverse/adjacency.ts';
import { type ExplainQuestion, findPaths, type Reach } from '../../../src-main/backend/traverse/explain.ts';
import { pickNumber, pickOne } from '../../servers/shared/random.ts';
import { createRandomGraph, type RandomGraph } from '../../support/random-graph.ts';

/** Whom each entity leads to in one hop that the question allows. */
function readSteps({ adjacency, edges }: RandomGraph, question: ExplainQuestion): Map<number, Set<number>> {
  const { direction, allows, wayOf, avoid } = question;
  const steps = new Map<number, Set<number>>();
  const allow = (from: number, to: number) => {
    if (!avoid.has(to)) steps.set(from, (steps.get(from) ?? new Set()).add(to));
  };
  for (let edge = 0; edge < edges.length; edge += 1) {
    if (!allows(edge)) continue;
    const [from, to] = [at(adjacency.edges.sources, edge), at(adjacency.edges.targets, edge)];
    const isAnyway = direction === 'any' || wayOf(edge) === 'both';
    const isStored = (direction === 'forward') === (wayOf(edge) === 'along');
    if (isAnyway || isStored) allow(from, to);
    if (isAnyway || !isStored) allow(to, from);
  }
  return steps;
}

/** Every simple path, by trying every step. */
function findAll(graph: RandomGraph, question: ExplainQuestion): number[][] {
  const { source, target, maxHops } = question;
  const steps = readSteps(graph, question);
  const found: number[][] = [];
  const walk = (path: number[]) => {
    const last = path.at(-1) ?? -1;
    if (last === target) {
      found.push(path);
      return;
    }
    if (path.length > maxHops) return;
    for (const next of steps.get(last) ?? []) {
      if (!path.includes(next)) walk([...path, next]);
    }
  };
  walk([source]);
  return found;
}

/** Everything within reach of one end, hop by hop, and whether one hop more would find no more. */
function reachByForce(
  size: number,
  isStep: (from: number, to: number) => boolean,
  start: number,
  maxHops: number,
): { readonly hops: ReadonlyMap<number, number>; readonly isExhausted: boolean } {
  const hops = new Map([[start, 0]]);
  const everybody = Array.from({ length: size }, (_, index) => index);
  const findNext = () =>
    everybody.filter((to) => !hops.has(to) && [...hops.keys()].some((from) => isStep(from, to)));
  for (let hop = 1; hop <= maxHops; hop += 1) for (const to of findNext()) hops.set(to, hop);
  return { hops, isExhausted: findNext().length === 0 };
}

/** What a search reached, as brute force says it; fails where something nearer comes after something further. */
function toHops({ reached, distances, isExhausted }: Reach) {
  const lengths = reached.map((index) => at(distances, index));
  expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
  return { hops: new Map(reached.map((index) => [index, at(distances, index)])), isExhausted };
}

function createQuestion(graph: RandomGraph): ExplainQuestion {
  const { random, size, adjacency } = graph;
  const source = pickNumber(random, 0, size - 1);
  const target = pickNumber(random, 0, size - 1);
  const banned = pickNumber(random, 0, 6);
  const avoided = pickNumber(random, 0, size * 2);
  const ways = Array.from({ length: 4 }, () => pickOne(random, ['along', 'against', 'both'] as const));
  return {
    source,
    target,
    k: pickNumber(random, 1, 12),
    maxHops: pickOne(random, [1, 3, 20, 20]),
    direction: pickOne(random, ['any', 'forward', 'backward'] as const),
    allows: (edge) => at(adjacency.edges.types, edge) !== banned,
    wayOf: (edge) => ways[at(adjacency.edges.types, edge)] ?? 'along',
    avoid: new Set(avoided === source || avoided === target ? [] : [avoided]),
  };
}

describe('explain on 500 random graphs', () => {
  test('finds as many simple paths as there are, up to k, of the lengths that brute force finds', () => {
    const counts = { paths: 0, none: 0 };
    for (let seed = 1; seed <= 500; seed += 1) {
      const graph = createRandomGraph(seed, 8);
      const question = createQuestion(graph);
      const all = findAll(graph, question);
      const { paths, searched } = runToEnd(findPaths(graph.adjacency, question));
      const lengths = (of: readonly (readonly number[])[]) =>
        of.map((path) => path.length).toSorted((a, b) => a - b);
      expect({ seed, lengths: paths.map((path) => path.length) }).toEqual({
        seed,
        lengths: lengths(all).slice(0, question.k),
      });
      const known = new Set(all.map((path) => path.join(' ')));
      const found = paths.map((path) => path.join(' '));
      expect(new Set(found).size).toBe(found.length);
      expect(found.filter((path) => !known.has(path))).toEqual([]);
      expect(searched === null).toBe(all.length > 0);
      counts.paths += paths.length;
      counts.none += all.length === 0 ? 1 : 0;
    }
    expect(counts.paths).toBeGreaterThan(500);
    expect(counts.none).toBeGreaterThan(50);
  });

  test('proves that there is none by what brute force reaches from either end, the nearest first', () => {
    const counts = { proofs: 0, cut: 0 };
    for (let seed = 1; seed <= 500; seed += 1) {
      const graph = createRandomGraph(seed, 8);
      const question = createQuestion(graph);
      const { searched } = runToEnd(findPaths(graph.adjacency, question));
      if (searched === null) continue;
      const { source, target, maxHops } = question;
      const steps = readSteps(graph, question);
      const isStep = (from: number, to: number) => steps.get(from)?.has(to) === true;
      const { fromSource, fromTarget } = searched;
      expect({ seed, ...toHops(fromSource) }).toEqual({
        seed,
        ...reachByForce(graph.size, isStep, source, maxHops),
      });
      expect({ seed, ...toHops(fromTarget) }).toEqual({
        seed,
        ...reachByForce(
          graph.size,
          (from, to) => isStep(to, from) && !question.avoid.has(to),
          target,
          maxHops,
        ),
      });
      counts.proofs += 1;
      counts.cut += fromSource.isExhausted && fromTarget.isExhausted ? 0 : 1;
    }
    expect(counts.proofs).toBeGreaterThan(50);
    expect(counts.cut).toBeGreaterThan(10);
  });
});

describe('no path is proved by what was searched from either end', () => {
  const link = (id: number, sourceId: number, targetId: number) => {
    return { id, sourceId, targetId, typeId: 0, connectionId: 1 };
  };
  const graph = buildAdjacency([1, 2, 3, 4, 5], [link(1, 1, 2), link(2, 2, 3), link(3, 4, 5)]);
  const prove = (maxHops: number) => {
    const question = {
      source: 0,
      target: 4,
      k: 3,
      maxHops,
      direction: 'any',
      avoid: new Set<number>(),
    } as const;
    const { paths, searched } = runToEnd(
      findPaths(graph, { ...question, allows: () => true, wayOf: () => 'along' }),
    );
    expect(paths).toEqual([]);
    return { fromSource: searched?.fromSource, fromTarget: searched?.fromTarget };
  };

  test('to its end', () => {
    expect(prove(2)).toMatchObject({
      fromSource: { reached: [0, 1, 2], isExhausted: true },
      fromTarget: { reached: [4, 3], isExhausted: true },
    });
  });

  test('or not, where the longest path ends it', () => {
    expect(prove(1)).toMatchObject({
      fromSource: { reached: [0, 1], isExhausted: false },
      fromTarget: { reached: [4, 3], isExhausted: true },
    });
  });
});
