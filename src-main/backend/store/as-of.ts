import type { PastEntity, PastRelationship } from '../../../src-preload/contract/history-requests.ts';
import {
  type ConnectionId,
  type EntityField,
  type EntityId,
  LOCAL_CONNECTION_ID,
  type RelationshipId,
} from '../../../src-preload/contract/model.ts';
import { readLastRelationshipId } from './adjacency-rows.ts';
import { readEntityDetail, readEntitySummaries } from './entities.ts';
import type { Instant } from './instant.ts';
import {
  absentTable,
  createEntityStates,
  createRelationshipStates,
  isAllAbsent,
  type Known,
  type Range,
  readStatesOfEntity,
  toRange,
  WINDOW,
} from './packed-states.ts';
import type { Page } from './page.ts';
import { createReadFromTargetAsOf } from './past-types.ts';
import { readWindows, type Slices, type Windows } from './slices.ts';
import { all, column, count, first, type ReadableDb } from './sql.ts';

/**
 * The workspace at a past moment: what is there now, with everything that the history noted since taken back. Of a
 * relationship or entity only the first later note matters, for it says what was before.
 */

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

/** Ids that are looked at in one go: those of a window, or some that were found before. */
type Scope = 'window' | 'found';

/** That an id is one of those that are looked at. */
export const inScope = (id: string, scope: Scope) =>
  scope === 'window' ? `(${id} > :low AND ${id} <= :high)` : `${id} IN (SELECT value FROM json_each(:ids))`;

/**
 * Packed states as a table for a WITH clause: columns id, source_id, target_id, type, present and step, with no ends where
 * it was not there. Its parameters are made by `toPackedParameters`.
 */
export const packedTable = (name: string) => `${absentTable(`${name}_absent`)}, ${name} AS MATERIALIZED (
  SELECT value ->> 0 AS id, value ->> 1 AS source_id, value ->> 2 AS target_id,
    (SELECT t.name FROM relationship_type t WHERE t.id = value ->> 3) AS type, value ->> 4 AS present,
    value ->> 5 AS step
  FROM json_each(:${name}_states)
  UNION ALL
  SELECT id, NULL, NULL, NULL, 0, step FROM ${name}_absent)`;

/** What `packedTable` and `ownTable` of the same name are told. */
export function toPackedParameters(name: string, { states, absent }: Known<unknown>): Record<string, string> {
  return { [`${name}_states`]: JSON.stringify(states), [`${name}_absent`]: JSON.stringify(absent) };
}

/** Columns id, connection_id, source_id, target_id and type of what was there, as far as it is in scope. */
const toThen = (scope: Scope) => `
  SELECT x.id, x.connection_id, x.source_id, x.target_id, x.type FROM (${wantedNow}) x
  WHERE ${inScope('x.id', scope)} AND x.id NOT IN (SELECT id FROM packed) AND x.id NOT IN (
      SELECT relationship_id FROM history_change WHERE +id > :change AND ${inScope('relationship_id', scope)})
    AND NOT ${broughtLater('x.id')} AND (x.state <> 'synced' OR (${endsThere('x')}))
  UNION ALL
  SELECT x.relationship_id, x.connection_id, x.source_id, x.target_id, x.before_type
  FROM history_change x LEFT JOIN packed p ON p.id = x.relationship_id
  WHERE x.id IN (SELECT MIN(id) FROM history_change
      WHERE +id > :change AND ${inScope('relationship_id', scope)} GROUP BY relationship_id)
    AND (p.id IS NULL OR p.step >= x.history_id)
    AND x.before_present = 1 AND NOT ${broughtLater('x.relationship_id')}
    AND EXISTS (SELECT 1 FROM entity WHERE id = x.source_id) AND EXISTS (SELECT 1 FROM entity WHERE id = x.target_id)
    AND (x.connection_id = ${LOCAL_CONNECTION_ID} OR (${endsThere('x')}))
  UNION ALL
  SELECT x.id, ${LOCAL_CONNECTION_ID}, x.source_id, x.target_id, x.type FROM packed x
  WHERE x.present = 1 AND NOT EXISTS (SELECT 1 FROM history_change c
      WHERE c.relationship_id = x.id AND +c.id > :change AND c.history_id < x.step)
    AND EXISTS (SELECT 1 FROM entity WHERE id = x.source_id) AND EXISTS (SELECT 1 FROM entity WHERE id = x.target_id)`;

