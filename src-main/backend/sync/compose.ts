import type { Remote } from '../remote/remote.ts';
import type { IntentRow } from '../store/intents.ts';
import type { ReadableDb } from '../store/sql.ts';
import { limitOf } from './ask.ts';
import { type Course, gatherCreates, takeSharing } from './course.ts';
import { type ConflictStep, isConflict } from './open-conflicts.ts';
import type { Step } from './plan.ts';
import type { RequestStep } from './send.ts';

/** What goes in the next request: a push sends it, a dry run tells of it. */

/** How many requests for probes go before the changes that they are about: enough to fill those. */
const PROBES_AHEAD = 4;

type Composing = { readonly remote: Pick<Remote, 'batch'> };

/** How many intents are on their way side by side: as many as fill a few requests. */
export function widthOf({ remote }: Composing): number {
  return remote.batch === null ? 1 : PROBES_AHEAD * limitOf({ remote }, 'probe');
}

/** The order in which intents start: creates that share an end lie side by side where they can share a request. */
export function toPushOrder(
  db: ReadableDb,
  { remote }: Composing,
  intents: readonly IntentRow[],
): readonly IntentRow[] {
  return remote.batch === null ? intents : gatherCreates(db, intents, limitOf({ remote }, 'create'));
}

/** What a course does next where that is a request. */
export interface Planned<C extends Course> {
  readonly course: C;
  readonly step: RequestStep;
}

/** A step that ends a course. */
export type FinalStep = ConflictStep | 'nothing' | 'settle' | 'block' | 'park';

interface SortedOut<C extends Course> {
  readonly planned: readonly Planned<C>[];
  readonly waiting: readonly C[];
  readonly ended: readonly { readonly course: C; readonly step: FinalStep }[];
}

/** What is asked or sent next, what is decided, and what waits for the creates beside it. */
export function sortOut<C extends Course>(
  next: readonly { readonly course: C; readonly step: Step }[],
): SortedOut<C> {
  const planned = next.flatMap(({ course, step }) => (isRequest(step) ? [{ course, step }] : []));
  const decided = next.flatMap(({ course, step }) => (isRequest(step) ? [] : [{ course, step }]));
  const mayWait = planned.length > 0;
  return {
    planned,
    waiting: decided.filter(({ step }) => step === 'block' && mayWait).map(({ course }) => course),
    ended: decided.filter(({ step }) => step !== 'block' || !mayWait),
  };
}

export function isRequest(step: Step): step is RequestStep {
  return !isConflict(step) && !['nothing', 'settle', 'block', 'park'].includes(step);
}

/** What is asked goes before what is sent, so that requests that send are full. */
export function pickFirst<C extends Course>(planned: readonly Planned<C>[]): Planned<C> | undefined {
  return planned.find(({ step }) => step === 'probe' || step === 'prove') ?? planned[0];
}

/** Those whose next step goes in the same request: the same step, and for creates a shared end. */
export function pickTogether<C extends Course>(
  { remote }: Composing,
  planned: readonly Planned<C>[],
  { step, course }: Planned<C>,
): readonly C[] {
  const isSending = step !== 'probe' && step !== 'prove';
  if (remote.batch === null || (isSending && course.alone)) return [course];
  const same = planned
    .filter((other) => other.step === step && !(isSending && other.course.alone))
    .map((other) => other.course);
  if (!isSending) return same.slice(0, limitOf({ remote }, 'probe'));
  if (step === 'remove') return same.slice(0, limitOf({ remote }, 'remove'));
  return takeSharing(same, limitOf({ remote }, 'create'));
}
