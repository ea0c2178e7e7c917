import type { EntityId } from '../../../src-preload/contract/model.ts';
import { parseQuery } from '../query/parse.ts';
import { type Condition, toCondition } from './query-sql.ts';
import { column, type ReadableDb, rowByRow } from './sql.ts';

/** How many entities match, and the first of them in the order of the list. */
export interface Matching {
  readonly total: number;
  readonly ids: readonly EntityId[];
}

/** Matches between two yields. */
const STRIDE = 5000;

/**
 * The listed entities that a query finds: the same as in the list and in an export, in the order of the list, as many
 * as the budget takes. All are counted. Needs a handle of its own until its end.
 */
export function* findMatching(
  db: ReadableDb,
  { where, parameters }: Condition,
  budget: number,
): Generator<undefined, Matching, undefined> {
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
    if (total % STRIDE === 0) yield;
  }
  return { total, ids };
}

/** What a query asks of an entity; its arrows are walked on this handle, which remembers where they led. */
export function readCondition(db: ReadableDb, text: string): Condition {
  return toCondition(db, parseQuery(text));
}

/** Which of these entities a query finds, in the order of their ids. */
export function readMatchingAmong(db: ReadableDb, text: string, ids: readonly EntityId[]): EntityId[] {
  const { where, parameters } = toCondition(db, parseQuery(text), true);
  return column<EntityId>(
    db,
    `SELECT e.id FROM entity e WHERE e.id IN (SELECT value FROM json_each(:ids)) AND e.presence = 'listed'
       AND ${where} ORDER BY e.id`,
    { ...parameters, ids: JSON.stringify(ids) },
  );
}
