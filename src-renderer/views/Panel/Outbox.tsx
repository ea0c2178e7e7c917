import { Button, Checkbox, Group, Text } from '@mantine/core';
import { IconArrowUp, IconEye } from '@tabler/icons-react';
import { useState } from 'react';
import type { OutboxItem, RelationshipId } from '../../../src-preload/contract/model.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { selectIsSyncing } from '../../store/selectors.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { countOf } from '../../ui/format.ts';
import { OutboxRow } from './OutboxRow.tsx';
import classes from './panel.module.css';

const columns = [
  { name: 'Chosen', width: 34, shown: false },
  { name: 'Change', width: 66, shown: true },
  { name: 'Relationship', width: 'auto', shown: true },
  { name: 'State', width: 94, shown: true },
  { name: 'Since', width: 92, shown: true },
  { name: 'What can be done', width: 60, shown: false },
] as const;

/** Every change that was made here and is not at its remote yet. */
export function Outbox() {
  const outbox = useAppState(({ server }) => server.outbox);
  const [chosen, setChosen] = useState<ReadonlySet<RelationshipId>>(new Set());
  if (outbox === null) return null;
  const rows = outbox.rows;
  if (rows.length === 0) {
    return (
      <EmptyNote title="Nothing is waiting">
        What you relate or remove is listed here until it was sent.
      </EmptyNote>
    );
  }
  const picked = rows.filter(({ id }) => chosen.has(id)).map(({ id }) => id);
  const toggle = (id: RelationshipId) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const toggleAll = () => setChosen(new Set(picked.length === rows.length ? [] : rows.map(({ id }) => id)));
  return (
    <>
      <OutboxBar rows={rows} total={outbox.total} picked={picked} onToggleAll={toggleAll} />
      <table className={classes.table} data-fixed data-testid="outbox">
        <colgroup>
          {columns.map(({ name, width }) => (
            <col key={name} style={{ width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map(({ name, shown }) => (
              <th key={name} aria-label={name}>
                {shown ? name : null}
              </th>
            ))}
          </tr>
        </thead>
        {rows.map((item) => (
          <OutboxRow key={item.id} item={item} chosen={chosen.has(item.id)} onToggle={toggle} />
        ))}
      </table>
    </>
  );
}

interface OutboxBarProps {
  readonly rows: readonly OutboxItem[];
  readonly total: number;
  readonly picked: readonly RelationshipId[];
  readonly onToggleAll: () => void;
}

function OutboxBar({ rows, total, picked, onToggleAll }: OutboxBarProps) {
  const { pushSelected, sync, askDryRun } = useActions();
  const syncing = useAppState(selectIsSyncing);
  const none = picked.length === 0;
  return (
    <Group className={classes.bar} gap="xs">
      <Checkbox
        size="xs"
        aria-label="Choose all"
        checked={picked.length === rows.length}
        indeterminate={!none && picked.length < rows.length}
        onChange={onToggleAll}
      />
      <Text size="xs" c="dimmed">
        {countOf(total, 'pending change')}
        {rows.length < total ? `, the first ${rows.length} shown` : ''}
        {none ? '' : `, ${picked.length} chosen`}
      </Text>
      <Group gap="xs" ml="auto">
        <Button
          variant="default"
          size="compact-xs"
          leftSection={<IconEye size={13} />}
          data-testid="dry-run"
          onClick={() => askDryRun(none ? null : picked)}
        >
          Show what would be sent
        </Button>
        <Button
          variant="default"
          size="compact-xs"
          disabled={none || syncing}
          data-testid="push-selected"
          onClick={() => void pushSelected(picked)}
        >
          Push selected
        </Button>
        <Button
          size="compact-xs"
          leftSection={<IconArrowUp size={13} />}
          disabled={syncing}
          data-testid="push-all"
          onClick={() => void sync('push')}
        >
          Push all
        </Button>
      </Group>
    </Group>
  );
}
