import type Database from 'better-sqlite3';

declare const readable: unique symbol;
declare const writable: unique symbol;

/** A handle that only reads. */
export type ReadableDb = Database.Database & { readonly [readable]: true };

/** A handle that may also write; every reader accepts it. */
export type WritableDb = ReadableDb & { readonly [writable]: true };

type Bindable = string | number | bigint | Buffer | null;
type Parameters = Readonly<Record<string, Bindable>>;

const prepared = new WeakMap<Database.Database, Map<string, Database.Statement>>();

/** Prepares each SQL text once per handle. */
function statement(db: Database.Database, sql: string): Database.Statement {
  let statements = prepared.get(db);
  if (statements === undefined) {
    statements = new Map();
    prepared.set(db, statements);
  }
  let found = statements.get(sql);
  if (found === undefined) {
    found = db.prepare(sql);
    statements.set(sql, found);
  }
  return found;
}

/** All rows; `Row` stands beside the SQL and its STRICT tables vouch for it. */
export function all<Row>(db: ReadableDb, sql: string, parameters: Parameters = {}): Row[] {
  return statement(db, sql).all(parameters) as Row[];
}

/** The first row, or undefined. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the row of its own SQL
export function first<Row>(db: ReadableDb, sql: string, parameters: Parameters = {}): Row | undefined {
  return statement(db, sql).get(parameters) as Row | undefined;
}

/** The first column of the only row of an aggregate. */
export function count(db: ReadableDb, sql: string, parameters: Parameters = {}): number {
  return statement(db, sql).pluck().get(parameters) as number;
}

/** Runs a change; answers with how many rows it touched and the last row id. */
export function run(db: WritableDb, sql: string, parameters: Parameters = {}): Database.RunResult {
  return statement(db, sql).run(parameters);
}

/** One transaction; nested ones are savepoints. Throwing inside rolls back. */
export function transaction<T>(db: WritableDb, body: () => T extends Promise<unknown> ? never : T): T {
  return db.transaction(body).immediate();
}
