import { describe, expect, test } from 'vitest';
import { dropIntents } from '../../../src-main/backend/commands/drop-intent.ts';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { retype } from '../../../src-main/backend/commands/retype.ts';
import { previewRevert, revert } from '../../../src-main/backend/commands/revert.ts';
import { undoOrRedo } from '../../../src-main/backend/commands/undo.ts';
import { unrelate } from '../../../src-main/backend/commands/unrelate.ts';
import { importTypes } from '../../../src-main/backend/commands/vocabulary.ts';
import type { EntityId, RelationshipId } from '../../../src-preload/contract/model.ts';
import type { RelationshipType } from '../../../src-preload/contract/relationship-types.ts';
import { type Course, startCourse, withoutIds } from '../../support/history-course.ts';
import { bring, define, latest, nextTyped, toFeeds } from '../../support/rules-course.ts';

/** A course whose vocabulary has “feeds” with these rules. */
function startWith(rules: Partial<RelationshipType>): Course {
  const course = startCourse();
  define(course, rules);
  return course;
}

function relateLocally(
  course: Course,
  sourceId: EntityId,
  targetId: EntityId,
  type: string | null = 'feeds',
): RelationshipId {
  return relate(course.next(), { sourceId, targetId, type, local: true }).id;
}

const refusal = (code: string, message = /./) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

/** How a relationship that feeds the building, and then only monitors it, is held. */
const holders: readonly (readonly [string, (course: Course) => void])[] = [
  [
    'by the workspace alone',
    (course) => {
      const id = relateLocally(course, course.elsewhere, course.building);
      retype(course.next(), id, 'monitors');
    },
  ],
  [
    'by a remote without types, so that the type is a mark',
    (course) => {
      const id = bring(course, course.boiler, course.building, null);
      retype(course.next(), id, 'feeds');
      retype(course.next(), id, 'monitors');
    },
  ],
];

describe.each(holders)('a change of type of what is held %s', (_, change) => {
  test('is undone where a sync has brought nothing that speaks against it', () => {
    const course = startWith({ maxPerTarget: 1, acyclic: true });
    change(course);
    bring(course, course.pump, course.valve);
    undoOrRedo(course.next(), 'undo');
    expect(withoutIds(course)).toContainEqual(expect.stringMatching(/ → Building feeds$/));
  });

  test('is not undone where a sync has filled the place that the old type would need again', () => {
    const course = startWith({ maxPerTarget: 1 });
    change(course);
    bring(course, course.pump, course.building);
    const seen = withoutIds(course);
    expect(() => undoOrRedo(course.next(), 'undo')).toThrow(
      refusal(
        'too-many-of-target',
        /^“Change the type of (\w+) → Building to monitors” cannot be undone: .*\1 → Building.*“feeds”.*Building has 1 of at most 1.*Nothing was changed/,
      ),
    );
    expect(withoutIds(course)).toEqual(seen);
  });

  test('is not undone where a sync has closed the circle', () => {
    const course = startWith({ acyclic: true });
    change(course);
    for (const source of [course.elsewhere, course.boiler]) bring(course, course.valve, source);
    bring(course, course.building, course.valve);
    expect(() => undoOrRedo(course.next(), 'undo')).toThrow(refusal('would-make-cycle'));
  });

  test('is reverted while nothing speaks against it', () => {
    const course = startWith({ maxPerTarget: 1, acyclic: true });
    change(course);
    const id = latest(course.db);
    relateLocally(course, course.pump, course.valve, 'contains');
    expect(previewRevert(course.next(), id)).toMatchObject({ dependants: [], refusal: null });
    revert(course.next(), id);
    expect(withoutIds(course)).toContainEqual(expect.stringMatching(/ → Building feeds$/));
  });

  test('is not reverted where a rule was imported since that is against the old type, and the rule says why', () => {
    const course = startWith({});
    change(course);
    const id = latest(course.db);
    const types = [toFeeds(course.db, { sourceKinds: ['metric'] })];
    importTypes(course.next(), JSON.stringify(types), false);
    const seen = withoutIds(course);
    expect(previewRevert(course.next(), id)).toMatchObject({
      dependants: [],
      refusal: expect.stringMatching(
        / → Building.*“feeds” has only metric as its source.*Nothing was changed/,
      ),
    });
    expect(() => revert(course.next(), id)).toThrow(refusal('kind-not-allowed', /only metric/));
    expect(withoutIds(course)).toEqual(seen);
  });

  test('is not reverted where a sync has filled its place, and the rule says why', () => {
    const course = startWith({ maxPerTarget: 1 });
    change(course);
    const id = latest(course.db);
    bring(course, course.pump, course.building);
    const preview = previewRevert(course.next(), id);
    expect(preview.refusal).toMatch(/Building has 1 of at most 1/);
    expect(() => revert(course.next(), id)).toThrow(refusal('too-many-of-target'));
  });

  test('is reverted only once the later command is that took its place', () => {
    const course = startWith({ maxPerTarget: 1 });
    change(course);
    const id = latest(course.db);
    relateLocally(course, course.pump, course.building);
    const later = latest(course.db);
    expect(previewRevert(course.next(), id).dependants).toEqual([
      { id: later, label: 'Relate Pump → Building' },
    ]);
    expect(() => revert(course.next(), id)).toThrow(refusal('not-revertible', /“Relate Pump → Building”/));
    revert(course.next(), later);
    revert(course.next(), id);
    expect(withoutIds(course)).toContainEqual(expect.stringMatching(/ → Building feeds$/));
  });
});

