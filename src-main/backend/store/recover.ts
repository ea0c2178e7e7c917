import Database from 'better-sqlite3';
import type { EntityId } from '../../../src-preload/contract/model.ts';
import { raiseCounters } from './counters.ts';
import { reindexEntity } from './entities.ts';
import { migrate, readVersion, shippedMigrations } from './migrate.ts';
import { transaction, type WritableDb } from './sql.ts';

/** What could be read of one table of a damaged file. */
export interface Recovered {
  readonly table: string;
  readonly rows: number;
  /** What could not be read or did not fit the new file: ranges of row ids such as `120–180`, or in words. */
  readonly unreadable: readonly string[];
}

/** A table as the new file has it. */
interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** What its rows are read by: the row id, or the whole table at once where it has none. */
  readonly hasRowId: boolean;
  /** The highest id to look for; 0 where it has none. */
  readonly last: number;
  /** Whether it held rows as soon as it was made: those of the damaged file take their place. */
  readonly isFilled: boolean;
}

type Row = Readonly<Record<string, string | number | bigint | Buffer | null>>;

/** What a row id is read as; no column is called so. */
const ROW_ID = 'row id';

/** Rows read in one go; a range that fails is halved until single rows are left. */
const RANGE = 512;

/** By what the new file is made: of the version of the damaged one, or of the newest where that is not known. */
export function findMigrations(damaged: Database.Database): readonly string[] {
  const version = attempt(() => readVersion(damaged)) ?? 0;
  const isKnown = version > 0 && version <= shippedMigrations.length;
  return isKnown ? shippedMigrations.slice(0, version) : shippedMigrations;
}

/**
 * Copies every row that can still be read from a damaged workspace into a new, empty one of the same version, and brings
 * that to the newest. References to rows that were lost are dropped with the rows that hold them. Tells how far it is
 * by the ids that were looked for, those of the search's at last.
 */
export function recoverInto(
  damaged: Database.Database,
  target: WritableDb,
  onProgress: (done: number, total: number) => void = () => undefined,
): Recovered[] {
  const tables = listTables(damaged, target);
  const searched = tables.find(({ name }) => name === 'entity')?.last ?? 0;
  const total = tables.reduce((sum, { last }) => sum + last, searched);
  let done = 0;
  const pass: Pass = (ids) => {
    done += ids;
    onProgress(Math.min(done, total), total);
  };
  target.pragma('foreign_keys = OFF');
  const results = transaction(target, () => {
    const recovered = tables.map((table) => recoverTable(damaged, target, table, pass));
    const dropped = dropDangling(target);
    return [...recovered.map((table) => lessDropped(table, dropped)), ...listUnknown(damaged, tables)];
  });
  target.pragma('foreign_keys = ON');
  migrate(target);
  transaction(target, () => raiseCounters(target));
  rebuildSearch(target, pass);
  return results;
}

/** Told how many ids were looked for since it was told last. */
type Pass = (ids: number) => void;

const TABLES = `SELECT name, wr FROM pragma_table_list
  WHERE type = 'table' AND schema = 'main' AND name NOT LIKE 'sqlite_%' ORDER BY name`;

function listTables(damaged: Database.Database, target: WritableDb): Table[] {
  const rows = target.prepare(TABLES).all() as { name: string; wr: number }[]; // the pragma's own columns
  return rows
    .filter(({ name }) => name !== MADE_ANEW)
    .map(({ name, wr }) => {
      const hasRowId = wr === 0;
      const last = hasRowId ? findLastRowId(damaged, name) : 0;
      const isFilled = target.prepare(`SELECT 1 FROM ${quote(name)}`).get() !== undefined;
      return { name, hasRowId, last, isFilled, columns: readColumns(target, name) };
    });
}

/** What is made from the entities with the search. */
const MADE_ANEW = 'search_word';

/** Tables that only another Weft knows. */
function listUnknown(damaged: Database.Database, known: readonly Table[]): Recovered[] {
  const names = attempt(() => damaged.prepare(TABLES).pluck().all() as string[]) ?? []; // the pragma's own column
  return names
    .filter((name) => name !== MADE_ANEW && known.every((table) => table.name !== name))
    .map((table) => ({ table, rows: 0, unreadable: ['the whole table'] }));
}

