import { Button, Text } from '@mantine/core';
import { IconAdjustments } from '@tabler/icons-react';
import type { ConnectionStatus } from '../../../src-preload/contract/model.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { toProblemText } from '../../store/problems.ts';
import { selectConnections } from '../../store/selectors.ts';
import type { PanelTab } from '../../store/state.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { countOf, formatMoment } from '../../ui/format.ts';
import { toConnectionWords } from '../Header/connection-words.ts';
import header from '../Header/header.module.css';
import { ProgressOf } from '../Header/ProgressLine.tsx';
import classes from './review.module.css';
import { toSettingsText, toWhen } from './review-words.ts';

/** How each connection is: since when offline, last and next sync, how far a running one is. */
export function Status() {
  const connections = useAppState(selectConnections);
  const settings = useAppState(({ server }) => server.review.settings);
  const { showSyncSettings } = useActions();
  if (connections.length === 0)
    return <EmptyNote title="No connection yet">Connect a system to sync with it.</EmptyNote>;
  return (
    <div className={classes.view} data-testid="status">
      <div className={classes.tools}>
        <Text size="xs" c="dimmed" style={{ flex: 1 }} data-testid="schedule-text">
          {settings === null ? '' : toSettingsText(settings)}
        </Text>
        <Button
          variant="default"
          size="compact-xs"
          leftSection={<IconAdjustments size={13} />}
          data-testid="sync-settings"
          onClick={() => showSyncSettings(true)}
        >
          When to sync…
        </Button>
      </div>
      <div className={classes.cards}>
        {connections.map((connection) => (
          <ConnectionCard key={connection.id} connection={connection} />
        ))}
      </div>
    </div>
  );
}

function ConnectionCard({ connection }: { readonly connection: ConnectionStatus }) {
  const { sync, cancelSync } = useActions();
  const progress = useAppState(({ server }) => server.progress.get(connection.id) ?? connection.progress);
  const running = progress !== null || connection.state === 'syncing';
  const { tone, text } = toConnectionWords(connection);
  return (
    <div className={classes.card} data-testid="connection-status">
      <div style={{ minWidth: 0 }}>
        <div className={classes.line}>
          <span className={header.dot} data-tone={tone} />
          <b>{connection.name}</b>
          <span className={classes.faint}>{text}</span>
        </div>
        <div className={classes.facts}>
          {toFacts(connection).map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </div>
        {connection.lastFailure === null || connection.state === 'failing' ? null : (
          <div className={classes.faint}>{toProblemText(connection.lastFailure, '')}</div>
        )}
        {progress === null ? null : <ProgressOf name={connection.name} progress={progress} />}
      </div>
      <div className={classes.end}>
        <Waiting connection={connection} />
        {running ? (
          <Button
            variant="default"
            size="compact-xs"
            data-testid="cancel-one"
            onClick={() => void cancelSync(connection.id)}
          >
            Cancel
          </Button>
        ) : (
          <Button
            variant="default"
            size="compact-xs"
            data-testid="sync-one"
            onClick={() => void sync('both', connection.id)}
          >
            Sync now
          </Button>
        )}
      </div>
    </div>
  );
}

/** Nothing while one runs: what comes after it is known once it ends. */
function toNextSync({ state, nextSyncAt }: ConnectionStatus): string {
  if (state === 'syncing') return '';
  return nextSyncAt === null ? 'next sync: when you ask' : `next sync ${toWhen(nextSyncAt)}`;
}

/** Moments of a connection, one short phrase each. */
function toFacts(connection: ConnectionStatus): readonly string[] {
  const { lastSyncedAt, limitedUntil, pausedSince } = connection;
  return [
    pausedSince === null ? '' : `paused since ${formatMoment(pausedSince)}`,
    lastSyncedAt === null ? 'not synced yet' : `last sync ${formatMoment(lastSyncedAt)}`,
    toNextSync(connection),
    limitedUntil === null ? '' : `left in peace as it asked, until ${formatMoment(limitedUntil)}`,
  ].filter((fact) => fact !== '');
}

function Waiting({ connection }: { readonly connection: ConnectionStatus }) {
  const { openPanel } = useActions();
  const counts: readonly { tab: PanelTab; text: string; count: number }[] = [
    { tab: 'outbox', text: countOf(connection.pendingCount, 'change'), count: connection.pendingCount },
    {
      tab: 'conflicts',
      text: countOf(connection.conflictCount, 'conflict'),
      count: connection.conflictCount,
    },
    { tab: 'held', text: `${countOf(connection.heldCount, 'removal')} held`, count: connection.heldCount },
  ];
  return (
    <>
      {counts
        .filter(({ count }) => count > 0)
        .map(({ tab, text }) => (
          <Button key={tab} variant="subtle" size="compact-xs" onClick={() => openPanel(tab)}>
            {text}
          </Button>
        ))}
    </>
  );
}
