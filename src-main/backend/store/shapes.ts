import Database from 'better-sqlite3';
import type { Cell } from './b-tree-page.ts';
import { migrate, shippedMigrations } from './migrate.ts';

/** How the rows of one table, or the entries of one index, look in the file, by which a page tells whose it is. */
export interface Shape {
  readonly name: string;
  readonly of: 'table' | 'index';
  /** How many columns a row may have: a row keeps what its table had when it was written. */
  readonly widths: ReadonlySet<number>;
  readonly columns: readonly Column[];
  /** A table as rows are read from it; null for what is not read, as an index. */
  readonly createSql: string | null;
  /** Its root page in a new file of the version. */
  readonly freshRoot: number;
}

interface Column {
  readonly type: 'INTEGER' | 'REAL' | 'TEXT' | 'BLOB' | 'ANY';
  readonly mayBeNull: boolean;
  /** How each of its texts begins, where that tells it from one of another table. */
  readonly mark: RegExp | null;
}

/** What a workspace of a version is made of. */
export interface KnownSchema {
  readonly version: number;
  readonly shapes: readonly Shape[];
  /** The text of each table, index and view by its name. */
  readonly texts: ReadonlyMap<string, string>;
}

/** The list of tables, which is a table itself. */
export const SCHEMA_TABLE = 'sqlite_schema';

const MOMENT = /^\d{4}-\d\d-\d\dT/;

