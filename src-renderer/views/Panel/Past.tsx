import { Badge, Button, NativeSelect, SegmentedControl, Text, TextInput } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useActions, useAppState } from '../../store/context.ts';
import type { PastLine, PastQuestion, PastSubject } from '../../store/history-state.ts';
import { selectPastStand, selectShownPast, toPastGaps } from '../../store/read-history.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { EntityLabel } from '../../ui/EntityLabel.tsx';
import { countOf } from '../../ui/format.ts';
import { PagedRows } from '../../ui/PagedRows.tsx';
import classes from './review.module.css';

const ways = [
  { value: 'then', label: 'There then' },
  { value: 'difference', label: 'Changed since' },
];

const subjects: { value: PastSubject; label: string }[] = [
  { value: 'relationships', label: 'Relationships' },
  { value: 'entities', label: 'Entities' },
  { value: 'types', label: 'Types' },
  { value: 'views', label: 'Views' },
];

const counted = {
  relationships: ['relationship', 'relationships'],
  entities: ['entity', 'entities'],
  types: ['type', 'types'],
  views: ['view', 'views'],
} as const;

/** What was there at a past moment, or what has become of it since. */
export function Past({ past }: { readonly past: PastQuestion }) {
  const list = useAppState(({ server }) => server.past);
  const shown = useAppState(selectShownPast);
  const stand = useAppState(selectPastStand);
  const isOther = stand !== 'shown';
  const { lookBack, stopLookingBack, showPastRows } = useActions();
  const { at, showing, of } = past;
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
          onChange={(value) => lookBack(at, { showing: value === 'difference' ? 'difference' : 'then' })}
        />
        <NativeSelect
          size="xs"
          aria-label="Of what"
          data={subjects}
          value={of}
          data-testid="past-of"
          onChange={({ currentTarget }) =>
            lookBack(at, { of: subjects.find(({ value }) => value === currentTarget.value)?.value ?? of })
          }
        />
        <Text size="xs" c="dimmed" data-testid="past-total">
          {stand === 'reading' ? 'Looking back…' : null}
          {stand === 'shown' ? toTotalText(shown, list.total) : null}
        </Text>
        <NotRead />
      </div>
      {list.total === 0 ? (
        <EmptyNote title={shown?.showing === 'then' ? `No ${shown.of} then` : 'Nothing has changed since'} />
      ) : (
        <div className={classes.past} data-other={isOther || undefined} aria-busy={stand === 'reading'}>
          <PagedRows
            list={list}
            label={shown?.showing === 'difference' ? 'What has changed since' : 'What was there then'}
            testId="past-rows"
            estimate={31}
            keyOf={({ id }) => id}
            onRange={showPastRows}
          >
            {(line) => <Line line={line} />}
          </PagedRows>
        </div>
      )}
    </div>
  );
}

/** That rows in sight were not read, since that was cancelled or failed, and a way to read them. */
function NotRead() {
  const isResting = useAppState(({ server }) => server.past.resting.size > 0);
  const { isMissing } = useAppState(toPastGaps);
  const stand = useAppState(selectPastStand);
  const { readAgain } = useActions();
  if (!isResting) return null;
  const gap = isMissing ? 'Rows in sight were not read' : 'From before the last change';
  return (
    <>
      <Text size="xs" data-testid="past-not-read">
        {stand === 'unread' ? 'This moment was not read' : gap}
      </Text>
      <Button variant="default" size="compact-xs" data-testid="past-read-again" onClick={readAgain}>
        Read again
      </Button>
    </>
  );
}

/** How many rows there are, in the words of the question that they answer. */
function toTotalText(shown: PastQuestion | null, total: number | null): string {
  if (shown === null || total === null) return '';
  if (shown.showing === 'difference') return countOf(total, 'difference');
  const [one, many] = counted[shown.of];
  return countOf(total, one, many);
}

const changes = {
  added: { label: 'added', color: 'green' },
  removed: { label: 'removed', color: 'red' },
  changed: { label: 'changed', color: 'blue' },
} as const;

function Line({ line: { change, entity, name, target, text, connection } }: { readonly line: PastLine }) {
  return (
    <div className={classes.item} data-plain data-testid="past-row">
      <div className={classes.line}>
        {change === null ? null : (
          <Badge size="sm" variant="light" color={changes[change].color} tt="none" style={{ flex: 'none' }}>
            {changes[change].label}
          </Badge>
        )}
        {entity === null ? <Text size="xs">{name}</Text> : <EntityLabel entity={entity} size="xs" />}
        <span className={classes.faint}>{target === null ? text : `${text} →`}</span>
        {target === null ? null : <EntityLabel entity={target} size="xs" />}
      </div>
      <span className={classes.faint}>{connection}</span>
    </div>
  );
}

/** The moment as the field of the browser takes it: in this computer's time, to the second. */
function toLocal(at: string): string {
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
