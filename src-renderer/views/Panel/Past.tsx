import { Badge, Button, SegmentedControl, Text, TextInput } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useActions, useAppState } from '../../store/context.ts';
import type { PastLine, PastQuestion } from '../../store/history-state.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { EntityLabel } from '../../ui/EntityLabel.tsx';
import { countOf } from '../../ui/format.ts';
import { PagedRows } from '../../ui/PagedRows.tsx';
import classes from './review.module.css';

const ways = [
  { value: 'then', label: 'There then' },
  { value: 'difference', label: 'Changed since' },
];

/** The relationships of a past moment, or what has become of them since. */
export function Past({ past }: { readonly past: PastQuestion }) {
  const list = useAppState(({ server }) => server.past);
  const { lookBack, stopLookingBack, showPastRows } = useActions();
  const { at, showing } = past;
  return (
    <div className={classes.view} data-testid="past">
      <div className={classes.tools}>
        <Button
          variant="subtle"
          size="compact-xs"
          leftSection={<IconArrowLeft size={14} />}
          data-testid="past-back"
          onClick={stopLookingBack}
        >
          Entries
        </Button>
        <TextInput
          size="xs"
          type="datetime-local"
          step={1}
          aria-label="The moment"
          value={toLocal(at)}
          data-testid="past-moment"
          onChange={({ currentTarget }) => {
            const time = Date.parse(currentTarget.value);
            if (!Number.isNaN(time)) lookBack(new Date(time).toISOString());
          }}
        />
        <SegmentedControl
          size="xs"
          data={ways}
          value={showing}
          data-testid="past-way"
          aria-label="What is shown"
          onChange={(value) => lookBack(at, value === 'difference' ? 'difference' : 'then')}
        />
        <Text size="xs" c="dimmed" data-testid="past-total">
          {list.total === null
            ? ''
            : showing === 'then'
              ? countOf(list.total, 'relationship')
              : countOf(list.total, 'difference')}
        </Text>
      </div>
      {list.total === 0 ? (
        <EmptyNote title={showing === 'then' ? 'No relationships then' : 'Nothing has changed since'} />
      ) : (
        <PagedRows
          list={list}
          label={showing === 'then' ? 'What was there then' : 'What has changed since'}
          testId="past-rows"
          estimate={31}
          keyOf={({ relationship }) => relationship.id}
          onRange={showPastRows}
        >
          {(line) => <Line line={line} />}
        </PagedRows>
      )}
    </div>
  );
}

const changes = {
  added: { label: 'added', color: 'green' },
  removed: { label: 'removed', color: 'red' },
  changed: { label: 'another type', color: 'blue' },
} as const;

function Line({ line: { change, relationship, before, after } }: { readonly line: PastLine }) {
  const { connection, source, target } = relationship;
  return (
    <div className={classes.item} data-plain data-testid="past-row">
      <div className={classes.line}>
        {change === null ? null : (
          <Badge size="sm" variant="light" color={changes[change].color} tt="none" style={{ flex: 'none' }}>
            {changes[change].label}
          </Badge>
        )}
        <EntityLabel entity={source} size="xs" />
        <span className={classes.faint}>{toType(change, before, after)} →</span>
        <EntityLabel entity={target} size="xs" />
      </div>
      <span className={classes.faint}>{connection}</span>
    </div>
  );
}

function toType(change: PastLine['change'], before: string | null, after: string | null): string {
  if (change === 'changed') return `${before ?? 'no type'}, now ${after ?? 'no type'}`;
  return (change === 'added' ? after : before) ?? '';
}

/** The moment as the field of the browser takes it: in this computer's time, to the second. */
function toLocal(at: string): string {
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
