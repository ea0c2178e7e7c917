import type Database from 'better-sqlite3';
import { StoreError } from './errors.ts';
import { removeFile } from './restore.ts';
import type { ReadableDb, WritableDb } from './sql.ts';

/** How many pages are written between two turns of the event loop. */
const PAGES_AT_ONCE = 500;

/** Where the compact copy is made, and how it is opened. */
export interface CompactCopy {
  readonly path: string;
  readonly copy: string;
  readonly openCopy: () => ReadableDb;
}

/**
 * Gives the space of what was removed back to the disk; sizes in bytes. The workspace is first copied without gaps,
 * then the copy's pages are written over its own in one transaction: until that commits, readers see none of it, and
 * whatever ends it leaves the workspace as it was. Nobody else may write meanwhile; where somebody did, it is given up.
 */
export async function compactWorkspace(
  db: WritableDb,
  { path, copy, openCopy }: CompactCopy,
  onProgress: (done: number, total: number) => void,
): Promise<{ before: number; after: number }> {
  const before = readBytes(db);
  const seen = readDataVersion(db);
  removeFile(copy);
  onProgress(0, 2 * readPages(db));
  db.prepare('VACUUM INTO ?').run(copy);
  const source = openCopy();
  try {
    const { totalPages } = await source.backup(path, {
      progress: ({ totalPages: total, remainingPages }) => {
        // told first when the workspace is locked already: from here on nobody can write
        if (readDataVersion(db) !== seen) throw toBusy(path);
        onProgress(2 * total - remainingPages, 2 * total);
        return PAGES_AT_ONCE;
      },
    });
    // better-sqlite3 takes a workspace that somebody else has locked for one with nothing left to copy
    if (totalPages === 0 || readPages(db) !== totalPages) throw toBusy(path);
  } finally {
    source.close();
  }
  db.pragma('wal_checkpoint(TRUNCATE)');
  return { before, after: readBytes(db) };
}

function toBusy(path: string): StoreError {
  return new StoreError(
    'workspace-busy',
    `${path} was written to while it was being compacted. It holds all of that and was not compacted; try again.`,
  );
}

function readPages(db: Database.Database): number {
  return db.pragma('page_count', { simple: true }) as number; // SQLite counts in integers
}

function readBytes(db: Database.Database): number {
  return readPages(db) * (db.pragma('page_size', { simple: true }) as number); // as above
}

/** Changes with every commit of another handle. */
function readDataVersion(db: Database.Database): number {
  return db.pragma('data_version', { simple: true }) as number; // as above
}
