import { beforeEach, describe, expect, test } from 'vitest';
import { dropIntent } from '../../../src-main/backend/commands/drop-intent.ts';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { resolveConflict } from '../../../src-main/backend/commands/resolve-conflict.ts';
import { retype } from '../../../src-main/backend/commands/retype.ts';
import { describeNext, undoOrRedo } from '../../../src-main/backend/commands/undo.ts';
import { unrelate } from '../../../src-main/backend/commands/unrelate.ts';
import { readConflictPage, saveConflict } from '../../../src-main/backend/store/conflicts.ts';
import { markRemoved } from '../../../src-main/backend/store/entities.ts';
import { readHistoryPage } from '../../../src-main/backend/store/history-page.ts';
import { markSent, readIntent, stopIntent } from '../../../src-main/backend/store/intents.ts';
import { plan } from '../../../src-main/backend/sync/plan.ts';
import { readPlannable } from '../../../src-main/backend/sync/settle.ts';
import { EntityId, RelationshipId } from '../../../src-preload/contract/model.ts';
import {
  addSynced,
  createSmallPlant,
  NOW,
  observe,
  readSeen,
  reopen,
  type SmallPlant,
  toContext,
} from '../../support/workspace.ts';

let small: SmallPlant;
beforeEach(() => {
  small = createSmallPlant();
});

const add = (sourceId: EntityId, targetId: EntityId, more: { type?: string | null; local?: boolean } = {}) =>
  relate(small.context, { sourceId, targetId, type: null, local: false, ...more });

const undo = () => undoOrRedo(small.context, 'undo');
const redo = () => undoOrRedo(small.context, 'redo');
const refused = (code: string) => expect.objectContaining({ code });
const seen = () => readSeen(small.db);
const nothingPending = { relationships: [], outbox: [] };

/** The first step of the push of an intent. */
const firstStep = (id: RelationshipId) =>
  plan({
    ...readPlannable(small.db, id),
    observed: null,
    absenceProved: false,
    endRemoved: false,
    canReplace: false,
  });

const page = { offset: 0, limit: 500 };

function openConflict(relationshipId: RelationshipId): number {
  const side = { present: true, type: null, at: null, told: false, by: null };
  saveConflict(small.db, {
    relationshipId,
    reason: 'end-removed',
    cause: 'Pump no longer exists there.',
    base: { ...side, present: false },
    local: side,
    remote: { ...side, present: false },
    choices: ['local', 'remote'],
    now: NOW,
  });
  return readConflictPage(small.db, page).rows[0]?.id ?? 0;
}

describe('relate', () => {
  test('waits in the outbox of the connection that both ends belong to', () => {
    const made = add(small.building, small.pump);
    expect(made).toMatchObject({ connection: 'plant', state: 'create', type: null });
    expect(seen().outbox).toEqual([`${made.id} create Building → Pump - create`]);
  });

  test('across connections the workspace keeps it, and nothing is pending', () => {
    expect(add(small.building, small.elsewhere)).toMatchObject({ connection: 'local', state: 'local' });
    expect(seen().outbox).toEqual([]);
  });

  test('the user may keep it in the workspace, beside one that the remote has', () => {
    addSynced(small, small.building, small.boiler);
    const made = add(small.building, small.boiler, { local: true });
    expect(made).toMatchObject({ connection: 'local', state: 'local' });
    expect(seen().relationships).toHaveLength(2);
  });

  test('with itself is refused', () => {
    expect(() => add(small.building, small.building)).toThrow(refused('self-relationship'));
    expect(() => add(small.building, small.building, { local: true })).toThrow(refused('self-relationship'));
  });

  test('a duplicate is refused: synced, pending, or with another type on a remote without types', () => {
    addSynced(small, small.building, small.boiler);
    add(small.building, small.pump);
    expect(() => add(small.building, small.boiler)).toThrow(refused('already-related'));
    expect(() => add(small.building, small.pump)).toThrow(refused('already-related'));
    expect(() => add(small.building, small.pump, { type: 'feeds' })).toThrow(refused('already-related'));
  });

  test('the other direction is another relationship', () => {
    add(small.building, small.pump);
    expect(add(small.pump, small.building)).toMatchObject({ state: 'create' });
  });

  test('a removed end is refused', () => {
    markRemoved(small.db, small.pump, NOW);
    expect(() => add(small.building, small.pump)).toThrow(refused('entity-removed'));
    expect(() => add(small.pump, small.building, { local: true })).toThrow(refused('entity-removed'));
  });

  test('an entity that does not exist is refused', () => {
    expect(() => add(small.building, EntityId.parse(999))).toThrow(
      expect.objectContaining({ kind: 'not-found' }),
    );
  });

  test('a refusal leaves no trace: nothing pending, no history, nothing lost for redo', () => {
    add(small.building, small.pump);
    undo();
    expect(() => add(small.building, small.building)).toThrow(refused('self-relationship'));
    expect(seen()).toEqual(nothingPending);
    const labels = readHistoryPage(small.db, { offset: 0, limit: 10 }).rows.map(({ label }) => label);
    expect(labels).toEqual(['Undo: Relate Building → Pump', 'Relate Building → Pump']);
    expect(describeNext(small.db, 'redo')).toBe('Relate Building → Pump');
  });
});

