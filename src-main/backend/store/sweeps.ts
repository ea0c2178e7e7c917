import type { ConnectionId, EntityId } from '../../../src-preload/contract/model.ts';
import { all, first, type ReadableDb, run, type WritableDb } from './sql.ts';

/** A sweep reads everything of a connection once; its id outlives an interruption. */
export interface SweepRow {
  readonly id: number;
  readonly startedAt: string;
  /** Whether no sweep of the connection was ever finished. */
  readonly isFirst: boolean;
}

/** The newest sweep of the connection if it was not finished. */
export function findOpenSweep(db: ReadableDb, connectionId: ConnectionId): SweepRow | undefined {
  const row = first<{ id: number; startedAt: string; finished: number }>(
    db,
    `SELECT id, started_at AS startedAt,
       (SELECT COUNT(*) FROM sweep f WHERE f.connection_id = :connectionId AND f.finished_at IS NOT NULL) AS finished
     FROM sweep WHERE connection_id = :connectionId AND finished_at IS NULL ORDER BY id DESC LIMIT 1`,
    { connectionId },
  );
  return row === undefined
    ? undefined
    : { id: row.id, startedAt: row.startedAt, isFirst: row.finished === 0 };
}

export function openSweep(db: WritableDb, connectionId: ConnectionId, now: string): { id: number } {
  run(db, 'DELETE FROM sweep WHERE connection_id = :connectionId AND finished_at IS NULL', { connectionId });
  const result = run(db, 'INSERT INTO sweep (connection_id, started_at) VALUES (:connectionId, :now)', {
    connectionId,
    now,
  });
  return { id: Number(result.lastInsertRowid) };
}

export function finishSweep(db: WritableDb, id: number, now: string): void {
  run(db, 'UPDATE sweep SET finished_at = :now WHERE id = :id', { id, now });
}

/** Remembers that an entity's relationships were read whole. */
export function saveListing(db: WritableDb, entityId: EntityId, sweepId: number | null, now: string): void {
  run(
    db,
    `INSERT INTO listing VALUES (:entityId, :sweepId, :now)
     ON CONFLICT (entity_id) DO UPDATE SET sweep_id = COALESCE(:sweepId, sweep_id), as_of = :now`,
    { entityId, sweepId, now },
  );
}

/** Entities whose relationships this sweep has read already. */
export function readListedInSweep(db: ReadableDb, sweepId: number): Set<EntityId> {
  const rows = all<{ id: EntityId }>(db, 'SELECT entity_id AS id FROM listing WHERE sweep_id = :sweepId', {
    sweepId,
  });
  return new Set(rows.map((row) => row.id));
}
