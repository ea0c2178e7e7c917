import { dropIntent } from '../../src-main/backend/commands/drop-intent.ts';
import { relate } from '../../src-main/backend/commands/relate.ts';
import { resolveConflict } from '../../src-main/backend/commands/resolve-conflict.ts';
import { retype } from '../../src-main/backend/commands/retype.ts';
import { undoOrRedo } from '../../src-main/backend/commands/undo.ts';
import { unrelate } from '../../src-main/backend/commands/unrelate.ts';
import { RuleError } from '../../src-main/backend/rules/errors.ts';
import { readConflictPage } from '../../src-main/backend/store/conflicts.ts';
import { StoreError } from '../../src-main/backend/store/errors.ts';
import { readHeldPage, releaseHeldRemoval } from '../../src-main/backend/store/held-removals.ts';
import { all, count, first } from '../../src-main/backend/store/sql.ts';
import {
  type ConflictChoice,
  type ConnectionId,
  type EntityId,
  LOCAL_CONNECTION_ID,
  type RelationshipId,
} from '../../src-preload/contract/model.ts';
import { pickOne, type Random } from '../servers/shared/random.ts';
import { toContext } from './client.ts';
import { checkTurn, noteRelease } from './invariants.ts';
import { nowIn, type SimClient } from './model.ts';
import { readThere, toPair, toValue } from './truth.ts';
import { Violation } from './violation.ts';
import { fail, look, pairOf, readBase, readIntentsNow } from './watch.ts';

/** Runs a command of the user's: a rule may refuse it; every other error is a defect. */
function command(client: SimClient, body: () => void): string {
  const { book, world } = client;
  checkTurn(client);
  book.isCommanding = true;
  try {
    body();
    return 'done';
  } catch (error) {
    if (error instanceof RuleError) return `refused: ${error.code}`;
    if (error instanceof StoreError) return `refused: ${error.kind}`;
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    world.violations.push(new Violation('defect', `A command threw: ${told}`));
    return 'defect';
  } finally {
    checkTurn(client);
    book.isCommanding = false;
  }
}

/** What the user wants of a pair now, as far as the rules remember. */
function readWish(client: SimClient, pair: string): string {
  return client.book.wishes.get(pair)?.value ?? readBase(client).get(pair) ?? 'absent';
}

/** An edit that meets a write of the same pair on its way, or one whose answer was lost. */
function noteMeeting({ book, world }: SimClient, pair: string): void {
  book.doneInRun.delete(pair);
  if (book.lost.get(pair) === 'create') world.seen.add('edited what was created in doubt');
  if (book.flying.has(pair)) world.seen.add('edited while it was on its way');
}

function setWish(client: SimClient, pair: string, before: string, value: string): void {
  if (before === value) return;
  noteMeeting(client, pair);
  const takenBack = (readBase(client).get(pair) ?? 'absent') === value;
  client.book.wishes.set(pair, { value, takenBack });
  if (client.book.runSince === null) client.book.fresh.add(pair);
}

/** A command about one pair that leaves the user wanting `value()` of it, and one more entry to undo. */
function commandAbout(client: SimClient, pair: string, body: () => void, value: () => string): string {
  return command(client, () => {
    const before = readWish(client, pair);
    const entries = countCommands(client);
    body();
    const after = value();
    setWish(client, pair, before, after);
    if (countCommands(client) > entries) noteEntry(client, pair, before, after);
  });
}

function countCommands({ db }: SimClient): number {
  return count(db, "SELECT COUNT(*) FROM history WHERE actor = 'user'");
}

function noteEntry({ book }: SimClient, pair: string, before: string, after: string): void {
  book.entries = [
    ...book.entries.filter(({ state }) => state === 'done'),
    { pair, before, after, state: 'done' },
  ];
}

const LOCAL = 'local';

function listEntities({ db }: SimClient): { id: EntityId; kind: string; remoteId: string }[] {
  return all<{ id: EntityId; kind: string; remoteId: string }>(
    db,
    "SELECT id, kind, remote_id AS remoteId FROM entity WHERE presence <> 'unlisted' ORDER BY id",
  );
}

