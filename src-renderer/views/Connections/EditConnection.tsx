import { Alert, Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { ConnectionStatus } from '../../../src-preload/contract/model.ts';
import { scopeWords } from '../../../src-preload/contract/scope-words.ts';
import { useActions } from '../../store/context.ts';
import type { FieldProblem } from '../../store/problems.ts';

/** Another name or address for a connection. */
export function EditConnection({ connection }: { readonly connection: ConnectionStatus }) {
  const { updateConnection, showConnectionStep } = useActions();
  const [name, setName] = useState(connection.name);
  const [url, setUrl] = useState(connection.url);
  const [problem, setProblem] = useState<FieldProblem | null>(null);
  const [busy, setBusy] = useState(false);
  const showFacts = () => showConnectionStep(connection.id, 'edit', 'facts');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const answer = await updateConnection({ id: connection.id, name: name.trim(), url: url.trim() });
    setBusy(false);
    if (answer.ok) showFacts();
    else setProblem(answer.problem);
  };
  const errorOf = (field: FieldProblem['field']) => (problem?.field === field ? problem?.message : null);
  const isElsewhere = problem !== null && problem.field !== 'name' && problem.field !== 'url';
  return (
    <form onSubmit={(event) => void submit(event)} noValidate data-testid="connection-edit-form">
      <Stack gap="sm">
        <Title order={3} size="h5">
          Edit {connection.name}
        </Title>
        <TextInput
          label="Name"
          value={name}
          error={errorOf('name')}
          data-autofocus
          data-testid="edit-name"
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <TextInput
          label="Address"
          type="url"
          description={`The same ${scopeWords[connection.remote]} must answer there; otherwise nothing is changed.`}
          value={url}
          error={errorOf('url')}
          data-testid="edit-url"
          onChange={({ currentTarget }) => setUrl(currentTarget.value)}
        />
        {isElsewhere ? (
          <Alert color="red" p="xs">
            {problem.message}
          </Alert>
        ) : null}
        <Text size="xs" c="dimmed">
          What is pending stays. At another address everything is read once before anything is sent.
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" disabled={busy} onClick={showFacts}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} data-testid="edit-submit">
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
