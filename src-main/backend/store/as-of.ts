import type { PastEntity, PastRelationship } from '../../../src-preload/contract/history-requests.ts';
import {
  type ConnectionId,
  type EntityField,
  type EntityId,
  LOCAL_CONNECTION_ID,
  type RelationshipId,
} from '../../../src-preload/contract/model.ts';
import { readEntityDetail, readEntitySummaries } from './entities.ts';
import { StoreError } from './errors.ts';
import { packedEntitiesAfter, packedRelationshipsAfter } from './pack-steps.ts';
import { readSetting } from './settings.ts';
import { all, count, first, type ReadableDb } from './sql.ts';

/**
 * The workspace at a past moment: what is there now, with everything that the history noted since taken back. Of a
 * relationship or entity only the first later note matters, for it says what was before.
 */

interface Page {
  readonly offset: number;
  readonly limit: number;
}

/** A moment as the places in the history that come right after it. */
export interface Instant {
  readonly at: string;
  /** The last change of a relationship that the moment has. */
  readonly change: number;
  /** The last change of an entity that the moment has. */
  readonly entity: number;
  /** The last command, undo or redo that the moment has: for rows that are packed in their entry. */
  readonly entry: number;
}

/** Throws `history-too-short` where the history does not reach back that far. */
export function findInstant(db: ReadableDb, at: string): Instant {
  const since = readSetting(db, 'history')?.since;
  if (since !== undefined && at < since) {
    throw new StoreError('history-too-short', `The history of this workspace is whole since ${since} only.`);
  }
  const last = (rows: string) =>
    first<{ id: number }>(db, `SELECT id FROM ${rows} AND at <= :at ORDER BY at DESC, id DESC LIMIT 1`, {
      at,
    })?.id ?? 0;
  return {
    at,
    change: last('history_change WHERE TRUE'),
    entity: last('history_entity WHERE TRUE'),
    entry: last("history WHERE actor = 'user'"),
  };
}

/** Two moments in the order of time, and what SQL about what is between them is told. */
export function findSpan(
  db: ReadableDb,
  moments: { readonly from: string; readonly to: string },
): { later: Instant; isBackward: boolean; parameters: Readonly<Record<string, string | number>> } {
  const from = findInstant(db, moments.from);
  const to = findInstant(db, moments.to);
  const isBackward = from.at > to.at;
  const [earlier, later] = isBackward ? [to, from] : [from, to];
  const parameters = {
    earlierAt: earlier.at,
    laterAt: later.at,
    earlierChange: earlier.change,
    laterChange: Math.max(later.change, earlier.change),
    earlierEntity: earlier.entity,
    laterEntity: Math.max(later.entity, earlier.entity),
    earlierEntry: earlier.entry,
    laterEntry: Math.max(later.entry, earlier.entry),
  };
  return { later, isBackward, parameters };
}

/** What is wanted now: a pending delete is gone, a pending create is there. */
export const wantedNow = `SELECT s.id, s.connection_id, s.source_id, s.target_id, s.state,
    (SELECT name FROM relationship_type t WHERE t.id = s.type_id) AS type
  FROM shown_relationship s
  WHERE NOT EXISTS (SELECT 1 FROM intent i WHERE i.relationship_id = s.id AND i.wanted_present = 0)`;

/** The relationships that were not listed at the moment although they are rows, by ends that were away. */
const presenceThen = (end: string) => `COALESCE(
  (SELECT json_extract(n.before, '$.presence') FROM history_entity n
   WHERE n.entity_id = ${end} AND n.id > :entity ORDER BY n.id LIMIT 1),
  (SELECT presence FROM entity WHERE id = ${end}))`;
const endsThere = (row: string) =>
  `${presenceThen(`${row}.source_id`)} = 'listed' AND ${presenceThen(`${row}.target_id`)} = 'listed'`;

/** Whether a first pull brought the relationship after the moment. */
export const broughtAfter = (at: string, id: string) =>
  `EXISTS (SELECT 1 FROM history_added a WHERE a.at > ${at} AND a.to_id >= ${id}
     AND a.from_id = (SELECT MAX(from_id) FROM history_added WHERE from_id <= ${id}))`;
const broughtLater = (id: string) => broughtAfter(':at', id);

const packed = packedRelationshipsAfter('packed', ':entry');

/** Columns id, connection_id, source_id, target_id and type of what was there, filtered by the condition on `x`. */
function toThen(condition: string): string {
  return `
  SELECT x.id, x.connection_id, x.source_id, x.target_id, x.type FROM (${wantedNow}) x
  WHERE ${condition} AND x.id NOT IN (SELECT relationship_id FROM history_change WHERE id > :change)
    AND x.id NOT IN (SELECT id FROM packed)
    AND NOT ${broughtLater('x.id')} AND (x.state <> 'synced' OR (${endsThere('x')}))
  UNION ALL
  SELECT x.relationship_id, x.connection_id, x.source_id, x.target_id, x.before_type FROM history_change x
  WHERE x.id IN (SELECT MIN(id) FROM history_change WHERE id > :change GROUP BY relationship_id)
    AND NOT EXISTS (SELECT 1 FROM packed p WHERE p.id = x.relationship_id AND p.step < x.history_id)
    AND ${condition} AND x.before_present = 1 AND NOT ${broughtLater('x.relationship_id')}
    AND EXISTS (SELECT 1 FROM entity WHERE id = x.source_id) AND EXISTS (SELECT 1 FROM entity WHERE id = x.target_id)
    AND (x.connection_id = ${LOCAL_CONNECTION_ID} OR (${endsThere('x')}))
  UNION ALL
  SELECT x.id, ${LOCAL_CONNECTION_ID}, x.source_id, x.target_id, x.type FROM packed x
  WHERE ${condition} AND x.present = 1 AND NOT EXISTS (SELECT 1 FROM history_change c
      WHERE c.relationship_id = x.id AND c.id > :change AND c.history_id < x.step)
    AND EXISTS (SELECT 1 FROM entity WHERE id = x.source_id) AND EXISTS (SELECT 1 FROM entity WHERE id = x.target_id)`;
}

