import type { CommandContext } from '../../src-main/backend/commands/context.ts';
import { saveType } from '../../src-main/backend/commands/vocabulary.ts';
import { readHistoryPage } from '../../src-main/backend/store/history-page.ts';
import { findMirror } from '../../src-main/backend/store/relationships.ts';
import type { ReadableDb } from '../../src-main/backend/store/sql.ts';
import { readVocabulary } from '../../src-main/backend/store/vocabulary.ts';
import { settle } from '../../src-main/backend/sync/settle.ts';
import type { EntityId, RelationshipId } from '../../src-preload/contract/model.ts';
import type { RelationshipType } from '../../src-preload/contract/relationship-types.ts';
import type { Course } from './history-course.ts';

/** “feeds” / “is fed by” with nothing but these rules. */
export function toFeeds(db: ReadableDb, rules: Partial<RelationshipType>): RelationshipType {
  const [like] = readVocabulary(db);
  const free = { maxPerSource: null, maxPerTarget: null, sourceKinds: null, targetKinds: null };
  const plain = { duplicates: true, self: false, impact: 'none', needed: null } as const;
  const type = {
    ...plain,
    ...like?.type,
    name: 'feeds',
    inverse: 'is fed by',
    symmetric: false,
    acyclic: false,
  };
  return { ...type, ...free, ...rules };
}

/** Gives the vocabulary of the course “feeds” with these rules. */
export function define(course: Course, rules: Partial<RelationshipType>): void {
  saveType(course.next(), toFeeds(course.db, rules));
}

/** What a pull brings of a type; answers with what it is known by here. */
export function bring(
  course: Course,
  sourceId: EntityId,
  targetId: EntityId,
  type: string | null = 'feeds',
): RelationshipId {
  const key = { connectionId: course.plant, sourceId, targetId, slot: 0 };
  settle(course.db, key, { type, remoteId: null }, course.next().now);
  const row = findMirror(course.db, key);
  if (row === undefined) throw new Error('It was just brought');
  return row.id;
}

/** The next command of a course whose remotes keep types. */
export function nextTyped(course: Course): CommandContext {
  const context = course.next();
  return { ...context, capabilitiesOf: (id) => ({ ...context.capabilitiesOf(id), typed: true }) };
}

/** The number of the newest entry of the history. */
export function latest(db: ReadableDb): number {
  return readHistoryPage(db, { offset: 0, limit: 1 }).rows[0]?.id ?? 0;
}
