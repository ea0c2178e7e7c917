import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plan } from '../../src-main/backend/sync/plan.ts';
import {
  type Course,
  type Deed,
  type Fate,
  type Move,
  type Planner,
  runCourse,
  STEP_LIMIT,
  type Turn,
} from './plan-course.ts';

const COURSES = 500_000;

const deed = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<Deed>('want', 'do-not-want') },
  { weight: 3, arbitrary: fc.constantFrom<Deed>('they-create', 'they-remove') },
  { weight: 1, arbitrary: fc.constant<Deed>('they-remove-an-end') },
);
const turn: fc.Arbitrary<Turn> = fc.record({
  fate: fc.constantFrom<Fate>('fine', 'fine', 'lost', 'answer-lost'),
  deed: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: deed }),
});
const move: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ kind: fc.constant('deed' as const), deed }),
  fc.record({ kind: fc.constant('sync' as const), turns: fc.array(turn, { maxLength: 8 }) }),
);
const start = fc.record({ there: fc.boolean(), base: fc.boolean() });
const moves = fc.array(move, { maxLength: 10 });

test(`every course of ${COURSES} ends in agreement, in few steps, and removes nothing without proof [I3] [I4] [I5] [I7] [I8]`, () => {
  const total = {
    steps: 0,
    creates: 0,
    removes: 0,
    settles: 0,
    conflicts: 0,
    syncs: 0,
    lost: 0,
    longestSync: 0,
  };
  const add = ({ steps, syncs, lost, longestSync }: Course) => {
    total.steps += Object.values(steps).reduce((sum, count) => sum + count, 0);
    total.creates += steps.create;
    total.removes += steps.remove;
    total.settles += steps.settle;
    total.conflicts += steps['conflict-end-removed'];
    total.syncs += syncs;
    total.lost += lost;
    total.longestSync = Math.max(total.longestSync, longestSync);
  };
  fc.assert(
    fc.property(start, moves, (from, course) => add(runCourse(from, course))),
    { numRuns: COURSES, seed: Number(process.env['WEFT_SEED'] ?? 1) },
  );
  process.stdout.write(`${COURSES} courses: ${JSON.stringify(total)}\n`);
  expect(total.longestSync).toBeLessThanOrEqual(STEP_LIMIT);
  for (const part of ['creates', 'removes', 'settles', 'conflicts', 'lost'] as const) {
    expect(total[part], part).toBeGreaterThan(COURSES / 100);
  }
});

test.each<{ name: string; planner: Planner }>([
  {
    name: 'creates without asking',
    planner: (facts) =>
      plan(facts) === 'probe' && facts.wanted !== null && facts.wanted !== 'absent' ? 'create' : plan(facts),
  },
  { name: 'believes every absence', planner: (facts) => (plan(facts) === 'prove' ? 'settle' : plan(facts)) },
  {
    name: 'gives up where an end is gone',
    planner: (facts) => (plan(facts) === 'conflict-end-removed' ? 'settle' : plan(facts)),
  },
  { name: 'asks for ever', planner: (facts) => (plan(facts) === 'create' ? 'probe' : plan(facts)) },
  { name: 'does nothing', planner: () => 'nothing' },
])('the courses find out a planner that $name', ({ planner }) => {
  const found = fc.check(
    fc.property(start, moves, (from, course) => void runCourse(from, course, planner)),
    { numRuns: 20_000, seed: 1 },
  );
  expect(found.failed).toBe(true);
});
