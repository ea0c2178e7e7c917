import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { relate } from '../../src-main/backend/commands/relate.ts';
import { autodeskBatchLimits } from '../../src-main/backend/remote/autodesk/compose.ts';
import type { ChangePage, Remote, ToldRelationship } from '../../src-main/backend/remote/remote.ts';
import { readConnection } from '../../src-main/backend/store/connections.ts';
import { openWorkspace } from '../../src-main/backend/store/database.ts';
import { saveFeedPosition } from '../../src-main/backend/store/feeds.ts';
import { transaction, type WritableDb } from '../../src-main/backend/store/sql.ts';
import { runSync } from '../../src-main/backend/sync/run.ts';
import type { ConnectionId, EntityId } from '../../src-preload/contract/model.ts';
import { createFakeRemote, toFakeEntity } from '../support/fake-remote.ts';
import { createInstantClock } from '../support/instant-clock.ts';
import {
  type LargeEntity,
  type LargeWorkspaceOptions,
  writeLargeWorkspace,
} from '../support/large-workspace.ts';
import { inTurns, type Measured, toRatio } from './figure.ts';

const NOW = '2026-03-01T10:00:00.000Z';
const IDENTITY = 'nobody';
const PAGE = 600;
const kindOf = (n: number) => ['asset', 'metric', 'dashboard', 'collaborator'][n % 4] ?? 'asset';

interface Opened {
  readonly db: WritableDb;
  readonly connectionId: ConnectionId;
  readonly entities: readonly LargeEntity[];
  close(): void;
}

/** A workspace with one connection, by way of the file, as the app has it. */
function openLarge(options: LargeWorkspaceOptions): Opened {
  const entities = writeLargeWorkspace(options);
  const workspace = openFile(options.path);
  const { db } = workspace;
  return { db, connectionId: readOnlyConnection(db), entities, close: workspace.close };
}

function readOnlyConnection(db: WritableDb): ConnectionId {
  return db.prepare("SELECT id FROM connection WHERE name = 'large'").pluck().get() as ConnectionId; // its only one
}

function openFile(path: string) {
  return openWorkspace({ path, nativeBinding: process.env['WEFT_SQLITE_BINDING'] ?? null });
}

/** A remote whose feed tells what is put into `pages`, and that has no entities to list. */
function createTeller(pages: ToldRelationship[][]): Remote {
  const remote = createFakeRemote();
  remote.speakFor(IDENTITY);
  const fetchChanges = async (): Promise<ChangePage> => {
    const present = pages.shift() ?? [];
    return { present, removed: [], nextCursor: 'on', more: pages.length > 0, startsOver: false };
  };
  return { ...remote, kinds: [], feed: { fetchChanges } };
}

async function timeSync(
  { db, connectionId }: Pick<Opened, 'db' | 'connectionId'>,
  remote: Remote,
  mode: 'pull' | 'push' | 'both',
): Promise<number> {
  const startedAt = performance.now();
  const report = await runSync({
    db,
    remote,
    clock: createInstantClock(),
    newId: randomUUID,
    connection: readConnection(db, connectionId),
    signal: new AbortController().signal,
    task: { kind: 'sync', mode, only: null },
    withheld: null,
    onProgress: () => undefined,
  });
  const took = performance.now() - startedAt;
  if (!report.complete) throw new Error(`The sync was not complete: ${JSON.stringify(report.failed)}`);
  return took;
}

/** A page of 600 new relationships applied beside the same rows written bare, each into a file of its own. */
export async function measurePage(folder: string, runs: number): Promise<Measured> {
  const shape = { entities: 10_000, relationships: 30_000 };
  const weft = openLarge({ path: join(folder, 'page.weft'), ...shape });
  const bare = openLarge({ path: join(folder, 'page-bare.weft'), ...shape });
  try {
    saveFeedPosition(weft.db, weft.connectionId, IDENTITY, { cursor: 'on', sweepId: null });
    const pages: ToldRelationship[][] = [];
    const remote = createTeller(pages);
    const write = prepareBarePage(bare);
    let [own, other] = [0, 0];
    // a sync without a page, so that what is measured is the page alone
    const applied = async () => {
      const idle = await timeSync(weft, remote, 'pull');
      pages.push(toPage(weft.entities, own));
      own += 1;
      return Math.max(0.001, (await timeSync(weft, remote, 'pull')) - idle);
    };
    const written = async () => {
      const startedAt = performance.now();
      write(other);
      other += 1;
      return performance.now() - startedAt;
    };
    await applied();
    await written();
    const about = `a page of ${PAGE} relationships applied and committed; peer: the same rows, confirmations and history written bare into the same tables`;
    return { name: 'apply-page', unit: 'ms', about, budget: 3, ...(await inTurns(runs, applied, written)) };
  } finally {
    weft.close();
    bare.close();
  }
}

