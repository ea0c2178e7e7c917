import { must } from '../../src-main/backend/must.ts';
import { type Facts, type Has, isSame, plan, type Step } from '../../src-main/backend/sync/plan.ts';
import {
  type Choose,
  type Crowd,
  checkLeaving,
  crowds,
  type Policy,
  policies,
  standings,
  toStanding,
  type Waiting,
} from './plan-policy.ts';

/** What a remote can do, as far as a plan depends on it. */
export const capabilitySets = ['untyped', 'typed', 'typed, create not proved'] as const;
type CapabilitySet = (typeof capabilitySets)[number];

/** How far earlier attempts at a wish came. */
const attempts = ['none', 'delete of a change left', 'create of a change refused'] as const;

/** What happens to the next request about a relationship. */
const fates = ['fine', 'lost', 'answer lost'] as const;
type Fate = (typeof fates)[number];

interface OneRelationship extends Waiting {
  readonly base: Has;
  readonly wanted: Has | null;
  there: Has;
  readonly replacing: Facts['replacing'];
  readonly fates: readonly Fate[];
  /** Which of the shared ends it hangs on. */
  readonly ends: readonly [number, number];
}

/** Relationships on shared ends, of which some may be gone. */
export interface Case {
  readonly capabilities: CapabilitySet;
  readonly policy: Policy;
  readonly crowd: Crowd;
  readonly alive: readonly boolean[];
  readonly relationships: readonly OneRelationship[];
}

const ENDS = 3;
const replacings = ['no', 'deleted', 'refused'] as const;
/** Numbers below this tell what of a relationship is wanted and where, and how far attempts came. */
export const PRESENCE_CODES = 3 * 4 * 3 * 3 * standings.length;
/** Numbers below this tell also what happens to its requests, its ends, and whether it is named and released. */
export const RELATIONSHIP_CODES = PRESENCE_CODES * 27 * 3 * 3 * 2;
/** Numbers below this tell the capability set, which ends are alive, the policy, and what waits beside. */
export const SETTING_CODES = 3 * 8 * policies.length * crowds.length;

function toDigits(code: number, radices: readonly number[]): number[] {
  let left = code;
  return radices.map((radix) => {
    const digit = left % radix;
    left = Math.floor(left / radix);
    return digit;
  });
}

function toHas(digit: number, isTyped: boolean): Has {
  if (digit === 0) return 'absent';
  return { type: isTyped ? (digit === 1 ? 'a' : 'b') : null };
}

/** The case that these numbers tell of. */
export function decode(setting: number, codes: readonly number[]): Case {
  const [set = 0, mask = 0, rule = 0, beside = 0] = toDigits(setting, [3, 8, policies.length, crowds.length]);
  const capabilities = capabilitySets[set] ?? 'untyped';
  const alive = Array.from({ length: ENDS }, (_, end) => mask === 0 || (mask & (1 << end)) !== 0);
  const policy = must(policies[rule], 'a policy');
  const crowd = must(crowds[beside], 'what waits beside');
  const relationships = codes.map((code) => decodeOne(code, capabilities, policy));
  return { capabilities, policy, crowd, alive, relationships };
}

function decodeOne(code: number, capabilities: CapabilitySet, policy: Policy): OneRelationship {
  const radices = [3, 4, 3, 3, standings.length, 3, 3, 3, 3, 3, 2];
  const digits = toDigits(code, radices);
  const [base = 0, wanted = 0, there = 0, attempt = 0, stand = 0] = digits;
  const [one = 0, two = 0, three = 0, end = 0, unnamed = 0, released = 0] = digits.slice(5);
  const isTyped = capabilities !== 'untyped';
  const wish = wanted === 3 ? null : toHas(wanted, isTyped);
  const isChange = isTyped && wish !== null && wish !== 'absent' && base !== 0;
  const standing = toStanding(wish === null ? 0 : stand);
  return {
    standing,
    stopped: standing.stopped,
    hasConflict: standing.hasConflict,
    isNamed: !policy.isPartial || unnamed !== 0,
    isDelete: wish === 'absent' && base !== 0,
    isReleased: released === 1,
    base: toHas(base, isTyped),
    wanted: wish,
    there: toHas(there, isTyped),
    replacing: isChange ? (replacings[attempt] ?? 'no') : 'no',
    fates: [one, two, three].map((fate) => fates[fate] ?? 'fine'),
    ends: [end, (end + 1) % ENDS],
  };
}

/** The row of the table that a relationship belongs to; the policies are its columns. */
export function toRow({ capabilities }: Case, one: OneRelationship): string {
  const { base, wanted, there, replacing, standing } = one;
  const name = (has: Has | null) =>
    has === null ? 'no wish' : has === 'absent' ? 'absent' : (has.type ?? 'there');
  const attempt = attempts[replacings.indexOf(replacing)];
  return `${capabilities} | base ${name(base)}, wanted ${name(wanted)}, there ${name(there)} | ${attempt}, ${standing.name}`;
}

/** More steps than any sound course takes. */
const STEP_LIMIT = 8;

interface Played {
  steps: number;
  conflicts: number;
  /** Wishes that left, that waited, and that the guard held of these. */
  left: number;
  waited: number;
  held: number;
}

