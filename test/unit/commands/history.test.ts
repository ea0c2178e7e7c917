import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CommandContext } from '../../../src-main/backend/commands/context.ts';
import { dropIntent } from '../../../src-main/backend/commands/drop-intent.ts';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { retype } from '../../../src-main/backend/commands/retype.ts';
import { previewRevert, revert } from '../../../src-main/backend/commands/revert.ts';
import { undoOrRedo } from '../../../src-main/backend/commands/undo.ts';
import { unrelate } from '../../../src-main/backend/commands/unrelate.ts';
import { removeType, saveType } from '../../../src-main/backend/commands/vocabulary.ts';
import { RuleError } from '../../../src-main/backend/rules/errors.ts';
import { findNextCommand } from '../../../src-main/backend/store/history.ts';
import { readHistoryChanges } from '../../../src-main/backend/store/history-changes.ts';
import { readHistoryPage } from '../../../src-main/backend/store/history-page.ts';
import { readIntent } from '../../../src-main/backend/store/intents.ts';
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
} from '../../support/at-once.ts';
import { type Course, pull, readWantedLines, startCourse, withoutIds } from '../../support/history-course.ts';
import {
  importStep,
  isImportStep,
  readOwnEntities,
  readOwnEntitiesAsOf,
  takeImportStep,
} from '../../support/random-imports.ts';
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
    arbitrary: fc.record({ do: fc.constant('define' as const), maxPerSource: fc.constantFrom(null, 1, 3) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('undefine' as const) }) },
  { weight: 6, arbitrary: importStep },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const feeds = { name: 'feeds', inverse: 'is fed by', symmetric: false, acyclic: false } as const;

function takeStep(course: Course, given: Step): void {
  const { db } = course;
  const context = course.next();
  if (isImportStep(given)) {
    takeImportStep(context, given);
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
      saveType(context, toDefinition(db, given.maxPerSource));
      return;
    case 'undefine':
      removeType(context, 'feeds');
      return;
    case 'undo':
    case 'redo':
      undoOrRedo(context, given.do);
  }
}

function toDefinition(db: ReadableDb, maxPerSource: number | null) {
  const known = readVocabulary(db).map((entry) => entry.type);
  const like = known.find(({ name }) => name === 'feeds') ?? known[0];
  if (like === undefined) throw new Error('The vocabulary ships with types');
  return { ...like, ...feeds, maxPerSource };
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
    if (!(error instanceof RuleError)) throw error;
    expect(readSeen(course.db)).toEqual(before);
  }
}

function repeat(course: Course, direction: 'undo' | 'redo'): void {
  while (findNextCommand(course.db, direction) !== undefined) undoOrRedo(course.next(), direction);
}

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
        });
        const moments = [look()];
        for (const given of steps) {
          attempt(course, given);
          moments.push(look());
        }
        for (const { at, lines, own } of moments) {
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
        course.workspace.close();
      }),
      { numRuns: 50 },
    );
  }, 120_000);

  test('undoing all leads to what was seen at the start, redoing all to what was seen at the end', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 20, size: 'max' }), (steps) => {
        const course = startCourse();
        const { db } = course;
        const look = () => ({ ...readSeen(db), types: readVocabulary(db), own: readOwnEntities(db) });
        const start = look();
        for (const given of steps) if (given.do !== 'pull') attempt(course, given);
        repeat(course, 'redo');
        const end = look();
        repeat(course, 'undo');
        expect(look()).toEqual(start);
        repeat(course, 'redo');
        expect(look()).toEqual(end);
        course.workspace.close();
      }),
      { numRuns: 150 },
    );
  }, 120_000);

  test('reverting one entry is the course without it, or is refused and names what depends on it', () => {
    let reverted = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 3, maxLength: 10, size: 'max' }), pick, (given, index) => {
        const steps = given.filter(isByHand);
        const done = playEach(steps);
        const without = done.entries[index % Math.max(done.entries.length, 1)];
        if (without === undefined) return;
        const preview = previewRevert(done.course.next(), without.id);
        if (preview.refusal !== null) {
          expect(preview.dependants.length).toBeGreaterThan(0);
          return;
        }
        revert(done.course.next(), without.id);
        const rest = done.entries.filter(({ id }) => id !== without.id).map((entry) => entry.step);
        const expected = playEach(rest);
        expect(withoutIds(done.course)).toEqual(withoutIds(expected.course));
        const toNames = ({ db }: Course) => readOwnEntities(db).map((line) => line.replace(/^\d+ /, ''));
        expect(toNames(done.course)).toEqual(toNames(expected.course));
        reverted += 1;
      }),
      { numRuns: 100 },
    );
    expect(reverted).toBeGreaterThan(30);
  }, 120_000);
});

/** What one does by hand does the same with and without another. */
function isByHand(given: Step): boolean {
  return ['relate', 'local', 'make-own', 'rename-own', 'remove-own'].includes(given.do);
}

function playEach(steps: readonly Step[]) {
  const course = startCourse();
  const entries: { id: number; step: Step }[] = [];
  for (const one of steps) {
    const last = readHistoryPage(course.db, page).rows[0]?.id;
    attempt(course, one);
    const made = readHistoryPage(course.db, page).rows[0]?.id;
    if (made !== undefined && made !== last) entries.push({ id: made, step: one });
  }
  return { course, entries };
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

function invert({ total, rows }: ReturnType<typeof readDifference>): ReturnType<typeof readDifference> {
  const opposite = { added: 'removed', removed: 'added', changed: 'changed' } as const;
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
