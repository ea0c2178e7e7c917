import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import type { SyncReport } from '../../../src-preload/contract/model.ts';
import { useAppState } from '../../store/context.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { formatDuration, formatMoment } from '../../ui/format.ts';
import classes from './panel.module.css';
import { toFailureLines, toOutcome, toPulledText, toPushedText, toWaitingText } from './report-words.ts';

/** The last syncs, newest first. One that did not finish says so. */
export function Reports() {
  const reports = useAppState(({ server }) => server.reports);
  if (reports === null) return null;
  if (reports.length === 0) return <EmptyNote title="No sync yet">Each sync leaves a report here.</EmptyNote>;
  return (
    <table className={classes.table} data-testid="reports">
      <thead>
        <tr>
          <th>When</th>
          <th>Connection</th>
          <th>Outcome</th>
          <th>Pulled</th>
          <th>Pushed</th>
          <th>Waiting</th>
          <th>Took</th>
        </tr>
      </thead>
      {reports.map((report) => (
        <ReportRow key={`${report.connection} ${report.startedAt}`} report={report} />
      ))}
    </table>
  );
}

function ReportRow({ report }: { readonly report: SyncReport }) {
  const { fine, text } = toOutcome(report);
  const tookMs = Date.parse(report.finishedAt) - Date.parse(report.startedAt);
  return (
    <tbody>
      <tr data-testid="report" data-fine={fine}>
        <td className={classes.number}>{formatMoment(report.startedAt)}</td>
        <td className={classes.number}>{report.connection}</td>
        <td>
          <span className={classes.outcome} data-fine={fine}>
            {fine ? <IconCheck size={13} /> : <IconAlertTriangle size={13} />}
            {text}
          </span>
        </td>
        <td>{toPulledText(report)}</td>
        <td>{toPushedText(report)}</td>
        <td>{toWaitingText(report)}</td>
        <td className={classes.number}>{formatDuration(tookMs)}</td>
      </tr>
      {toFailureLines(report).map((line) => (
        <tr key={line} className={classes.second}>
          <td colSpan={7} className={classes.faint}>
            {line}
          </td>
        </tr>
      ))}
    </tbody>
  );
}
