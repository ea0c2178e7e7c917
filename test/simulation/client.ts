import Database from 'better-sqlite3';
import type { CommandContext } from '../../src-main/backend/commands/context.ts';
import { must } from '../../src-main/backend/must.ts';
import type { Remote } from '../../src-main/backend/remote/remote.ts';
import {
  readConnection,
  saveConnection,
  updateConnectionAccess,
} from '../../src-main/backend/store/connections.ts';
import { migrate } from '../../src-main/backend/store/migrate.ts';
import type { WritableDb } from '../../src-main/backend/store/sql.ts';
import { reportUnstarted, runSync, type SyncTask } from '../../src-main/backend/sync/run.ts';
import { createSchedule } from '../../src-main/backend/sync/schedule.ts';
import { localCapabilities } from '../../src-preload/contract/capabilities.ts';
import { type ConnectionId, LOCAL_CONNECTION_ID, type SyncReport } from '../../src-preload/contract/model.ts';
import { createRandom, pickUuid } from '../servers/shared/random.ts';
import { type Audit, installAudit } from './audit.ts';
import { checkTurn, createBook, noteRunEnd, noteRunStart } from './invariants.ts';
import { nowIn, type SimClient, type SimRun, type World } from './model.ts';
import { createSimRemote } from './sim-remote.ts';
import { Violation } from './violation.ts';

let template: Buffer | null = null;

/** A workspace with its schema and one connection, prepared once. */
function readTemplate(): Buffer {
  if (template !== null) return template;
  const db = new Database(':memory:') as unknown as WritableDb; // nothing else has this handle
  migrate(db);
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
  template = db.serialize();
  db.close();
  return template;
}

export function openClient(world: World, name: string): SimClient {
  const opened = openFile(readTemplate());
  const client: SimClient = {
    world,
    name,
    connectionId: must(opened.connectionId, 'the connection'),
    faults: [],
    book: createBook(),
    db: opened.db,
    audit: opened.audit,
    schedule: createSchedule(),
    remote: {} as Remote, // replaced by the next line but one: a remote needs its client
    life: 0,
    account: world.home,
    hasSecret: true,
    online: true,
    staleSince: 0,
    commitsToLive: null,
    runs: [],
    ids: createRandom(world.seed * 31 + world.clients.length),
  };
  client.remote = createSimRemote(world, client);
  watchCommits(client);
  return client;
}

function openFile(file: Buffer): { db: WritableDb; audit: Audit; connectionId: ConnectionId | undefined } {
  const db = new Database(file) as unknown as WritableDb; // nothing else has this handle
  db.pragma('foreign_keys = ON');
  const row = db.prepare("SELECT id FROM connection WHERE name = 'simulated'").get();
  const { id } = row as { id: ConnectionId }; // the template has it
  return { db, audit: installAudit(db), connectionId: id };
}

/** Lets the program die right after a commit, in the middle of whatever it does next. */
function watchCommits(client: SimClient): void {
  const { db } = client;
  const original = db.transaction.bind(db);
  const transaction = (body: () => unknown) => {
    const made = original(body);
    const immediate = () => {
      const result = made.immediate();
      if (!db.inTransaction) noteCommit(client, db);
      return result;
    };
    return { immediate };
  };
  Object.defineProperty(db, 'transaction', { value: transaction });
}

function noteCommit(client: SimClient, db: WritableDb): void {
  if (client.db !== db || client.commitsToLive === null) return;
  client.commitsToLive -= 1;
  if (client.commitsToLive <= 0) crash(client);
}

/** The program ends without any clean-up and starts again on what was committed. */
export function crash(client: SimClient): void {
  checkTurn(client);
  client.world.trace.add(`  ${client.name} crashes`);
  reopen(client);
}

/** A new life on a copy of the file as it is. Syncs of the earlier life never end. */
function reopen(client: SimClient): void {
  const file = client.db.serialize();
  client.life += 1;
  client.commitsToLive = null;
  for (const run of client.runs) run.done = true;
  client.runs = [];
  noteRunEnd(client);
  const opened = openFile(file);
  client.db = opened.db;
  client.audit = opened.audit;
  client.schedule = createSchedule();
  client.remote = createSimRemote(client.world, client);
  watchCommits(client);
}

/** The user quits while nothing runs, and starts the program again. */
export function restart(client: SimClient): void {
  checkTurn(client);
  const { db } = client;
  reopen(client);
  db.close();
}

/** What commands get from the session. */
export function toContext(client: SimClient): CommandContext {
  const { db, world } = client;
  return {
    db,
    now: nowIn(world).toISOString(),
    capabilitiesOf: (id) => (id === LOCAL_CONNECTION_ID ? localCapabilities : world.capabilities),
  };
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
  const told = { ...report, startedAt: '', finishedAt: '' };
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
    onProgress: () => undefined,
  });
  if (client.life === life) {
    checkTurn(client);
    noteRunEnd(client);
  }
  return report;
}

/** The user connects the same account again: what showed that it cannot write is forgotten. */
export function reconnect(client: SimClient): string {
  client.hasSecret = true;
  const access = { url: 'https://example.com', secretReference: 'none', identity: client.world.home.name };
  updateConnectionAccess(client.db, client.connectionId, access);
  return 'done';
}
