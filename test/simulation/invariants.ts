import { all, count, first } from '../../src-main/backend/store/sql.ts';
import type { SyncTask } from '../../src-main/backend/sync/run.ts';
import type { AuditRow } from './audit.ts';
import { checkCursor, checkFields, checkHalves, checkListing, checkWishKept } from './invariants-kept.ts';
import { type Book, nowIn, type SimClient } from './model.ts';
import { had, toValue, wasAway } from './truth.ts';
import { fail, type IntentNow, look, nameOf, pairOf, readBase, readIntentsNow } from './watch.ts';

export function createBook(): Book {
  return {
    wishes: new Map(),
    flying: new Set(),
    sentInRun: new Map(),
    doneInRun: new Map(),
    listed: new Map(),
    pages: [],
    lost: new Map(),
    former: new Map(),
    fields: new Map(),
    entries: [],
    open: new Map(),
    hasCreated: false,
    isCommanding: false,
    runSince: null,
    runTask: null,
    baseAtStart: new Set(),
    released: new Set(),
    fresh: new Set(),
    resting: new Map(),
    removedInRun: new Set(),
    checkedChanges: -1,
    checks: 0,
    ids: new Map(),
    names: new Map(),
  };
}

export function noteRunStart(client: SimClient, task: SyncTask): void {
  const { book, world } = client;
  if (book.runSince !== null) fail(client, 'I18', 'two syncs of one connection run at the same time');
  look(world, 'I18');
  book.runSince = world.tick;
  book.runTask = task.kind === 'sync' ? { automatic: task.automatic === true } : null;
  book.flying.clear();
  book.sentInRun.clear();
  book.doneInRun.clear();
  book.pages = [];
  client.staleSince = world.tick;
  book.removedInRun = new Set();
  book.baseAtStart = new Set(readBase(client).keys());
  book.released = readReleased(client);
  book.fresh.clear();
  book.resting = task.kind === 'sync' && task.automatic === true ? readResting(client) : new Map();
  world.trace.add(`  ${client.name} syncs ${JSON.stringify(task)}`);
}

export function noteRunEnd({ book }: SimClient): void {
  book.checkedChanges = -1;
  book.runSince = null;
}

/** As the rules say (I17): an hour. */
const LONGEST_WAIT_MS = 3_600_000;

/** What a sync that nobody asked for leaves alone, and until when. */
function readResting(client: SimClient): Map<string, string | null> {
  const now = nowIn(client.world).getTime();
  // what lies further ahead than any wait was put off by a clock that was set back since
  const rests = (at: number) => at > now && at <= now + LONGEST_WAIT_MS;
  const resting = readIntentsNow(client).filter(
    ({ stopped, dueAt }) => stopped === 'parked' || (dueAt !== null && rests(Date.parse(dueAt))),
  );
  return new Map(
    resting.map((intent) => [pairOf(client, intent), intent.stopped === 'parked' ? null : intent.dueAt]),
  );
}

function readReleased(client: SimClient): Set<string> {
  const rows = all<{ sourceId: number; targetId: number }>(
    client.db,
    `SELECT source_id AS sourceId, target_id AS targetId FROM relationship WHERE id IN (
         SELECT value FROM held_removal, json_each(ids) WHERE what = 'relationships' AND released_at IS NOT NULL)`,
  );
  return new Set(rows.map((row) => pairOf(client, row)));
}

/** What the user lets go while a sync runs was asked for too, from then on. */
export function noteRelease(client: SimClient): void {
  for (const pair of readReleased(client)) client.book.released.add(pair);
}

/** Rules about what changed since the last turn. */
export function checkTurn(client: SimClient): void {
  const rows = client.memory.audit.take();
  if (rows.length === 0) return;
  const gone: string[] = [];
  for (const row of rows) {
    if (row.what === 'base') checkBase(client, row);
    if (row.what === 'entity-removed') checkEntityRemoved(client, row);
    if (row.what === 'intent-gone') gone.push(pairOf(client, row));
    const isUsers = row.what === 'wanted' || row.what === 'user-made';
    if (isUsers && !client.book.isCommanding)
      fail(client, 'I1', `a sync changed what only the user makes: ${row.what}`);
    checkKept(client, row);
  }
  if (!client.book.isCommanding) checkWishes(client, rows, gone);
}

