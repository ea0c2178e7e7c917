import { beforeEach, describe, expect, test } from 'vitest';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { retype } from '../../../src-main/backend/commands/retype.ts';
import { unrelate } from '../../../src-main/backend/commands/unrelate.ts';
import { saveConflict } from '../../../src-main/backend/store/conflicts.ts';
import {
  countListedEntities,
  markRemoved,
  readEntityDetail,
  readListedEntities,
  readUnseenEntities,
  saveUnlistedEntity,
} from '../../../src-main/backend/store/entities.ts';
import { stopIntent } from '../../../src-main/backend/store/intents.ts';
import {
  countRelationships,
  readRelationship,
  readRelationshipPage,
  saveObserved,
} from '../../../src-main/backend/store/relationships.ts';
import { transaction } from '../../../src-main/backend/store/sql.ts';
import type { EntityId, RelationshipId } from '../../../src-preload/contract/model.ts';
import { readNeighbourhood } from '../../support/at-once.ts';
import {
  addEntity,
  addSynced,
  createSmallPlant,
  NOW,
  observe,
  readSeen,
  type SmallPlant,
} from '../../support/workspace.ts';

let small: SmallPlant;
beforeEach(() => {
  small = createSmallPlant();
});

const add = (sourceId: EntityId, targetId: EntityId, type: string | null = null) =>
  relate(small.context, { sourceId, targetId, type, local: false });

const stateOf = (id: RelationshipId) => readRelationship(small.db, id).state;

function openConflict(relationshipId: RelationshipId): void {
  const side = { present: true, type: null, at: null, told: false, by: null };
  saveConflict(small.db, {
    relationshipId,
    reason: 'end-removed',
    cause: 'Pump no longer exists there.',
    base: side,
    local: side,
    remote: { ...side, present: false },
    choices: ['local', 'remote'],
    now: NOW,
  });
}

describe('the state that is shown', () => {
  test('synced where base has it and the user wants nothing else', () => {
    expect(stateOf(addSynced(small, small.building, small.boiler))).toBe('synced');
  });

  test('synced also while the remote was seen without it and nothing is proved', () => {
    const id = addSynced(small, small.building, small.boiler);
    const key = { connectionId: small.plant, sourceId: small.building, targetId: small.boiler, slot: 0 };
    saveObserved(small.db, id, key, { present: false, type: null }, NOW);
    expect(stateOf(id)).toBe('synced');
  });

  test('create where the user made it', () => {
    expect(add(small.building, small.pump).state).toBe('create');
  });

  test('delete where the user removed it', () => {
    const id = addSynced(small, small.building, small.boiler);
    expect(unrelate(small.context, id)).toMatchObject({ id, state: 'delete' });
  });

  test('local across two connections', () => {
    expect(add(small.building, small.elsewhere)).toMatchObject({ state: 'local', connection: 'local' });
  });

  test.each(['parked', 'blocked'] as const)('%s with its cause', (stopped) => {
    const { id } = add(small.building, small.pump);
    stopIntent(small.db, id, stopped, 'Refused: too many.');
    expect(readRelationship(small.db, id)).toMatchObject({ state: stopped, cause: 'Refused: too many.' });
  });

  test('conflict comes before everything else', () => {
    const { id } = add(small.building, small.pump);
    stopIntent(small.db, id, 'parked', 'Refused: too many.');
    openConflict(id);
    expect(readRelationship(small.db, id)).toMatchObject({
      state: 'conflict',
      cause: 'Pump no longer exists there.',
    });
  });

  test('update where the wanted type differs from the one of base', () => {
    const id = addSynced(small, small.building, small.boiler);
    const { db } = small;
    unrelate(small.context, id);
    db.exec("INSERT INTO relationship_type (id, name) VALUES (7, 'feeds')");
    db.exec(`UPDATE intent SET wanted_present = 1, wanted_type_id = 7`);
    expect(readRelationship(db, id)).toMatchObject({ state: 'update', type: 'feeds' });
    expect(readSeen(db).outbox).toEqual([`${id} update Building → Boiler feeds update`]);
  });
});

