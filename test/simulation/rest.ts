import { hasOpenConflict } from '../../src-main/backend/store/conflicts.ts';
import { readConnection } from '../../src-main/backend/store/connections.ts';
import { all, count } from '../../src-main/backend/store/sql.ts';
import type { SyncTask } from '../../src-main/backend/sync/run.ts';
import type { RelationshipId } from '../../src-preload/contract/model.ts';
import { pickOne, type Random } from '../servers/shared/random.ts';
import { allowEverything } from './abilities.ts';
import { reconnect, startSync } from './client.ts';
import { releaseAll, resolveOne } from './commands.ts';
import { checkStep } from './invariants.ts';
import type { SimClient, World } from './model.ts';
import { drive, throwIfViolated } from './scheduler.ts';
import { endsOf, isAlive, listedEntities, pairsThere, readThere, toName, toValue } from './truth.ts';
import { Violation } from './violation.ts';
import { look, pairOf, readBase, readIntentsNow } from './watch.ts';

/** More rounds of syncs than two clients need to agree once nobody does anything any more. */
const ROUNDS = 8;
const HOURS_MS = 25 * 3_600_000;

const whole: SyncTask = { kind: 'sync', mode: 'both', only: null };

/**
 * Faults end. After some syncs nothing changes any more, and what is here is what is there but for what waits for the
 * user. The user decides, releases and pushes all of that; then there is no difference left, and a further sync does
 * nothing.
 */
export async function comeToRest(world: World, random: Random): Promise<void> {
  endTrouble(world);
  await syncUntilSteady(world);
  for (const client of world.clients) checkAgreement(client, readWaiting(client));
  world.home.refusedPairs.clear();
  world.home.refusedTypes.clear();
  if (world.edition > 1) allowEverything(world);
  for (let round = 0; round < ROUNDS && world.clients.some(isWaiting); round += 1) {
    for (const client of world.clients) await decide(client, round < 2 ? random : null);
    await syncUntilSteady(world);
  }
  for (const client of world.clients) {
    checkAgreement(client, readUnproved(client));
    checkEntities(client);
    checkNothingWaits(client);
    checkFile(client);
  }
}

function endTrouble(world: World): void {
  for (const late of world.late.splice(0)) late();
  const { home } = world;
  home.readOnly = false;
  home.clamps = false;
  world.quotaUntil = 0;
  for (const entity of home.entities.values()) Object.assign(entity, { listed: true, visible: true });
  if (!world.kinds.includes('metric')) world.kinds.push('metric');
  for (const client of world.clients) {
    client.faults.length = 0;
    Object.assign(client, { online: true, hasSecret: true, account: home, commitsToLive: null });
    reconnect(client);
  }
}

async function syncAll(world: World): Promise<void> {
  world.clockOffset += HOURS_MS;
  for (const client of world.clients) {
    const run = startSync(client, whole);
    await drive(world, () => run.done);
    checkStep(client);
  }
  throwIfViolated(world);
}

/** Until a round of syncs sends no write and changes no row. */
async function syncUntilSteady(world: World): Promise<void> {
  let before = toSignature(world);
  for (let round = 0; round < ROUNDS; round += 1) {
    await syncAll(world);
    const now = toSignature(world);
    look(world, 'I6');
    if (now === before) return;
    before = now;
  }
  throw new Violation('I6', `After ${ROUNDS} rounds of syncs something still changes.`);
}

/** Everything that another sync may not change. */
function toSignature(world: World): string {
  return [world.home.changes, ...world.clients.map((client) => JSON.stringify(readRows(client)))].join('\n');
}

const tables = {
  entity: 'id, kind, remote_id, name, archived, presence, fields',
  relationship: '*',
  intent: '*',
  local_relationship: '*',
  type_mark: '*',
  conflict: 'id, relationship_id, reason, cause, sides, decision',
  held_removal: 'id, connection_id, what, ids, total, released_at',
  history: 'id, label, state',
  history_change: '*',
};

function readRows({ db }: SimClient): unknown[] {
  return Object.entries(tables).map(([table, columns]) => all(db, `SELECT ${columns} FROM ${table}`));
}

/** Pairs about which the user is asked something, or was told why it waits. */
function readWaiting(client: SimClient): Set<string> {
  const { db } = client;
  const held = all<{ sourceId: number; targetId: number }>(
    db,
    `SELECT source_id AS sourceId, target_id AS targetId FROM relationship r WHERE
         r.id IN (SELECT value FROM held_removal, json_each(ids) WHERE what = 'relationships')
         OR r.id IN (SELECT relationship_id FROM conflict WHERE decision IS NULL)
         OR r.source_id IN (SELECT value FROM held_removal, json_each(ids) WHERE what = 'entities')
         OR r.target_id IN (SELECT value FROM held_removal, json_each(ids) WHERE what = 'entities')`,
  );
  const stopped = readIntentsNow(client).filter(
    (intent) => intent.stopped !== null || hasConflict(client, intent.id),
  );
  return new Set([...held, ...stopped].map((row) => pairOf(client, row)));
}

