import { all } from '../../src-main/backend/store/sql.ts';
import type { SyncTask } from '../../src-main/backend/sync/run.ts';
import type { EntityId, RelationshipId } from '../../src-preload/contract/model.ts';
import { pickNumber, pickOne, type Random } from '../servers/shared/random.ts';
import { abilitiesChange } from './abilities.ts';
import { laterDeedsThere, laterTroubles } from './actions-later.ts';
import { deedsThere } from './actions-there.ts';
import { troubles } from './actions-trouble.ts';
import { crash, cutPower, reconnect, restart, startSync } from './client.ts';
import {
  dropOne,
  editFlying,
  relateSome,
  releaseAll,
  resolveOne,
  retypeSome,
  undoOrRedoOne,
  unrelateSome,
} from './commands.ts';
import { type Deed, type Edition, nowIn, type Stage, type World } from './model.ts';
import { drive } from './scheduler.ts';
import { Violation } from './violation.ts';
import { look, pairOf, readIntentsNow } from './watch.ts';

/** What a user does who looks at the window. */
const edits = {
  relate: ({ client, random }) => relateSome(client, random),
  'relate locally': ({ client, random }) => relateSome(client, random, true),
  unrelate: ({ client, random }) => unrelateSome(client, random),
  retype: ({ client, random }) => retypeSome(client, random),
  undo: ({ client }) => undoOrRedoOne(client, 'undo'),
  redo: ({ client }) => undoOrRedoOne(client, 'redo'),
  drop: ({ client, random }) => dropOne(client, random),
  'keep local': ({ client, random }) => resolveOne(client, random, 'local'),
  'keep remote': ({ client, random }) => resolveOne(client, random, 'remote'),
  'release held': ({ client }) => releaseAll(client),
} as const satisfies Record<string, Deed>;

function deedsOf({ edition }: World): Deed[] {
  return Object.values<Deed>(edition === 1 ? deedsThere : { ...deedsThere, ...laterDeedsThere });
}

function troublesOf({ edition }: World): Deed[] {
  return Object.values<Deed>(edition === 1 ? troubles : { ...troubles, ...laterTroubles });
}

type Play = (stage: Stage) => Promise<string>;

const whole = { kind: 'sync', mode: 'both', only: null } as const satisfies SyncTask;

/** Syncs of both clients or of one, undisturbed or with something in the middle. */
const plays = {
  sync: (stage) => syncOf(stage, whole),
  'push only': (stage) => syncOf(stage, { kind: 'sync', mode: 'push', only: null }),
  'pull only': (stage) => syncOf(stage, { kind: 'sync', mode: 'pull', only: null }),
  'push selected': (stage) => syncOf(stage, pickSelected(stage)),
  'sync by itself': (stage) => syncOf(stage, { ...whole, automatic: true }),
  'push edits by itself': (stage) => syncOf(stage, { ...pickSelected(stage), automatic: true }),
  refresh: (stage) => syncOf(stage, pickRefresh(stage)),
  'sync both at once': async ({ world }) => {
    const runs = world.clients.map((client) => startSync(client, whole));
    await drive(world, () => runs.every(({ done }) => done));
    return 'done';
  },
  'ask for two syncs': async ({ world, client }) => {
    const runs = [startSync(client, whole), startSync(client, whole)];
    await drive(world, () => runs.every(({ done }) => done));
    return 'done';
  },
  'cancel in the middle': (stage) =>
    disturbed(stage, pickNumber(stage.random, 1, 25), () => {
      stage.client.schedule.cancel(null);
      return 'cancelled';
    }),
  'edit during a sync': (stage) => withDeeds(stage, Object.values(edits)),
  'others act during a sync': (stage) => withDeeds(stage, deedsOf(stage.world)),
  'trouble during a sync': (stage) => withDeeds(stage, troublesOf(stage.world)),
  'crash in the middle': (stage) =>
    disturbed(stage, pickNumber(stage.random, 1, 30), () => {
      crash(stage.client);
      return 'crashed';
    }),
  'crash after a commit': async (stage) => {
    stage.client.commitsToLive = pickNumber(stage.random, 1, 15);
    const done = await syncOf(stage, whole);
    stage.client.commitsToLive = null;
    return done;
  },
} as const satisfies Record<string, Play>;

