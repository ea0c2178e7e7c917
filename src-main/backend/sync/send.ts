import { must } from '../must.ts';
import { isUnanswered, RemoteError } from '../remote/errors.ts';
import type { RemoteRelationship } from '../remote/remote.ts';
import { readEntityRow } from '../store/entities.ts';
import {
  type IntentRow,
  markReplacing,
  markSent,
  readIntent,
  saveProposedId,
  toWanted,
} from '../store/intents.ts';
import { readMirror } from '../store/relationships.ts';
import { type ReadableDb, transaction } from '../store/sql.ts';
import { createAll, probeAll, removeAll } from './ask.ts';
import type { SyncContext } from './context.ts';
import {
  type Course,
  type Job,
  type Learnt,
  learnDone,
  learnSeen,
  nothingLearnt,
  type SendStep,
  type Taught,
} from './course.ts';
import { isSame, type Step } from './plan.ts';
import { type AbsenceVerdict, proveAbsences } from './prove-absence.ts';
import { learnRefusal, markEndsRemoved } from './refusal.ts';
import { isOwnCreate, type Seen, toHas } from './settle.ts';

export type RequestStep = 'probe' | 'prove' | SendStep;

/** One request (or the proof's few) for all of these courses, and what each of them learnt; in their order. */
export async function takeStep(
  context: SyncContext,
  courses: readonly Course[],
  step: RequestStep,
): Promise<readonly Taught[]> {
  const jobs = courses.map((course) => toJob(context.db, course, step));
  switch (step) {
    case 'probe':
      return await probe(context, jobs);
    case 'prove':
      return await prove(context, jobs);
    case 'create':
    case 'restore':
    case 'remove':
      return await send(context, jobs, step);
  }
}

function toJob(db: ReadableDb, course: Course, step: Step): Job {
  const intent = must(readIntent(db, course.id), 'an intent that was just planned');
  return { course, intent, relationship: toRemote(db, intent, step, course.learnt.observed) };
}

