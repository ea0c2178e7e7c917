import type { Capabilities } from '../../../src-preload/contract/capabilities.ts';
import type { ConnectionId, PlannedRequest } from '../../../src-preload/contract/model.ts';
import { must } from '../must.ts';
import type { DescribedRequest, Foreseen, Remote, RemoteRelationship } from '../remote/remote.ts';
import type { IntentRow } from '../store/intents.ts';
import { readMirror, toBase } from '../store/relationships.ts';
import type { ReadableDb } from '../store/sql.ts';
import { type Planned, pickFirst, pickTogether, sortOut } from './compose.ts';
import { type Course, type Learnt, learnSeen, startCourse } from './course.ts';
import { plan } from './plan.ts';
import { canReplace, knowBefore, STEP_LIMIT } from './push.ts';
import { type RequestStep, toRemote } from './send.ts';
import { readPlannable, type Seen } from './settle.ts';

/** What a push would work with. */
export interface Rehearsal {
  readonly db: ReadableDb;
  readonly connectionId: ConnectionId;
  readonly remote: Remote;
  readonly capabilities: Capabilities;
  readonly isPicked: boolean;
  /** Whether a create went through before, as far as the rehearsal came. */
  hasCreated: boolean;
}

/** A course as it would go: the intent is not written to, so how far its change of type is stands here. */
interface Rehearsed extends Course {
  intent: IntentRow;
}

/**
 * The requests that a push sends for intents that go side by side, in order, where every answer is what the remote was
 * last known to have, and every write succeeds. What goes in which request is decided as in a push.
 */
export function rehearse(rehearsal: Rehearsal, intents: readonly IntentRow[]): PlannedRequest[] {
  const requests: PlannedRequest[] = [];
  let open = intents.map((intent): Rehearsed => {
    const known = knowBefore(rehearsal.db, intent, rehearsal.isPicked);
    return { ...startCourse(intent, known), intent };
  });
  for (;;) {
    const mayReplace = canReplace(rehearsal, rehearsal.hasCreated);
    const { planned, waiting } = sortOut(
      open.map((course) => ({ course, step: planNext(rehearsal, course, mayReplace) })),
    );
    const first = pickFirst(planned);
    if (first === undefined) return requests;
    const together = pickTogether(rehearsal, planned, first);
    requests.push(...describeStep(rehearsal, together, first.step));
    for (const course of together) learn(rehearsal, course, first.step);
    open = [...planned.map(toCourse), ...waiting];
  }
}

function toCourse({ course }: Planned<Rehearsed>): Rehearsed {
  return course;
}

function planNext({ db }: Rehearsal, { id, intent, learnt, steps }: Rehearsed, mayReplace: boolean) {
  const { replacing } = intent;
  if (steps >= STEP_LIMIT) return 'nothing';
  return plan({ ...readPlannable(db, id), replacing, ...learnt, canReplace: mayReplace });
}

/** What the remote has as far as is known: what it was last seen to have, or nothing once a delete left. */
function foresee(db: ReadableDb, { relationshipId, replacing }: IntentRow): Seen {
  const mirror = readMirror(db, relationshipId);
  const { present, type } = mirror?.observed ?? toBase(mirror);
  return present && replacing === 'no' ? { type, remoteId: mirror?.remoteId ?? null } : 'absent';
}

function learn(rehearsal: Rehearsal, course: Rehearsed, step: RequestStep): void {
  const { db, capabilities } = rehearsal;
  course.steps += 1;
  course.learnt = toLearnt(db, capabilities, course, step);
  if (step === 'create' || step === 'restore') rehearsal.hasCreated = true;
  const { intent } = course;
  const isReplacing = step === 'remove' && intent.wantedPresent && intent.replacing === 'no';
  if (isReplacing) course.intent = { ...intent, replacing: 'deleted' };
}