/** A row with ids for its ends, as SQL tells it. */
export interface PastRow {
  readonly id: RelationshipId;
  readonly connectionId: ConnectionId;
  readonly sourceId: EntityId;
  readonly targetId: EntityId;
}

/** A page of the relationships that were there at the moment, of one entity or all. */
export function readRelationshipsAsOf(
  db: ReadableDb,
  instant: Instant,
  entityId: EntityId | null,
  page: Page,
): { total: number; rows: PastRelationship[] } {
  const then = toThen(entityId === null ? 'TRUE' : '(x.source_id = :entityId OR x.target_id = :entityId)');
  const parameters = { ...instant, ...(entityId === null ? {} : { entityId }) };
  const rows = all<PastRow & { type: string | null }>(
    db,
    `WITH ${packed} SELECT id, connection_id AS connectionId, source_id AS sourceId, target_id AS targetId, type
     FROM (${then}) ORDER BY id LIMIT :limit OFFSET :offset`,
    { ...parameters, ...page },
  );
  const total = count(db, `WITH ${packed} SELECT COUNT(*) FROM (${then})`, parameters);
  const named = withPastEnds(db, instant, rows);
  return { total, rows: rows.flatMap((row, index) => toPast(named[index], row.type)) };
}

function toPast(
  relationship: Omit<PastRelationship, 'type'> | undefined,
  type: string | null,
): PastRelationship[] {
  return relationship === undefined ? [] : [{ ...relationship, type }];
}

/** The rows with their ends as they were called at the moment. */
export function withPastEnds(
  db: ReadableDb,
  instant: Instant,
  rows: readonly PastRow[],
): (Omit<PastRelationship, 'type'> | undefined)[] {
  const ids = [...new Set(rows.flatMap((row) => [row.sourceId, row.targetId]))];
  const then = readPasts(db, instant, ids);
  const past = new Map(
    [...readEntitySummaries(db, ids)].map(([id, end]) => [id, { ...end, ...then.get(id)?.summary }]),
  );
  return rows.map(({ id, connectionId, sourceId, targetId }) => {
    const source = past.get(sourceId);
    const target = past.get(targetId);
    if (source === undefined || target === undefined) return undefined; // its connection was removed since
    return { id, connectionId, connection: readConnectionName(db, connectionId), source, target };
  });
}

function readConnectionName(db: ReadableDb, id: ConnectionId): string {
  return (
    first<{ name: string }>(db, 'SELECT name FROM connection WHERE id = :id', { id })?.name ?? '(removed)'
  );
}

/** Written by noteEntity, or made from a pack in the same form. */
interface NotedEntity {
  readonly name: string;
  readonly archived: number;
  readonly presence: string;
  readonly fields: EntityField[];
}

interface RawPast {
  readonly id: EntityId;
  readonly state: string | null;
}

interface Past {
  readonly summary: Partial<Pick<PastEntity, 'name' | 'archived'>> & Pick<PastEntity, 'removed'>;
  readonly fields?: EntityField[];
}

/** What entities were at the moment, where they are otherwise now. */
export function readPasts(db: ReadableDb, instant: Instant, ids: readonly EntityId[]): Map<EntityId, Past> {
  const wanted = '(SELECT value FROM json_each(:ids))';
  const rows = all<RawPast>(
    db,
    `WITH ${packedEntitiesAfter('own', ':entry')}
     SELECT entity_id AS id, before AS state FROM history_entity WHERE id IN (
       SELECT MIN(id) FROM history_entity WHERE entity_id IN ${wanted} AND id > :entity GROUP BY entity_id)
     UNION ALL SELECT id, state FROM own WHERE id IN ${wanted}`,
    { ids: JSON.stringify(ids), entity: instant.entity, entry: instant.entry },
  );
  return new Map(rows.map(({ id, state }) => [id, toPastState(state)]));
}

function toPastState(state: string | null): Past {
  if (state === null) return { summary: { removed: true } };
  const { name, archived, presence, fields } = JSON.parse(state) as NotedEntity; // in the one form of both tables
  return { summary: { name, archived: archived === 1, removed: presence === 'removed' }, fields };
}

/** An entity as it was at the moment. */
export function readEntityAsOf(db: ReadableDb, instant: Instant, id: EntityId): PastEntity {
  const { fields, lastSeenAt: _seen, relationshipsAsOf: _read, ...now } = readEntityDetail(db, id);
  const past = readPasts(db, instant, [id]).get(id);
  const firstSeenAt = first<{ at: string }>(db, 'SELECT first_seen_at AS at FROM entity WHERE id = :id', {
    id,
  })?.at;
  return {
    ...now,
    ...past?.summary,
    known: firstSeenAt !== undefined && firstSeenAt <= instant.at,
    fields: past?.fields ?? fields,
    relationshipCount: readRelationshipsAsOf(db, instant, id, { offset: 0, limit: 1 }).total,
  };
}
