import { RemoteError } from '../remote/errors.ts';
import type { EntityRef } from '../remote/remote.ts';
import { findEntityRow, markRemoved } from '../store/entities.ts';
import {
  type IntentRow,
  markAnswered,
  markReplacing,
  saveProposedId,
  stopIntent,
  toWanted,
} from '../store/intents.ts';
import { transaction, type WritableDb } from '../store/sql.ts';
import { probeAll } from './ask.ts';
import { nowOf, type SyncContext } from './context.ts';
import { type Job, learnSeen, type SendStep, type Taught } from './course.ts';
import { assertSameIdentity } from './prove-absence.ts';

/** Answers with the error itself unless it taught something that the plan can go on with. */
export async function learnRefusal(
  context: SyncContext,
  job: Job,
  step: SendStep,
  error: RemoteError,
): Promise<Taught> {
  const { intent, relationship, course } = job;
  if (error.kind === 'end-removed') {
    const failure = await markEndsRemoved(context, error.removedEnds);
    markAnswered(context.db, intent.relationshipId);
    if (failure !== null) return failure;
    return { observed: 'absent', absenceProved: false, endRemoved: true };
  }
  if (error.kind === 'read-only') markAnswered(context.db, intent.relationshipId);
  if (error.kind === 'id-taken' && !course.proposedAgain) return proposeAgain(context, job);
  if (error.kind === 'forbidden' && step === 'remove' && intent.wantedPresent) {
    const [has] = await probeAll(context, [relationship]);
    if (has instanceof RemoteError) return has;
    if (has === null) return learnSeen('absent'); // the door closed behind the delete: the create must follow
  }
  if (error.kind === 'forbidden' && step === 'create' && intent.replacing !== 'no') {
    const [has] = await probeAll(context, [relationship]);
    if (has instanceof RemoteError) return has;
    if (has !== undefined && has !== null) return learnSeen(has); // the door closed behind the create
  }
  if (['refused', 'forbidden', 'id-taken'].includes(error.kind)) return refuse(context, intent, step, error);
  return error;
}

/** Nothing was created under an id that others have or had: the next attempt has another, and no third. */
function proposeAgain({ db, newId }: SyncContext, { course, intent }: Job): Taught {
  course.proposedAgain = true;
  transaction(db, () => {
    saveProposedId(db, intent.relationshipId, newId());
    markAnswered(db, intent.relationshipId);
  });
  return learnSeen('absent');
}

/**
 * A plain no parks the wish. After the delete of a change of type it may not stay at that: first the old type is put
 * back; where that is refused too, the user decides.
 */
function refuse(context: SyncContext, intent: IntentRow, step: SendStep, error: RemoteError): Taught {
  const { db } = context;
  if (step === 'restore') {
    const { relationshipId: id } = intent;
    const wanted = toWanted(intent);
    context.unconfirmed.conclusions.push({ id, step: 'conflict-removed-there', seen: 'absent', wanted });
    if (error.kind !== 'forbidden') markAnswered(db, intent.relationshipId);
    return error;
  }
  if (step === 'create' && intent.replacing !== 'no') {
    noteRefusedReplacement(db, intent, error);
    return learnSeen('absent');
  }
  park(db, intent, error);
  return error;
}

function noteRefusedReplacement(db: WritableDb, { relationshipId }: IntentRow, error: RemoteError): void {
  transaction(db, () => {
    markReplacing(db, relationshipId, 'refused');
    stopIntent(db, relationshipId, null, error.message);
    markAnswered(db, relationshipId);
  });
}

/** A refusal comes after a look at what is there; a closed door may have closed behind the write. */
function park(db: WritableDb, { relationshipId }: IntentRow, error: RemoteError): void {
  transaction(db, () => {
    stopIntent(db, relationshipId, 'parked', error.message);
    markReplacing(db, relationshipId, 'no');
    if (error.kind !== 'forbidden') markAnswered(db, relationshipId);
  });
}

/** Notes the ends that the remote proved gone; answers with why it could not, as where the identity is another. */
export async function markEndsRemoved(
  context: SyncContext,
  ends: readonly EntityRef[],
): Promise<RemoteError | null> {
  const { db, connectionId, tally } = context;
  try {
    await assertSameIdentity(context);
  } catch (error) {
    if (error instanceof RemoteError) return error;
    throw error;
  }
  transaction(db, () => {
    for (const end of ends) {
      const row = findEntityRow(db, connectionId, end.kind, end.remoteId);
      if (row !== undefined && markRemoved(db, row.id, nowOf(context))) tally.entities.removed += 1;
    }
  });
  return null;
}