describe('local ids', () => {
  test('stay through create, settle, delete, settle and coming back', () => {
    const { plant, building: sourceId, pump: targetId, db, context } = small;
    const key = { connectionId: plant, sourceId, targetId };
    const { id } = add(sourceId, targetId);
    observe(db, key, true);
    expect(readSeen(db)).toEqual({ relationships: [`${id} plant Building → Pump - synced`], outbox: [] });
    unrelate(context, id);
    observe(db, key, false);
    expect(readSeen(db)).toEqual({ relationships: [], outbox: [] });
    observe(db, key, true);
    expect(stateOf(id)).toBe('synced');
    unrelate(context, id);
    expect(add(sourceId, targetId)).toMatchObject({ id, state: 'synced' });
  });

  test('are not used again for another relationship', () => {
    const first = add(small.building, small.pump).id;
    expect(unrelate(small.context, first)).toBeNull();
    expect(add(small.building, small.valve).id).toBeGreaterThan(first);
    expect(add(small.building, small.pump).id).toBeGreaterThan(first);
  });

  test('a tombstone hides the relationship and keeps the user’s mark for its return', () => {
    const { plant, building: sourceId, boiler: targetId, db } = small;
    const id = addSynced(small, sourceId, targetId);
    retype(small.context, id, 'feeds');
    observe(db, { connectionId: plant, sourceId, targetId }, false);
    expect(countRelationships(db)).toBe(0);
    observe(db, { connectionId: plant, sourceId, targetId }, true);
    expect(readRelationship(db, id)).toMatchObject({ type: 'feeds', state: 'synced' });
  });
});

describe('a mark on a relationship of a remote without types', () => {
  test('is shown and never pending', () => {
    const id = addSynced(small, small.building, small.boiler);
    expect(retype(small.context, id, 'feeds')).toMatchObject({ type: 'feeds', state: 'synced' });
    expect(readSeen(small.db).outbox).toEqual([]);
    expect(retype(small.context, id, null)).toMatchObject({ type: null, state: 'synced' });
  });

  test('does not wake what is parked', () => {
    const { id } = add(small.building, small.pump);
    stopIntent(small.db, id, 'parked', 'Refused.');
    expect(retype(small.context, id, 'feeds')).toMatchObject({
      type: 'feeds',
      state: 'parked',
      cause: 'Refused.',
    });
  });

  test('does not settle a conflict', () => {
    const { id } = add(small.building, small.pump);
    openConflict(id);
    expect(retype(small.context, id, 'feeds')).toMatchObject({ type: 'feeds', state: 'conflict' });
  });
});

describe('an end that only the relationship names', () => {
  const named = { kind: 'issue', remoteId: '3f2a9c10-0000-4000-8000-000000000001' };

  test('hides it while the remote lists that kind whole', () => {
    const id = saveUnlistedEntity(small.db, small.plant, named, NOW, ['asset', 'issue']);
    observe(small.db, { connectionId: small.plant, sourceId: small.building, targetId: id }, true);
    expect(readSeen(small.db).relationships).toEqual([]);
    expect(readListedEntities(small.db, small.plant).map((entity) => entity.id)).not.toContain(id);
  });

  test('is a placeholder where it does not, in the relationship and in the graph, and missed in no list', () => {
    const id = saveUnlistedEntity(small.db, small.plant, named, NOW, ['asset']);
    const listed = countListedEntities(small.db, small.plant);
    observe(small.db, { connectionId: small.plant, sourceId: small.building, targetId: id }, true);
    expect(readSeen(small.db).relationships).toEqual([expect.stringContaining('Building → Issue 3f2a9c10…')]);
    expect(readNeighbourhood(small.db, [small.building], 10).entities.map(({ name }) => name)).toContain(
      'Issue 3f2a9c10…',
    );
    expect(readListedEntities(small.db, small.plant).map((entity) => entity.id)).not.toContain(id);
    expect(readUnseenEntities(small.db, small.plant, 1).map((entity) => entity.id)).not.toContain(id);
    addEntity(small.db, small.plant, named.remoteId, { kind: 'issue', name: 'Leak' });
    expect(countListedEntities(small.db, small.plant)).toBe(listed + 1);
    expect(readSeen(small.db).relationships).toEqual([expect.stringContaining('Building → Leak')]);
  });
});

