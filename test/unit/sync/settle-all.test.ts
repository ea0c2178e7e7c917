import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openCommand } from '../../../src-main/backend/store/history.ts';
import { saveIntent } from '../../../src-main/backend/store/intents.ts';
import {
  allocateRelationshipId,
  findMirror,
  type RelationshipKey,
  saveObserved,
  toBase,
} from '../../../src-main/backend/store/relationships.ts';
import { transaction, type WritableDb } from '../../../src-main/backend/store/sql.ts';
import { settle } from '../../../src-main/backend/sync/settle.ts';
import { settleAll, type Told } from '../../../src-main/backend/sync/settle-all.ts';
import type { ConnectionId, EntityId, RelationshipFlag } from '../../../src-preload/contract/model.ts';
import { addConnection, addEntity, createTempWorkspace, NOW } from '../../support/workspace.ts';

const LATER = '2026-03-02T10:00:00.000Z';

/** One of few relationships, so that a page meets what is known, and tells some of it twice. */
const place = fc.record({ source: fc.nat(3), target: fc.nat(3) });
const type = fc.constantFrom(null, 'feeds', 'contains');
const facts = fc.record({
  type,
  remoteId: fc.constantFrom(null, 'a', 'b'),
  flags: fc.constantFrom<readonly RelationshipFlag[]>([], ['read-only']),
});
const earlier = fc.record({
  place,
  base: fc.option(facts),
  observed: fc.option(fc.record({ present: fc.boolean(), type })),
  wanted: fc.option(fc.record({ present: fc.boolean(), type })),
});
type Valued<A> = A extends fc.Arbitrary<infer V> ? V : never;
const course = fc.record({
  isFirst: fc.boolean(),
  earlier: fc.array(earlier, { maxLength: 6 }),
  page: fc.array(fc.record({ place, facts }), { maxLength: 12 }),
});

interface World {
  readonly db: WritableDb;
  readonly connectionId: ConnectionId;
  readonly entities: readonly EntityId[];
}

function createWorld(): World {
  const { db } = createTempWorkspace();
  const connectionId = addConnection(db, 'plant');
  const entities = ['1', '2', '3', '4'].map((id) => addEntity(db, connectionId, id));
  return { db, connectionId, entities };
}

function toKey({ connectionId, entities }: World, at: Valued<typeof place>): RelationshipKey {
  const [sourceId, targetId] = [entities[at.source] ?? entities[0], entities[at.target] ?? entities[0]];
  if (sourceId === undefined || targetId === undefined) throw new Error('There are no entities');
  return { connectionId, sourceId, targetId, slot: 0 };
}

function prepare(world: World, { isFirst, earlier: things }: Valued<typeof course>): void {
  const { db, connectionId } = world;
  if (!isFirst) {
    db.prepare('UPDATE connection SET last_synced_at = ? WHERE id = ?').run(NOW, connectionId);
  }
  for (const { place: at, base, observed, wanted } of things) {
    const key = toKey(world, at);
    if (base !== null) settle(db, key, base, NOW);
    const mirror = findMirror(db, key);
    const id = mirror?.id ?? allocateRelationshipId(db);
    if (observed !== null) saveObserved(db, id, key, observed, NOW);
    if (wanted === null || (mirror === undefined && !wanted.present)) continue;
    const historyId = openCommand(db, 'A wish', NOW);
    const known = db.prepare('SELECT 1 FROM intent WHERE source_id = ? AND target_id = ?');
    if (known.get(key.sourceId, key.targetId) !== undefined) continue;
    saveIntent(db, { ...key, relationshipId: id, wanted, base: toBase(mirror), historyId, now: NOW });
  }
}

const tables = [
  'relationship',
  'provenance',
  'intent',
  'conflict',
  'feed_missing',
  'history',
  'history_change',
  'history_added',
  'counter',
];

/** What a course leaves behind, every row of every table; nothing of it stays. */
function play(
  world: World,
  drawn: Valued<typeof course>,
  apply: (page: readonly Told[]) => unknown,
): unknown {
  const { db } = world;
  const left: unknown[] = [];
  const undone = new Error('taken back');
  const course = () =>
    transaction(db, () => {
      prepare(world, drawn);
      const page = drawn.page.map((told) => ({ key: toKey(world, told.place), facts: told.facts }));
      left.push(apply(page));
      for (const table of tables) left.push(db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all());
      throw undone;
    });
  expect(course).toThrow(undone);
  return left;
}

describe('a page that is settled at once', () => {
  it('leaves every row as settling one by one does, whatever is known, wished and told twice', () => {
    const world = createWorld();
    const { db } = world;
    const seen = { added: 0, updated: 0, unchanged: 0, removed: 0 };
    fc.assert(
      fc.property(course, (drawn) => {
        const atOnce = play(world, drawn, (page) => settleAll(db, page, LATER).map(({ outcome }) => outcome));
        const oneByOne = play(world, drawn, (page) =>
          page.map(({ key, facts: told }) => {
            const outcome = settle(db, key, told, LATER);
            seen[outcome] += 1;
            return outcome;
          }),
        );
        expect(atOnce).toEqual(oneByOne);
      }),
      { numRuns: 1000 },
    );
    expect(Math.min(seen.added, seen.updated, seen.unchanged)).toBeGreaterThan(100);
  });

  it('answers with the id of each, in the order of the page', () => {
    const world = createWorld();
    const at = (source: number, target: number) => toKey(world, { source, target });
    const told = { type: null, remoteId: null };
    settle(world.db, at(0, 1), told, NOW);
    const page = [at(2, 3), at(0, 1), at(1, 2), at(2, 3)].map((key) => ({ key, facts: told }));
    const ids = transaction(world.db, () => settleAll(world.db, page, LATER).map(({ id }) => id));
    expect(ids).toEqual(page.map(({ key }) => findMirror(world.db, key)?.id));
  });
});
