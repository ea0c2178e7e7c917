import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { StoreError } from './errors.ts';
import { acquireLock, type Lock } from './lock.ts';
import { APPLICATION_ID, migrate, SCHEMA_VERSION } from './migrate.ts';
import type { WritableDb } from './sql.ts';

/** An open workspace file and the lock that makes it ours. */
export interface Workspace {
  readonly path: string;
  readonly db: WritableDb;
  close(): void;
}

interface OpenOptions {
  readonly path: string;
  readonly nativeBinding: string | null;
}

/** Makes a new workspace file. Throws `workspace-exists` rather than touch a file that is there. */
export function createWorkspace(options: OpenOptions): Workspace {
  if (existsSync(options.path)) {
    throw new StoreError('workspace-exists', `${options.path} exists already. Open it, or choose another name.`);
  }
  return openFile(options);
}

/**
 * Opens a workspace file. Throws a StoreError and leaves the file as it was if it is missing, no SQLite file, no
 * workspace, newer than this program, read-only, damaged, or open in another Weft.
 */
export function openWorkspace(options: OpenOptions): Workspace {
  refuseUnlessWorkspace(options.path);
  return openFile(options);
}

function openFile({ path, nativeBinding }: OpenOptions): Workspace {
  const lock = lockFile(path, nativeBinding);
  try {
    const db = openDatabase(path, nativeBinding);
    return { path, db, close: () => closeFile(db, lock) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function lockFile(path: string, nativeBinding: string | null): Lock {
  try {
    return acquireLock(path, nativeBinding);
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    throw new StoreError('workspace-read-only', `Weft cannot write in the folder of ${path}.`, { cause });
  }
}

function openDatabase(path: string, nativeBinding: string | null): WritableDb {
  const db = new Database(path, { timeout: 5000, ...(nativeBinding === null ? {} : { nativeBinding }) });
  try {
    const version = db.pragma('user_version', { simple: true }) as number;
    if (version > SCHEMA_VERSION) throw newerError(path, version);
    migrate(db);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('wal_checkpoint(TRUNCATE)');
    return db as WritableDb; // the brand is given here, where the handle is made
  } catch (cause) {
    db.close();
    if (cause instanceof StoreError) throw cause;
    throw new StoreError(
      'workspace-damaged',
      `${path} could not be opened: ${cause instanceof Error ? cause.message : String(cause)}. It was not changed.`,
      { cause },
    );
  }
}

function closeFile(db: WritableDb, lock: Lock): void {
  if (db.open) db.close();
  lock.release();
}

const HEADER_LENGTH = 100;

/** Reads SQLite's own header, so that a foreign file is refused before anything opens it. */
function refuseUnlessWorkspace(path: string): void {
  const header = readHeader(path);
  if (header.toString('latin1', 0, 16) !== 'SQLite format 3\u0000') {
    throw new StoreError('workspace-not-sqlite', `${path} is not a Weft workspace. It was not touched.`);
  }
  if (header.readUInt32BE(68) !== APPLICATION_ID) {
    throw new StoreError(
      'workspace-foreign',
      `${path} is a SQLite database of another program, not a Weft workspace. It was not touched.`,
    );
  }
  const version = header.readUInt32BE(60);
  if (version > SCHEMA_VERSION) throw newerError(path, version);
  if (isReadOnly(path)) {
    throw new StoreError(
      'workspace-read-only',
      `${path} is read-only. Make it writable, or copy it to a place where you may write, and open it again.`,
    );
  }
}

function readHeader(path: string): Buffer {
  if (!existsSync(path)) throw new StoreError('workspace-missing', `There is no file ${path}.`);
  const header = Buffer.alloc(HEADER_LENGTH);
  try {
    const file = openSync(path, 'r');
    try {
      readSync(file, header, 0, HEADER_LENGTH, 0);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw new StoreError('workspace-not-sqlite', `${path} cannot be read as a file.`, { cause });
  }
  return header;
}

/** The mode counts as well as the right, so that a file marked read-only is so for an administrator too. */
function isReadOnly(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return (statSync(path).mode & 0o222) === 0;
  } catch {
    return true;
  }
}

function newerError(path: string, version: number): StoreError {
  return new StoreError(
    'workspace-newer',
    `${path} was written by a newer Weft (version ${version} of the file, this program knows ${SCHEMA_VERSION}). ` +
      'Update Weft to open it. The file was not touched.',
  );
}
