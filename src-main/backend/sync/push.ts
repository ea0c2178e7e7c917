import type { PlannedRequest, RelationshipId } from '../../../src-preload/contract/model.ts';
import { isUnanswered, RemoteError } from '../remote/errors.ts';
import type { EntityRef, RemoteRelationship } from '../remote/remote.ts';
import { hasOpenConflict } from '../store/conflicts.ts';
import { readConnection, saveCreateConfirmed, saveReadOnlyReason } from '../store/connections.ts';
import { findEntityRow, markRemoved, readEntityRow } from '../store/entities.ts';
import {
  blockIntents,
  type IntentRow,
  markAnswered,
  markReplacing,
  markSent,
  readIntent,
  readIntents,
  stopIntent,
  toWanted,
} from '../store/intents.ts';
import { isSamePresence, readMirror, toBase } from '../store/relationships.ts';
import { transaction, type WritableDb } from '../store/sql.ts';
import { endsRun, noteFailure, nowOf, type SyncContext, toFailure } from './context.ts';
import { createFaultStreak } from './fault-streak.ts';
import { type ConflictStep, hasRemovedEnd, isConflict, openConflict } from './open-conflicts.ts';
import { type Facts, isSame, plan, type Step } from './plan.ts';
import { assertSameIdentity, createLivenessMemory, proveAbsence } from './prove-absence.ts';
import { readPlannable, type Seen, settle, toHas, toPresence } from './settle.ts';

/** A relationship is planned anew after every answer; this many steps are more than any sound course takes. */
const STEP_LIMIT = 8;

/** Pushes every intent that may go: those picked, or all that nothing stops. One that fails stops no other. */
export async function pushIntents(
  context: SyncContext,
  only: readonly RelationshipId[] | null,
): Promise<void> {
  const { db, connectionId } = context;
  const { readOnlyReason } = readConnection(db, connectionId);
  if (only === null && readOnlyReason !== null) {
    blockIntents(db, connectionId, readOnlyReason);
    return;
  }
  const intents = readPushable(context, only);
  const streak = createFaultStreak();
  for (const [index, intent] of intents.entries()) {
    context.progress('push', index, intents.length);
    try {
      const isPicked = only !== null;
      // an end that is known as removed may be back: what would be settled by it asks again
      const knowsRemoval = !isPicked && intent.wantedPresent;
      await pushOne(context, intent.relationshipId, {
        ...nothingLearnt,
        endRemoved: knowsRemoval && hasRemovedEnd(context, intent.relationshipId),
      });
      streak.note(null);
    } catch (error) {
      noteFailure(context, toFailure(error));
      if (endsRun(error)) throw error;
      if (isReadOnly(error)) {
        blockAll(context, error);
        return;
      }
      streak.note(error);
    }
  }
}

function isReadOnly(error: unknown): error is RemoteError {
  return error instanceof RemoteError && error.kind === 'read-only';
}

/** The server cannot write: every change waits, and is tried again only if the user picks it or connects anew. */
function blockAll({ db, connectionId }: SyncContext, error: RemoteError): void {
  transaction(db, () => {
    saveReadOnlyReason(db, connectionId, error.message);
    blockIntents(db, connectionId, error.message);
  });
}

type PushSource = Pick<SyncContext, 'db' | 'connectionId'>;

/** What was parked goes again only if the user picks it: asking is the new fact. */
function readPushable({ db, connectionId }: PushSource, only: readonly RelationshipId[] | null): IntentRow[] {
  const picked = only === null ? null : new Set(only);
  return readIntents(db, connectionId).filter((intent) =>
    picked === null
      ? intent.stopped !== 'parked' && !hasOpenConflict(db, intent.relationshipId)
      : picked.has(intent.relationshipId),
  );
}

/** What the run has learnt about one relationship so far. */
type Learnt = Pick<Facts, 'absenceProved' | 'endRemoved'> & { readonly observed: Seen | null };

const nothingLearnt: Learnt = { observed: null, absenceProved: false, endRemoved: false };

function learnSeen(seen: Seen): Learnt {
  return { observed: seen, absenceProved: false, endRemoved: false };
}

/** `known` is what holds from before; of what the user picked everything is asked anew. */
async function pushOne(context: SyncContext, id: RelationshipId, known: Learnt): Promise<void> {
  let learnt = known;
  for (let step = 0; step < STEP_LIMIT; step += 1) {
    if (readIntent(context.db, id) === undefined) return;
    const next = plan({ ...readPlannable(context.db, id), ...learnt, canReplace: canReplace(context) });
    if (isFinal(next)) {
      conclude(context, id, next, learnt);
      return;
    }
    learnt = await learn(context, id, next, learnt);
  }
  noteFailure(context, {
    code: 'no-progress',
    message: 'The remote keeps contradicting itself about a relationship.',
  });
}

/** A change of type deletes first: that leaves only where a create is known to succeed. */
function canReplace({ db, remote, connectionId }: PushSource & Pick<SyncContext, 'remote'>): boolean {
  const { createConfirmedAt, readOnlyReason } = readConnection(db, connectionId);
  return remote.capabilities.readOnlyReason === null && readOnlyReason === null && createConfirmedAt !== null;
}

