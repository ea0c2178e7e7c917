import { expect, test } from 'vitest';
import { gatherByEnd } from '../../../src-main/backend/sync/course.ts';
import type { EntityId } from '../../../src-preload/contract/model.ts';

const pairs = (sources: number, targets: number) =>
  Array.from({ length: sources * targets }, (_, n) => ({
    sourceId: (n % sources) as EntityId,
    targetId: (1000 + Math.floor(n / sources)) as EntityId,
  }));

/** How many requests of `limit` take all of them in this order, each with a shared source or target. */
function countRequests(all: ReturnType<typeof pairs>, limit: number): number {
  let requests = 0;
  for (let rest = all; rest.length > 0; requests += 1) {
    const [first] = rest;
    const isWith = (end: 'sourceId' | 'targetId') => {
      const stop = rest.findIndex((pair) => pair[end] !== first?.[end]);
      return Math.min(limit, stop === -1 ? rest.length : stop);
    };
    rest = rest.slice(Math.max(isWith('sourceId'), isWith('targetId')));
  }
  return requests;
}

test.each([
  { sources: 30, targets: 4, limit: 4, requests: 30 },
  { sources: 4, targets: 30, limit: 4, requests: 30 },
  { sources: 1, targets: 9, limit: 20, requests: 1 },
])(
  'creates between $sources and $targets go in $requests requests of $limit',
  ({ sources, targets, limit, requests }) => {
    const all = pairs(sources, targets);
    const gathered = gatherByEnd(all, limit);
    expect(gathered.toSorted((a, b) => all.indexOf(a) - all.indexOf(b))).toEqual(all);
    expect(countRequests(gathered, limit)).toBe(requests);
  },
);