describe('redo of a change of type', () => {
  test.each([
    ['filled its place', { maxPerTarget: 1 }, 'too-many-of-target'],
    ['closed the circle', { acyclic: true }, 'would-make-cycle'],
  ] as const)('is refused where a sync has %s', (_, rules, code) => {
    const course = startWith(rules);
    const id = relateLocally(course, course.elsewhere, course.building, 'monitors');
    retype(course.next(), id, 'feeds');
    undoOrRedo(course.next(), 'undo');
    bring(course, course.building, course.pump);
    bring(course, course.pump, course.building);
    bring(course, course.pump, course.elsewhere);
    const seen = withoutIds(course);
    expect(() => undoOrRedo(course.next(), 'redo')).toThrow(refusal(code, /cannot be done again/));
    expect(withoutIds(course)).toEqual(seen);
  });

  test('goes where a sync has brought nothing that speaks against it', () => {
    const course = startWith({ maxPerTarget: 1, acyclic: true });
    const id = relateLocally(course, course.elsewhere, course.building, 'monitors');
    retype(course.next(), id, 'feeds');
    undoOrRedo(course.next(), 'undo');
    bring(course, course.pump, course.valve);
    undoOrRedo(course.next(), 'redo');
    expect(withoutIds(course)).toContain('Elsewhere → Building feeds');
  });
});

test('a relationship does not stand in the way of its own old type', () => {
  const course = startWith({ maxPerTarget: 1, maxPerSource: 1, acyclic: true, duplicates: false });
  const id = relateLocally(course, course.elsewhere, course.building);
  retype(course.next(), id, 'is fed by'); // the same type, the other way round
  bring(course, course.pump, course.valve);
  undoOrRedo(course.next(), 'undo');
  expect(withoutIds(course)).toContain('Elsewhere → Building feeds');
});

describe('where the remote keeps types', () => {
  test('a wish to change what the remote has goes, whatever the rules say of it', () => {
    const course = startWith({ maxPerTarget: 1 });
    const id = bring(course, course.boiler, course.building);
    retype(nextTyped(course), id, 'monitors');
    bring(course, course.pump, course.building);
    undoOrRedo(nextTyped(course), 'undo');
    expect(withoutIds(course)).toEqual(['Boiler → Building feeds', 'Pump → Building feeds']);
  });

  test('a change that the remote has by now is judged', () => {
    const course = startWith({ maxPerTarget: 1 });
    const id = bring(course, course.boiler, course.building);
    retype(nextTyped(course), id, 'monitors');
    bring(course, course.boiler, course.building, 'monitors');
    bring(course, course.pump, course.building);
    expect(() => undoOrRedo(nextTyped(course), 'undo')).toThrow(refusal('too-many-of-target'));
  });
});

describe('several changes of type in one command', () => {
  /** Boiler and pump swap what they are to the building; then both changes are dropped in one step. */
  function dropSwap(course: Course): void {
    const boiler = bring(course, course.boiler, course.building, 'monitors');
    const pump = bring(course, course.pump, course.building, 'feeds');
    retype(nextTyped(course), pump, 'monitors');
    retype(nextTyped(course), boiler, 'feeds');
    dropIntents(nextTyped(course), { connectionId: null });
  }

  test('are undone where they are only valid together', () => {
    const course = startWith({ maxPerTarget: 1 });
    dropSwap(course);
    bring(course, course.pump, course.valve, 'monitors');
    undoOrRedo(nextTyped(course), 'undo');
    expect(withoutIds(course)).toEqual([
      'Boiler → Building feeds',
      'Pump → Building monitors',
      'Pump → Valve monitors',
    ]);
  });

  test('are reverted where they are only valid together, and what came later has the type elsewhere', () => {
    const course = startWith({ maxPerTarget: 1 });
    dropSwap(course);
    const id = latest(course.db);
    relateLocally(course, course.elsewhere, course.valve);
    expect(previewRevert(nextTyped(course), id)).toMatchObject({ dependants: [], refusal: null });
  });

  test('are refused where each would be valid alone but not all of them', () => {
    const course = startWith({ maxPerTarget: 2 });
    for (const source of [course.boiler, course.pump]) {
      const id = bring(course, source, course.building, 'monitors');
      retype(nextTyped(course), id, 'feeds');
    }
    dropIntents(nextTyped(course), { connectionId: null });
    bring(course, course.valve, course.building);
    const seen = withoutIds(course);
    expect(() => undoOrRedo(nextTyped(course), 'undo')).toThrow(
      refusal('too-many-of-target', /Building has 2 of at most 2/),
    );
    expect(withoutIds(course)).toEqual(seen);
  });

  test('are judged beside what comes back with them because the remote has it', () => {
    const course = startWith({ maxPerTarget: 1 });
    const boiler = bring(course, course.boiler, course.building);
    const pump = bring(course, course.pump, course.building);
    unrelate(nextTyped(course), boiler);
    retype(nextTyped(course), pump, 'monitors');
    dropIntents(nextTyped(course), { connectionId: null });
    undoOrRedo(nextTyped(course), 'undo');
    bring(course, course.pump, course.building, 'monitors');
    bring(course, course.valve, course.pump, 'monitors');
    expect(() => undoOrRedo(nextTyped(course), 'redo')).toThrow(
      refusal('too-many-of-target', /Pump → Building/),
    );
  });
});
