import type {
  EntityId,
  GraphEntity,
  GraphRelationship,
  Neighbourhood,
} from '../../../src-preload/contract/model.ts';
import { readEntitySummaries } from './entities.ts';
import { visible } from './shown.ts';
import { all, type ReadableDb } from './sql.ts';
import { readTimesOf } from './sweeps.ts';

/**
 * The roots, up to `limit` neighbours of each, and every relationship between two of them.
 * What is pending comes first, so that a limit never hides the user's own work.
 */
export function readNeighbourhood(db: ReadableDb, roots: readonly EntityId[], limit: number): Neighbourhood {
  const shown = new Set<EntityId>(roots);
  const omitted: Neighbourhood['omitted'] = [];
  for (const root of new Set(roots)) {
    const neighbours = readNeighbours(db, root);
    const kept = neighbours.slice(0, limit);
    for (const neighbour of kept) shown.add(neighbour);
    const missing = neighbours.slice(limit).filter((neighbour) => !shown.has(neighbour)).length;
    if (missing > 0) omitted.push({ entityId: root, count: missing });
  }
  return withDetails(db, [...shown], omitted);
}

function readNeighbours(db: ReadableDb, id: EntityId): EntityId[] {
  const rows = all<{ other: EntityId }>(
    db,
    `SELECT other FROM (
       SELECT s.target_id AS other, s.state AS state FROM shown_relationship s WHERE s.source_id = :id AND ${visible}
       UNION ALL
       SELECT s.source_id, s.state FROM shown_relationship s WHERE s.target_id = :id AND ${visible}
     ) WHERE other <> :id GROUP BY other ORDER BY MIN(state = 'synced'), other`,
    { id },
  );
  return rows.map((row) => row.other);
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

/** Every relationship with both ends among the entities. */
export function readRelationshipsAmong(db: ReadableDb, ids: readonly EntityId[]): GraphRelationship[] {
  return all(
    db,
    `SELECT s.id, s.source_id AS sourceId, s.target_id AS targetId, t.name AS type, s.state
     FROM shown_relationship s LEFT JOIN relationship_type t ON t.id = s.type_id
     WHERE s.source_id IN (SELECT value FROM json_each(:ids)) AND s.target_id IN (SELECT value FROM json_each(:ids))
       AND ${visible} ORDER BY s.id`,
    { ids: JSON.stringify(ids) },
  );
}

function readRelationshipCounts(db: ReadableDb, ids: readonly EntityId[]): Map<EntityId, number> {
  const rows = all<{ id: EntityId; count: number }>(
    db,
    `SELECT id, COUNT(*) AS count FROM (
       SELECT s.source_id AS id FROM shown_relationship s
       WHERE s.source_id IN (SELECT value FROM json_each(:ids)) AND ${visible}
       UNION ALL
       SELECT s.target_id FROM shown_relationship s
       WHERE s.target_id IN (SELECT value FROM json_each(:ids)) AND s.source_id <> s.target_id AND ${visible}
     ) GROUP BY id`,
    { ids: JSON.stringify(ids) },
  );
  return new Map(rows.map((row) => [row.id, row.count]));
}

/** Relationships by id as the graph draws them, in no special order. */
export function readGraphRelationships(db: ReadableDb, ids: readonly number[]): GraphRelationship[] {
  return all(
    db,
    `SELECT s.id, s.source_id AS sourceId, s.target_id AS targetId, t.name AS type, s.state
     FROM shown_relationship s LEFT JOIN relationship_type t ON t.id = s.type_id
     WHERE s.id IN (SELECT value FROM json_each(:ids))`,
    { ids: JSON.stringify(ids) },
  );
}
