import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { StoreError } from './errors.ts';
import { acquireLock, type Lock } from './lock.ts';
import { keepCopy, migrate, readVersion, shippedMigrations, toCopyPath } from './migrate.ts';
import { isReadOnly, refuseIfNewer, refuseUnlessWorkspace, toDamaged } from './refuse.ts';
import { findCutOff, undoCutOffReplacement } from './restore.ts';
import type { ReadableDb, WritableDb } from './sql.ts';

/** An open workspace file and the lock that makes it ours. */
export interface Workspace {
  readonly path: string;
  readonly db: WritableDb;
  /** Whether whoever had it last did not close it, and it is too large to have been checked when it was opened. */
  readonly isSuspect: boolean;
  close(): void;
}

export interface OpenOptions {
  readonly path: string;
  /** Absolute path of another better-sqlite3 binary than the packaged one. */
  readonly nativeBinding: string | null;
  /** The list to migrate by, if not the shipped one. */
  readonly migrations?: readonly string[];
  /** Told before a file of an earlier version is brought to the newest, which can take a while: where its copy will be. */
  readonly onUpgrade?: (keptAt: string) => void;
}

/** Makes a new workspace file. Throws `workspace-exists` rather than touch a file that is there. */
export function createWorkspace(options: OpenOptions): Workspace {
  const { path } = options;
  if (existsSync(path)) {
    throw new StoreError('workspace-exists', `${path} exists already. Open it, or choose another name.`);
  }
  if (!existsSync(dirname(path))) {
    throw new StoreError('workspace-missing', `There is no folder ${dirname(path)} for the workspace.`);
  }
  return locked(path, options, () => ({ db: openDatabase(options), isSuspect: false }));
}

/**
 * Opens a workspace file. Throws a StoreError and leaves the file as it was if it is missing, no SQLite file, no
 * workspace, newer than this program, read-only, damaged, or open in another Weft. An older one is migrated, after
 * a copy of it was kept beside it.
 */
export function openWorkspace(options: OpenOptions): Workspace {
  const { path, migrations = shippedMigrations } = options;
  if (findCutOff(path) !== null) withLock(path, options, () => undoCutOffReplacement(path));
  refuseUnlessWorkspace(path, migrations.length);
  return locked(realpathSync(path), options, () => {
    const isSuspect = wasLeftOpen(path) && !isCheckedOnOpening(path);
    const version = inspect(options, migrations.length);
    const copyPath = version < migrations.length ? toCopyPath(path, migrations.length) : null;
    if (copyPath !== null) options.onUpgrade?.(copyPath);
    return { db: openDatabase(options, copyPath), isSuspect };
  });
}

/** SQLite removes the log of a file that is closed. Source: sqlite.org/wal.html. */
function wasLeftOpen(path: string): boolean {
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  return log !== undefined && log.size > 0;
}

function locked(
  lockPath: string,
  { path, nativeBinding }: OpenOptions,
  open: () => Pick<Workspace, 'db' | 'isSuspect'>,
): Workspace {
  const lock = lockFile(lockPath, nativeBinding);
  try {
    const { db, isSuspect } = open();
    return { path, db, isSuspect, close: () => closeFile(db, lock) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function withLock(path: string, { nativeBinding }: OpenOptions, body: () => void): void {
  const lock = lockFile(path, nativeBinding);
  try {
    body();
  } finally {
    lock.release();
  }
}

function lockFile(path: string, nativeBinding: string | null): Lock {
  if (isReadOnly(dirname(path))) throw toClosedFolder(path);
  try {
    return acquireLock(path, nativeBinding);
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    throw toClosedFolder(path, { cause });
  }
}

function toClosedFolder(path: string, options?: ErrorOptions): StoreError {
  return new StoreError(
    'workspace-read-only',
    `Weft cannot write in the folder of ${path}. Nothing was changed; make the folder writable, or copy the workspace to one where you may write.`,
    options,
  );
}

/** Up to this size a file is checked whole, in a fifth of a second; a larger one on suspicion, beside other work. */
const CHECKED_BYTES = 32 * 1024 * 1024;

function isCheckedOnOpening(path: string): boolean {
  return statSync(path).size <= CHECKED_BYTES;
}

/** Looks into the file through a handle that only reads, which never changes it, not even on closing. */
function inspect({ path, nativeBinding }: OpenOptions, newest: number): number {
  return withDamage(path, () => {
    const db = openHandle(path, nativeBinding, true);
    try {
      const version = readVersion(db);
      refuseIfNewer(path, version, newest);
      if (isCheckedOnOpening(path)) refuseIfDamaged(db, path);
      return version;
    } finally {
      db.close();
    }
  });
}

function refuseIfDamaged(db: Database.Database, path: string): void {
  const found = db.pragma('quick_check(1)', { simple: true });
  if (found !== 'ok') throw toDamaged(path, String(found));
}

/** What a handle keeps of the file in memory: rows come in no order, and the same pages are read and written over and over. */
const CACHE_KB = 64 * 1024;

/** Pages of 4 KB that the log holds before they are moved to the file: what many pages of a remote touch is moved once. */
const LOG_PAGES = 4000;

function openDatabase(
  { path, nativeBinding, migrations }: OpenOptions,
  copyPath: string | null = null,
): WritableDb {
  return withDamage(path, () => {
    const db = openHandle(path, nativeBinding, false);
    try {
      if (copyPath !== null) keepCopy(db, copyPath);
      migrate(db, migrations);
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = FULL');
      db.pragma('foreign_keys = ON');
      db.pragma(`wal_autocheckpoint = ${LOG_PAGES}`);
      db.pragma(`cache_size = -${CACHE_KB}`);
      db.pragma('wal_checkpoint(TRUNCATE)');
      return db as WritableDb; // the brand is given here, where the handle is made
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/**
 * A second handle on the file of an open workspace, for a long transaction of its own: until it commits, readers of
 * the first see nothing of it. Nobody else may write meanwhile.
 */
export function openBeside({ path, nativeBinding }: OpenOptions): WritableDb {
  const db = openHandle(path, nativeBinding, false);
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma(`cache_size = -${CACHE_KB}`);
  return db as WritableDb; // the brand is given here, where the handle is made
}

/** A handle that only reads, beside whoever has the file open. */
export function openReading({ path, nativeBinding }: OpenOptions): ReadableDb {
  return openHandle(path, nativeBinding, true) as ReadableDb; // the brand is given here, where the handle is made
}

function openHandle(path: string, nativeBinding: string | null, readonly: boolean): Database.Database {
  return new Database(path, {
    readonly,
    timeout: 5000,
    ...(nativeBinding === null ? {} : { nativeBinding }),
  });
}

/** What SQLite itself cannot read or bring to the newest version is damage to whoever opens the file. */
function withDamage<T>(path: string, body: () => T): T {
  try {
    return body();
  } catch (cause) {
    if (cause instanceof StoreError || !(cause instanceof Database.SqliteError)) throw cause;
    if (cause.code === 'SQLITE_FULL') {
      throw new StoreError(
        'disk-full',
        `The disk is full: ${path} could not be opened, and is as it was. Free some space and try again.`,
        { cause },
      );
    }
    throw toDamaged(path, cause.message, { cause });
  }
}

function closeFile(db: WritableDb, lock: Lock): void {
  if (db.open) db.close();
  lock.release();
}