/** A row with ids for its ends, as SQL tells it. */
export interface PastRow {
  readonly id: RelationshipId;
  readonly connectionId: ConnectionId;
  readonly sourceId: EntityId;
  readonly targetId: EntityId;
}

interface TypedPastRow extends PastRow {
  readonly type: string | null;
}

/** A page of the relationships that were there at the moment, of one entity or all. */
export function* readRelationshipsAsOf(
  db: ReadableDb,
  instant: Instant,
  entityId: EntityId | null,
  page: Page,
  counts: number[] = [],
): Slices<{ total: number; rows: PastRelationship[] }> {
  const windows =
    entityId === null ? toWindowsOfAll(db, instant) : yield* toWindowsOfEntity(db, instant, entityId);
  const { total, rows } = yield* readWindows(windows, page, counts);
  const named = withPastEnds(db, instant, rows);
  const toInverse = createReadFromTargetAsOf(db, instant);
  return {
    total,
    rows: rows.flatMap((row, index) => toPast(named[index], row.type, toInverse(row.type))),
  };
}

const selectThen = (scope: Scope) => `WITH ${packedTable('packed')}
  SELECT id, connection_id AS connectionId, source_id AS sourceId, target_id AS targetId, type
  FROM (${toThen(scope)}) ORDER BY id LIMIT :limit OFFSET :offset`;
const countThen = (scope: Scope) => `WITH ${packedTable('packed')} SELECT COUNT(*) FROM (${toThen(scope)})`;

type ScopeParameters = Readonly<Record<string, string | number>>;

function toWindows(
  db: ReadableDb,
  scope: Scope,
  length: number,
  parametersOf: (window: number) => ScopeParameters,
): Windows<TypedPastRow> {
  return {
    length,
    count: (window) => count(db, countThen(scope), parametersOf(window)),
    read: (window, page) => all(db, selectThen(scope), { ...parametersOf(window), ...page }),
  };
}

function toWindowsOfAll(db: ReadableDb, { at, change, entity, entry }: Instant): Windows<TypedPastRow> {
  const states = createRelationshipStates(db, entry);
  const length = Math.ceil(readLastRelationshipId(db) / WINDOW);
  const windows = toWindows(db, 'window', length, (window) => {
    return { at, change, entity, ...toRange(window), ...toPackedParameters('packed', states.in(window)) };
  });
  const isEmpty = (window: number) =>
    isAllAbsent(states.in(window), toRange(window)) && !hasNotes(db, change, toRange(window));
  return { ...windows, count: (window) => (isEmpty(window) ? 0 : windows.count(window)) };
}

/** Whether anything was noted after a moment of a relationship with an id of the range. */
export function hasNotes(db: ReadableDb, change: number, range: Range): boolean {
  const sql = `SELECT 1 FROM history_change WHERE +id > :change AND ${inScope('relationship_id', 'window')} LIMIT 1`;
  return first(db, sql, { change, ...range }) !== undefined;
}