/**
 * Plays every relationship of a case to its end, with faults and then without: what waits now, as the later run does in
 * which it is picked. Throws where a step is unsound, or where what leaves now is not what the policy says.
 */
export function playCase(one: Case, choose?: Choose): Played {
  const wishes = one.relationships.filter(({ wanted }) => wanted !== null);
  const { leaving, held } = checkLeaving(one.policy, one.crowd, wishes, choose);
  const total = { steps: 0, conflicts: 0, left: leaving.size, waited: wishes.length - leaving.size, held };
  for (const relationship of one.relationships) {
    const first = playOne(one, relationship, relationship.fates);
    total.steps += first.steps;
    if (first.end === 'lost') {
      const again = playOne(one, relationship, []);
      total.steps += again.steps;
      if (again.end === 'lost') throw new Error('Without faults a request was lost');
      checkEnd(one, relationship, again.end);
      continue;
    }
    if (first.end.startsWith('conflict')) total.conflicts += 1;
    checkEnd(one, relationship, first.end);
  }
  return total;
}

type Learnt = Pick<Facts, 'observed' | 'absenceProved' | 'endRemoved'>;

interface Play {
  readonly end: Step | 'lost';
  readonly steps: number;
}

function playOne(one: Case, relationship: OneRelationship, given: readonly Fate[]): Play {
  const left = [...given];
  let { replacing } = relationship;
  const isAlive = relationship.ends.every((end) => one.alive[end] === true);
  let learnt: Learnt = { observed: null, absenceProved: false, endRemoved: false };
  if (relationship.wanted === null) learnt = { ...learnt, observed: relationship.there };
  for (let steps = 1; steps <= STEP_LIMIT; steps += 1) {
    const { base, wanted } = relationship;
    const canReplace = one.capabilities === 'typed';
    const step = plan({ base, wanted, replacing, canReplace, ...learnt });
    checkStep(step, { base, wanted, replacing, canReplace, ...learnt });
    if (step === 'remove' && wanted !== null && wanted !== 'absent' && replacing === 'no')
      replacing = 'deleted';
    if (!['probe', 'prove', 'create', 'restore', 'remove'].includes(step)) return { end: step, steps };
    const fate = left.shift() ?? 'fine';
    if (fate !== 'lost') apply(relationship, step, isAlive);
    if (fate !== 'fine') return { end: 'lost', steps };
    learnt = learn(relationship, step, learnt, isAlive);
    if (wanted === null && learnt.endRemoved) return { end: 'nothing', steps }; // it goes unseen with its end
  }
  throw new Error('A course does not end');
}

function apply(relationship: OneRelationship, step: Step, isAlive: boolean): void {
  if (!isAlive) return;
  if (step === 'remove') relationship.there = 'absent';
  if (relationship.there !== 'absent') return;
  if (step === 'create' && relationship.wanted !== null) relationship.there = relationship.wanted;
  if (step === 'restore') relationship.there = relationship.base;
}

function learn({ there }: OneRelationship, step: Step, learnt: Learnt, isAlive: boolean): Learnt {
  if (step === 'probe') return { ...learnt, observed: there };
  if (step === 'prove') return isAlive ? { ...learnt, absenceProved: true } : { ...learnt, endRemoved: true };
  if (!isAlive) return { observed: 'absent', absenceProved: false, endRemoved: true };
  return { observed: there, absenceProved: step === 'remove', endRemoved: false };
}

/** What may never be planned. */
function checkStep(step: Step, facts: Facts): void {
  const { observed, wanted, absenceProved, endRemoved, replacing, canReplace, base } = facts;
  const isSending = step === 'create' || step === 'restore' || step === 'remove';
  if (isSending && wanted === null) throw new Error(`${step} although nobody wants anything`);
  if (isSending && observed === null) throw new Error(`${step} without a look`);
  if ((step === 'create' || step === 'restore') && observed !== 'absent')
    throw new Error(`${step} over something`);
  if (
    step === 'remove' &&
    (observed === 'absent' || (wanted !== null && observed !== null && isSame(observed, wanted)))
  )
    throw new Error('Removes what is not there or what is wanted');
  if (step === 'remove' && wanted !== 'absent' && !canReplace && replacing === 'no')
    throw new Error('Starts a change of type before a create was proved');
  const settlesAbsence = step === 'settle' && observed === 'absent' && !isSame(base, 'absent');
  if (settlesAbsence && !absenceProved && !endRemoved) throw new Error('Settles a removal without proof');
  if (
    step.startsWith('conflict') &&
    wanted !== null &&
    observed !== null &&
    !endRemoved &&
    isSame(observed, wanted)
  )
    throw new Error('A conflict although both sides are the same');
}

/** Where a course ends, the wish is done, waits with a cause, or the user is asked. */
function checkEnd({ alive, capabilities }: Case, one: OneRelationship, end: Step | 'lost'): void {
  const { wanted, there, base, ends } = one;
  const isAlive = ends.every((each) => alive[each] === true);
  if (wanted === null || !isAlive || end.startsWith('conflict') || end === 'park') return;
  if (end === 'block') {
    if (capabilities === 'typed') throw new Error('Waits for a create although one was proved');
    return;
  }
  if (end !== 'settle') throw new Error(`Ends with ${end}`);
  if (!isSame(there, wanted) && !isSame(base, wanted)) throw new Error('Settled, but the wish is not done');
}
