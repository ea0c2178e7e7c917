import { useAppState } from '../../store/context.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { EntityInspector } from './EntityInspector.tsx';
import classes from './inspector.module.css';
import { RelationshipInspector } from './RelationshipInspector.tsx';

/** Everything about what is selected. */
export function Inspector() {
  const selection = useAppState(({ view }) => view.selection);
  return (
    <aside className={classes.inspector} aria-label="Inspector" data-testid="inspector">
      {selection.kind === 'none' ? (
        <EmptyNote title="Nothing selected">
          Choose an entity or a relationship to see what is known of it.
        </EmptyNote>
      ) : null}
      {selection.kind === 'entity' ? <EntityInspector key={selection.id} id={selection.id} /> : null}
      {selection.kind === 'relationship' ? (
        <RelationshipInspector key={selection.id} id={selection.id} />
      ) : null}
    </aside>
  );
}
