import type { RelationshipId } from '../../../src-preload/contract/model.ts';
import type { RemoteFacts } from '../remote/remote.ts';
import { decideConflict } from '../store/conflicts.ts';
import { saveCreateConfirmed } from '../store/connections.ts';
import { noteSynced } from '../store/history-of-syncs.ts';
import {
  findIntent,
  type IntentRow,
  markAnswered,
  markReplacing,
  readIntent,
  removeIntent,
  toWanted,
} from '../store/intents.ts';
import { toFlagBits } from '../store/relationship-flags.ts';
import {
  allocateRelationshipId,
  findMirror,
  isSamePresence,
  type MirrorRow,
  type Observed,
  type Presence,
  type RelationshipKey,
  type RemoteDetails,
  readMirror,
  saveBase,
  saveObserved,
  saveRemoteDetails,
  toBase,
} from '../store/relationships.ts';
import { type ReadableDb, transaction, type WritableDb, within } from '../store/sql.ts';
import { readTypeMark } from '../store/type-marks.ts';
import { readType } from '../store/types.ts';
import { type Facts, type Has, plan, type Step } from './plan.ts';

export type Settled = 'added' | 'updated' | 'removed' | 'unchanged';

/** What a remote was proved to have between two ends. */
export type Seen = RemoteFacts | 'absent';

/**
 * Base becomes what the remote was proved to have. An intent that this fulfils is removed in the same transaction;
 * one that the user changed meanwhile stays and is planned anew. Where the user changed the type as well, or its
 * change is half done, base stays and what was seen is kept beside it.
 */
export function settle(db: WritableDb, key: RelationshipKey, seen: Seen, now: string): Settled {
  return within(db, () => {
    const mirror = findMirror(db, key);
    const intent = findIntent(db, key);
    if (mirror === undefined && intent === undefined && seen === 'absent') return 'unchanged';
    const before = toBase(mirror);
    const id = mirror?.id ?? intent?.relationshipId ?? allocateRelationshipId(db);
    const after = toPresence(seen);
    const step = plan(toFacts(mirror, intent, seen));
    if (intent !== undefined && isOwnCreate(intent, seen)) saveCreateConfirmed(db, key.connectionId, now);
    if (intent !== undefined && isHeldBack(intent, step)) {
      saveObserved(db, id, key, after, now);
      if (seen !== 'absent') saveRemoteDetails(db, id, toDetails(seen));
      return 'unchanged';
    }
    note(db, { id, key, mirror }, seen, now);
    const isFulfilled = intent !== undefined && step === 'settle';
    if (isFulfilled) fulfil(db, intent, now);
    const shown = intent === undefined ? before : toWanted(intent);
    const isNew = mirror === undefined && intent === undefined;
    if (intent === undefined || isFulfilled) noteShown(db, { id, key, isNew }, { shown, after }, now);
    return compare(before, after);
  });
}

/**
 * What the user wanted before came true, or what others made of it holds: base becomes that, and what the user wants by
 * now stays pending, as an edit of it.
 */
export function settleEarlier(db: WritableDb, intent: IntentRow, seen: Seen, now: string): Settled {
  return transaction(db, () => {
    const { relationshipId: id } = intent;
    const mirror = readMirror(db, id);
    const before = toBase(mirror);
    note(db, { id, key: intent, mirror }, seen, now);
    markReplacing(db, id, 'no');
    markAnswered(db, id);
    if (isSamePresence(toWanted(intent), toPresence(seen))) fulfil(db, intent, now);
    return compare(before, toPresence(seen));
  });
}

/** What has the id that our create proposed, a random one, was made by nobody else. */
export function isOwnCreate({ sent, proposedId }: IntentRow, seen: Seen): boolean {
  return sent && proposedId !== null && seen !== 'absent' && seen.remoteId === proposedId;
}

function isHeldBack({ replacing }: IntentRow, step: Step): boolean {
  return (
    step === 'conflict-changed-both' ||
    step === 'conflict-removed-there' ||
    (replacing !== 'no' && step !== 'settle')
  );
}

function note(
  db: WritableDb,
  { id, key, mirror }: { id: RelationshipId; key: RelationshipKey; mirror: MirrorRow | undefined },
  seen: Seen,
  now: string,
): void {
  const after = toPresence(seen);
  if (!isSamePresence(toBase(mirror), after)) {
    saveBase(db, id, key, { ...after, ...toDetails(seen) }, now);
    return;
  }
  if (mirror === undefined) return;
  if (mirror.observed !== null) saveObserved(db, id, key, after, now);
  const details = toDetails(seen);
  const isKnown = mirror.remoteId === details.remoteId && mirror.flags === toFlagBits(details.flags);
  if (!isKnown) saveRemoteDetails(db, id, details);
}

function toDetails(seen: Seen): RemoteDetails {
  return seen === 'absent'
    ? { remoteId: null, flags: [] }
    : { remoteId: seen.remoteId, flags: seen.flags ?? [] };
}

/** The history tells what the user sees: a wish that comes true changes nothing of that. */
function noteShown(
  db: WritableDb,
  { id, key, isNew }: { id: RelationshipId; key: RelationshipKey; isNew: boolean },
  { shown, after }: { shown: Presence; after: Presence },
  now: string,
): void {
  if (isSamePresence(shown, after)) return;
  const { connectionId, sourceId, targetId } = key;
  const mark = isNew ? null : readType(db, readTypeMark(db, id));
  const withMark = ({ present, type }: Presence) => ({ present, type: mark ?? type });
  const change = { before: withMark(shown), after: withMark(after) };
  noteSynced(db, { relationshipId: id, connectionId, sourceId, targetId, ...change }, isNew, now);
}

function compare(before: Presence, after: Presence): Settled {
  if (isSamePresence(before, after)) return 'unchanged';
  if (before.present === after.present) return 'updated';
  return after.present ? 'added' : 'removed';
}

function fulfil(db: WritableDb, intent: IntentRow, now: string): void {
  removeIntent(db, intent.relationshipId);
  decideConflict(db, intent.relationshipId, 'local', now);
}

export function toPresence(seen: Seen): Observed {
  if (seen === 'absent') return { present: false, type: null };
  const { type, madeAt } = seen;
  return { present: true, type, ...(madeAt === undefined ? {} : { madeAt }) };
}

export function toHas({ present, type }: Presence): Has {
  return present ? { type } : 'absent';
}

/** What plan needs to know of a relationship of which a presence or absence was just proved. */
function toFacts(mirror: MirrorRow | undefined, intent: IntentRow | undefined, seen: Seen): Facts {
  return {
    ...toPlannable(mirror, intent),
    observed: seen,
    absenceProved: true,
    endRemoved: false,
    canReplace: true,
  };
}

type Plannable = Pick<Facts, 'base' | 'wanted' | 'replacing'>;

function toPlannable(mirror: MirrorRow | undefined, intent: IntentRow | undefined): Plannable {
  return {
    base: toHas(toBase(mirror)),
    wanted: intent === undefined ? null : toHas(toWanted(intent)),
    replacing: intent?.replacing ?? 'no',
  };
}

/** What plan needs to know of a relationship, read now. */
export function readPlannable(db: ReadableDb, id: RelationshipId): Plannable {
  return toPlannable(readMirror(db, id), readIntent(db, id));
}
