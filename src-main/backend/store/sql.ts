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

/** Queries are put together from parts: past this many texts all are prepared anew. */
const KEPT = 1000;

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
    if (statements.size >= KEPT) statements.clear();
    statements.set(sql, found);
  }
  return found;
}

type TellSlow = (line: string) => void;
const slowWatchers = new WeakMap<Database.Database, { readonly tell: TellSlow; readonly slowMs: number }>();

/** A read that takes longer is told with its plan. */
const SLOW_MS = 1000;

/** Tells of slow reads through this handle, each with the way SQLite took. Values are never told. */
export function watchSlowReads(db: ReadableDb, tell: TellSlow, slowMs = SLOW_MS): void {
  slowWatchers.set(db, { tell, slowMs });
}

function timed<T>(db: ReadableDb, sql: string, read: () => T): T {
  const startedAt = performance.now();
  const answer = read();
  tellIfSlow(db, sql, performance.now() - startedAt);
  return answer;
}

function tellIfSlow(db: ReadableDb, sql: string, took: number): void {
  const watcher = slowWatchers.get(db);
  if (watcher !== undefined && took > watcher.slowMs) {
    watcher.tell(`slow read, ${Math.round(took)} ms: ${readPlan(db, sql)}`);
  }
}

/** Row after row. Only the time that SQLite takes counts, not what is done with a row or while others have their turn. */
function* timedRows<Row>(db: ReadableDb, sql: string, open: () => IterableIterator<unknown>): Generator<Row> {
  const rows = open();
  let [took, isRead] = [0, true];
  try {
    for (;;) {
      const startedAt = performance.now();
      isRead = false;
      const { done, value } = rows.next();
      isRead = true;
      took += performance.now() - startedAt;
      if (done === true) return;
      yield value as Row; // as the caller's own SQL says
    }
  } finally {
    rows.return?.();
    // a read that failed has its error, and a handle that is closed no plan
    if (isRead && db.open) tellIfSlow(db, sql, took);
  }
}

/** How SQLite reads it, in one line. */
export function readPlan(db: ReadableDb, sql: string): string {
  const names = new Set(
    Array.from(sql.matchAll(/:(?<name>[A-Za-z]\w*)/g), (match) => match.groups?.['name'] ?? ''),
  );
  const nothing = Object.fromEntries(Array.from(names, (name) => [name, null]));
  const rows = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(nothing) as { detail: string }[]; // SQLite's own column
  return `${rows.map(({ detail }) => detail).join('; ')} | ${sql.replaceAll(/\s+/g, ' ')}`;
}

/** All rows; `Row` stands beside the SQL and its STRICT tables vouch for it. */
export function all<Row>(db: ReadableDb, sql: string, parameters: Parameters = {}): Row[] {
  return timed(db, sql, () => statement(db, sql).all(parameters) as Row[]);
}

/** All rows as arrays, in the order of the columns: for very many rows. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the row of its own SQL
export function tuples<Row extends unknown[]>(
  db: ReadableDb,
  sql: string,
  parameters: Parameters = {},
): Row[] {
  return timed(db, sql, () => db.prepare(sql).raw().all(parameters) as Row[]);
}

/** The first column of all rows: for very many rows. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the column of its own SQL
export function column<Value extends Bindable>(
  db: ReadableDb,
  sql: string,
  parameters: Parameters = {},
): Value[] {
  return timed(db, sql, () => statement(db, sql).pluck().all(parameters) as Value[]);
}

/** The first column row after row. Nothing else runs on the handle until the end: it must be one of its own. */
export function rowByRow<Value extends Bindable>(
  db: ReadableDb,
  sql: string,
  parameters: Parameters = {},
): Generator<Value> {
  return timedRows<Value>(db, sql, () => db.prepare(sql).pluck().iterate(parameters));
}

/** As `rowByRow`, with whole rows as arrays, in the order of the columns. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the row of its own SQL
export function tupleByTuple<Row extends unknown[]>(
  db: ReadableDb,
  sql: string,
  parameters: Parameters = {},
): Generator<Row> {
  return timedRows<Row>(db, sql, () => db.prepare(sql).raw().iterate(parameters));
}

/** The first row, or undefined. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the row of its own SQL
export function first<Row>(db: ReadableDb, sql: string, parameters: Parameters = {}): Row | undefined {
  return timed(db, sql, () => statement(db, sql).get(parameters) as Row | undefined);
}

/** The first column of the only row of an aggregate. */
export function count(db: ReadableDb, sql: string, parameters: Parameters = {}): number {
  return timed(db, sql, () => statement(db, sql).pluck().get(parameters) as number);
}

/** Runs a change; answers with how many rows it touched and the last row id. */
export function run(db: WritableDb, sql: string, parameters: Parameters = {}): Database.RunResult {
  return statement(db, sql).run(parameters);
}

/** Runs one change for many rows, each the values of the question marks in turn: for very many rows. */
export function runMany(db: WritableDb, sql: string, rows: Iterable<readonly Bindable[]>): void {
  const change = statement(db, sql);
  for (const row of rows) change.run(row);
}

type RunBody = Database.Transaction<(body: () => unknown) => unknown>;
const runners = new WeakMap<Database.Database, RunBody>();

/** One transaction; nested ones are savepoints. Throwing inside rolls back. */
export function transaction<T>(db: WritableDb, body: () => T extends Promise<unknown> ? never : T): T {
  let runner = runners.get(db);
  if (runner === undefined) {
    // made once: it costs as much as a write, and a pull nests one for each row
    runner = db.transaction((run: () => unknown) => run());
    runners.set(db, runner);
  }
  return runner.immediate(body) as T; // what the body answered
}

/** What the body answers, and nothing that it writes is kept. */
export function rehearse<T>(db: WritableDb, body: () => T extends Promise<unknown> ? never : T): T {
  run(db, 'SAVEPOINT rehearsal');
  try {
    return body();
  } finally {
    run(db, 'ROLLBACK TO rehearsal');
    run(db, 'RELEASE rehearsal');
  }
}

/** SQLite's number for it. */
const NORMAL = 1;

/**
 * A transaction that does not wait for the disk: for what the remote tells again if a power cut takes it back. It is
 * whole or not there, and whatever is committed after it by `transaction` takes it to the disk as well.
 */
export function hastyTransaction<T>(db: WritableDb, body: () => T extends Promise<unknown> ? never : T): T {
  const level = Number(db.pragma('synchronous', { simple: true }));
  if (db.inTransaction || level <= NORMAL) return transaction(db, body);
  db.pragma('synchronous = NORMAL');
  try {
    return transaction(db, body);
  } finally {
    db.pragma(`synchronous = ${level}`);
  }
}

/**
 * Part of the caller's transaction where there is one, else one of its own. Unlike a nested one it is not taken back
 * by itself: whoever holds the transaction must not go on after it has thrown.
 */
export function within<T>(db: WritableDb, body: () => T extends Promise<unknown> ? never : T): T {
  return db.inTransaction ? body() : transaction(db, body);
}
