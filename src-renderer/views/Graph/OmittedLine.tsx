import { Anchor } from '@mantine/core';
import type { EntityId } from '../../../src-preload/contract/model.ts';
import { useActions, useAppState } from '../../store/context.ts';
import { formatCount } from '../../ui/format.ts';
import { HiddenLine, MatchedLine, MissingLine } from './DrawnLines.tsx';
import classes from './graph.module.css';

/** Says what the drawing leaves out: nothing is cut in silence. */
export function OmittedLine() {
  return (
    <output className={classes.omitted}>
      <MatchedLine />
      <HiddenLine />
      <MissingLine />
      <OmittedRelationships />
      <OmittedNeighbours />
    </output>
  );
}

function OmittedRelationships() {
  const drawn = useAppState(({ server }) => server.neighbourhood?.relationships.length ?? 0);
  const total = useAppState(({ server }) => server.neighbourhood?.relationshipTotal ?? 0);
  if (total <= drawn) return null;
  return (
    <div data-testid="omitted-relationships">
      {formatCount(drawn)} of {formatCount(total)} relationships between these entities drawn, your own
      changes first – draw fewer entities to see all
    </div>
  );
}

function OmittedNeighbours() {
  const omitted = useAppState(
    ({ server }) => server.neighbourhood?.omitted.filter(({ count }) => count > 0) ?? [],
  );
  if (omitted.length === 0) return null;
  return (
    <div data-testid="omitted">
      {omitted.slice(0, 3).map(({ entityId, count }) => (
        <OmittedAt key={entityId} id={entityId} count={count} />
      ))}
      {omitted.length > 3 ? <div>and at {formatCount(omitted.length - 3)} more entities</div> : null}
    </div>
  );
}

function OmittedAt({ id, count }: { readonly id: EntityId; readonly count: number }) {
  const name = useAppState(
    ({ server }) => server.neighbourhood?.entities.find((entity) => entity.id === id)?.name ?? '',
  );
  const { selectEntity } = useActions();
  return (
    <div>
      {formatCount(count)} more {count === 1 ? 'neighbour' : 'neighbours'} of <bdi>{name}</bdi> not drawn –{' '}
      <Anchor component="button" type="button" fz="inherit" onClick={() => selectEntity(id)}>
        open the list
      </Anchor>
    </div>
  );
}
