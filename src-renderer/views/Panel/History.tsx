import { Button, Group, Text } from '@mantine/core';
import { useActions, useAppState } from '../../store/context.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { formatCount } from '../../ui/format.ts';
import { HistoryRow } from './HistoryRow.tsx';
import classes from './panel.module.css';

/** Every change to the workspace, newest first. */
export function History() {
  const history = useAppState(({ server }) => server.history);
  const { undo, redo, showMoreHistory } = useActions();
  const next = useAppState(({ server }) => ({ undo: server.workspace?.undo, redo: server.workspace?.redo }));
  if (history === null) return null;
  if (history.rows.length === 0) return <EmptyNote title="Nothing happened yet" />;
  return (
    <>
      <Group className={classes.bar} gap="xs">
        <Text size="xs" c="dimmed">
          {formatCount(history.rows.length)} of {formatCount(history.total)} shown
        </Text>
        <Group gap="xs" ml="auto">
          <Button
            variant="default"
            size="compact-xs"
            disabled={next.undo === null}
            onClick={() => void undo()}
          >
            Undo the last
          </Button>
          <Button
            variant="default"
            size="compact-xs"
            disabled={next.redo === null}
            onClick={() => void redo()}
          >
            Redo
          </Button>
        </Group>
      </Group>
      <table className={classes.table} data-testid="history">
        <tbody>
          {history.rows.map((entry) => (
            <HistoryRow key={entry.id} entry={entry} />
          ))}
        </tbody>
      </table>
      {history.rows.length < history.total ? (
        <Button variant="subtle" size="compact-xs" m={8} onClick={showMoreHistory}>
          Show more
        </Button>
      ) : null}
    </>
  );
}
