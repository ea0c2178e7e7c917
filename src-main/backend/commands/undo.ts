import type { ConflictChoice } from '../../../src-preload/contract/model.ts';
import { RuleError } from '../rules/errors.ts';
import { decideConflict, reopenConflicts } from '../store/conflicts.ts';
import {
  type CommandEntry,
  changedNothing,
  findNextCommand,
  hasSyncedSince,
  markCommand,
  readChangePages,
  readCommand,
  readTypeChanges,
  readUnpending,
  recordStep,
  saveChange,
  saveTypeChange,
  type WantedChange,
} from '../store/history.ts';
import { redoPacks } from '../store/history-packs.ts';
import { isSamePresence, readMirror, toBase } from '../store/relationships.ts';
import { runToEnd } from '../store/slices.ts';
import { type ReadableDb, transaction } from '../store/sql.ts';
import { NOT_OWN, readOwnTypes, restoreOwnType } from '../store/vocabulary.ts';
import type { CommandContext } from './context.ts';
import { describeRefused, judgeAgain } from './judge-again.ts';
import { inSteps, type Steps } from './steps.ts';
import { applyViews } from './views.ts';
import { refuseIfAmbiguous } from './vocabulary.ts';
import { isPending, readWanted, toCurrent, wantAgain } from './want.ts';

type Direction = 'undo' | 'redo';

/** Takes the newest command back, or does the last undone one again. Answers with what it was. */
export function undoOrRedo(context: CommandContext, direction: Direction): { label: string } {
  return transaction(context.db, () => runToEnd(undoOrRedoInSteps(context, direction)));
}

/** As `undoOrRedo`, inside a transaction of the caller that is never left half done. */
export function* undoOrRedoInSteps(context: CommandContext, direction: Direction): Steps<{ label: string }> {
  const { db, now } = context;
  const command = findNextCommand(db, direction);
  if (command === undefined) {
    const code = direction === 'undo' ? 'nothing-to-undo' : 'nothing-to-redo';
    throw new RuleError(code, `There is nothing to ${direction}.`);
  }
  const verb = direction === 'undo' ? 'Undo' : 'Redo';
  const notedIn = recordStep(db, `${verb}: ${command.label}`, now, command.id);
  const side = direction === 'undo' ? 'before' : 'after';
  yield* refuseAgainstRules(context, command, direction);
  if (direction === 'redo') yield* redoPacks(db, command.id, 'do', now);
  yield* applyEntry(context, command, side, { notedIn, intentsOf: command.id });
  if (direction === 'undo') yield* redoPacks(db, command.id, 'take-back', now);
  markCommand(db, command.id, direction === 'undo' ? 'undone' : 'done');
  return { label: command.label };
}

/**
 * What was there before the newest command was there by the rules. Only where a sync changed relationships since are
 * those judged anew that are made or given their type again.
 */
function* refuseAgainstRules(
  context: CommandContext,
  { id, label }: CommandEntry,
  direction: Direction,
): Steps<void> {
  if (!hasSyncedSince(context.db, id)) return;
  const way = direction === 'undo' ? 'take-back' : 'do';
  const judged = yield* inSteps(judgeAgain(context, id, way));
  const refused = judged.filter(({ given }) => !given); // no command came in between
  const [first] = refused;
  if (first === undefined) return;
  const what = `“${label}” cannot be ${direction === 'undo' ? 'undone' : 'done again'}`;
  throw new RuleError(first.verdict.code, describeRefused(what, way, refused) ?? what);
}

/**
 * Brings everything that an entry changed, but what it packed, to what it was before the entry, or after it, and notes that in `notedIn`.
 * Conflicts that it decided open or close with it; an entry that reverted another stands for the other's decision.
 */
