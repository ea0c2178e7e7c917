import { describe, expect, test } from 'vitest';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { previewRevert, revert } from '../../../src-main/backend/commands/revert.ts';
import { rollbackImport } from '../../../src-main/backend/commands/rollback-import.ts';
import { undoOrRedo } from '../../../src-main/backend/commands/undo.ts';
import { unrelate } from '../../../src-main/backend/commands/unrelate.ts';
import { findRelationship } from '../../../src-main/backend/store/relationships.ts';
import type { RelationshipType } from '../../../src-preload/contract/relationship-types.ts';
import { startCourse, withoutIds } from '../../support/history-course.ts';
import { takeImportStep } from '../../support/random-imports.ts';
import { bring, define, latest } from '../../support/rules-course.ts';

/** A course whose vocabulary has “feeds” with these rules, and an import of Building feeds part 1 that was taken back. */
function startTakenBack(rules: Partial<RelationshipType>) {
  const course = startCourse();
  define(course, rules);
  takeImportStep(course.next(), { do: 'import', links: [['Elsewhere', 'feeds', 'Building']], parts: [] });
  const imported = latest(course.db);
  const before = withoutIds(course);
  rollbackImport(course.next(), imported);
  return { course, before, rollback: latest(course.db) };
}

describe('what a rollback took away is judged where it is made again', () => {
  test('undo of the rollback goes back to what was there before it', () => {
    const { course, before } = startTakenBack({ maxPerTarget: 1 });
    undoOrRedo(course.next(), 'undo');
    expect(withoutIds(course)).toEqual(before);
  });

  test('undo is refused whole, with the code of the rule, where a sync has brought what the rule counts', () => {
    const { course } = startTakenBack({ maxPerTarget: 1 });
    bring(course, course.boiler, course.building);
    const seen = withoutIds(course);
    expect(() => undoOrRedo(course.next(), 'undo')).toThrow(
      expect.objectContaining({
        code: 'too-many-of-target',
        message: expect.stringMatching(/^“Take back: .*Building has 1 of at most 1.*Nothing was changed/),
      }),
    );
    expect(withoutIds(course)).toEqual(seen);
  });

  test('a circle that a sync has closed meanwhile is refused', () => {
    const { course, rollback } = startTakenBack({ acyclic: true });
    bring(course, course.building, course.elsewhere);
    expect(() => undoOrRedo(course.next(), 'undo')).toThrow(
      expect.objectContaining({ code: 'would-make-cycle' }),
    );
    expect(() => revert(course.next(), rollback)).toThrow(
      expect.objectContaining({ code: 'would-make-cycle' }),
    );
  });

  test('redo of an import is refused where a sync has brought what the rule counts', () => {
    const course = startCourse();
    define(course, { maxPerTarget: 1 });
    takeImportStep(course.next(), { do: 'import', links: [['Elsewhere', 'feeds', 'Building']], parts: [] });
    undoOrRedo(course.next(), 'undo');
    bring(course, course.boiler, course.building);
    expect(() => undoOrRedo(course.next(), 'redo')).toThrow(
      expect.objectContaining({ code: 'too-many-of-target' }),
    );
  });

  test('reverting the rollback names the later entry that a rule counts, and goes once that is reverted', () => {
    const { course, before, rollback } = startTakenBack({ maxPerTarget: 1 });
    relate(course.next(), {
      sourceId: course.boiler,
      targetId: course.building,
      type: 'feeds',
      local: false,
    });
    const later = latest(course.db);
    expect(previewRevert(course.next(), rollback)).toMatchObject({
      dependants: [{ id: later, label: 'Relate Boiler → Building' }],
    });
    expect(() => revert(course.next(), rollback)).toThrow(
      expect.objectContaining({ code: 'not-revertible' }),
    );
    revert(course.next(), later);
    revert(course.next(), rollback);
    expect(withoutIds(course)).toEqual(before);
  });

  test('reverting the rollback is refused by a rule that was made since, with its code', () => {
    const { course, rollback } = startTakenBack({});
    define(course, { sourceKinds: ['metric'] });
    expect(previewRevert(course.next(), rollback)).toMatchObject({
      dependants: [],
      refusal: expect.stringMatching(/“feeds” has only metric as its source/),
    });
    expect(() => revert(course.next(), rollback)).toThrow(
      expect.objectContaining({ code: 'kind-not-allowed' }),
    );
  });

  test('a long circle is found, whatever lies between', () => {
    const { course, rollback } = startTakenBack({ acyclic: true });
    const { building, boiler, pump, valve, elsewhere } = course;
    for (const [source, target] of [
      [building, boiler],
      [boiler, pump],
      [pump, valve],
      [valve, elsewhere],
    ] as const) {
      bring(course, source, target);
    }
    expect(() => revert(course.next(), rollback)).toThrow(
      expect.objectContaining({ code: 'would-make-cycle' }),
    );
  });
});

test('a wish to be rid of what the remote has goes, whatever the rules say of it', () => {
  const course = startCourse();
  define(course, { maxPerTarget: 1 });
  const { db, boiler, pump, valve, building } = course;
  const id = bring(course, boiler, building);
  bring(course, pump, building);
  unrelate(course.next(), id);
  bring(course, valve, pump);
  undoOrRedo(course.next(), 'undo');
  expect(findRelationship(db, id)?.state).not.toBe('delete');
});