type FinalStep = ConflictStep | 'nothing' | 'settle' | 'block' | 'park';
type SendStep = 'create' | 'restore' | 'remove';

function isFinal(step: Step): step is FinalStep {
  return isConflict(step) || ['nothing', 'settle', 'block', 'park'].includes(step);
}

const blockedCause =
  'The type is changed by a delete and a create. That waits until a create of this connection has succeeded once.';

function conclude(context: SyncContext, id: RelationshipId, step: FinalStep, learnt: Learnt): void {
  const { db } = context;
  const intent = readIntent(db, id);
  if (intent === undefined) return;
  const seen = learnt.observed ?? 'absent';
  if (step === 'settle') settle(db, intent, seen, nowOf(context));
  else if (step === 'block') stopIntent(db, id, 'blocked', blockedCause);
  else if (step === 'park') parkRestored(db, intent);
  else if (isConflict(step)) openConflict(context, intent, step, toPresence(seen));
}

function parkRestored(db: WritableDb, { relationshipId, cause }: IntentRow): void {
  transaction(db, () => {
    markReplacing(db, relationshipId, 'no');
    stopIntent(db, relationshipId, 'parked', `${cause ?? ''} The old type was put back.`.trim());
  });
}

/** One request (or the proof's few), and what it taught. */
async function learn(
  context: SyncContext,
  id: RelationshipId,
  step: Exclude<Step, FinalStep>,
  learnt: Learnt,
): Promise<Learnt> {
  const intent = readIntent(context.db, id);
  if (intent === undefined) return learnt;
  const relationship = toRemote(context, intent, step, learnt.observed);
  switch (step) {
    case 'probe':
      return { ...learnt, observed: (await context.remote.probe(relationship, context.signal)) ?? 'absent' };
    case 'prove':
      return await prove(context, relationship, learnt);
    case 'create':
    case 'restore':
    case 'remove':
      return await send(context, intent, relationship, step);
  }
}

async function prove(
  context: SyncContext,
  relationship: RemoteRelationship,
  learnt: Learnt,
): Promise<Learnt> {
  const verdict = await proveAbsence(context, createLivenessMemory(context), relationship);
  if (verdict.kind === 'proved') return { ...learnt, absenceProved: true };
  if (verdict.kind === 'present') return { ...learnt, observed: verdict.has };
  if (verdict.kind === 'end-removed') {
    await markEndsRemoved(context, verdict.ends);
    return { ...learnt, endRemoved: true };
  }
  throw new RemoteError(
    'server-fault',
    'The remote does not say whether both ends still exist. The change waits.',
  );
}

/** The attempt is committed before the request leaves; a lost answer is asked after, never sent again blindly. */
async function send(
  context: SyncContext,
  intent: IntentRow,
  relationship: RemoteRelationship,
  step: SendStep,
): Promise<Learnt> {
  noteSent(context.db, intent, step);
  const learnt = await request(context, relationship, step).catch((error: unknown) =>
    learnFromError(context, intent, relationship, step, error),
  );
  noteDone(context, intent, step, learnt);
  return learnt;
}

/** That a change of type begins with a delete is known before the delete leaves: the create comes after a crash too. */
function noteSent(db: WritableDb, intent: IntentRow, step: SendStep): void {
  transaction(db, () => {
    markSent(db, intent.relationshipId);
    const isReplacing = step === 'remove' && intent.wantedPresent && intent.replacing === 'no';
    if (isReplacing) markReplacing(db, intent.relationshipId, 'deleted');
  });
}

async function request(
  { remote, signal }: SyncContext,
  relationship: RemoteRelationship,
  step: SendStep,
): Promise<Learnt> {
  if (step !== 'remove') return learnSeen(await remote.create(relationship, signal));
  await remote.remove(relationship, signal);
  return { ...learnSeen('absent'), absenceProved: true };
}

function noteDone(context: SyncContext, intent: IntentRow, step: SendStep, learnt: Learnt): void {
  const { db, tally, connectionId } = context;
  if (learnt.observed === null || learnt.endRemoved) return;
  const isPresent = learnt.observed !== 'absent';
  if (step !== 'remove' && isPresent) saveCreateConfirmed(db, connectionId, nowOf(context));
  if (!isSame(learnt.observed, toHas(toWanted(intent)))) return;
  if (!isPresent) tally.pushed.deleted += 1;
  else tally.pushed[intent.replacing === 'no' ? 'created' : 'updated'] += 1;
}

