import { Button, Stack, Text } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { ConnectionStatus } from '../../../src-preload/contract/model.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { selectConnections, selectManaged } from '../../store/selectors.ts';
import type { ConnectionStep } from '../../store/state.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { toSignInDraftOf } from '../../ui/use-sign-in-again.ts';
import { toConnectionWords } from '../Header/connection-words.ts';
import { ConnectionFacts } from './ConnectionFacts.tsx';
import classes from './connections.module.css';
import { EditConnection } from './EditConnection.tsx';
import { GiveKey } from './GiveKey.tsx';
import { RemoveConnection } from './RemoveConnection.tsx';
import { SignInAgain } from './SignInAgain.tsx';

/** Every connection with what is known of it and what can be done with it. */
export function ConnectionsDialog() {
  const managing = useAppState(({ view }) => view.managing);
  const connections = useAppState(selectConnections);
  const { closeConnections } = useActions();
  const chosen = useAppState(selectManaged);
  return (
    <Dialog opened={managing !== null} onClose={closeConnections} title="Connections" size={860}>
      <div className={classes.body} data-testid="connections">
        <ConnectionList connections={connections} chosen={chosen} />
        {chosen === null ? (
          <Text size="sm" c="dimmed" className={classes.main}>
            Nothing is connected yet. Connect a system to see its entities here.
          </Text>
        ) : (
          <StepPane key={chosen.id} connection={chosen} step={managing?.step ?? 'facts'} />
        )}
      </div>
    </Dialog>
  );
}

interface StepProps {
  readonly connection: ConnectionStatus;
  readonly step: ConnectionStep;
}

/** Each step takes the focus with it: to its first field, or to its beginning. */
function StepPane({ connection, step }: StepProps) {
  const pane = useRef<HTMLDivElement>(null);
  const shown = useRef(step);
  useEffect(() => {
    if (shown.current === step) return;
    shown.current = step;
    (pane.current?.querySelector<HTMLElement>('[data-autofocus]') ?? pane.current)?.focus();
  }, [step]);
  return (
    <div ref={pane} tabIndex={-1} className={classes.main}>
      <Step connection={connection} step={step} />
    </div>
  );
}

function Step({ connection, step }: StepProps) {
  switch (step) {
    case 'facts':
      return <ConnectionFacts connection={connection} />;
    case 'edit':
      return <EditConnection connection={connection} />;
    case 'key': {
      const draft = toSignInDraftOf(connection);
      return draft === null ? (
        <GiveKey connection={connection} />
      ) : (
        <SignInAgain connection={connection} draft={draft} />
      );
    }
    case 'remove':
      return <RemoveConnection connection={connection} />;
  }
}

interface ConnectionListProps {
  readonly connections: readonly ConnectionStatus[];
  readonly chosen: ConnectionStatus | null;
}

function ConnectionList({ connections, chosen }: ConnectionListProps) {
  const { openConnections, openConnectDialog, closeConnections } = useActions();
  const connectAnother = () => {
    closeConnections();
    openConnectDialog(null);
  };
  return (
    <Stack gap={4} className={classes.list} component="nav" aria-label="Connections">
      {connections.map((connection) => (
        <button
          key={connection.id}
          type="button"
          className={classes.item}
          aria-current={connection.id === chosen?.id}
          data-testid="connection-item"
          data-autofocus={connection.id === chosen?.id || undefined}
          onClick={() => openConnections(connection.id)}
        >
          <Text span size="sm" fw={500} truncate display="block">
            {connection.name}
          </Text>
          <Text span size="xs" c="dimmed" truncate display="block">
            {toConnectionWords(connection).text}
          </Text>
        </button>
      ))}
      <Button
        variant="default"
        mt={6}
        leftSection={<IconPlugConnected size={14} />}
        data-testid="connect-another"
        onClick={connectAnother}
      >
        Connect a system…
      </Button>
    </Stack>
  );
}
