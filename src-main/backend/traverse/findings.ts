import { type Adjacency, at, degreeOf, type Spans } from './adjacency.ts';
import { type Paced, STRIDE } from './pace.ts';

/** Listed entities without any relationship, by index. */
export function* findOrphans(graph: Adjacency): Paced<number[]> {
  const orphans: number[] = [];
  for (let index = 0; index < graph.size; index += 1) {
    if (at(graph.listed, index) === 1 && degreeOf(graph, index) === 0) orphans.push(index);
    if (index % STRIDE === STRIDE - 1) yield;
  }
  return orphans;
}

/** Entities with so many relationships or more, those with most first. */
export function* findHubs(graph: Adjacency, least: number): Paced<{ index: number; degree: number }[]> {
  const hubs: { index: number; degree: number }[] = [];
  for (let index = 0; index < graph.size; index += 1) {
    const degree = degreeOf(graph, index);
    if (degree >= least) hubs.push({ index, degree });
    if (index % STRIDE === STRIDE - 1) yield;
  }
  return hubs.toSorted((a, b) => b.degree - a.degree || a.index - b.index);
}

/** Parts of two entities or more that hang together, whatever the direction, without the largest part; largest first. */
export function* findIslands(graph: Adjacency): Paced<number[][]> {
  const parts = yield* findParts(graph);
  const sorted = parts.toSorted((a, b) => b.length - a.length || (a[0] ?? 0) - (b[0] ?? 0));
  return sorted.slice(1);
}

function* findParts(graph: Adjacency): Paced<number[][]> {
  const outgoing = { ...graph.out, ends: graph.edges.targets };
  const incoming = { ...graph.in, ends: graph.edges.sources };
  const seen = new Uint8Array(graph.size);
  const parts: number[][] = [];
  let steps = 0;
  for (let start = 0; start < graph.size; start += 1) {
    if (at(seen, start) === 1 || degreeOf(graph, start) === 0) continue;
    const part = [start];
    seen[start] = 1;
    for (const from of part) {
      addUnseen(part, seen, from, outgoing);
      addUnseen(part, seen, from, incoming);
      steps += 1 + degreeOf(graph, from);
      if (steps < STRIDE) continue;
      steps = 0;
      yield;
    }
    if (part.length > 1) parts.push(part);
  }
  return parts;
}

/** Edges by one end, and their other ends. */
interface Leading extends Spans {
  readonly ends: Int32Array;
}

function addUnseen(part: number[], seen: Uint8Array, from: number, { offsets, edges, ends }: Leading): void {
  for (let place = at(offsets, from); place < at(offsets, from + 1); place += 1) {
    const to = at(ends, at(edges, place));
    if (at(seen, to) === 1) continue;
    seen[to] = 1;
    part.push(to);
  }
}
