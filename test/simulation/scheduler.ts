import { setImmediate as allElseDone } from 'node:timers/promises';
import { pickOne } from '../servers/shared/random.ts';
import { checkTurn } from './invariants.ts';
import type { SimClient, World } from './model.ts';
import { Violation } from './violation.ts';
import { look } from './watch.ts';

/** Resolves when it is this request's or answer's turn; never, if its client's life has ended by then. */
export function waitForTurn(world: World, client: SimClient, life: number): Promise<void> {
  if (client.life !== life) return new Promise(() => undefined);
  return new Promise((resolve) => void world.pending.push({ client, life, arrive: resolve }));
}

/** More turns than any sound run of syncs takes. */
const TURN_LIMIT = 4000;

/**
 * Lets what is on its way arrive, one thing at a time in an order of the seed, until `isDone`. Between two arrivals
 * every promise has done what it can: nothing depends on real time. `atTurn` may do anything that takes no time.
 */
export async function drive(
  world: World,
  isDone: () => boolean,
  atTurn: (turn: number) => void = () => undefined,
): Promise<void> {
  for (let turn = 0; turn < TURN_LIMIT; turn += 1) {
    await allElseDone();
    world.tick += 1;
    for (const client of world.clients) checkTurn(client);
    throwIfViolated(world);
    if (isDone()) {
      look(world, 'I5');
      return;
    }
    atTurn(turn);
    arriveLate(world);
    letOneArrive(world);
  }
  throw new Violation('I5', `A sync took more than ${TURN_LIMIT} turns.`);
}

export function throwIfViolated({ violations }: World): void {
  const [first] = violations;
  if (first !== undefined) throw first;
}

function letOneArrive(world: World): void {
  const { pending } = world;
  for (let at = pending.length - 1; at >= 0; at -= 1) {
    const one = pending[at];
    if (one !== undefined && one.client.life !== one.life) pending.splice(at, 1);
  }
  if (pending.length === 0) return;
  const next = pending.length === 1 ? pending[0] : pickOne(world.order, pending);
  if (next === undefined) return;
  const at = pending.indexOf(next);
  if (pending.slice(0, at).some(({ client }) => client === next.client))
    world.seen.add('answered out of order');
  pending.splice(at, 1);
  next.arrive();
}

/** What was thought lost may arrive at any time. */
function arriveLate(world: World): void {
  if (world.late.length === 0 || world.order() > 0.1) return;
  world.late.shift()?.();
}
