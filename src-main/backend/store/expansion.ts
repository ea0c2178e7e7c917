import type { EntityId, GraphRelationship } from '../../../src-preload/contract/model.ts';
import type {
  Expansion,
  GroupKey,
  RelationshipGroup,
  Surroundings,
} from '../../../src-preload/contract/queries.ts';
import { compareTexts } from './compare-texts.ts';
import { readEntityRow } from './entities.ts';
import { readFarEnds, readMirrorOf } from './far-ends.ts';
import { readGraphEntities, readPicture } from './neighbourhood.ts';
import type { Page } from './page.ts';
import { toParts } from './parts.ts';
import { visible } from './shown.ts';
import type { Turns } from './slices.ts';
import { all, column, type ReadableDb } from './sql.ts';

type LinkOf = GraphRelationship & { readonly otherId: EntityId };

/** Relationships of an entity by type and direction; one with itself counts once, as going out. */
export function* readGroups(db: ReadableDb, id: EntityId): Turns<RelationshipGroup[]> {
  readEntityRow(db, id);
  const counted: RelationshipGroup[] = [];
  for (const part of readParts(db, id)) {
    counted.push(
      ...all<RelationshipGroup>(
        db,
        `SELECT t.name AS type, IIF(s.source_id = :id, 'out', 'in') AS direction, COUNT(*) AS count,
           SUM(s.state NOT IN ('synced', 'local')) AS pending
         FROM shown_relationship s LEFT JOIN relationship_type t ON t.id = s.type_id
         WHERE s.id IN (SELECT value FROM json_each(:part)) AND ${visible} GROUP BY 1, 2`,
        { id, part },
      ),
    );
    yield;
  }
  return sumUp(counted);
}

function toGroup(link: LinkOf): RelationshipGroup {
  const isPending = link.state !== 'synced' && link.state !== 'local';
  return { type: link.type, direction: directionOf(link), count: 1, pending: isPending ? 1 : 0 };
}

/** The largest first. */
function sumUp(parts: readonly RelationshipGroup[]): RelationshipGroup[] {
  const groups = new Map<string, RelationshipGroup>();
  for (const { type, direction, count, pending } of parts) {
    const key = `${direction}${type === null ? '' : `:${type}`}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { type, direction, count, pending });
    else groups.set(key, { ...known, count: known.count + count, pending: known.pending + pending });
  }
  return [...groups.values()].toSorted(
    (a, b) =>
      b.count - a.count || compareTexts(a.type ?? '', b.type ?? '') || compareTexts(a.direction, b.direction),
  );
}

/** A page of the neighbours of an entity, those with pending relationships first; `groups` null takes all. */
export function* readExpansion(
  db: ReadableDb,
  id: EntityId,
  groups: readonly GroupKey[] | null,
  { offset, limit }: Page,
): Turns<Expansion> {
  readEntityRow(db, id);
  const links = yield* readLinksOf(db, id);
  const wanted = links.filter((link) => groups === null || groups.some((key) => isOf(link, key)));
  const others = [...new Set(wanted.map((link) => link.otherId))].filter((other) => other !== id);
  const shown = new Set<EntityId>([id, ...others.slice(offset, offset + limit)]);
  return {
    groups: sumUp(links.map(toGroup)),
    total: others.length,
    entities: yield* readGraphEntities(db, [...shown]),
    relationships: wanted.filter(({ otherId }) => shown.has(otherId)).map(toGraphRelationship),
  };
}

function toGraphRelationship({ id, sourceId, targetId, type, state }: LinkOf): GraphRelationship {
  return { id, sourceId, targetId, type, state };
}

function directionOf({ sourceId, targetId, otherId }: LinkOf): 'out' | 'in' {
  return targetId === otherId || sourceId === targetId ? 'out' : 'in';
}

function isOf(link: LinkOf, key: GroupKey): boolean {
  return key.type === link.type && key.direction === directionOf(link);
}

/** Relationships read through the view in one go: a few milliseconds. */
const PART = 2000;

/** What is pending first, then by the other end. */
function* readLinksOf(db: ReadableDb, id: EntityId): Turns<LinkOf[]> {
  const links: LinkOf[] = [];
  for (const part of readParts(db, id)) {
    const rows = all<LinkOf>(
      db,
      `SELECT s.id, s.source_id AS sourceId, s.target_id AS targetId, t.name AS type, s.state,
         IIF(s.source_id = :id, s.target_id, s.source_id) AS otherId
       FROM shown_relationship s LEFT JOIN relationship_type t ON t.id = s.type_id
       WHERE s.id IN (SELECT value FROM json_each(:part)) AND ${visible}`,
      { id, part },
    );
    for (const row of rows) links.push(row);
    yield;
  }
  const rank = ({ state }: LinkOf) => (state === 'synced' ? 1 : 0);
  return links.toSorted((a, b) => rank(a) - rank(b) || a.otherId - b.otherId || a.id - b.id);
}

/** The ids of all relationships of an entity as texts of so many at a time. */
function* readParts(db: ReadableDb, id: EntityId): Generator<string> {
  for (const ids of readIdsOf(db, id)) {
    for (const part of toParts(ids, PART)) yield JSON.stringify(part);
  }
}

/** Each once: what only an intent or the workspace holds, then what the mirror has. */
function* readIdsOf(db: ReadableDb, id: EntityId): Generator<readonly number[]> {
  const own = new Set(
    column<number>(
      db,
      `SELECT relationship_id FROM intent WHERE source_id = :id UNION SELECT relationship_id FROM intent WHERE target_id = :id
       UNION SELECT id FROM local_relationship WHERE source_id = :id
       UNION SELECT id FROM local_relationship WHERE target_id = :id`,
      { id },
    ),
  );
  yield [...own];
  const withItself = new Set<number>();
  for (const part of readMirrorOf(db, id)) {
    const fresh = part.filter((link) => !own.has(link.id) && !withItself.has(link.id));
    for (const link of fresh) if (link.end === id) withItself.add(link.id);
    yield fresh.map((link) => link.id);
  }
}

/** The most entities that one hop starts from: past it the answer says that it is not complete. */
const FRONTIER = 20_000;

/** Hop by hop from the roots; each hop is counted whole, and shown as far as the budget goes. */
export function* readSurroundings(
  db: ReadableDb,
  roots: readonly EntityId[],
  hops: number,
  budget: number,
): Turns<Surroundings> {
  const seen = new Set<EntityId>(roots);
  const shown = new Set<EntityId>([...seen].slice(0, budget));
  const counts: Surroundings['hops'] = [];
  let frontier = [...seen];
  let complete = true;
  for (let hop = 1; hop <= hops && frontier.length > 0; hop += 1) {
    complete &&= frontier.length <= FRONTIER;
    const next: EntityId[] = [];
    yield* readFarEnds(db, frontier.slice(0, FRONTIER), (ends) => {
      for (const id of ends) {
        if (seen.has(id)) continue;
        seen.add(id);
        next.push(id);
      }
    });
    next.sort((a, b) => a - b);
    yield;
    const room = next.slice(0, Math.max(0, budget - shown.size));
    for (const id of room) shown.add(id);
    counts.push({ hop, total: next.length, shown: room.length });
    frontier = next;
  }
  return { hops: counts, complete, ...(yield* readPicture(db, [...shown])) };
}
