import { Button, Checkbox, UnstyledButton } from '@mantine/core';
import { memo } from 'react';
import type { OutboxAction, OutboxItem, RelationshipId } from '../../../src-preload/contract/model.ts';
import { useActions } from '../../store/context.ts';
import { EntityLabel } from '../../ui/EntityLabel.tsx';
import { formatMoment } from '../../ui/format.ts';
import { StateBadge } from '../../ui/StateBadge.tsx';
import panel from './panel.module.css';
import classes from './review.module.css';
import { toAttemptsText, toWayOn } from './review-words.ts';

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

/** One pending change: why it waits, how often it was tried and what would let it go are in lines of their own. */
export const OutboxRow = memo(function OutboxRow({ item, chosen, onToggle }: OutboxRowProps) {
  const { dropChange, selectEntity, selectRelationship } = useActions();
  const { id, action, source, target, type, state, cause, changedAt } = item;
  const title = `${actionWords[action]} ${source.name} to ${target.name}`;
  const way = toWayOn(item);
  const show = () => {
    selectEntity(source.id);
    selectRelationship(id);
  };
  return (
    <div
      className={classes.item}
      data-chosen={chosen || undefined}
      data-testid="outbox-row"
      data-state={state}
    >
      <Checkbox size="xs" aria-label={`Choose: ${title}`} checked={chosen} onChange={() => onToggle(id)} />
      <div style={{ minWidth: 0 }}>
        <div className={classes.line}>
          <UnstyledButton className={panel.link} fz="xs" fw={500} onClick={show}>
            {actionWords[action]}
          </UnstyledButton>
          <EntityLabel entity={source} size="xs" />
          <span>→</span>
          <EntityLabel entity={target} size="xs" />
          {type === null ? null : <span className={classes.faint}>{type}</span>}
        </div>
        <div className={classes.faint}>
          {[`since ${formatMoment(changedAt)}`, toAttemptsText(item)]
            .filter((part) => part !== '')
            .join(' · ')}
        </div>
        {cause === null ? null : <div style={{ overflowWrap: 'anywhere' }}>{cause}</div>}
        {way === null ? null : <div className={classes.faint}>{way}</div>}
      </div>
      <div className={classes.end}>
        <StateBadge state={state} cause={cause} />
        <Button
          variant="subtle"
          size="compact-xs"
          aria-label={`Drop: ${title}`}
          data-testid="drop-change"
          onClick={() => void dropChange(id)}
        >
          Drop
        </Button>
      </div>
    </div>
  );
});
