import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useActions, useAppState } from '../../store/context.ts';
import type { OwnEntityDraft } from '../../store/state.ts';
import { Dialog } from '../../ui/Dialog.tsx';

/** Makes or renames an entity that no remote has. */
export function OwnEntityDialog() {
  const draft = useAppState(({ view }) => view.ownEntity);
  const { draftOwnEntity } = useActions();
  return (
    <Dialog
      opened={draft !== null}
      onClose={() => draftOwnEntity(null)}
      title={draft?.id == null ? 'New entity' : 'Edit the entity'}
      size={460}
    >
      {draft === null ? null : <OwnEntityForm draft={draft} />}
    </Dialog>
  );
}

function OwnEntityForm({ draft }: { readonly draft: OwnEntityDraft }) {
  const { draftOwnEntity, saveOwnEntity } = useActions();
  const [name, setName] = useState(draft.name);
  const [kind, setKind] = useState(draft.kind);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const isNew = draft.id === null;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const answer = await saveOwnEntity({ ...draft, name: name.trim(), kind: kind.trim() });
    setBusy(false);
    setProblem(answer.ok ? null : answer.problem.message);
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate data-testid="own-entity-form">
      <Stack gap="sm">
        <TextInput
          label="Name"
          value={name}
          data-autofocus
          data-testid="own-entity-name"
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <TextInput
          label="Kind"
          description={isNew ? 'A word such as asset, person or room.' : 'A kind stays what it is.'}
          value={kind}
          disabled={!isNew}
          data-testid="own-entity-kind"
          onChange={({ currentTarget }) => setKind(currentTarget.value)}
        />
        <Text size="xs" c="dimmed">
          It belongs to this workspace alone: no remote is told of it. Relate it to anything.
        </Text>
        {problem === null ? null : (
          <Alert color="red" p="xs" data-testid="own-entity-problem">
            {problem}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => draftOwnEntity(null)}>
            Cancel
          </Button>
          <Button
            type="submit"
            loading={busy}
            disabled={name.trim() === '' || kind.trim() === ''}
            data-testid="own-entity-save"
          >
            {isNew ? 'Create' : 'Save'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
