import { type Facts, type Has, plan, type Step } from '../../src-main/backend/sync/plan.ts';

/** What happens to one request: it arrives, it is lost on its way there, or its answer is lost on its way back. */
export type Fate = 'fine' | 'lost' | 'answer-lost';

/** What people do at any time, also in the middle of a sync. */
export type Deed = 'want' | 'do-not-want' | 'they-create' | 'they-remove' | 'they-remove-an-end';

/** One request of a sync, and who does something just before it. */
export interface Turn {
  readonly fate: Fate;
  readonly deed: Deed | null;
}

/** A sync meets its turns one after the other; past the last one everything is fine. */
export type Move =
  | { readonly kind: 'deed'; readonly deed: Deed }
  | { readonly kind: 'sync'; readonly turns: readonly Turn[] };

/** One relationship, there and here, while a course runs. */
export interface World {
  /** What the remote holds. */
  there: boolean;
  endAlive: boolean;
  base: boolean;
  wanted: boolean | null;
  /** An attempt left and its answer is not known. */
  sent: boolean;
  /** The removal of an end has been proved here. */
  endRemoved: boolean;
  conflict: boolean;
}

export interface Course {
  readonly world: World;
  readonly steps: Readonly<Record<Step, number>>;
  readonly syncs: number;
  readonly longestSync: number;
  readonly lost: number;
}

export type Planner = (facts: Facts) => Step;

/** More steps about one relationship than any sound sync takes. */
export const STEP_LIMIT = 12;
const LOST = Symbol('no answer');

/** Facts of a remote that keeps no types: presence is all there is to know. */
interface PresenceFacts extends Pick<Facts, 'absenceProved' | 'endRemoved'> {
  readonly base: boolean;
  readonly wanted: boolean | null;
  readonly observed: boolean | null;
}

type Learnt = Omit<PresenceFacts, 'base' | 'wanted'>;

function toHas(present: boolean): Has {
  return present ? { type: null } : 'absent';
}

function toFacts(facts: PresenceFacts): Facts {
  const { wanted, observed } = facts;
  return {
    ...facts,
    base: toHas(facts.base),
    wanted: wanted === null ? null : toHas(wanted),
    observed: observed === null ? null : toHas(observed),
    replacing: 'no',
    canReplace: false,
  };
}

interface Run {
  readonly world: World;
  readonly steps: Record<Step, number>;
  readonly planner: Planner;
  /** Left for the sync that runs. */
  turns: Turn[];
  syncs: number;
  longestSync: number;
  stepsOfSync: number;
  lost: number;
}

/**
 * Runs a course through the planner by a small loop that does what push and pull do about one relationship, and throws
 * where a step is unsound. Then faults and deeds end, and two more syncs follow.
 */
export function runCourse(
  start: Pick<World, 'there' | 'base'>,
  moves: readonly Move[],
  planner: Planner = plan,
): Course {
  const world: World = {
    ...start,
    endAlive: true,
    wanted: null,
    sent: false,
    endRemoved: false,
    conflict: false,
  };
  const steps = {
    nothing: 0,
    probe: 0,
    prove: 0,
    create: 0,
    remove: 0,
    settle: 0,
    'conflict-end-removed': 0,
    restore: 0,
    block: 0,
    park: 0,
    'conflict-changed-both': 0,
    'conflict-removed-there': 0,
  };
  const run: Run = { world, steps, planner, turns: [], syncs: 0, longestSync: 0, stepsOfSync: 0, lost: 0 };
  for (const move of moves) {
    if (move.kind === 'deed') act(world, move.deed);
    else sync(run, move.turns);
  }
  const wish = world.wanted;
  sync(run, []);
  if (wish !== null && world.endAlive && world.there !== wish)
    throw new Error(`The wish ${wish} was not done there`);
  sync(run, []);
  checkEnd(world);
  return run;
}

function checkEnd(world: World): void {
  const { there, base, wanted, endAlive, conflict } = world;
  if (!endAlive) {
    if (wanted !== null && !conflict)
      throw new Error('A wish at an end that is gone is neither settled nor in conflict');
    return;
  }
  if (wanted !== null) throw new Error('A wish is left over');
  if (base !== there) throw new Error(`Here ${base}, there ${there}`);
}

/** As `commands/want.ts`: a wish equal to base is none, unless an attempt left whose fate is unknown. */
function act(world: World, deed: Deed): void {
  if (deed === 'they-create' && world.endAlive) world.there = true;
  else if (deed === 'they-remove') world.there = false;
  else if (deed === 'they-remove-an-end') world.endAlive = false;
  else if (deed === 'want' || deed === 'do-not-want') wish(world, deed === 'want');
}

function wish(world: World, present: boolean): void {
  if ((world.wanted ?? world.base) === present) return;
  world.conflict = false;
  world.wanted = present === world.base && !world.sent ? null : present;
}

