import type { ConnectionId } from '../../../src-preload/contract/model.ts';
import type { Clock } from '../ports.ts';
import { readConnection } from '../store/connections.ts';
import { closeInterrupted } from '../store/history-of-syncs.ts';
import { saveReport } from '../store/reports.ts';
import { hastyTransaction, transaction, type WritableDb } from '../store/sql.ts';
import { readRuns, removeRun, type SyncRunRow, saveRunDone, saveRunStart } from '../store/sync-runs.ts';
import { createTally, noteFailure, type Tally } from './context.ts';
import { toReport } from './report.ts';

/** Failures that are kept of a run while it goes: it may write them with every page. */
const KEPT_FAILURES = 20;

/** Notes that a run begins, and answers with what notes how far it is: to be called in the transaction that did it. */
export function recordRun(
  db: WritableDb,
  connectionId: ConnectionId,
  tally: Tally,
  clock: Clock,
): () => void {
  let recorded = toDone(tally);
  const now = () => clock.now().toISOString();
  hastyTransaction(db, () => saveRunStart(db, connectionId, now(), recorded));
  return () => {
    const done = toDone(tally);
    if (done === recorded) return;
    saveRunDone(db, connectionId, now(), done);
    recorded = done;
  };
}

/**
 * Leaves a report of every run (null: of all connections) that ended with its program or by a failure of the workspace
 * file: when it began, what it had recorded, and that it was cut off.
 */
export function reportCutOff(db: WritableDb, connectionId: ConnectionId | null): void {
  for (const run of readRuns(db, connectionId)) {
    transaction(db, () => {
      const connection = readConnection(db, run.connectionId);
      saveReport(db, connection.id, toReport(db, connection, toTally(run), toTimes(run)));
      closeInterrupted(db, connection.id);
      removeRun(db, connection.id);
    });
  }
}

function toTimes({ startedAt, recordedAt }: SyncRunRow) {
  const outlook =
    'The next sync goes on: it asks what became of each change that had left, and reads the rest.';
  return { startedAt, finishedAt: recordedAt, cancelled: false, withheld: null, outlook };
}

type Done = Pick<Tally, 'entities' | 'relationships' | 'pushed' | 'failed' | 'moreFailed' | 'notes'>;

function toDone({ entities, relationships, pushed, failed, moreFailed, notes }: Tally): string {
  const left = Math.max(0, failed.length - KEPT_FAILURES);
  const kept = failed.slice(0, KEPT_FAILURES);
  const done: Done = { entities, relationships, pushed, failed: kept, moreFailed: moreFailed + left, notes };
  return JSON.stringify(done);
}

function toTally({ done }: SyncRunRow): Tally {
  const tally = { ...createTally(), ...(JSON.parse(done) as Done) }; // written by toDone only
  const code = 'cut-off';
  const message =
    'Weft ended, or could not write to the workspace, in the middle of this sync. ' +
    'What is counted here was recorded, and everything is kept.';
  noteFailure({ tally }, { code, message });
  return tally;
}
