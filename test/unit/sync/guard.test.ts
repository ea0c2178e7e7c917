import { assert, nat, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeRemovals } from '../../../src-main/backend/sync/guard.ts';

const here = { what: 'relationships', side: 'here', parts: [] } as const;
const isHeld = (removals: number, total: number) => judgeRemovals({ ...here, removals, total }) !== null;

describe('the guard', () => {
  for (const [removals, total, held] of [
    [0, 0, false],
    [0, 1000, false],
    [1, 1, false],
    [9, 9, false],
    [10, 10, true],
    [10, 11, false],
    [20, 20, true],
    [20, 21, false],
    [20, 200, false],
    [21, 22, true],
    [21, 200, true],
    [21, 209, true],
    [21, 210, false],
    [22, 210, true],
    [100, 1000, false],
    [101, 1000, true],
    [1000, 10_000, false],
    [1001, 10_000, true],
  ] as const) {
    it(`${held ? 'holds' : 'lets go'} ${removals} removals of ${total}`, () => {
      expect(isHeld(removals, total)).toBe(held);
    });
  }

  it('says how many of how many, of what, and that nothing was removed', () => {
    expect(judgeRemovals({ ...here, what: 'entities', removals: 21, total: 200 })).toBe(
      'The remote no longer shows 21 of 200 entities. Nothing was removed here.',
    );
    expect(judgeRemovals({ ...here, removals: 12, total: 12 })).toContain('any of the 12 relationships');
  });

  for (const [removals, total, held] of [
    [9, 9, false],
    [10, 10, true],
    [10, 11, false],
  ] as const) {
    it(`${held ? 'holds' : 'lets go'} ${removals} of the ${total} of one type among 500`, () => {
      const parts = [{ name: 'of the type “feeds”', removals, total }];
      expect(judgeRemovals({ ...here, removals, total: 500, parts }) !== null).toBe(held);
    });
  }

  it('names the part of which all would go', () => {
    const parts = [
      { name: 'of the type “feeds”', removals: 3, total: 300 },
      { name: 'from asset to metric', removals: 10, total: 10 },
    ];
    expect(judgeRemovals({ ...here, removals: 10, total: 500, parts })).toContain(
      'any of the 10 relationships from asset to metric',
    );
  });

  it('says of a push that nothing was deleted there', () => {
    expect(judgeRemovals({ ...here, side: 'there', removals: 21, total: 200 })).toBe(
      'This push would delete 21 of 200 relationships there. None of these relationships was deleted: release them, or push those you mean.',
    );
  });

  it('never holds fewer removals where it lets more of the same total go, short of all', () => {
    assert(
      property(nat(5000), nat(5000), nat(5000), (one, other, total) => {
        const [few = 0, many = 0] = [one, other].toSorted((a, b) => a - b);
        if (few === total || many >= total || isHeld(many, total)) return;
        expect(isHeld(few, total)).toBe(false);
      }),
    );
  });
});
