import { describe, expect, test } from 'vitest';
import { runToEnd } from '../../../src-main/backend/store/slices.ts';
import { buildAdjacency } from '../../../src-main/backend/traverse/adjacency.ts';
import { findCircles } from '../../../src-main/backend/traverse/cycles.ts';
import { findHubs, findIslands, findOrphans } from '../../../src-main/backend/traverse/findings.ts';
import { createRandomGraph, type RandomGraph } from '../../support/random-graph.ts';

type Links = readonly { readonly source: number; readonly target: number }[];

/** Who reaches whom in one hop or more, by Warshall's method. */
function reach(size: number, links: Links): boolean[][] {
  const everybody = Array.from({ length: size }, (_, index) => index);
  const table = everybody.map((from) =>
    everybody.map((to) => links.some(({ source, target }) => source === from && target === to)),
  );
  for (const via of everybody)
    for (const from of everybody)
      for (const to of everybody) {
        const row = table[from];
        if (row !== undefined && row[via] === true && table[via]?.[to] === true) row[to] = true;
      }
  return table;
}

const toLinks = ({ edges }: RandomGraph) =>
  edges.map(({ sourceId, targetId }) => ({ source: sourceId - 1, target: targetId - 1 }));

const toColumns = (links: Links) => ({
  sources: Int32Array.from(links, ({ source }) => source),
  targets: Int32Array.from(links, ({ target }) => target),
});

describe('findings on 500 random graphs', () => {
  test('circles hold exactly who reaches itself, and each is a way round', () => {
    let circlesFound = 0;
    for (let seed = 1; seed <= 500; seed += 1) {
      const graph = createRandomGraph(seed, 12);
      const links = toLinks(graph).slice(0, graph.size + 2);
      const table = reach(graph.size, links);
      const circles = runToEnd(findCircles(toColumns(links), graph.size));
      const onCircle = table.filter((row, index) => row[index] === true).length;
      expect({ seed, members: circles.reduce((sum, { size }) => sum + size, 0) }).toEqual({
        seed,
        members: onCircle,
      });
      for (const { size, circle } of circles) {
        const [first = -1] = circle;
        const together = table[first]?.filter((reached, index) => reached && table[index]?.[first] === true);
        expect(size).toBe(together?.length);
        expect(new Set(circle).size).toBe(circle.length);
        for (const [place, source] of circle.entries()) {
          const target = circle[(place + 1) % circle.length];
          expect(links).toContainEqual({ source, target });
        }
      }
      circlesFound += circles.length;
    }
    expect(circlesFound).toBeGreaterThan(100);
  });

  test('islands are the parts that hang together, without the largest; orphans have nothing; hubs have most', () => {
    for (let seed = 1; seed <= 500; seed += 1) {
      const graph = createRandomGraph(seed, 12);
      const links = toLinks(graph).slice(0, Math.floor(graph.size / 2));
      const sparse = { ...graph, edges: graph.edges.slice(0, links.length) };
      const both = links.flatMap(({ source, target }) => [
        { source, target },
        { source: target, target: source },
      ]);
      const table = reach(graph.size, both);
      const parts = new Set(
        table.map((row) => row.flatMap((reached, index) => (reached ? [index] : [])).join(' ')),
      );
      const sizes = [...parts].map((part) => part.split(' ').length).filter((size) => size > 1);
      const adjacency = createAgain(sparse);
      const islands = runToEnd(findIslands(adjacency));
      expect(islands.map((part) => part.length)).toEqual(sizes.toSorted((a, b) => b - a).slice(1));
      for (const part of islands) expect(parts).toContain(part.toSorted((a, b) => a - b).join(' '));
      const degree = (index: number) =>
        links.filter(({ source }) => source === index).length +
        links.filter(({ target }) => target === index).length;
      const everybody = Array.from({ length: graph.size }, (_, index) => index);
      expect(runToEnd(findOrphans(adjacency))).toEqual(everybody.filter((index) => degree(index) === 0));
      expect(runToEnd(findHubs(adjacency, 2)).map((hub) => hub.degree)).toEqual(
        everybody
          .map(degree)
          .filter((count) => count >= 2)
          .toSorted((a, b) => b - a),
      );
    }
  });
});

function createAgain({ size, edges }: Pick<RandomGraph, 'size' | 'edges'>) {
  return buildAdjacency(
    Array.from({ length: size }, (_, index) => index + 1),
    edges,
  );
}