export function relateSome(client: SimClient, random: Random, local = false): string {
  const entities = listEntities(client);
  if (entities.length < 2) return 'nothing to relate';
  const [source, target] = [pickOne(random, entities), pickOne(random, entities)];
  const { capabilities } = client.world;
  const type = random() < 0.1 && !local ? null : pickOne(random, client.world.types);
  const params = { sourceId: source.id, targetId: target.id, type, local };
  const pair = local ? LOCAL : toPair(client.world.home, source, target);
  const value = toValue({ type: capabilities.typed ? type : null });
  const done = commandAbout(
    client,
    pair,
    () => void relate(toContext(client), params),
    () => (local ? 'absent' : value),
  );
  return `${pair} ${type} ${done}`;
}

interface ShownRow {
  readonly id: RelationshipId;
  readonly connectionId: ConnectionId;
  readonly sourceId: number;
  readonly targetId: number;
}

function readShown({ db }: SimClient): ShownRow[] {
  return all<ShownRow>(
    db,
    `SELECT id, connection_id AS connectionId, source_id AS sourceId, target_id AS targetId
     FROM shown_relationship ORDER BY id`,
  );
}

function pairOfShown(client: SimClient, row: ShownRow): string {
  return row.connectionId === LOCAL_CONNECTION_ID ? LOCAL : pairOf(client, row);
}

export function unrelateSome(client: SimClient, random: Random, shown = readShown(client)): string {
  if (shown.length === 0) return 'nothing to remove';
  const row = pickOne(random, shown);
  const pair = pairOfShown(client, row);
  const body = () => void unrelate(toContext(client), row.id);
  return `${pair} ${commandAbout(client, pair, body, () => 'absent')}`;
}

/** Edits one relationship that is on its way. */
export function editFlying(client: SimClient, random: Random): string {
  const { flying } = client.book;
  const rows = readShown(client).filter((row) => flying.has(pairOfShown(client, row)));
  return random() < 0.5 ? unrelateSome(client, random, rows) : retypeSome(client, random, rows);
}

export function retypeSome(client: SimClient, random: Random, shown = readShown(client)): string {
  if (shown.length === 0) return 'nothing to change';
  const row = pickOne(random, shown);
  const pair = pairOfShown(client, row);
  const type = random() < 0.1 ? null : pickOne(random, client.world.types);
  const before = readWish(client, pair);
  const isKept = client.world.capabilities.typed && before !== 'absent' && pair !== LOCAL;
  const value = () => (isKept ? toValue({ type }) : before);
  const done = commandAbout(client, pair, () => void retype(toContext(client), row.id, type), value);
  return `${pair} ${type} ${done}`;
}

export function undoOrRedoOne(client: SimClient, direction: 'undo' | 'redo'): string {
  const { entries } = client.book;
  const entry =
    direction === 'undo'
      ? entries.findLast(({ state }) => state === 'done')
      : entries.find(({ state }) => state === 'undone');
  const done = command(client, () => {
    const before = entry === undefined ? '' : readWish(client, entry.pair);
    const state = entry === undefined ? nothingBefore : readBefore(client, entry.pair);
    undoOrRedo(toContext(client), direction);
    if (entry === undefined) throw new Error(`There was nothing to ${direction}`);
    const value = direction === 'undo' ? entry.before : entry.after;
    const isWish = entry.pair !== LOCAL && entry.before !== entry.after; // a decision may change no wish
    if (isWish) checkTakenBack(client, entry.pair, value, state);
    if ((readBase(client).get(entry.pair) ?? 'absent') === before)
      client.world.seen.add('taken back after a sync');
    entry.state = direction === 'undo' ? 'undone' : 'done';
    if (entry.pair !== LOCAL) setWish(client, entry.pair, before, value);
  });
  if (entry !== undefined && done !== 'done' && !isForbiddenByNow(client, done)) {
    client.world.violations.push(
      new Violation('I1', `${direction} of a change of ${entry.pair} ended in ${done}`),
    );
  }
  return `${entry?.pair ?? 'nothing'} ${done}`;
}

