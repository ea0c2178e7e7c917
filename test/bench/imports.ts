import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createBackend } from '../../src-main/backend/index.ts';
import type { Answer, BackendChannel, Params } from '../../src-preload/contract/requests.ts';
import { writeLargeWorkspace } from '../support/large-workspace.ts';
import { createPlainPorts, showLog } from '../support/plain-ports.ts';
import { inTurns, type Measured } from './figure.ts';
import { drawRows, type Pair, toCsv } from './import-rows.ts';

const ENTITIES = 100_000;
const ROWS = 300_000;
const FROM_FILE = 100_000;

/** Importing beside bare inserts, and rows from a file beside it. */
export async function measureImports(folder: string, runs: number): Promise<readonly Measured[]> {
  const [whole, part] = [join(folder, 'whole.csv'), join(folder, 'part.csv')];
  const rows = drawRows(ROWS, ENTITIES);
  writeFileSync(whole, toCsv(rows));
  writeFileSync(part, toCsv(rows.slice(0, FROM_FILE)));
  const imported = await inTurns(
    runs,
    async () => (await timeImport(folder, whole)).commit / ROWS,
    async () => timeBare(folder, rows) / ROWS,
  );
  const fromFile = await inTurns(
    runs,
    async () => {
      const { inspect, commit } = await timeImport(folder, part);
      return (inspect + commit) / FROM_FILE;
    },
    async () => (await timeImport(folder, whole)).commit / ROWS,
  );
  const perRow = (values: readonly number[]) => values.map((value) => value * 1000);
  return [
    {
      name: 'import',
      unit: 'µs/row',
      about: `${ROWS} relationships judged, searchable and with history; peer: bare inserts with the same indexes`,
      budget: 1 / 0.35,
      values: perRow(imported.values),
      peers: perRow(imported.peers),
    },
    {
      name: 'import-csv',
      unit: 'µs/row',
      about: `${FROM_FILE} rows of a CSV file, parsed to committed; peer: the import of ${ROWS}`,
      budget: 3,
      values: perRow(fromFile.values),
      peers: perRow(fromFile.peers),
    },
  ];
}

interface Opened {
  ask<C extends BackendChannel>(channel: C, params: Params<C>): Promise<Answer<C>>;
  close(): Promise<void>;
}

async function openLarge(path: string): Promise<Opened> {
  writeLargeWorkspace({ path, entities: ENTITIES });
  const backend = createBackend(createPlainPorts({ log: showLog }));
  const ask = async <C extends BackendChannel>(channel: C, params: Params<C>): Promise<Answer<C>> => {
    const result = await backend.request(channel, params);
    if (!result.ok) throw new Error(`${channel}: ${result.error.message}`);
    return result.value;
  };
  await ask('workspace:open', { path });
  return { ask, close: () => backend.close() };
}

async function inspect({ ask }: Opened, file: string) {
  const { handle, tables } = await ask('import:inspect', { source: { paths: [file] } });
  const mappings = tables.map(({ mapping }) => mapping);
  return { handle, settings: { mappings, choices: [], kind: 'asset', createMissing: false, local: false } };
}

async function timeImport(folder: string, file: string): Promise<{ inspect: number; commit: number }> {
  const path = join(folder, `${randomUUID()}.weft`);
  const opened = await openLarge(path);
  try {
    const startedAt = performance.now();
    const read = await inspect(opened, file);
    const readAt = performance.now();
    const { counts } = await opened.ask('import:commit', read);
    if (counts.refused + counts.choice + counts.unchanged > 0) throw new Error('Not every row was taken');
    return { inspect: readAt - startedAt, commit: performance.now() - readAt };
  } finally {
    await opened.close();
    rmSync(path, { force: true });
  }
}

/** One prepared statement in one transaction, into a table with the same indexes and the same pragmas. */
function timeBare(folder: string, rows: readonly Pair[]): number {
  const path = join(folder, `${randomUUID()}.db`);
  const binding = process.env['WEFT_SQLITE_BINDING'];
  const db = new Database(path, binding === undefined ? {} : { nativeBinding: binding });
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE local_relationship (id INTEGER PRIMARY KEY, source_id INTEGER NOT NULL, target_id INTEGER NOT NULL,
      slot INTEGER NOT NULL, type_id INTEGER, made_at TEXT NOT NULL, UNIQUE (source_id, target_id, slot)) STRICT;
    CREATE INDEX by_target ON local_relationship (target_id);
    CREATE INDEX by_type ON local_relationship (type_id) WHERE type_id IS NOT NULL;`);
  const insert = db.prepare('INSERT INTO local_relationship VALUES (?, ?, ?, ?, ?, ?)');
  const startedAt = performance.now();
  db.transaction(() => {
    for (const [index, [source, target]] of rows.entries()) {
      insert.run(index + 1, source, target, 1, 1, '2026-03-01T10:00:00.000Z');
    }
  })();
  const took = performance.now() - startedAt;
  db.close();
  rmSync(path, { force: true });
  return took;
}
