import { pickNumber, pickOne } from '../servers/shared/random.ts';
import { type Deed, drawType, type Stage, type World } from './model.ts';
import {
  bringEntity,
  endsOf,
  pairsThere,
  put,
  type ThereEntity,
  take,
  takeEntity,
  toName,
  toPair,
} from './truth.ts';

/** Below this nobody removes entities any more, or there would be nothing left to play with. */
const FEWEST_ENTITIES = 3;

function living({ home }: World): ThereEntity[] {
  return [...home.entities.values()].filter(({ alive }) => alive);
}

function pickLiving({ world, random }: Stage): ThereEntity {
  return pickOne(random, living(world));
}

function withPair(stage: Stage, deed: (pair: string) => void): string {
  const pairs = pairsThere(stage.world.home);
  if (pairs.length === 0) return 'nothing there';
  const pair = pickOne(stage.random, pairs);
  deed(pair);
  return pair;
}

/** What other people do on the remote, by any other program. */
export const deedsThere = {
  'they relate': (stage) => {
    const { home } = stage.world;
    const [source, target] = [pickLiving(stage), pickLiving(stage)];
    if (source === target) return 'one and the same';
    const pair = toPair(home, source, target);
    put(home, source, target, drawType(stage.world, stage.random));
    return pair;
  },
  'they unrelate': (stage) => withPair(stage, (pair) => take(stage.world.home, pair)),
  'they change a type': (stage) =>
    withPair(stage, (pair) => {
      const { home } = stage.world;
      put(home, ...endsOf(home, pair), drawType(stage.world, stage.random));
    }),
  'they remove all': ({ world, random }) => {
    if (random() < 0.5) return 'they think again';
    const pairs = pairsThere(world.home);
    for (const pair of pairs) take(world.home, pair);
    return String(pairs.length);
  },
  'an entity goes': (stage) => {
    if (living(stage.world).length <= FEWEST_ENTITIES) return 'too few';
    const name = toName(pickLiving(stage));
    takeEntity(stage.world.home, name);
    return name;
  },
  'an entity comes back': ({ world, random }) => {
    const gone = [...world.home.entities.values()].filter(({ alive }) => !alive);
    if (gone.length === 0) return 'none is gone';
    const { kind, remoteId, name } = pickOne(random, gone);
    bringEntity(world.home, kind, remoteId, name);
    return remoteId;
  },
  'an entity is new': ({ world, random }) => {
    const { home } = world;
    if (home.entities.size > 9) return 'enough';
    const id = String(home.entities.size + 1);
    bringEntity(home, pickOne(random, world.kinds), id, `new ${id}`);
    return id;
  },
  'an entity is renamed': (stage) => {
    const entity = pickLiving(stage);
    entity.name = `${entity.kind} ${pickNumber(stage.random, 1, 99)}`;
    return entity.name;
  },
  'an entity is archived': (stage) => {
    const entity = pickLiving(stage);
    entity.archived = !entity.archived;
    return toName(entity);
  },
  'an entity leaves the list': (stage) => {
    const entity = pickLiving(stage);
    entity.listed = !entity.listed;
    return toName(entity);
  },
  'an entity is hidden': (stage) => {
    const entity = pickLiving(stage);
    entity.visible = !entity.visible;
    return toName(entity);
  },
} as const satisfies Record<string, Deed>;
