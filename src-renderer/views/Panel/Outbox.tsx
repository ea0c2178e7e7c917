import { Button, Checkbox, NativeSelect, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { IconArrowUp, IconEye, IconTrash } from '@tabler/icons-react';
import type { RelationshipId } from '../../../src-preload/contract/model.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { countOfPart, type OutboxPart, toStillThere } from '../../store/review-state.ts';
import { selectIsSyncing } from '../../store/selectors.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { countOf, formatCount } from '../../ui/format.ts';
import { PagedRows } from '../../ui/PagedRows.tsx';
import { AsOfLine } from './AsOfLine.tsx';
import { OutboxGroupLine } from './OutboxGroupLine.tsx';
import { OutboxRow } from './OutboxRow.tsx';
import classes from './review.module.css';
import { partWords } from './review-words.ts';

/** Every change that was made here and is not at its remote yet, by connection and in the order of pushing. */
export function Outbox() {
  const outbox = useAppState(({ server }) => server.review.outbox);
  const groups = useAppState(({ server }) => server.review.outboxGroups);
  const chosen = useAppState(({ view }) => view.review.chosenChanges);
  const { showOutboxRows, toggleChange } = useActions();
  if (outbox.total === null) return null;
  if (groups.length === 0) {
    return (
      <EmptyNote title="Nothing is waiting">
        What you relate or remove is listed here until it was sent.
        <AsOfLine />
      </EmptyNote>
    );
  }
  return (
    <div className={classes.view}>
      <AsOfLine />
      <Filters />
      <ChoiceBar total={outbox.total} />
      {outbox.total === 0 ? (
        <EmptyNote title="None of these">Choose another part of the outbox.</EmptyNote>
      ) : null}
      <PagedRows
        list={outbox}
        label="Pending changes"
        testId="outbox"
        estimate={52}
        keyOf={({ id }) => id}
        onRange={showOutboxRows}
        onToggle={({ id }) => toggleChange(id)}
      >
        {(item, before) => (
          <>
            {item.connectionId === before?.connectionId ? null : (
              <OutboxGroupLine connectionId={item.connectionId} />
            )}
            <OutboxRow item={item} chosen={chosen.has(item.id)} onToggle={toggleChange} />
          </>
        )}
      </PagedRows>
    </div>
  );
}

const parts: readonly OutboxPart[] = [
  'all',
  'waiting',
  'unanswered',
  'blocked',
  'parked',
  'conflict',
  'held',
];

/** Narrows the list to one connection and to one part; parts that are empty everywhere are left out. */
function Filters() {
  const groups = useAppState(({ server }) => server.review.outboxGroups);
  const { connectionId, part } = useAppState(({ view }) => view.review.outbox);
  const { narrowOutbox } = useActions();
  const meant = groups.filter((group) => connectionId === null || group.connectionId === connectionId);
  const countOfAll = (each: OutboxPart) => meant.reduce((sum, group) => sum + countOfPart(group, each), 0);
  return (
    <div className={classes.tools}>
      <NativeSelect
        size="xs"
        aria-label="Connection"
        data-testid="outbox-connection"
        value={connectionId ?? ''}
        data={[
          { value: '', label: 'Every connection' },
          ...groups.map((group) => ({ value: String(group.connectionId), label: group.connection })),
        ]}
        onChange={({ currentTarget }) => {
          const group = groups.find((one) => String(one.connectionId) === currentTarget.value);
          narrowOutbox({ connectionId: group?.connectionId ?? null });
        }}
      />
      {parts
        .map((each) => ({ each, count: countOfAll(each) }))
        .filter(({ each, count }) => count > 0 || each === part || each === 'all')
        .map(({ each, count }) => (
          <Button
            key={each}
            size="compact-xs"
            variant={each === part ? 'light' : 'subtle'}
            aria-pressed={each === part}
            data-testid={`outbox-part-${each}`}
            onClick={() => narrowOutbox({ part: each })}
          >
            {partWords[each]} {formatCount(count)}
          </Button>
        ))}
    </div>
  );
}

/** What can be done with what is chosen. */
function ChoiceBar({ total }: { readonly total: number }) {
  const picked = useAppState(({ server, view }) =>
    toStillThere(view.review.chosenChanges, server.review.outbox),
  );
  const syncing = useAppState(selectIsSyncing);
  const { connectionId } = useAppState(({ view }) => view.review.outbox);
  const actions = useActions();
  const none = picked.length === 0;
  const push = async () => {
    await actions.pushSelected(picked);
    actions.chooseNoChange();
  };
  return (
    <div className={classes.tools}>
      <Checkbox
        size="xs"
        label={none ? `Choose all ${formatCount(total)}` : `${formatCount(picked.length)} chosen`}
        data-testid="choose-all"
        checked={!none && picked.length >= total}
        indeterminate={!none && picked.length < total}
        onChange={() => (none ? void actions.chooseAllChanges() : actions.chooseNoChange())}
      />
      <Button
        className={classes.push}
        variant="default"
        size="compact-xs"
        leftSection={<IconEye size={13} />}
        data-testid="dry-run"
        onClick={() => actions.askDryRun(none ? null : picked, none ? connectionId : null)}
      >
        Show what would be sent
      </Button>
      <DropButton picked={picked} />
      <Button
        variant="default"
        size="compact-xs"
        disabled={none || syncing}
        data-testid="push-selected"
        onClick={() => void push()}
      >
        Push selected
      </Button>
      <PushAllButton />
    </div>
  );
}

/** Drops what is chosen; where nothing is, all of the connection that is looked at, or all of every connection. */
function DropButton({ picked }: { readonly picked: readonly RelationshipId[] }) {
  const { connectionId } = useAppState(({ view }) => view.review.outbox);
  const groups = useAppState(({ server }) => server.review.outboxGroups);
  const { dropChanges, dropAllChanges } = useActions();
  const meant = groups.filter((group) => connectionId === null || group.connectionId === connectionId);
  const count = meant.reduce((sum, { total }) => sum + total, 0);
  const none = picked.length === 0;
  const drop = () =>
    none ? askDropAll(count, () => void dropAllChanges(connectionId)) : void dropChanges(picked);
  return (
    <Button
      variant="default"
      size="compact-xs"
      leftSection={<IconTrash size={13} />}
      data-testid="drop-selected"
      onClick={drop}
    >
      {none ? `Drop all ${formatCount(count)}…` : 'Drop selected'}
    </Button>
  );
}

function PushAllButton() {
  const { connectionId } = useAppState(({ view }) => view.review.outbox);
  const syncing = useAppState(selectIsSyncing);
  const { sync } = useActions();
  return (
    <Button
      size="compact-xs"
      leftSection={<IconArrowUp size={13} />}
      disabled={syncing}
      data-testid="push-all"
      onClick={() => void sync('push', connectionId)}
    >
      Push all
    </Button>
  );
}

function askDropAll(count: number, drop: () => void): void {
  modals.openConfirmModal({
    title: `Drop all ${countOf(count, 'pending change')}?`,
    children: (
      <Text size="sm">
        None of it will be sent. What is already at its remote stays there. Undo brings the changes back.
      </Text>
    ),
    labels: { confirm: 'Drop all', cancel: 'Keep' },
    confirmProps: { color: 'red', 'data-testid': 'drop-all-confirm' },
    onConfirm: drop,
  });
}
