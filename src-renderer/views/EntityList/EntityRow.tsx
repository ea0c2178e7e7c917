import { memo } from 'react';
import type { EntitySummary } from '../../../src-preload/contract/model.ts';
import { KindIcon } from '../../ui/KindIcon.tsx';
import classes from './entity-list.module.css';

/** Every row has the same height in pixels, so that nothing has to be measured while scrolling. */
export const ROW_HEIGHT = 30;

interface EntityRowProps {
  readonly index: number;
  readonly total: number;
  readonly top: number;
  /** Undefined until its page was read. */
  readonly entity: EntitySummary | undefined;
  readonly chosen: boolean;
  readonly active: boolean;
  /** Whether the connection has to be told, because there is more than one. */
  readonly withConnection: boolean;
}

/** One row of the entity list, placed by hand. */
export const EntityRow = memo(function EntityRow(props: EntityRowProps) {
  const { index, total, top, entity, chosen, active, withConnection } = props;
  const mark = entity?.removed ? 'removed' : entity?.archived ? 'archived' : null;
  return (
    // Keys and clicks are handled by the list, which keeps the focus and names this row as the active one.
    <div
      id={`entity-row-${index}`}
      className={classes.row}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an <option> cannot hold an icon and be placed by hand
      role="option"
      aria-selected={chosen}
      aria-setsize={total}
      aria-posinset={index + 1}
      data-active={active || undefined}
      data-index={index}
      data-testid="entity-row"
      style={{ transform: `translateY(${top}px)` }}
    >
      {entity === undefined ? (
        <span className={classes.waiting} />
      ) : (
        <>
          <KindIcon kind={entity.kind} size={15} />
          <span
            className={classes.name}
            dir="auto"
            title={entity.name}
            data-removed={entity.removed || undefined}
          >
            {entity.name}
          </span>
          {mark === null ? null : <span className={classes.mark}>{mark}</span>}
          {withConnection ? <span className={classes.connection}>{entity.connection}</span> : null}
        </>
      )}
    </div>
  );
});
