import { describe, expect, it } from 'vitest';
import { type Facts, type Has, isSame, plan, type Step } from '../../../src-main/backend/sync/plan.ts';

const bits = [false, true];
const letters = ['0', 'a', 'b', 'c', '?'] as const;
type Letter = (typeof letters)[number];

/** Absence is written 0, a relationship by the letter of its type, and what is not known `?`. */
function toHas(letter: Exclude<Letter, '?'>): Has {
  return letter === '0' ? 'absent' : { type: letter };
}

function toKnown(letter: Letter): Has | null {
  return letter === '?' ? null : toHas(letter);
}

function toLetter(has: Has | null): string {
  return has === null ? '?' : has === 'absent' ? '0' : (has.type ?? '');
}

/** Base is absent or has type a; every other type is another one than base's. */
const bases = ['0', 'a'] as const;
const wishes = ['?', '0', 'a', 'b'] as const;

function listAll(): Facts[] {
  return bases.flatMap((base) =>
    wishes.flatMap((wanted) =>
      letters.flatMap((observed) =>
        (['no', 'deleted', 'refused'] as const).flatMap((replacing) =>
          bits.flatMap((absenceProved) =>
            bits.flatMap((endRemoved) =>
              bits.map((canReplace) => ({
                base: toHas(base),
                wanted: toKnown(wanted),
                observed: toKnown(observed),
                absenceProved,
                endRemoved,
                replacing,
                canReplace,
              })),
            ),
          ),
        ),
      ),
    ),
  );
}

/**
 * What is right, row by row: wish, base, what was seen, proof, end, how far a change of type is (`n`, `d`, `r`), and
 * whether it may begin. `-` stands for anything, `+` for any type. The first row that fits counts.
 */
const table: readonly (readonly [string, Step, string])[] = [
  // wish base seen proof end replacing can
  ['? - ? - - - -', 'nothing', 'nobody asked, so nothing is known'],
  ['? 0 0 - - - -', 'nothing', 'both sides agree that there is none'],
  ['? a a - - - -', 'nothing', 'both sides agree that there is one'],
  ['? 0 + - - - -', 'settle', 'someone else created it'],
  ['? a + - - - -', 'settle', 'someone else changed its type'],
  ['? a 0 1 - - -', 'settle', 'someone else deleted it, and that is proved'],
  ['? a 0 0 - - -', 'prove', 'absence is no deletion without proof'],
  ['+ - - - 1 - -', 'conflict-end-removed', 'the wish cannot be fulfilled and is not given up'],
  ['0 - - - 1 - -', 'settle', 'it went away with its end, as the user wanted'],
  ['- - ? - 0 - -', 'probe', 'an earlier answer may have been lost'],
  ['a - a - 0 - -', 'settle', 'the wish is fulfilled'],
  ['b - b - 0 - -', 'settle', 'the wish is fulfilled, whoever gave it that type'],
  ['0 - 0 1 0 - -', 'settle', 'the wish is fulfilled, and that is proved'],
  ['0 - 0 0 0 - -', 'prove', 'that it is gone must be proved before the wish is forgotten'],
  ['+ - 0 - 0 r -', 'restore', 'the new type was refused, so the old one comes back'],
  ['+ - 0 - 0 d -', 'create', 'its delete left here, so the create must follow'],
  ['+ 0 0 - 0 n -', 'create', 'the remote lacks what the user wants'],
  ['a a 0 - 0 n -', 'create', 'an earlier delete was taken back'],
  ['b a 0 1 0 n -', 'conflict-removed-there', 'someone else deleted what the user changed'],
  ['b a 0 0 0 n -', 'prove', 'absence is no deletion without proof, nor is it a conflict'],
  ['0 0 + - 0 - -', 'remove', 'an earlier create was taken back'],
  ['+ 0 + - 0 - -', 'conflict-changed-both', 'both sides created it with different types'],
  ['a a + - 0 - -', 'settle', 'the change was taken back here and another made there'],
  ['0 a a - 0 - -', 'remove', 'the remote has what the user does not want'],
  ['b a a - 0 r -', 'park', 'the old type is back after the new one was refused'],
  ['b a a - 0 d -', 'remove', 'a delete that did not arrive is sent again'],
  ['b a a - 0 n 1', 'remove', 'a change of type begins with a delete'],
  ['b a a - 0 n 0', 'block', 'nothing is deleted where no create was ever confirmed'],
  ['- a + - 0 - -', 'conflict-changed-both', 'both sides changed it differently'],
];

