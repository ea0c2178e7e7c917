import { Alert, Button, Checkbox, Group, Progress, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { toChangedText } from '../../../src-preload/contract/changed-words.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { countOf } from '../../ui/format.ts';
import { MappingTable } from './MappingTable.tsx';
import { useImport } from './use-import.ts';
import { Verdicts } from './Verdicts.tsx';

/** Brings rows in: from a file or from what was copied, judged row by row before anything is written. */
export function ImportDialog() {
  const shown = useAppState(({ view }) => view.transfer === 'import');
  const { showTransfer } = useActions();
  return (
    <Dialog opened={shown} onClose={() => showTransfer(null)} title="Import" size={820}>
      <ImportForm />
    </Dialog>
  );
}

function ImportForm() {
  const importing = useImport();
  const { read, problem } = importing;
  return (
    <Stack gap="sm" data-testid="import-form">
      {read === null ? <Source {...importing} /> : <Judged {...importing} />}
      {problem === null ? null : (
        <Alert color="red" p="xs" data-testid="import-problem">
          {problem}
        </Alert>
      )}
    </Stack>
  );
}

type Importing = ReturnType<typeof useImport>;

function Source({ handle, readFile, readText, busy }: Importing) {
  const [text, setText] = useState('');
  return (
    <>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">
          CSV, TSV, Excel (XLSX), JSON or GraphML. Nothing is written before you have seen it.
        </Text>
        <Button loading={busy} data-autofocus data-testid="import-file" onClick={() => void readFile()}>
          Choose a file…
        </Button>
      </Group>
      <Textarea
        label="Or paste rows from a spreadsheet"
        placeholder={'Pump 1\tfeeds\tBoiler'}
        autosize
        minRows={5}
        maxRows={12}
        value={text}
        data-testid="import-text"
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
      <ImportProgress handle={handle} busy={busy} />
      <Group justify="flex-end">
        <Button
          variant="default"
          disabled={text.trim() === ''}
          loading={busy}
          data-testid="import-paste"
          onClick={() => void readText(text)}
        >
          Read the rows
        </Button>
      </Group>
    </>
  );
}

function Judged(importing: Importing) {
  const { read, settings, preview, busy, commit } = importing;
  const { saveImportErrors } = useActions();
  if (read === null || settings === null) return null;
  const counts = preview?.counts;
  const taken = counts === undefined ? 0 : counts.create + counts.update;
  const carried = preview === null ? 0 : preview.carried.types + preview.carried.views;
  const rejected = counts === undefined ? 0 : counts.refused + counts.choice;
  return (
    <>
      {read.changed.length === 0 ? null : (
        <Alert color="yellow" p="xs" data-testid="import-changed">
          {read.changed.map(toChangedText).join(' ')}
        </Alert>
      )}
      {read.tables.map((table, index) =>
        table.columns.length === 0 ? null : (
          <MappingTable
            key={table.name}
            table={table}
            mapping={settings.mappings[index] ?? table.mapping}
            onChange={(mapping) => importing.map(index, mapping)}
          />
        ),
      )}
      {settings.mappings.some(({ subject }) => subject === 'relationships' || subject === 'matrix') ? (
        <Ways {...importing} />
      ) : null}
      {preview === null ? null : <Verdicts preview={preview} onChoose={importing.choose} />}
      <ImportProgress handle={read.handle} busy={busy} />
      <Group justify="flex-end" gap="xs">
        {rejected === 0 ? null : (
          <Button
            variant="default"
            data-testid="import-save-errors"
            onClick={() => void saveImportErrors({ handle: read.handle, settings })}
          >
            Save the rejected rows…
          </Button>
        )}
        <Button
          loading={busy}
          disabled={taken + carried === 0}
          data-testid="import-commit"
          onClick={() => void commit()}
        >
          {taken === 0 && carried > 0 ? 'Import types and views' : `Import ${countOf(taken, 'row')}`}
        </Button>
      </Group>
    </>
  );
}

/** What is asked of relationships alone. */
function Ways({ settings, change }: Importing) {
  if (settings === null) return null;
  return (
    <Group gap="lg">
      <Checkbox
        size="xs"
        label={`Make entities that are not there (kind: ${settings.kind})`}
        checked={settings.createMissing}
        data-testid="import-create-missing"
        onChange={({ currentTarget }) => change({ createMissing: currentTarget.checked })}
      />
      <Checkbox
        size="xs"
        label="Keep all relationships in this workspace only"
        checked={settings.local}
        onChange={({ currentTarget }) => change({ local: currentTarget.checked })}
      />
    </Group>
  );
}

const phases = {
  reading: 'Reading',
  waiting: 'Waiting for a sync to end',
  judging: 'Judging the rows',
  writing: 'Writing',
} as const;

function ImportProgress({ handle, busy }: { readonly handle: string; readonly busy: boolean }) {
  const progress = useAppState(({ server }) => server.importProgress);
  const { cancelImport } = useActions();
  if (!busy || progress?.handle !== handle) return null;
  return (
    <Group gap="sm" wrap="nowrap">
      <Text size="xs" w={170}>
        {phases[progress.phase]}
      </Text>
      <Progress flex={1} value={(progress.done / Math.max(1, progress.total)) * 100} aria-label="Import" />
      <Button
        size="compact-xs"
        variant="default"
        data-testid="import-cancel"
        onClick={() => void cancelImport(handle)}
      >
        Cancel
      </Button>
    </Group>
  );
}