/** What the remote takes no more is not made again by undo or redo either, and they say so. */
function isForbiddenByNow({ world }: SimClient, done: string): boolean {
  const codes = ['type-too-long', 'type-missing', 'pair-not-allowed', 'read-only'];
  return world.edition > 1 && codes.some((code) => done === `refused: ${code}`);
}

interface Before {
  readonly entries: number;
  /** An attempt is under way, whose fate has to be asked for in any case. */
  readonly isOpen: boolean;
}

const nothingBefore: Before = { entries: 0, isOpen: false };

function readBefore(client: SimClient, pair: string): Before {
  const rows = all<{ sourceId: number; targetId: number }>(
    client.db,
    'SELECT source_id AS sourceId, target_id AS targetId FROM intent WHERE sent = 1 OR replacing > 0',
  );
  const isOpen = rows.some((row) => pairOf(client, row) === pair);
  return { entries: count(client.db, 'SELECT COUNT(*) FROM history'), isOpen };
}

/** What never left is cancelled, what is base by now is wished anew, and history goes on. */
function checkTakenBack(client: SimClient, pair: string, value: string, { entries, isOpen }: Before): void {
  look(client.world, 'I22');
  const intent = readIntentsNow(client).find((one) => pairOf(client, one) === pair);
  const pending = intent === undefined ? null : toValue(intent.present === 1 ? intent : null);
  const base = readBase(client).get(pair) ?? 'absent';
  const expected = base === value && !isOpen ? null : value;
  if (pending !== expected) {
    fail(client, 'I22', `taken back to ${value} with base ${base}, ${pair} is pending as ${pending}`);
  }
  const more = count(client.db, 'SELECT COUNT(*) FROM history') - entries;
  if (more < 1) fail(client, 'I22', `taking back ${pair} left no entry in history`);
}

export function dropOne(client: SimClient, random: Random): string {
  const intents = readIntentsNow(client);
  if (intents.length === 0) return 'nothing to drop';
  const intent = pickOne(random, intents);
  const pair = pairOf(client, intent);
  const base = () => readBase(client).get(pair) ?? 'absent';
  const id = intent.id as RelationshipId; // the intent's own
  return `${pair} ${commandAbout(client, pair, () => dropIntent(toContext(client), id), base)}`;
}

/** More than a small world ever has. */
const whole = { offset: 0, limit: 1000 };

function readThereValue({ world }: SimClient, pair: string): string {
  return toValue(readThere(world.home, pair));
}

/** What a conflict says to be there. */
function readTold({ db }: SimClient, id: number): string {
  const row = first<{ sides: string }>(db, 'SELECT sides FROM conflict WHERE id = :id', { id });
  const sides = JSON.parse(row?.sides ?? '{}') as { remote?: { present: boolean; type: string | null } }; // written by saveConflict only
  return toValue(sides.remote?.present === true ? sides.remote : null);
}

/** Decides one open conflict. */
export function resolveOne(client: SimClient, random: Random, keep: ConflictChoice): string {
  const conflicts = readConflictPage(client.db, whole).rows;
  if (conflicts.length === 0) return 'no conflict';
  const { id, relationshipId } = pickOne(random, conflicts);
  const intent = readIntentsNow(client).find((one) => one.id === relationshipId);
  if (intent === undefined) {
    client.world.violations.push(new Violation('I25', `The conflict ${id} is about no pending change`));
    return 'a conflict about nothing';
  }
  const pair = pairOf(client, intent);
  const wanted = readWish(client, pair);
  if (readThereValue(client, pair) !== readTold(client, id))
    client.world.seen.add('decided on what has changed since');
  const value = () => (keep === 'remote' ? (readBase(client).get(pair) ?? 'absent') : wanted);
  const done = commandAbout(client, pair, () => resolveConflict(toContext(client), id, keep), value);
  client.book.fresh.delete(pair); // a wish that is kept although an end is gone waits for that end
  return `${pair} ${done}`;
}

export function releaseAll(client: SimClient): string {
  const held = readHeldPage(client.db, whole).rows.filter(({ released }) => !released);
  if (held.length === 0) return 'nothing held';
  return command(client, () => {
    for (const { id } of held) releaseHeldRemoval(client.db, id, nowIn(client.world).toISOString());
    noteRelease(client);
  });
}
