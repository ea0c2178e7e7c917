import {
  readEntityAsOf as entityAsOf,
  findInstant,
  readRelationshipsAsOf as relationshipsAsOf,
} from '../../src-main/backend/store/as-of.ts';
import { readDifference as difference } from '../../src-main/backend/store/history-difference.ts';
import {
  readEntitiesAsOf as entitiesAsOf,
  readEntityDifference as entityDifference,
} from '../../src-main/backend/store/history-entities.ts';
import type { Page } from '../../src-main/backend/store/page.ts';
import { runToEnd } from '../../src-main/backend/store/slices.ts';
import type { ReadableDb } from '../../src-main/backend/store/sql.ts';
import type { EntityId } from '../../src-preload/contract/model.ts';

/** The questions about the past, answered in one go. */

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
