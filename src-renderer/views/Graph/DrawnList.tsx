import type { Ref } from 'react';
import type { EntityId } from '../../../src-preload/contract/model.ts';
import { countHidden, withoutHidden } from '../../graph/elements.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { countOf, formatCount } from '../../ui/format.ts';
import { toSentence } from './drawn-sentence.ts';
import classes from './graph.module.css';
import { useStanding } from './use-standing.ts';

interface DrawnListProps {
  readonly listRef: Ref<HTMLUListElement>;
  readonly placeOf: (id: EntityId) => { readonly x: number; readonly y: number };
}

/** The drawing as a list, for people who do not see the canvas or do not use a mouse. Shows itself once it has focus. */
export function DrawnList({ listRef, placeOf }: DrawnListProps) {
  const neighbourhood = useAppState(({ server }) => server.neighbourhood);
  const selection = useAppState(({ view }) => view.selection);
  const relating = useAppState(({ view }) => view.relating);
  const { selectEntity, selectRelationship, pickEnd } = useActions();
  const pins = useAppState(({ view }) => view.drawing.pins);
  const standing = useStanding();
  const readFromTarget = useAppState(({ server }) => server.readFromTarget);
  if (neighbourhood === null) return null;
  const isSeen = (id: EntityId) => !standing.hidden.has(id);
  const seen = withoutHidden(neighbourhood, standing.hidden);
  const hidden = countHidden(seen);
  const names = new Map(neighbourhood.entities.map(({ id, name }) => [id, name]));
  const nameOf = (id: EntityId) => names.get(id) ?? '';
  const from = selection.kind === 'entity' ? selection.id : null;
  return (
    <ul
      ref={listRef}
      className={classes.drawnList}
      aria-label="What the graph draws"
      data-testid="drawn-list"
    >
      {neighbourhood.entities
        .filter(({ id }) => isSeen(id))
        .map(({ id, name, kind, relationshipCount }) => (
          <li key={id}>
            <button
              type="button"
              aria-pressed={selection.kind === 'entity' && selection.id === id}
              onClick={() => (relating === null ? selectEntity(id) : pickEnd(id, placeOf(id)))}
            >
              {name}, {kind}, {countOf(relationshipCount, 'relationship')}
              {hidden.has(id) ? `, ${formatCount(hidden.get(id) ?? 0)} not drawn` : ''}
              {standing.faded.has(id) ? ', dimmed' : ''}
              {pins.includes(id) ? ', pinned' : ''}
            </button>
          </li>
        ))}
      {seen.relationships.map((relationship) => (
        <li key={`r${relationship.id}`}>
          <button
            type="button"
            aria-pressed={selection.kind === 'relationship' && selection.id === relationship.id}
            onClick={() => selectRelationship(relationship.id)}
          >
            {toSentence(relationship, { nameOf, from, readFromTarget })}
          </button>
        </li>
      ))}
    </ul>
  );
}
