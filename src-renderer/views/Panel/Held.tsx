import { Button } from '@mantine/core';
import type { HeldRemoval } from '../../../src-preload/contract/model.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { formatCount, formatMoment } from '../../ui/format.ts';
import { PagedRows } from '../../ui/PagedRows.tsx';
import { AsOfLine } from './AsOfLine.tsx';
import classes from './review.module.css';

/** Removals that the guard stopped because they looked like a mistake. */
export function Held() {
  const held = useAppState(({ server }) => server.review.held);
  const { showHeldList } = useActions();
  if (held.total === null) return null;
  if (held.total === 0) {
    return (
      <EmptyNote title="Nothing is held">
        Where a remote suddenly lacks a great deal, or a push would delete a great deal there, Weft asks you
        here first.
        <AsOfLine />
      </EmptyNote>
    );
  }
  return (
    <div className={classes.view} data-testid="held">
      <AsOfLine />
      <PagedRows
        list={held}
        label="Held removals"
        testId="held-rows"
        estimate={72}
        keyOf={({ id }) => id}
        onRange={showHeldList}
      >
        {(removal) => <HeldRow removal={removal} />}
      </PagedRows>
    </div>
  );
}

/** How many are named in the list; all of them are one click away. */
const NAMED = 3;

function HeldRow({ removal }: { readonly removal: HeldRemoval }) {
  const { showHeld } = useActions();
  const { connection, what, side, count, total, reason, sample, heldAt, released } = removal;
  return (
    <div className={classes.item} data-plain data-testid="held-removal">
      <div style={{ minWidth: 0 }}>
        <div className={classes.strong}>
          {connection}: {formatCount(count)} of {formatCount(total)} {what} would go {side}
        </div>
        <div>{reason}</div>
        <div className={classes.faint}>
          {sample.slice(0, NAMED).join(', ')}
          {count > NAMED ? ` and ${formatCount(count - NAMED)} more` : ''}
        </div>
      </div>
      <div className={classes.column}>
        <span className={classes.faint}>
          {released ? 'released: goes with the next sync' : `held ${formatMoment(heldAt)}`}
        </span>
        <Button
          variant="default"
          size="compact-xs"
          data-testid="held-review"
          onClick={() => showHeld(removal)}
        >
          {released ? 'Look through it' : 'Look through and decide…'}
        </Button>
      </div>
    </div>
  );
}
