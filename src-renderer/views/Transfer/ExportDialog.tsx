import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useActions, useAppState } from '../../store/context.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { ExportProgress } from '../Header/ExportProgress.tsx';

/** Asks what to export; where to and in which format is asked by the system's own dialog. */
export function ExportDialog() {
  const shown = useAppState(({ view }) => view.transfer === 'export');
  const { showTransfer } = useActions();
  return (
    <Dialog opened={shown} onClose={() => showTransfer(null)} title="Export" size={460}>
      <ExportForm />
    </Dialog>
  );
}

function ExportForm() {
  const { exportRows, showTransfer } = useActions();
  const [query, setQuery] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const write = async () => {
    setBusy(true);
    const answer = await exportRows(query);
    setBusy(false);
    setProblem(answer.ok ? null : answer.problem.message);
  };
  return (
    <Stack gap="sm" data-testid="export-form">
      <TextInput
        label="Only entities that match"
        description="Words or a query such as kind:asset or kind:pump -[feeds]-> kind:building. Empty exports everything."
        value={query}
        data-testid="export-query"
        onChange={({ currentTarget }) => setQuery(currentTarget.value)}
      />
      <Text size="xs" c="dimmed">
        Relationships between two exported entities go along. CSV and TSV make one file for each of the two; a
        manifest with counts and checksums is written beside.
      </Text>
      {problem === null ? null : (
        <Alert color="red" p="xs">
          {problem}
        </Alert>
      )}
      {busy ? <ExportProgress /> : null}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={() => showTransfer(null)}>
          {busy ? 'Close' : 'Cancel'}
        </Button>
        <Button loading={busy} data-testid="export-submit" onClick={() => void write()}>
          Save as…
        </Button>
      </Group>
    </Stack>
  );
}
