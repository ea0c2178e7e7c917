import type {
  EntityId,
  GraphEntity,
  GraphRelationship,
  Neighbourhood,
} from '../../../src-preload/contract/model.ts';
import { readEntitySummaries } from './entities.ts';
import { readRelationshipCounts } from './relationship-counts.ts';
import { onlyWanted, shownInMirror } from './shown.ts';
import { all, column, type ReadableDb } from './sql.ts';
import { readTimesOf } from './sweeps.ts';

/**
 * The roots, up to `limit` neighbours of each, what else is to be drawn (`also`), and every relationship between two of
 * them. What is pending comes first, so that a limit never hides the user's own work.
 */
export function readNeighbourhood(
  db: ReadableDb,
  roots: readonly EntityId[],
  limit: number,
  also: readonly EntityId[] = [],
): Neighbourhood {
  const shown = new Set<EntityId>(roots);
  const omitted: Neighbourhood['omitted'] = [];
  for (const root of new Set(roots)) {
    const neighbours = readNeighbours(db, root);
    const kept = neighbours.slice(0, limit);
    for (const neighbour of kept) shown.add(neighbour);
    const missing = neighbours.slice(limit).filter((neighbour) => !shown.has(neighbour)).length;
    if (missing > 0) omitted.push({ entityId: root, count: missing });
  }
  return withDetails(db, [...new Set([...shown, ...also])], omitted);
}

function readNeighbours(db: ReadableDb, id: EntityId): EntityId[] {
  const arms = (from: string, to: string) => [
    `SELECT r.${to} AS other, 1 AS synced FROM relationship r WHERE r.${from} = :id AND ${shownInMirror}`,
    // in this order: the open conflicts are few
    `SELECT r.${to}, 0 FROM conflict c CROSS JOIN relationship r ON r.id = c.relationship_id
     WHERE c.decision IS NULL AND +r.${from} = :id AND r.base_present = 1`,
    `SELECT ${to}, 0 FROM intent WHERE ${from} = :id`,
    `SELECT ${to}, 0 FROM local_relationship WHERE ${from} = :id`,
  ];
  const both = [...arms('source_id', 'target_id'), ...arms('target_id', 'source_id')].join(' UNION ALL ');
  const grouped = 'WHERE other <> :id GROUP BY other ORDER BY MIN(synced), other';
  return column<EntityId>(db, `SELECT other FROM (${both}) ${grouped}`, { id });
}

function withDetails(db: ReadableDb, ids: EntityId[], omitted: Neighbourhood['omitted']): Neighbourhood {
  return { entities: readGraphEntities(db, ids), relationships: readRelationshipsAmong(db, ids), omitted };
}

/** Entities in the order asked for, each with how many relationships it has in all. */
export function readGraphEntities(db: ReadableDb, ids: readonly EntityId[]): GraphEntity[] {
  const summaries = readEntitySummaries(db, ids);
  const counts = readRelationshipCounts(db, ids);
  const readTimes = readTimesOf(db, ids);
  return ids.flatMap((id) => {
    const summary = summaries.get(id);
    if (summary === undefined) return [];
    const relationshipsAsOf = readTimes.get(id) ?? null;
    return [{ ...summary, relationshipCount: counts.get(id) ?? 0, relationshipsAsOf }];
  });
}

/** Every relationship with both ends among the entities, by id. */
export function readRelationshipsAmong(db: ReadableDb, ids: readonly EntityId[]): GraphRelationship[] {
  const given = 'IN (SELECT value FROM json_each(:ids))';
  const between = (alias: string) => `${alias}.source_id ${given} AND ${alias}.target_id ${given}`;
  const found = column<number>(
    db,
    `SELECT r.id FROM relationship r WHERE ${between('r')} AND ${shownInMirror}
     UNION ALL SELECT i.relationship_id FROM intent i WHERE ${between('i')} AND ${onlyWanted}
     UNION ALL SELECT l.id FROM local_relationship l WHERE ${between('l')}`,
    { ids: JSON.stringify(ids) },
  );
  return readGraphRelationships(db, found);
}

/** Relationships by id as the graph draws them, in the order of their ids. */
export function readGraphRelationships(db: ReadableDb, ids: readonly number[]): GraphRelationship[] {
  return all(
    db,
    `SELECT s.id, s.source_id AS sourceId, s.target_id AS targetId, t.name AS type, s.state
     FROM shown_relationship s LEFT JOIN relationship_type t ON t.id = s.type_id
     WHERE s.id IN (SELECT value FROM json_each(:ids)) ORDER BY s.id`,
    { ids: JSON.stringify(ids) },
  );
}
