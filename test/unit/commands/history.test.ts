import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CommandContext } from '../../../src-main/backend/commands/context.ts';
import { dropIntent } from '../../../src-main/backend/commands/drop-intent.ts';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { retype } from '../../../src-main/backend/commands/retype.ts';
import { revert } from '../../../src-main/backend/commands/revert.ts';
import { undoOrRedo } from '../../../src-main/backend/commands/undo.ts';
import { unrelate } from '../../../src-main/backend/commands/unrelate.ts';
import { removeType, saveType } from '../../../src-main/backend/commands/vocabulary.ts';
import { RuleError } from '../../../src-main/backend/rules/errors.ts';
import { StoreError } from '../../../src-main/backend/store/errors.ts';
import { readHistoryChanges } from '../../../src-main/backend/store/history-changes.ts';
import { readHistoryPage } from '../../../src-main/backend/store/history-page.ts';
import { findInstant } from '../../../src-main/backend/store/instant.ts';
import { readIntent } from '../../../src-main/backend/store/intents.ts';
import { readTypeDifference, readTypesAsOf } from '../../../src-main/backend/store/past-types.ts';
import { findViewAsOf } from '../../../src-main/backend/store/past-views.ts';
import { readRelationshipPage } from '../../../src-main/backend/store/relationships.ts';
import type { ReadableDb } from '../../../src-main/backend/store/sql.ts';
import { readVocabulary } from '../../../src-main/backend/store/vocabulary.ts';
import { EntityId, type EntitySummary, LOCAL_CONNECTION_ID } from '../../../src-preload/contract/model.ts';
import type { RelationshipType } from '../../../src-preload/contract/relationship-types.ts';
import {
  readDifference,
  readEntitiesAsOf,
  readEntityDifference,
  readRelationshipsAsOf,
  readViewDifference,
  readViewsAsOf,
} from '../../support/at-once.ts';
import { type Course, pull, readWantedLines, startCourse } from '../../support/history-course.ts';
import {
  importStep,
  isImportStep,
  readOwnEntities,
  readOwnEntitiesAsOf,
  takeImportStep,
} from '../../support/random-imports.ts';
import { isViewStep, readViewLines, takeViewStep, toViewLine, viewStep } from '../../support/random-views.ts';
import { toFeeds } from '../../support/rules-course.ts';
import { readSeen } from '../../support/workspace.ts';

const page = { offset: 0, limit: 500 };

function readLinesAsOf(db: ReadableDb, at: string): string[] {
  return readRelationshipsAsOf(db, at, null, page)
    .rows.map(({ id, source, target, type }) => `${id} ${source.name} → ${target.name} ${type ?? '-'}`)
    .toSorted();
}

const entity = fc.integer({ min: 1, max: 5 }).map((id) => EntityId.parse(id));
const type = fc.constantFrom(null, 'feeds', 'installed in', 'Ü 🏭');
const pick = fc.nat({ max: 30 });
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('relate' as const), source: entity, target: entity, type }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('local' as const), source: entity, target: entity, type }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pull' as const),
      source: entity,
      target: entity,
      present: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('retype' as const), pick, type }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('unrelate' as const, 'drop' as const), pick }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('revert' as const), pick }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('undo' as const, 'redo' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('define' as const),
      maxPerSource: fc.constantFrom(null, 1, 3),
      inverse: fc.constantFrom('is fed by', 'gets from'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('undefine' as const) }) },
  { weight: 6, arbitrary: importStep },
  { weight: 3, arbitrary: viewStep },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function takeStep(course: Course, given: Step): void {
  const { db } = course;
  const context = course.next();
  if (isImportStep(given)) {
    takeImportStep(context, given);
    return;
  }
  if (isViewStep(given)) {
    takeViewStep(context, given);
    return;
  }
  const shown = 'pick' in given ? readRelationshipPage(db, null, page).rows : [];
  const picked = 'pick' in given ? shown[given.pick % Math.max(shown.length, 1)] : undefined;
  switch (given.do) {
    case 'relate':
    case 'local':
      relate(context, {
        sourceId: given.source,
        targetId: given.target,
        type: given.type,
        local: given.do === 'local',
      });
      return;
    case 'pull':
      pull(course, given, context.now);
      return;
    case 'retype':
      if (picked !== undefined) retype(context, picked.id, given.type);
      return;
    case 'unrelate':
      if (picked !== undefined) unrelate(context, picked.id);
      return;
    case 'drop':
      if (picked !== undefined) dropIntent(context, picked.id);
      return;
    case 'revert':
      revertSome(course, context, given.pick);
      return;
    case 'define':
      saveType(context, toFeeds(db, { maxPerSource: given.maxPerSource, inverse: given.inverse }));
      return;
    case 'undefine':
      removeType(context, 'feeds');
      return;
    case 'undo':
    case 'redo':
      undoOrRedo(context, given.do);
  }
}

