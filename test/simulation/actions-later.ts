import { pickNumber, pickOne } from '../servers/shared/random.ts';
import { abilitiesChange } from './abilities.ts';
import { arm, lists, reads, writes } from './actions-trouble.ts';
import { type Deed, drawType, nowIn, type Stage } from './model.ts';
import { endsOf, pairsThere, put, putBack, readFormerId, readThere, take } from './truth.ts';

const HOUR_MS = 3_600_000;
const pauses = [0, 1000, 59_000, HOUR_MS] as const;

/** What else can be wrong, since the second edition. */
export const laterTroubles = {
  'what the account can do changes': abilitiesChange,
  'a proxy sends a write twice': arm('twice', writes),
  'answers do not come through': arm('deaf', [...reads, ...writes], 'after'),
  'the machine sleeps': ({ world, client, random }) => {
    world.clockOffset += pickNumber(random, 1, 12) * HOUR_MS;
    client.faults.push({ on: [...reads, ...writes], kind: 'unreachable', when: 'after', skip: 0, times: 2 });
    if (client.book.runSince !== null) world.seen.add('slept in a run');
    return 'and wakes';
  },
  'a pause is asked for': ({ client, random }) => {
    const retryAfterMs = pickOne(random, pauses);
    const skip = pickNumber(random, 0, 8);
    client.faults.push({
      on: [...reads, ...writes],
      kind: 'rate-limited',
      when: 'before',
      skip,
      times: 1,
      retryAfterMs,
    });
    return String(retryAfterMs);
  },
  'the quota of a day is used up': ({ world }) => {
    world.quotaUntil = world.quotaUntil === 0 ? nowIn(world).getTime() + 24 * HOUR_MS : 0;
    return String(world.quotaUntil > 0);
  },
  'an answer is too large': arm('too-large', reads),
  'types are cut short': ({ world }) => {
    world.home.clamps = !world.home.clamps;
    return String(world.home.clamps);
  },
  'a list comes in any order': arm('shuffle', lists),
  'a list contradicts itself': arm('contradict', ['fetchEntities']),
  'a feed does not go on': arm('stuck', ['fetchChanges']),
  'a feed lags behind': arm('stale', ['fetchChanges']),
} as const satisfies Record<string, Deed>;

/** Someone changes what was created, or makes anew what was removed, perhaps under the same id. */
function meddle({ world, random }: Stage, pair: string, sent: 'create' | 'remove'): void {
  const { home } = world;
  const isThere = readThere(home, pair) !== null;
  if (sent === 'create' && isThere) {
    if (random() < 0.5) take(home, pair);
    else put(home, ...endsOf(home, pair), drawType(world, random));
    world.seen.add('others changed what was created in doubt');
  }
  if (sent === 'remove' && !isThere) {
    put(home, ...endsOf(home, pair), drawType(world, random), readFormerId(home, pair));
    world.seen.add('others made anew what was removed in doubt');
  }
}

/** What else others do there, since the second edition. */
export const laterDeedsThere = {
  'the server is put back to a backup': ({ world, random }) => {
    const tick = Math.max(0, world.tick - pickNumber(random, 5, 400));
    putBack(world.home, tick);
    return `tick ${tick}`;
  },
  'they touch everything': ({ world, random }) => {
    for (const entity of world.home.entities.values())
      entity.name = `${entity.kind} ${pickNumber(random, 100, 199)}`;
    for (const pair of pairsThere(world.home))
      put(world.home, ...endsOf(world.home, pair), drawType(world, random));
    return 'all of it';
  },
  'they meddle with what is in doubt': (stage) => {
    const lost = stage.world.clients.flatMap(({ book }) => [...book.lost]);
    for (const [pair, sent] of lost) meddle(stage, pair, sent);
    return lost.map(([pair, sent]) => `${sent} ${pair}`).join(', ');
  },
} as const satisfies Record<string, Deed>;
