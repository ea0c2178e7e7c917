import type { RelationshipId } from '../../../src-preload/contract/model.ts';
import { must } from '../must.ts';
import { RemoteError } from '../remote/errors.ts';
import { readConnection, saveReadOnlyReason } from '../store/connections.ts';
import { blockIntents, type IntentRow, readIntent, stopIntent, toWanted } from '../store/intents.ts';
import { type ReadableDb, transaction } from '../store/sql.ts';
import {
  type FinalStep,
  isRequest,
  type Planned,
  pickFirst,
  pickTogether,
  sortOut,
  toPushOrder,
  widthOf,
} from './compose.ts';
import { conclude, confirm, confirmOften, confirmWhatIsDone } from './confirm.ts';
import { endsRun, noteFailure, type SyncContext, toFailure } from './context.ts';
import { type Course, type Learnt, nothingLearnt, startCourse } from './course.ts';
import { createFaultStreak, type FaultStreak } from './fault-streak.ts';
import { hasRemovedEnd } from './open-conflicts.ts';
import { plan, type Step } from './plan.ts';
import { judgePushing, type RunPolicy } from './policy.ts';
import { noteHeld, readPushable } from './pushable.ts';
import { isDue, noteAttempt } from './retry.ts';
import { takeStep } from './send.ts';
import { readPlannable } from './settle.ts';

/** A relationship is planned anew after every answer; this many steps are more than any sound course takes. */
export const STEP_LIMIT = 8;

/** What a run is to push; `only` null: all. */
export interface PushTask extends Pick<RunPolicy, 'mode' | 'isWithheld'> {
  readonly only: readonly RelationshipId[] | null;
}

/**
 * Pushes every intent that may go: those picked, or all that nothing stops. One that fails stops no other. Where the
 * remote takes several in one request, as many go side by side as fill a few; else one after the other.
 */
export async function pushIntents(context: SyncContext, { mode, only, isWithheld }: PushTask): Promise<void> {
  const { db, connectionId } = context;
  const isPicked = only !== null && !context.automatic;
  const { readOnlyReason } = readConnection(db, connectionId);
  const verdict = judgePushing({ mode, isWithheld, isReadOnly: readOnlyReason !== null, isPicked });
  if (verdict === 'block' && readOnlyReason !== null) blockIntents(db, connectionId, readOnlyReason);
  if (verdict !== 'push') return;
  const pushable = readPushable(context, only, isPicked);
  if (!isPicked) noteHeld(context, pushable);
  const due = pushable.intents.filter((intent) => isDue(intent, context));
  const intents = toPushOrder(db, context, due);
  const streak = createFaultStreak();
  const width = widthOf(context);
  const toCourse = (intent: IntentRow) => startCourse(intent, knowBefore(db, intent, isPicked));
  for (let start = 0; start < intents.length; start += width) {
    context.progress('push', start, intents.length);
    const courses = intents.slice(start, start + width).map(toCourse);
    if ((await pushOrConfirm(context, courses, streak)) === 'stop') break;
    await confirmOften(context);
  }
  await confirm(context);
}

/** What is known before anything is asked; of what the user picked nothing is. */
export function knowBefore(db: ReadableDb, intent: IntentRow, isPicked: boolean): Learnt {
  // an end that is known as removed may be back: what would be settled by it asks again
  const endRemoved = !isPicked && intent.wantedPresent && hasRemovedEnd({ db }, intent.relationshipId);
  return { ...nothingLearnt, endRemoved };
}

async function pushOrConfirm(
  context: SyncContext,
  courses: readonly Course[],
  streak: FaultStreak,
): Promise<'go on' | 'stop'> {
  try {
    return await pushTogether(context, courses, streak);
  } catch (error) {
    await confirmWhatIsDone(context, error);
    throw error;
  }
}

