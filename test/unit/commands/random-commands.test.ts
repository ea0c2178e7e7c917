import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { previewRevert, revert } from '../../../src-main/backend/commands/revert.ts';
import { readCommand } from '../../../src-main/backend/store/history.ts';
import { adoptObserved, readRelationshipPage } from '../../../src-main/backend/store/relationships.ts';
import { ViewId } from '../../../src-preload/contract/views.ts';
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

const v1 = ViewId.parse('v1');

/** Smallest courses of what was once found at random. */
const examples: [typed: boolean, given: RandomStep[], pick: number][] = [
  [
    true, // the rename and what reverted it are nothing together
    [
      { do: 'import-view', key: v1, name: 'Ü 🏭', query: 'pump', drawn: [], x: 0 },
      { do: 'rename-view', key: v1, name: 'Pumps' },
      { do: 'revert', pick: 1 },
    ],
    0,
  ],
  [
    true, // a dropped change leaves base as the remote was seen to have it
    [{ do: 'decide', pick: 3, keep: 'remote' }, { do: 'unrelate', pick: 25 }, { do: 'drop-all' }],
    2,
  ],
  [
    true, // so does one that was dropped and is wanted again
    [
      { do: 'decide', pick: 18, keep: 'remote' },
      { do: 'drop-all' },
      { do: 'undo' },
      { do: 'retype', pick: 8, type: 'installed in' },
      { do: 'retype', pick: 28, type: null },
    ],
    1,
  ],
  [false, [{ do: 'undefine' }, { do: 'import-types', replace: true }], 0], // nothing was left to replace
];

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
    { numRuns: 70 + examples.length, seed: 5, examples },
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

/** What these do goes by what is there, as what an import finds or replaces and its rollback spares. */
const goesByWhatIsThere: ReadonlySet<RandomStep['do']> = new Set([
  'import',
  'import-types',
  'rollback',
  'revert',
]);

/** Whether later commands found the same to do without the one that was taken back. */
function isComparable(course: CommandCourse, other: CommandCourse): boolean {
  return course.played.every((played, turn) => {
    const again = other.played[turn];
    if (!goesByWhatIsThere.has(played.step) || again === undefined || again.entry === 0) return true;
    return JSON.stringify(readEffect(course, played)) === JSON.stringify(readEffect(other, again));
  });
}

/** What came after one and is nothing together: what was reverted since as a whole, and what reverted it. */
function findPairs(course: CommandCourse, after: Played): Set<Played> {
  const later = course.played.slice(course.played.indexOf(after) + 1);
  const pairs = new Set<Played>();
  for (const played of later.toReversed()) {
    if (pairs.has(played) || !isStanding(course, played)) continue;
    const { reverts } = readCommand(course.db(), played.entry);
    const other = later.find(({ entry }) => entry === reverts);
    if (other === undefined) continue;
    if (readEffect(course, other).length === readEffect(course, played).length) pairs.add(played).add(other);
  }
  return pairs;
}

/** What the remote was seen to have is no command's to take back: base follows it first. */
function readWithBase(course: CommandCourse) {
  const { rows } = readRelationshipPage(course.db(), null, { offset: 0, limit: 500 });
  for (const { id } of rows) adoptObserved(course.db(), id);
  return readAllSeen(course);
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
  const pairs = findPairs(course, without);
  const unrepeatable = course.played.filter((played) => {
    if (played !== without && isStanding(course, played)) return !other.repeat(played) && !pairs.has(played);
    other.skip();
    return false;
  });
  if (unrepeatable.length > 0) expect(letsLaterStand).toContain(without.step);
  else if (isComparable(course, other)) expect(readWithBase(course)).toEqual(readWithBase(other));
  other.close();
  return true;
}
