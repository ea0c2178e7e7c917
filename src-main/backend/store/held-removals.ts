import type { ConnectionId, HeldRemoval } from '../../../src-preload/contract/model.ts';
import { StoreError } from './errors.ts';
import { all, count, type ReadableDb, run, type WritableDb } from './sql.ts';

export type HeldKind = HeldRemoval['what'];

export interface NewHeldRemoval {
  readonly connectionId: ConnectionId;
  readonly what: HeldKind;
  readonly ids: readonly number[];
  readonly total: number;
  readonly reason: string;
  readonly now: string;
}

/** Replaces what was held of this kind on the connection by what a newer sweep found; the same stays as it is. */
export function saveHeldRemoval(db: WritableDb, held: NewHeldRemoval): void {
  const known = readHeldIds(db, held.connectionId, held.what);
  if (known.size === held.ids.length && held.ids.every((id) => known.has(id))) return;
  clearHeldRemovals(db, held.connectionId, held.what);
  run(
    db,
    `INSERT INTO held_removal (connection_id, what, ids, total, reason, held_at)
     VALUES (:connectionId, :what, :ids, :total, :reason, :now)`,
    {
      connectionId: held.connectionId,
      what: held.what,
      ids: JSON.stringify(held.ids),
      total: held.total,
      reason: held.reason,
      now: held.now,
    },
  );
}

export function clearHeldRemovals(db: WritableDb, connectionId: ConnectionId, what: HeldKind): void {
  run(db, 'DELETE FROM held_removal WHERE connection_id = :connectionId AND what = :what', {
    connectionId,
    what,
  });
}

/** Ids that the user let go: the guard no longer counts them. */
export function readReleasedIds(db: ReadableDb, connectionId: ConnectionId, what: HeldKind): Set<number> {
  const rows = all<{ id: number }>(
    db,
    `SELECT value AS id FROM held_removal, json_each(ids)
     WHERE connection_id = :connectionId AND what = :what AND released_at IS NOT NULL`,
    { connectionId, what },
  );
  return new Set(rows.map((row) => row.id));
}

/** Ids that wait for the user's decision. */
export function readHeldIds(db: ReadableDb, connectionId: ConnectionId, what: HeldKind): Set<number> {
  const rows = all<{ id: number }>(
    db,
    `SELECT value AS id FROM held_removal, json_each(ids)
     WHERE connection_id = :connectionId AND what = :what AND released_at IS NULL`,
    { connectionId, what },
  );
  return new Set(rows.map((row) => row.id));
}

export function releaseHeldRemoval(db: WritableDb, id: number, now: string): void {
  const { changes } = run(db, 'UPDATE held_removal SET released_at = :now WHERE id = :id', { id, now });
  if (changes === 0) throw new StoreError('not-found', `Nothing is held under the number ${id}.`);
}

interface HeldRow extends Omit<HeldRemoval, 'sample' | 'released'> {
  readonly ids: string;
  readonly releasedAt: string | null;
}

export function readHeldRemovals(db: ReadableDb): HeldRemoval[] {
  const rows = all<HeldRow>(
    db,
    `SELECT h.id, c.name AS connection, h.what, json_array_length(h.ids) AS count, h.total, h.reason,
       h.held_at AS heldAt, h.released_at AS releasedAt, h.ids
     FROM held_removal h JOIN connection c ON c.id = h.connection_id ORDER BY h.id`,
  );
  return rows.map(({ ids, releasedAt, ...row }) => ({
    ...row,
    released: releasedAt !== null,
    sample: readSample(db, row.what, ids),
  }));
}

function readSample(db: ReadableDb, what: HeldKind, ids: string): string[] {
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
    `SELECT COALESCE(SUM(json_array_length(ids)), 0) FROM held_removal
     WHERE released_at IS NULL AND (:connectionId IS NULL OR connection_id = :connectionId)`,
    { connectionId },
  );
}
