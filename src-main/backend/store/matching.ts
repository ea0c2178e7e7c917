import type { EntityId } from '../../../src-preload/contract/model.ts';
import type { Query } from '../query/language.ts';
import { MATCHES, toCondition } from './query-sql.ts';
import type { Turns } from './slices.ts';
import { column, type ReadableDb, rowByRow } from './sql.ts';

/** How many entities match, and the first of them in the order of the list. */
export interface Matching {
  readonly total: number;
  readonly ids: readonly EntityId[];
}

/**
 * The listed entities that a query finds: the same as in the list and in an export, in the order of the list, as many
 * as the budget takes. All are counted. Needs a handle of its own until its end.
 */
export function* findMatching(db: ReadableDb, query: Query, budget: number): Turns<Matching> {
  const { where, parameters } = yield* toCondition(db, query);
  const ids: EntityId[] = [];
  let total = 0;
  const found = rowByRow<EntityId>(
    db,
    `SELECT e.id FROM entity e WHERE e.presence = 'listed' AND ${where} ORDER BY e.name COLLATE NOCASE, e.id`,
    parameters,
  );
  for (const id of found) {
    if (ids.length < budget) ids.push(id);
    total += 1;
    if (total % MATCHES === 0) yield;
  }
  return { total, ids };
}

/** Which of these entities a query finds, in the order of their ids. */
export function* readMatchingAmong(
  db: ReadableDb,
  query: Query,
  ids: readonly EntityId[],
): Turns<EntityId[]> {
  if (ids.length === 0) return [];
  const { where, parameters } = yield* toCondition(db, query, true);
  return column<EntityId>(
    db,
    `SELECT e.id FROM entity e WHERE e.id IN (SELECT value FROM json_each(:ids)) AND e.presence = 'listed'
       AND ${where} ORDER BY e.id`,
    { ...parameters, ids: JSON.stringify(ids) },
  );
}
