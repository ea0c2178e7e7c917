import { DirectedGraph } from 'graphology';
import type { Edge } from './fixtures.ts';

/** The relationships in graphology, the peer of what is followed far. */
export function toGraphology(edges: readonly Edge[]): DirectedGraph {
  const graph = new DirectedGraph();
  for (const [source, target] of edges) {
    graph.mergeNode(source);
    graph.mergeNode(target);
    graph.mergeEdge(source, target);
  }
  return graph;
}

/** How many a plain breadth-first walk reaches, at most so many hops far, its start counted. */
export function walk(graph: DirectedGraph, start: number, hops: number, outOnly: boolean): number {
  const seen = new Set([String(start)]);
  let frontier = [String(start)];
  for (let hop = 0; hop < hops && frontier.length > 0; hop += 1) {
    const next: string[] = [];
    const visit = (to: string) => {
      if (seen.has(to)) return;
      seen.add(to);
      next.push(to);
    };
    for (const from of frontier) {
      // both ways one after the other: asked for at once, graphology sorts out repeats, as `seen` does already
      graph.forEachOutNeighbor(from, visit);
      if (!outOnly) graph.forEachInNeighbor(from, visit);
    }
    frontier = next;
  }
  return seen.size;
}

/**
 * How many a plain breadth-first walk finds failing with several, the first ones not counted: one fails once fewer than
 * so many of those that lead to it work.
 */
export function walkNeeded(graph: DirectedGraph, failed: readonly number[], needed: number): number {
  const queue = failed.map(String);
  const failing = new Set(queue);
  const left = new Map<string, number>();
  for (let head = 0; head < queue.length; head += 1) {
    graph.forEachOutNeighbor(queue[head], (to) => {
      if (failing.has(to)) return;
      const working = (left.get(to) ?? graph.inDegree(to)) - 1;
      left.set(to, working);
      if (working >= needed) return;
      failing.add(to);
      queue.push(to);
    });
  }
  return failing.size - failed.length;
}