/** What a change of a row says was done. */
function checkKept(client: SimClient, { what, id }: AuditRow): void {
  if (what === 'conflict') checkConflict(client, id);
  if (what === 'listing') checkListing(client, id);
  if (what === 'cursor') checkCursor(client);
  if (what === 'fields') checkFields(client, id);
}

/** Base says only what the remote had at some time of this run; a removal beyond the guard's bound was released. */
function checkBase(client: SimClient, row: AuditRow): void {
  const { book, account, world } = client;
  if (book.isCommanding) return; // a decision moves base to what was observed before
  const pair = pairOf(client, row);
  const value = toValue(row.present === 1 ? row : null);
  if (book.runSince === null) {
    fail(client, 'I3', `base of ${pair} changed to ${value} without a sync`);
    return;
  }
  const since = Math.min(book.runSince, client.staleSince);
  look(world, row.present === 1 ? 'I3' : 'I8');
  const isSeen =
    had(world.home, pair, value, since) ||
    (row.present === 1 ? had(account, pair, value, since) : wasEndAway(client, row, since));
  if (!isSeen) {
    const rule = row.present === 1 ? 'I3' : 'I8';
    fail(client, rule, `base of ${pair} became ${value}, which the remote never had since tick ${since}`);
  }
  if (row.present === 0) checkWishKept(client, pair, row);
  if (row.present === 1) book.removedInRun.delete(pair);
  else if (book.baseAtStart.has(pair) && book.wishes.get(pair)?.value !== 'absent') noteRemoval(client, pair);
}

/** An end that is gone takes its relationships along, whatever the remote still keeps of them. */
function wasEndAway(client: SimClient, { sourceId, targetId }: AuditRow, since: number): boolean {
  return [sourceId, targetId].some((id) => wasAway(client.world.home, nameOf(client, id), since));
}

function noteRemoval(client: SimClient, pair: string): void {
  const { book } = client;
  if (book.released.has(pair)) return;
  look(client.world, 'I9');
  book.removedInRun.add(pair);
  const [removed, total] = [book.removedInRun.size, book.baseAtStart.size];
  const isTooMany = (removed === total && total >= 10) || removed > Math.max(20, total / 10);
  if (isTooMany)
    fail(client, 'I9', `${removed} of ${total} relationships were removed here and nobody was asked`);
}

function checkEntityRemoved(client: SimClient, row: AuditRow): void {
  const { book, world } = client;
  const name = nameOf(client, row.id);
  const since = Math.min(book.runSince ?? world.tick, client.staleSince);
  look(world, 'I8');
  if (book.runSince === null) fail(client, 'I8', `${name} was removed without a sync`);
  else if (!wasAway(world.home, name, since)) fail(client, 'I8', `${name} was removed here, but is there`);
}

interface SidesRow {
  readonly sides: string;
  readonly reason: string;
}

function checkConflict(client: SimClient, id: number): void {
  const row = first<SidesRow>(
    client.db,
    'SELECT sides, reason FROM conflict WHERE relationship_id = :id AND decision IS NULL',
    { id },
  );
  if (row === undefined) return;
  look(client.world, 'I11');
  const { local, remote } = JSON.parse(row.sides) as Record<
    'local' | 'remote',
    { present: boolean; type: string | null }
  >; // written by saveConflict only
  if (local.present === remote.present && (!local.present || local.type === remote.type)) {
    fail(client, 'I11', `a conflict about ${id}, although both sides say the same`);
  }
  if (row.reason !== 'removed-there') return;
  look(client.world, 'I10');
  if (!local.present || remote.present)
    fail(client, 'I10', `a removal there beside a wish has sides ${row.sides}`);
}

