import { Button, Group, Text } from '@mantine/core';
import type { HistoryEntry } from '../../../src-preload/contract/model.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { Clamped } from '../../ui/Clamped.tsx';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { formatCount, formatMoment } from '../../ui/format.ts';
import classes from './panel.module.css';

const stateWords: Readonly<Record<HistoryEntry['state'], string>> = {
  done: '',
  undone: 'undone',
  superseded: 'superseded',
  recorded: 'from a sync',
};

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
          {history.rows.map(({ id, at, label, state }) => (
            <tr key={id} data-testid="history-row" data-state={state}>
              <td className={classes.number}>{formatMoment(at)}</td>
              <td className={classes.label}>
                <Clamped text={label} />
              </td>
              <td className={classes.faint}>{stateWords[state]}</td>
            </tr>
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
