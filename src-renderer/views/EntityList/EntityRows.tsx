import { useAppState } from '../../store/context.ts';
import { rowAt } from '../../store/page-cache.ts';
import { selectConnections, selectSelectedEntityId } from '../../store/selectors.ts';
import { EmptyNote } from '../../ui/EmptyNote.tsx';
import { EntityRow } from './EntityRow.tsx';
import classes from './entity-list.module.css';
import { NothingYet } from './NothingYet.tsx';
import { useEntityRows } from './use-entity-rows.ts';

/** The list itself, or what to do where it is empty. Another filter starts at its top again. */
export function EntityRows() {
  const query = useAppState(({ view }) => JSON.stringify(view.filter));
  const found = useAppState(({ server }) => server.entityList.total);
  const all = useAppState(({ server }) => server.workspace?.entityCount ?? 0);
  if (found !== 0) return <Rows key={query} />;
  return (
    <div className={classes.scroller}>
      {all === 0 ? (
        <NothingYet />
      ) : (
        <EmptyNote title="No entity fits">Change the filter, or sync a connection.</EmptyNote>
      )}
    </div>
  );
}

/** The rows in sight and a few around them; all others are only height. */
function Rows() {
  const { list, total, rows, scroller, active, openAt, move } = useEntityRows();
  const selectedId = useAppState(selectSelectedEntityId);
  const withConnection = useAppState((state) => selectConnections(state).length > 1);
  return (
    <div
      ref={scroller}
      className={classes.scroller}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a <select> holds every option, this list only those in sight
      role="listbox"
      tabIndex={0}
      aria-label="Entities"
      aria-activedescendant={total > 0 ? `entity-row-${active}` : undefined}
      data-testid="entity-rows"
      onKeyDown={move}
      onClick={({ target }) => openAt(target)}
    >
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const entity = rowAt(list, index);
          return (
            <EntityRow
              key={index}
              index={index}
              total={total}
              top={start}
              entity={entity}
              chosen={entity !== undefined && entity.id === selectedId}
              active={index === active}
              withConnection={withConnection}
            />
          );
        })}
      </div>
    </div>
  );
}