function toLearnt(
  db: ReadableDb,
  { absenceProof }: Capabilities,
  { intent, learnt }: Rehearsed,
  step: RequestStep,
): Learnt {
  if (step === 'remove') return { ...learnSeen('absent'), absenceProved: true };
  if (step === 'prove') return { ...learnt, absenceProved: true };
  if (step === 'probe') {
    const observed = foresee(db, intent);
    const absenceProved = observed === 'absent' && !intent.sent && absenceProof === 'probe';
    return { ...learnt, observed, absenceProved };
  }
  const { type, remoteId } = toRemote(db, intent, step);
  return learnSeen({ type, remoteId });
}

function describeStep(
  rehearsal: Rehearsal,
  courses: readonly Rehearsed[],
  step: RequestStep,
): PlannedRequest[] {
  const { remote } = rehearsal;
  const foreseen = courses.map((course) => toForeseen(rehearsal, course, step));
  const ids = new Map(foreseen.map(({ relationship }, index) => [relationship, courses[index]?.id]));
  const condition = toCondition(courses, step);
  const toPlanned = (request: DescribedRequest): PlannedRequest => ({
    ids: request.about.map((one) => must(ids.get(one), 'a relationship of the request')),
    method: request.method,
    path: request.path,
    body: request.body ?? null,
    condition: request.condition ?? condition,
  });
  if (step === 'prove') return describeProof(rehearsal, courses, foreseen).map(toPlanned);
  return remote.describe(step === 'restore' ? 'create' : step, foreseen).map(toPlanned);
}

/** A create proposes the id that an earlier attempt proposed; a new one is made when it leaves. */
function toForeseen({ db, capabilities }: Rehearsal, course: Rehearsed, step: RequestStep): Foreseen {
  const { intent, learnt } = course;
  const relationship = toRemote(db, intent, step, learnt.observed);
  const proposes = capabilities.clientIds && (step === 'create' || step === 'restore');
  return {
    relationship: proposes ? { ...relationship, remoteId: intent.proposedId } : relationship,
    isThere: foresee(db, intent) !== 'absent',
  };
}

/** As `proveAbsences`: asked again where the probe was no proof, and then, where that is needed, both ends. */
function describeProof(
  { remote, capabilities }: Rehearsal,
  courses: readonly Rehearsed[],
  foreseen: readonly Foreseen[],
): DescribedRequest[] {
  const isProbed = (index: number) =>
    courses[index]?.intent.sent === false && courses[index].learnt.observed === 'absent';
  const unprobed = foreseen.filter((_, index) => !isProbed(index));
  const again = unprobed.length === 0 ? [] : remote.describe('probe', unprobed);
  if (capabilities.absenceProof === 'probe') return [...again];
  const ends = foreseen.flatMap(({ relationship }) => describeEnds(remote, relationship));
  return [...again, ...ends];
}

function describeEnds(remote: Remote, relationship: RemoteRelationship): DescribedRequest[] {
  return [relationship.source, relationship.target].flatMap((end) => {
    const request = remote.describeLiveness(end);
    return request === null ? [] : [{ ...request, about: [relationship] }];
  });
}

function toCondition(courses: readonly Rehearsed[], step: RequestStep): string | null {
  const isReplacing = courses.some(({ intent }) => isChangeOfType(step, intent));
  switch (step) {
    case 'probe':
    case 'prove':
      return null;
    case 'restore':
      return 'once the relationship is gone';
    case 'create':
      if (isReplacing) return 'once the relationship is gone';
      return courses.length > 1
        ? 'those that the read before shows missing'
        : 'if the read before shows the relationship missing';
    case 'remove':
      if (isReplacing) return 'if the read before shows the old type';
      return courses.length > 1
        ? 'those that the read before shows there'
        : 'if the read before shows the relationship there';
  }
}

/** A change of type is removed as it is and created as it shall be. */
function isChangeOfType(step: RequestStep, { wantedPresent, replacing }: IntentRow): boolean {
  return wantedPresent && (step === 'remove' || replacing !== 'no');
}
