import type { ConnectionId, EntityId, Failure, RelationshipId } from '../../../src-preload/contract/model.ts';
import { all, first, type ReadableDb, run, type WritableDb } from './sql.ts';

/** What a new fact about an intent sets: its failures are forgotten. */
export const noFailure = 'failures = 0, failure_code = NULL, failure_message = NULL, next_attempt_at = NULL';

/** After so many failures in a row an intent is parked: nothing retries for ever unseen. */
export const ATTEMPT_LIMIT = 10;

/** Notes that an attempt failed for a reason that passes, and when the next one is due. */
export function saveFailure(
  db: WritableDb,
  id: RelationshipId,
  { code, message }: Failure,
  nextAttemptAt: string,
): void {
  run(
    db,
    `UPDATE intent SET failures = failures + 1, failure_code = :code, failure_message = :message,
       next_attempt_at = :nextAttemptAt WHERE relationship_id = :id`,
    { id, code, message, nextAttemptAt },
  );
}

/** Parks what failed too often; its failures stay, so that a new fact about the connection can let it go again. */
export function parkExhausted(db: WritableDb, id: RelationshipId, failure: Failure): void {
  run(
    db,
    `UPDATE intent SET stopped = 'parked', cause = :cause, failures = :limit, failure_code = :code,
       failure_message = :message, next_attempt_at = NULL WHERE relationship_id = :id`,
    {
      id,
      code: failure.code,
      message: failure.message,
      limit: ATTEMPT_LIMIT,
      cause: `It failed ${ATTEMPT_LIMIT} times in a row, so it is not tried again by itself. The last time: ${failure.message}`,
    },
  );
}

/** What failed is due again at once, and what was parked for failing too often goes again. Null: of every connection. */
export function forgetFailures(db: WritableDb, connectionId: ConnectionId | null): void {
  run(
    db,
    `UPDATE intent SET cause = CASE WHEN stopped = 'parked' THEN NULL ELSE cause END,
       stopped = NULLIF(stopped, 'parked'), ${noFailure}
     WHERE failures > 0 AND (:connectionId IS NULL OR connection_id = :connectionId)`,
    { connectionId },
  );
}

/** What a remote refused, or failed at, goes again: the connection was made anew, which is a new fact. */
export function releaseParked(db: WritableDb, connectionId: ConnectionId): void {
  run(
    db,
    `UPDATE intent SET cause = CASE WHEN stopped = 'parked' THEN NULL ELSE cause END,
       stopped = NULLIF(stopped, 'parked'), ${noFailure}
     WHERE connection_id = :connectionId AND (stopped = 'parked' OR failures > 0)`,
    { connectionId },
  );
}

/** As `releaseParked`, for what one entity is an end of: it came back, or is no longer what it was. */
export function releaseParkedOf(db: WritableDb, entityId: EntityId): void {
  run(
    db,
    `UPDATE intent SET stopped = NULL, cause = NULL, ${noFailure}
     WHERE stopped = 'parked' AND (source_id = :entityId OR target_id = :entityId)`,
    { entityId },
  );
}

/** When the first intent of a connection that failed is due again; null where none is. */
export function readNextAttempt(db: ReadableDb, connectionId: ConnectionId): string | null {
  const row = first<{ at: string | null }>(
    db,
    `SELECT MIN(next_attempt_at) AS at FROM intent
     WHERE connection_id = :connectionId AND next_attempt_at IS NOT NULL`,
    { connectionId },
  );
  return row?.at ?? null;
}

/** What the user edited since a moment and nothing stops: the relationships, and the last edit of them. */
export function readEdits(
  db: ReadableDb,
  connectionId: ConnectionId,
  since: string,
): { readonly ids: RelationshipId[]; readonly lastAt: string } | null {
  const rows = all<{ id: RelationshipId; at: string }>(
    db,
    `SELECT relationship_id AS id, changed_at AS at FROM intent
     WHERE connection_id = :connectionId AND changed_at >= :since AND stopped IS NULL AND failures = 0
     ORDER BY changed_at DESC`,
    { connectionId, since },
  );
  const [newest] = rows;
  return newest === undefined ? null : { ids: rows.map(({ id }) => id), lastAt: newest.at };
}
