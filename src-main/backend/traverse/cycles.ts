import { at, type Spans, toSpans } from './adjacency.ts';
import { type Paced, STRIDE } from './pace.ts';

/** Directed relationships by the indexes of their ends. */
export interface Links {
  readonly sources: Int32Array;
  readonly targets: Int32Array;
}

/** Entities that all lead to one another, and a shortest circle through the smallest of them, in order. */
export interface Circle {
  readonly size: number;
  readonly circle: readonly number[];
}

/** Every group of entities that lead back to themselves, the largest first. Indexes are below `size`. */
export function* findCircles(links: Links, size: number): Paced<Circle[]> {
  const next: Next = { ...toSpans(links.sources, size), targets: links.targets, size };
  const { groups, groupOf } = yield* findGroups(next);
  const before = new Int32Array(size).fill(NOBODY);
  const circles: Circle[] = [];
  for (const group of groups) {
    circles.push({ size: group.length, circle: yield* findShortest(next, { group, groupOf, before }) });
    yield;
  }
  return circles.toSorted((a, b) => b.size - a.size || (a.circle[0] ?? 0) - (b.circle[0] ?? 0));
}

/** Links by their source. */
interface Next extends Spans {
  readonly targets: Int32Array;
  readonly size: number;
}

const NOBODY = -1;

function targetAt({ edges, targets }: Next, place: number): number {
  return at(targets, at(edges, place));
}

interface Groups {
  readonly groups: readonly (readonly number[])[];
  /** Which of them an entity is in; 0 for none. */
  readonly groupOf: Int32Array;
}

/** Strongly connected groups of two or more, or of one that leads to itself: Tarjan's method without recursion. */
function* findGroups(next: Next): Paced<Groups> {
  const { offsets, size } = next;
  const order = new Int32Array(size); // from 1; 0 is not met yet
  const low = new Int32Array(size);
  const place = offsets.slice(0, size);
  const open = new Uint8Array(size);
  const stack: number[] = [];
  const visits: number[] = [];
  const groups: number[][] = [];
  const groupOf = new Int32Array(size);
  let met = 0;
  const enter = (index: number) => {
    met += 1;
    order[index] = met;
    low[index] = met;
    open[index] = 1;
    stack.push(index);
    visits.push(index);
  };
  const lower = (index: number, value: number) => {
    if (value < at(low, index)) low[index] = value;
  };
  const leave = (index: number) => {
    if (at(low, index) !== at(order, index)) return;
    const group = takeDownTo(stack, index);
    for (const member of group) open[member] = 0;
    if (group.length === 1 && !leadsToItself(next, index)) return;
    groups.push(group);
    for (const member of group) groupOf[member] = groups.length;
  };
  let steps = 0;
  for (let start = 0; start < size; start += 1) {
    if (at(order, start) !== 0 || at(offsets, start) === at(offsets, start + 1)) continue; // nothing leads on from it
    enter(start);
    for (let index = visits.at(-1); index !== undefined; index = visits.at(-1)) {
      steps += 1;
      if (steps % STRIDE === 0) yield;
      const from = at(place, index);
      if (from === at(offsets, index + 1)) {
        visits.pop();
        leave(index);
        const parent = visits.at(-1);
        if (parent !== undefined) lower(parent, at(low, index));
        continue;
      }
      place[index] = from + 1;
      const target = targetAt(next, from);
      if (at(order, target) === 0) enter(target);
      else if (at(open, target) === 1) lower(index, at(order, target));
    }
  }
  return { groups, groupOf };
}

/** Takes everything off the stack down to an index that is on it. */
function takeDownTo(stack: number[], index: number): number[] {
  const taken: number[] = [];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    taken.push(top);
    if (top === index) break;
  }
  return taken;
}

function leadsToItself(next: Next, index: number): boolean {
  for (let place = at(next.offsets, index); place < at(next.offsets, index + 1); place += 1) {
    if (targetAt(next, place) === index) return true;
  }
  return false;
}

/** One group, and what is kept for all: nobody is in two of them. */
interface Search extends Pick<Groups, 'groupOf'> {
  readonly group: readonly number[];
  /** From where each was reached first. */
  readonly before: Int32Array;
}

/** A shortest way from the smallest member back to it; it never leaves the group, or it would not come back. */
function* findShortest(next: Next, { group, groupOf, before }: Search): Paced<number[]> {
  const start = group.reduce((least, index) => Math.min(least, index));
  const own = at(groupOf, start);
  const queue = [start];
  let steps = 0;
  for (const from of queue) {
    for (let place = at(next.offsets, from); place < at(next.offsets, from + 1); place += 1) {
      const to = targetAt(next, place);
      if (to === start) return readBack(before, start, from);
      steps += 1;
      if (steps % STRIDE === 0) yield;
      if (at(groupOf, to) !== own || at(before, to) !== NOBODY) continue;
      before[to] = from;
      queue.push(to);
    }
  }
  return [start];
}

function readBack(before: Int32Array, start: number, last: number): number[] {
  const circle = [last];
  for (let index = last; index !== start; ) {
    index = at(before, index);
    circle.push(index);
  }
  return circle.toReversed();
}
