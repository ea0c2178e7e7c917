import { Button, Checkbox, UnstyledButton } from '@mantine/core';
import { memo } from 'react';
import type { OutboxAction, OutboxItem, RelationshipId } from '../../../src-preload/contract/model.ts';
import { useActions } from '../../store/context.ts';
import { EntityLabel } from '../../ui/EntityLabel.tsx';
import { countOf, formatMoment } from '../../ui/format.ts';
import { StateBadge } from '../../ui/StateBadge.tsx';
import classes from './panel.module.css';

const actionWords: Readonly<Record<OutboxAction, string>> = {
  create: 'Create',
  update: 'Change',
  delete: 'Remove',
};

interface OutboxRowProps {
  readonly item: OutboxItem;
  readonly chosen: boolean;
  readonly onToggle: (id: RelationshipId) => void;
}

/** One pending change; why it waits is in a line of its own. */
export const OutboxRow = memo(function OutboxRow({ item, chosen, onToggle }: OutboxRowProps) {
  const { dropChange, selectEntity, selectRelationship } = useActions();
  const { id, action, source, target, state, cause, attempts, changedAt } = item;
  const title = `${actionWords[action]} ${source.name} to ${target.name}`;
  return (
    <tbody>
      <tr data-testid="outbox-row" data-state={state}>
        <td>
          <Checkbox
            size="xs"
            aria-label={`Choose: ${title}`}
            checked={chosen}
            onChange={() => onToggle(id)}
          />
        </td>
        <td>
          <UnstyledButton
            className={classes.link}
            fz="xs"
            fw={500}
            onClick={() => {
              selectEntity(source.id);
              selectRelationship(id);
            }}
          >
            {actionWords[action]}
          </UnstyledButton>
        </td>
        <td>
          <Ends item={item} />
        </td>
        <td>
          <StateBadge state={state} cause={cause} />
        </td>
        <td className={classes.number}>
          {formatMoment(changedAt)}
          {attempts === 0 ? null : <div className={classes.faint}>{countOf(attempts, 'try', 'tries')}</div>}
        </td>
        <td>
          <Button
            variant="subtle"
            size="compact-xs"
            aria-label={`Drop: ${title}`}
            data-testid="drop-change"
            onClick={() => void dropChange(id)}
          >
            Drop
          </Button>
        </td>
      </tr>
      {cause === null ? null : (
        <tr className={classes.second}>
          <td colSpan={6} className={classes.faint}>
            {cause}
          </td>
        </tr>
      )}
    </tbody>
  );
});

function Ends({ item: { source, target, type } }: { readonly item: OutboxItem }) {
  return (
    <>
      <div className={classes.ends}>
        <EntityLabel entity={source} size="xs" />
        <span>→</span>
        <EntityLabel entity={target} size="xs" />
      </div>
      {type === null ? null : <div className={classes.cut}>{type}</div>}
    </>
  );
}
