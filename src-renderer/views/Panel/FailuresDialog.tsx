import { Stack, Text } from '@mantine/core';
import { useActions, useAppState } from '../../store/context.ts';
import { toProblemText } from '../../store/problems.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { countOf, formatMoment } from '../../ui/format.ts';
import { PagedRows } from '../../ui/PagedRows.tsx';
import classes from './review.module.css';

/** Everything that failed in the sync of one report, each with what to do. */
export function FailuresDialog() {
  const report = useAppState(({ view }) => view.review.failuresShown?.report ?? null);
  const failures = useAppState(({ server }) => server.review.failures);
  const { showFailures, showFailureRows } = useActions();
  const kept = failures.total ?? 0;
  return (
    <Dialog
      opened={report !== null}
      onClose={() => showFailures(null)}
      size={640}
      title={report === null ? '' : `What failed: ${report.connection}, ${formatMoment(report.startedAt)}`}
    >
      <Stack gap="sm" data-testid="failures">
        <Text size="xs" c="dimmed">
          {report !== null && failures.total !== null && kept < report.failedCount
            ? `${countOf(report.failedCount, 'failure')}; the report keeps the first ${kept}.`
            : countOf(kept, 'failure')}
        </Text>
        <div className={classes.dialogRows}>
          <PagedRows
            list={failures}
            label="Failures"
            testId="failure-rows"
            estimate={34}
            keyOf={(_, index) => index}
            onRange={showFailureRows}
          >
            {(failure) => <div className={classes.dialogRow}>{toProblemText(failure, '')}</div>}
          </PagedRows>
        </div>
      </Stack>
    </Dialog>
  );
}
