import type { ConnectionId } from '../../../src-preload/contract/model.ts';
import { all, type ReadableDb, run, type WritableDb } from './sql.ts';

/** A run that is under way, or that ended with its program. */
export interface SyncRunRow {
  readonly connectionId: ConnectionId;
  readonly startedAt: string;
  /** When it last recorded something. */
  readonly recordedAt: string;
  /** What it had done by then, as whoever runs it wrote it. */
  readonly done: string;
}

/** Notes that a run begins. */
export function saveRunStart(db: WritableDb, connectionId: ConnectionId, now: string, done: string): void {
  run(db, 'INSERT INTO sync_run VALUES (:connectionId, :now, :now, :done)', { connectionId, now, done });
}

/** Notes what a run has done, in the transaction that did it. */
export function saveRunDone(db: WritableDb, connectionId: ConnectionId, now: string, done: string): void {
  run(db, 'UPDATE sync_run SET recorded_at = :now, done = :done WHERE connection_id = :connectionId', {
    connectionId,
    now,
    done,
  });
}

/** The run is over: its report holds what it did. */
export function removeRun(db: WritableDb, connectionId: ConnectionId): void {
  run(db, 'DELETE FROM sync_run WHERE connection_id = :connectionId', { connectionId });
}

/** The runs of a connection (null: of all) that have no end, oldest first. */
export function readRuns(db: ReadableDb, connectionId: ConnectionId | null): SyncRunRow[] {
  return all(
    db,
    `SELECT connection_id AS connectionId, started_at AS startedAt, recorded_at AS recordedAt, done
     FROM sync_run WHERE :connectionId IS NULL OR connection_id = :connectionId
     ORDER BY started_at, connection_id`,
    { connectionId },
  );
}