function revertSome({ db }: Course, context: CommandContext, index: number): void {
  const { rows } = readHistoryPage(db, page);
  const entry = rows[index % Math.max(rows.length, 1)];
  if (entry !== undefined) revert(context, entry.id);
}

/** A no must leave everything as it was. */
function attempt(course: Course, given: Step): void {
  const before = readSeen(course.db);
  try {
    takeStep(course, given);
  } catch (error) {
    if (!(error instanceof RuleError) && !(error instanceof StoreError)) throw error;
    expect(readSeen(course.db)).toEqual(before);
  }
}

test('a moment after everything is now, also where the clock was set back meanwhile', () => {
  const course = startCourse();
  const { db, boiler, pump, valve } = course;
  const set = (time: string) => ({ ...course.next(), now: `2026-04-01T${time}:00.000Z` });
  relate(set('10:00'), { sourceId: boiler, targetId: pump, type: null, local: true });
  const then = readLinesAsOf(db, '2026-04-01T10:30:00.000Z');
  relate(set('09:00'), { sourceId: pump, targetId: valve, type: null, local: true });
  takeImportStep(set('09:01'), { do: 'make-own', own: 'part 1', to: 'other' });
  const end = '9999-12-31T23:59:59.999Z';
  expect(readLinesAsOf(db, end)).toEqual(readWantedLines(db));
  expect(readLinesAsOf(db, end)).not.toEqual(then);
  expect(readOwnEntitiesAsOf(db, end)).toEqual(readOwnEntities(db));
});

describe('random courses of commands and pulls', () => {
  test('any moment reads again as it was, and a difference leads from one moment to the other', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 20, size: 'max' }), (steps) => {
        const course = startCourse();
        const look = () => ({
          at: course.now(),
          lines: readWantedLines(course.db),
          bare: readBareLines(course.db),
          own: readOwnEntities(course.db),
          types: readVocabulary(course.db),
          views: readViewLines(course.db),
        });
        const moments = [look()];
        for (const given of steps) {
          attempt(course, given);
          moments.push(look());
        }
        for (const { at, lines, own, types, views } of moments) {
          expect(readTypesAsOf(course.db, findInstant(course.db, at), page).rows).toEqual(types);
          expect(readViewLinesAsOf(course.db, at)).toEqual(views);
          expect(readLinesAsOf(course.db, at)).toEqual(lines);
          expect(readOwnEntitiesAsOf(course.db, at)).toEqual(own);
          const listed = readEntitiesAsOf(course.db, at, page).rows;
          expect(listed.filter(isOwn).map(toNameLine).toSorted()).toEqual(own.map(withoutFields).toSorted());
        }
        const [one, other] = [moments[Math.floor(steps.length / 3)], moments.at(-1)];
        if (one === undefined || other === undefined) throw new Error('There are at least six moments');
        expect(applyDifference(course.db, one, other)).toEqual(other.bare);
        expect(applyDifference(course.db, other, one)).toEqual(one.bare);
        expect(applyEntityDifference(course.db, one, other)).toEqual(toNames(other.own));
        expect(applyEntityDifference(course.db, other, one)).toEqual(toNames(one.own));
        expect(readDifference(course.db, { from: other.at, to: one.at }, page)).toEqual(
          invert(readDifference(course.db, { from: one.at, to: other.at }, page)),
        );
        expectInversions(course.db, one, other);
        course.workspace.close();
      }),
      { numRuns: 50 },
    );
  }, 120_000);
});

interface Look {
  readonly at: string;
  readonly types: ReturnType<typeof readVocabulary>;
  readonly views: readonly string[];
}

/** What differs of types and views is what was seen to differ, and the same the other way round. */
function expectInversions(db: ReadableDb, one: Look, other: Look): void {
  const [there, back] = [
    { from: one.at, to: other.at },
    { from: other.at, to: one.at },
  ];
  const types = readTypeDifference(db, there, page).rows;
  const views = readViewDifference(db, there, page).rows;
  expect(readTypeDifference(db, back, page).rows).toEqual(types.map(toOpposite));
  expect(readViewDifference(db, back, page).rows).toEqual(views.map(toOpposite));
  const namesOf = (look: Look) =>
    new Map(look.types.map(({ type: kept }) => [kept.name, JSON.stringify(kept)]));
  expect(types.map(({ name, change }) => [name, change])).toEqual(toChanges(namesOf(one), namesOf(other)));
  const viewsOf = (look: Look) => new Map(look.views.map((line) => [String(JSON.parse(line)[0]), line]));
  const changed = views.map(({ id, change }): [string, string] => [id, change]);
  expect(changed.toSorted(([a], [b]) => (a < b ? -1 : 1))).toEqual(toChanges(viewsOf(one), viewsOf(other)));
}

