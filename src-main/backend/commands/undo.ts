import { type ConflictChoice, LOCAL_CONNECTION_ID } from '../../../src-preload/contract/model.ts';
import { RuleError } from '../rules/errors.ts';
import { decideAgain, reopenConflicts } from '../store/conflicts.ts';
import { type CommandEntry, findNextCommand, markCommand, type WantedChange } from '../store/history.ts';
import { redoPacks } from '../store/history-packs.ts';
import { readIntent } from '../store/intents.ts';
import { isSamePresence, readMirror, toBase } from '../store/relationships.ts';
import { type ReadableDb, transaction } from '../store/sql.ts';
import type { CommandContext } from './context.ts';
import { type Wish, wantAgain } from './want.ts';

type Direction = 'undo' | 'redo';

/** Takes the newest command back, or does the last undone one again. Answers with what it was. */
export function undoOrRedo(context: CommandContext, direction: Direction): { label: string } {
  return transaction(context.db, () => {
    const command = findNextCommand(context.db, direction);
    if (command === undefined) {
      const code = direction === 'undo' ? 'nothing-to-undo' : 'nothing-to-redo';
      throw new RuleError(code, `There is nothing to ${direction}.`);
    }
    const changes = direction === 'undo' ? command.changes.toReversed() : command.changes;
    if (direction === 'redo') decideAgain(context.db, command.id, toDecision(command), context.now);
    if (direction === 'redo') redoPacks(context.db, command.id, 'do', context.now);
    for (const change of changes) {
      wantAgain(context, command.id, toWish(change), direction === 'undo' ? change.before : change.after);
    }
    if (direction === 'undo') redoPacks(context.db, command.id, 'take-back', context.now);
    if (direction === 'undo') reopenConflicts(context.db, command.id);
    markCommand(context.db, command.id, direction === 'undo' ? 'undone' : 'done');
    return { label: command.label };
  });
}

/** Keeping local is the one decision that changes no wish; every other gives the wish up. */
function toDecision({ changes }: CommandEntry): ConflictChoice {
  return changes.every(({ before, after }) => isSamePresence(before, after)) ? 'local' : 'remote';
}

function toWish({ relationshipId, connectionId, sourceId, targetId }: WantedChange): Wish {
  return { relationshipId, connectionId, sourceId, targetId };
}

/** What undo or redo would do, as a sentence; says first where a remote has the change already. */
export function describeNext(db: ReadableDb, direction: Direction): string | null {
  const command = findNextCommand(db, direction);
  if (command === undefined) return null;
  const pushed = direction === 'undo' && isPushed(db, command);
  return pushed ? `${command.label} (already sent: this makes a new pending change)` : command.label;
}

function isPushed(db: ReadableDb, command: CommandEntry): boolean {
  return command.changes.some(
    (change) =>
      change.connectionId !== LOCAL_CONNECTION_ID &&
      readIntent(db, change.relationshipId) === undefined &&
      isBase(db, change),
  );
}

/** A remote without types leaves the type of base empty: there a mark is no part of what was sent. */
function isBase(db: ReadableDb, { relationshipId, before, after }: WantedChange): boolean {
  const row = readMirror(db, relationshipId);
  if (row === undefined) return false;
  const base = toBase(row);
  if (base.type !== null) return isSamePresence(base, after) && !isSamePresence(before, after);
  return before.present !== after.present && base.present === after.present;
}
