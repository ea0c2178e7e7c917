import type { CommandContext } from '../../src-main/backend/commands/context.ts';
import { must } from '../../src-main/backend/must.ts';
import type { Remote } from '../../src-main/backend/remote/remote.ts';
import {
  dropOpenSweeps,
  readCapabilities,
  readConnection,
  saveConnection,
  updateConnectionAccess,
} from '../../src-main/backend/store/connections.ts';
import { forgetFeedPosition } from '../../src-main/backend/store/feeds.ts';
import { releaseParked } from '../../src-main/backend/store/retries.ts';
import { all, first, type WritableDb } from '../../src-main/backend/store/sql.ts';
import { reportUnstarted, runSync, type SyncTask } from '../../src-main/backend/sync/run.ts';
import { createSchedule } from '../../src-main/backend/sync/schedule.ts';
import { type Capabilities, localCapabilities } from '../../src-preload/contract/capabilities.ts';
import {
  type ConnectionId,
  type EntityId,
  LOCAL_CONNECTION_ID,
  type SyncReport,
} from '../../src-preload/contract/model.ts';
import { createRandom, pickUuid } from '../servers/shared/random.ts';
import { checkTurn, createBook, noteRunEnd, noteRunStart } from './invariants.ts';
import { nowIn, type SimClient, type SimRun, type World } from './model.ts';
import { createSimRemote } from './sim-remote.ts';
import { Violation } from './violation.ts';
import { pairOf, readIntentsNow } from './watch.ts';
import { takeMemory } from './workspace-memory.ts';

/** The one connection that a client begins with. */
function fill(db: WritableDb): void {
  saveConnection(db, {
    name: 'simulated',
    remote: 'clickie',
    url: 'https://example.com',
    scope: '1',
    secretReference: 'none',
    identity: 'home',
    rate: 5,
    now: '2026-01-01T00:00:00.000Z',
  });
}

export function openClient(world: World, name: string): SimClient {
  const memory = takeMemory(fill);
  const client: SimClient = {
    world,
    name,
    connectionId: 0 as ConnectionId, // read below, once there is a handle
    faults: [],
    book: createBook(),
    memory,
    db: {} as WritableDb, // begun below: a handle and a remote need their client
    schedule: createSchedule(),
    remote: {} as Remote,
    life: 0,
    account: world.home,
    swappedAt: -1,
    hasSecret: true,
    online: true,
    staleSince: 0,
    commitsToLive: null,
    failing: null,
    runs: [],
    ids: createRandom(world.seed * 31 + world.clients.length),
    luck: createRandom(world.seed * 37 + world.clients.length),
  };
  beginLife(client);
  const row = must(
    first<{ id: ConnectionId }>(client.db, "SELECT id FROM connection WHERE name = 'simulated'"),
    'the connection',
  );
  return Object.assign(client, { connectionId: row.id });
}

/** What a program that starts makes for itself; the earlier life's handle is dead from now on. */
function beginLife(client: SimClient): void {
  const { life } = client;
  client.db = client.memory.openLife(
    () => client.life !== life,
    () => noteCommit(client, life),
  );
  client.schedule = createSchedule();
  client.remote = createSimRemote(client.world, client);
}

/** Lets the program die right after a commit, in the middle of whatever it does next. */
function noteCommit(client: SimClient, life: number): void {
  if (client.life !== life || client.commitsToLive === null) return;
  client.commitsToLive -= 1;
  if (client.commitsToLive <= 0) crash(client);
}

/** The program ends without any clean-up and starts again on what was committed. */
export function crash(client: SimClient): void {
  checkTurn(client);
  client.world.trace.add(`  ${client.name} crashes`);
  reopen(client);
}

/**
 * The power goes: what was committed without waiting for the disk may be gone, with what the rules know of it. A wish
 * that came true in it is pending again.
 */
export function cutPower(client: SimClient): void {
  checkTurn(client);
  const { book, memory, world } = client;
  const isLost = memory.cutPower();
  memory.audit.take();
  world.trace.add(`  ${client.name} loses power ${isLost}`);
  if (isLost) world.seen.add('a power cut took something back');
  book.ids.clear();
  book.names.clear();
  book.listed.clear();
  book.pages = [];
  reopen(client);
  for (const intent of readIntentsNow(client)) {
    const pair = pairOf(client, intent);
    const former = book.former.get(pair);
    if (former !== undefined && !book.wishes.has(pair)) book.wishes.set(pair, former);
  }
}

