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
  /** Takes back what was committed without waiting for the disk since the last commit that did; answers whether there was any. */
  cutPower(): boolean;
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
  /** All that the disk has; what comes after it a power cut takes back. */
  readonly mark: Database.Statement;
  readonly onDisk: Database.Statement;
  readonly back: Database.Statement;
  depth: number;
  /** As the pragma has it: below 2 a commit does not wait for the disk. */
  synchronous: number;
  isHasty: boolean;
}

const FULL = 2;
const NORMAL = 1;

let template: Buffer | null = null;
const free: Store[] = [];

/** A workspace as `fill` leaves it, which is asked once: all are alike. */
export function takeMemory(fill: (db: WritableDb) => void): Memory {
  const store = free.pop() ?? createStore(fill);
  store.raw.exec('BEGIN');
  store.mark.run();
  Object.assign(store, { synchronous: FULL, isHasty: false });
  return {
    audit: store.audit,
    openLife: (isOver, noteCommit) => toHandle(store, isOver, noteCommit),
    cutPower: () => {
      const { isHasty } = store;
      store.back.run();
      store.isHasty = false;
      return isHasty;
    },
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
    mark: raw.prepare('SAVEPOINT disk'),
    onDisk: raw.prepare('RELEASE disk'),
    back: raw.prepare('ROLLBACK TO disk'),
    depth: 0,
    synchronous: FULL,
    isHasty: false,
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
    prepare: (sql: string) => new Guarded(prepareOnce(store, sql), store, check),
    pragma: (...parameters: Parameters<Database.Database['pragma']>) =>
      parameters[0].startsWith('synchronous')
        ? answerSynchronous(store, parameters[0])
        : raw.pragma(...parameters),
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
  if (store.depth > 0) return result;
  noteDisk(store);
  noteCommit();
  return result;
}

/** What waits for the disk takes all before it there as well. */
function noteDisk(store: Store): void {
  if (store.synchronous < FULL) {
    store.isHasty = true;
    return;
  }
  store.onDisk.run();
  store.mark.run();
  store.isHasty = false;
}

/** There is no disk here to wait for: what the pragma says is only remembered. */
function answerSynchronous(store: Store, text: string): number {
  const [, level] = text.split('=').map((part) => part.trim());
  if (level !== undefined) store.synchronous = level === 'NORMAL' ? NORMAL : Number(level);
  return store.synchronous;
}

/** A statement that only one life may run. */
class Guarded {
  readonly #statement: Database.Statement;
  readonly #store: Store;
  readonly #check: () => void;

  constructor(statement: Database.Statement, store: Store, check: () => void) {
    this.#statement = statement;
    this.#store = store;
    this.#check = check;
  }

  pluck(): this {
    this.#statement.pluck();
    return this;
  }

  run(parameters: unknown): Database.RunResult {
    this.#check();
    const result = this.#statement.run(parameters);
    if (this.#store.depth === 0) noteDisk(this.#store);
    return result;
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
