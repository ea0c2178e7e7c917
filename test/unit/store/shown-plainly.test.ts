import { expect, test } from 'vitest';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { unrelate } from '../../../src-main/backend/commands/unrelate.ts';
import { saveConflict } from '../../../src-main/backend/store/conflicts.ts';
import { markRemoved, saveUnlistedEntity } from '../../../src-main/backend/store/entities.ts';
import { readFarEnds } from '../../../src-main/backend/store/far-ends.ts';
import { readRelationshipCounts } from '../../../src-main/backend/store/relationship-counts.ts';
import { visible } from '../../../src-main/backend/store/shown.ts';
import { runToEnd } from '../../../src-main/backend/store/slices.ts';
import { all, transaction, type WritableDb } from '../../../src-main/backend/store/sql.ts';
import type { ConnectionId, EntityId, RelationshipId } from '../../../src-preload/contract/model.ts';
import { createRandom, pickOne } from '../../servers/shared/random.ts';
import {
  readExpansion,
  readGroups,
  readNeighbourhood,
  readRelationshipsAmong,
  readSurroundings,
} from '../../support/at-once.ts';
import {
  addConnection,
  addEntity,
  createTempWorkspace,
  NOW,
  observe,
  toContext,
} from '../../support/workspace.ts';

interface Shown {
  readonly id: RelationshipId;
  readonly sourceId: EntityId;
  readonly targetId: EntityId;
  readonly state: string;
}

/** The view itself, which the quick readers must agree with. */
const readView = (db: WritableDb) =>
  all<Shown>(
    db,
    `SELECT s.id, s.source_id AS sourceId, s.target_id AS targetId, s.state FROM shown_relationship s
     WHERE ${visible} ORDER BY s.id`,
  );

/** Relationships in every state, with ends that are listed, removed and only named. */
function createMixedWorld(seed: number, away: boolean): { db: WritableDb; ids: EntityId[] } {
  const { db } = createTempWorkspace();
  const random = createRandom(seed);
  const ids = transaction(db, () => {
    const [plant, other] = [addConnection(db, 'plant'), addConnection(db, 'other')];
    const here = Array.from({ length: 14 }, (_, n) => addEntity(db, plant, String(n)));
    const there = Array.from({ length: 3 }, (_, n) => addEntity(db, other, String(n)));
    const pair = () => ({ sourceId: pickOne(random, here), targetId: pickOne(random, here) });
    for (let n = 0; n < 60; n += 1) {
      const ends = pair();
      if (ends.sourceId !== ends.targetId) observe(db, { connectionId: plant, ...ends }, true);
    }
    change(db, random, { pair, here, there });
    if (away) takeAway(db, plant, here);
    return [...here, ...there];
  });
  return { db, ids };
}

interface Ends {
  pair(): { sourceId: EntityId; targetId: EntityId };
  readonly here: readonly EntityId[];
  readonly there: readonly EntityId[];
}

function change(db: WritableDb, random: () => number, { pair, here, there }: Ends): void {
  const context = toContext(db);
  const synced = () => readView(db).filter(({ state }) => state === 'synced');
  for (let n = 0; n < 8; n += 1) unrelate(context, pickOne(random, synced()).id);
  for (let n = 0; n < 5; n += 1) saveOpenConflict(db, pickOne(random, readView(db)).id);
  const taken = new Set(readView(db).map(({ sourceId, targetId }) => `${sourceId} ${targetId}`));
  const make = (ends: { sourceId: EntityId; targetId: EntityId }) => {
    const key = `${ends.sourceId} ${ends.targetId}`;
    if (ends.sourceId === ends.targetId || taken.has(key)) return;
    taken.add(key);
    relate(context, { ...ends, type: null, local: false });
  };
  for (let n = 0; n < 10; n += 1) make(pair());
  for (const targetId of there) make({ sourceId: pickOne(random, here), targetId });
}

function takeAway(db: WritableDb, plant: ConnectionId, here: readonly EntityId[]): void {
  for (const id of here.slice(0, 3)) markRemoved(db, id, NOW);
  const named = saveUnlistedEntity(db, plant, { kind: 'asset', remoteId: 'named' }, NOW, null);
  for (const sourceId of here.slice(2, 6))
    observe(db, { connectionId: plant, sourceId, targetId: named }, true);
}

function saveOpenConflict(db: WritableDb, relationshipId: RelationshipId): void {
  const side = { present: true, type: null, at: null, told: false, by: null };
  const sides = { base: side, local: side, remote: side };
  const known = all(db, 'SELECT 1 FROM conflict WHERE relationship_id = :relationshipId', { relationshipId });
  if (known.length > 0) return;
  const about = {
    relationshipId,
    reason: 'end-removed',
    cause: 'gone',
    choices: ['local'],
    now: NOW,
  } as const;
  saveConflict(db, { ...about, choices: ['local', 'remote'], ...sides });
}

const byNumber = (a: number, b: number) => a - b;

function collectFarEnds(db: WritableDb, id: EntityId, rows: number): EntityId[] {
  const found = new Set<EntityId>();
  runToEnd(
    readFarEnds(
      db,
      [id],
      (ends) => {
        for (const end of ends) found.add(end);
      },
      rows,
    ),
  );
  found.delete(id);
  return [...found].toSorted(byNumber);
}

test.each([
  [1, true],
  [2, true],
  [3, true],
  [4, false],
])('counts, neighbours and relationships among are those of the view, world %i, away: %s', (seed, away) => {
  const { db, ids } = createMixedWorld(seed, away);
  const shown = readView(db);
  expect(new Set(shown.map(({ state }) => state))).toEqual(
    new Set(['synced', 'delete', 'conflict', 'create', 'local']),
  );
  const counts = readRelationshipCounts(db, ids);
  for (const id of ids) {
    const links = shown.filter(({ sourceId, targetId }) => sourceId === id || targetId === id);
    const others = links.map(({ sourceId, targetId }) => (sourceId === id ? targetId : sourceId));
    const expected = [...new Set(others)].filter((other) => other !== id).toSorted(byNumber);
    expect(counts.get(id)).toBe(links.length);
    const neighbours = readNeighbourhood(db, [id], 500).entities.map((entity) => entity.id);
    expect(neighbours.filter((other) => other !== id).toSorted(byNumber)).toEqual(expected);
    expect(readSurroundings(db, [id], 1, 500).hops[0]?.total).toBe(expected.length);
    expect(collectFarEnds(db, id, 20_000)).toEqual(expected);
    expect(collectFarEnds(db, id, 2), 'part after part').toEqual(expected);
    const counted = readGroups(db, id).reduce((sum, group) => sum + group.count, 0);
    expect(counted).toBe(links.length);
    const expansion = readExpansion(db, id, null, { offset: 0, limit: 500 });
    expect(expansion.relationships.map((link) => link.id).toSorted(byNumber)).toEqual(
      links.map((link) => link.id),
    );
  }
  const few = ids.slice(0, 9);
  const among = shown.filter(({ sourceId, targetId }) => few.includes(sourceId) && few.includes(targetId));
  expect(readRelationshipsAmong(db, few).relationships.map(({ id, state }) => ({ id, state }))).toEqual(
    among.map(({ id, state }) => ({ id, state })),
  );
  const own = among.filter(({ state }) => state !== 'synced').map(({ id }) => id);
  const cut = readRelationshipsAmong(db, few, own.length);
  expect(cut.relationships.map(({ id }) => id)).toEqual(own);
  expect(cut.relationshipTotal).toBe(among.length);
  expect(among.length).toBeGreaterThan(own.length);
});
