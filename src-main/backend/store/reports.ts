import type { ConnectionId, Failure, SyncReport } from '../../../src-preload/contract/model.ts';
import type { KeptReport } from '../../../src-preload/contract/sync-lists.ts';
import { StoreError } from './errors.ts';
import { all, count, first, type ReadableDb, run, type WritableDb } from './sql.ts';

/** Runs that are kept, of all connections together: a hundred days of one that syncs every quarter of an hour. */
const KEPT_REPORTS = 10_000;
/** Failures that a report is listed with. */
const SHOWN_FAILURES = 20;

export function saveReport(db: WritableDb, connectionId: ConnectionId, report: SyncReport): void {
  run(db, 'INSERT INTO report (connection_id, body) VALUES (:connectionId, :body)', {
    connectionId,
    body: JSON.stringify(report),
  });
  run(db, `DELETE FROM report WHERE id <= (SELECT MAX(id) FROM report) - ${KEPT_REPORTS}`);
}

interface ReportRow {
  readonly id: number;
  readonly connectionId: ConnectionId;
  readonly body: string;
}

type Page = { readonly offset: number; readonly limit: number };

const of = 'FROM report WHERE :connectionId IS NULL OR connection_id = :connectionId';

/** A page of the kept reports, newest first; null: of every connection. */
export function readReportPage(
  db: ReadableDb,
  connectionId: ConnectionId | null,
  page: Page,
): { total: number; rows: KeptReport[] } {
  const rows = all<ReportRow>(
    db,
    `SELECT id, connection_id AS connectionId, body ${of} ORDER BY id DESC LIMIT :limit OFFSET :offset`,
    { connectionId, ...page },
  );
  return { total: count(db, `SELECT COUNT(*) ${of}`, { connectionId }), rows: rows.map(toKept) };
}

function toKept({ id, connectionId, body }: ReportRow): KeptReport {
  const report = parseReport(body);
  const { failed, moreFailed } = report;
  return {
    ...report,
    id,
    connectionId,
    failed: failed.slice(0, SHOWN_FAILURES),
    failedCount: failed.length + moreFailed,
  };
}

/** Reports of older versions say nothing of what was left out, nor how it goes on. */
type StoredReport = Omit<SyncReport, 'moreFailed' | 'outlook'> & Partial<SyncReport>;

function parseReport(body: string): SyncReport {
  const stored = JSON.parse(body) as StoredReport; // written by saveReport only
  return { ...stored, moreFailed: stored.moreFailed ?? 0, outlook: stored.outlook ?? null };
}

/** A page of what failed in the run of a report. */
export function readFailurePage(
  db: ReadableDb,
  reportId: number,
  { offset, limit }: Page,
): { total: number; rows: Failure[] } {
  const row = first<{ body: string }>(db, 'SELECT body FROM report WHERE id = :reportId', { reportId });
  if (row === undefined) throw new StoreError('not-found', `There is no report ${reportId}.`);
  const { failed } = parseReport(row.body);
  return { total: failed.length, rows: failed.slice(offset, offset + limit) };
}
