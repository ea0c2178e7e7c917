import type { ConflictChoice } from '../../../src-preload/contract/model.ts';
import { RuleError } from '../rules/errors.ts';
import { decideConflict, readOpenConflict } from '../store/conflicts.ts';
import { openCommand } from '../store/history.ts';
import { stopIntent } from '../store/intents.ts';
import { adoptObserved, readRelationship } from '../store/relationships.ts';
import { transaction } from '../store/sql.ts';
import type { CommandContext } from './context.ts';
import { toWish } from './to-wish.ts';
import { readBase, readWanted, want } from './want.ts';

/** Settles a conflict. Keeping local pushes over what the remote has, or waits where it cannot; keeping remote follows it. */
export function resolveConflict(context: CommandContext, id: number, keep: ConflictChoice): void {
  transaction(context.db, () => {
    const { relationshipId, reason, choices } = readOpenConflict(context.db, id);
    if (!choices.includes(keep)) {
      throw new RuleError('choice-not-offered', `This conflict offers: ${choices.join(', ')}.`);
    }
    const relationship = readRelationship(context.db, relationshipId);
    const label = `Keep ${keep}: ${relationship.source.name} → ${relationship.target.name}`;
    const historyId = openCommand(context.db, label, context.now);
    const wish = toWish(relationship);
    const wanted = readWanted(context, wish);
    decideConflict(context.db, relationshipId, keep, context.now, historyId);
    adoptObserved(context.db, relationshipId);
    want(context, historyId, wish, keep === 'remote' ? readBase(context, wish) : wanted);
    if (keep === 'local' && reason === 'end-removed') {
      stopIntent(
        context.db,
        relationshipId,
        'parked',
        'Kept by your decision. It is tried again when you push it.',
      );
    }
  });
}