/** Every wish is pending with what the user wants, or was done, or was taken back and nothing of it is under way. */
export function checkWishes(
  client: SimClient,
  rows: readonly AuditRow[] = [],
  touched: readonly string[] | null = null,
): void {
  const { wishes, open } = client.book;
  if (wishes.size === 0 || touched?.length === 0) return;
  const intents = new Map(readIntentsNow(client).map((intent) => [pairOf(client, intent), intent]));
  const base = readBase(client);
  for (const [pair, wish] of wishes) {
    if (touched !== null && !touched.includes(pair)) continue;
    look(client.world, 'I1');
    const intent = intents.get(pair);
    if (intent !== undefined) {
      const wanted = toValue(intent.present === 1 ? intent : null);
      if (wanted !== wish.value)
        fail(client, 'I1', `the user wants ${pair} ${wish.value}, the outbox says ${wanted}`);
      continue;
    }
    const isDone = (base.get(pair) ?? 'absent') === wish.value || becameSo(client, rows, pair, wish.value);
    if (isDone && open.get(pair)?.reads === 0 && client.book.runSince === null) {
      fail(client, 'I1', `an attempt at ${pair} left and its fate is unknown, but nothing asks for it`);
    }
    if (!isDone && !wish.takenBack)
      fail(client, 'I1', `the wish ${pair} ${wish.value} is neither done nor pending`);
    client.book.former.set(pair, wish);
    wishes.delete(pair);
  }
}

function becameSo(client: SimClient, rows: readonly AuditRow[], pair: string, value: string): boolean {
  return rows.some(
    (row) =>
      row.what === 'base' &&
      toValue(row.present === 1 ? row : null) === value &&
      pairOf(client, row) === pair,
  );
}

/** Rules that hold between any two steps. */
export function checkStep(client: SimClient): void {
  checkTurn(client);
  const changes = count(client.db, 'SELECT total_changes()');
  if (client.book.checkedChanges === changes) return;
  client.book.checkedChanges = changes;
  checkWishes(client);
  checkIds(client);
  checkHalves(client);
  const intents = readIntentsNow(client);
  checkOnePerPair(client, intents);
  for (const intent of intents) {
    checkCause(client, intent);
    checkFresh(client, intent);
    if (!client.book.wishes.has(pairOf(client, intent))) {
      fail(client, 'I1', `the outbox has ${pairOf(client, intent)}, which no user wished`);
    }
  }
  checkEnds(client);
}

function checkOnePerPair(client: SimClient, intents: readonly IntentNow[]): void {
  const pairs = new Set(intents.map((intent) => pairOf(client, intent)));
  if (pairs.size < intents.length)
    fail(client, 'I15', `${intents.length} changes are pending about ${pairs.size} pairs`);
}

function checkCause(client: SimClient, intent: IntentNow): void {
  if (intent.stopped === null) return;
  look(client.world, 'I25');
  if ((intent.cause ?? '') === '')
    fail(client, 'I25', `${pairOf(client, intent)} is stopped and nothing says why`);
}

/** What the user changed, and what is pending once the connection was made anew, goes with the next sync. */
function checkFresh(client: SimClient, intent: IntentNow): void {
  const { failures, dueAt, stopped } = intent;
  if (!client.book.fresh.has(pairOf(client, intent))) return;
  look(client.world, 'I17');
  if (failures > 0 || dueAt !== null || stopped === 'parked') {
    fail(
      client,
      'I17',
      `${pairOf(client, intent)} still waits after ${failures} failures, although there is a new fact`,
    );
  }
}

/** SQLite watches over this with every change; so often it is asked whether it really does. */
const ASKED_EVERY = 10;

function checkEnds(client: SimClient): void {
  client.book.checks += 1;
  if (client.book.checks % ASKED_EVERY !== 0) return;
  const orphans = client.db.pragma('foreign_key_check');
  if (Array.isArray(orphans) && orphans.length > 0)
    fail(client, 'integrity', `${orphans.length} rows point at nothing`);
}

/** A relationship keeps its number, and its intent has the same one. */
function checkIds(client: SimClient): void {
  const { db, book } = client;
  const rows = all<{ id: number; sourceId: number; targetId: number; intentId: number | null }>(
    db,
    `SELECT r.id, r.source_id AS sourceId, r.target_id AS targetId, i.relationship_id AS intentId
       FROM relationship r LEFT JOIN intent i
         ON i.source_id = r.source_id AND i.target_id = r.target_id AND i.slot = r.slot`,
  );
  for (const row of rows) {
    const pair = pairOf(client, row);
    const known = book.ids.get(pair) ?? row.id;
    look(client.world, 'I13');
    book.ids.set(pair, row.id);
    if (known !== row.id) fail(client, 'I13', `${pair} was ${known} and is ${row.id}`);
    if (row.intentId !== null && row.intentId !== row.id) {
      fail(client, 'I13', `${pair} is ${row.id}, its pending change ${row.intentId}`);
    }
  }
}