const moves: readonly Deed[] = [
  deedsThere['an entity is new'],
  deedsThere['an entity goes'],
  deedsThere['an entity comes back'],
  deedsThere['an entity is hidden'],
  deedsThere['an entity leaves the list'],
];

/** What else may happen to a sync, since the second edition. */
const laterPlays = {
  'the power goes': (stage) =>
    disturbed(stage, pickNumber(stage.random, 1, 30), () => {
      cutPower(stage.client);
      return 'cut';
    }),
  'edit what is on its way': async (stage) => {
    const { world, client, random } = stage;
    const run = startSync(client, whole);
    let told = 'nothing was';
    await drive(
      world,
      () => run.done,
      () => {
        if (client.book.flying.size > 0 && random() < 0.5) told = editFlying(client, random);
      },
    );
    return told;
  },
  'the network flaps in a sync': async (stage) => {
    const { world, client, random } = stage;
    const run = startSync(client, whole);
    await drive(
      world,
      () => run.done,
      () => {
        if (random() < 0.1) troubles['no network'](stage);
      },
    );
    return 'done';
  },
  'what the account can do changes in a sync': (stage) =>
    disturbed(stage, pickNumber(stage.random, 1, 20), () => abilitiesChange(stage)),
  'the machine sleeps in a sync': (stage) =>
    disturbed(stage, pickNumber(stage.random, 1, 25), () => laterTroubles['the machine sleeps'](stage)),
  'entities come and go while they are listed': async (stage) => {
    const { world, client, random } = stage;
    const run = startSync(client, whole);
    await drive(
      world,
      () => run.done,
      (turn) => {
        if (turn < 10 && random() < 0.3) pickOne(random, moves)(stage);
      },
    );
    return 'done';
  },
  'an answer is lost and others meddle': async (stage) => {
    const { client, random } = stage;
    if (random() < 0.7) unrelateSome(client, random);
    client.faults.push({ on: ['create', 'remove'], kind: 'timeout', when: 'after', skip: 0, times: 2 });
    client.faults.push({
      on: ['probe'],
      kind: 'timeout',
      when: 'before',
      skip: pickNumber(random, 1, 2),
      times: 9,
    });
    const told = await syncOf(stage, { ...whole, mode: 'push' });
    return `${told} ${laterDeedsThere['they meddle with what is in doubt'](stage)}`;
  },
  'crash three times': async (stage) => {
    const { world, client, random } = stage;
    for (let life = 0; life < 3; life += 1) {
      await disturbed(stage, pickNumber(random, 1, 20), () => {
        crash(client);
        if (life > 0) world.seen.add('crashed while it took up its work');
        return 'crashed';
      });
    }
    return 'done';
  },
} as const satisfies Record<string, Play>;

async function syncOf({ world, client }: Stage, task: SyncTask): Promise<string> {
  const run = startSync(client, task);
  await drive(world, () => run.done);
  return run.report === null ? 'no report' : `complete ${run.report.complete}`;
}

/** As long as an attempt fails for a reason that passes it is made again, ten times in all. */
const ATTEMPTS = 10;
const LONG_MS = 76 * 60_000;

async function failForHours(stage: Stage): Promise<string> {
  const { world, client, random } = stage;
  const free = readIntentsNow(client).filter(({ stopped }) => stopped === null);
  if (free.length === 0) return 'nothing pending';
  const pair = pairOf(client, pickOne(random, free));
  const failing = { pair, times: 0 };
  client.faults.length = 0; // an outage would let it go again
  Object.assign(client, { online: true, hasSecret: true, account: world.home });
  client.failing = failing;
  for (let run = 0; run < ATTEMPTS + 2; run += 1) {
    world.clockOffset += LONG_MS;
    await syncOf(stage, { ...whole, mode: 'push', automatic: true });
  }
  client.failing = null;
  look(world, 'I17');
  if (failing.times > ATTEMPTS) {
    world.violations.push(new Violation('I17', `${client.name}: ${pair} was tried ${failing.times} times`));
  }
  const intent = readIntentsNow(client).find((one) => pairOf(client, one) === pair);
  if (failing.times === ATTEMPTS && intent?.stopped === null) {
    world.violations.push(new Violation('I17', `${client.name}: ${pair} failed ten times and is not parked`));
  }
  if (intent?.stopped === 'parked') world.seen.add('parked after failures');
  return `${pair} failed ${failing.times} times`;
}