function readColumns(db: Database.Database, table: string): string[] {
  return db.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table) as string[]; // the pragma's own column
}

function recoverTable(damaged: Database.Database, target: WritableDb, table: Table, pass: Pass): Recovered {
  const known = attempt(() => readColumns(damaged, table.name)) ?? [];
  const columns = table.columns.filter((column) => known.includes(column));
  if (columns.length === 0) return { table: table.name, rows: 0, unreadable: ['the whole table'] };
  const insert = createInsert(target, table, columns);
  return table.hasRowId
    ? recoverByRowId(damaged, table, columns, insert, pass)
    : recoverWhole(damaged, table, columns, insert);
}

type Insert = (row: Row) => boolean;

/** Answers whether the row was taken; one that breaks a constraint of the new file is itself damage. */
function createInsert(target: WritableDb, { name, isFilled }: Table, columns: readonly string[]): Insert {
  const names = columns.map(quote).join(', ');
  const values = columns.map(() => '?').join(', ');
  const verb = isFilled ? 'INSERT OR REPLACE' : 'INSERT';
  const statement = target.prepare(`${verb} INTO ${quote(name)} (${names}) VALUES (${values})`);
  return (row) =>
    columns.every((column) => !jsonColumns.has(column) || isJson(row[column])) &&
    attempt(() => statement.run(columns.map((column) => row[column] ?? null))) !== undefined;
}

/** Long texts lie in pages of their own, in which SQLite sees no damage; nearly all of them are JSON. */
const jsonColumns: ReadonlySet<string> = new Set([
  'after',
  'before',
  'body',
  'capabilities',
  'definition',
  'done',
  'fields',
  'ids',
  'options',
  'origin',
  'read_kinds',
  'sides',
]);

