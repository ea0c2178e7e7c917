import type { ConnectionId, Failure, SyncReport } from '../../../src-preload/contract/model.ts';
import type { KeptReport } from '../../../src-preload/contract/sync-lists.ts';
import { StoreError } from './errors.ts';
import type { Page } from './page.ts';
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

/** What failed in the last syncs of one connection, newest first. */
export function readFailures(
  db: ReadableDb,
  connectionId: ConnectionId,
  limit: number,
): (Failure & { at: string })[] {
  return all<{ at: string; code: string; message: string }>(
    db,
    `SELECT json_extract(r.body, '$.finishedAt') AS at, json_extract(f.value, '$.code') AS code,
       json_extract(f.value, '$.message') AS message
     FROM report r, json_each(r.body, '$.failed') f
     WHERE r.connection_id = :connectionId ORDER BY r.id DESC, f.key LIMIT :limit`,
    { connectionId, limit },
  );
}

interface ReportRow {
  readonly id: number;
  readonly connectionId: ConnectionId;
  readonly body: string;
}

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

/** Reports of older versions say nothing of what was left out, noted or withheld, nor how it goes on. */
type StoredReport = Omit<SyncReport, keyof typeof unsaid> & Partial<SyncReport>;

const unsaid = {
  moreFailed: 0,
  outlook: null,
  notes: [] as string[],
  withheld: null,
} as const satisfies Partial<SyncReport>;

function parseReport(body: string): SyncReport {
  const stored = JSON.parse(body) as StoredReport; // written by saveReport only
  return { ...unsaid, ...stored };
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