/** Returns only if the error taught something that the plan can go on with; else the error stands. */
async function learnFromError(
  context: SyncContext,
  intent: IntentRow,
  relationship: RemoteRelationship,
  step: SendStep,
  error: unknown,
): Promise<Learnt> {
  if (!(error instanceof RemoteError) || error.kind === 'cancelled') throw error;
  if (isUnanswered(error)) return await learnFate(context, relationship, step, error);
  if (error.kind === 'end-removed') {
    await markEndsRemoved(context, error.removedEnds);
    markAnswered(context.db, intent.relationshipId);
    return { observed: 'absent', absenceProved: false, endRemoved: true };
  }
  if (error.kind === 'read-only') markAnswered(context.db, intent.relationshipId);
  if (error.kind === 'forbidden' && step === 'remove' && intent.wantedPresent) {
    const has = await context.remote.probe(relationship, context.signal);
    if (has === null) return learnSeen('absent'); // the door closed behind the delete: the create must follow
  }
  if (error.kind === 'refused' || error.kind === 'forbidden') return refuse(context, intent, step, error);
  throw error;
}

/**
 * A plain no parks the wish. After the delete of a change of type it may not stay at that: first the old type is put
 * back; where that is refused too, the user decides.
 */
function refuse(context: SyncContext, intent: IntentRow, step: SendStep, error: RemoteError): Learnt {
  const { db } = context;
  if (step === 'restore') {
    openConflict(context, intent, 'conflict-removed-there', { present: false, type: null });
    throw error;
  }
  if (step === 'create' && intent.replacing !== 'no') {
    noteRefusedReplacement(db, intent, error);
    return learnSeen('absent');
  }
  park(context, intent, error);
  throw error;
}

function noteRefusedReplacement(db: WritableDb, { relationshipId }: IntentRow, error: RemoteError): void {
  transaction(db, () => {
    markReplacing(db, relationshipId, 'refused');
    stopIntent(db, relationshipId, null, error.message);
    markAnswered(db, relationshipId);
  });
}

/** A refusal comes after a look at what is there; a closed door may have closed behind the write. */
function park({ db }: SyncContext, { relationshipId }: IntentRow, error: RemoteError): void {
  transaction(db, () => {
    stopIntent(db, relationshipId, 'parked', error.message);
    markReplacing(db, relationshipId, 'no');
    if (error.kind === 'refused') markAnswered(db, relationshipId);
  });
}

/** The answer was lost on its way: the remote may have done it all the same. */
async function learnFate(
  context: SyncContext,
  relationship: RemoteRelationship,
  step: SendStep,
  error: RemoteError,
): Promise<Learnt> {
  const has = await context.remote.probe(relationship, context.signal);
  if ((has === null) !== (step === 'remove')) throw error;
  if (has !== null) return learnSeen(has);
  return await prove(context, relationship, learnSeen('absent'));
}

async function markEndsRemoved(context: SyncContext, ends: readonly EntityRef[]): Promise<void> {
  const { db, connectionId, tally } = context;
  await assertSameIdentity(context);
  transaction(db, () => {
    for (const end of ends) {
      const row = findEntityRow(db, connectionId, end.kind, end.remoteId);
      if (row !== undefined && markRemoved(db, row.id)) tally.entities.removed += 1;
    }
  });
}

/** What a request says of a relationship: the wanted type, and what is there now where that is to be removed. */
function toRemote(
  { db }: PushSource,
  intent: IntentRow,
  step: Step,
  observed: Seen | null = null,
): RemoteRelationship {
  const ends = { source: readEntityRow(db, intent.sourceId), target: readEntityRow(db, intent.targetId) };
  const mirror = readMirror(db, intent.relationshipId);
  const known = { type: mirror?.baseType ?? null, remoteId: mirror?.remoteId ?? null };
  if (step === 'remove')
    return { ...ends, ...(observed === null || observed === 'absent' ? known : observed) };
  return { ...ends, ...known, type: step === 'restore' ? known.type : intent.wantedType };
}

/** The exact requests a push would send now, in order, each write with what it depends on. Sends nothing. */
export function describePush(
  context: PushSource & Pick<SyncContext, 'remote'>,
  only: readonly RelationshipId[] | null,
): PlannedRequest[] {
  const cannotWrite = readConnection(context.db, context.connectionId).readOnlyReason !== null;
  if (only === null && cannotWrite) return [];
  return readPushable(context, only).flatMap((intent) => {
    const { relationshipId: id } = intent;
    const toRequest = (step: 'probe' | 'create' | 'remove', condition: string | null) => {
      return { id, ...context.remote.describe(toRemote(context, intent, step), step), condition };
    };
    const probe = toRequest('probe', null);
    if (isChangeOfType(context, intent)) {
      if (!canReplace(context)) return [probe];
      return [
        probe,
        toRequest('remove', 'if the read before shows the old type'),
        toRequest('create', 'once the relationship is gone'),
      ];
    }
    const condition = `if the read before shows the relationship ${intent.wantedPresent ? 'missing' : 'there'}`;
    return [probe, toRequest(intent.wantedPresent ? 'create' : 'remove', condition)];
  });
}

function isChangeOfType({ db }: PushSource, intent: IntentRow): boolean {
  const base = toBase(readMirror(db, intent.relationshipId));
  return intent.wantedPresent && base.present && !isSamePresence(base, toWanted(intent));
}