function isJson(value: Row[string] | undefined): boolean {
  if (typeof value !== 'string') return true;
  try {
    JSON.parse(value);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function recoverWhole(
  damaged: Database.Database,
  { name }: Table,
  columns: readonly string[],
  insert: Insert,
): Recovered {
  let rows = 0;
  let refused = 0;
  const isRead = attempt(() => {
    for (const row of damaged
      .prepare(`SELECT ${columns.map(quote).join(', ')} FROM ${quote(name)}`)
      .iterate()) {
      if (insert(row as Row))
        rows += 1; // the columns of the statement beside it
      else refused += 1;
    }
    return true;
  });
  const isWhole = isRead === true && refused === 0;
  return { table: name, rows, unreadable: isWhole ? [] : ['a part of the table'] };
}

function recoverByRowId(
  damaged: Database.Database,
  { name, last }: Table,
  columns: readonly string[],
  insert: Insert,
  pass: Pass,
): Recovered {
  const read = damaged.prepare(
    `SELECT rowid AS "${ROW_ID}", ${columns.map(quote).join(', ')} FROM ${quote(name)} WHERE rowid BETWEEN ? AND ?`,
  );
  const lost: [number, number][] = [];
  let rows = 0;
  const readRange = (from: number, to: number): void => {
    const found = attempt(() => read.all(from, to) as Row[]); // the columns of the statement above
    if (found !== undefined) {
      for (const row of found) {
        if (insert(row)) rows += 1;
        else noteLost(lost, Number(row[ROW_ID]));
      }
      return;
    }
    if (from === to) {
      noteLost(lost, from);
      return;
    }
    const middle = Math.floor((from + to) / 2);
    readRange(from, middle);
    readRange(middle + 1, to);
  };
  const canRead = (id: number) => attempt(() => read.all(id, id)) !== undefined;
  for (let from = 1; from <= last; from += RANGE) {
    const to = Math.min(from + RANGE - 1, last);
    const isGivenUp = countLostBefore(lost, from) >= GIVEN_UP && !canRead(from) && !canRead(to);
    if (isGivenUp) noteLost(lost, from, to);
    else readRange(from, to);
    pass(to - from + 1);
  }
  readRange(0, 0); // the connection `local`
  return {
    table: name,
    rows,
    unreadable: rows === 0 && last === GUESS ? ['the whole table'] : lost.map(toText),
  };
}

function toText([from, to]: readonly [number, number]): string {
  return from === to ? `${from}` : `${from}–${to}`;
}

/** The counter of ids that SQLite keeps apart still tells it where the end of the table itself cannot be read. */
function findLastRowId(damaged: Database.Database, table: string): number {
  const byTable = attempt(() =>
    damaged
      .prepare(`SELECT max(rowid) FROM ${quote(table)}`)
      .pluck()
      .get(),
  );
  const bySequence = attempt(() =>
    damaged.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?').pluck().get(table),
  );
  if (byTable === null && bySequence === undefined) return 0; // it could be read, and is empty
  const told = [byTable, bySequence].filter((value) => typeof value === 'number');
  return told.length === 0 ? GUESS : Math.max(...told);
}

/** How far to look where nothing tells how many rows there were. */
const GUESS = 2_000_000;

/**
 * After so many ids in a row of which none could be read, only the ends of a range are tried before it is given up: where
 * the upper pages of a table are damaged, every id would be tried in vain, for minutes.
 */
const GIVEN_UP = 20 * RANGE;

function noteLost(lost: [number, number][], from: number, to = from): void {
  const last = lost.at(-1);
  if (last !== undefined && last[1] === from - 1) last[1] = to;
  else lost.push([from, to]);
}

/** How many ids in a row were lost just before this one. */
function countLostBefore(lost: readonly (readonly [number, number])[], id: number): number {
  const last = lost.at(-1);
  return last !== undefined && last[1] === id - 1 ? id - last[0] : 0;
}

/**
 * A row that names one that was lost cannot stay; what depends on it goes next, until nothing dangles. Answers how many
 * went of each table.
 */
function dropDangling(target: WritableDb): ReadonlyMap<string, number> {
  // not by pragma_foreign_key_check: it does not say which row of a table without row ids it is
  const references = target.prepare(REFERENCES).all() as Reference[]; // the columns of the statement below
  const drops = references.map((reference) => ({
    table: reference.table,
    statement: target.prepare(toDrop(reference)),
  }));
  const dropped = new Map<string, number>();
  for (let before = -1, all = 0; all > before; ) {
    before = all;
    for (const { table, statement } of drops) {
      const { changes } = statement.run();
      dropped.set(table, (dropped.get(table) ?? 0) + changes);
      all += changes;
    }
  }
  return dropped;
}

/** What went because of others was lost as well. */
function lessDropped(recovered: Recovered, dropped: ReadonlyMap<string, number>): Recovered {
  const count = dropped.get(recovered.table) ?? 0;
  if (count === 0) return recovered;
  const told = `${count} ${count === 1 ? 'row' : 'rows'} of what was lost elsewhere`;
  return { ...recovered, rows: recovered.rows - count, unreadable: [...recovered.unreadable, told] };
}

/** Every reference of the workspace is by one column. */
const REFERENCES = `SELECT t.name AS "table", f."from" AS "column", f."table" AS parent, f."to" AS parentColumn
  FROM pragma_table_list t JOIN pragma_foreign_key_list(t.name) f
  WHERE t.type = 'table' AND t.schema = 'main'`;

interface Reference {
  readonly table: string;
  readonly column: string;
  readonly parent: string;
  readonly parentColumn: string;
}

function toDrop({ table, column, parent, parentColumn }: Reference): string {
  return `DELETE FROM ${quote(table)} WHERE ${quote(column)} IS NOT NULL
    AND ${quote(column)} NOT IN (SELECT ${quote(parentColumn)} FROM ${quote(parent)})`;
}

/** Search is made anew from the entities: what it held is never worth reading. */
function rebuildSearch(target: WritableDb, pass: Pass): void {
  const ids = target.prepare("SELECT id FROM entity WHERE presence = 'listed'").pluck().all() as EntityId[]; // ids of that table
  transaction(target, () => {
    for (const id of ids) {
      reindexEntity(target, id);
      pass(1);
    }
  });
}

/** What the new file answers where the disk takes no more: nothing in the damaged one is to blame. */
const unwritten = /^SQLITE_(FULL|IOERR_WRITE|IOERR_FSYNC)/;

function attempt<T>(body: () => T): T | undefined {
  try {
    return body();
  } catch (error) {
    if (error instanceof Database.SqliteError && !unwritten.test(error.code)) return undefined;
    throw error;
  }
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