export function* applyEntry(
  context: CommandContext,
  entry: CommandEntry,
  side: 'before' | 'after',
  { notedIn, intentsOf }: { readonly notedIn: number; readonly intentsOf: number },
): Steps<void> {
  const { db, now } = context;
  const { decider, isTakenBack } = findDecider(db, entry);
  const isDeciding = (side === 'after') !== isTakenBack;
  const decision = isDeciding ? toDecision(db, entry) : null;
  for (const page of readChangePages(db, entry.id, side === 'before' ? 'back' : 'forth')) {
    for (const change of page) {
      if (decision !== null && isDecision(context, change)) {
        const { relationshipId } = toCurrent(context, change);
        decideConflict(db, relationshipId, decision, now, decider);
      }
      applyChange(context, change, side, { notedIn, intentsOf });
    }
    yield page.length;
  }
  applyTypes(context, entry, side, notedIn);
  applyViews(context, entry, side, notedIn);
  if (!isDeciding) reopenConflicts(db, decider);
}

/** The command whose decisions an entry stands for, and whether it took them back: a revert can be reverted, too. */
function findDecider(
  db: ReadableDb,
  entry: CommandEntry,
): { readonly decider: number; readonly isTakenBack: boolean } {
  let { id: decider, reverts } = entry;
  let isTakenBack = false;
  while (reverts !== null) {
    ({ id: decider, reverts } = readCommand(db, reverts));
    isTakenBack = !isTakenBack;
  }
  return { decider, isTakenBack };
}

function applyChange(
  context: CommandContext,
  change: WantedChange,
  side: 'before' | 'after',
  { notedIn, intentsOf }: { readonly notedIn: number; readonly intentsOf: number },
): void {
  const { relationshipId, connectionId, sourceId, targetId } = change;
  const wish = toCurrent(context, { relationshipId, connectionId, sourceId, targetId });
  const before = readWanted(context, wish);
  wantAgain(context, intentsOf, wish, change[side]);
  saveChange(context.db, notedIn, { ...wish, before, after: change[side] }, context.now);
}

function applyTypes(
  { db }: CommandContext,
  { id }: CommandEntry,
  side: 'before' | 'after',
  notedIn: number,
): void {
  const types = readTypeChanges(db, id);
  if (types.length === 0) return;
  const own = readOwnTypes(db);
  for (const { name, ...sides } of types) {
    restoreOwnType(db, name, sides[side]);
    saveTypeChange(db, notedIn, { name, before: own.get(name) ?? NOT_OWN, after: sides[side] });
  }
  refuseIfAmbiguous(db);
}

/** Whether a command that made the change settled a conflict about it: a mark that no remote holds settles none. */
function isDecision(context: CommandContext, { before, after, ...wish }: WantedChange): boolean {
  const isKept = before.present === after.present && before.type === after.type;
  return isKept || isPending(context, wish, before, after);
}

/** Keeping local is the one decision that changes no wish; every other gives the wish up. */
function toDecision(db: ReadableDb, { id }: CommandEntry): ConflictChoice {
  return changedNothing(db, id) ? 'local' : 'remote';
}

/** What undo or redo would do, as a sentence; says first where a remote has the change already. */
export function describeNext(db: ReadableDb, direction: Direction): string | null {
  const command = findNextCommand(db, direction);
  if (command === undefined) return null;
  const pushed = direction === 'undo' && isPushed(db, command);
  return pushed ? `${command.label} (already sent: this makes a new pending change)` : command.label;
}

/** Whether a remote has what the entry changed, so that taking it back makes a new pending change. */
export function isPushed(db: ReadableDb, { id }: CommandEntry): boolean {
  return readUnpending(db, id).some((change) => isBase(db, change));
}

/** A remote without types leaves the type of base empty: there a mark is no part of what was sent. */
function isBase(db: ReadableDb, { relationshipId, before, after }: WantedChange): boolean {
  const row = readMirror(db, relationshipId);
  if (row === undefined) return false;
  const base = toBase(row);
  if (base.type !== null) return isSamePresence(base, after) && !isSamePresence(before, after);
  return before.present !== after.present && base.present === after.present;
}