function sync(run: Run, turns: readonly Turn[]): void {
  run.syncs += 1;
  run.turns = [...turns];
  run.stepsOfSync = 0;
  try {
    push(run);
  } catch (error) {
    if (error !== LOST) throw error;
  }
  try {
    pull(run);
  } catch (error) {
    if (error !== LOST) throw error;
  }
  run.longestSync = Math.max(run.longestSync, run.stepsOfSync);
}

function push(run: Run): void {
  const { world } = run;
  if (world.conflict) return;
  let learnt: Learnt = { observed: null, absenceProved: false, endRemoved: world.endRemoved };
  while (world.wanted !== null) {
    const step = next(run, { base: world.base, wanted: world.wanted, ...learnt });
    if (step === 'nothing') return;
    if (step === 'settle') return settle(world, learnt);
    if (step === 'conflict-end-removed') {
      world.conflict = true;
      return;
    }
    learnt = learn(run, step, learnt);
  }
}

/** A list that may leave out what is there (as one that is being changed meanwhile does), then the plan. */
function pull(run: Run): void {
  const { world } = run;
  const omits = run.turns[0]?.fate === 'answer-lost';
  const listed = request(run, () => world.there, true) && !omits;
  if (world.wanted !== null || world.endRemoved) return;
  let learnt: Learnt = { observed: listed, absenceProved: false, endRemoved: false };
  for (;;) {
    if (world.wanted !== null) return;
    const step = next(run, { base: world.base, wanted: null, ...learnt });
    if (step === 'nothing') return;
    if (step === 'settle') return settle(world, learnt);
    learnt = learn(run, step, learnt);
    if (learnt.endRemoved) return;
  }
}

/** Asks the planner, and refuses what may never be planned. */
function next(run: Run, facts: PresenceFacts): Step {
  const step = run.planner(toFacts(facts));
  run.steps[step] += 1;
  run.stepsOfSync += 1;
  if (run.stepsOfSync > STEP_LIMIT) throw new Error('A sync does not end');
  if (step === 'create' && facts.observed !== false)
    throw new Error('Created although it was not seen missing');
  if (step === 'remove' && facts.observed !== true) throw new Error('Removed although it was not seen there');
  const proved = facts.absenceProved || facts.endRemoved;
  if (step === 'settle' && facts.observed !== true && !proved)
    throw new Error('A removal was settled without proof');
  return step;
}

function learn(run: Run, step: Step, learnt: Learnt): Learnt {
  if (step === 'probe') return { ...learnt, observed: request(run, () => run.world.there) };
  if (step === 'prove') return prove(run, learnt);
  if (step === 'create' || step === 'remove') return send(run, step);
  throw new Error(`${step} is no request`);
}

function prove(run: Run, learnt: Learnt): Learnt {
  const { world } = run;
  if (request(run, () => world.there)) return { ...learnt, observed: true };
  if (request(run, () => world.endAlive)) return { ...learnt, absenceProved: true };
  world.endRemoved = true;
  return { ...learnt, endRemoved: true };
}

/** A lost answer is asked after; one that taught nothing ends the push. */
function send(run: Run, step: 'create' | 'remove'): Learnt {
  const { world } = run;
  world.sent = true;
  const wanted = step === 'create';
  try {
    const done = request(run, () => apply(world, wanted));
    if (done) return { observed: wanted, absenceProved: !wanted, endRemoved: false };
    world.endRemoved = true;
    world.sent = false;
    return { observed: false, absenceProved: false, endRemoved: true };
  } catch (error) {
    if (error !== LOST) throw error;
  }
  const observed = request(run, () => world.there);
  if (observed !== wanted) throw LOST;
  const learnt = { observed, absenceProved: false, endRemoved: false };
  return observed ? learnt : prove(run, learnt);
}

/** False where the remote says that an end is gone. */
function apply(world: World, present: boolean): boolean {
  if (!world.endAlive && (present || !world.there)) return false;
  world.there = present;
  return true;
}

/** As `settle.ts`: base follows what was seen, and a wish that this fulfils ends; another one stays. */
function settle(world: World, learnt: Learnt): void {
  const present = learnt.observed ?? false;
  world.base = present;
  if (world.wanted !== present) return;
  world.wanted = null;
  world.sent = false;
  world.conflict = false;
}

/** One request to the remote. A list whose answer is lost arrives short instead. */
function request<T>(run: Run, answer: () => T, isList = false): T {
  const turn = run.turns.shift();
  if (turn?.deed != null) act(run.world, turn.deed);
  if (turn === undefined || turn.fate === 'fine') return answer();
  run.lost += 1;
  if (isList && turn.fate === 'answer-lost') return answer();
  if (turn.fate === 'answer-lost') answer();
  throw LOST;
}
