import type { Query } from '../../src-main/backend/query/language.ts';
import { parseQuery } from '../../src-main/backend/query/parse.ts';
import {
  readEntityAsOf as entityAsOf,
  readRelationshipsAsOf as relationshipsAsOf,
} from '../../src-main/backend/store/as-of.ts';
import { type EntityFilter, readEntityPage as entityPage } from '../../src-main/backend/store/entity-list.ts';
import {
  readExpansion as expansion,
  readGroups as groupsOf,
  readSurroundings as surroundings,
} from '../../src-main/backend/store/expansion.ts';
import { readEntityIdPages } from '../../src-main/backend/store/export-rows.ts';
import { readDifference as difference } from '../../src-main/backend/store/history-difference.ts';
import {
  readEntitiesAsOf as entitiesAsOf,
  readEntityDifference as entityDifference,
} from '../../src-main/backend/store/history-entities.ts';
import { findInstant } from '../../src-main/backend/store/instant.ts';
import {
  readNeighbourhood as neighbourhood,
  readRelationshipsAmong as relationshipsAmong,
} from '../../src-main/backend/store/neighbourhood.ts';
import type { Page } from '../../src-main/backend/store/page.ts';
import {
  readViewDifference as viewDifference,
  readViewsAsOf as viewsAsOf,
} from '../../src-main/backend/store/past-views.ts';
import { toCondition } from '../../src-main/backend/store/query-sql.ts';
import { type SearchOptions, search as searched } from '../../src-main/backend/store/search.ts';
import { runToEnd } from '../../src-main/backend/store/slices.ts';
import type { ReadableDb } from '../../src-main/backend/store/sql.ts';
import type { EntityId } from '../../src-preload/contract/model.ts';
import type { GroupKey } from '../../src-preload/contract/queries.ts';

/** The questions that are asked in slices, answered in one go. */

interface Moments {
  readonly from: string;
  readonly to: string;
}

export function readRelationshipsAsOf(db: ReadableDb, at: string, entityId: EntityId | null, page: Page) {
  return runToEnd(relationshipsAsOf(db, findInstant(db, at), entityId, page));
}

export function readEntityAsOf(db: ReadableDb, at: string, id: EntityId) {
  return runToEnd(entityAsOf(db, findInstant(db, at), id));
}

export function readEntitiesAsOf(db: ReadableDb, at: string, page: Page) {
  return runToEnd(entitiesAsOf(db, findInstant(db, at), page));
}

export function readDifference(db: ReadableDb, moments: Moments, page: Page) {
  return runToEnd(difference(db, moments, page));
}

export function readEntityDifference(db: ReadableDb, moments: Moments, page: Page) {
  return runToEnd(entityDifference(db, moments, page));
}

export function readViewsAsOf(db: ReadableDb, at: string, page: Page) {
  return runToEnd(viewsAsOf(db, findInstant(db, at), page));
}

export function readViewDifference(db: ReadableDb, moments: Moments, page: Page) {
  return runToEnd(viewDifference(db, moments, page));
}

export function readEntityPage(db: ReadableDb, filter: EntityFilter, page: Page) {
  return runToEnd(entityPage(db, filter, page));
}

export function search(db: ReadableDb, query: Query, page: Page, options?: SearchOptions) {
  return runToEnd(searched(db, query, page, options));
}

export function readNeighbourhood(
  db: ReadableDb,
  roots: readonly EntityId[],
  limit: number,
  also: readonly EntityId[] = [],
) {
  return runToEnd(neighbourhood(db, roots, limit, also));
}

export function readRelationshipsAmong(db: ReadableDb, ids: readonly EntityId[], most?: number) {
  return runToEnd(relationshipsAmong(db, ids, most));
}

export function readSurroundings(db: ReadableDb, roots: readonly EntityId[], hops: number, budget: number) {
  return runToEnd(surroundings(db, roots, hops, budget));
}

export function readGroups(db: ReadableDb, id: EntityId) {
  return runToEnd(groupsOf(db, id));
}

export function readExpansion(db: ReadableDb, id: EntityId, groups: readonly GroupKey[] | null, page: Page) {
  return runToEnd(expansion(db, id, groups, page));
}

export function readExported(db: ReadableDb, text: string): EntityId[] {
  return [...readEntityIdPages(db, runToEnd(toCondition(db, parseQuery(text))))].flat();
}
