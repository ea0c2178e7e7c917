import type {
  ConnectionId,
  EntityId,
  HeldRemoval,
  RelationshipId,
} from '../../../src-preload/contract/model.ts';
import type { HeldRow } from '../../../src-preload/contract/sync-lists.ts';
import { must } from '../must.ts';
import { readEntitySummaries } from './entities.ts';
import { StoreError } from './errors.ts';
import type { Page } from './page.ts';
import { all, count, first, type ReadableDb, run, transaction, type WritableDb } from './sql.ts';

/** What is held: copies that would go here, or relationships that a push would delete there. */
export type HeldKind = Pick<HeldRemoval, 'what' | 'side'>;

export const heldKinds = {
  entities: { what: 'entities', side: 'here' },
  relationships: { what: 'relationships', side: 'here' },
  deletes: { what: 'relationships', side: 'there' },
} as const satisfies Record<string, HeldKind>;

export interface NewHeldRemoval {
  readonly connectionId: ConnectionId;
  readonly kind: HeldKind;
  readonly ids: readonly number[];
  readonly total: number;
  readonly reason: string;
  readonly now: string;
}

/**
 * Replaces what was held of this kind on the connection by what a newer sync found; the same stays as it is, and what
 * was released stays so.
 */
export function saveHeldRemoval(db: WritableDb, held: NewHeldRemoval): void {
  const known = readHeldIds(db, held.connectionId, held.kind);
  if (known.size === held.ids.length && held.ids.every((id) => known.has(id))) return;
  clearHeldRemovals(db, held.connectionId, held.kind, 'waiting');
  run(
    db,
    `INSERT INTO held_removal (connection_id, what, side, ids, total, reason, held_at)
     VALUES (:connectionId, :what, :side, :ids, :total, :reason, :now)`,
    {
      connectionId: held.connectionId,
      ...held.kind,
      ids: JSON.stringify(held.ids),
      total: held.total,
      reason: held.reason,
      now: held.now,
    },
  );
}

const conditions = {
  all: 'TRUE',
  released: 'released_at IS NOT NULL',
  waiting: 'released_at IS NULL',
} as const;

/** Forgets what is held of this kind: all of it, what the user let go, or what still waits for the user. */
export function clearHeldRemovals(
  db: WritableDb,
  connectionId: ConnectionId,
  kind: HeldKind,
  which: keyof typeof conditions = 'all',
): void {
  run(
    db,
    `DELETE FROM held_removal
     WHERE connection_id = :connectionId AND what = :what AND side = :side AND ${conditions[which]}`,
    { connectionId, ...kind },
  );
}

/** Ids that the user let go: the guard no longer counts them. */
export function readReleasedIds(db: ReadableDb, connectionId: ConnectionId, kind: HeldKind): Set<number> {
  return readIds(db, connectionId, kind, conditions.released);
}

/** Ids that wait for the user's decision. */
export function readHeldIds(db: ReadableDb, connectionId: ConnectionId, kind: HeldKind): Set<number> {
  return readIds(db, connectionId, kind, conditions.waiting);
}

function readIds(db: ReadableDb, connectionId: ConnectionId, kind: HeldKind, condition: string): Set<number> {
  const rows = all<{ id: number }>(
    db,
    `SELECT value AS id FROM held_removal, json_each(ids)
     WHERE connection_id = :connectionId AND what = :what AND side = :side AND ${condition}`,
    { connectionId, ...kind },
  );
  return new Set(rows.map((row) => row.id));
}

/** Lets go exactly what is held under this number: the next sync removes it. */
export function releaseHeldRemoval(db: WritableDb, id: number, now: string): void {
  transaction(db, () => {
    const { changes } = run(db, 'UPDATE held_removal SET released_at = :now WHERE id = :id', { id, now });
    if (changes === 0) throw new StoreError('not-found', `Nothing is held under the number ${id}.`);
    run(
      db,
      `UPDATE intent SET held = 0, cause = NULL WHERE held = 1 AND relationship_id IN (
         SELECT value FROM held_removal h, json_each(h.ids) WHERE h.id = :id AND h.side = 'there')`,
      { id },
    );
  });
}

/** A delete that the user dropped, or picked and pushed, since it was held is held no more. */
const waiting = `(SELECT json_group_array(value) FROM json_each(h.ids) WHERE h.side = 'here'
  OR EXISTS (SELECT 1 FROM intent i WHERE i.relationship_id = value AND i.wanted_present = 0))`;

