import type { CommandContext } from '../../src-main/backend/commands/context.ts';
import { readIntent } from '../../src-main/backend/store/intents.ts';
import { readRelationshipPage } from '../../src-main/backend/store/relationships.ts';
import type { ReadableDb } from '../../src-main/backend/store/sql.ts';
import { settle } from '../../src-main/backend/sync/settle.ts';
import type { EntityId } from '../../src-preload/contract/model.ts';
import { createSmallPlant, type SmallPlant, toContext } from './workspace.ts';

/** A small plant whose clock goes on by a second with each step. */
export interface Course extends SmallPlant {
  now(): string;
  /** The context of the next command. */
  next(): CommandContext;
}

/** Starts a course at the first moment. */
export function startCourse(): Course {
  const small = createSmallPlant();
  small.db.pragma('synchronous = OFF'); // nothing here is about power cuts
  let seconds = 0;
  const now = () => new Date(Date.UTC(2026, 3, 1) + seconds * 1000).toISOString();
  return {
    ...small,
    now,
    next: () => {
      seconds += 1;
      return { ...toContext(small.db), now: now() };
    },
  };
}

/** Everything that is wanted, one line each: read from what is shown, not from the history. */
export function readWantedLines(db: ReadableDb): string[] {
  return readRelationshipPage(db, null, { offset: 0, limit: 500 })
    .rows.filter(({ id }) => readIntent(db, id)?.wantedPresent !== false)
    .map(({ id, source, target, type }) => `${id} ${source.name} → ${target.name} ${type ?? '-'}`)
    .toSorted();
}

/** What a pull that saw a relationship, or its absence, settles; one entity of another connection has none. */
export function pull(
  { db, plant }: Course,
  given: { readonly source: EntityId; readonly target: EntityId; readonly present: boolean },
  now: string,
): void {
  if (given.source === given.target || given.source === 5 || given.target === 5) return;
  const key = { connectionId: plant, sourceId: given.source, targetId: given.target, slot: 0 };
  settle(db, key, given.present ? { type: null, remoteId: null } : 'absent', now);
}

/** The same without ids. */
export function withoutIds({ db }: Course): string[] {
  return readWantedLines(db)
    .map((line) => line.replace(/^\d+ /, ''))
    .toSorted();
}
