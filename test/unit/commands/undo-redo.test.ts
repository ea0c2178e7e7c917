import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { dropIntent } from '../../../src-main/backend/commands/drop-intent.ts';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { retype } from '../../../src-main/backend/commands/retype.ts';
import { undoOrRedo } from '../../../src-main/backend/commands/undo.ts';
import { unrelate } from '../../../src-main/backend/commands/unrelate.ts';
import { RuleError } from '../../../src-main/backend/rules/errors.ts';
import { createWorkspace, openWorkspace, type Workspace } from '../../../src-main/backend/store/database.ts';
import { findNextCommand } from '../../../src-main/backend/store/history.ts';
import { countRelationships, readRelationshipPage } from '../../../src-main/backend/store/relationships.ts';
import type { WritableDb } from '../../../src-main/backend/store/sql.ts';
import { EntityId, type Relationship } from '../../../src-preload/contract/model.ts';
import {
  type ImportStep,
  importStep,
  isImportStep,
  readOwnEntities,
  takeImportStep,
} from '../../support/random-imports.ts';
import { createTempFolder } from '../../support/temp-folder.ts';
import {
  addConnection,
  addEntity,
  addSynced,
  readSeen,
  sqliteBinding,
  toContext,
} from '../../support/workspace.ts';

/** Entities 1 to 4 belong to one connection, 5 to another. */
const entityId = fc.integer({ min: 1, max: 5 }).map((id) => EntityId.parse(id));
const type = fc.constantFrom(null, 'feeds', 'owns', 'Ü 🏭');
const pick = fc.nat({ max: 20 });

type Action =
  | ImportStep
  | {
      readonly do: 'relate';
      readonly sourceId: EntityId;
      readonly targetId: EntityId;
      readonly type: string | null;
    }
  | {
      readonly do: 'local';
      readonly sourceId: EntityId;
      readonly targetId: EntityId;
      readonly type: string | null;
    }
  | { readonly do: 'retype'; readonly pick: number; readonly type: string | null }
  | { readonly do: 'unrelate' | 'drop'; readonly pick: number }
  | { readonly do: 'undo' | 'redo' }
  | { readonly do: 'reopen' };

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('relate' as const),
      sourceId: entityId,
      targetId: entityId,
      type,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('local' as const), sourceId: entityId, targetId: entityId, type }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('retype' as const), pick, type }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('unrelate' as const, 'drop' as const), pick }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('undo' as const, 'redo' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
  { weight: 4, arbitrary: importStep },
);

function fill(db: WritableDb): void {
  const plant = addConnection(db, 'plant');
  const other = addConnection(db, 'other');
  const ids = ['1', '2', '3', '4'].map((id) => addEntity(db, plant, id));
  addEntity(db, other, '5');
  const [first, second, third] = ids;
  if (first === undefined || second === undefined || third === undefined) throw new Error('Three were added');
  addSynced({ db, plant }, first, second);
  addSynced({ db, plant }, second, third);
  addSynced({ db, plant }, third, first);
}

function pickRelationship(db: WritableDb, index: number): Relationship | undefined {
  const { rows } = readRelationshipPage(db, null, { offset: 0, limit: 100 });
  return rows[index % Math.max(rows.length, 1)];
}

function change(db: WritableDb, step: Exclude<Action, { do: 'reopen' }>): void {
  const context = toContext(db);
  if (isImportStep(step)) {
    takeImportStep(context, step);
    return;
  }
  switch (step.do) {
    case 'undo':
    case 'redo':
      undoOrRedo(context, step.do);
      return;
    case 'relate':
    case 'local':
      relate(context, { ...step, local: step.do === 'local' });
      return;
    case 'retype':
    case 'drop':
    case 'unrelate':
      edit(db, step);
  }
}

function edit(db: WritableDb, step: Extract<Action, { pick: number }>): void {
  const context = toContext(db);
  const relationship = pickRelationship(db, step.pick);
  if (relationship === undefined) return;
  if (step.do === 'retype') retype(context, relationship.id, step.type);
  else if (step.do === 'drop') dropIntent(context, relationship.id);
  else unrelate(context, relationship.id);
}

/** A rule's no must leave everything as it was. */
function perform(db: WritableDb, step: Exclude<Action, { do: 'reopen' }>): void {
  const before = readSeen(db);
  try {
    change(db, step);
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    expect(readSeen(db)).toEqual(before);
  }
}

function repeat(db: WritableDb, direction: 'undo' | 'redo'): number {
  let count = 0;
  while (findNextCommand(db, direction) !== undefined) {
    undoOrRedo(toContext(db), direction);
    count += 1;
  }
  return count;
}

function play(path: string, steps: readonly Action[]): void {
  let workspace: Workspace = createWorkspace({ path, nativeBinding: sqliteBinding });
  const reopen = () => {
    workspace.close();
    workspace = openWorkspace({ path, nativeBinding: sqliteBinding });
  };
  try {
    fill(workspace.db);
    const look = () => ({ ...readSeen(workspace.db), own: readOwnEntities(workspace.db) });
    const start = look();
    for (const step of steps) {
      if (step.do === 'reopen') reopen();
      else perform(workspace.db, step);
      expect(countRelationships(workspace.db)).toBe(readSeen(workspace.db).relationships.length);
    }
    repeat(workspace.db, 'redo');
    const end = look();
    const undone = repeat(workspace.db, 'undo');
    expect(look()).toEqual(start);
    reopen();
    expect(repeat(workspace.db, 'redo')).toBe(undone);
    expect(look()).toEqual(end);
    expect(workspace.db.pragma('foreign_key_check')).toEqual([]);
  } finally {
    workspace.close();
  }
}

test('two hundred mixed steps, imports among them, are undone and redone after a restart', () => {
  const folder = createTempFolder();
  for (const seed of [1, 2, 3]) {
    const [steps = []] = fc.sample(fc.array(action, { minLength: 200, maxLength: 200 }), {
      numRuns: 1,
      seed,
    });
    play(`${folder}/${seed}.weft`, [...steps, { do: 'reopen' }]);
  }
}, 120_000);

test('undoing everything leads to the start, and redoing everything to the end', () => {
  const folder = createTempFolder();
  let run = 0;
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60, size: 'max' }), (steps) => {
      run += 1;
      play(`${folder}/${run}.weft`, steps);
    }),
    { numRuns: 40 },
  );
}, 60_000);
