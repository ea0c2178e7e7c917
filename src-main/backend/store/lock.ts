import Database from 'better-sqlite3';
import { StoreError } from './errors.ts';

export interface Lock {
  release(): void;
}

/**
 * Makes this process the only Weft that has the workspace open. The lock is SQLite's own exclusive lock on an
 * empty file beside the workspace: the system frees it when the process dies, so it can never be stale.
 */
export function acquireLock(path: string, nativeBinding: string | null): Lock {
  const db = new Database(`${path}-lock`, {
    timeout: 0,
    ...(nativeBinding === null ? {} : { nativeBinding }),
  });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    db.close();
    if (!isBusy(cause)) throw cause;
    throw new StoreError(
      'workspace-in-use',
      `The workspace ${path} is open in another Weft. Close it there first; nothing was changed here.`,
      { cause },
    );
  }
  return { release: () => db.close() };
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
}
