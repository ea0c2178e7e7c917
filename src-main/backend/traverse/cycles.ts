import { type Paced, STRIDE } from './pace.ts';

/** A directed relationship by its ends; which numbers they are makes no difference. */
export interface Link {
  readonly source: number;
  readonly target: number;
}

/** Entities that all lead to one another, and a shortest circle through the smallest of them, in order. */
export interface Circle {
  readonly size: number;
  readonly circle: readonly number[];
}

/** Every group of entities that lead back to themselves, the largest first. */
export function* findCircles(links: readonly Link[]): Paced<Circle[]> {
  const next = toLists(links);
  const groups = yield* findGroups(next);
  const circles: Circle[] = [];
  for (const group of groups) {
    circles.push({ size: group.length, circle: findShortest(next, group) });
    yield;
  }
  return circles.toSorted((a, b) => b.size - a.size || (a.circle[0] ?? 0) - (b.circle[0] ?? 0));
}

function toLists(links: readonly Link[]): Map<number, number[]> {
  const next = new Map<number, number[]>();
  for (const { source, target } of links) {
    const list = next.get(source);
    if (list === undefined) next.set(source, [target]);
    else list.push(target);
  }
  return next;
}

interface Visit {
  readonly index: number;
  readonly targets: readonly number[];
  place: number;
}

/** Strongly connected groups of two or more, or of one that leads to itself: Tarjan's method without recursion. */
function* findGroups(next: ReadonlyMap<number, readonly number[]>): Paced<number[][]> {
  const order = new Map<number, number>();
  const low = new Map<number, number>();
  const open = new Set<number>();
  const stack: number[] = [];
  const groups: number[][] = [];
  const enter = (index: number): Visit => {
    order.set(index, order.size);
    low.set(index, order.size - 1);
    stack.push(index);
    open.add(index);
    return { index, targets: next.get(index) ?? [], place: 0 };
  };
  const lower = (index: number, value: number) => low.set(index, Math.min(low.get(index) ?? value, value));
  const leave = (index: number) => {
    if (low.get(index) !== order.get(index)) return;
    const group = stack.splice(stack.lastIndexOf(index));
    for (const member of group) open.delete(member);
    if (group.length > 1 || (next.get(index) ?? []).includes(index)) groups.push(group);
  };
  let steps = 0;
  for (const start of next.keys()) {
    if (order.has(start)) continue;
    const visits = [enter(start)];
    for (let visit = visits.at(-1); visit !== undefined; visit = visits.at(-1)) {
      const target = visit.targets[visit.place];
      visit.place += 1;
      steps += 1;
      if (steps % STRIDE === 0) yield;
      if (target === undefined) {
        visits.pop();
        leave(visit.index);
        const parent = visits.at(-1);
        if (parent !== undefined) lower(parent.index, low.get(visit.index) ?? 0);
      } else if (!order.has(target)) visits.push(enter(target));
      else if (open.has(target)) lower(visit.index, order.get(target) ?? 0);
    }
  }
  return groups;
}

/** A shortest way from the smallest member back to it; it never leaves the group, or it would not come back. */
function findShortest(next: ReadonlyMap<number, readonly number[]>, group: readonly number[]): number[] {
  const members = new Set(group);
  const start = group.reduce((least, index) => Math.min(least, index));
  const before = new Map<number, number>();
  const queue = [start];
  for (const from of queue) {
    for (const to of next.get(from) ?? []) {
      if (to === start) return readBack(before, start, from);
      if (!members.has(to) || before.has(to)) continue;
      before.set(to, from);
      queue.push(to);
    }
  }
  return [start];
}

function readBack(before: ReadonlyMap<number, number>, start: number, last: number): number[] {
  const circle = [last];
  for (let index = last; index !== start; ) {
    index = before.get(index) ?? start;
    circle.push(index);
  }
  return circle.toReversed();
}