describe('an end that the remote removed', () => {
  test('hides what is synced with it and nothing that the user made', () => {
    const { db, building, boiler, pump, valve, elsewhere } = small;
    addSynced(small, building, boiler);
    addSynced(small, boiler, valve);
    const deleted = addSynced(small, pump, boiler).toString();
    unrelate(small.context, readRelationshipPage(db, pump, { offset: 0, limit: 1 }).rows[0]?.id ?? fail());
    add(valve, boiler);
    add(boiler, elsewhere);
    markRemoved(db, boiler, NOW);
    expect(readSeen(db).relationships).toEqual([
      `${deleted} plant Pump → Boiler - delete`,
      '4 plant Valve → Boiler - create',
      '5 local Boiler → Elsewhere - local',
    ]);
  });

  test('counts agree with what is listed, in all and for one entity', () => {
    const { db, building, boiler, pump, valve } = small;
    addSynced(small, building, boiler);
    addSynced(small, building, pump);
    addSynced(small, boiler, building);
    add(building, valve);
    markRemoved(db, boiler, NOW);
    const page = { offset: 0, limit: 50 };
    expect(countRelationships(db)).toBe(readSeen(db).relationships.length);
    expect(countRelationships(db)).toBe(2);
    expect(readRelationshipPage(db, building, page).total).toBe(2);
    expect(readEntityDetail(db, building).relationshipCount).toBe(2);
    const graph = readNeighbourhood(db, [building], 50);
    expect(graph.relationships).toHaveLength(2);
    expect(graph.entities.find(({ id }) => id === building)?.relationshipCount).toBe(2);
  });

  test('is counted once where both ends are gone', () => {
    const { db, building, boiler } = small;
    addSynced(small, building, boiler);
    markRemoved(db, building, NOW);
    markRemoved(db, boiler, NOW);
    expect(countRelationships(db)).toBe(0);
  });

  test('a wish that base has overtaken is counted once', () => {
    const { db, plant, building: sourceId, pump: targetId, context } = small;
    const { id } = add(sourceId, targetId);
    db.exec('UPDATE intent SET sent = 1');
    unrelate(context, id);
    observe(db, { connectionId: plant, sourceId, targetId }, true);
    expect(readSeen(db).relationships).toEqual([`${id} plant Building → Pump - delete`]);
    expect(countRelationships(db)).toBe(1);
  });
});

describe('pages and neighbourhoods', () => {
  test('pages of all relationships tell the total and repeat nothing', () => {
    const { db, building, plant } = small;
    for (let n = 0; n < 25; n += 1) addSynced(small, building, addEntity(db, plant, `p${n}`));
    add(building, small.pump);
    add(building, small.elsewhere);
    const ids = [0, 10, 20, 30].flatMap((offset) => {
      const page = readRelationshipPage(db, null, { offset, limit: 10 });
      expect(page.total).toBe(27);
      return page.rows.map(({ id }) => id);
    });
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(new Set(ids).size).toBe(27);
  });

  test('a limit leaves out synced neighbours before pending ones, and says how many', () => {
    const { db, building, plant } = small;
    for (let n = 0; n < 5; n += 1) addSynced(small, building, addEntity(db, plant, `p${n}`));
    const { target } = add(building, small.valve);
    const graph = readNeighbourhood(db, [building], 2);
    expect(graph.omitted).toEqual([{ entityId: building, count: 4 }]);
    expect(graph.entities.map(({ id }) => id)).toContain(target.id);
    expect(graph.entities.find(({ id }) => id === building)?.relationshipCount).toBe(6);
  });

  test('relationships between two neighbours are drawn too', () => {
    const { db, building, boiler, pump } = small;
    addSynced(small, building, boiler);
    addSynced(small, building, pump);
    addSynced(small, boiler, pump);
    expect(readNeighbourhood(db, [building], 10).relationships).toHaveLength(3);
  });
});

function fail(): never {
  throw new Error('There is no such relationship');
}

describe('the list of the whole workspace', () => {
  test('goes on after its last row, whatever the rows are, and is together what one page would hold', () => {
    const { building, boiler, pump, valve, elsewhere, db } = small;
    addSynced(small, building, boiler);
    add(building, pump);
    relate(small.context, { sourceId: boiler, targetId: valve, type: null, local: true });
    const removed = addSynced(small, building, valve);
    unrelate(small.context, removed);
    add(pump, elsewhere);
    const hidden = addSynced(small, pump, valve);
    markRemoved(db, pump, NOW);
    const whole = readRelationshipPage(db, null, { offset: 0, limit: 500 });
    const walked: RelationshipId[] = [];
    for (;;) {
      const after = walked.at(-1) ?? null;
      const { rows, total } = readRelationshipPage(db, null, { offset: 0, limit: 2, after });
      expect(total).toBe(whole.total);
      walked.push(...rows.map(({ id }) => id));
      if (rows.length < 2) break;
    }
    expect(walked).toEqual(whole.rows.map(({ id }) => id));
    expect(walked).toHaveLength(5);
    expect(walked).not.toContain(hidden);
  });

  test('is counted anew after every change, and after one that was taken back', () => {
    const { building, boiler, pump, db } = small;
    addSynced(small, building, boiler);
    expect(countRelationships(db)).toBe(1);
    const takenBack = () =>
      transaction(db, () => {
        addSynced(small, building, pump);
        expect(countRelationships(db)).toBe(2);
        throw new Error('taken back');
      });
    expect(takenBack).toThrow('taken back');
    expect(countRelationships(db)).toBe(1);
    addSynced(small, building, pump);
    expect(countRelationships(db)).toBe(2);
  });
});
