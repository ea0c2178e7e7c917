import type {
  EntityId,
  GraphEntity,
  GraphRelationship,
  Neighbourhood,
} from '../../../src-preload/contract/model.ts';
import { DRAWN_RELATIONSHIP_LIMIT } from '../../../src-preload/contract/request.ts';
import { readEntitySummaries } from './entities.ts';
import { readMirrorOf } from './far-ends.ts';
import { toParts } from './parts.ts';
import { readRelationshipCounts } from './relationship-counts.ts';
import { onlyWanted, shownInMirror } from './shown.ts';
import type { Turns } from './slices.ts';
import { all, column, type ReadableDb } from './sql.ts';
import { readTimesOf } from './sweeps.ts';

/**
 * The roots, up to `limit` neighbours of each, what else is to be drawn (`also`), and the relationships between two of
 * them. What is pending comes first, so that a limit never hides the user's own work. Like all reads of the graph, it
 * leaves no statement open where it yields.
 */
export function* readNeighbourhood(
  db: ReadableDb,
  roots: readonly EntityId[],
  limit: number,
  also: readonly EntityId[] = [],
): Turns<Neighbourhood> {
  const shown = new Set<EntityId>(roots);
  const omitted: Neighbourhood['omitted'] = [];
  for (const root of new Set(roots)) {
    const neighbours = yield* readNeighbours(db, root);
    const kept = neighbours.slice(0, limit);
    for (const neighbour of kept) shown.add(neighbour);
    const missing = neighbours.slice(limit).filter((neighbour) => !shown.has(neighbour)).length;
    if (missing > 0) omitted.push({ entityId: root, count: missing });
  }
  return { ...(yield* readPicture(db, [...new Set([...shown, ...also])])), omitted };
}

/** Entities as they are drawn, with the relationships between them and how many there are of those. */
export type Picture = Pick<Neighbourhood, 'entities' | 'relationships' | 'relationshipTotal'>;

/** Draws entities in the order given. */
export function* readPicture(db: ReadableDb, ids: readonly EntityId[]): Turns<Picture> {
  const entities = yield* readGraphEntities(db, ids);
  return { entities, ...(yield* readRelationshipsAmong(db, ids)) };
}

/** Those of pending relationships first. */
function* readNeighbours(db: ReadableDb, id: EntityId): Turns<EntityId[]> {
  const arms = (from: string, to: string) => [
    // in this order: the open conflicts are few
    `SELECT r.${to} FROM conflict c CROSS JOIN relationship r ON r.id = c.relationship_id
     WHERE c.decision IS NULL AND +r.${from} = :id AND r.base_present = 1`,
    `SELECT ${to} FROM intent WHERE ${from} = :id`,
    `SELECT ${to} FROM local_relationship WHERE ${from} = :id`,
  ];
  const both = [...arms('source_id', 'target_id'), ...arms('target_id', 'source_id')].join(' UNION ALL ');
  const own = new Set(column<EntityId>(db, both, { id }));
  own.delete(id);
  const synced = new Set<EntityId>();
  for (const part of readMirrorOf(db, id, shownInMirror)) {
    for (const { end } of part) if (end !== id && !own.has(end)) synced.add(end);
    yield;
  }
  return [...[...own].toSorted(byId), ...[...synced].toSorted(byId)];
}

function byId(one: number, other: number): number {
  return one - other;
}

/** Entities, or relationships by their ids, that are read in one go. */
const PART = 500;

/** Entities in the order asked for, each with how many relationships it has in all. */
export function* readGraphEntities(db: ReadableDb, ids: readonly EntityId[]): Turns<GraphEntity[]> {
  const entities: GraphEntity[] = [];
  for (const part of toParts(ids, PART)) {
    const summaries = readEntitySummaries(db, part);
    const counts = readRelationshipCounts(db, part);
    const readTimes = readTimesOf(db, part);
    for (const id of part) {
      const summary = summaries.get(id);
      if (summary === undefined) continue;
      const relationshipsAsOf = readTimes.get(id) ?? null;
      entities.push({ ...summary, relationshipCount: counts.get(id) ?? 0, relationshipsAsOf });
    }
    yield;
  }
  return entities;
}

/**
 * Relationships with both ends among the entities, by id: as many as one picture holds, the user's own work before all
 * else. All are counted.
 */
export function* readRelationshipsAmong(
  db: ReadableDb,
  ids: readonly EntityId[],
  most = DRAWN_RELATIONSHIP_LIMIT,
): Turns<Pick<Picture, 'relationships' | 'relationshipTotal'>> {
  const given = 'IN (SELECT value FROM json_each(:ids))';
  // the same text twice is one list to SQLite
  const from = ids.length <= PART ? given : 'IN (SELECT value FROM json_each(:part))';
  const between = (alias: string) => `${alias}.source_id ${from} AND ${alias}.target_id ${given}`;
  const found: number[] = [];
  const list = JSON.stringify(ids);
  for (const part of toParts(ids, PART)) {
    const asked = { ids: list, ...(ids.length <= PART ? {} : { part: JSON.stringify(part) }) };
    const more = column<number>(
      db,
      `SELECT r.id FROM relationship r WHERE ${between('r')} AND ${shownInMirror}
       UNION ALL SELECT i.relationship_id FROM intent i WHERE ${between('i')} AND ${onlyWanted}
       UNION ALL SELECT l.id FROM local_relationship l WHERE ${between('l')}`,
      asked,
    );
    for (const id of more) found.push(id);
    yield;
  }
  const kept = found.length > most ? keepOwnFirst(found, readOwnAmong(db, ids), most) : found;
  const relationships: GraphRelationship[] = [];
  for (const part of toParts(kept.toSorted(byId), PART)) {
    relationships.push(...readGraphRelationships(db, part));
    yield;
  }
  return { relationships, relationshipTotal: found.length };
}

function keepOwnFirst(found: readonly number[], own: ReadonlySet<number>, most: number): number[] {
  const first = found.filter((id) => own.has(id));
  return [...first, ...found.filter((id) => !own.has(id))].slice(0, most);
}

/** Those of them that the user made, changed or has to decide about. */
function readOwnAmong(db: ReadableDb, ids: readonly EntityId[]): ReadonlySet<number> {
  const given = 'IN (SELECT value FROM json_each(:ids))';
  return new Set(
    column<number>(
      db,
      `SELECT relationship_id FROM intent WHERE source_id ${given}
       UNION ALL SELECT id FROM local_relationship WHERE source_id ${given}
       UNION ALL SELECT relationship_id FROM conflict WHERE decision IS NULL`,
      { ids: JSON.stringify(ids) },
    ),
  );
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
