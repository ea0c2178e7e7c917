import { Button, Checkbox } from '@mantine/core';
import { memo } from 'react';
import type { Conflict, ConflictSide } from '../../../src-preload/contract/model.ts';
import { useActions } from '../../store/context.ts';
import { EntityLabel } from '../../ui/EntityLabel.tsx';
import { formatMoment } from '../../ui/format.ts';
import classes from './review.module.css';
import { type ConflictPart, choiceWords, toSideWhen } from './review-words.ts';

interface ConflictRowProps {
  readonly conflict: Conflict;
  readonly chosen: boolean;
  readonly onToggle: (id: Conflict['id']) => void;
}

/** One conflict: its three sides, and what can be kept. */
export const ConflictRow = memo(function ConflictRow({ conflict, chosen, onToggle }: ConflictRowProps) {
  const { resolveConflict } = useActions();
  const { id, source, target, cause, base, local, remote, choices, connection, foundAt } = conflict;
  return (
    <div className={classes.item} data-chosen={chosen || undefined} data-testid="conflict">
      <Checkbox
        size="xs"
        aria-label={`Choose the conflict of ${source.name} and ${target.name}`}
        checked={chosen}
        onChange={() => onToggle(id)}
      />
      <div style={{ minWidth: 0 }}>
        <div className={classes.line}>
          <EntityLabel entity={source} size="xs" />
          <span>→</span>
          <EntityLabel entity={target} size="xs" />
        </div>
        <div>{cause}</div>
        <div className={classes.faint}>
          {connection} · found {formatMoment(foundAt)}
        </div>
        <div className={classes.sides}>
          <Side title="Before" part="base" side={base} />
          <Side title="Yours" part="local" side={local} base={base} />
          <Side title="Theirs" part="remote" side={remote} base={base} />
        </div>
      </div>
      <div className={classes.column}>
        {choices.map((choice) => (
          <Button
            key={choice}
            variant="default"
            size="compact-xs"
            aria-label={`${choiceWords[choice]}: ${source.name} and ${target.name}`}
            data-testid={`keep-${choice}`}
            onClick={() => void resolveConflict(id, choice)}
          >
            {choiceWords[choice]}
          </Button>
        ))}
      </div>
    </div>
  );
});

interface SideProps {
  readonly title: string;
  readonly part: ConflictPart;
  readonly side: ConflictSide;
  /** What it is compared with. */
  readonly base?: ConflictSide;
}

function Side({ title, part, side, base = side }: SideProps) {
  const changed = side.present !== base.present || side.type !== base.type;
  const when = toSideWhen(part, side);
  return (
    <div className={classes.side} data-changed={changed || undefined}>
      <div className={classes.faint}>{title}</div>
      <div className={classes.sideValue}>{side.present ? (side.type ?? 'related') : 'not related'}</div>
      {when === '' ? null : <div className={classes.faint}>{when}</div>}
    </div>
  );
}
