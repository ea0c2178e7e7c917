import { existsSync } from 'node:fs';
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
import { StoreError } from '../store/errors.ts';
import { shippedMigrations } from '../store/migrate.ts';
import { findMigrations, type Recovered, recoverInto } from '../store/recover.ts';
import { toDamaged } from '../store/refuse.ts';
import { copyWorkspace, removeFile } from '../store/restore.ts';
import type { CareTask, CareWorks, TellCare } from './tasks.ts';

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
  const damaged = openDamaged(path, nativeBinding);
  const unfinished = toUnfinished(into);
  try {
    const tables = recoverRows(damaged, { path: unfinished, nativeBinding }, tell);
    makeDurable(unfinished);
    return tables;
  } catch (error) {
    removeFile(unfinished);
    throw error;
  } finally {
    damaged.close();
    removeFile(`${unfinished}-lock`);
  }
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

function openDamaged(path: string, nativeBinding: string | null): Database.Database {
  try {
    const db = openReading({ path, nativeBinding });
    db.prepare('SELECT count(*) FROM sqlite_master').get();
    return db;
  } catch (cause) {
    if (!(cause instanceof Database.SqliteError)) throw cause;
    throw toDamaged(path, `not even its list of tables can be read: ${cause.message}`, { cause });
  }
}
