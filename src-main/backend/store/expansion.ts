import type { EntityId, GraphRelationship } from '../../../src-preload/contract/model.ts';
import type {
  Expansion,
  GroupKey,
  RelationshipGroup,
  Surroundings,
} from '../../../src-preload/contract/queries.ts';
import { readEntityRow } from './entities.ts';
import { readGraphEntities, readRelationshipsAmong } from './neighbourhood.ts';
import type { Page } from './page.ts';
import { onlyWanted, shownInMirror, visible } from './shown.ts';
import { all, column, type ReadableDb } from './sql.ts';

const isPending = "s.state NOT IN ('synced', 'local')";

/** Relationships of an entity by type and direction; one with itself counts once, as going out. */
export function readGroups(db: ReadableDb, id: EntityId): RelationshipGroup[] {
  readEntityRow(db, id);
  const arm = (direction: 'out' | 'in', condition: string) =>
    `SELECT t.name AS type, '${direction}' AS direction, COUNT(*) AS count, SUM(${isPending}) AS pending
     FROM shown_relationship s LEFT JOIN relationship_type t ON t.id = s.type_id
     WHERE ${condition} AND ${visible} GROUP BY s.type_id`;
  return all(
    db,
    `${arm('out', 's.source_id = :id')} UNION ALL ${arm('in', 's.target_id = :id AND s.source_id <> :id')}
     ORDER BY 3 DESC, 1, 2`,
    { id },
  );
}

/** A page of the neighbours of an entity, those with pending relationships first; `groups` null takes all. */
export function readExpansion(
  db: ReadableDb,
  id: EntityId,
  groups: readonly GroupKey[] | null,
  { offset, limit }: Page,
): Expansion {
  const links = readLinksOf(db, id).filter(
    (link) => groups === null || groups.some((key) => isOf(link, key)),
  );
  const others = [...new Set(links.map((link) => link.otherId))].filter((other) => other !== id);
  const shown = new Set<EntityId>([id, ...others.slice(offset, offset + limit)]);
  return {
    groups: readGroups(db, id),
    total: others.length,
    entities: readGraphEntities(db, [...shown]),
    relationships: links.filter(({ otherId }) => shown.has(otherId)).map(toGraphRelationship),
  };
}

type LinkOf = GraphRelationship & { readonly otherId: EntityId };

function toGraphRelationship({ id, sourceId, targetId, type, state }: LinkOf): GraphRelationship {
  return { id, sourceId, targetId, type, state };
}

function isOf({ type, sourceId, otherId, targetId }: LinkOf, key: GroupKey): boolean {
  const isOut = targetId === otherId || sourceId === targetId;
  return key.type === type && key.direction === (isOut ? 'out' : 'in');
}

function readLinksOf(db: ReadableDb, id: EntityId): LinkOf[] {
  const arm = (other: string, condition: string) =>
    `SELECT s.id, s.source_id AS sourceId, s.target_id AS targetId, t.name AS type, s.state, s.${other} AS otherId
     FROM shown_relationship s LEFT JOIN relationship_type t ON t.id = s.type_id WHERE ${condition} AND ${visible}`;
  const both = `${arm('target_id', 's.source_id = :id')}
    UNION ALL ${arm('source_id', 's.target_id = :id AND s.source_id <> :id')}`;
  return all(db, `SELECT * FROM (${both}) ORDER BY state = 'synced', otherId, id`, { id });
}

/** The most entities that one hop starts from: past it the answer says that it is not complete. */
const FRONTIER = 20_000;

/** Hop by hop from the roots; each hop is counted whole, and shown as far as the budget goes. */
export function readSurroundings(
  db: ReadableDb,
  roots: readonly EntityId[],
  hops: number,
  budget: number,
): Surroundings {
  const seen = new Set<EntityId>(roots);
  const shown = new Set<EntityId>([...seen].slice(0, budget));
  const counts: Surroundings['hops'] = [];
  let frontier = [...seen];
  let complete = true;
  for (let hop = 1; hop <= hops && frontier.length > 0; hop += 1) {
    complete &&= frontier.length <= FRONTIER;
    const next: EntityId[] = [];
    for (const id of readNeighboursOf(db, frontier.slice(0, FRONTIER))) {
      if (seen.has(id)) continue;
      seen.add(id);
      next.push(id);
    }
    next.sort((a, b) => a - b);
    const room = next.slice(0, Math.max(0, budget - shown.size));
    for (const id of room) shown.add(id);
    counts.push({ hop, total: next.length, shown: room.length });
    frontier = next;
  }
  const ids = [...shown];
  return {
    hops: counts,
    complete,
    entities: readGraphEntities(db, ids),
    relationships: readRelationshipsAmong(db, ids),
  };
}

/** Some more than once, in no order: SQLite sorts out repeats slower than a set does. Not through the view, which takes several times as long. */
function readNeighboursOf(db: ReadableDb, ids: readonly EntityId[]): EntityId[] {
  const given = 'IN (SELECT value FROM json_each(:ids))';
  const arms = (from: string, to: string) => [
    `SELECT r.${to} AS id FROM relationship r WHERE r.${from} ${given} AND ${shownInMirror}`,
    `SELECT i.${to} FROM intent i WHERE i.${from} ${given} AND ${onlyWanted}`,
    `SELECT ${to} FROM local_relationship WHERE ${from} ${given}`,
  ];
  const both = [...arms('source_id', 'target_id'), ...arms('target_id', 'source_id')];
  return column<EntityId>(db, both.join(' UNION ALL '), { ids: JSON.stringify(ids) });
}
