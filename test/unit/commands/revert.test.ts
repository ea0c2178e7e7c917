import { describe, expect, test } from 'vitest';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { retype } from '../../../src-main/backend/commands/retype.ts';
import { previewRevert, revert } from '../../../src-main/backend/commands/revert.ts';
import { undoOrRedo } from '../../../src-main/backend/commands/undo.ts';
import { unrelate } from '../../../src-main/backend/commands/unrelate.ts';
import { readHistoryPage } from '../../../src-main/backend/store/history-page.ts';
import { findLocalEntity } from '../../../src-main/backend/store/local-entities.ts';
import { readRelationshipPage } from '../../../src-main/backend/store/relationships.ts';
import type { ReadableDb } from '../../../src-main/backend/store/sql.ts';
import { ViewId } from '../../../src-preload/contract/views.ts';
import { readRelationshipsAsOf } from '../../support/at-once.ts';
import { pull, startCourse, withoutIds } from '../../support/history-course.ts';
import { readOwnEntities, takeImportStep } from '../../support/random-imports.ts';
import { takeViewStep, type ViewStep } from '../../support/random-views.ts';

const page = { offset: 0, limit: 500 };

describe('one entry reverted alone', () => {
  const latest = (db: ReadableDb) => readHistoryPage(db, page).rows[0]?.id ?? 0;

  test('leaves the later ones, and undo takes the revert back', () => {
    const course = startCourse();
    const { db, building, boiler, pump, valve } = course;
    relate(course.next(), { sourceId: building, targetId: boiler, type: null, local: false });
    const id = latest(db);
    relate(course.next(), { sourceId: pump, targetId: valve, type: null, local: false });
    expect(revert(course.next(), id)).toMatchObject({ label: 'Relate Building → Boiler', sparedCount: 0 });
    expect(withoutIds(course)).toEqual(['Pump → Valve -']);
    expect(() => revert(course.next(), id)).toThrow(/reverted already/);
    undoOrRedo(course.next(), 'undo');
    expect(withoutIds(course)).toEqual(['Building → Boiler -', 'Pump → Valve -']);
  });

  test('is refused with the names of what depends on it', () => {
    const course = startCourse();
    const { db, building, boiler } = course;
    const made = relate(course.next(), { sourceId: building, targetId: boiler, type: null, local: true });
    const id = latest(db);
    retype(course.next(), made.id, 'feeds');
    const preview = previewRevert(course.next(), id);
    expect(preview.dependants).toEqual([
      { id: latest(db), label: 'Change the type of Building → Boiler to feeds' },
    ]);
    expect(() => revert(course.next(), id)).toThrow(/came later and depends on it/);
    revert(course.next(), latest(db));
    expect(revert(course.next(), id)).toMatchObject({ label: 'Relate Building → Boiler', sparedCount: 0 });
    expect(withoutIds(course)).toEqual([]);
  });

  test('can be reverted anew once its revert was reverted, and stands in the way of what it depends on', () => {
    const course = startCourse();
    const { db, building, boiler } = course;
    const made = relate(course.next(), { sourceId: building, targetId: boiler, type: null, local: true });
    const id = latest(db);
    retype(course.next(), made.id, 'feeds');
    const retyping = latest(db);
    revert(course.next(), retyping);
    revert(course.next(), latest(db));
    expect(readHistoryPage(db, page).rows.find((row) => row.id === retyping)?.reverted).toBe(false);
    expect(previewRevert(course.next(), id).dependants.map((one) => one.id)).toEqual([retyping]);
    revert(course.next(), retyping);
    expect(withoutIds(course)).toEqual(['Building → Boiler -']);
    revert(course.next(), id);
    expect(withoutIds(course)).toEqual([]);
  });

  test('is refused while something is there that an import made and its rollback spared', () => {
    const course = startCourse();
    const { db } = course;
    takeImportStep(course.next(), { do: 'make-own', own: 'part 1', to: 'other' });
    const id = latest(db);
    takeImportStep(course.next(), { do: 'import', links: [['part 1', 'feeds', 'Building']], parts: [] });
    const imported = latest(db);
    const link = readRelationshipPage(db, null, page).rows[0];
    if (link === undefined) throw new Error('It was just imported');
    retype(course.next(), link.id, 'contains');
    const retyping = latest(db);
    expect(revert(course.next(), imported).sparedCount).toBe(1);
    revert(course.next(), retyping);
    expect(withoutIds(course)).toEqual(['part 1 → Building feeds']);
    expect(previewRevert(course.next(), id).dependants.map((one) => one.id)).toEqual([imported]);
    unrelate(course.next(), link.id);
    revert(course.next(), id);
    expect(readOwnEntities(db)).toEqual([]);
  });

  test('is refused where the place of what it would bring back is taken', () => {
    const course = startCourse();
    const { db, building, boiler } = course;
    const ends = { sourceId: building, targetId: boiler, type: 'feeds', local: true };
    const first = relate(course.next(), ends);
    unrelate(course.next(), first.id);
    const removal = latest(db);
    relate(course.next(), ends);
    expect(previewRevert(course.next(), removal).dependants).toEqual([
      { id: latest(db), label: 'Relate Building → Boiler' },
    ]);
  });

  test('of an import spares and names what was edited since, as a rollback does, and is undone as one', () => {
    const course = startCourse();
    const { db, building } = course;
    takeImportStep(course.next(), {
      do: 'import',
      links: [
        ['part 1', 'feeds', 'Building'],
        ['part 2', 'feeds', 'Building'],
      ],
      parts: [],
    });
    const id = latest(db);
    const imported = { lines: withoutIds(course), own: readOwnEntities(db) };
    takeImportStep(course.next(), { do: 'rename-own', own: 'part 1', to: 'Ü 🏭' });
    expect(previewRevert(course.next(), id)).toMatchObject({ refusal: null, spares: true, changes: 4 });
    expect(revert(course.next(), id)).toEqual({
      label: 'Import links.csv',
      sparedCount: 1,
      spared: [{ what: 'entity', name: 'part 1', reason: 'changed after the import' }],
    });
    expect(withoutIds(course)).toEqual([]);
    expect(readOwnEntities(db)).toHaveLength(1);
    expect(() => revert(course.next(), id)).toThrow(/reverted already/);
    undoOrRedo(course.next(), 'undo');
    undoOrRedo(course.next(), 'undo');
    expect({ lines: withoutIds(course), own: readOwnEntities(db) }).toEqual(imported);
    expect(revert(course.next(), id)).toMatchObject({ sparedCount: 0 });
    expect(readRelationshipsAsOf(db, course.now(), building, page).total).toBe(0);
  });

  test('of an entity made by hand is refused while something is related to it', () => {
    const course = startCourse();
    const { db, building } = course;
    takeImportStep(course.next(), { do: 'make-own', own: 'part 1', to: 'other' });
    const id = latest(db);
    const part = findLocalEntity(db, 'asset', 'part 1')?.id;
    if (part === undefined) throw new Error('It was just made');
    relate(course.next(), { sourceId: building, targetId: part, type: null, local: true });
    expect(previewRevert(course.next(), id).dependants).toEqual([
      { id: latest(db), label: 'Relate Building → part 1' },
    ]);
    revert(course.next(), latest(db));
    revert(course.next(), id);
    expect(readOwnEntities(db)).toEqual([]);
  });

  test('of an entity made by hand is refused while a view that was saved since draws it', () => {
    const course = startCourse();
    const { db } = course;
    const toStep = (x: number): ViewStep => {
      const view = {
        key: ViewId.parse('v1'),
        name: 'Pumps',
        query: '',
        drawn: ['local:asset:part 1'],
      } as const;
      return { do: 'save-view', ...view, drawn: [...view.drawn], x };
    };
    takeImportStep(course.next(), { do: 'make-own', own: 'part 1', to: 'other' });
    const id = latest(db);
    takeViewStep(course.next(), toStep(1));
    const drawn = latest(db);
    takeViewStep(course.next(), toStep(2));
    expect(previewRevert(course.next(), id).dependants).toEqual([
      { id: drawn, label: 'Save the view Pumps' },
    ]);
    revert(course.next(), latest(db));
    revert(course.next(), drawn);
    revert(course.next(), id);
    expect(readOwnEntities(db)).toEqual([]);
  });

  test('of what a sync did is refused', () => {
    const course = startCourse();
    pull(course, { source: course.building, target: course.boiler, present: true }, course.now());
    expect(previewRevert(course.next(), latest(course.db)).refusal).toMatch(/is what a sync did/);
  });
});