/** Where only one entity is asked for, its relationships of now, of later notes and of packs are found first. */
function* toWindowsOfEntity(
  db: ReadableDb,
  { at, change, entity, entry }: Instant,
  entityId: EntityId,
): Slices<Windows<TypedPastRow>> {
  const packed = yield* readStatesOfEntity(db, entry, entityId);
  const noted = yield* readNotedOfEntity(db, change, entityId);
  const now = column<number>(
    db,
    `SELECT id FROM (SELECT id FROM shown_relationship WHERE source_id = :entityId
       UNION SELECT id FROM shown_relationship WHERE target_id = :entityId)`,
    { entityId },
  );
  const ids = [...new Set([...packed.keys(), ...noted, ...now])].toSorted((a, b) => a - b);
  return toWindows(db, 'found', Math.ceil(ids.length / WINDOW), (window) => {
    const part = ids.slice(window * WINDOW, (window + 1) * WINDOW);
    const states = part.flatMap((id) => {
      const state = packed.get(id as RelationshipId); // found as one just above
      return state === undefined ? [] : [state];
    });
    return {
      at,
      change,
      entity,
      ids: JSON.stringify(part),
      ...toPackedParameters('packed', { states, absent: [] }),
    };
  });
}

/** Notes that are looked through in one go. */
const NOTES = 20_000;

/** The relationships of an entity that something was noted of after a moment. */
function* readNotedOfEntity(db: ReadableDb, after: number, entityId: EntityId): Slices<number[]> {
  const last = count(db, 'SELECT COALESCE(MAX(id), 0) FROM history_change');
  const ids: number[] = [];
  for (let from = after; from < last; from += NOTES) {
    const found = column<number>(
      db,
      `SELECT DISTINCT relationship_id FROM history_change
       WHERE id > :from AND id <= :upTo AND (source_id = :entityId OR target_id = :entityId)`,
      { from, upTo: from + NOTES, entityId },
    );
    ids.push(...found);
    yield { done: from - after, total: last - after };
  }
  return ids;
}

function toPast(
  relationship: Omit<PastRelationship, 'type' | 'inverse'> | undefined,
  type: string | null,
  inverse: string | null,
): PastRelationship[] {
  return relationship === undefined ? [] : [{ ...relationship, type, inverse }];
}

/** The rows with their ends as they were called at the moment. */
export function withPastEnds(
  db: ReadableDb,
  instant: Instant,
  rows: readonly PastRow[],
): (Omit<PastRelationship, 'type' | 'inverse'> | undefined)[] {
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
  const rows = all<RawPast>(
    db,
    `SELECT entity_id AS id, before AS state FROM history_entity WHERE id IN (
       SELECT MIN(id) FROM history_entity WHERE entity_id IN (SELECT value FROM json_each(:ids)) AND +id > :entity
       GROUP BY entity_id)`,
    { ids: JSON.stringify(ids), entity: instant.entity },
  );
  const { states, absent } = createEntityStates(db, instant.entry).of(ids);
  const own = states.map(([id, state]) => ({ id, state }));
  const notThere = ids.filter((id) => absent.some(([firstId, lastId]) => id >= firstId && id <= lastId));
  return new Map(
    [...rows, ...own, ...notThere.map((id) => ({ id, state: null }))].map(({ id, state }) => [
      id,
      toPastState(state),
    ]),
  );
}

function toPastState(state: string | null): Past {
  if (state === null) return { summary: { removed: true } };
  const { name, archived, presence, fields } = JSON.parse(state) as NotedEntity; // in the one form of both tables
  return { summary: { name, archived: archived === 1, removed: presence === 'removed' }, fields };
}

/** An entity as it was at the moment. */
export function* readEntityAsOf(db: ReadableDb, instant: Instant, id: EntityId): Slices<PastEntity> {
  const {
    fields,
    lastSeenAt: _seen,
    relationshipsAsOf: _read,
    origin: _origin,
    ...now
  } = readEntityDetail(db, id);
  const past = readPasts(db, instant, [id]).get(id);
  const firstSeenAt = first<{ at: string }>(db, 'SELECT first_seen_at AS at FROM entity WHERE id = :id', {
    id,
  })?.at;
  const { total } = yield* readRelationshipsAsOf(db, instant, id, { offset: 0, limit: 1 });
  return {
    ...now,
    ...past?.summary,
    known: firstSeenAt !== undefined && firstSeenAt <= instant.at,
    fields: past?.fields ?? fields,
    relationshipCount: total,
  };
}
