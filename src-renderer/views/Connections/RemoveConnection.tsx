import { Alert, Button, Group, Loader, Radio, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { ConnectionLoss, ConnectionStatus } from '../../../src-preload/contract/model.ts';
import { toSecretWord } from '../../../src-preload/contract/secret-words.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { countOf } from '../../ui/format.ts';

/** Says what removing a connection takes away and what stays, and removes it. */
export function RemoveConnection({ connection }: { readonly connection: ConnectionStatus }) {
  const loss = useAppState(({ server }) => server.connectionLoss);
  const { removeConnection, showConnectionStep } = useActions();
  const [fate, setFate] = useState('export');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  if (loss === null) return <Loader size="sm" />;
  const hasOwn = loss.pending + loss.marks > 0;
  const remove = async () => {
    setBusy(true);
    const answer = await removeConnection(connection.id, loss, hasOwn && fate === 'export');
    setBusy(false);
    setProblem(answer.ok ? null : answer.problem.message);
  };
  return (
    <Stack gap="sm" data-testid="connection-removal">
      <Title order={3} size="h5">
        Remove {connection.name}?
      </Title>
      <LossList connection={connection} loss={loss} />
      {hasOwn ? (
        <Radio.Group value={fate} onChange={setFate} label="What no system has yet">
          <Stack gap={6} mt={4}>
            <Radio
              size="xs"
              value="export"
              label="Save it to a file first, then remove"
              data-testid="removal-export"
            />
            <Radio size="xs" value="drop" label="Drop it" data-testid="removal-drop" />
          </Stack>
        </Radio.Group>
      ) : null}
      {problem === null ? null : (
        <Alert color="red" p="xs">
          {problem}
        </Alert>
      )}
      <Group justify="flex-end" gap="xs">
        <Button
          variant="default"
          data-autofocus
          disabled={busy}
          onClick={() => showConnectionStep(connection.id, 'remove', 'facts')}
        >
          Keep it
        </Button>
        <Button color="red" loading={busy} data-testid="removal-confirm" onClick={() => void remove()}>
          {hasOwn && fate === 'export' ? 'Save and remove…' : 'Remove'}
        </Button>
      </Group>
    </Stack>
  );
}

interface LossListProps {
  readonly connection: ConnectionStatus;
  readonly loss: ConnectionLoss;
}

function LossList({ connection, loss }: LossListProps) {
  const { name } = connection;
  const word = toSecretWord(connection);
  const { pending, conflicts, held, marks, entities, relationships, keptEntities, undoable } = loss;
  const gone = [
    [
      pending,
      `${countOf(pending, 'pending change')}${conflicts > 0 ? `, ${conflicts} of them in conflict` : ''}`,
    ],
    [marks, countOf(marks, 'type that only this workspace has', 'types that only this workspace has')],
    [held, countOf(held, 'held removal')],
    [undoable, `the way to undo ${countOf(undoable, 'change')}`],
  ] as const;
  return (
    <Text size="sm" component="div">
      This takes out of the workspace:
      <ul>
        {gone
          .filter(([count]) => count > 0)
          .map(([, text]) => (
            <li key={text}>
              <b>{text}</b>
            </li>
          ))}
        <li>
          the copies of {countOf(entities, 'entity', 'entities')} and {countOf(relationships, 'relationship')}
          , which the system itself keeps
        </li>
        <li>the {word}, also from the keychain</li>
      </ul>
      What stays: the history and the sync reports
      {keptEntities === 0
        ? '.'
        : `, and ${countOf(keptEntities, 'entity', 'entities')} that you made something of, as archived copies named “${name} (removed)”.`}
    </Text>
  );
}
