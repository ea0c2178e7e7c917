import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { ConnectionDetail, ConnectionStatus, Moment } from '../../../src-preload/contract/model.ts';
import { toScopeLabel } from '../../../src-preload/contract/scope-words.ts';
import { useActions, useAppState } from '../../store/context.ts';
import type { ConnectionStep } from '../../store/state.ts';
import { countOf, formatCount, formatMoment } from '../../ui/format.ts';
import { remoteNames } from '../../ui/remote-names.ts';
import { toSignInDraftOf } from '../../ui/use-sign-in-again.ts';
import { toConnectionWords } from '../Header/connection-words.ts';
import classes from './connections.module.css';
import { IdentityDecision } from './IdentityDecision.tsx';

/** What is known of one connection, and what can be done with it. */
export function ConnectionFacts({ connection }: { readonly connection: ConnectionStatus }) {
  const { closeConnections } = useActions();
  const known = useAppState(({ server }) => server.connectionDetail);
  const detail = known?.id === connection.id ? known : null;
  const changed = connection.lastFailure?.code === 'identity-changed' ? connection.lastFailure : null;
  return (
    <Stack gap="md" data-testid="connection-facts">
      <Title order={3} size="h5" style={{ overflowWrap: 'anywhere' }}>
        {connection.name}
      </Title>
      {changed === null ? null : (
        <IdentityDecision
          connection={connection}
          message={changed.message}
          found={null}
          onKeep={closeConnections}
        />
      )}
      {detail?.readOnlyReason ? (
        <Alert
          color="yellow"
          p="xs"
          title="Nothing can be written there"
          styles={{ title: { color: 'var(--mantine-color-text)' } }}
        >
          {detail.readOnlyReason} What you change waits in the outbox.
        </Alert>
      ) : null}
      {detail?.readsFirst ? (
        <Alert color="blue" p="xs">
          Another identity or address was taken over. The next sync reads everything before anything is sent.
        </Alert>
      ) : null}
      <ConnectionButtons connection={connection} />
      <Facts connection={connection} detail={detail} />
    </Stack>
  );
}

interface FactsProps {
  readonly connection: ConnectionStatus;
  readonly detail: ConnectionDetail | null;
}

function Facts({ connection, detail }: FactsProps) {
  const { remote, url, scope, rate, offlineSince, lastSyncedAt, pausedSince } = connection;
  return (
    <dl className={classes.facts}>
      <dt>State</dt>
      <dd>{connection.state === 'failing' ? 'the last sync failed' : toConnectionWords(connection).text}</dd>
      <dt>System</dt>
      <dd data-testid="connection-system">{remoteNames[remote]}</dd>
      <dt>Address</dt>
      <dd>{url}</dd>
      <dt>{toScopeLabel(remote)}</dt>
      <dd>{scope}</dd>
      <dt>Speaks for</dt>
      <dd>{detail?.identity ?? 'not asked yet'}</dd>
      <dt>Last full sync</dt>
      <dd>{lastSyncedAt === null ? 'never' : formatMoment(lastSyncedAt)}</dd>
      <Since label="Paused since" moment={pausedSince} />
      <Since label="Offline since" moment={offlineSince} />
      <dt>Waiting</dt>
      <dd data-testid="connection-waiting">{toWaiting(connection, detail)}</dd>
      {detail === null ? null : (
        <>
          <dt>Holds</dt>
          <dd>
            {countOf(detail.entityCount, 'entity', 'entities')},{' '}
            {countOf(detail.relationshipCount, 'relationship')}
          </dd>
        </>
      )}
      <dt>Rate</dt>
      <dd>{formatCount(rate)} requests a second at most; fewer where the system asks for it</dd>
      {detail === null ? null : <Details detail={detail} />}
    </dl>
  );
}

function Since({ label, moment }: { readonly label: string; readonly moment: Moment | null }) {
  if (moment === null) return null;
  return (
    <>
      <dt>{label}</dt>
      <dd>{formatMoment(moment)}</dd>
    </>
  );
}

function toWaiting(connection: ConnectionStatus, detail: ConnectionDetail | null): string {
  const { pendingCount, conflictCount, heldCount } = connection;
  const parts = [
    [pendingCount, countOf(pendingCount, 'pending change')],
    [conflictCount, `${formatCount(conflictCount)} in conflict`],
    [detail?.parkedCount ?? 0, `${formatCount(detail?.parkedCount ?? 0)} parked`],
    [detail?.blockedCount ?? 0, `${formatCount(detail?.blockedCount ?? 0)} blocked`],
    [heldCount, `${formatCount(heldCount)} held`],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).map(([, text]) => text);
  return shown.length === 0 ? 'nothing' : shown.join(', ');
}

function Details({ detail }: { readonly detail: ConnectionDetail }) {
  return (
    <>
      <dt>What it can do</dt>
      <dd>
        <ul>
          {detail.capabilities.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </dd>
      <dt>Last errors</dt>
      <dd>
        {detail.failures.length === 0 ? (
          'none'
        ) : (
          <ul>
            {detail.failures.map(({ at, message }) => (
              <li key={`${at} ${message}`}>
                {formatMoment(at)}: {message}
              </li>
            ))}
          </ul>
        )}
      </dd>
    </>
  );
}

function ConnectionButtons({ connection }: { readonly connection: ConnectionStatus }) {
  const { id, pausedSince, state } = connection;
  const { sync, showConnectionStep, pauseConnection, retestConnection } = useActions();
  const show = (step: ConnectionStep) => showConnectionStep(id, 'facts', step);
  const [testing, setTesting] = useState(false);
  const [outcome, setOutcome] = useState<{ readonly good: boolean; readonly text: string } | null>(null);
  const test = async () => {
    setTesting(true);
    setOutcome(await retestConnection(id));
    setTesting(false);
  };
  return (
    <Stack gap={8}>
      <Group gap={6}>
        <Button loading={state === 'syncing'} onClick={() => void sync('both', id)}>
          Sync now
        </Button>
        <Button variant="default" loading={testing} data-testid="connection-test" onClick={() => void test()}>
          Test
        </Button>
        <Button
          variant="default"
          data-testid="connection-pause"
          onClick={() => void pauseConnection(id, pausedSince === null)}
        >
          {pausedSince === null ? 'Pause' : 'Resume'}
        </Button>
        <Button variant="default" data-testid="connection-edit" onClick={() => show('edit')}>
          Edit…
        </Button>
        <Button variant="default" data-testid="connection-key" onClick={() => show('key')}>
          {toSignInDraftOf(connection) === null ? 'New key…' : 'Sign in again…'}
        </Button>
        <Button variant="default" c="red" data-testid="connection-remove" onClick={() => show('remove')}>
          Remove…
        </Button>
      </Group>
      {pausedSince === null ? null : (
        <Text size="xs" c="dimmed">
          Paused: left out of “Sync” until you resume it. Your edits go on and wait; “Sync now” still works.
        </Text>
      )}
      {outcome === null ? null : (
        <Alert color={outcome.good ? 'green' : 'red'} p="xs" data-testid="connection-tested">
          {outcome.text}
        </Alert>
      )}
    </Stack>
  );
}