function toOpposite<
  D extends { readonly change: keyof typeof opposite; readonly before: unknown; readonly after: unknown },
>(difference: D) {
  const { change, before, after } = difference;
  return { ...difference, change: opposite[change], before: after, after: before };
}

/** By key, what has become of each that is not the same. */
function toChanges(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): [string, string][] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted((a, b) => (a < b ? -1 : 1));
  return keys
    .filter((key) => before.get(key) !== after.get(key))
    .map((key) => [key, before.has(key) ? (after.has(key) ? 'changed' : 'removed') : 'added']);
}

/** All views of a moment, one line each. */
function readViewLinesAsOf(db: ReadableDb, at: string): string[] {
  const instant = findInstant(db, at);
  return readViewsAsOf(db, at, page)
    .rows.flatMap(({ id }) => findViewAsOf(db, instant, id) ?? [])
    .map(toViewLine)
    .toSorted();
}

function applyDifference(db: ReadableDb, from: { at: string; bare: string[] }, to: { at: string }): string[] {
  const { rows } = readDifference(db, { from: from.at, to: to.at }, page);
  const lines = new Set(from.bare);
  for (const { change, relationship, before, after } of rows) {
    if (change !== 'added') expect(lines.delete(toBareLine(relationship, before))).toBe(true);
    if (change !== 'removed') lines.add(toBareLine(relationship, after));
  }
  return [...lines].toSorted();
}

const isOwn = ({ connectionId }: EntitySummary) => connectionId === LOCAL_CONNECTION_ID;
const toNameLine = ({ id, name }: Pick<EntitySummary, 'id' | 'name'>) => `${id} ${name}`;
const withoutFields = (line: string) => line.replace(/ \[.*$/s, '');
const toNames = (own: readonly string[]) => own.map((line) => line.replace(/ .*$/s, '')).toSorted();

/** The ids of the workspace's own entities after the differences. */
function applyEntityDifference(
  db: ReadableDb,
  from: { at: string; own: string[] },
  to: { at: string },
): string[] {
  const ids = new Set(toNames(from.own));
  for (const { change, entity: changed } of readEntityDifference(db, { from: from.at, to: to.at }, page)
    .rows) {
    if (change === 'removed') expect(ids.delete(String(changed.id))).toBe(true);
    else expect(ids.has(String(changed.id))).toBe(change === 'changed');
    if (change === 'added') ids.add(String(changed.id));
  }
  return [...ids].toSorted();
}

/** Without names: an end that is called otherwise is no difference between relationships. */
function toBareLine({ id, source, target }: Ends, shown: string | null): string {
  return `${id} ${source.id} → ${target.id} ${shown ?? '-'}`;
}

interface Ends {
  readonly id: number;
  readonly source: { readonly id: number };
  readonly target: { readonly id: number };
}

/** What is there now, by what is shown. */
function readBareLines(db: ReadableDb): string[] {
  return readRelationshipPage(db, null, page)
    .rows.filter(({ id }) => readIntent(db, id)?.wantedPresent !== false)
    .map((row) => toBareLine(row, row.type))
    .toSorted();
}

const opposite = { added: 'removed', removed: 'added', changed: 'changed' } as const;

function invert({ total, rows }: ReturnType<typeof readDifference>): ReturnType<typeof readDifference> {
  return {
    total,
    rows: rows.map(({ change, relationship, before, after }) => ({
      change: opposite[change],
      relationship,
      before: after,
      after: before,
    })),
  };
}

test('the definition of a type is told beside what it was: as it ships, or not there', () => {
  const course = startCourse();
  const [shipped] = readVocabulary(course.db);
  if (shipped === undefined) throw new Error('The vocabulary ships with types');
  const toldOf = (type: RelationshipType) => {
    saveType(course.next(), type);
    const [entry] = readHistoryPage(course.db, { offset: 0, limit: 1 }).rows;
    return readHistoryChanges(course.db, entry?.id ?? 0, page).rows;
  };
  expect(toldOf({ ...shipped.type, duplicates: !shipped.type.duplicates })).toMatchObject([
    { what: 'type', before: 'as it ships', after: expect.any(String) },
  ]);
  const own = { ...shipped.type, name: 'irrigates', inverse: 'is irrigated by' };
  expect(toldOf(own)).toMatchObject([{ what: 'type', name: 'irrigates', before: null }]);
});