describe('relationships of the workspace itself', () => {
  test('several types may lie between the same ends, each once', () => {
    add(small.building, small.elsewhere, { type: 'feeds' });
    add(small.building, small.elsewhere, { type: 'owns' });
    add(small.building, small.elsewhere);
    expect(seen().relationships).toHaveLength(3);
    expect(() => add(small.building, small.elsewhere, { type: 'owns' })).toThrow(refused('already-related'));
    expect(() => add(small.building, small.elsewhere)).toThrow(refused('already-related'));
  });

  test('a type that is taken between the ends cannot be given again', () => {
    add(small.building, small.elsewhere, { type: 'owns' });
    const { id } = add(small.building, small.elsewhere, { type: 'feeds' });
    expect(() => retype(small.context, id, 'owns')).toThrow(refused('already-related'));
    expect(retype(small.context, id, 'cools')).toMatchObject({ id, type: 'cools', state: 'local' });
  });

  test('are gone at once when removed, and back with their type on undo', () => {
    const { id } = add(small.building, small.elsewhere, { type: 'owns' });
    const before = seen();
    expect(unrelate(small.context, id)).toBeNull();
    expect(seen()).toEqual(nothingPending);
    undo();
    expect(seen()).toEqual(before);
  });
});

describe('a wish and its opposite', () => {
  test('create then delete of what never left is nothing at all', () => {
    const { id } = add(small.building, small.pump);
    expect(unrelate(small.context, id)).toBeNull();
    expect(seen()).toEqual(nothingPending);
  });

  test('delete then create of what is synced is nothing at all', () => {
    const id = addSynced(small, small.building, small.boiler);
    unrelate(small.context, id);
    expect(add(small.building, small.boiler)).toMatchObject({ id, state: 'synced' });
    expect(seen().outbox).toEqual([]);
  });

  test('a create that was sent turns into a delete that begins with a probe', () => {
    const { id } = add(small.building, small.pump);
    markSent(small.db, id);
    expect(unrelate(small.context, id)).toMatchObject({ id, state: 'delete' });
    expect(readIntent(small.db, id)).toMatchObject({ wantedPresent: false, sent: true });
    expect(firstStep(id)).toBe('probe');
  });

  test('and back again into a create, still not sure what became of the attempt', () => {
    const { id } = add(small.building, small.pump);
    markSent(small.db, id);
    unrelate(small.context, id);
    expect(add(small.building, small.pump)).toMatchObject({ id, state: 'create' });
    expect(readIntent(small.db, id)).toMatchObject({ wantedPresent: true, sent: true });
    expect(firstStep(id)).toBe('probe');
  });

  test('a delete that was sent turns into a create that begins with a probe', () => {
    const id = addSynced(small, small.building, small.boiler);
    unrelate(small.context, id);
    markSent(small.db, id);
    expect(add(small.building, small.boiler)).toMatchObject({ id, state: 'create' });
    expect(seen().outbox).toEqual([`${id} create Building → Boiler - create`]);
    expect(firstStep(id)).toBe('probe');
  });

  test('removing what is already to be removed changes nothing and can be undone once', () => {
    const id = addSynced(small, small.building, small.boiler);
    unrelate(small.context, id);
    expect(unrelate(small.context, id)).toMatchObject({ id, state: 'delete' });
    undo();
    expect(seen().relationships).toEqual([`${id} plant Building → Boiler - synced`]);
    expect(undo).toThrow(refused('nothing-to-undo'));
  });

  test('removing and relating again with another type is a retype', () => {
    const id = addSynced(small, small.building, small.boiler);
    unrelate(small.context, id);
    expect(add(small.building, small.boiler, { type: 'heats' })).toMatchObject({
      id,
      type: 'heats',
      state: 'synced',
    });
    expect(seen()).toEqual({ relationships: [`${id} plant Building → Boiler heats synced`], outbox: [] });
  });
});

