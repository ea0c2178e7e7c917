import type { RelationshipId } from '../../../src-preload/contract/model.ts';
import { RuleError } from '../rules/errors.ts';
import { openCommand } from '../store/history.ts';
import { readIntent } from '../store/intents.ts';
import { adoptObserved, isSamePresence, readRelationship } from '../store/relationships.ts';
import { transaction } from '../store/sql.ts';
import type { CommandContext } from './context.ts';
import { toWish } from './to-wish.ts';
import { readBase, readWanted, want } from './want.ts';

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
    const wanted = readWanted(context, wish);
    adoptObserved(context.db, id);
    const base = readBase(context, wish);
    if (isSamePresence(wanted, base)) throw new RuleError('waits-for-answer', waitsForAnswer);
    const label = `Drop the pending change of ${relationship.source.name} → ${relationship.target.name}`;
    const historyId = openCommand(context.db, label, context.now);
    want(context, historyId, wish, base);
  });
}
