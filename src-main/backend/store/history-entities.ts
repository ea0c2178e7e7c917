import type { EntityDifference } from '../../../src-preload/contract/history-requests.ts';
import type { EntityId, EntitySummary } from '../../../src-preload/contract/model.ts';
import { findSpan, type Instant, readPasts } from './as-of.ts';
import { readEntitySummaries } from './entities.ts';
import { describeStates } from './history-page.ts';
import { packedEntitiesAfter } from './pack-steps.ts';
import { all, count, type ReadableDb } from './sql.ts';

/** Entities of a past moment, and what two moments do not have alike of them. */

interface Page {
  readonly offset: number;
  readonly limit: number;
}

/** What the history noted first of the entity `e` after a moment, as JSON; NULL where nothing was noted. */
const notedAfter = (entity: string) =>
  `(SELECT n.before FROM history_entity n WHERE n.entity_id = e.id AND n.id > ${entity} ORDER BY n.id LIMIT 1)`;

const listedThen = `
  FROM entity e LEFT JOIN own o ON o.id = e.id
  WHERE e.first_seen_at <= :at AND CASE WHEN o.id IS NOT NULL THEN o.state IS NOT NULL
    ELSE COALESCE(json_extract(${notedAfter(':entity')}, '$.presence'), e.presence) = 'listed' END`;

/** A page of the entities that were listed at the moment, as they were called then. */
export function readEntitiesAsOf(
  db: ReadableDb,
  { at, entity, entry, ...rest }: Instant,
  page: Page,
): { total: number; rows: EntitySummary[] } {
  const own = packedEntitiesAfter('own', ':entry');
  const parameters = { at, entity, entry };
  const ids = all<{ id: EntityId }>(
    db,
    `WITH ${own} SELECT e.id ${listedThen} ORDER BY e.id LIMIT :limit OFFSET :offset`,
    { ...parameters, ...page },
  ).map(({ id }) => id);
  const total = count(db, `WITH ${own} SELECT COUNT(*) ${listedThen}`, parameters);
  return { total, rows: nameThen(db, { ...rest, ...parameters }, ids) };
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

const packed = `${packedEntitiesAfter('own_early', ':earlierEntry')},
  ${packedEntitiesAfter('own_late', ':laterEntry')}`;

const differing = `
  SELECT id, ${whereListed('was')} AS was, ${whereListed('isNow')} AS isNow FROM (
    SELECT e.id, ${stateAt('own_early', ':earlierAt', ':earlierEntity')} AS was,
      ${stateAt('own_late', ':laterAt', ':laterEntity')} AS isNow
    FROM entity e LEFT JOIN own_early ON own_early.id = e.id LEFT JOIN own_late ON own_late.id = e.id
    WHERE e.id IN (
      SELECT entity_id FROM history_entity WHERE id > :earlierEntity AND id <= :laterEntity
      UNION SELECT id FROM own_early WHERE step <= :laterEntry
      UNION SELECT id FROM entity WHERE first_seen_at > :earlierAt AND first_seen_at <= :laterAt))
  WHERE ${whereListed('was')} IS NOT ${whereListed('isNow')}`;

/** A page of what two moments do not have alike of entities, the other way round where `from` is the later one. */
export function readEntityDifference(
  db: ReadableDb,
  moments: { readonly from: string; readonly to: string },
  page: Page,
): { total: number; rows: EntityDifference[] } {
  const { later, isBackward, parameters } = findSpan(db, moments);
  const rows = all<{ id: EntityId; was: string | null; isNow: string | null }>(
    db,
    `WITH ${packed} ${differing} ORDER BY id LIMIT :limit OFFSET :offset`,
    { ...parameters, ...page },
  );
  const total = count(db, `WITH ${packed} SELECT COUNT(*) FROM (${differing})`, parameters);
  const ids = rows.map(({ id }) => id);
  const named = new Map(nameThen(db, later, ids).map((entity) => [entity.id, entity]));
  return {
    total,
    rows: rows.flatMap(({ id, was, isNow }) => {
      const entity = named.get(id);
      if (entity === undefined) return [];
      const [before, after] = isBackward ? [isNow, was] : [was, isNow];
      const change = before === null ? 'added' : after === null ? 'removed' : 'changed';
      return [{ change, entity, ...describeStates(before, after) }];
    }),
  };
}