function pickSelected({ client, random }: Stage) {
  const ids = readIntentsNow(client).map(({ id }) => id as RelationshipId); // an intent's own
  const only = ids.length === 0 ? [] : [pickOne(random, ids), pickOne(random, ids)];
  return { kind: 'sync', mode: 'push', only } as const;
}

function pickRefresh({ client, random }: Stage): SyncTask {
  const rows = all<{ id: EntityId }>(client.db, 'SELECT id FROM entity ORDER BY id');
  return rows.length === 0 ? whole : { kind: 'refresh', entityId: pickOne(random, rows).id };
}

async function disturbed(stage: Stage, at: number, deed: () => string): Promise<string> {
  const run = startSync(stage.client, whole);
  let told = 'over before';
  await drive(
    stage.world,
    () => run.done,
    (turn) => {
      if (turn === at) told = deed();
    },
  );
  return told;
}

async function withDeeds(stage: Stage, deeds: readonly Deed[]): Promise<string> {
  const { world, client, random } = stage;
  const times = new Set(Array.from({ length: pickNumber(random, 1, 4) }, () => pickNumber(random, 1, 30)));
  const run = startSync(client, whole);
  await drive(
    world,
    () => run.done,
    (turn) => {
      if (times.has(turn)) world.trace.add(`  meanwhile ${pickOne(random, deeds)(stage)}`);
    },
  );
  return `with ${times.size}`;
}

const others = {
  restart: ({ client }) => {
    restart(client);
    return 'done';
  },
  'jump of the clock': ({ world, random }) => {
    const years = pickNumber(random, -10, 10);
    world.clockOffset += Math.round(years * 365.25 * 24 * 3_600_000);
    return `${years} years`;
  },
  'hours pass': ({ world, random }) => {
    world.clockOffset += pickNumber(random, 1, 300) * 60_000;
    return nowIn(world).toISOString() === '' ? '' : 'done';
  },
  'connect again': ({ client }) => {
    for (const intent of readIntentsNow(client)) client.book.fresh.add(pairOf(client, intent));
    return reconnect(client);
  },
  'connect elsewhere': ({ client }) => reconnect(client, true),
  'crash while idle': ({ client }) => {
    crash(client);
    return 'done';
  },
} as const satisfies Record<string, Deed>;

interface Kind {
  readonly name: string;
  readonly weight: number;
  readonly play: Play;
  /** Since which edition it is drawn. */
  readonly since: Edition;
}

function toKinds(deeds: Readonly<Record<string, Deed | Play>>, weight: number, since: Edition = 1): Kind[] {
  return Object.entries(deeds).map(([name, deed]) => ({
    name,
    weight,
    since,
    play: async (stage: Stage) => deed(stage),
  }));
}

/** Every kind of action, with how often it is drawn. */
export const kinds: readonly Kind[] = [
  ...toKinds(edits, 14),
  ...toKinds(deedsThere, 5),
  ...toKinds(troubles, 3),
  ...toKinds(others, 2),
  ...toKinds(plays, 5),
  ...toKinds({ 'fails for hours': failForHours }, 1),
  ...toKinds(laterTroubles, 2.5, 2),
  ...toKinds(laterDeedsThere, 3, 2),
  ...toKinds(laterPlays, 4, 2),
  { name: 'relate', weight: 20, since: 1, play: async ({ client, random }) => relateSome(client, random) },
];

const editions: Readonly<Record<Edition, readonly Kind[]>> = {
  1: kinds.filter(({ since }) => since === 1),
  2: kinds,
};

export function pickKind(random: Random, edition: Edition): Kind {
  const drawn = editions[edition];
  let left = random() * drawn.reduce((sum, { weight }) => sum + weight, 0);
  for (const kind of drawn) {
    left -= kind.weight;
    if (left < 0) return kind;
  }
  return pickOne(random, drawn);
}
