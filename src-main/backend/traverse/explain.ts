import { type Adjacency, at } from './adjacency.ts';
import { type Paced, STRIDE } from './pace.ts';
import { type Direction, leadsFrom, type Way } from './way.ts';

export interface ExplainQuestion {
  readonly source: number;
  readonly target: number;
  /** How many paths at most. */
  readonly k: number;
  readonly maxHops: number;
  readonly direction: Direction;
  /** Whether an edge may be used. */
  readonly allows: (edge: number) => boolean;
  /** Which way an edge is meant; asked only where the direction matters. */
  readonly wayOf: (edge: number) => Way;
  /** Entities that no path may touch; source and target are never among them. */
  readonly avoid: ReadonlySet<number>;
}

export interface ExplainResult {
  /** Indexes of entities, shortest first. */
  readonly paths: readonly (readonly number[])[];
  /** What was searched from either end without meeting the other; only where there is no path. */
  readonly searched: { readonly fromSource: Reach; readonly fromTarget: Reach } | null;
}

/** All that is within reach of one end. */
export interface Reach {
  /** Indexes of entities, the nearest first: the end itself is the first. */
  readonly reached: readonly number[];
  /** By index: hops from the end, -1 for what is not within reach. */
  readonly distances: Int32Array;
  /** Whether nothing more leads on: a search without a longest path would find no more. */
  readonly isExhausted: boolean;
}

/**
 * The k shortest simple paths, by Yen's method with Lawler's rule: every path found is left at each of its entities
 * for the shortest way on that no path before it took. How far each entity is from the target leads the searches.
 */
export function* findPaths(graph: Adjacency, question: ExplainQuestion): Paced<ExplainResult> {
  const { source, target, k } = question;
  if (source === target) return { paths: [[source]], searched: null };
  const toTarget = yield* measure(graph, question, target, true);
  if (at(toTarget.distances, source) === -1) {
    const fromSource = yield* measure(graph, question, source, false);
    return { paths: [], searched: { fromSource, fromTarget: toTarget } };
  }
  const search = createSearch(graph, question, toTarget.distances);
  const first = yield* search([source], new Set());
  const candidates: Candidate[] = first === null ? [] : [{ path: first, left: 0 }];
  const paths: number[][] = [];
  while (paths.length < k) {
    const best = takeBest(candidates);
    if (best === null) break;
    paths.push(best.path);
    if (paths.length === k) break;
    for (let left = best.left; left < best.path.length - 1; left += 1) {
      const root = best.path.slice(0, left + 1);
      const path = yield* search(root, findTaken(paths, root));
      if (path !== null) candidates.push({ path, left });
    }
  }
  return { paths, searched: null };
}

/** A path and where it left the one it was made from. */
interface Candidate {
  readonly path: number[];
  readonly left: number;
}

function takeBest(candidates: Candidate[]): Candidate | null {
  let best = 0;
  for (let place = 1; place < candidates.length; place += 1) {
    if (isBefore(candidates[place], candidates[best])) best = place;
  }
  return candidates.splice(best, 1)[0] ?? null;
}

/** Shorter ones first; among equals a steady order. */
function isBefore(one: Candidate | undefined, other: Candidate | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  if (one.path.length !== other.path.length) return one.path.length < other.path.length;
  const place = one.path.findIndex((index, step) => index !== other.path[step]);
  return (one.path[place] ?? 0) < (other.path[place] ?? 0);
}

/** Where the paths that begin like this went next. */
function findTaken(paths: readonly (readonly number[])[], root: readonly number[]): Set<number> {
  const same = paths.filter((path) => root.every((index, place) => path[place] === index));
  return new Set(same.map((path) => path[root.length] ?? -1));
}

const opposite = { any: 'any', forward: 'backward', backward: 'forward' } as const;

