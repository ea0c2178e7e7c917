import { Button, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { ConnectionId } from '../../../src-preload/contract/model.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { selectIsSyncing } from '../../store/selectors.ts';
import { countOf } from '../../ui/format.ts';
import { toConnectionWords } from '../Header/connection-words.ts';
import classes from './review.module.css';
import { toWhen } from './review-words.ts';

/** The head of one connection's part of the outbox: how it is, and what can be done with all of it. */
export function OutboxGroupLine({ connectionId }: { readonly connectionId: ConnectionId }) {
  const group = useAppState(
    ({ server }) => server.review.outboxGroups.find((one) => one.connectionId === connectionId) ?? null,
  );
  const connection = useAppState(
    ({ server }) => server.workspace?.connections.find(({ id }) => id === connectionId) ?? null,
  );
  const syncing = useAppState(selectIsSyncing);
  const { sync, askDryRun, dropAllChanges } = useActions();
  if (group === null) return null;
  const { connection: name, total } = group;
  const askDrop = () =>
    modals.openConfirmModal({
      title: `Drop all that is pending of ${name}?`,
      children: <Text size="sm">{countOf(total, 'change')} will not be sent. Undo brings them back.</Text>,
      labels: { confirm: 'Drop them', cancel: 'Keep them' },
      confirmProps: { color: 'red' },
      onConfirm: () => void dropAllChanges(connectionId),
    });
  return (
    <div className={classes.group} data-testid="outbox-group">
      <b>{name}</b>
      <span>{countOf(total, 'change')}</span>
      {connection === null ? null : (
        <span className={classes.faint}>{toConnectionWords(connection).text}</span>
      )}
      {connection?.limitedUntil ? (
        <span className={classes.faint}>
          asked to be left in peace; goes on {toWhen(connection.limitedUntil)}
        </span>
      ) : null}
      <span className={`${classes.end} ${classes.push}`}>
        <Button
          variant="subtle"
          size="compact-xs"
          aria-label={`Show what would be sent to ${name}`}
          onClick={() => askDryRun(null, connectionId)}
        >
          Show what would be sent
        </Button>
        <Button variant="subtle" size="compact-xs" aria-label={`Drop these… of ${name}`} onClick={askDrop}>
          Drop these…
        </Button>
        <Button
          variant="subtle"
          size="compact-xs"
          disabled={syncing}
          aria-label={`Push these to ${name}`}
          onClick={() => void sync('push', connectionId)}
        >
          Push these
        </Button>
      </span>
    </div>
  );
}
