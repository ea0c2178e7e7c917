import type { ConnectionId, SyncReport } from '../../../src-preload/contract/model.ts';
import { all, type ReadableDb, run, type WritableDb } from './sql.ts';

const KEPT_REPORTS = 200;

export function saveReport(db: WritableDb, connectionId: ConnectionId, report: SyncReport): void {
  run(db, 'INSERT INTO report (connection_id, body) VALUES (:connectionId, :body)', {
    connectionId,
    body: JSON.stringify(report),
  });
  run(db, `DELETE FROM report WHERE id <= (SELECT MAX(id) FROM report) - ${KEPT_REPORTS}`);
}

/** The last reports, newest first. */
export function readReports(db: ReadableDb, limit: number): SyncReport[] {
  return all<{ body: string }>(db, 'SELECT body FROM report ORDER BY id DESC LIMIT :limit', { limit }).map(
    (row) => {
      const report = JSON.parse(row.body) as Omit<SyncReport, 'notes'> & Partial<SyncReport>; // written by saveReport, at first without notes
      return { ...report, notes: report.notes ?? [] };
    },
  );
}