/** Plans all, takes the next step of the first with all that can share its request, and plans all again. */
async function pushTogether(
  context: SyncContext,
  courses: readonly Course[],
  streak: FaultStreak,
): Promise<'go on' | 'stop'> {
  let open = courses;
  for (;;) {
    const { planned, waiting } = planAll(context, open, streak);
    const first = pickFirst(planned);
    if (first === undefined) return 'go on';
    const together = pickTogether(context, planned, first);
    const taught = await takeStep(context, together, first.step);
    context.unconfirmed.requests += 1;
    const failed = new Map<Course, RemoteError>();
    for (const [index, course] of together.entries()) {
      const learnt = must(taught[index], 'what a step taught');
      course.steps += 1;
      if (learnt instanceof RemoteError) failed.set(course, learnt);
      else course.learnt = learnt;
    }
    if (noteFailed(context, failed, streak) === 'stop') return 'stop';
    open = [...planned.map(({ course }) => course), ...waiting].filter((course) => !failed.has(course));
  }
}

/** The one place where a course ends without having done what the user wants. */
function noteFailed(
  context: SyncContext,
  failed: ReadonlyMap<Course, RemoteError>,
  streak: FaultStreak,
): 'go on' | 'stop' {
  const errors = [...new Set(failed.values())];
  for (const error of errors) noteFailure(context, toFailure(error));
  for (const [course, error] of failed) noteAttempt(context, course.id, error);
  const last = errors.find(endsRun);
  if (last !== undefined) throw last;
  const readOnly = errors.find(({ kind }) => kind === 'read-only');
  if (readOnly !== undefined) {
    blockAll(context, readOnly);
    return 'stop';
  }
  for (const error of errors) streak.note(error);
  return 'go on';
}

/** The server cannot write: every change waits, and is tried again only if the user picks it or connects anew. */
function blockAll({ db, connectionId }: SyncContext, error: RemoteError): void {
  transaction(db, () => {
    saveReadOnlyReason(db, connectionId, error.message);
    blockIntents(db, connectionId, error.message);
  });
}

/** What is to be asked or sent next; what is decided is concluded. What waits for a create waits for those beside it. */
function planAll(
  context: SyncContext,
  courses: readonly Course[],
  streak: FaultStreak,
): { readonly planned: readonly Planned<Course>[]; readonly waiting: readonly Course[] } {
  const mayReplace = canReplace(context, context.unconfirmed.hasCreated);
  const { planned, waiting, ended } = sortOut(
    courses.map((course) => ({ course, step: planNext(context, course, mayReplace) })),
  );
  for (const { course, step } of ended) {
    end(context, course, step);
    streak.note(null);
  }
  return { planned, waiting };
}

function planNext(context: SyncContext, course: Course, mayReplace: boolean): Step {
  const plannable = readPlannable(context.db, course.id);
  if (plannable.wanted === null) return 'nothing';
  const step = plan({ ...plannable, ...course.learnt, canReplace: mayReplace });
  if (!isRequest(step) || course.steps < STEP_LIMIT) return step;
  const message = 'The remote keeps contradicting itself about a relationship.';
  noteFailure(context, { code: 'no-progress', message });
  return 'nothing';
}

/** A change of type deletes first: that leaves only where a create is known to succeed. */
export function canReplace(
  {
    db,
    connectionId,
    capabilities,
  }: Pick<SyncContext, 'connectionId' | 'capabilities'> & { readonly db: ReadableDb },
  hasCreated = false,
): boolean {
  if (capabilities.readOnlyReason !== null) return false;
  const { createConfirmedAt, readOnlyReason } = readConnection(db, connectionId);
  return hasCreated || (readOnlyReason === null && createConfirmedAt !== null);
}

const blockedCause =
  'The type is changed by a delete and a create. That waits until a create of this connection has succeeded once.';

/** What no request told needs no proof of whom the key speaks for. */
function end(context: SyncContext, { id, learnt, steps }: Course, step: FinalStep): void {
  const { db, unconfirmed } = context;
  const intent = readIntent(db, id);
  if (intent === undefined || step === 'nothing') return;
  if (step === 'block') {
    stopIntent(db, id, 'blocked', blockedCause);
    return;
  }
  const conclusion = { id, step, seen: learnt.observed ?? 'absent', wanted: toWanted(intent) };
  if (steps === 0) conclude(context, conclusion);
  else unconfirmed.conclusions.push(conclusion);
}
