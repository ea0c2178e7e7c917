import { useActions, useAppState } from '../../store/context.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { PagedRows } from '../../ui/PagedRows.tsx';
import { AsOfLine } from './AsOfLine.tsx';
import { ConflictRow } from './ConflictRow.tsx';
import { ConflictTools } from './ConflictTools.tsx';
import classes from './review.module.css';

/** What you and somebody else decided differently, with all three sides. */
export function Conflicts() {
  const conflicts = useAppState(({ server }) => server.review.conflicts);
  const isAny = useAppState(({ server }) => server.review.conflictGroups.length > 0);
  const chosen = useAppState(({ view }) => view.review.chosenConflicts);
  const { showConflictRows, toggleConflict } = useActions();
  if (conflicts.total === null) return null;
  if (!isAny) {
    return (
      <EmptyNote title="No conflicts">
        You and everybody else agree on all that was read.
        <AsOfLine />
      </EmptyNote>
    );
  }
  return (
    <div className={classes.view} data-testid="conflicts">
      <AsOfLine />
      <ConflictTools total={conflicts.total} />
      {conflicts.total === 0 ? <EmptyNote title="None of these">Change the filter.</EmptyNote> : null}
      <PagedRows
        list={conflicts}
        label="Conflicts"
        testId="conflict-rows"
        estimate={116}
        keyOf={({ id }) => id}
        onRange={showConflictRows}
        onToggle={({ id }) => toggleConflict(id)}
      >
        {(conflict) => (
          <ConflictRow conflict={conflict} chosen={chosen.has(conflict.id)} onToggle={toggleConflict} />
        )}
      </PagedRows>
    </div>
  );
}
