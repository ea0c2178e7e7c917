import { must } from '../../src-main/backend/must.ts';
import { judgeRemovals } from '../../src-main/backend/sync/guard.ts';
import {
  type Candidate,
  chooseFree,
  judgePushing,
  type RunPolicy,
} from '../../src-main/backend/sync/policy.ts';
import { isDue } from '../../src-main/backend/sync/retry.ts';

/** Whose run it is, what it is to do, and what keeps it from pushing. */
export interface Policy extends RunPolicy {
  readonly name: string;
  readonly isAutomatic: boolean;
  /** Whether only some are named, picked or not. */
  readonly isPartial: boolean;
}

const free: Policy = {
  name: '',
  mode: 'both',
  isWithheld: false,
  isReadOnly: false,
  isPicked: false,
  isAutomatic: false,
  isPartial: false,
};

/** Everything that a run can be told, and that changes what may leave. */
export const policies: readonly Policy[] = [
  { ...free, name: 'by hand' },
  { ...free, name: 'push only', mode: 'push' },
  { ...free, name: 'pull only', mode: 'pull' },
  { ...free, name: 'picked', mode: 'push', isPicked: true, isPartial: true },
  { ...free, name: 'by itself', isAutomatic: true },
  { ...free, name: 'by itself, some', mode: 'push', isAutomatic: true, isPartial: true },
  { ...free, name: 'withheld', isWithheld: true },
  { ...free, name: 'withheld, picked', mode: 'push', isWithheld: true, isPicked: true, isPartial: true },
  { ...free, name: 'stopped', isReadOnly: true },
  { ...free, name: 'stopped, picked', mode: 'push', isReadOnly: true, isPicked: true, isPartial: true },
];

/** How an intent stands before the run. */
interface Standing extends Pick<Candidate, 'stopped' | 'hasConflict'> {
  readonly name: string;
  readonly nextAttemptAt: string | null;
  /** Whether it may go by itself now. */
  readonly isDue: boolean;
}

const NOW = new Date('2026-03-01T10:00:00.000Z');
const clock = { now: () => NOW, sleep: async () => undefined };
const fresh: Standing = {
  name: 'fresh',
  stopped: null,
  hasConflict: false,
  nextAttemptAt: null,
  isDue: true,
};

export const standings: readonly Standing[] = [
  fresh,
  { ...fresh, name: 'failed, due', nextAttemptAt: '2026-03-01T09:59:00.000Z' },
  { ...fresh, name: 'failed, not due', nextAttemptAt: '2026-03-01T10:30:00.000Z', isDue: false },
  { ...fresh, name: 'put off by a clock set back', nextAttemptAt: '2036-03-01T10:00:00.000Z' },
  { ...fresh, name: 'blocked', stopped: 'blocked' },
  { ...fresh, name: 'parked', stopped: 'parked' },
  { ...fresh, name: 'in conflict', hasConflict: true },
];

/** One intent as the policy sees it. */
export interface Waiting extends Candidate {
  readonly standing: Standing;
  /** It deletes what base has. */
  readonly isDelete: boolean;
  /** The user let it go past the guard. */
  readonly isReleased: boolean;
}

/** How many other deletes wait beside those of a case, and how many relationships base has in all. */
export interface Crowd {
  readonly deletes: number;
  readonly base: number;
}

/** Nothing beside; just below what the guard holds, so that one more tips it; and far above. */
export const crowds: readonly Crowd[] = [
  { deletes: 0, base: 300 },
  { deletes: 29, base: 300 },
  { deletes: 200, base: 300 },
];

/** Chooses what of a case leaves now. */
export type Choose = (
  policy: Policy,
  crowd: Crowd,
  all: readonly Waiting[],
) => { readonly leaving: readonly Waiting[]; readonly held: readonly Waiting[] };

/** As the program chooses, by its own rules. */
export const chooseLeaving: Choose = (policy, crowd, all) => {
  if (judgePushing(policy) !== 'push') return { leaving: [], held: [] };
  const { free: open, held } = chooseFree(all, policy.isPicked, (candidates) =>
    judgeDeletes(candidates, crowd),
  );
  const run = { automatic: policy.isAutomatic, clock };
  return { leaving: open.filter(({ standing }) => isDue(standing, run)), held: held?.of ?? [] };
};

function judgeDeletes(open: readonly Waiting[], { deletes, base: total }: Crowd) {
  const of = open.filter(({ isDelete, isReleased }) => isDelete && !isReleased);
  const removals = of.length + deletes;
  const cause = judgeRemovals({ what: 'relationships', side: 'there', removals, total, parts: [] });
  return cause === null ? null : { of, cause };
}

/** Deletes above both of these wait for the user; said here anew, so that the guard itself is tested by it. */
const [FREE_DELETES, FREE_SHARE] = [20, 0.1];

/** What policy must mean, said of the outcome. Throws where something left that may not, or stayed without a reason. */
export function checkLeaving(
  policy: Policy,
  crowd: Crowd,
  all: readonly Waiting[],
  choose: Choose = chooseLeaving,
): Outcome {
  const { leaving, held } = choose(policy, crowd, all);
  const isClosed = policy.mode === 'pull' || policy.isWithheld || (policy.isReadOnly && !policy.isPicked);
  if (isClosed && leaving.length > 0) throw new Error(`A change leaves though the run is ${policy.name}`);
  const open = all.filter(({ standing }) => standing.stopped !== 'parked' && !standing.hasConflict);
  const deletes = open.filter(({ isDelete, isReleased }) => isDelete && !isReleased).length + crowd.deletes;
  const isTooMany = deletes > Math.max(FREE_DELETES, FREE_SHARE * crowd.base);
  const gone = new Set<Waiting>(leaving);
  if (gone.size !== leaving.length) throw new Error('A change leaves twice');
  for (const one of all) {
    const cause = isClosed ? 'closed' : findCause(policy, one, isTooMany);
    if (gone.has(one) && cause !== null) throw new Error(`A change leaves that is ${cause}: ${policy.name}`);
    if (!gone.has(one) && cause === null) throw new Error(`A change stays without a cause: ${policy.name}`);
  }
  for (const one of held) if (gone.has(one)) throw new Error('What the guard holds leaves');
  return { leaving: gone, held: held.length };
}

interface Outcome {
  readonly leaving: ReadonlySet<Waiting>;
  readonly held: number;
}

/** Why a change must not leave, in a run that pushes; null where it must. */
function findCause(policy: Policy, one: Waiting, isTooMany: boolean): string | null {
  if (!one.isNamed) return 'not named';
  if (policy.isPicked) return null;
  if (one.standing.stopped === 'parked') return 'parked';
  if (one.standing.hasConflict) return 'in conflict';
  if (isTooMany && one.isDelete && !one.isReleased) return 'held';
  return policy.isAutomatic && !one.standing.isDue ? 'not due' : null;
}

/** The standing that a number tells of. */
export function toStanding(digit: number): Standing {
  return must(standings[digit], 'a standing');
}