/** Calls back with every entity that one hop leads to; `back` follows hops from where they lead to. */
function createNeighbours(graph: Adjacency, { direction, allows, wayOf, avoid }: ExplainQuestion) {
  const { sources, targets } = graph.edges;
  const sides = [
    { near: 'source', spans: graph.out, ends: targets },
    { near: 'target', spans: graph.in, ends: sources },
  ] as const;
  const isAny = direction === 'any';
  return (back: boolean) => {
    const followed = back ? opposite[direction] : direction;
    return (index: number, visit: (to: number) => void): number => {
      let steps = 0;
      for (const { near, spans, ends } of sides) {
        const end = at(spans.offsets, index + 1);
        for (let place = at(spans.offsets, index); place < end; place += 1) {
          const edge = at(spans.edges, place);
          const to = at(ends, edge);
          const isLeading = isAny || leadsFrom(near, wayOf(edge), followed);
          if (isLeading && allows(edge) && !avoid.has(to)) visit(to);
          steps += 1;
        }
      }
      return steps;
    };
  };
}

/** Hops from one end to everything within reach, and whether anything lies just beyond. */
function* measure(graph: Adjacency, question: ExplainQuestion, start: number, back: boolean): Paced<Reach> {
  const neighbours = createNeighbours(graph, question)(back);
  const distances = new Int32Array(graph.size).fill(-1);
  distances[start] = 0;
  const reached = [start];
  let isExhausted = true;
  let steps = 0;
  for (let head = 0; head < reached.length; head += 1) {
    const from = reached[head] ?? 0;
    const distance = at(distances, from) + 1;
    steps += neighbours(from, (to) => {
      if (distances[to] !== -1) return;
      if (distance > question.maxHops) {
        isExhausted = false;
        return;
      }
      distances[to] = distance;
      reached.push(to);
    });
    if (!isExhausted) break;
    if (steps >= STRIDE) {
      steps = 0;
      yield;
    }
  }
  return { reached, distances, isExhausted };
}

/** The shortest way from the end of `root` to the target that touches nothing of the root and avoids `taken`. */
function createSearch(graph: Adjacency, question: ExplainQuestion, distances: Int32Array) {
  const { target, maxHops } = question;
  const neighbours = createNeighbours(graph, question)(false);
  const seen = new Int32Array(graph.size);
  const closed = new Int32Array(graph.size);
  const hops = new Int32Array(graph.size);
  const before = new Int32Array(graph.size);
  let turn = 0;
  return function* search(root: readonly number[], taken: ReadonlySet<number>): Paced<number[] | null> {
    turn += 1;
    const spur = root.at(-1) ?? -1;
    for (const index of root) closed[index] = turn;
    closed[spur] = 0;
    const queue = createBuckets();
    hops[spur] = root.length - 1;
    seen[spur] = turn;
    queue.push(spur, root.length - 1 + at(distances, spur));
    let steps = 0;
    for (let from = queue.pop(); from !== null; from = queue.pop()) {
      if (closed[from] === turn) continue;
      closed[from] = turn;
      if (from === target) return [...root.slice(0, -1), ...readBack(before, spur, target)];
      const next = at(hops, from) + 1;
      steps += neighbours(from, (to) => {
        const rest = at(distances, to);
        if (rest === -1 || closed[to] === turn || next + rest > maxHops) return;
        if (from === spur && taken.has(to)) return;
        if (seen[to] === turn && at(hops, to) <= next) return;
        seen[to] = turn;
        hops[to] = next;
        before[to] = from;
        queue.push(to, next + rest);
      });
      if (steps >= STRIDE) {
        steps = 0;
        yield;
      }
    }
    return null;
  };
}

function readBack(before: Int32Array, spur: number, target: number): number[] {
  const path = [target];
  for (let index = target; index !== spur; ) {
    index = at(before, index);
    path.push(index);
  }
  return path.toReversed();
}

/** A queue by small whole numbers, the least first; among equals the last one in, which is nearest to the target. */
function createBuckets() {
  const buckets: number[][] = [];
  let least = 0;
  return {
    push: (value: number, rank: number) => {
      let bucket = buckets[rank];
      if (bucket === undefined) {
        bucket = [];
        buckets[rank] = bucket;
      }
      bucket.push(value);
      if (rank < least) least = rank;
    },
    pop: (): number | null => {
      for (; least < buckets.length; least += 1) {
        const value = buckets[least]?.pop();
        if (value !== undefined) return value;
      }
      return null;
    },
  };
}