interface HeldRemovalRow extends Omit<HeldRemoval, 'sample' | 'released'> {
  readonly ids: string;
  readonly releasedAt: string | null;
}

const columns = `h.id, h.connection_id AS connectionId, c.name AS connection, h.what, h.side, h.total, h.reason,
  h.held_at AS heldAt, h.released_at AS releasedAt, ${waiting} AS ids`;

/** A page of what is held, oldest first. */
export function readHeldPage(db: ReadableDb, page: Page): { total: number; rows: HeldRemoval[] } {
  const rows = all<HeldRemovalRow>(
    db,
    `SELECT *, json_array_length(ids) AS count
     FROM (SELECT ${columns} FROM held_removal h JOIN connection c ON c.id = h.connection_id)
     WHERE json_array_length(ids) > 0 ORDER BY id LIMIT :limit OFFSET :offset`,
    { ...page },
  );
  return {
    total: count(db, `SELECT COUNT(*) FROM held_removal h WHERE json_array_length(${waiting}) > 0`),
    rows: rows.map(({ ids, releasedAt, ...row }) => ({
      ...row,
      released: releasedAt !== null,
      sample: readSample(db, row.what, ids),
    })),
  };
}

/** A page of everything that a held removal would take away. */
export function readHeldRows(db: ReadableDb, id: number, page: Page): { total: number; rows: HeldRow[] } {
  const held = first<{ what: HeldKind['what']; ids: string }>(
    db,
    `SELECT what, ${waiting} AS ids FROM held_removal h WHERE id = :id`,
    { id },
  );
  if (held === undefined) throw new StoreError('not-found', `Nothing is held under the number ${id}.`);
  const ids = JSON.parse(held.ids) as number[]; // ids of rows, as saveHeldRemoval wrote them
  const shown = ids.slice(page.offset, page.offset + page.limit);
  const rows = held.what === 'entities' ? toEntityRows(db, shown) : toRelationshipRows(db, shown);
  return { total: ids.length, rows };
}

function toEntityRows(db: ReadableDb, ids: readonly number[]): HeldRow[] {
  const known = readEntitySummaries(db, ids as readonly EntityId[]); // `what` says that they are entities
  return [...known.values()].map((entity) => ({ what: 'entity', entity }));
}

function toRelationshipRows(db: ReadableDb, ids: readonly number[]): HeldRow[] {
  const rows = all<{ id: RelationshipId; sourceId: EntityId; targetId: EntityId; type: string | null }>(
    db,
    `SELECT r.id, r.source_id AS sourceId, r.target_id AS targetId, t.name AS type FROM relationship r
     LEFT JOIN relationship_type t ON t.id = r.base_type_id
     WHERE r.id IN (SELECT value FROM json_each(:ids)) ORDER BY r.id`,
    { ids: JSON.stringify(ids) },
  );
  const ends = readEntitySummaries(db, [...new Set(rows.flatMap((row) => [row.sourceId, row.targetId]))]);
  return rows.map(({ id, sourceId, targetId, type }) => ({
    what: 'relationship',
    id,
    source: must(ends.get(sourceId), 'the source of a held relationship'),
    target: must(ends.get(targetId), 'the target of a held relationship'),
    type,
  }));
}

function readSample(db: ReadableDb, what: HeldKind['what'], ids: string): string[] {
  const sql =
    what === 'entities'
      ? 'SELECT name AS text FROM entity WHERE id IN (SELECT value FROM json_each(:ids)) LIMIT 10'
      : `SELECT s.name || ' → ' || t.name AS text FROM relationship r
         JOIN entity s ON s.id = r.source_id JOIN entity t ON t.id = r.target_id
         WHERE r.id IN (SELECT value FROM json_each(:ids)) LIMIT 10`;
  return all<{ text: string }>(db, sql, { ids }).map((row) => row.text);
}

/** How many removals wait for a decision: on one connection, or in all. */
export function countHeld(db: ReadableDb, connectionId: ConnectionId | null = null): number {
  return count(
    db,
    `SELECT COALESCE(SUM(json_array_length(${waiting})), 0) FROM held_removal h
     WHERE released_at IS NULL AND (:connectionId IS NULL OR connection_id = :connectionId)`,
    { connectionId },
  );
}