/** Pairs that no page before has, and that the large workspace drew rarely: a stride for each page. */
function pairsOf(entities: readonly LargeEntity[], page: number): (readonly [number, number])[] {
  return Array.from({ length: PAGE }, (_, n) => {
    const at = page * PAGE + n;
    const source = entities.length - 1 - (at % 5000);
    return [source, (source + 1 + 17 * (1 + Math.floor(at / 5000))) % entities.length] as const;
  });
}

function toPage(entities: readonly LargeEntity[], page: number): ToldRelationship[] {
  return pairsOf(entities, page).map(([source, target]) => ({
    source: { kind: kindOf(source), remoteId: String(source + 1) },
    target: { kind: kindOf(target), remoteId: String(target + 1) },
    type: null,
    remoteId: `${source}-${target}`,
  }));
}

/** As fast as these tables can be written: prepared once, one transaction, the same handle settings and indexes. */
function prepareBarePage({ db, connectionId, entities }: Opened): (page: number) => void {
  const insert = db.prepare(
    `INSERT OR IGNORE INTO relationship (id, connection_id, source_id, target_id, slot, base_present, remote_id)
     VALUES (?, ?, ?, ?, 0, 1, ?)`,
  );
  const confirm = db.prepare('INSERT INTO provenance VALUES (?, ?, ?, ?)');
  const note = db.prepare(
    `INSERT INTO history_change (history_id, at, relationship_id, connection_id, source_id, target_id,
       before_present, before_type, after_present, after_type) VALUES (?, ?, ?, ?, ?, ?, 0, NULL, 1, NULL)`,
  );
  const entry = db.prepare(
    "INSERT INTO history (at, actor, label, state) VALUES (?, 'sync', 'bare', 'recorded')",
  );
  let id = 1_000_000;
  return (page) =>
    transaction(db, () => {
      const historyId = entry.run(NOW).lastInsertRowid;
      for (const [source, target] of pairsOf(entities, page)) {
        const [sourceId, targetId] = [entities[source]?.id, entities[target]?.id];
        id += 1;
        insert.run(id, connectionId, sourceId, targetId, `${source}-${target}`);
        confirm.run(id, connectionId, NOW, NOW);
        note.run(historyId, NOW, id, connectionId, sourceId, targetId);
      }
    });
}

/** A sync with nothing to do beside one ordered scan of all relationships. */
export async function measureIdleSync(
  folder: string,
  runs: number,
  relationships: number,
): Promise<Measured> {
  const path = join(folder, `idle-${relationships}.weft`);
  const weft = openIdle(path, relationships);
  try {
    const remote = createTeller([]);
    const scan = prepareScan(weft.db);
    const peer = async () => {
      const startedAt = performance.now();
      scan(relationships);
      return performance.now() - startedAt;
    };
    const measured = await inTurns(runs, () => timeSync(weft, remote, 'both'), peer);
    const about = `a sync with nothing to do at ${relationships} relationships; peer: one bare ordered scan`;
    return { name: `idle-sync-${relationships}`, unit: 'ms', about, budget: 4, ...measured };
  } finally {
    weft.close();
    rmSync(path, { force: true });
  }
}

function openIdle(path: string, relationships: number): Opened {
  const weft = openLarge({ path, entities: Math.max(1000, relationships / 10), relationships });
  saveFeedPosition(weft.db, weft.connectionId, IDENTITY, { cursor: 'on', sweepId: null });
  return weft;
}

