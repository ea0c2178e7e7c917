import type { ConnectionId, EntitySummary } from '../../../src-preload/contract/model.ts';
import type { Query } from '../query/language.ts';
import { parseSearch } from '../query/parse.ts';
import { readSyncedAsOf } from './connections.ts';
import { readSummariesBy } from './entities.ts';
import type { Page } from './page.ts';
import { type Condition, toCondition, toMatchAlone } from './query-sql.ts';
import type { Turns } from './slices.ts';
import { count, type ReadableDb } from './sql.ts';

/** What a list is narrowed to beside its query. No kinds stands for every kind. */
export interface Narrowing {
  readonly kinds: readonly string[];
  readonly connectionId: ConnectionId | null;
}

export interface EntityFilter extends Narrowing {
  /** Words, or the query language. */
  readonly search: string;
}

export const everyEntity: Narrowing = { kinds: [], connectionId: null };

/** A page of listed entities by name, and how many there are in all. */
export function* readEntityPage(
  db: ReadableDb,
  { search, ...narrowing }: EntityFilter,
  page: Page,
): Turns<{ total: number; rows: EntitySummary[]; asOf: string | null }> {
  const found = yield* readByName(db, parseSearch(search), narrowing, page);
  return { ...found, asOf: readSyncedAsOf(db, narrowing.connectionId) };
}

/** What a query finds, taken as it stands, by name. */
export function* readByName(
  db: ReadableDb,
  query: Query,
  narrowing: Narrowing,
  page: Page,
): Turns<{ total: number; rows: EntitySummary[] }> {
  const conditions = ["e.presence = 'listed'"];
  const narrowed = toNarrowed(narrowing);
  const parameters: Record<string, Condition['parameters'][string] | number> = {};
  for (const { where, parameters: bound } of [
    ...(query.is === 'everything' ? [] : [yield* toCondition(db, query)]),
    ...(narrowed === null ? [] : [narrowed]),
  ]) {
    conditions.push(where);
    Object.assign(parameters, bound);
  }
  const where = conditions.join(' AND ');
  const match = narrowed === null ? toMatchAlone(query) : null;
  return {
    // exactly the listed entities are indexed, so that words alone are counted without a look at the entities
    total:
      match === null
        ? count(db, `SELECT COUNT(*) FROM entity e WHERE ${where}`, parameters)
        : count(db, 'SELECT COUNT(*) FROM entity_search WHERE entity_search MATCH :match', { match }),
    rows: readSummariesBy(
      db,
      `e.id IN (
         SELECT e.id FROM entity e WHERE ${where} ORDER BY e.name COLLATE NOCASE, e.id LIMIT :limit OFFSET :offset)
       ORDER BY e.name COLLATE NOCASE, e.id`,
      { ...parameters, ...page },
    ),
  };
}

/** The kinds and the connection as a condition on `entity e`; null where nothing is narrowed. */
export function toNarrowed({ kinds, connectionId }: Narrowing): Condition | null {
  const conditions: string[] = [];
  const parameters: Record<string, string | number> = {};
  const [kind] = kinds;
  if (kinds.length === 1 && kind !== undefined) {
    conditions.push('e.kind = :kind');
    parameters['kind'] = kind;
  } else if (kinds.length > 1) {
    // the + keeps to the order by name: several kinds by index would have to be sorted
    conditions.push('+e.kind IN (SELECT value FROM json_each(:kinds))');
    parameters['kinds'] = JSON.stringify(kinds);
  }
  if (connectionId !== null) {
    conditions.push('+e.connection_id = :connectionId');
    parameters['connectionId'] = connectionId;
  }
  return conditions.length === 0 ? null : { where: conditions.join(' AND '), parameters };
}