function toBit(value: boolean): string {
  return value ? '1' : '0';
}

function fits(expected: string, written: string): boolean {
  return expected === '-' || expected === written || (expected === '+' && /^[a-z]$/.test(written));
}

function findRow(facts: Facts) {
  const { wanted, base, observed, absenceProved, endRemoved, replacing, canReplace } = facts;
  const written = [wanted, base, observed]
    .map(toLetter)
    .concat([absenceProved, endRemoved].map(toBit), replacing.slice(0, 1), toBit(canReplace));
  const row = table.find(([pattern]) =>
    pattern.split(' ').every((expected, index) => fits(expected, written[index] ?? '')),
  );
  if (row === undefined) throw new Error(`No row fits ${written.join(' ')}`);
  return row;
}

describe('the plan', () => {
  it('is known for every combination of facts', () => {
    expect(listAll()).toHaveLength(960);
    for (const facts of listAll()) expect(findRow(facts)).toBeDefined();
  });

  for (const row of table) {
    const [pattern, step, reason] = row;
    it(`is ${step} for ${pattern}: ${reason}`, () => {
      const fitting = listAll().filter((facts) => findRow(facts) === row);
      expect(fitting).not.toEqual([]);
      for (const facts of fitting) expect(plan(facts)).toBe(step);
    });
  }

  it('ignores types where there are none', () => {
    expect(isSame({ type: null }, { type: null })).toBe(true);
    expect(isSame({ type: null }, 'absent')).toBe(false);
  });

  it('compares types byte for byte', () => {
    expect(isSame({ type: 'feeds' }, { type: 'Feeds' })).toBe(false);
    expect(isSame({ type: 'feeds' }, { type: 'feeds ' })).toBe(false);
    expect(isSame({ type: '\u00e9' }, { type: 'e\u0301' })).toBe(false);
  });
});

interface World {
  readonly facts: Facts;
  /** The true state of the remote. */
  readonly there: Has;
}

/** How the world answers to a step that is not final. */
function follow({ facts, there }: World): World {
  const step = plan(facts);
  if (step !== 'probe' && step !== 'prove' && step !== 'create' && step !== 'remove') {
    throw new Error(`${step} is final or follows a refusal`);
  }
  switch (step) {
    case 'probe':
      return { facts: { ...facts, observed: there }, there };
    case 'prove':
      return { facts: { ...facts, observed: there, absenceProved: there === 'absent' }, there };
    case 'create': {
      const wanted = facts.wanted ?? 'absent';
      return { facts: { ...facts, observed: wanted, absenceProved: false }, there: wanted };
    }
    case 'remove': {
      const replacing = facts.wanted === 'absent' ? facts.replacing : 'deleted';
      return { facts: { ...facts, observed: 'absent', absenceProved: true, replacing }, there: 'absent' };
    }
  }
}

const final: ReadonlySet<Step> = new Set([
  'settle',
  'block',
  'conflict-changed-both',
  'conflict-removed-there',
]);

describe('following the plan', () => {
  for (const thereLetter of ['0', 'a', 'b', 'c'] as const) {
    for (const base of bases) {
      for (const wish of ['0', 'a', 'b'] as const) {
        it(`comes to an end from base ${base}, wish ${wish} and remote ${thereLetter}, and deletes nothing of others`, () => {
          const start = toHas(thereLetter);
          const known = { observed: null, absenceProved: false, endRemoved: false } as const;
          const wanted = toHas(wish);
          let world: World = {
            facts: { base: toHas(base), wanted, ...known, replacing: 'no', canReplace: true },
            there: start,
          };
          let steps = 0;
          while (!final.has(plan(world.facts))) {
            if (plan(world.facts) === 'remove' && base === 'a') expect(isSame(start, toHas(base))).toBe(true);
            world = follow(world);
            steps += 1;
            expect(steps).toBeLessThanOrEqual(4);
          }
          const end = plan(world.facts);
          const isTakenBack = wish === 'a' && base === 'a';
          if (end === 'settle' && !isTakenBack) expect(isSame(world.there, wanted)).toBe(true);
          if (end !== 'settle') expect(isSame(world.there, start)).toBe(true);
        });
      }
    }
  }
});