/** What a request says of a relationship: the wanted type, and what is there now where that is to be removed. */
export function toRemote(
  db: ReadableDb,
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

/** Where an attempt left without an answer, one look does not prove an absence: it may still arrive. */
async function probe(context: SyncContext, jobs: readonly Job[]): Promise<Taught[]> {
  const answers = await probeAll(context, jobs.map(toRelationship));
  return jobs.map(({ course, intent }, index) => {
    const answer = answers[index] ?? null;
    if (answer instanceof RemoteError) return answer;
    if (isOwnCreate(intent, answer ?? 'absent')) context.unconfirmed.hasCreated = true;
    const isProof = answer === null && !intent.sent && context.capabilities.absenceProof === 'probe';
    return { ...course.learnt, observed: answer ?? 'absent', absenceProved: isProof };
  });
}

function toRelationship({ relationship }: Job): RemoteRelationship {
  return relationship;
}

async function prove(context: SyncContext, jobs: readonly Job[]): Promise<Taught[]> {
  const taught = new Map<Job, Taught>();
  for (const probed of [true, false]) {
    const some = jobs.filter(
      ({ course, intent }) => (!intent.sent && course.learnt.observed === 'absent') === probed,
    );
    const verdicts = await proveAbsences(context, some.map(toRelationship), { probed });
    for (const [index, job] of some.entries()) {
      const verdict = must(verdicts[index], 'the verdict on an absence');
      taught.set(job, await learnVerdict(context, job.course.learnt, verdict));
    }
  }
  return jobs.map((job) => must(taught.get(job), 'what a proof taught'));
}

async function learnVerdict(
  context: SyncContext,
  learnt: Learnt,
  verdict: AbsenceVerdict | RemoteError,
): Promise<Taught> {
  if (verdict instanceof RemoteError) return verdict;
  if (verdict.kind === 'proved') return { ...learnt, absenceProved: true };
  if (verdict.kind === 'present') return { ...learnt, observed: verdict.has };
  if (verdict.kind === 'end-removed') {
    return (await markEndsRemoved(context, verdict.ends)) ?? { ...learnt, endRemoved: true };
  }
  const message = 'The remote does not say whether both ends still exist. The change waits.';
  return new RemoteError('server-fault', message);
}

/** The attempts are committed before the request leaves; a lost answer is asked after, never sent again blindly. */
async function send(context: SyncContext, jobs: readonly Job[], step: SendStep): Promise<Taught[]> {
  const relationships = transaction(context.db, () => jobs.map((job) => noteSent(context, job, step)));
  const answers =
    step === 'remove' ? await removeAll(context, relationships) : await createAll(context, relationships);
  const fates = await learnFates(context, jobs, answers, step);
  const taught: Taught[] = [];
  for (const [index, job] of jobs.entries()) {
    const answer = must(answers[index], 'the answer about a relationship');
    const learnt = fates.get(job) ?? (await learnAnswer(context, job, step, answer, isWhole(answers)));
    if (!(learnt instanceof RemoteError)) noteDone(context, job.intent, step, learnt);
    taught.push(learnt);
  }
  return taught;
}

/**
 * That a change of type begins with a delete is known before the delete leaves: the create comes after a crash too.
 * So is the id that a create proposes.
 */
function noteSent(context: SyncContext, { intent, relationship }: Job, step: SendStep): RemoteRelationship {
  const { db, capabilities } = context;
  markSent(db, intent.relationshipId);
  const isReplacing = step === 'remove' && intent.wantedPresent && intent.replacing === 'no';
  if (isReplacing) markReplacing(db, intent.relationshipId, 'deleted');
  if (step === 'remove' || !capabilities.clientIds) return relationship;
  const proposedId = intent.proposedId ?? context.newId();
  if (intent.proposedId === null) saveProposedId(db, intent.relationshipId, proposedId);
  return { ...relationship, remoteId: proposedId };
}

function noteDone({ unconfirmed }: SyncContext, intent: IntentRow, step: SendStep, learnt: Learnt): void {
  if (learnt.observed === null || learnt.endRemoved) return;
  const isPresent = learnt.observed !== 'absent';
  if (step !== 'remove' && isPresent) unconfirmed.hasCreated = true;
  if (!isSame(learnt.observed, toHas(toWanted(intent)))) return;
  if (!isPresent) unconfirmed.pushed.deleted += 1;
  else unconfirmed.pushed[intent.replacing === 'no' ? 'created' : 'updated'] += 1;
}

/** Where answers were lost on their way, the remote may have done it all the same: it is asked in as few requests. */
async function learnFates(
  context: SyncContext,
  jobs: readonly Job[],
  answers: readonly (Seen | 'removed' | RemoteError)[],
  step: SendStep,
): Promise<Map<Job, Taught>> {
  const lost = [...jobs.entries()].flatMap(([index, job]) => {
    const error = answers[index];
    return error instanceof RemoteError && isLost(error) ? [{ job, error }] : [];
  });
  if (lost.length === 0) return new Map();
  const found = await probeAll(
    context,
    lost.map(({ job }) => job.relationship),
  );
  const fates = new Map<Job, Taught>();
  const gone: Job[] = [];
  for (const [index, { job, error }] of lost.entries()) {
    const has = found[index] ?? null;
    if (has instanceof RemoteError) fates.set(job, has);
    else if ((has === null) !== (step === 'remove')) fates.set(job, error);
    else if (has !== null) fates.set(job, learnDone(step, has));
    else gone.push(job);
  }
  const verdicts = await proveAbsences(context, gone.map(toRelationship));
  for (const [index, job] of gone.entries()) {
    const verdict = must(verdicts[index], 'the verdict on an absence');
    fates.set(job, await learnVerdict(context, learnSeen('absent'), verdict));
  }
  return fates;
}

function isLost(error: RemoteError): boolean {
  return isUnanswered(error) && error.kind !== 'cancelled';
}

async function learnAnswer(
  context: SyncContext,
  job: Job,
  step: SendStep,
  answer: Seen | 'removed' | RemoteError,
  isOfAll: boolean,
): Promise<Taught> {
  if (answer === 'removed') return { ...learnSeen('absent'), absenceProved: true };
  if (!(answer instanceof RemoteError)) return learnDone(step, answer);
  if (isOfAll && ['refused', 'forbidden', 'end-removed', 'id-taken'].includes(answer.kind)) {
    job.course.alone = true; // it may mean any of them
    return nothingLearnt;
  }
  return await learnRefusal(context, job, step, answer);
}

/** Whether one error answered for several. */
function isWhole(answers: readonly unknown[]): boolean {
  return (
    answers.length > 1 && answers.every((answer) => answer instanceof RemoteError && answer === answers[0])
  );
}
