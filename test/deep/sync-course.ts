import type { EntitySummary, Relationship } from '../../src-preload/contract/model.ts';
import { seedTiny } from '../servers/clickie/seed.ts';
import {
  allEdges,
  createEdge,
  deleteEdge,
  type Edge,
  type EntityRef,
  entitiesOf,
  entityTypes,
  findEntity,
  mustAccount,
  type Site,
  toKey,
} from '../servers/clickie/site.ts';
import type { FaultRule } from '../servers/clickie/switches.ts';
import { pickNumber, pickOne, type Random } from '../servers/shared/random.ts';
import { AnswerError, type SyncWorld } from '../support/sync-world.ts';

/** What a course did, in order, for whoever has to find out why it failed. */
export interface CourseLog {
  readonly lines: string[];
  /** Pairs that the user had a wish about, such as `assets/10 metrics/5`. */
  readonly wished: Set<string>;
}

interface Actor {
  readonly world: SyncWorld;
  readonly random: Random;
  readonly log: CourseLog;
}

type Act = (actor: Actor) => Promise<string>;

/** What happens in a course, each as often as it is listed. */
const acts: readonly Act[] = [
  relate,
  relate,
  relate,
  unrelate,
  unrelate,
  undo,
  drop,
  colleagueCreates,
  colleagueCreates,
  colleagueDeletes,
  colleagueDeletes,
  colleagueDeletesEntity,
  colleagueClears,
  breakSomething,
  breakSomething,
  breakSomething,
  refuseWrites,
  sync,
  sync,
  sync,
  syncAndCancel,
  editWhileSyncing,
  restart,
];

/** Below this nobody deletes any more, or there would be nothing left to play with. */
const FEWEST_ENTITIES = 6;

const faults: readonly FaultRule['fault'][] = [
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503, headers: { 'retry-after': '1' } },
  { kind: 'status', status: 502, body: 'html' },
  { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
  { kind: 'status', status: 401 },
  { kind: 'drop', at: 'headers' },
  { kind: 'drop', at: 10 },
  { kind: 'captive-portal' },
  { kind: 'garbage' },
  { kind: 'truncated' },
  { kind: 'wrong-types', as: 'nulls' },
  { kind: 'missing-key', key: 'id_child' },
  { kind: 'empty-list' },
  { kind: 'omit-rows', every: 2 },
  { kind: 'repeat-rows' },
  { kind: 'duplicate' },
  { kind: 'bom' },
];

/** A dozen entities with enough relationships that the guard watches over them. */
export function seedCourse(random: Random): Site {
  const site = seedTiny();
  const account = mustAccount(site);
  const all = entityTypes.flatMap((type) => entitiesOf(account, type)).map(({ type, id }) => ({ type, id }));
  for (let n = 0; n < 6; n += 1) {
    const [parent, child] = pickTwo(random, all);
    createEdge(account, { parent, child });
  }
  return site;
}

/** Does `count` things at random: edits here, changes there, faults, syncs, cancelled syncs and restarts. */
export async function runCourse(
  world: SyncWorld,
  random: Random,
  log: CourseLog,
  count: number,
): Promise<void> {
  const actor = { world, random, log };
  for (let n = 0; n < count; n += 1) {
    const act = pickOne(random, acts);
    log.lines.push(await refusedOrDone(act(actor)));
  }
}

/** A request that a rule refuses is part of the game; what is no answer is a failure of the test. */
async function refusedOrDone(done: Promise<string>): Promise<string> {
  try {
    return await done;
  } catch (error) {
    if (!(error instanceof AnswerError) || error.code === 'internal') throw error;
    return `  refused: ${error.code}`;
  }
}

async function relate({ world, random, log }: Actor): Promise<string> {
  // from what is shown here: something of it may be gone there by now
  const page = { search: '', kinds: [], connectionId: null, offset: 0, limit: 500 };
  const [parent, child] = pickTwo(random, (await world.ask('entities:page', page)).rows.map(toRef));
  const edge = { parent, child };
  log.wished.add(toPair(edge));
  log.lines.push(`relate ${toPair(edge)}`);
  await world.relate(toAddress(edge.parent), toAddress(edge.child));
  return '  done';
}

async function unrelate({ world, random, log }: Actor): Promise<string> {
  const { rows } = await world.ask('relationships:page', { entityId: null, offset: 0, limit: 500 });
  if (rows.length === 0) return 'nothing to unrelate';
  const row = pickOne(random, rows);
  log.wished.add(toPairOf(row));
  log.lines.push(`unrelate ${toPairOf(row)} (${row.state})`);
  await world.ask('relationships:unrelate', { id: row.id });
  return '  done';
}

async function undo({ world, random, log }: Actor): Promise<string> {
  const channel = pickOne(random, ['history:undo', 'history:redo'] as const);
  log.lines.push(channel);
  return `  ${(await world.ask(channel, {})).label}`;
}

async function drop({ world, random, log }: Actor): Promise<string> {
  const { rows } = await world.ask('outbox:page', { offset: 0, limit: 500 });
  if (rows.length === 0) return 'nothing to drop';
  const row = pickOne(random, rows);
  log.lines.push(`drop ${row.action} ${row.source.address} → ${row.target.address} (${row.state})`);
  await world.ask('outbox:drop', { id: row.id });
  return '  done';
}

