import type { Capabilities } from '../../src-preload/contract/capabilities.ts';
import { createRandom, pickNumber, pickOne, type Random } from '../servers/shared/random.ts';
import { drawMoreAbilities } from './abilities.ts';
import { openClient } from './client.ts';
import { type Edition, latestEdition, types, type World } from './model.ts';
import { createTrace } from './trace.ts';
import { bringEntity, put, type Truth } from './truth.ts';

export interface WorldOptions {
  readonly seed: number;
  /** Years that every clock is off. */
  readonly clockYears?: number;
  readonly keepsLines?: boolean;
  /** The latest where it is left out. */
  readonly edition?: Edition;
}

const YEAR_MS = 365.25 * 24 * 3_600_000;

/** A world as the seed says: what the remote can do, what it holds, and two clients that know nothing yet. */
export function createWorld({
  seed,
  clockYears = 0,
  keepsLines = false,
  edition = latestEdition,
}: WorldOptions): World {
  const random = createRandom(seed * 7919 + 17);
  const later = createRandom(seed * 15_485_863 + 5);
  const drawn = drawCapabilities(random);
  const capabilities = edition === 1 ? drawn : drawMoreAbilities(drawn, later);
  const cascade = random() < 0.5;
  const hasFeed = capabilities.absenceProof === 'probe' && random() < 0.6;
  const hasBatch = random() < 0.3;
  const world: World = {
    seed,
    edition,
    capabilities,
    types: edition === 1 ? types.slice(0, 3) : types,
    kinds: ['asset', 'metric'],
    hasFeed,
    hasBatch,
    home: createTruth('home', capabilities, cascade),
    strange: createTruth('strange', capabilities, cascade),
    clients: [],
    pending: [],
    late: [],
    trace: createTrace(keepsLines),
    violations: [],
    looks: new Map(),
    seen: new Set(),
    order: createRandom(seed * 104_729 + 3),
    tick: 0,
    clockOffset: Math.round(clockYears * YEAR_MS),
    quotaUntil: 0,
  };
  world.home.tick = () => world.tick;
  world.strange.tick = () => world.tick;
  fill(world, random);
  fillSparsely(world, random);
  drawRefusals(world.home, random);
  const isThree = edition > 1 && later() < 0.1;
  if (edition > 1) world.home.clamps = later() < 0.1;
  if (isThree) world.seen.add('three clients');
  for (const name of isThree ? ['one', 'two', 'three'] : ['one', 'two'])
    world.clients.push(openClient(world, name));
  return world;
}

function drawCapabilities(random: Random): Capabilities {
  const typed = random() < 0.6;
  return {
    directed: random() < 0.7,
    typed,
    typeMaxLength: typed && random() < 0.3 ? 4 : null,
    typeRequired: typed && random() < 0.3,
    onePerPair: true,
    self: random() < 0.3,
    allowedPairs: null,
    listedKinds: null,
    clientIds: random() < 0.3,
    absenceProof: random() < 0.5 ? 'probe' : 'probe-and-ends',
    readOnlyReason: random() < 0.02 ? 'This account may only read.' : null,
  };
}

function createTruth(name: string, { directed, typed, clientIds }: Capabilities, cascade: boolean): Truth {
  return {
    name,
    directed,
    typed,
    keepsIds: typed || clientIds,
    usedIds: new Set(),
    cascade,
    entities: new Map(),
    ends: new Map(),
    moments: new Map(),
    lives: new Map(),
    refusedTypes: new Set(),
    refusedPairs: new Set(),
    readOnly: false,
    clamps: false,
    reusedIds: 0,
    givenIds: new Set(),
    nextId: 1,
    log: [],
    epoch: 1,
    changes: 0,
    tick: () => 0,
  };
}

/** Few entities so that what happens meets; in some seeds enough relationships that the guard watches. */
function fill(world: World, random: Random): void {
  const truth = world.home;
  const size = pickNumber(random, 5, 7);
  for (let n = 1; n <= size; n += 1) {
    const kind = n <= 4 ? 'asset' : 'metric';
    bringEntity(truth, kind, String(n), `${kind} ${n}`);
  }
  const drawn = random();
  let count = pickNumber(random, 2, 6);
  if (drawn < 0.3) count = pickNumber(random, 10, 12);
  if (drawn < 0.1) count = pickNumber(random, 22, 26);
  addRelationships(world, truth, random, count);
}

function fillSparsely(world: World, random: Random): void {
  const truth = world.strange;
  for (let n = 1; n <= 3; n += 1) bringEntity(truth, 'asset', String(n), `their ${n}`);
  addRelationships(world, truth, random, 2);
}

function addRelationships({ types }: World, truth: Truth, random: Random, count: number): void {
  const entities = [...truth.entities.values()];
  for (let n = 0; n < count; n += 1) {
    const source = pickOne(random, entities);
    const target = pickOne(
      random,
      entities.filter((entity) => entity !== source),
    );
    put(truth, source, target, truth.typed ? pickOne(random, types) : null);
  }
}

function drawRefusals(truth: Truth, random: Random): void {
  if (random() < 0.1) truth.refusedPairs.add('metric metric');
}
