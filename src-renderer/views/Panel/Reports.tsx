import { Button, NativeSelect } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import type { KeptReport } from '../../../src-preload/contract/sync-lists.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { toProblemText } from '../../store/problems.ts';
import { selectConnections } from '../../store/selectors.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { countOf, formatCount, formatDuration, formatMoment } from '../../ui/format.ts';
import { PagedRows } from '../../ui/PagedRows.tsx';
import panel from './panel.module.css';
import { toOutcome, toPulledText, toPushedText, toWaitingText } from './report-words.ts';
import classes from './review.module.css';

/** The kept reports, newest first. One of a sync that did not finish says so, and what to do. */
export function Reports() {
  const reports = useAppState(({ server }) => server.review.reports);
  const { connectionId } = useAppState(({ view }) => view.review.reports);
  const { showReportRows } = useActions();
  if (reports.total === null) return null;
  if (reports.total === 0 && connectionId === null)
    return <EmptyNote title="No sync yet">Each sync leaves a report here.</EmptyNote>;
  return (
    <div className={classes.view} data-testid="reports">
      <Tools total={reports.total} />
      {reports.total === 0 ? <EmptyNote title="No report of this connection yet" /> : null}
      <PagedRows
        list={reports}
        label="Sync reports"
        testId="report-rows"
        estimate={52}
        keyOf={({ id }) => id}
        onRange={showReportRows}
      >
        {(report) => <ReportRow report={report} />}
      </PagedRows>
    </div>
  );
}

function Tools({ total }: { readonly total: number }) {
  const connections = useAppState(selectConnections);
  const { connectionId } = useAppState(({ view }) => view.review.reports);
  const { narrowReports } = useActions();
  return (
    <div className={classes.tools}>
      <NativeSelect
        size="xs"
        aria-label="Connection"
        value={connectionId ?? ''}
        data={[
          { value: '', label: 'Every connection' },
          ...connections.map(({ id, name }) => ({ value: String(id), label: name })),
        ]}
        onChange={({ currentTarget }) =>
          narrowReports(connections.find(({ id }) => String(id) === currentTarget.value)?.id ?? null)
        }
      />
      <span className={classes.faint}>{countOf(total, 'report')}, newest first</span>
    </div>
  );
}

/** Failures of one report that are written out in the list; all of them are one click away. */
const FAILURES_SHOWN = 3;

function ReportRow({ report }: { readonly report: KeptReport }) {
  const { showFailures } = useActions();
  const { fine, text } = toOutcome(report);
  const tookMs = Date.parse(report.finishedAt) - Date.parse(report.startedAt);
  const lines = [
    ...new Set(report.failed.slice(0, FAILURES_SHOWN).map((failure) => toProblemText(failure, ''))),
  ];
  const waiting = toWaitingText(report);
  const parts = [toPulledText(report), toPushedText(report), ...(waiting === '–' ? [] : [waiting])];
  return (
    <div className={classes.item} data-testid="report" data-fine={fine}>
      <span className={panel.outcome} data-fine={fine}>
        {fine ? <IconCheck size={14} /> : <IconAlertTriangle size={14} />}
      </span>
      <div style={{ minWidth: 0 }}>
        <div className={classes.line} style={{ flexWrap: 'wrap' }}>
          <b>{report.connection}</b>
          <span className={panel.outcome} data-fine={fine}>
            {text}
          </span>
          <span>{parts.join(' · ')}</span>
        </div>
        {report.withheld === null ? null : <div>Nothing was sent: {toProblemText(report.withheld, '')}</div>}
        {lines.map((line) => (
          <div key={line} style={{ overflowWrap: 'anywhere' }}>
            {line}
          </div>
        ))}
        {report.failedCount > lines.length ? (
          <Button
            variant="subtle"
            size="compact-xs"
            ml={-6}
            data-testid="show-failures"
            onClick={() => showFailures(report)}
          >
            Show all {formatCount(report.failedCount)} failures
          </Button>
        ) : null}
        {[...report.notes, ...(report.outlook === null ? [] : [report.outlook])].map((note) => (
          <div key={note} className={classes.faint}>
            {note}
          </div>
        ))}
      </div>
      <span className={classes.faint}>
        {formatMoment(report.startedAt)} · took {formatDuration(tookMs)}
      </span>
    </div>
  );
}
