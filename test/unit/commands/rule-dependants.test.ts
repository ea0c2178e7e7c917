import { expect, test } from 'vitest';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { retype } from '../../../src-main/backend/commands/retype.ts';
import { previewRevert, revert } from '../../../src-main/backend/commands/revert.ts';
import { rollbackImport } from '../../../src-main/backend/commands/rollback-import.ts';
import { unrelate } from '../../../src-main/backend/commands/unrelate.ts';
import { readLaterChanges } from '../../../src-main/backend/store/history-dependants.ts';
import { finishSyncEntry } from '../../../src-main/backend/store/history-of-syncs.ts';
import { type EntityId, RelationshipId } from '../../../src-preload/contract/model.ts';
import type { RelationshipType } from '../../../src-preload/contract/relationship-types.ts';
import { type Course, startCourse, withoutIds } from '../../support/history-course.ts';
import { takeImportStep } from '../../support/random-imports.ts';
import { bring, define, latest, nextTyped } from '../../support/rules-course.ts';

/** Elsewhere fed the building, and by the entry that is answered only monitors it. */
function startRetyped(rules: Partial<RelationshipType>): { course: Course; id: number } {
  const course = startCourse();
  define(course, rules);
  const fed = relateLater(course, course.elsewhere, course.building);
  retype(course.next(), fed, 'monitors');
  return { course, id: latest(course.db) };
}

function relateLater(course: Course, sourceId: EntityId, targetId: EntityId, type = 'feeds') {
  return relate(course.next(), { sourceId, targetId, type, local: true }).id;
}

function readDependants(course: Course, id: number): string[] {
  return previewRevert(course.next(), id).dependants.map(({ label }) => label);
}

test('what depends is looked for among any number of relationships', () => {
  const { course, id } = startRetyped({});
  const many = Array.from({ length: 200_000 }, (_, n) => RelationshipId.parse(n + 1_000_000));
  expect(readLaterChanges(course.db, id, many)).toEqual([]);
});

test('only the later entries are named that took the place, not all that used the type', () => {
  const { course, id } = startRetyped({ maxPerTarget: 1 });
  relateLater(course, course.pump, course.valve);
  relateLater(course, course.boiler, course.building);
  relateLater(course, course.building, course.boiler);
  expect(readDependants(course, id)).toEqual(['Relate Boiler → Building']);
});

test('a later entry that took the place by the inverse of the type is named', () => {
  const { course, id } = startRetyped({ maxPerTarget: 1 });
  relateLater(course, course.building, course.pump, 'is fed by');
  expect(readDependants(course, id)).toEqual(['Relate Building → Pump']);
});

test('a later import that took the place is named', () => {
  const { course, id } = startRetyped({ maxPerTarget: 1 });
  takeImportStep(course.next(), { do: 'import', links: [['Pump', 'feeds', 'Building']], parts: [] });
  expect(readDependants(course, id)).toEqual(['Import links.csv']);
});

test('what was in the place before is not named as later where an import that was taken back would come again', () => {
  const course = startCourse();
  define(course, { maxPerTarget: 2 });
  relateLater(course, course.boiler, course.building);
  takeImportStep(course.next(), { do: 'import', links: [['Elsewhere', 'feeds', 'Building']], parts: [] });
  rollbackImport(course.next(), latest(course.db));
  const id = latest(course.db);
  relateLater(course, course.pump, course.building);
  expect(readDependants(course, id)).toEqual(['Relate Pump → Building']);
});

test.each([
  ['back', '2026-03-31'],
  ['forward', '2026-05-31'],
])('what is later goes by the order of the commands, not by a clock that was set %s', (_, day) => {
  const course = startCourse();
  define(course, { maxPerTarget: 2 });
  const { db, boiler, pump, valve, building } = course;
  relateLater(course, boiler, building);
  const set = (time: string) => ({ ...course.next(), now: `${day}T${time}.000Z` });
  takeImportStep(set('10:00:00'), { do: 'import', links: [['Elsewhere', 'feeds', 'Building']], parts: [] });
  rollbackImport(set('10:00:01'), latest(db));
  const id = latest(db);
  relate(set('09:00:00'), { sourceId: pump, targetId: building, type: 'feeds', local: true });
  relate(course.next(), { sourceId: valve, targetId: pump, type: 'feeds', local: true });
  expect(readDependants(course, id)).toEqual(['Relate Pump → Building']);
});

test('what has the same two ends by the same type is named where the type takes no duplicates', () => {
  const { course, id } = startRetyped({ duplicates: false });
  relateLater(course, course.building, course.elsewhere, 'is fed by');
  relateLater(course, course.boiler, course.building);
  expect(readDependants(course, id)).toEqual(['Relate Building → Elsewhere']);
});

test('later entries of the type are not named where they are on no way round a circle', () => {
  const { course, id } = startRetyped({ acyclic: true });
  relateLater(course, course.building, course.pump);
  relateLater(course, course.pump, course.boiler);
  relateLater(course, course.valve, course.pump);
  relateLater(course, course.pump, course.elsewhere);
  expect(readDependants(course, id)).toEqual(['Relate Building → Pump', 'Relate Pump → Elsewhere']);
});