function prepareScan(db: WritableDb): (relationships: number) => void {
  const rows = db
    .prepare(
      `SELECT id, source_id, target_id, slot, base_present, base_type_id, observed_present, observed_type_id, remote_id
       FROM relationship ORDER BY id`,
    )
    .raw();
  return (relationships) => {
    let seen = 0;
    for (const row of rows.iterate()) if (row !== undefined) seen += 1;
    if (seen !== relationships) throw new Error(`${seen} relationships were scanned`);
  };
}

const MOST_MEGABYTES = 500;

/** The memory of a process that does nothing else, beside one that only scans. */
export async function measureIdleMemory(
  folder: string,
  runs: number,
  relationships: number,
): Promise<Measured> {
  const path = join(folder, 'idle-memory.weft');
  openIdle(path, relationships).close();
  const child = join(import.meta.dirname, 'idle-child.ts');
  const read = async (who: 'weft' | 'bare') => {
    const args = ['--disable-warning=ExperimentalWarning', child, who, path, String(relationships)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return Number(stdout.trim()) / 1024;
  };
  const measured = await inTurns(
    runs,
    () => read('weft'),
    () => read('bare'),
  );
  rmSync(path, { force: true });
  return {
    name: `idle-sync-memory-${relationships}`,
    unit: 'MB',
    about: `most memory ever of a process that syncs with nothing to do at ${relationships} relationships; peer: one that scans them; at most ${MOST_MEGABYTES} MB`,
    budget: toRatio(MOST_MEGABYTES, measured.peers),
    judged: 'worst',
    ...measured,
  };
}

/** What the process does whose memory is measured. */
export async function workIdly(who: 'weft' | 'bare', path: string, relationships: number): Promise<void> {
  const { db, close } = openFile(path);
  try {
    if (who === 'bare') prepareScan(db)(relationships);
    else await timeSync({ db, connectionId: readOnlyConnection(db) }, createTeller([]), 'both');
  } finally {
    close();
  }
}

/** So many creates drained beside a tenth of them: a remote in memory, no waiting for the disk. */
export async function measureDrain(folder: string, runs: number, most: number): Promise<Measured> {
  const many = writePending(join(folder, `pending-${most}.weft`), most);
  const few = writePending(join(folder, `pending-${most / 10}.weft`), most / 10);
  const drain = async (pending: Pending) => {
    const path = join(folder, 'drained.weft');
    copyFileSync(pending.path, path);
    const workspace = openFile(path);
    try {
      // how it grows is asked, not how fast the disk is
      workspace.db.pragma('synchronous = OFF');
      return await timeSync({ ...pending, db: workspace.db }, createDrained(pending.entities), 'push');
    } finally {
      workspace.close();
      rmSync(path, { force: true });
    }
  };
  const about = `${most} creates drained in batches as large as Autodesk takes them; peer: Weft itself with ${most / 10}`;
  const measured = await inTurns(
    runs,
    () => drain(many),
    () => drain(few),
  );
  for (const { path } of [many, few]) rmSync(path, { force: true });
  return { name: `drain-${most}`, unit: 'ms', about, budget: 12, ...measured };
}

/** A closed workspace file with pending creates. */
interface Pending extends Pick<Opened, 'connectionId' | 'entities'> {
  readonly path: string;
}

function writePending(path: string, changes: number): Pending {
  const weft = openLarge({ path, entities: 2000 });
  try {
    addIntents(weft, createDrained(weft.entities), changes);
    return { path, connectionId: weft.connectionId, entities: weft.entities };
  } finally {
    weft.close();
  }
}

function createDrained(entities: readonly LargeEntity[]) {
  const listed = entities.map((entity, n) => toFakeEntity(kindOf(n), entity.remoteId));
  const remote = createFakeRemote(listed, { batch: autodeskBatchLimits });
  remote.speakFor(IDENTITY);
  return remote;
}

function addIntents({ db, entities }: Opened, { capabilities }: Remote, changes: number): void {
  const context = { db, now: NOW, capabilitiesOf: () => capabilities };
  transaction(db, () => {
    for (let n = 0; n < changes; n += 1) {
      const source = n % entities.length;
      const target = (source + 1 + Math.floor(n / entities.length)) % entities.length;
      const [sourceId, targetId] = [entities[source]?.id, entities[target]?.id] as EntityId[]; // just written
      if (sourceId === undefined || targetId === undefined) throw new Error('There are too few entities');
      relate(context, { sourceId, targetId, type: null, local: false });
    }
  });
}
