import { Button, Checkbox, NativeSelect, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { type ConflictChoice, ConflictReason } from '../../../src-preload/contract/model.ts';
import type { ConflictFilter } from '../../../src-preload/contract/sync-lists.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { toStillThere } from '../../store/review-state.ts';
import { countOf, formatCount } from '../../ui/format.ts';
import classes from './review.module.css';
import { choiceWords, reasonWords } from './review-words.ts';

const choices: readonly ConflictChoice[] = ['local', 'remote', 'both'];

/** Narrows the conflicts, and settles those chosen, or all that the list is narrowed to, by one rule. */
export function ConflictTools({ total }: { readonly total: number }) {
  return (
    <>
      <Filters />
      <Rules total={total} />
    </>
  );
}

function Filters() {
  const groups = useAppState(({ server }) => server.review.conflictGroups);
  const types = useAppState(({ server }) => server.workspace?.types ?? []);
  const filter = useAppState(({ view }) => view.review.conflicts.filter);
  const { narrowConflicts } = useActions();
  const connections = new Map(groups.map(({ connectionId, connection }) => [connectionId, connection]));
  return (
    <div className={classes.tools}>
      <NativeSelect
        size="xs"
        aria-label="Connection"
        value={filter.connectionId ?? ''}
        data={[
          { value: '', label: 'Every connection' },
          ...[...connections].map(([id, name]) => ({ value: String(id), label: name })),
        ]}
        onChange={({ currentTarget }) => {
          const chosen = [...connections.keys()].find((id) => String(id) === currentTarget.value);
          narrowConflicts({ connectionId: chosen ?? null });
        }}
      />
      <NativeSelect
        size="xs"
        aria-label="Reason"
        data-testid="conflict-reason"
        value={filter.reason ?? ''}
        data={[
          { value: '', label: 'Every reason' },
          ...ConflictReason.options.map((reason) => ({ value: reason, label: reasonWords[reason] })),
        ]}
        onChange={({ currentTarget }) =>
          narrowConflicts({
            reason: ConflictReason.options.find((one) => one === currentTarget.value) ?? null,
          })
        }
      />
      {types.length === 0 ? null : (
        <NativeSelect
          size="xs"
          aria-label="Type on either side"
          value={filter.type ?? ''}
          data={[{ value: '', label: 'Every type' }, ...types]}
          onChange={({ currentTarget }) =>
            narrowConflicts({ type: currentTarget.value === '' ? null : currentTarget.value })
          }
        />
      )}
    </div>
  );
}

function Rules({ total }: { readonly total: number }) {
  const filter = useAppState(({ view }) => view.review.conflicts.filter);
  const picked = useAppState(({ server, view }) =>
    toStillThere(view.review.chosenConflicts, server.review.conflicts),
  );
  const rows = useAppState(({ server }) => [...server.review.conflicts.pages.values()].flat());
  const { chooseConflicts, resolveConflicts, countConflicts } = useActions();
  const none = picked.length === 0;
  // Where not every row is known, one that is not may offer it.
  const offered = choices.filter(
    (choice) => rows.length < total || rows.some((row) => row.choices.includes(choice)),
  );
  const apply = async (keep: ConflictChoice) => {
    if (!none) return resolveConflicts({ ids: picked }, keep);
    const count = await countConflicts(filter);
    if (count !== undefined) askRule({ count, keep, filter }, () => void resolveConflicts({ filter }, keep));
  };
  return (
    <div className={classes.tools}>
      <Checkbox
        size="xs"
        label={
          none
            ? `Choose ${rows.length < total ? 'the first' : 'all'} ${formatCount(rows.length)}`
            : `${formatCount(picked.length)} chosen`
        }
        checked={!none && picked.length === total}
        indeterminate={!none && picked.length < total}
        onChange={() => chooseConflicts(none ? rows.map(({ id }) => id) : [])}
      />
      <Text size="xs" c="dimmed" className={classes.push}>
        {none ? `All ${formatCount(total)} listed:` : 'Those chosen:'}
      </Text>
      {offered.map((choice) => (
        <Button
          key={choice}
          variant="default"
          size="compact-xs"
          disabled={total === 0}
          data-testid={`rule-${choice}`}
          onClick={() => void apply(choice)}
        >
          {choiceWords[choice]}
          {none ? '…' : ''}
        </Button>
      ))}
    </div>
  );
}

interface Rule {
  readonly count: number;
  readonly keep: ConflictChoice;
  readonly filter: ConflictFilter;
}

/** Says how many a rule settles and what that means, before it does. */
function askRule({ count, keep, filter }: Rule, onConfirm: () => void): void {
  const what = filter.reason === null ? '' : ` (${reasonWords[filter.reason].toLowerCase()})`;
  modals.openConfirmModal({
    title: `${choiceWords[keep]} for ${countOf(count, 'conflict')}?`,
    children: (
      <Text size="sm" data-testid="rule-preview">
        {formatCount(count)} {count === 1 ? 'conflict fits' : 'conflicts fit'} the filter{what}.{' '}
        {meanings[keep]} Where that choice is not offered, a conflict stays open. Undo opens them again.
      </Text>
    ),
    labels: { confirm: choiceWords[keep], cancel: 'Cancel' },
    confirmProps: { 'data-testid': 'rule-confirm' },
    onConfirm,
  });
}

const meanings: Readonly<Record<ConflictChoice, string>> = {
  local: 'What you want stays in the outbox and is sent with the next push.',
  remote: 'What you wanted is given up; this workspace takes what the remote has.',
  both: 'What the remote has stays, and yours is added beside it with the next push.',
};
