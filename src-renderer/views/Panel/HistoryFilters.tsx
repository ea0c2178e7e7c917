import { Button, NativeSelect, TextInput } from '@mantine/core';
import { IconClock } from '@tabler/icons-react';
import { HistoryChange } from '../../../src-preload/contract/history-requests.ts';
import { useActions, useAppState } from '../../store/context.ts';
import type { HistoryFilter } from '../../store/history-state.ts';

const actors = [
  { value: '', label: 'By everybody' },
  { value: 'user', label: 'By people here' },
  { value: 'sync', label: 'By syncs' },
];
const kinds = [
  { value: '', label: 'Any kind of change' },
  { value: 'relationship', label: 'Relationships' },
  { value: 'entity', label: 'Entities' },
  { value: 'type', label: 'Types' },
  { value: 'view', label: 'Views' },
];

/** Narrows the history by words, by whom and by what was changed; and leads to a past moment. */
export function HistoryFilters() {
  const filter = useAppState(({ view }) => view.historyFilter);
  const { narrowHistory, lookBack } = useActions();
  return (
    <>
      <TextInput
        size="xs"
        w={140}
        type="search"
        aria-label="Words of the entry"
        placeholder="Filter by words"
        value={filter.command}
        data-testid="history-words"
        onChange={({ currentTarget }) => narrowHistory({ command: currentTarget.value.slice(0, 200) })}
      />
      <NativeSelect
        size="xs"
        aria-label="By whom"
        data={actors}
        value={filter.actor ?? ''}
        data-testid="history-actor"
        onChange={({ currentTarget }) => narrowHistory({ actor: toActor(currentTarget.value) })}
      />
      <NativeSelect
        size="xs"
        aria-label="What was changed"
        data={kinds}
        value={filter.what ?? ''}
        data-testid="history-what"
        onChange={({ currentTarget }) => narrowHistory({ what: toWhat(currentTarget.value) })}
      />
      <Button
        variant="default"
        size="xs"
        leftSection={<IconClock size={14} />}
        data-testid="look-back"
        onClick={() => lookBack(new Date().toISOString())}
      >
        A past moment…
      </Button>
    </>
  );
}

function toActor(value: string): HistoryFilter['actor'] {
  return value === 'user' || value === 'sync' ? value : null;
}

function toWhat(value: string): HistoryFilter['what'] {
  return HistoryChange.shape.what.safeParse(value).data ?? null;
}
