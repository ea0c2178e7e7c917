import type { EntityDifference } from '../../../src-preload/contract/history-requests.ts';
import type { EntityId, EntitySummary } from '../../../src-preload/contract/model.ts';
import { readPasts, toPackedParameters } from './as-of.ts';
import { readEntitySummaries } from './entities.ts';
import { describeStates } from './history-changes.ts';
import { findSpan, type Instant } from './instant.ts';
import { absentTable, createEntityStates, toRange, WINDOW } from './packed-states.ts';
import type { Page } from './page.ts';
import { readWindows, type Slices, type Windows } from './slices.ts';
import { all, column, count, type ReadableDb } from './sql.ts';

/** Entities of a past moment, and what two moments do not have alike of them. */

/** What the history noted first of the entity `e` after a moment, as JSON; NULL where nothing was noted. */
const notedAfter = (entity: string) =>
  `(SELECT n.before FROM history_entity n WHERE n.entity_id = e.id AND +n.id > ${entity} ORDER BY n.id LIMIT 1)`;

/** Packed states as a table for a WITH clause: columns id, state and step. */
const ownTable = (name: string) => `${absentTable(`${name}_absent`)}, ${name} AS MATERIALIZED (
  SELECT value ->> 0 AS id, value ->> 1 AS state, value ->> 2 AS step FROM json_each(:${name}_states)
  UNION ALL SELECT id, NULL, step FROM ${name}_absent)`;

const own = ownTable('own');

const listedThen = `
  FROM entity e LEFT JOIN own o ON o.id = e.id
  WHERE e.id > :low AND e.id <= :high AND e.first_seen_at <= :at
    AND CASE WHEN o.id IS NOT NULL THEN o.state IS NOT NULL
      ELSE COALESCE(json_extract(${notedAfter(':entity')}, '$.presence'), e.presence) = 'listed' END`;

const countWindows = (db: ReadableDb) =>
  Math.ceil(count(db, 'SELECT COALESCE(MAX(id), 0) FROM entity') / WINDOW);

/** A page of the entities that were listed at the moment, as they were called then. */
export function* readEntitiesAsOf(
  db: ReadableDb,
  instant: Instant,
  page: Page,
  counts: number[] = [],
): Slices<{ total: number; rows: EntitySummary[] }> {
  const { at, entity, entry } = instant;
  const states = createEntityStates(db, entry);
  const parametersOf = (window: number) => {
    return { at, entity, ...toRange(window), ...toPackedParameters('own', states.in(window)) };
  };
  const windows: Windows<EntityId> = {
    length: countWindows(db),
    count: (window) => count(db, `WITH ${own} SELECT COUNT(*) ${listedThen}`, parametersOf(window)),
    read: (window, part) =>
      column<EntityId>(
        db,
        `WITH ${own} SELECT e.id ${listedThen} ORDER BY e.id LIMIT :limit OFFSET :offset`,
        { ...parametersOf(window), ...part },
      ),
  };
  const { total, rows } = yield* readWindows(windows, page, counts);
  return { total, rows: nameThen(db, instant, rows) };
}

function nameThen(db: ReadableDb, instant: Instant, ids: readonly EntityId[]): EntitySummary[] {
  const named = readEntitySummaries(db, ids);
  const then = readPasts(db, instant, ids);
  return ids.flatMap((id) => {
    const now = named.get(id);
    return now === undefined ? [] : [{ ...now, ...then.get(id)?.summary }];
  });
}

const stateAt = (own: string, at: string, entity: string) => `
  CASE WHEN e.first_seen_at > ${at} THEN NULL
    WHEN ${own}.id IS NOT NULL THEN ${own}.state
    ELSE COALESCE(${notedAfter(entity)},
      json_object('name', e.name, 'archived', e.archived, 'presence', e.presence, 'fields', json(e.fields))) END`;

/** A state in which the entity was not listed is none. */
const whereListed = (state: string) =>
  `CASE WHEN json_extract(${state}, '$.presence') = 'listed' THEN ${state} END`;

const packed = `${ownTable('own_early')}, ${ownTable('own_late')}`;

const differing = `
  SELECT id, ${whereListed('was')} AS was, ${whereListed('isNow')} AS isNow FROM (
    SELECT e.id, ${stateAt('own_early', ':earlierAt', ':earlierEntity')} AS was,
      ${stateAt('own_late', ':laterAt', ':laterEntity')} AS isNow
    FROM entity e LEFT JOIN own_early ON own_early.id = e.id LEFT JOIN own_late ON own_late.id = e.id
    WHERE e.id IN (
      SELECT entity_id FROM history_entity
        WHERE +id > :earlierEntity AND +id <= :laterEntity AND entity_id > :low AND entity_id <= :high
      UNION SELECT id FROM own_early WHERE step <= :laterEntry
      UNION SELECT id FROM entity
        WHERE id > :low AND id <= :high AND first_seen_at > :earlierAt AND first_seen_at <= :laterAt))
  WHERE ${whereListed('was')} IS NOT ${whereListed('isNow')}`;

interface RawDifference {
  readonly id: EntityId;
  readonly was: string | null;
  readonly isNow: string | null;
}

/** A page of what two moments do not have alike of entities, the other way round where `from` is the later one. */
export function* readEntityDifference(
  db: ReadableDb,
  moments: { readonly from: string; readonly to: string },
  page: Page,
  counts: number[] = [],
): Slices<{ total: number; rows: EntityDifference[] }> {
  const { later, isBackward, parameters } = findSpan(db, moments);
  const { earlierAt, laterAt, earlierEntity, laterEntity, earlierEntry, laterEntry } = parameters;
  const [early, late] = [createEntityStates(db, earlierEntry), createEntityStates(db, laterEntry)];
  const parametersOf = (window: number) => ({
    earlierAt,
    laterAt,
    earlierEntity,
    laterEntity,
    laterEntry,
    ...toRange(window),
    ...toPackedParameters('own_early', early.in(window)),
    ...toPackedParameters('own_late', late.in(window)),
  });
  const windows: Windows<RawDifference> = {
    length: countWindows(db),
    count: (window) => count(db, `WITH ${packed} SELECT COUNT(*) FROM (${differing})`, parametersOf(window)),
    read: (window, part) =>
      all(db, `WITH ${packed} ${differing} ORDER BY id LIMIT :limit OFFSET :offset`, {
        ...parametersOf(window),
        ...part,
      }),
  };
  const { total, rows } = yield* readWindows(windows, page, counts);
  return { total, rows: toDifferences(db, later, rows, isBackward) };
}

function toDifferences(
  db: ReadableDb,
  later: Instant,
  rows: readonly RawDifference[],
  isBackward: boolean,
): EntityDifference[] {
  const ids = rows.map(({ id }) => id);
  const named = new Map(nameThen(db, later, ids).map((entity) => [entity.id, entity]));
  return rows.flatMap(({ id, was, isNow }) => {
    const entity = named.get(id);
    if (entity === undefined) return [];
    const [before, after] = isBackward ? [isNow, was] : [was, isNow];
    const change = before === null ? 'added' : after === null ? 'removed' : 'changed';
    return [{ change, entity, ...describeStates(before, after) }];
  });
}
