import type { ConnectionId, EntityId } from '../../../src-preload/contract/model.ts';
import { all, first, type ReadableDb, run, type WritableDb } from './sql.ts';

/** A sweep reads everything of a connection once; its id outlives an interruption. */
export interface SweepRow {
  readonly id: number;
  readonly startedAt: string;
  /** Whether no sweep of the connection was ever finished. */
  readonly isFirst: boolean;
  /** The kinds whose entities it has read to their end. */
  readonly readKinds: readonly string[];
  /** When it last read a list whole; null where it did not yet. */
  readonly wentOnAt: string | null;
}

/** The newest sweep of the connection if it was not finished. */
export function findOpenSweep(db: ReadableDb, connectionId: ConnectionId): SweepRow | undefined {
  const row = first<StoredSweep>(
    db,
    `SELECT id, started_at AS startedAt, read_kinds AS readKinds, went_on_at AS wentOnAt,
       (SELECT COUNT(*) FROM sweep f WHERE f.connection_id = :connectionId AND f.finished_at IS NOT NULL) AS finished
     FROM sweep WHERE connection_id = :connectionId AND finished_at IS NULL ORDER BY id DESC LIMIT 1`,
    { connectionId },
  );
  if (row === undefined) return undefined;
  const { finished, readKinds, ...sweep } = row;
  return { ...sweep, isFirst: finished === 0, readKinds: JSON.parse(readKinds) as string[] }; // written by saveReadKind only
}

type StoredSweep = Pick<SweepRow, 'id' | 'startedAt' | 'wentOnAt'> & {
  readonly finished: number;
  readonly readKinds: string;
};

/** Whatever is unfinished of the connection will not go on: its next sweep reads everything. */
export function dropOpenSweep(db: WritableDb, connectionId: ConnectionId): void {
  run(db, 'DELETE FROM sweep WHERE connection_id = :connectionId AND finished_at IS NULL', { connectionId });
}

export function openSweep(db: WritableDb, connectionId: ConnectionId, now: string): { id: number } {
  dropOpenSweep(db, connectionId);
  const result = run(db, 'INSERT INTO sweep (connection_id, started_at) VALUES (:connectionId, :now)', {
    connectionId,
    now,
  });
  return { id: Number(result.lastInsertRowid) };
}

export function finishSweep(db: WritableDb, id: number, now: string): void {
  run(db, 'UPDATE sweep SET finished_at = :now WHERE id = :id', { id, now });
}

/** Remembers that a sweep has read all entities of a kind. */
export function saveReadKind(db: WritableDb, sweepId: number, kind: string, now: string): void {
  run(
    db,
    "UPDATE sweep SET read_kinds = json_insert(read_kinds, '$[#]', :kind), went_on_at = :now WHERE id = :sweepId",
    { sweepId, kind, now },
  );
}

/** Remembers that an entity's relationships were read whole; `sweepId` null: by no sweep, or by one that must read them again. */
export function saveListing(db: WritableDb, entityId: EntityId, sweepId: number | null, now: string): void {
  run(
    db,
    `INSERT INTO listing VALUES (:entityId, :sweepId, :now)
     ON CONFLICT (entity_id) DO UPDATE SET sweep_id = COALESCE(:sweepId, sweep_id), as_of = :now`,
    { entityId, sweepId, now },
  );
  if (sweepId !== null) run(db, 'UPDATE sweep SET went_on_at = :now WHERE id = :sweepId', { sweepId, now });
}

/** When an entity's relationships were last read whole, or of all readings the oldest; null if never. */
export function readAsOf(db: ReadableDb, entityId: EntityId | null): string | null {
  const sql =
    entityId === null
      ? 'SELECT MIN(as_of) AS asOf FROM listing'
      : 'SELECT as_of AS asOf FROM listing WHERE entity_id = :entityId';
  return first<{ asOf: string | null }>(db, sql, entityId === null ? {} : { entityId })?.asOf ?? null;
}

/** When the relationships of these entities were last read whole; those never read are left out. */
export function readTimesOf(db: ReadableDb, ids: readonly EntityId[]): Map<EntityId, string> {
  const rows = all<{ id: EntityId; asOf: string }>(
    db,
    'SELECT entity_id AS id, as_of AS asOf FROM listing WHERE entity_id IN (SELECT value FROM json_each(:ids))',
    { ids: JSON.stringify(ids) },
  );
  return new Map(rows.map((row) => [row.id, row.asOf]));
}

/** When each entity of a connection had its relationships last read whole; those never read are left out. */
export function readListingTimes(db: ReadableDb, connectionId: ConnectionId): Map<EntityId, string> {
  const rows = all<{ id: EntityId; asOf: string }>(
    db,
    `SELECT l.entity_id AS id, l.as_of AS asOf FROM listing l JOIN entity e ON e.id = l.entity_id
     WHERE e.connection_id = :connectionId`,
    { connectionId },
  );
  return new Map(rows.map((row) => [row.id, row.asOf]));
}

/** Entities whose relationships this sweep has read already. */
export function readListedInSweep(db: ReadableDb, sweepId: number): Set<EntityId> {
  const rows = all<{ id: EntityId }>(db, 'SELECT entity_id AS id FROM listing WHERE sweep_id = :sweepId', {
    sweepId,
  });
  return new Set(rows.map((row) => row.id));
}
