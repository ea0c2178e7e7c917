import type { Relationship, RelationshipId } from '../../../src-preload/contract/model.ts';
import { RuleError } from '../rules/errors.ts';
import { openCommand } from '../store/history.ts';
import { findRelationship, readRelationship } from '../store/relationships.ts';
import { transaction } from '../store/sql.ts';
import type { CommandContext } from './context.ts';
import { toWish } from './to-wish.ts';
import { readWanted, want } from './want.ts';

/** Removes a relationship. Answers null where nothing is left of it, because it never left this workspace. */
export function unrelate(context: CommandContext, id: RelationshipId): Relationship | null {
  return transaction(context.db, () => {
    const relationship = readRelationship(context.db, id);
    refuseIfReadOnly(context, relationship);
    const wish = toWish(relationship);
    const wanted = readWanted(context, wish);
    if (!wanted.present) return relationship;
    const label = `Remove ${relationship.source.name} → ${relationship.target.name}`;
    const historyId = openCommand(context.db, label, context.now);
    want(context, historyId, wish, { ...wanted, present: false });
    return findRelationship(context.db, id) ?? null;
  });
}

function refuseIfReadOnly(context: CommandContext, relationship: Relationship): void {
  const reason = context.capabilitiesOf(relationship.connectionId).readOnlyReason;
  if (reason !== null) throw new RuleError('read-only', reason);
}