/** Tells tables apart of which the kinds of values alone would not. */
const marks: Readonly<Record<string, RegExp>> = {
  'sqlite_schema.type': /^(table|index|view|trigger)$/,
  'sqlite_sequence.name': /^(?!relationship$|feed sweep$)/,
  'counter.name': /^(relationship|feed sweep)$/,
  'relationship_type.name': /^(?!\{"(connection|remoteId)":)/,
  'relationship_origin.origin': /^\{"(connection|remoteId)":/,
  'type_definition.definition': /^\{/,
  'search_word.word': /^[^{]/,
  'search_word.reversed': /^[^{]/,
  'listing.as_of': MOMENT,
  'report.body': /^\{/,
  'history.at': MOMENT,
  'view.definition': /^\{/,
  'view.made_at': MOMENT,
  'sync_run.started_at': MOMENT,
  'sync_run.recorded_at': MOMENT,
  'history_type.before': /^\{"own":/,
  'history_view.before': /^\{(?!"own":)/,
  'history_view.after': /^\{(?!"own":)/,
};

/** What SQLite makes for itself is declared without types. Source: sqlite.org/fts5.html, 9. */
const untyped: Readonly<Record<string, readonly Column['type'][]>> = {
  entity_search_idx: ['INTEGER', 'BLOB', 'INTEGER'],
  entity_search_config: ['TEXT', 'INTEGER'],
  sqlite_sequence: ['TEXT', 'INTEGER'],
};

/** Reads what a workspace of each version up to this one is made of, the oldest first. */
export function readKnownSchemas(newest: number, nativeBinding: string | null): KnownSchema[] {
  const db = new Database(':memory:', nativeBinding === null ? {} : { nativeBinding });
  const widths = new Map<string, Set<number>>();
  try {
    return shippedMigrations.slice(0, newest).map((_, index) => {
      migrate(db, shippedMigrations.slice(0, index + 1));
      return readKnownSchema(db, index + 1, widths);
    });
  } finally {
    db.close();
  }
}

interface SchemaRow {
  readonly type: string;
  readonly name: string;
  readonly rootpage: number;
  readonly sql: string | null;
}

function readKnownSchema(
  db: Database.Database,
  version: number,
  widths: Map<string, Set<number>>,
): KnownSchema {
  const rows = db.prepare('SELECT type, name, rootpage, sql FROM sqlite_schema').all() as SchemaRow[]; // those columns
  const own: SchemaRow = { type: 'table', name: SCHEMA_TABLE, rootpage: 1, sql: null };
  const shapes = [own, ...rows]
    .filter(({ rootpage }) => rootpage > 0)
    .map((row) => (row.type === 'table' ? toTableShape(db, row) : toIndexShape(db, row)))
    .map((shape) => ({ ...shape, widths: widen(widths, shape) }));
  const texts = new Map(rows.flatMap(({ name, sql }) => (sql === null ? [] : [[name, sql] as const])));
  return { version, shapes, texts };
}

function widen(widths: Map<string, Set<number>>, { name, columns }: Shape): ReadonlySet<number> {
  const all = new Set([...(widths.get(name) ?? []), columns.length]);
  widths.set(name, all);
  return all;
}

interface ColumnInfo {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly dflt_value: string | null;
  readonly pk: number;
}

function readColumns(db: Database.Database, table: string): ColumnInfo[] {
  return db.prepare('SELECT * FROM pragma_table_info(?)').all(table) as ColumnInfo[]; // the pragma's own columns
}

function toTableShape(db: Database.Database, { name, rootpage }: SchemaRow): Shape {
  const infos = readColumns(db, name);
  const listed = db.prepare("SELECT wr, type FROM pragma_table_list(?) WHERE schema = 'main'").get(name) as
    | { readonly wr: number; readonly type: string }
    | undefined; // the pragma's own columns
  const isIndex = listed?.wr === 1;
  const isRead = listed?.type === 'table' && !name.startsWith('sqlite_');
  return {
    name,
    of: isIndex ? 'index' : 'table',
    widths: new Set(),
    columns: infos.map((info, index) => toColumn(name, info, index, isIndex)),
    createSql: isRead ? toPlainTable(name, infos, isIndex) : null,
    freshRoot: rootpage,
  };
}

function toColumn(table: string, info: ColumnInfo, index: number, isIndex: boolean): Column {
  const declared = untyped[table]?.[index] ?? info.type;
  const isRowId = !isIndex && info.pk === 1 && info.type === 'INTEGER';
  return {
    // the row id itself stands before the row, and null in its place
    type: isRowId ? 'BLOB' : toType(declared),
    mayBeNull: isRowId || (info.notnull === 0 && !(isIndex && info.pk > 0)),
    mark: marks[`${table}.${info.name}`] ?? null,
  };
}

function toType(declared: string): Column['type'] {
  switch (declared) {
    case 'INTEGER':
    case 'INT':
      return 'INTEGER';
    case 'REAL':
    case 'TEXT':
    case 'BLOB':
      return declared;
    default:
      return 'ANY';
  }
}

interface IndexColumn {
  readonly cid: number;
}

function toIndexShape(db: Database.Database, { name, rootpage }: SchemaRow): Shape {
  const table = db.prepare('SELECT tbl_name FROM sqlite_schema WHERE name = ?').pluck().get(name) as string; // it is of one
  const infos = readColumns(db, table);
  const parts = db.prepare('SELECT cid FROM pragma_index_xinfo(?)').all(name) as IndexColumn[]; // the pragma's own column
  const columns = parts.map(({ cid }): Column => {
    const info = infos[cid];
    if (cid === -1 || (info?.pk === 1 && info.type === 'INTEGER')) {
      return { type: 'INTEGER', mayBeNull: false, mark: null };
    }
    return info === undefined
      ? { type: 'ANY', mayBeNull: true, mark: null }
      : toColumn(table, { ...info, pk: 0 }, cid, true);
  });
  return { name, of: 'index', widths: new Set(), columns, createSql: null, freshRoot: rootpage };
}

/** A table to read rows by: the columns in their order, and what SQLite puts where a row has none yet. */
function toPlainTable(name: string, infos: readonly ColumnInfo[], isWithoutRowId: boolean): string {
  const columns = infos.map((info) => {
    const isRowId = !isWithoutRowId && info.pk === 1 && info.type === 'INTEGER';
    const value = info.dflt_value === null ? '' : ` DEFAULT ${info.dflt_value}`;
    return `"${info.name}" ${info.type}${isRowId ? ' PRIMARY KEY' : ''}${value}`;
  });
  const keys = infos.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
  const key = isWithoutRowId ? `, PRIMARY KEY (${keys.map((info) => `"${info.name}"`).join(', ')})` : '';
  return `CREATE TABLE "${name}" (${columns.join(', ')}${key})${isWithoutRowId ? ' WITHOUT ROWID' : ''}`;
}

/** Whether a row can be one of that table or index. Pure. */
export function fits({ columns, widths, of }: Shape, cell: Cell): boolean {
  if (!widths.has(cell.types.length)) return false;
  if (of === 'table' && cell.rowId < 0) return false;
  return cell.types.every((type, index) => {
    const column = columns[index];
    return column !== undefined && fitsColumn(column, type) && hasMark(column, type, cell, index);
  });
}

function fitsColumn({ type, mayBeNull }: Column, found: number): boolean {
  if (found === 0) return mayBeNull;
  if (type === 'ANY') return true;
  if (found >= 12) return type === (found % 2 === 0 ? 'BLOB' : 'TEXT');
  return type === 'REAL' || (type === 'INTEGER' && found !== 7);
}

function hasMark({ mark }: Column, type: number, cell: Cell, index: number): boolean {
  if (mark === null || type < 12) return true;
  const text = cell.readText(index);
  return text === undefined || mark.test(text);
}
