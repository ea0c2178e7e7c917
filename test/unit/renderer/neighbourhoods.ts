import {
  type EntityId,
  type GraphEntity,
  type GraphRelationship,
  LOCAL_CONNECTION_ID,
  type Neighbourhood,
  type RelationshipId,
} from '../../../src-preload/contract/model.ts';

/** Ids of tests: the contract brands them, tests write them down. */
export const entityId = (id: number) => id as EntityId;
export const relationshipId = (id: number) => id as RelationshipId;

export function graphEntity(id: number, change: Partial<GraphEntity> = {}): GraphEntity {
  return {
    id: entityId(id),
    connectionId: LOCAL_CONNECTION_ID,
    connection: 'local',
    kind: 'asset',
    name: `Asset ${id}`,
    address: `local:asset:${id}`,
    archived: false,
    removed: false,
    relationshipCount: 0,
    relationshipsAsOf: null,
    ...change,
  };
}

export function graphRelationship(
  id: number,
  sourceId: number,
  targetId: number,
  change: Partial<GraphRelationship> = {},
): GraphRelationship {
  return {
    id: relationshipId(id),
    sourceId: entityId(sourceId),
    targetId: entityId(targetId),
    type: null,
    state: 'synced',
    ...change,
  };
}

export function neighbourhood(
  entities: readonly GraphEntity[],
  relationships: readonly GraphRelationship[],
): Neighbourhood {
  const relationshipTotal = relationships.length;
  return { entities: [...entities], relationships: [...relationships], relationshipTotal, omitted: [] };
}