/** A new life on what is kept. Syncs of the earlier life never end. */
function reopen(client: SimClient): void {
  client.life += 1;
  client.commitsToLive = null;
  for (const run of client.runs) run.done = true;
  client.runs = [];
  noteRunEnd(client);
  beginLife(client);
}

/** The user quits while nothing runs, and starts the program again. */
export function restart(client: SimClient): void {
  checkTurn(client);
  reopen(client);
}

/** What commands get from the session. */
export function toContext(client: SimClient): CommandContext {
  const { db, world } = client;
  return {
    db,
    now: nowIn(world).toISOString(),
    capabilitiesOf: (id) => (id === LOCAL_CONNECTION_ID ? localCapabilities : readKnown(client)),
  };
}

/** What the account was last told to be able to do. */
function readKnown({ db, connectionId, remote, world }: SimClient): Capabilities {
  return world.edition === 1 ? world.capabilities : readCapabilities(db, connectionId, remote.capabilities);
}

/** Asks for a sync; it goes on while others do things. */
export function startSync(client: SimClient, task: SyncTask): SimRun {
  const run: SimRun = { life: client.life, done: false, report: null };
  client.runs = [...client.runs.filter(({ done }) => !done), run];
  const body = (signal: AbortSignal) => runOne(client, task, signal, run.life);
  client.schedule.run(client.connectionId, body).then(
    (report) => end(client, run, report),
    (error: unknown) => {
      if (client.life === run.life) {
        const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
        client.world.violations.push(new Violation('defect', `A sync threw: ${told}`));
      }
      run.done = true;
    },
  );
  return run;
}

function end(client: SimClient, run: SimRun, report: SyncReport): void {
  run.done = true;
  if (client.life !== run.life) return;
  run.report = report;
  const outlook = report.outlook?.replace(/before [^ ]+Z/, 'before then') ?? null;
  const told = { ...report, startedAt: '', finishedAt: '', outlook };
  client.world.trace.add(`  ${client.name} reports ${JSON.stringify(told)}`);
  for (const { code } of report.failed) client.world.seen.add(`failure: ${code}`);
}

async function runOne(
  client: SimClient,
  task: SyncTask,
  signal: AbortSignal,
  life: number,
): Promise<SyncReport> {
  if (client.life !== life) return await new Promise(() => undefined);
  const { db, world, remote, connectionId } = client;
  const connection = readConnection(db, connectionId);
  if (!client.hasSecret) {
    const failure = { code: 'needs-secret', message: 'The key is not at hand.' };
    return reportUnstarted(db, connection, nowIn(world).toISOString(), failure);
  }
  noteRunStart(client, task);
  const clock = { now: () => nowIn(world), sleep: async () => undefined };
  const newId = () => pickUuid(client.ids);
  const report = await runSync({
    db,
    remote,
    clock,
    newId,
    connection,
    signal,
    task,
    withheld: null,
    random: client.luck,
    focus: pickFocus(client),
    onProgress: () => undefined,
  });
  if (client.life === life) {
    checkTurn(client);
    noteRunEnd(client);
  }
  return report;
}

/** Some of what there is happens to be on screen. */
function pickFocus({ db, luck }: SimClient): EntityId[] {
  const rows = all<{ id: EntityId }>(db, 'SELECT id FROM entity ORDER BY id');
  return rows.filter(() => luck() < 0.2).map(({ id }) => id);
}

/**
 * The user connects the same account again: what showed that it cannot write is forgotten, and what failed goes at once.
 * At another address everything is read before anything is sent.
 */
export function reconnect(client: SimClient, isElsewhere = false): string {
  const { db, connectionId, world } = client;
  client.hasSecret = true;
  const rebaseSince = isElsewhere ? nowIn(world).toISOString() : null;
  if (isElsewhere) {
    dropOpenSweeps(db, connectionId);
    forgetFeedPosition(db, connectionId);
  }
  updateConnectionAccess(db, connectionId, {
    url: 'https://example.com',
    secretReference: 'none',
    identity: world.home.name,
    identityLabel: 'Simulated',
    options: readConnection(db, connectionId).options,
    rebaseSince,
  });
  releaseParked(db, connectionId);
  return 'done';
}