async function colleagueCreates({ world, random }: Actor): Promise<string> {
  const edge = pickEdge(world, random);
  createEdge(mustAccount(world.server.site), edge);
  return `someone creates ${toPair(edge)}`;
}

async function colleagueDeletes({ world, random }: Actor): Promise<string> {
  const account = mustAccount(world.server.site);
  const edges = allEdges(account);
  if (edges.length === 0) return 'nothing for someone to delete';
  const edge = pickOne(random, edges);
  deleteEdge(account, edge);
  return `someone deletes ${toPair(edge)}`;
}

async function colleagueDeletesEntity({ world, random }: Actor): Promise<string> {
  const all = allEntities(world);
  if (all.length <= FEWEST_ENTITIES) return 'nothing more for someone to delete';
  const entity = pickOne(random, all);
  world.server.deleteEntity(entity);
  return `someone deletes ${toKey(entity)}`;
}

async function colleagueClears({ world }: Actor): Promise<string> {
  const account = mustAccount(world.server.site);
  for (const edge of allEdges(account)) deleteEdge(account, edge);
  return 'someone deletes all';
}

async function breakSomething({ world, random }: Actor): Promise<string> {
  const rule: FaultRule = {
    on: random() < 0.6 ? { method: pickOne(random, ['POST', 'DELETE']) } : {},
    skip: pickNumber(random, 0, 12),
    times: pickNumber(random, 1, 8),
    when: pickOne(random, ['before', 'after'] as const),
    fault: pickOne(random, faults),
  };
  world.server.addFault(rule);
  return `fault ${JSON.stringify(rule)}`;
}

/** Aimed at the next writes, because a refusal of a read parks nothing. */
async function refuseWrites({ world, random }: Actor): Promise<string> {
  const status = pickOne(random, [400, 403]);
  const rule: FaultRule = {
    on: { method: pickOne(random, ['POST', 'DELETE']) },
    times: pickNumber(random, 2, 6),
    fault: { kind: 'status', status },
  };
  world.server.addFault(rule);
  return `fault ${JSON.stringify(rule)}`;
}

async function sync({ world, random, log }: Actor): Promise<string> {
  const mode = pickOne(random, ['both', 'both', 'pull', 'push'] as const);
  log.lines.push(`sync ${mode}`);
  const report = await world.sync({ mode });
  return `  complete ${report.complete}, failed ${report.failed.map(({ code }) => code).join(' ')}`;
}

async function syncAndCancel({ world, random, log }: Actor): Promise<string> {
  log.lines.push('sync, cancelled on its way');
  const running = world.sync();
  for (let turn = pickNumber(random, 0, 30); turn > 0; turn -= 1) await world.ask('workspace:status', {});
  await world.ask('sync:cancel', { connectionId: null });
  return `  complete ${(await running).complete}`;
}

async function editWhileSyncing(actor: Actor): Promise<string> {
  const { world, random, log } = actor;
  log.lines.push('sync, with edits meanwhile');
  const running = world.sync();
  for (let turn = pickNumber(random, 1, 6); turn > 0; turn -= 1) {
    const act = pickOne(random, [relate, unrelate, colleagueCreates, colleagueDeletes, drop]);
    log.lines.push(`  ${await refusedOrDone(act(actor))}`);
  }
  return `  complete ${(await running).complete}`;
}

async function restart({ world }: Actor): Promise<string> {
  await world.reopen();
  return 'restart';
}

function pickEdge(world: SyncWorld, random: Random): Edge {
  const [parent, child] = pickTwo(random, allEntities(world));
  return { parent, child };
}

function pickTwo(random: Random, all: readonly EntityRef[]): [EntityRef, EntityRef] {
  const parent = pickOne(random, all);
  const child = pickOne(
    random,
    all.filter((entity) => toKey(entity) !== toKey(parent)),
  );
  return [parent, child];
}

function allEntities(world: SyncWorld): EntityRef[] {
  const account = mustAccount(world.server.site);
  return entityTypes.flatMap((type) => entitiesOf(account, type)).map(({ type, id }) => ({ type, id }));
}

/** The edges of the server whose ends are both still there, such as `assets/10 metrics/5`. */
export function edgesThere(world: SyncWorld): string[] {
  const account = mustAccount(world.server.site);
  return allEdges(account)
    .filter(
      ({ parent, child }) =>
        findEntity(account, parent) !== undefined && findEntity(account, child) !== undefined,
    )
    .map(toPair)
    .toSorted();
}

/** Whether both ends of a relationship that is shown are still on the server. */
export function hasBothEnds(world: SyncWorld, row: Relationship): boolean {
  const account = mustAccount(world.server.site);
  return [row.source, row.target].every((end) => findEntity(account, toRef(end)) !== undefined);
}

function toRef({ address }: EntitySummary): EntityRef {
  const [, kind = '', id = ''] = address.split(':');
  const type = entityTypes.find((name) => name === `${kind}s`);
  if (type === undefined) throw new Error(`The server has no ${kind}`);
  return { type, id: Number(id) };
}

export function toPairOf({ source, target }: Pick<Relationship, 'source' | 'target'>): string {
  const toName = (address: string) => address.replace(/^[^:]+:([^:]+):/, '$1s/');
  return `${toName(source.address)} ${toName(target.address)}`;
}

function toPair({ parent, child }: Edge): string {
  return `${toKey(parent)} ${toKey(child)}`;
}

function toAddress({ type, id }: EntityRef): string {
  return `${type.slice(0, -1)}:${id}`;
}