test('the later entries of a circle are named, whichever way round the type was called', () => {
  const { course, id } = startRetyped({ acyclic: true });
  relateLater(course, course.building, course.pump);
  relateLater(course, course.elsewhere, course.pump, 'is fed by');
  expect(readDependants(course, id)).toEqual(['Relate Building → Pump', 'Relate Elsewhere → Pump']);
});

test('no later entry is named where the rule speaks against the relationship itself', () => {
  const { course, id } = startRetyped({});
  relateLater(course, course.pump, course.building);
  define(course, { sourceKinds: ['metric'] });
  const { dependants, refusal } = previewRevert(course.next(), id);
  expect(dependants).toEqual([]);
  expect(refusal).toMatch(/only metric as its source/);
});

test('beside the later commands the rule is told, and which relationship it is about', () => {
  const { course, id } = startRetyped({ maxPerTarget: 1 });
  relateLater(course, course.pump, course.building);
  expect(() => revert(course.next(), id)).toThrow(
    expect.objectContaining({
      code: 'not-revertible',
      message: expect.stringMatching(
        /“Relate Pump → Building” \(\d+\) came later.*Elsewhere → Building gets the type “feeds” again.*1 of at most 1/,
      ),
    }),
  );
});

test.each([
  ['first', () => {}],
  [
    'later',
    ({ db, plant, next }: Course) => {
      finishSyncEntry(db, plant, next().now, {}, { changed: true });
      db.prepare('UPDATE connection SET last_synced_at = ? WHERE id = ?').run(next().now, plant);
    },
  ],
])(
  'a %s sync that took the place or closed the circle is named, and the rule is the refusal',
  (_, prepare) => {
    for (const [rules, source, target, code] of [
      [{ maxPerTarget: 1 }, 'pump', 'building', 'too-many-of-target'],
      [{ acyclic: true }, 'building', 'elsewhere', 'would-make-cycle'],
    ] as const) {
      const course = startCourse();
      prepare(course);
      define(course, rules);
      const fed = relateLater(course, course.elsewhere, course.building);
      retype(course.next(), fed, 'monitors');
      const id = latest(course.db);
      bring(course, course[source], course[target]);
      expect(readDependants(course, id)).toEqual(['Sync of plant']);
      expect(() => revert(course.next(), id)).toThrow(
        expect.objectContaining({ code, message: expect.stringMatching(/“Sync of plant” \(\d+\)/) }),
      );
    }
  },
);

/** Of a remote that keeps types and has pump → valve still, an unrelate that was not sent. */
function startUnrelated(rules: Partial<RelationshipType> = { maxPerSource: 1 }): {
  course: Course;
  id: number;
} {
  const course = startCourse();
  define(course, rules);
  const brought = bring(course, course.pump, course.valve);
  unrelate(nextTyped(course), brought);
  return { course, id: latest(course.db) };
}

test('an unrelate is not taken back where a later command took the room, though the remote has it still', () => {
  const { course, id } = startUnrelated();
  const { pump: sourceId, building: targetId } = course;
  relate(nextTyped(course), { sourceId, targetId, type: 'feeds', local: false });
  const seen = withoutIds(course);
  expect(previewRevert(nextTyped(course), id)).toMatchObject({
    dependants: [{ label: 'Relate Pump → Building' }],
    refusal: expect.stringMatching(/“Relate Pump → Building”.*depends on it.*Pump has 1 of at most 1/),
  });
  expect(() => revert(nextTyped(course), id)).toThrow('cannot be reverted alone');
  expect(withoutIds(course)).toEqual(seen);
});

test('an unrelate is taken back where only a sync took the room: the remote has both all the while', () => {
  const { course, id } = startUnrelated();
  bring(course, course.pump, course.building);
  expect(previewRevert(nextTyped(course), id)).toMatchObject({ dependants: [], refusal: null });
  revert(nextTyped(course), id);
  expect(withoutIds(course)).toContainEqual(expect.stringMatching(/^Pump → Valve feeds/));
});

test('an unrelate is not taken back where later commands closed the circle, though the remote has it still', () => {
  const { course, id } = startUnrelated({ acyclic: true });
  const { pump, valve, building, boiler } = course;
  for (const [sourceId, targetId] of [
    [boiler, pump],
    [valve, building],
    [building, pump],
  ] as const) {
    relate(nextTyped(course), { sourceId, targetId, type: 'feeds', local: false });
  }
  const seen = withoutIds(course);
  expect(previewRevert(nextTyped(course), id)).toMatchObject({
    dependants: [{ label: 'Relate Valve → Building' }, { label: 'Relate Building → Pump' }],
    refusal: expect.stringMatching(/“Relate Valve → Building”.*depends on it.*Pump → Valve/),
  });
  expect(() => revert(nextTyped(course), id)).toThrow('cannot be reverted alone');
  expect(withoutIds(course)).toEqual(seen);
});

test('an unrelate is taken back where only a sync closed the circle, whatever else later commands related', () => {
  const { course, id } = startUnrelated({ acyclic: true });
  bring(course, course.valve, course.pump);
  relate(nextTyped(course), {
    sourceId: course.building,
    targetId: course.boiler,
    type: 'feeds',
    local: false,
  });
  expect(previewRevert(nextTyped(course), id)).toMatchObject({ dependants: [], refusal: null });
  revert(nextTyped(course), id);
  expect(withoutIds(course)).toContainEqual(expect.stringMatching(/^Pump → Valve feeds/));
});