function hasConflict({ db }: SimClient, id: number): boolean {
  return hasOpenConflict(db, id as RelationshipId); // an intent's own
}

function isWaiting(client: SimClient): boolean {
  const { db } = client;
  return readIntentsNow(client).length > 0 || count(db, 'SELECT COUNT(*) FROM held_removal') > 0;
}

/** Base is what is there for all whose ends are there; what is pending says why. */
function checkAgreement(client: SimClient, waiting: ReadonlySet<string>): void {
  const { home } = client.world;
  const base = readBase(client);
  const pairs = new Set([...base.keys(), ...pairsThere(home)]);
  for (const pair of pairs) {
    if (waiting.has(pair) || !isWhole(client, pair)) continue;
    look(client.world, 'I4');
    const [here, there] = [base.get(pair) ?? 'absent', toValue(readThere(home, pair))];
    if (here !== there)
      throw new Violation('I4', `${client.name}: ${pair} is ${here} here and ${there} there`);
  }
  const silent = readIntentsNow(client).filter((intent) => {
    const pair = pairOf(client, intent);
    return !waiting.has(pair) && isWhole(client, pair);
  });
  for (const intent of silent) {
    throw new Violation('I4', `${client.name}: ${pairOf(client, intent)} is pending and nothing says why`);
  }
}

/** Whether both ends are there: what hangs on one that is gone is not shown. */
function isWhole({ world }: SimClient, pair: string): boolean {
  const ends = world.home.ends.get(pair);
  if (ends === undefined)
    return pair.split('>').every((name) => world.home.entities.get(name)?.alive === true);
  return endsOf(world.home, pair).every((end) => isAlive(world.home, end));
}

function checkEntities(client: SimClient): void {
  const { db, world } = client;
  const rows = all<{ kind: string; remoteId: string; name: string; archived: number }>(
    db,
    "SELECT kind, remote_id AS remoteId, name, archived FROM entity WHERE presence = 'listed' AND placeholder = 0",
  );
  const toText = (one: { kind: string; remoteId: string; name: string }, archived: boolean) =>
    `${toName(one)} ${one.name} ${archived}`;
  const here = rows.map((row) => toText(row, row.archived === 1)).toSorted();
  const there = listedEntities(world.home)
    .map((one) => toText(one, one.archived))
    .toSorted();
  if (here.join('\n') === there.join('\n')) return;
  throw new Violation('I4', `${client.name}: entities here ${here.join(', ')}; there ${there.join(', ')}`);
}

/** Changes of type wait as long as the connection has not shown that it can create. */
function readUnproved(client: SimClient): Set<string> {
  if (readConnection(client.db, client.connectionId).createConfirmedAt !== null) return new Set();
  const blocked = readIntentsNow(client).filter(({ stopped }) => stopped === 'blocked');
  return new Set(blocked.map((intent) => pairOf(client, intent)));
}

function checkNothingWaits(client: SimClient): void {
  for (const intent of readIntentsNow(client)) {
    const pair = pairOf(client, intent);
    look(client.world, 'I25');
    const isAllowed = intent.stopped !== null || hasConflict(client, intent.id);
    if (isWhole(client, pair) && !readUnproved(client).has(pair)) {
      throw new Violation('I17', `${client.name}: ${pair} still waits: ${intent.stopped} ${intent.cause}`);
    }
    if (!isAllowed) throw new Violation('I25', `${client.name}: ${pair} waits and nothing says why`);
  }
}

function checkFile({ db, name }: SimClient): void {
  const found = db.pragma('quick_check(1)', { simple: true });
  if (found !== 'ok') throw new Violation('integrity', `${name}: ${String(found)}`);
}

/** The user decides conflicts (for what the remote has, once patience ends), releases what is held, pushes the rest. */
async function decide(client: SimClient, random: Random | null): Promise<void> {
  const { world } = client;
  for (let left = 40; left > 0; left -= 1) {
    const keep = random === null ? 'remote' : pickOne(random, ['local', 'remote'] as const);
    const told = resolveOne(client, random ?? (() => 0), keep);
    if (told === 'no conflict') break;
    world.trace.add(`${client.name} keeps ${keep}: ${told}`);
  }
  releaseAll(client);
  const only = readIntentsNow(client).map(({ id }) => id as RelationshipId); // an intent's own
  const run = startSync(client, { kind: 'sync', mode: 'push', only });
  await drive(world, () => run.done);
  checkStep(client);
  throwIfViolated(world);
}
