import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { previewRevert, revert } from '../../../src-main/backend/commands/revert.ts';
import {
  type CommandCourse,
  isStanding,
  type Played,
  readAllSeen,
  readEffect,
  startCommandCourse,
} from '../../support/command-course.ts';
import { type RandomStep, randomStep } from '../../support/random-commands.ts';

const steps = fc.array(randomStep, { minLength: 5, maxLength: 16, size: 'max' });

test('reverting one entry is the course without it, or is refused and names what depends on it', () => {
  const compared = new Set<RandomStep['do']>();
  let refused = 0;
  fc.assert(
    fc.property(fc.boolean(), steps, fc.nat({ max: 30 }), (typed, given, pick) => {
      const course = startCommandCourse({ typed });
      for (const step of given) course.play(step);
      const standing = course.played.filter((played) => isStanding(course, played));
      const without = standing[pick % Math.max(standing.length, 1)];
      if (without !== undefined) {
        const isReverted = compareWithout(course, typed, without);
        if (isReverted) compared.add(without.step);
        else refused += 1;
      }
      course.close();
    }),
    { numRuns: 70, seed: 5 },
  );
  expect(refused).toBeGreaterThan(0);
  expect(compared.size).toBeGreaterThan(4);
}, 240_000);

/** What is judged by or drawn from what is taken back, and stays as it is all the same. */
const letsLaterStand: ReadonlySet<RandomStep['do']> = new Set([
  'define',
  'undefine',
  'import-types',
  'import',
  'rollback',
  'revert',
]);

/** What these do goes by what is there, as what an import finds and its rollback spares. */
const goesByWhatIsThere: ReadonlySet<RandomStep['do']> = new Set(['import', 'rollback', 'revert']);

/** Whether later commands found the same to do without the one that was taken back. */
function isComparable(course: CommandCourse, other: CommandCourse): boolean {
  return course.played.every((played, turn) => {
    const again = other.played[turn];
    if (!goesByWhatIsThere.has(played.step) || again === undefined || again.entry === 0) return true;
    return JSON.stringify(readEffect(course, played)) === JSON.stringify(readEffect(other, again));
  });
}

/** Answers with false where it is refused. */
function compareWithout(course: CommandCourse, typed: boolean, without: Played): boolean {
  const { refusal, dependants } = previewRevert(course.next(), without.entry);
  if (refusal !== null) {
    if (!refusal.includes('is reverted already')) expect(dependants.length).toBeGreaterThan(0);
    return false;
  }
  const { sparedCount } = revert(course.next(), without.entry);
  if (sparedCount > 0) return true;
  const other = startCommandCourse({ typed });
  const unrepeatable = course.played.filter((played) => {
    if (played !== without && isStanding(course, played)) return !other.repeat(played);
    other.skip();
    return false;
  });
  if (unrepeatable.length > 0) expect(letsLaterStand).toContain(without.step);
  else if (isComparable(course, other)) expect(readAllSeen(course)).toEqual(readAllSeen(other));
  other.close();
  return true;
}
