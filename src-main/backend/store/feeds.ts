import type { ConnectionId, RelationshipId } from '../../../src-preload/contract/model.ts';
import { must } from '../must.ts';
import { all, first, type ReadableDb, run, type WritableDb } from './sql.ts';

/** How far the change feed of a connection was read. */
export interface FeedPosition {
  /** Null before the first page. */
  readonly cursor: string | null;
  /** The reading of everything that is under way; null while only changes are told. */
  readonly sweepId: number | null;
}

/** Undefined where it was never read for this identity: a cursor holds for one identity only. */
export function findFeedPosition(
  db: ReadableDb,
  connectionId: ConnectionId,
  identity: string,
): FeedPosition | undefined {
  return first(
    db,
    'SELECT cursor, sweep_id AS sweepId FROM feed WHERE connection_id = :connectionId AND identity = :identity',
    { connectionId, identity },
  );
}

/** Takes the place of every earlier position, also of one of another identity. */
export function saveFeedPosition(
  db: WritableDb,
  connectionId: ConnectionId,
  identity: string,
  { cursor, sweepId }: FeedPosition,
): void {
  run(
    db,
    `INSERT INTO feed (connection_id, identity, cursor, sweep_id) VALUES (:connectionId, :identity, :cursor, :sweepId)
     ON CONFLICT (connection_id) DO UPDATE SET identity = :identity, cursor = :cursor, sweep_id = :sweepId`,
    { connectionId, identity, cursor, sweepId },
  );
}

/** Everything is read anew at the next pull: what the cursor stands for was another place or identity. */
export function forgetFeedPosition(db: WritableDb, connectionId: ConnectionId): void {
  run(db, 'DELETE FROM feed WHERE connection_id = :connectionId', { connectionId });
}

/** A number that no reading of everything had before. */
export function allocateFeedSweep(db: WritableDb): number {
  const row = first<{ id: number }>(
    db,
    "UPDATE counter SET next = next + 1 WHERE name = 'feed sweep' RETURNING next - 1 AS id",
  );
  return must(row, 'the counter of feed sweeps').id;
}

/** The feed told that these relationships are there: nothing of them is missing any more. */
export function markTold(db: WritableDb, ids: readonly RelationshipId[], sweepId: number | null): void {
  const told = JSON.stringify(ids);
  if (sweepId !== null) {
    run(
      db,
      'UPDATE relationship SET told_sweep = :sweepId WHERE id IN (SELECT value FROM json_each(:told))',
      { told, sweepId },
    );
  }
  run(db, 'DELETE FROM feed_missing WHERE relationship_id IN (SELECT value FROM json_each(:told))', { told });
}

/** The feed told that the relationship is gone; `proved` where it surely meant the one that is known here. */
export function noteToldGone(
  db: WritableDb,
  connectionId: ConnectionId,
  id: RelationshipId,
  proved: boolean,
): void {
  run(
    db,
    `INSERT INTO feed_missing (relationship_id, connection_id, proved) VALUES (:id, :connectionId, :proved)
     ON CONFLICT (relationship_id) DO UPDATE SET proved = MAX(proved, :proved)`,
    { id, connectionId, proved: proved ? 1 : 0 },
  );
}

/** What base has, or is kept beside it as there, and a whole reading did not tell of is missing. */
export function noteUntold(db: WritableDb, connectionId: ConnectionId, sweepId: number): void {
  run(
    db,
    `INSERT INTO feed_missing (relationship_id, connection_id, proved)
     SELECT id, connection_id, 0 FROM relationship
     WHERE connection_id = :connectionId AND (base_present = 1 OR observed_present = 1)
       AND told_sweep IS NOT :sweepId
     ON CONFLICT (relationship_id) DO NOTHING`,
    { connectionId, sweepId },
  );
}

export interface FeedMissing {
  readonly id: RelationshipId;
  readonly proved: boolean;
}

/** What base still has although the feed told it gone or left it out. */
export function readFeedMissing(db: ReadableDb, connectionId: ConnectionId): FeedMissing[] {
  return all<{ id: RelationshipId; proved: number }>(
    db,
    `SELECT m.relationship_id AS id, m.proved FROM feed_missing m JOIN relationship r ON r.id = m.relationship_id
     WHERE m.connection_id = :connectionId AND r.base_present = 1 ORDER BY m.relationship_id`,
    { connectionId },
  ).map(({ id, proved }) => ({ id, proved: proved === 1 }));
}

/** What a whole reading left out although it is kept as there, beside a base that does not have it. */
export function readObservedMissing(db: ReadableDb, connectionId: ConnectionId): RelationshipId[] {
  return all<{ id: RelationshipId }>(
    db,
    `SELECT m.relationship_id AS id FROM feed_missing m JOIN relationship r ON r.id = m.relationship_id
     WHERE m.connection_id = :connectionId AND r.base_present = 0 AND r.observed_present = 1
     ORDER BY m.relationship_id`,
    { connectionId },
  ).map((row) => row.id);
}

export function forgetMissing(db: WritableDb, id: RelationshipId): void {
  run(db, 'DELETE FROM feed_missing WHERE relationship_id = :id', { id });
}
