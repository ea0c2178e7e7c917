import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type Database from 'better-sqlite3';

const run = promisify(execFile);
const PACKAGE = '@duckdb/node-api';
const VERSION = '1.5.6-r.1';
/** Of its own, not a dependency: 70 MB that only this peer needs. */
const home = join(import.meta.dirname, '../../.cache/bench-duckdb', VERSION);

/** What is used of DuckDB. */
interface Statement {
  bindInteger(place: number, value: number): void;
  runAndReadAll(): Promise<{ getColumns(): unknown[][] }>;
}
interface Appender {
  appendInteger(value: number): void;
  appendVarchar(value: string): void;
  endRow(): void;
  closeSync(): void;
}
interface Connection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string): Promise<{ getColumns(): unknown[][] }>;
  prepare(sql: string): Promise<Statement>;
  createAppender(table: string): Promise<Appender>;
  closeSync(): void;
}
interface DuckDb {
  readonly DuckDBInstance: { create(path: string): Promise<{ connect(): Promise<Connection> }> };
}

export interface DuckPeer {
  twoHops(id: number): Promise<void>;
  close(): void;
}

/** DuckDB in memory with the same rows, or why there is none. */
export async function openDuck(
  db: Database.Database,
): Promise<{ readonly peer: DuckPeer | null; readonly about: string }> {
  const duckDb = await findDuckDb();
  if (typeof duckDb === 'string') return { peer: null, about: duckDb };
  const connection = await (await duckDb.DuckDBInstance.create(':memory:')).connect();
  await fill(connection, db);
  return { peer: await preparePeer(connection), about: `DuckDB ${VERSION} in memory` };
}

/** Installs it at first use into a folder of its own. */
async function findDuckDb(): Promise<DuckDb | string> {
  try {
    if (!existsSync(join(home, 'node_modules', PACKAGE))) {
      mkdirSync(home, { recursive: true });
      const args = [
        'install',
        '--prefix',
        home,
        '--no-save',
        '--no-audit',
        '--no-fund',
        `${PACKAGE}@${VERSION}`,
      ];
      await run('npm', args, { shell: process.platform === 'win32' });
    }
    return createRequire(join(home, 'index.js'))(PACKAGE) as DuckDb; // the part of it that is used
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    return `none, DuckDB could not be had (${reason})`;
  }
}

/** Hops in both directions lie sorted by where they start, and are indexed by it. */
async function fill(connection: Connection, db: Database.Database): Promise<void> {
  await connection.run('CREATE TABLE relationship (id INTEGER, source_id INTEGER, target_id INTEGER)');
  await connection.run(`CREATE TABLE entity (id INTEGER, connection_id INTEGER, kind VARCHAR, remote_id VARCHAR,
    name VARCHAR, archived INTEGER)`);
  const copy = async (table: string, columns: string, where: string) => {
    const appender = await connection.createAppender(table);
    for (const row of db.prepare(`SELECT ${columns} FROM ${table} ${where}`).raw().iterate()) {
      for (const value of row as (string | number)[]) {
        // the columns named below, none of which is null
        if (typeof value === 'number') appender.appendInteger(value);
        else appender.appendVarchar(value);
      }
      appender.endRow();
    }
    appender.closeSync();
  };
  await copy('relationship', 'id, source_id, target_id', 'WHERE base_present = 1');
  await copy('entity', 'id, connection_id, kind, remote_id, name, archived', '');
  await connection.run(`CREATE TABLE hop AS SELECT source_id AS start, target_id AS stop FROM relationship
    UNION ALL SELECT target_id, source_id FROM relationship ORDER BY start`);
  await connection.run('CREATE INDEX hop_by_start ON hop (start)');
  await connection.run('CREATE INDEX entity_by_id ON entity (id)');
}

const SHOWN = 60;

async function preparePeer(connection: Connection): Promise<DuckPeer> {
  const first = await connection.prepare('SELECT DISTINCT stop FROM hop WHERE start = $1');
  const second =
    await connection.prepare(`WITH one AS MATERIALIZED (SELECT DISTINCT stop FROM hop WHERE start = $1)
    SELECT DISTINCT stop FROM hop WHERE start IN (SELECT stop FROM one)`);
  const read = async (statement: Statement, id: number) => {
    statement.bindInteger(1, id);
    return (await statement.runAndReadAll()).getColumns()[0] ?? [];
  };
  return {
    twoHops: async (id) => {
      const seen = new Set<unknown>([id, ...(await read(first, id))]);
      for (const other of await read(second, id)) seen.add(other);
      const ids = `(${[...seen].slice(0, SHOWN).join(',')})`;
      await connection.runAndReadAll(`SELECT * FROM entity WHERE id IN ${ids}`);
      await connection.runAndReadAll(`SELECT start, COUNT(*) FROM hop WHERE start IN ${ids} GROUP BY start`);
      await connection.runAndReadAll(
        `SELECT * FROM relationship WHERE source_id IN ${ids} AND target_id IN ${ids}`,
      );
    },
    close: () => connection.closeSync(),
  };
}
