import { Button, Text } from '@mantine/core';
import { useActions, useAppState } from '../../store/context.ts';
import { isNarrowed } from '../../store/history-state.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { formatCount } from '../../ui/format.ts';
import { HistoryFilters } from './HistoryFilters.tsx';
import { HistoryRow } from './HistoryRow.tsx';
import { Past } from './Past.tsx';
import classes from './panel.module.css';
import review from './review.module.css';

/** Every change to the workspace, newest first; or a past moment. */
export function History() {
  const past = useAppState(({ view }) => view.past);
  return past === null ? <Entries /> : <Past past={past} />;
}

function Entries() {
  const history = useAppState(({ server }) => server.history);
  const narrowed = useAppState(({ view }) => isNarrowed(view.historyFilter));
  const { undo, redo, showMoreHistory } = useActions();
  const next = useAppState(({ server }) => ({ undo: server.workspace?.undo, redo: server.workspace?.redo }));
  if (history === null) return null;
  if (history.rows.length === 0 && !narrowed) return <EmptyNote title="Nothing happened yet" />;
  return (
    <div className={review.view}>
      <div className={review.tools}>
        <HistoryFilters />
        <Text size="xs" c="dimmed" data-testid="history-count">
          {formatCount(history.rows.length)} of {formatCount(history.total)} shown
        </Text>
        <Button
          variant="default"
          size="compact-xs"
          ml="auto"
          disabled={next.undo === null}
          onClick={() => void undo()}
        >
          Undo the last
        </Button>
        <Button variant="default" size="compact-xs" disabled={next.redo === null} onClick={() => void redo()}>
          Redo
        </Button>
      </div>
      {history.rows.length === 0 ? <EmptyNote title="None of these">Change the filter.</EmptyNote> : null}
      <div className={classes.scroller}>
        <ul className={classes.entries} data-testid="history">
          {history.rows.map((entry) => (
            <HistoryRow key={entry.id} entry={entry} />
          ))}
        </ul>
        {history.rows.length < history.total ? (
          <Button variant="subtle" size="compact-xs" m={8} onClick={showMoreHistory}>
            Show more
          </Button>
        ) : null}
      </div>
    </div>
  );
}
