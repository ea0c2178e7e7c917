import { Alert, Button, Group, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useActions, useAppState } from '../../store/context.ts';
import type { ViewDialog } from '../../store/drawing-state.ts';
import { Dialog } from '../../ui/Dialog.tsx';

type NameDialog = Extract<ViewDialog, { kind: 'save-as' | 'rename' }>;

/** Asks what a view is called: a new one, or one that has a name. */
export function ViewNameDialog() {
  const dialog = useAppState(({ view }) =>
    view.viewDialog === null || view.viewDialog.kind === 'open' ? null : view.viewDialog,
  );
  const { showViewDialog } = useActions();
  return (
    <Dialog
      opened={dialog !== null}
      onClose={() => showViewDialog(null)}
      title={dialog?.kind === 'rename' ? 'Rename the view' : 'Save as a view'}
      size={420}
    >
      {dialog === null ? null : <NameForm dialog={dialog} />}
    </Dialog>
  );
}

function NameForm({ dialog }: { readonly dialog: NameDialog }) {
  const { showViewDialog, saveViewAs, renameView } = useActions();
  const [name, setName] = useState(dialog.kind === 'rename' ? dialog.view.name : '');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const answer =
      dialog.kind === 'rename'
        ? await renameView(dialog.view.id, name)
        : await saveViewAs(name, dialog.drawn);
    setBusy(false);
    setProblem(answer.ok ? null : answer.problem.message);
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate data-testid="view-name-form">
      <Stack gap="sm">
        <TextInput
          label="Name"
          description="The view holds the query, the filter, and what is drawn where."
          value={name}
          maxLength={120}
          data-autofocus
          data-testid="view-name"
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        {problem === null ? null : (
          <Alert color="red" p="xs" data-testid="view-name-problem">
            {problem}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => showViewDialog(null)}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={name.trim() === ''} data-testid="view-name-submit">
            {dialog.kind === 'rename' ? 'Rename' : 'Save'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
