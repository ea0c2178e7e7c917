import type { ConnectionId, RelationshipId } from '../../../src-preload/contract/model.ts';
import { RuleError } from '../rules/errors.ts';
import { openCommand } from '../store/history.ts';
import { readIntent } from '../store/intents.ts';
import { readPendingIds } from '../store/outbox.ts';
import { adoptObserved, isSamePresence, readRelationship } from '../store/relationships.ts';
import { transaction } from '../store/sql.ts';
import type { CommandContext } from './context.ts';
import { toWish } from './to-wish.ts';
import { readBase, readWanted, type Wish, want } from './want.ts';

const waitsForAnswer =
  'An earlier attempt left without an answer. The next sync asks the remote what became of it; until then this stays.';

/**
 * Drops one pending change: the user wants again what base has, or what the remote was seen to have since. A change whose attempt left without an answer
 * stays in the outbox as its opposite until the remote has told what became of it.
 */
export function dropIntent(context: CommandContext, id: RelationshipId): void {
  transaction(context.db, () => {
    if (readIntent(context.db, id) === undefined) {
      throw new RuleError('not-pending', `Nothing is pending under the number ${id}.`);
    }
    const relationship = readRelationship(context.db, id);
    const wish = toWish(relationship);
    if (!isDroppable(context, wish)) throw new RuleError('waits-for-answer', waitsForAnswer);
    const label = `Drop the pending change of ${relationship.source.name} → ${relationship.target.name}`;
    const historyId = openCommand(context.db, label, context.now);
    want(context, historyId, wish, readBase(context, wish));
  });
}

/** Which pending changes to drop: those named, or all of one connection (null: of every one). */
export type DropParams =
  | { readonly ids: readonly RelationshipId[] }
  | { readonly connectionId: ConnectionId | null };

/** Drops many as one step of the history; what waits for the answer to an earlier attempt is kept. */
export function dropIntents(context: CommandContext, params: DropParams): { dropped: number; kept: number } {
  return transaction(context.db, () => {
    const { db } = context;
    const wanted = 'ids' in params ? [...new Set(params.ids)] : readPendingIds(db, params.connectionId);
    const pending = wanted.flatMap((id) => readIntent(db, id) ?? []);
    const open = pending.filter((wish) => isDroppable(context, wish));
    if (open.length > 0) {
      const label = `Drop ${open.length} pending ${open.length === 1 ? 'change' : 'changes'}`;
      const historyId = openCommand(db, label, context.now);
      for (const { relationshipId, connectionId, sourceId, targetId } of open) {
        const wish: Wish = { relationshipId, connectionId, sourceId, targetId };
        want(context, historyId, wish, readBase(context, wish));
      }
    }
    return { dropped: open.length, kept: pending.length - open.length };
  });
}

/** Base follows what was seen there meanwhile; the wish is open as long as it differs from that. */
function isDroppable(context: CommandContext, wish: Wish): boolean {
  const wanted = readWanted(context, wish);
  adoptObserved(context.db, wish.relationshipId);
  return !isSamePresence(wanted, readBase(context, wish));
}
