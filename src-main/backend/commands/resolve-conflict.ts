import type { ConflictChoice } from '../../../src-preload/contract/model.ts';
import type { ConflictFilter } from '../../../src-preload/contract/sync-lists.ts';
import { RuleError } from '../rules/errors.ts';
import {
  decideConflict,
  findOpenConflict,
  type OpenConflict,
  readConflictIds,
  readOpenConflict,
} from '../store/conflicts.ts';
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
    const conflict = readOpenConflict(context.db, id);
    if (!conflict.choices.includes(keep)) {
      throw new RuleError('choice-not-offered', `This conflict offers: ${conflict.choices.join(', ')}.`);
    }
    const { source, target } = readRelationship(context.db, conflict.relationshipId);
    const historyId = openCommand(context.db, `Keep ${keep}: ${source.name} → ${target.name}`, context.now);
    decide(context, historyId, conflict, keep);
  });
}

/** Which conflicts to settle alike: those named, or all that fit. */
export type ResolveParams =
  | { readonly ids: readonly number[]; readonly keep: ConflictChoice }
  | { readonly filter: ConflictFilter; readonly keep: ConflictChoice };

/** Settles many alike as one step of the history; those that are settled by now or do not offer it are skipped. */
export function resolveConflicts(
  context: CommandContext,
  params: ResolveParams,
): { resolved: number; skipped: number } {
  return transaction(context.db, () => {
    const { db } = context;
    const { keep } = params;
    const ids = 'ids' in params ? [...new Set(params.ids)] : readConflictIds(db, params.filter);
    const open = ids.flatMap((id) => findOpenConflict(db, id) ?? []);
    const offering = open.filter(({ choices }) => choices.includes(keep));
    if (offering.length > 0) {
      const label = `Keep ${keep} in ${offering.length} ${offering.length === 1 ? 'conflict' : 'conflicts'}`;
      const historyId = openCommand(db, label, context.now);
      for (const conflict of offering) decide(context, historyId, conflict, keep);
    }
    return { resolved: offering.length, skipped: ids.length - offering.length };
  });
}

const keptCause = 'Kept by your decision. It is tried again when you push it.';

function decide(
  context: CommandContext,
  historyId: number,
  { relationshipId, reason }: OpenConflict,
  keep: ConflictChoice,
): void {
  const { db } = context;
  const wish = toWish(readRelationship(db, relationshipId));
  const wanted = readWanted(context, wish);
  decideConflict(db, relationshipId, keep, context.now, historyId);
  adoptObserved(db, relationshipId);
  want(context, historyId, wish, keep === 'remote' ? readBase(context, wish) : wanted);
  if (keep === 'local' && reason === 'end-removed') stopIntent(db, relationshipId, 'parked', keptCause);
}
