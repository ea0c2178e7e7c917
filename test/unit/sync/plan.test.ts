import { describe, expect, it } from 'vitest';
import { type Facts, plan, type Step } from '../../../src-main/backend/sync/plan.ts';

const bits = [false, true];

/** In words, so that each of the combinations is a sentence. */
function describeFacts({ base, wanted, observed, absenceProved, endRemoved }: Facts): string {
  const wish =
    wanted === null ? 'nobody wants otherwise' : wanted ? 'the user wants it' : 'the user does not want it';
  const seen = observed === null ? 'was not asked for' : observed ? 'was seen' : 'was not seen';
  const proof = absenceProved ? ', its absence is proved' : '';
  const end = endRemoved ? ', an end is gone' : '';
  return `base ${base ? 'has it' : 'does not have it'}, ${wish}, it ${seen}${proof}${end}`;
}

function listAll(): Facts[] {
  return bits.flatMap((base) =>
    [null, ...bits].flatMap((wanted) =>
      [null, ...bits].flatMap((observed) =>
        bits.flatMap((absenceProved) =>
          bits.map((endRemoved) => ({ base, wanted, observed, absenceProved, endRemoved })),
        ),
      ),
    ),
  );
}

/**
 * What is right, row by row: wish, base, observation, proof, end (`-` stands for either). The first row that fits
 * counts. Presence is written 1, absence 0, and what is not known `?`.
 */
const table: readonly (readonly [string, Step, string])[] = [
  // wish base seen proof end
  ['? - ? - -', 'nothing', 'nobody asked, so nothing is known'],
  ['? 0 0 - -', 'nothing', 'both sides agree that there is none'],
  ['? 1 1 - -', 'nothing', 'both sides agree that there is one'],
  ['? 0 1 - -', 'settle', 'someone else created it'],
  ['? 1 0 1 -', 'settle', 'someone else deleted it, and that is proved'],
  ['? 1 0 0 -', 'prove', 'absence is no deletion without proof'],
  ['1 - - - 1', 'conflict-end-removed', 'the wish cannot be fulfilled and is not given up'],
  ['0 - - - 1', 'settle', 'it went away with its end, as the user wanted'],
  ['- - ? - 0', 'probe', 'an earlier answer may have been lost'],
  ['1 - 0 - 0', 'create', 'the remote lacks what the user wants'],
  ['0 - 1 - 0', 'remove', 'the remote has what the user does not want'],
  ['1 - 1 - 0', 'settle', 'the wish is fulfilled'],
  ['0 - 0 1 0', 'settle', 'the wish is fulfilled, and that is proved'],
  ['0 - 0 0 0', 'prove', 'that it is gone must be proved before the wish is forgotten'],
];

function toBit(value: boolean | null): string {
  return value === null ? '?' : value ? '1' : '0';
}

function findRow({ wanted, base, observed, absenceProved, endRemoved }: Facts) {
  const written = [wanted, base, observed, absenceProved, endRemoved].map(toBit);
  const row = table.find(([pattern]) =>
    pattern.split(' ').every((expected, index) => expected === '-' || expected === written[index]),
  );
  if (row === undefined) throw new Error(`No row fits ${written.join(' ')}`);
  return row;
}

describe('the plan', () => {
  it('is known for every combination of facts', () => {
    expect(listAll()).toHaveLength(72);
    for (const [pattern] of table) {
      expect(listAll().some((facts) => findRow(facts)[0] === pattern)).toBe(true);
    }
  });

  for (const facts of listAll()) {
    const [, step, reason] = findRow(facts);
    it(`is ${step} where ${describeFacts(facts)}: ${reason}`, () => {
      expect(plan(facts)).toBe(step);
    });
  }
});

/** How the world answers to a step; the true state of the remote is `there`. */
function follow(facts: Facts, there: boolean): { facts: Facts; there: boolean } {
  switch (plan(facts)) {
    case 'probe':
      return { facts: { ...facts, observed: there }, there };
    case 'prove':
      return { facts: { ...facts, observed: there, absenceProved: !there }, there };
    case 'create':
      return { facts: { ...facts, observed: true, absenceProved: false }, there: true };
    case 'remove':
      return { facts: { ...facts, observed: false, absenceProved: true }, there: false };
    case 'settle':
    case 'nothing':
    case 'conflict-end-removed':
      return { facts, there };
  }
}

describe('following the plan', () => {
  for (const there of bits) {
    for (const base of bits) {
      for (const wanted of bits) {
        it(`ends in at most four steps with what the user wants (${toBit(wanted)}), from base ${toBit(base)} and remote ${toBit(there)}`, () => {
          let state = {
            facts: { base, wanted, observed: null, absenceProved: false, endRemoved: false } as Facts,
            there,
          };
          let steps = 0;
          while (plan(state.facts) !== 'settle') {
            state = follow(state.facts, state.there);
            steps += 1;
            expect(steps).toBeLessThanOrEqual(4);
          }
          expect(state.there).toBe(wanted);
        });
      }
    }
  }
});
