import type { PlannedRequest, RelationshipId } from '../../../src-preload/contract/model.ts';
import { isUnanswered, RemoteError } from '../remote/errors.ts';
import type { EntityRef, RemoteRelationship } from '../remote/remote.ts';
import { hasOpenConflict, saveConflict } from '../store/conflicts.ts';
import { type EntityRow, findEntityRow, markRemoved, readEntityRow } from '../store/entities.ts';
import {
  type IntentRow,
  markAnswered,
  markSent,
  readIntent,
  readIntents,
  stopIntent,
} from '../store/intents.ts';
import { transaction } from '../store/sql.ts';
import { endsRun, noteFailure, nowOf, type SyncContext, toFailure } from './context.ts';
import { createFaultStreak } from './fault-streak.ts';
import { type Facts, plan, type Step } from './plan.ts';
import { assertSameIdentity, createLivenessMemory, proveAbsence } from './prove-absence.ts';
import { readPlannable, settle } from './settle.ts';

/** A relationship is planned anew after every answer; this many steps are more than any sound course takes. */
const STEP_LIMIT = 8;

/** Pushes every intent that may go: those picked, or all that nothing stops. One that fails stops no other. */
export async function pushIntents(
  context: SyncContext,
  only: readonly RelationshipId[] | null,
): Promise<void> {
  const intents = readPushable(context, only);
  const streak = createFaultStreak();
  for (const [index, intent] of intents.entries()) {
    context.progress('push', index, intents.length);
    try {
      const isPicked = only !== null;
      await pushOne(context, intent.relationshipId, {
        ...nothingLearnt,
        endRemoved: !isPicked && hasRemovedEnd(context, intent.relationshipId),
      });
      streak.note(null);
    } catch (error) {
      noteFailure(context, toFailure(error));
      if (endsRun(error)) throw error;
      streak.note(error);
    }
  }
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
type Learnt = Pick<Facts, 'observed' | 'absenceProved' | 'endRemoved'>;

const nothingLearnt: Learnt = { observed: null, absenceProved: false, endRemoved: false };

/** `known` is what holds from before; of what the user picked everything is asked anew. */
async function pushOne(context: SyncContext, id: RelationshipId, known: Learnt): Promise<void> {
  let learnt = known;
  for (let step = 0; step < STEP_LIMIT; step += 1) {
    if (readIntent(context.db, id) === undefined) return;
    const next = plan({ ...readPlannable(context.db, id), ...learnt });
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

function isFinal(step: Step): step is 'nothing' | 'settle' | 'conflict-end-removed' {
  return step === 'nothing' || step === 'settle' || step === 'conflict-end-removed';
}

function hasRemovedEnd({ db }: SyncContext, id: RelationshipId): boolean {
  const intent = readIntent(db, id);
  if (intent === undefined) return false;
  return [intent.sourceId, intent.targetId].some((end) => readEntityRow(db, end).presence === 'removed');
}

function conclude(context: SyncContext, id: RelationshipId, step: Step, learnt: Learnt): void {
  const intent = readIntent(context.db, id);
  if (intent === undefined) return;
  if (step === 'settle') {
    settle(context.db, intent, learnt.observed ?? false, nowOf(context));
  } else if (step === 'conflict-end-removed') {
    openConflict(context, intent);
  }
}

/** One request (or the proof's few), and what it taught. */
async function learn(context: SyncContext, id: RelationshipId, step: Step, learnt: Learnt): Promise<Learnt> {
  const intent = readIntent(context.db, id);
  if (intent === undefined) return learnt;
  const relationship = toRemote(context, intent);
  switch (step) {
    case 'probe':
      return { ...learnt, observed: await context.remote.probe(relationship, context.signal) };
    case 'prove':
      return await prove(context, relationship, learnt);
    case 'create':
    case 'remove':
      return await send(context, intent, relationship, step);
    case 'nothing':
    case 'settle':
    case 'conflict-end-removed':
      return learnt;
  }
}

async function prove(
  context: SyncContext,
  relationship: RemoteRelationship,
  learnt: Learnt,
): Promise<Learnt> {
  const verdict = await proveAbsence(context, createLivenessMemory(context), relationship);
  if (verdict.kind === 'proved') return { ...learnt, absenceProved: true };
  if (verdict.kind === 'present') return { ...learnt, observed: true };
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
  action: 'create' | 'remove',
): Promise<Learnt> {
  const { db, remote, signal, tally } = context;
  markSent(db, intent.relationshipId);
  const learnt = await remote[action](relationship, signal).then(
    () => ({ observed: action === 'create', absenceProved: action === 'remove', endRemoved: false }),
    (error: unknown) => learnFromError(context, intent, relationship, error),
  );
  const isDone = !learnt.endRemoved && learnt.observed === intent.wantedPresent;
  if (isDone) tally.pushed[action === 'create' ? 'created' : 'deleted'] += 1;
  return learnt;
}

/** Returns only if the error taught something that the plan can go on with; else the error stands. */
async function learnFromError(
  context: SyncContext,
  intent: IntentRow,
  relationship: RemoteRelationship,
  error: unknown,
): Promise<Learnt> {
  if (!(error instanceof RemoteError) || error.kind === 'cancelled') throw error;
  if (isUnanswered(error)) return await learnFate(context, intent, relationship, error);
  if (error.kind === 'end-removed') {
    await markEndsRemoved(context, error.removedEnds);
    markAnswered(context.db, intent.relationshipId);
    return { observed: false, absenceProved: false, endRemoved: true };
  }
  if (error.kind === 'refused' || error.kind === 'forbidden') park(context, intent, error);
  throw error;
}

/** A refusal comes after a look at what is there; a closed door may have closed behind the write. */
function park({ db }: SyncContext, { relationshipId }: IntentRow, error: RemoteError): void {
  transaction(db, () => {
    stopIntent(db, relationshipId, 'parked', error.message);
    if (error.kind === 'refused') markAnswered(db, relationshipId);
  });
}

/** The answer was lost on its way: the remote may have done it all the same. */
async function learnFate(
  context: SyncContext,
  intent: IntentRow,
  relationship: RemoteRelationship,
  error: RemoteError,
): Promise<Learnt> {
  const observed = await context.remote.probe(relationship, context.signal);
  if (observed !== intent.wantedPresent) throw error;
  const learnt: Learnt = { observed, absenceProved: false, endRemoved: false };
  return observed ? learnt : await prove(context, relationship, learnt);
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

/** Opens a conflict for every intent at an end that is gone by now; what was parked was decided before. */
export function openConflicts(context: SyncContext): void {
  for (const intent of readIntents(context.db, context.connectionId)) {
    if (intent.stopped === 'parked') continue;
    const endRemoved = hasRemovedEnd(context, intent.relationshipId);
    const facts = {
      ...readPlannable(context.db, intent.relationshipId),
      observed: null,
      absenceProved: false,
    };
    const step = plan({ ...facts, endRemoved });
    if (endRemoved)
      conclude(context, intent.relationshipId, step, { observed: false, absenceProved: false, endRemoved });
  }
}

function openConflict(context: SyncContext, intent: IntentRow): void {
  const { db } = context;
  const ends = [readEntityRow(db, intent.sourceId), readEntityRow(db, intent.targetId)];
  const gone = ends.filter((end) => end.presence === 'removed').map((end) => end.name);
  const { base } = readPlannable(db, intent.relationshipId);
  const now = nowOf(context);
  stopIntent(db, intent.relationshipId, null, null);
  saveConflict(db, {
    relationshipId: intent.relationshipId,
    reason: 'end-removed',
    cause: `${gone.join(' and ')} no longer exists there, but you want this relationship.`,
    base: { present: base, type: null, at: null },
    local: { present: intent.wantedPresent, type: null, at: intent.changedAt },
    remote: { present: false, type: null, at: now },
    choices: ['local', 'remote'],
    now,
  });
}

function toRemote({ db }: PushSource, intent: IntentRow): { source: EntityRow; target: EntityRow } {
  return { source: readEntityRow(db, intent.sourceId), target: readEntityRow(db, intent.targetId) };
}

/** The exact requests a push would send now, in order, each write with what it depends on. Sends nothing. */
export function describePush(
  context: PushSource & Pick<SyncContext, 'remote'>,
  only: readonly RelationshipId[] | null,
): PlannedRequest[] {
  return readPushable(context, only).flatMap((intent) => {
    const relationship = toRemote(context, intent);
    const action = intent.wantedPresent ? 'create' : 'remove';
    const condition = `if the read before shows the relationship ${intent.wantedPresent ? 'missing' : 'there'}`;
    return [
      { id: intent.relationshipId, ...context.remote.describe(relationship, 'probe'), condition: null },
      { id: intent.relationshipId, ...context.remote.describe(relationship, action), condition },
    ];
  });
}
