import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { countRelationships } from '../../../src-main/backend/store/relationships.ts';
import { type CommandCourse, readAllSeen, startCommandCourse } from '../../support/command-course.ts';
import { type RandomStep, randomStep } from '../../support/random-commands.ts';
import { readOwnEntities } from '../../support/random-imports.ts';
import { readSeen } from '../../support/workspace.ts';

/** A step, or that the file is closed and opened again. */
type Action = RandomStep | { readonly do: 'reopen' };

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 30, arbitrary: randomStep },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
);

/** What a user sees, and by which numbers it goes on. */
function look(course: CommandCourse) {
  return {
    ...readAllSeen(course),
    numbered: readSeen(course.db()),
    ownNumbered: readOwnEntities(course.db()),
  };
}

/** A refusal must leave everything as it was. Answers with what was done. */
function perform(course: CommandCourse, step: Action): boolean {
  if (step.do === 'reopen') {
    course.reopen();
    return true;
  }
  const before = look(course);
  const isDone = course.play(step);
  if (!isDone) expect(look(course)).toEqual(before);
  return isDone;
}

function walk(course: CommandCourse, direction: 'undo' | 'redo'): number {
  let count = 0;
  while (course.step(direction)) count += 1;
  return count;
}

/** Plays all, undoes all and redoes all, each time in a file that was closed and opened again. Answers with what was done. */
function play(typed: boolean, actions: readonly Action[]): Set<Action['do']> {
  const course = startCommandCourse({ typed });
  try {
    const start = look(course);
    const done = new Set<Action['do']>();
    for (const step of actions) {
      if (perform(course, step)) done.add(step.do);
      expect(countRelationships(course.db())).toBe(readSeen(course.db()).relationships.length);
    }
    walk(course, 'redo');
    const end = look(course);
    course.reopen();
    const undone = walk(course, 'undo');
    expect(look(course)).toEqual(start);
    course.reopen();
    expect(walk(course, 'redo')).toBe(undone);
    expect(look(course)).toEqual(end);
    expect(course.db().pragma('foreign_key_check')).toEqual([]);
    return done;
  } finally {
    course.close();
  }
}

test('two hundred steps are undone and redone after a restart, conflicts, views, types and imports among them', () => {
  const done = new Set<Action['do']>();
  for (const seed of [1, 2, 3]) {
    const [steps = []] = fc.sample(fc.array(action, { minLength: 200, maxLength: 200 }), {
      numRuns: 1,
      seed,
    });
    for (const one of play(seed !== 2, steps)) done.add(one);
  }
  const wanted = ['relate', 'unrelate', 'retype', 'drop', 'decide', 'define', 'undefine', 'import-types'];
  const more = ['save-view', 'import-view', 'rename-view', 'remove-view', 'import', 'rollback', 'make-own'];
  expect(
    [...wanted, ...more, 'revert', 'undo', 'redo'].filter((one) => !new Set<string>(done).has(one)),
  ).toEqual([]);
}, 240_000);

test('undoing everything leads to the start, and redoing everything to the end', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.array(action, { maxLength: 30, size: 'max' }), (typed, actions) => {
      play(typed, actions);
    }),
    { numRuns: 25, seed: 5 },
  );
}, 240_000);
