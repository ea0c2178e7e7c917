import Database from 'better-sqlite3';
import { migrate } from '../../src-main/backend/store/migrate.ts';
import type { WritableDb } from '../../src-main/backend/store/sql.ts';
import { type Audit, installAudit } from './audit.ts';

/**
 * A workspace in memory. A seed works inside one outer transaction of it that is never committed, so that the next seed
 * finds the workspace as it was and every statement prepared. What the engine commits is a savepoint that is released.
 */
export interface Memory {
  readonly audit: Audit;
  /** The handle of one life of the program; once that life has ended, whatever is asked of the handle throws. */
  openLife(isOver: () => boolean, noteCommit: () => void): WritableDb;
  /** Takes back everything and lets another client have it. */
  release(): void;
}

interface Store {
  readonly raw: Database.Database;
  readonly audit: Audit;
  readonly statements: Map<string, Database.Statement>;
  readonly open: Database.Statement;
  readonly keep: Database.Statement;
  readonly undo: Database.Statement;
  depth: number;
}

let template: Buffer | null = null;
const free: Store[] = [];

/** A workspace as `fill` leaves it, which is asked once: all are alike. */
export function takeMemory(fill: (db: WritableDb) => void): Memory {
  const store = free.pop() ?? createStore(fill);
  store.raw.exec('BEGIN');
  return {
    audit: store.audit,
    openLife: (isOver, noteCommit) => toHandle(store, isOver, noteCommit),
    release: () => {
      store.raw.exec('ROLLBACK');
      store.audit.rollBackTo(0);
      free.push(store);
    },
  };
}

function createStore(fill: (db: WritableDb) => void): Store {
  template ??= createTemplate(fill);
  const raw = new Database(template);
  raw.pragma('synchronous = OFF'); // there is no disk, and inside the outer transaction no other level can be set
  raw.pragma('foreign_keys = ON');
  raw.pragma('temp_store = MEMORY');
  raw.pragma('automatic_index = OFF'); // costs more than it saves where tables are tiny
  return {
    raw,
    audit: installAudit(raw),
    statements: new Map(),
    open: raw.prepare('SAVEPOINT life'),
    keep: raw.prepare('RELEASE life'),
    undo: raw.prepare('ROLLBACK TO life'),
    depth: 0,
  };
}

function createTemplate(fill: (db: WritableDb) => void): Buffer {
  const db = new Database(':memory:') as unknown as WritableDb; // nothing else has this handle
  migrate(db);
  fill(db);
  const file = db.serialize();
  db.close();
  return file;
}

/** What the engine uses of a handle. */
function toHandle(store: Store, isOver: () => boolean, noteCommit: () => void): WritableDb {
  const { raw } = store;
  const check = () => {
    if (isOver()) throw new Error('This life of the program is over.');
  };
  const handle = {
    prepare: (sql: string) => new Guarded(prepareOnce(store, sql), check),
    pragma: (...parameters: Parameters<Database.Database['pragma']>) => raw.pragma(...parameters),
    transaction: (run: (body: () => unknown) => unknown) => ({
      immediate: (body: () => unknown) => commit(store, () => run(body), check, noteCommit),
    }),
  };
  return handle as unknown as WritableDb; // the engine asks for nothing else
}

function prepareOnce({ raw, statements }: Store, sql: string): Database.Statement {
  const known = statements.get(sql) ?? raw.prepare(sql);
  statements.set(sql, known);
  return known;
}

function commit(store: Store, body: () => unknown, check: () => void, noteCommit: () => void): unknown {
  check();
  store.open.run();
  store.depth += 1;
  const noted = store.audit.length;
  let result: unknown;
  try {
    result = body();
  } catch (error) {
    store.undo.run();
    store.audit.rollBackTo(noted);
    throw error;
  } finally {
    store.keep.run();
    store.depth -= 1;
  }
  if (store.depth === 0) noteCommit();
  return result;
}

/** A statement that only one life may run. */
class Guarded {
  readonly #statement: Database.Statement;
  readonly #check: () => void;

  constructor(statement: Database.Statement, check: () => void) {
    this.#statement = statement;
    this.#check = check;
  }

  pluck(): this {
    this.#statement.pluck();
    return this;
  }

  run(parameters: unknown): Database.RunResult {
    this.#check();
    return this.#statement.run(parameters);
  }

  get(parameters: unknown): unknown {
    this.#check();
    return this.#statement.get(parameters);
  }

  all(parameters: unknown): unknown[] {
    this.#check();
    return this.#statement.all(parameters);
  }
}
