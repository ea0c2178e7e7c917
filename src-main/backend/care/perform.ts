import { existsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { CareWork } from '../../../src-preload/contract/events.ts';
import { backUp, makeDurable, toUnfinished } from '../store/backup.ts';
import { checkWorkspace } from '../store/check.ts';
import { compactWorkspace } from '../store/compact.ts';
import {
  createWorkspace,
  type OpenOptions,
  openBeside,
  openReading,
  openWorkspace,
} from '../store/database.ts';
import { isOfDamage, StoreError } from '../store/errors.ts';
import { shippedMigrations } from '../store/migrate.ts';
import { rebuildTables } from '../store/rebuild-tables.ts';
import { findMigrations, type Recovered, recoverInto } from '../store/recover.ts';
import { toDamaged } from '../store/refuse.ts';
import { copyWorkspace, removeFile } from '../store/restore.ts';
import { type CareTask, type CareWorks, type TellCare, toPagesCopy } from './tasks.ts';

/** The long work on workspace files, as the thread does it: on handles of its own, which are closed in any case. */

type Answer<W extends CareWork> = CareWorks[W]['answer'];
type Perform<W extends CareWork> = (task: CareTask<W>, tell: TellCare) => Promise<Answer<W>> | Answer<W>;

const works: { readonly [W in CareWork]: Perform<W> } = {
  backup: makeCopy,
  check: ({ given, nativeBinding }, tell) => {
    const db = openReading({ path: given.path, nativeBinding });
    return closing(db, () => checkWorkspace(db, tell));
  },
  compact: async ({ given: { path, copy }, nativeBinding }, tell) => {
    const db = openBeside({ path, nativeBinding });
    try {
      const openCopy = () => openReading({ path: copy, nativeBinding });
      return await compactWorkspace(db, { path, copy, openCopy }, tell);
    } finally {
      db.close();
      removeFile(copy);
    }
  },
  restore: prepareBackup,
  recover: recoverFile,
};

/** Does one work and answers what it is to answer. A file that it makes is unfinished by its name only. */
export async function performCare(task: CareTask, tell: TellCare): Promise<unknown> {
  const perform = works[task.work] as (given: CareTask, tell: TellCare) => unknown; // the task is of this work
  return await perform(task, tell);
}

function closing<T>(open: { close(): unknown }, body: () => T): T {
  try {
    return body();
  } finally {
    open.close();
  }
}

/** All of one moment: what others write meanwhile neither goes into the copy nor begins it anew. */
async function makeCopy({ given, nativeBinding }: CareTask<'backup'>, tell: TellCare) {
  const db = openReading({ path: given.path, nativeBinding });
  try {
    db.exec('BEGIN');
    db.prepare('SELECT count(*) FROM sqlite_master').get(); // from here on it sees one moment
    return await backUp(db, given.target, tell);
  } finally {
    db.close();
  }
}

/** Opened once: that checks the copy, migrates it and leaves it whole. The backup is never changed. */
function prepareBackup({ given: { from, incoming }, nativeBinding }: CareTask<'restore'>, tell: TellCare) {
  removeFile(incoming);
  try {
    copyWorkspace(from, incoming, tell);
    openWorkspace({ path: incoming, nativeBinding }).close();
    makeDurable(incoming);
  } catch (error) {
    removeFile(incoming);
    throw error;
  } finally {
    removeFile(`${incoming}-lock`);
  }
  return null;
}

function recoverFile({ given: { path, into }, nativeBinding }: CareTask<'recover'>, tell: TellCare) {
  if (!existsSync(path)) throw new StoreError('workspace-missing', `There is no file ${path}.`);
  if (existsSync(into)) {
    throw new StoreError('workspace-exists', `${into} exists already. Choose another name.`);
  }
  const unfinished = toUnfinished(into);
  try {
    const { db: damaged, doubtful } = openDamaged({ path, into, nativeBinding }, tell);
    try {
      const tables = recoverRows(damaged, { path: unfinished, nativeBinding }, tell);
      makeDurable(unfinished);
      return noteDoubts(tables, doubtful);
    } finally {
      damaged.close();
    }
  } catch (error) {
    removeFile(unfinished);
    throw error;
  } finally {
    removeFile(toPagesCopy(into));
    removeFile(`${unfinished}-lock`);
  }
}

/** What may be lost is told as what is. */
function noteDoubts(tables: readonly Recovered[], doubtful: readonly string[]): Recovered[] {
  return tables.map((table) =>
    doubtful.includes(table.table) && table.unreadable.length === 0
      ? { ...table, unreadable: ['perhaps a part of the table'] }
      : table,
  );
}

/** Where what is left cannot be brought to the newest version, rows go into a new file of that version as far as they fit. */
function recoverRows(damaged: Database.Database, target: OpenOptions, tell: TellCare): Recovered[] {
  const recoverBy = (migrations: readonly string[], tellOf: TellCare) => {
    removeFile(target.path);
    const made = createWorkspace({ ...target, migrations });
    return closing(made, () => recoverInto(damaged, made.db, tellOf));
  };
  const migrations = findMigrations(damaged);
  try {
    return recoverBy(migrations, tell);
  } catch (error) {
    if (migrations === shippedMigrations || !isOfRows(error)) throw error;
    return recoverBy(shippedMigrations, () => undefined); // it was told to the end already
  }
}

/** Whether a migration failed by what it found in the rows. */
function isOfRows(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(ERROR|CONSTRAINT)/.test(error.code);
}

interface Damaged {
  readonly path: string;
  readonly into: string;
  readonly nativeBinding: string | null;
}

/** What is read of a damaged file, and the tables of which more may have been there. */
interface Opened {
  readonly db: Database.Database;
  readonly doubtful: readonly string[];
}

/** Where its list of tables cannot be read, a copy gets another, made from what its pages hold. */
function openDamaged({ path, into, nativeBinding }: Damaged, tell: TellCare): Opened {
  try {
    return { db: openList({ path, nativeBinding }), doubtful: [] };
  } catch (cause) {
    if (!(cause instanceof Database.SqliteError) || !isOfList(cause)) throw cause;
    const copy = toPagesCopy(into);
    removeFile(copy);
    copyWorkspace(path, copy, () => tell(0, 1));
    foldLog(copy, path, nativeBinding);
    const { found, doubtful } = rebuildTables(copy, nativeBinding, () => tell(0, 1));
    if (found > 0) return { db: openList({ path: copy, nativeBinding }), doubtful };
    const what = 'neither its list of tables nor any page of a table can be read';
    throw toDamaged(path, `${what}: ${cause.message}`, { cause });
  }
}

/** SQLite calls what the head of a file says an error of another kind than damage. */
function isOfList(error: unknown): boolean {
  return isOfDamage(error) || (error instanceof Database.SqliteError && error.code === 'SQLITE_ERROR');
}

function openList(options: OpenOptions): Database.Database {
  const db = openReading(options);
  try {
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** SQLite moves the log beside a file into it when the last handle closes, whatever the file holds. */
function foldLog(copy: string, path: string, nativeBinding: string | null): void {
  if (!isLogged(copy)) return;
  const db = new Database(copy, nativeBinding === null ? {} : { nativeBinding });
  try {
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
  } catch (error) {
    if (!isOfList(error)) throw error;
  } finally {
    db.close();
  }
  if (isLogged(copy)) throw toDamaged(path, 'the log beside it cannot be read');
}

function isLogged(path: string): boolean {
  return (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}
