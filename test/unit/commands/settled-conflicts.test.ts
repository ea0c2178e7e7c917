import { beforeEach, expect, test } from 'vitest';
import { retype } from '../../../src-main/backend/commands/retype.ts';
import { revert } from '../../../src-main/backend/commands/revert.ts';
import { rollbackImport } from '../../../src-main/backend/commands/rollback-import.ts';
import { undoOrRedo } from '../../../src-main/backend/commands/undo.ts';
import { readRelationshipPage } from '../../../src-main/backend/store/relationships.ts';
import { type CommandCourse, readAllSeen, startCommandCourse } from '../../support/command-course.ts';
import { latest } from '../../support/rules-course.ts';

/** Boiler → Pump is in conflict: it is removed here and was changed there. An import relates it again. */
let course: CommandCourse;
let start: ReturnType<typeof readAllSeen>;
const conflict = 'plant:asset:11 → plant:asset:12 local, remote';

beforeEach(() => {
  course = startCommandCourse({ typed: false });
  start = readAllSeen(course);
  expect(start.conflicts).toContain(conflict);
  expect(course.play({ do: 'import', links: [['Boiler', '', 'Pump']], parts: [] })).toBe(true);
});

test('an import that gives up a wish in conflict settles that, and undo opens it again', () => {
  expect(readAllSeen(course).conflicts).not.toContain(conflict);
  undoOrRedo(course.next(), 'undo');
  expect(readAllSeen(course)).toEqual(start);
  undoOrRedo(course.next(), 'redo');
  expect(readAllSeen(course).conflicts).not.toContain(conflict);
});

test('taking the import back opens it again, too, and undoing that settles it', () => {
  const imported = readAllSeen(course);
  rollbackImport(course.next(), latest(course.db()));
  expect(readAllSeen(course)).toEqual(start);
  undoOrRedo(course.next(), 'undo');
  expect(readAllSeen(course)).toEqual(imported);
  undoOrRedo(course.next(), 'redo');
  expect(readAllSeen(course)).toEqual(start);
});

test('a conflict that was settled, opened by a revert and settled anew opens with each undo, the other way round', () => {
  const again = startCommandCourse({ typed: false });
  const seen = [readAllSeen(again)];
  for (const step of [
    { do: 'decide', pick: 0, keep: 'remote' },
    { do: 'revert', pick: 0 },
    { do: 'decide', pick: 0, keep: 'local' },
  ] as const) {
    expect(again.play(step)).toBe(true);
    seen.push(readAllSeen(again));
  }
  for (const before of seen.toReversed().slice(1)) {
    again.step('undo');
    expect(readAllSeen(again)).toEqual(before);
  }
  for (const after of seen.slice(1)) {
    again.step('redo');
    expect(readAllSeen(again)).toEqual(after);
  }
});

test('a mark on a wish in conflict settles nothing, when it is made and when it is made again', () => {
  const again = startCommandCourse({ typed: false });
  const { conflicts } = readAllSeen(again);
  const { rows } = readRelationshipPage(again.db(), null, { offset: 0, limit: 10 });
  for (const { id } of rows) retype(again.next(), id, 'Ü 🏭');
  while (again.step('undo')) expect(readAllSeen(again).conflicts).toEqual(conflicts);
  while (again.step('redo')) expect(readAllSeen(again).conflicts).toEqual(conflicts);
});

test('a change of type of what is to be removed from a remote that keeps types changes nothing and makes no history', () => {
  const again = startCommandCourse({ typed: true });
  const before = { seen: readAllSeen(again), entry: latest(again.db()) };
  const removed = readRelationshipPage(again.db(), null, { offset: 0, limit: 10 }).rows.find(
    ({ source, target }) => source.name === 'Boiler' && target.name === 'Pump',
  );
  if (removed === undefined) throw new Error('It is there until the remote is told');
  retype(again.next(), removed.id, 'Ü 🏭');
  expect({ seen: readAllSeen(again), entry: latest(again.db()) }).toEqual(before);
});

test('a decision that is reverted, brought back and reverted once more opens its conflict, closes it and opens it', () => {
  const again = startCommandCourse({ typed: false });
  const start = readAllSeen(again);
  expect(again.play({ do: 'decide', pick: 0, keep: 'local' })).toBe(true);
  const decided = readAllSeen(again);
  for (const expected of [start, decided, start, decided]) {
    revert(again.next(), latest(again.db()));
    expect(readAllSeen(again)).toEqual(expected);
  }
});
