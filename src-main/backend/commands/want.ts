import {
  type ConflictChoice,
  LOCAL_CONNECTION_ID,
  type RelationshipId,
} from '../../../src-preload/contract/model.ts';
import { decideConflict } from '../store/conflicts.ts';
import type { Wanted, WantedChange } from '../store/history.ts';
import { saveChange } from '../store/history.ts';
import { findIntent, readIntent, removeIntent, saveIntent, toWanted } from '../store/intents.ts';
import {
  findLocalRelationship,
  readLocalRelationship,
  removeLocalRelationship,
  saveLocalRelationship,
} from '../store/local-relationships.ts';
import {
  findMirror,
  isSamePresence,
  type RelationshipKey,
  readMirror,
  toBase,
} from '../store/relationships.ts';
import { readTypeMark, saveTypeMark } from '../store/type-marks.ts';
import { readType, saveType } from '../store/types.ts';
import type { CommandContext, JudgeContext } from './context.ts';

/** A relationship by its id and its ends, whether it exists or not. */
export type Wish = Omit<WantedChange, 'before' | 'after'>;

/** What the user wants of a relationship now: the intent if there is one, else base. */
export function readWanted(context: JudgeContext, wish: Wish): Wanted {
  const { db } = context;
  if (wish.connectionId === LOCAL_CONNECTION_ID) {
    const row = readLocalRelationship(db, wish.relationshipId);
    return { present: row !== undefined, type: readType(db, row?.typeId ?? null) };
  }
  const intent = readIntent(db, wish.relationshipId);
  return intent === undefined ? readBase(context, wish) : withMark(context, wish, toWanted(intent));
}

/** What workspace and remote last agreed on, as a wish. */
export function readBase(context: JudgeContext, wish: Wish): Wanted {
  return withMark(context, wish, toBase(readMirror(context.db, wish.relationshipId)));
}

/** Where the remote keeps no types, the type is the user's own mark, whatever becomes of the relationship. */
function withMark(context: JudgeContext, wish: Wish, presence: Wanted): Wanted {
  if (isTyped(context, wish)) return presence;
  return { ...presence, type: readType(context.db, readTypeMark(context.db, wish.relationshipId)) };
}

function isTyped({ capabilitiesOf }: JudgeContext, { connectionId }: Wish): boolean {
  return capabilitiesOf(connectionId).typed;
}

/** The id of the relationship with these ends, whether it is present, pending or was removed. */
export function findRelationshipId({ db }: JudgeContext, key: RelationshipKey): RelationshipId | undefined {
  if (key.connectionId === LOCAL_CONNECTION_ID) return findLocalRelationship(db, key)?.id;
  return findMirror(db, key)?.id ?? findIntent(db, key)?.relationshipId;
}

/**
 * Makes `wanted` what the user wants, and notes the change in the history entry. An intent is kept only where
 * the wish differs from base, or where an attempt left and its fate is unknown: then the push begins with a probe.
 */
export function want(context: CommandContext, historyId: number, wish: Wish, wanted: Wanted): void {
  const before = readWanted(context, wish);
  wantUnnoted(context, historyId, wish, { before, after: wanted });
  saveChange(context.db, historyId, { ...wish, before, after: wanted }, context.now);
}

/** As `want`, for a command that notes many changes at once. Undoing it opens the conflicts again that this settles. */
export function wantUnnoted(
  context: CommandContext,
  historyId: number,
  wish: Wish,
  { before, after: wanted }: Pick<WantedChange, 'before' | 'after'>,
): void {
  if (isPending(context, wish, before, wanted)) {
    decideConflict(context.db, wish.relationshipId, toDecision(wanted.present), context.now, historyId);
  }
  wantAgain(context, historyId, wish, wanted);
}

/** As `want`, for an entry that has noted its changes already: undo and redo. */
export function wantAgain(context: CommandContext, historyId: number, wish: Wish, wanted: Wanted): void {
  if (wish.connectionId === LOCAL_CONNECTION_ID) wantLocally(context, wish, wanted);
  else wantRemotely(context, historyId, wish, wanted);
}

function wantLocally({ db, now }: CommandContext, wish: Wish, wanted: Wanted): void {
  if (!wanted.present) {
    removeLocalRelationship(db, wish.relationshipId);
    return;
  }
  const typeId = wanted.type === null ? null : saveType(db, wanted.type);
  saveLocalRelationship(db, {
    id: wish.relationshipId,
    sourceId: wish.sourceId,
    targetId: wish.targetId,
    typeId,
    now,
  });
}

/** A conflict is about something the user wants at an end that is gone: no longer wanting it is the remote's side. */
function toDecision(wantedPresent: boolean): ConflictChoice {
  return wantedPresent ? 'local' : 'remote';
}

/** The mark alone is no new fact for the remote: an intent that waits goes on waiting as it is. */
function wantRemotely(context: CommandContext, historyId: number, noted: Wish, wanted: Wanted): void {
  const wish = toCurrent(context, noted);
  const isNew = isPending(context, wish, readWanted(context, wish), wanted);
  if (isTyped(context, wish)) {
    if (isNew) wantPresence(context, historyId, wish, wanted);
    return;
  }
  if (isNew) wantPresence(context, historyId, wish, { ...wanted, type: null });
  saveTypeMark(
    context.db,
    wish.relationshipId,
    wanted.type === null ? null : saveType(context.db, wanted.type),
  );
}

/** Whether going from one wish to the other concerns the remote at all. */
export function isPending(context: CommandContext, wish: Wish, before: Wanted, wanted: Wanted): boolean {
  return isTyped(context, wish) ? !isSamePresence(before, wanted) : before.present !== wanted.present;
}

/** What the history noted under an id that never left may have arrived from the remote since, under its own. */
export function toCurrent(context: CommandContext, wish: Wish): Wish {
  if (wish.connectionId === LOCAL_CONNECTION_ID) return wish;
  return {
    ...wish,
    relationshipId: findRelationshipId(context, { ...wish, slot: 0 }) ?? wish.relationshipId,
  };
}

function wantPresence({ db, now }: CommandContext, historyId: number, wish: Wish, wanted: Wanted): void {
  const id = wish.relationshipId;
  const base = toBase(readMirror(db, id));
  const intent = readIntent(db, id);
  const isOpen = intent !== undefined && (intent.sent || intent.replacing !== 'no');
  if (isSamePresence(wanted, base) && !isOpen) removeIntent(db, id);
  else saveIntent(db, { ...wish, slot: 0, wanted, base, historyId, now });
  decideConflict(db, id, toDecision(wanted.present), now);
}
