import { must } from '../../src-main/backend/must.ts';
import { createRandom, type Random } from '../servers/shared/random.ts';
import { kinds, pickKind } from './actions.ts';
import { checkStep } from './invariants.ts';
import { type Edition, latestEdition, type SimClient, type World } from './model.ts';
import { comeToRest } from './rest.ts';
import type { Looks } from './rules-watched.ts';
import { throwIfViolated } from './scheduler.ts';
import { Violation } from './violation.ts';
import { createWorld, type WorldOptions } from './world.ts';

/** One step of a seed. Each has its own luck, so that dropping one changes no other. */
export interface Step {
  readonly name: string;
  readonly seed: number;
}

export interface Played {
  readonly seed: number;
  readonly steps: readonly Step[];
  readonly failure: Violation | null;
  /** Kinds of action and of fault that occurred. */
  readonly seen: ReadonlySet<string>;
  readonly looks: Looks;
  readonly hash: string;
  readonly lines: readonly string[];
}

const FEWEST_STEPS = 60;

/** The steps of a seed. */
export function drawSteps(seed: number, edition: Edition = latestEdition): Step[] {
  const random = createRandom(seed);
  const count = FEWEST_STEPS + Math.floor(random() * 11);
  const first: Step = { name: 'sync both at once', seed: 1 };
  const rest = Array.from({ length: count - 1 }, () => ({
    name: pickKind(random, edition).name,
    seed: Math.floor(random() * 0x7fffffff),
  }));
  return [first, ...rest];
}

/** Plays a seed, or some of its steps. Whatever happens depends on the arguments alone. */
export async function playSeed(
  options: WorldOptions,
  steps = drawSteps(options.seed, options.edition),
): Promise<Played> {
  const world = createWorld(options);
  let failure: Violation | null = null;
  try {
    for (const step of steps) await playStep(world, step);
    world.trace.add('faults end');
    await comeToRest(world, createRandom(options.seed + 1));
  } catch (error) {
    failure = error instanceof Violation ? error : toDefect(error);
    world.trace.add(`${failure.rule}: ${failure.message}`);
  }
  for (const client of world.clients) client.memory.release();
  const { seen, looks, trace } = world;
  return { seed: options.seed, steps, failure, seen, looks, hash: trace.hash(), lines: trace.lines };
}

function toDefect(error: unknown): Violation {
  return new Violation('defect', error instanceof Error ? (error.stack ?? error.message) : String(error));
}

/** How often a trouble that stays is over before the next step: or half of all syncs would never begin. */
const HEALING = 0.25;

function heal(client: SimClient): void {
  Object.assign(client, { online: true, hasSecret: true, account: client.world.home });
  client.world.quotaUntil = 0;
}

/** The first one does most. */
function pickClient({ clients }: World, drawn: number): SimClient {
  const rest = Math.floor(((drawn - 0.6) / 0.4) * (clients.length - 1));
  return must(drawn < 0.6 ? clients[0] : clients[1 + rest], 'a client');
}

const playsByName = new Map(kinds.map((kind) => [kind.name, kind]));

async function playStep(world: World, { name, seed }: Step): Promise<void> {
  const kind = playsByName.get(name);
  if (kind === undefined) throw new Error(`There is no action ${name}`);
  const random: Random = createRandom(seed);
  const client = pickClient(world, random());
  world.tick += 1;
  if (random() < HEALING) heal(client);
  world.trace.add(`${client.name}: ${name}`);
  world.seen.add(`action: ${name}`);
  const told = await kind.play({ world, client, random });
  world.trace.add(`  ${told}`);
  if (told.endsWith('done')) world.seen.add(`done: ${name}`);
  if (world.home.reusedIds > 0) world.seen.add('an id was given again');
  for (const each of world.clients) checkStep(each);
  throwIfViolated(world);
}