describe('retype', () => {
  test('to the type it has is no change and no history', () => {
    const id = addSynced(small, small.building, small.boiler);
    retype(small.context, id, 'heats');
    retype(small.context, id, 'heats');
    const { rows } = readHistoryPage(small.db, { offset: 0, limit: 10 });
    expect(rows.filter(({ actor }) => actor === 'user')).toHaveLength(1);
  });

  test('keeps the text of a type byte for byte', () => {
    const id = addSynced(small, small.building, small.boiler);
    const type = '  Überträgt\tWärme → "A\'; 🏭 ';
    expect(retype(small.context, id, type).type).toBe(type);
  });

  test('types that differ only in case are different', () => {
    add(small.building, small.elsewhere, { type: 'feeds' });
    expect(add(small.building, small.elsewhere, { type: 'Feeds' }).type).toBe('Feeds');
  });
});

describe('drop', () => {
  test('takes back a create, a delete and nothing else', () => {
    const kept = addSynced(small, small.building, small.boiler);
    unrelate(small.context, kept);
    const { id } = add(small.building, small.pump);
    dropIntent(small.context, id);
    dropIntent(small.context, kept);
    expect(seen()).toEqual({ relationships: [`${kept} plant Building → Boiler - synced`], outbox: [] });
    expect(() => dropIntent(small.context, kept)).toThrow(refused('not-pending'));
    expect(() => dropIntent(small.context, RelationshipId.parse(999))).toThrow(refused('not-pending'));
  });

  test('can be undone', () => {
    add(small.building, small.pump);
    const before = seen();
    dropIntent(small.context, RelationshipId.parse(1));
    undo();
    expect(seen()).toEqual(before);
  });

  test('of what was sent stays as the opposite, and that cannot be dropped until the remote has told', () => {
    const { id } = add(small.building, small.pump);
    markSent(small.db, id);
    dropIntent(small.context, id);
    expect(seen().outbox).toEqual([`${id} delete Building → Pump - delete`]);
    expect(() => dropIntent(small.context, id)).toThrow(refused('waits-for-answer'));
  });
});

describe('resolve', () => {
  test('keeping the remote’s side gives the wish up', () => {
    const { id } = add(small.building, small.pump);
    resolveConflict(small.context, openConflict(id), 'remote');
    expect(seen()).toEqual(nothingPending);
    expect(small.db.prepare('SELECT decision FROM conflict').pluck().all()).toEqual(['remote']);
  });

  test('keeping the local side leaves the wish parked', () => {
    const { id } = add(small.building, small.pump);
    resolveConflict(small.context, openConflict(id), 'local');
    expect(seen().outbox).toEqual([`${id} create Building → Pump - parked`]);
    expect(readConflictPage(small.db, page).rows).toEqual([]);
  });

  test.each(['local', 'remote'] as const)('keeping %s can be undone and done again', (keep) => {
    const { id } = add(small.building, small.pump);
    const conflict = openConflict(id);
    const before = seen();
    resolveConflict(small.context, conflict, keep);
    const after = seen();
    undo();
    expect(seen()).toEqual(before);
    expect(readConflictPage(small.db, page).rows).toHaveLength(1);
    redo();
    expect(seen()).toEqual(after);
    expect(readConflictPage(small.db, page).rows).toEqual([]);
    expect(small.db.prepare('SELECT decision FROM conflict').pluck().all()).toEqual([keep]);
  });

  test('a choice that is not offered, and a conflict that is not open, are refused', () => {
    const { id } = add(small.building, small.pump);
    const conflict = openConflict(id);
    expect(() => resolveConflict(small.context, conflict, 'both')).toThrow(refused('choice-not-offered'));
    resolveConflict(small.context, conflict, 'local');
    expect(() => resolveConflict(small.context, conflict, 'local')).toThrow(
      expect.objectContaining({ kind: 'not-found' }),
    );
  });

  test('removing the relationship settles its conflict, and undo opens it again', () => {
    const { id } = add(small.building, small.pump);
    openConflict(id);
    unrelate(small.context, id);
    expect(seen()).toEqual(nothingPending);
    undo();
    expect(seen().relationships).toEqual([`${id} plant Building → Pump - conflict`]);
  });
});

