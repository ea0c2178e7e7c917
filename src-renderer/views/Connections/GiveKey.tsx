import { Alert, Button, Group, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { ConnectionStatus } from '../../../src-preload/contract/model.ts';
import { scopeWords } from '../../../src-preload/contract/scope-words.ts';
import { useActions } from '../../store/context.ts';
import type { FieldProblem } from '../../store/problems.ts';
import { IdentityDecision } from './IdentityDecision.tsx';

/** Another key for the same account. One that speaks for someone else is only taken by decision. */
export function GiveKey({ connection }: { readonly connection: ConnectionStatus }) {
  const { provideSecret, showConnectionStep } = useActions();
  const [secret, setSecret] = useState('');
  const [problem, setProblem] = useState<FieldProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const showFacts = () => showConnectionStep(connection.id, 'key', 'facts');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const answer = await provideSecret(connection.id, secret);
    setBusy(false);
    if (answer.ok) showFacts();
    else setProblem(answer.problem);
  };
  const isOther = problem?.code === 'identity-changed';
  return (
    <form onSubmit={(event) => void submit(event)} data-testid="connection-key-form">
      <Stack gap="sm">
        <Title order={3} size="h5">
          New key for {connection.name}
        </Title>
        <PasswordInput
          label="API key"
          description={`Of ${scopeWords[connection.remote]} ${connection.scope}. The present key is used until this one is shown to be right.`}
          autoComplete="off"
          value={secret}
          error={problem?.field === 'secret' && !isOther ? problem.message : null}
          data-autofocus
          data-testid="key-secret"
          onChange={({ currentTarget }) => {
            setSecret(currentTarget.value);
            setProblem(null);
          }}
        />
        {problem !== null && isOther ? (
          <IdentityDecision
            connection={connection}
            message={problem.message}
            found={secret}
            onKeep={showFacts}
            onAdopted={showFacts}
          />
        ) : null}
        {problem !== null && !isOther && problem.field !== 'secret' ? (
          <Alert color="red" p="xs">
            {problem.message}
          </Alert>
        ) : null}
        <Text size="xs" c="dimmed">
          What is pending stays and is sent with the new key, if it speaks for the same person.
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" disabled={busy} onClick={showFacts}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={secret === '' || isOther} data-testid="key-submit">
            Use this key
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
