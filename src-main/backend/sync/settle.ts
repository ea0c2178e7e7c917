import type { RelationshipId } from '../../../src-preload/contract/model.ts';
import { decideConflict } from '../store/conflicts.ts';
import { findIntent, type IntentRow, readIntent, removeIntent } from '../store/intents.ts';
import {
  allocateRelationshipId,
  findMirror,
  type RelationshipKey,
  readMirror,
  saveBase,
} from '../store/relationships.ts';
import { transaction, type WritableDb } from '../store/sql.ts';

export type Settled = 'added' | 'removed' | 'unchanged';

/**
 * Base becomes what the remote was proved to have. An intent that this fulfils is removed in the same transaction;
 * one that the user changed meanwhile stays and is planned anew.
 */
export function settle(db: WritableDb, key: RelationshipKey, present: boolean, now: string): Settled {
  return transaction(db, () => {
    const mirror = findMirror(db, key);
    const intent = findIntent(db, key);
    const before = mirror?.basePresent ?? false;
    const id = mirror?.id ?? intent?.relationshipId;
    if (before !== present) saveBase(db, id ?? allocateRelationshipId(db), key, present, now);
    if (intent !== undefined && intent.wantedPresent === present) fulfil(db, intent, now);
    if (before === present) return 'unchanged';
    return present ? 'added' : 'removed';
  });
}

function fulfil(db: WritableDb, intent: IntentRow, now: string): void {
  removeIntent(db, intent.relationshipId);
  decideConflict(db, intent.relationshipId, 'local', now);
}

/** What plan needs to know of a relationship, read now. */
export function readPlannable(db: WritableDb, id: RelationshipId): { base: boolean; wanted: boolean | null } {
  return {
    base: readMirror(db, id)?.basePresent ?? false,
    wanted: readIntent(db, id)?.wantedPresent ?? null,
  };
}
