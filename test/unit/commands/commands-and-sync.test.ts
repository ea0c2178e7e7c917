import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { dropIntent } from '../../../src-main/backend/commands/drop-intent.ts';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { undoOrRedo } from '../../../src-main/backend/commands/undo.ts';
import { unrelate } from '../../../src-main/backend/commands/unrelate.ts';
import { RuleError } from '../../../src-main/backend/rules/errors.ts';
import { createWorkspace } from '../../../src-main/backend/store/database.ts';
import { findEntityByAddress } from '../../../src-main/backend/store/entities.ts';
import { markSent, readIntents } from '../../../src-main/backend/store/intents.ts';
import { countRelationships, readRelationshipPage } from '../../../src-main/backend/store/relationships.ts';
import type { WritableDb } from '../../../src-main/backend/store/sql.ts';
import { EntityId, type RelationshipId } from '../../../src-preload/contract/model.ts';
import { createTempFolder } from '../../support/temp-folder.ts';
import {
  addConnection,
  addEntity,
  observe,
  readSeen,
  sqliteBinding,
  toContext,
} from '../../support/workspace.ts';

const entityId = fc.integer({ min: 1, max: 3 }).map((id) => EntityId.parse(id));
const ends = { sourceId: entityId, targetId: entityId };
const step = fc.oneof(
  fc.record({ do: fc.constant('relate' as const), ...ends }),
  fc.record({ do: fc.constantFrom('unrelate' as const, 'drop' as const), pick: fc.nat({ max: 5 }) }),
  fc.record({ do: fc.constantFrom('undo' as const, 'redo' as const) }),
  fc.record({ do: fc.constant('observe' as const), ...ends, present: fc.boolean() }),
  fc.record({ do: fc.constant('send' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function pickId(db: WritableDb, index: number): RelationshipId | undefined {
  const { rows } = readRelationshipPage(db, null, { offset: 0, limit: 100 });
  return rows[index % Math.max(rows.length, 1)]?.id;
}

function perform(db: WritableDb, action: Step): void {
  const context = toContext(db);
  const { connectionId } = findEntityByAddress(db, 'plant:asset:1');
  switch (action.do) {
    case 'relate':
      relate(context, { ...action, type: null, local: false });
      return;
    case 'undo':
    case 'redo':
      undoOrRedo(context, action.do);
      return;
    case 'send':
      for (const { relationshipId } of readIntents(db, connectionId)) markSent(db, relationshipId);
      return;
    case 'observe':
      if (action.sourceId !== action.targetId) observe(db, { connectionId, ...action }, action.present);
      return;
    case 'unrelate':
    case 'drop': {
      const id = pickId(db, action.pick);
      if (id !== undefined) (action.do === 'drop' ? dropIntent : unrelate)(context, id);
    }
  }
}

/** What holds after every step, whatever the user, the remote and lost answers did. */
function expectSound(db: WritableDb): void {
  const { relationships, outbox } = readSeen(db);
  const { rows } = readRelationshipPage(db, null, { offset: 0, limit: 100 });
  const pairs = rows.map(({ source, target }) => `${source.id}>${target.id}`);
  expect(new Set(pairs).size).toBe(pairs.length);
  expect(countRelationships(db)).toBe(relationships.length);
  expect(outbox).toHaveLength(rows.filter(({ state }) => state !== 'synced').length);
  expect(db.pragma('foreign_key_check')).toEqual([]);
}

function play(path: string, steps: readonly Step[]): void {
  const { db, close } = createWorkspace({ path, nativeBinding: sqliteBinding });
  try {
    const plant = addConnection(db, 'plant');
    for (const id of ['1', '2', '3']) addEntity(db, plant, id);
    for (const action of steps) {
      try {
        perform(db, action);
      } catch (error) {
        if (!(error instanceof RuleError)) throw error;
      }
      expectSound(db);
    }
  } finally {
    close();
  }
}

test('whatever the user, the remote and lost answers do, a pair is shown once and everything pending is listed', () => {
  const folder = createTempFolder();
  let run = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
      run += 1;
      play(`${folder}/${run}.weft`, steps);
    }),
    { numRuns: 60 },
  );
});