describe('undo and redo', () => {
  test('nothing to undo and nothing to redo are refused', () => {
    expect(undo).toThrow(refused('nothing-to-undo'));
    expect(redo).toThrow(refused('nothing-to-redo'));
  });

  test('undo of what was pushed makes a new pending delete, and says so first', () => {
    const { id } = add(small.building, small.pump);
    observe(small.db, { connectionId: small.plant, sourceId: small.building, targetId: small.pump }, true);
    expect(describeNext(small.db, 'undo')).toMatch(
      /Relate Building → Pump.*already sent.*new pending change/,
    );
    undo();
    expect(seen().outbox).toEqual([`${id} delete Building → Pump - delete`]);
    redo();
    expect(seen()).toEqual({ relationships: [`${id} plant Building → Pump - synced`], outbox: [] });
  });

  test('undo of a pushed delete makes a new pending create with the same id', () => {
    const id = addSynced(small, small.building, small.boiler);
    unrelate(small.context, id);
    observe(small.db, { connectionId: small.plant, sourceId: small.building, targetId: small.boiler }, false);
    expect(describeNext(small.db, 'undo')).toContain('already sent');
    undo();
    expect(seen().outbox).toEqual([`${id} create Building → Boiler - create`]);
  });

  test('what never left is not said to be sent', () => {
    const { id } = add(small.building, small.pump);
    expect(describeNext(small.db, 'undo')).toBe('Relate Building → Pump');
    unrelate(small.context, id);
    expect(describeNext(small.db, 'undo')).toBe('Remove Building → Pump');
  });

  test('a new command drops what could be redone', () => {
    add(small.building, small.pump);
    undo();
    expect(describeNext(small.db, 'redo')).toBe('Relate Building → Pump');
    add(small.building, small.valve);
    expect(describeNext(small.db, 'redo')).toBeNull();
    expect(redo).toThrow(refused('nothing-to-redo'));
    expect(readHistoryPage(small.db, { offset: 0, limit: 10 }).rows.map(({ state }) => state)).toEqual([
      'done',
      'recorded',
      'superseded',
    ]);
  });

  test('both work after the workspace was closed and opened again', () => {
    add(small.building, small.pump);
    const after = seen();
    const workspace = reopen(small.workspace);
    expect(undoOrRedo(toContext(workspace.db), 'undo').label).toBe('Relate Building → Pump');
    expect(readSeen(workspace.db)).toEqual(nothingPending);
    const { db } = reopen(workspace);
    expect(undoOrRedo(toContext(db), 'redo').label).toBe('Relate Building → Pump');
    expect(readSeen(db)).toEqual(after);
  });

  test('undo of a removal finds what the remote brought meanwhile, and makes no second one', () => {
    const { id } = add(small.building, small.pump);
    unrelate(small.context, id);
    const arrived = addSynced(small, small.building, small.pump);
    expect(arrived).not.toBe(id);
    undo();
    expect(seen()).toEqual({ relationships: [`${arrived} plant Building → Pump - synced`], outbox: [] });
    undo();
    expect(seen().outbox).toEqual([`${arrived} delete Building → Pump - delete`]);
  });

  test('a mark that is undone leaves what is parked as it is', () => {
    const { id } = add(small.building, small.pump);
    stopIntent(small.db, id, 'parked', 'Refused.');
    const before = seen();
    retype(small.context, id, 'feeds');
    undo();
    expect(seen()).toEqual(before);
  });

  test('a pull or push between two commands is never undone', () => {
    add(small.building, small.pump);
    addSynced(small, small.boiler, small.valve);
    undo();
    expect(seen().relationships).toEqual(['2 plant Boiler → Valve - synced']);
  });
});
