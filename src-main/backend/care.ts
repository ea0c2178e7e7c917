import { existsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { BackupFile, WorkspaceStatus } from '../../src-preload/contract/model.ts';
import { must } from './must.ts';
import type { Session } from './session.ts';
import { readWorkspaceStatus } from './status.ts';
import {
  backUp,
  isBackupDue,
  listBackups,
  rotateBackups,
  toBackupFolder,
  toBackupPath,
} from './store/backup.ts';
import { checkWorkspace, type Finding } from './store/check.ts';
import { createWorkspace, openWorkspace } from './store/database.ts';
import { StoreError } from './store/errors.ts';
import { acquireLock } from './store/lock.ts';
import { readPlace, settleAt } from './store/place.ts';
import { type Recovered, recoverInto } from './store/recover.ts';
import { toDamaged } from './store/refuse.ts';
import { copyWorkspace, removeFile, replaceWorkspace } from './store/restore.ts';
import { readSetting, type Setting, saveSetting } from './store/settings.ts';

/** The care of the workspace file: backups, checks, restoring, recovery, compaction, and whether it is at home. */

const defaultBackups: Setting<'backups'> = { keep: 5, everyHours: 24 };

function readBackupSettings(session: Session): Setting<'backups'> {
  return readSetting(session.db(), 'backups') ?? defaultBackups;
}

function readPath(session: Session): string {
  return must(session.workspace(), 'the open workspace').path;
}

/** Copies the open workspace; to its rotating backups where no path is given. */
export async function makeBackup(
  session: Session,
  path: string | null,
  signal?: AbortSignal,
): Promise<BackupFile> {
  const own = readPath(session);
  const target = path ?? toBackupPath(own, session.ports.clock.now().toISOString());
  const made = await backUp(session.db(), target, () => signal?.throwIfAborted());
  if (path === null) rotateBackups(own, Math.max(1, readBackupSettings(session).keep));
  return made;
}

/** Makes a rotating backup if one is due. */
export async function backUpIfDue(session: Session, signal: AbortSignal): Promise<void> {
  const { keep, everyHours } = readBackupSettings(session);
  if (keep === 0 || !isBackupDue(listBackups(readPath(session))[0], everyHours, session.ports.clock.now()))
    return;
  await makeBackup(session, null, signal);
}

export function describeBackups(session: Session) {
  const path = readPath(session);
  return { folder: toBackupFolder(path), ...readBackupSettings(session), files: listBackups(path) };
}

export function setBackups(session: Session, settings: Setting<'backups'>): void {
  saveSetting(session.db(), 'backups', settings);
}

export function check(session: Session): { ok: boolean; findings: Finding[] } {
  const findings = checkWorkspace(session.db());
  return { ok: findings.length === 0, findings };
}

/**
 * Puts a backup in the place of a workspace and opens it. The backup is looked into first, the file that it replaces
 * is kept, and the next push waits until the user adopts the file.
 */
export async function restore(
  session: Session,
  { path, from }: { readonly path: string; readonly from: string },
): Promise<{ status: WorkspaceStatus; keptAt: string | null }> {
  if (path === from) throw new StoreError('workspace-exists', `${path} cannot be restored from itself.`);
  const incoming = prepare(session, path, from);
  if (session.workspace()?.path === path) await session.close();
  const keptAt = replace(session, path, incoming);
  await session.open(path);
  return { status: await readWorkspaceStatus(session), keptAt };
}

/** A copy of the backup, opened once: that checks it, migrates it and leaves it whole. The backup is never changed. */
function prepare({ ports }: Session, path: string, from: string): string {
  const incoming = `${path}-incoming`;
  removeFile(incoming);
  try {
    copyWorkspace(from, incoming);
    openWorkspace({ path: incoming, nativeBinding: ports.sqliteBinding }).close();
  } catch (error) {
    removeFile(incoming);
    throw error;
  } finally {
    removeFile(`${incoming}-lock`);
  }
  return incoming;
}

function replace({ ports }: Session, path: string, incoming: string): string | null {
  const lock = acquireLock(path, ports.sqliteBinding);
  try {
    return replaceWorkspace(path, incoming, ports.clock.now().toISOString());
  } finally {
    lock.release();
    removeFile(incoming);
  }
}

/** Copies what can be read of a damaged workspace into a new file; neither is opened for work. */
export function recover(
  { ports }: Session,
  { path, into }: { readonly path: string; readonly into: string },
): { path: string; tables: Recovered[] } {
  if (!existsSync(path)) throw new StoreError('workspace-missing', `There is no file ${path}.`);
  const damaged = openDamaged(path, ports.sqliteBinding);
  try {
    const target = createWorkspace({ path: into, nativeBinding: ports.sqliteBinding });
    try {
      return { path: into, tables: recoverInto(damaged, target.db) };
    } finally {
      target.close();
    }
  } finally {
    damaged.close();
  }
}

function openDamaged(path: string, nativeBinding: string | null): Database.Database {
  try {
    const db = new Database(path, { readonly: true, ...(nativeBinding === null ? {} : { nativeBinding }) });
    db.prepare('SELECT count(*) FROM sqlite_master').get();
    return db;
  } catch (cause) {
    if (!(cause instanceof Database.SqliteError)) throw cause;
    throw toDamaged(path, `not even its list of tables can be read: ${cause.message}`, { cause });
  }
}

/** Gives the space of what was removed back to the disk. It is one step: a crash leaves the file as it was. */
export function compact(session: Session): { before: number; after: number } {
  const path = readPath(session);
  const db = session.db();
  db.pragma('wal_checkpoint(TRUNCATE)');
  const before = statSync(path).size;
  db.exec('VACUUM');
  db.pragma('wal_checkpoint(TRUNCATE)');
  return { before, after: statSync(path).size };
}

/** Makes this file the one that pushes. */
export async function adopt(session: Session): Promise<WorkspaceStatus> {
  settleAt(session.db(), readPlace(readPath(session), session.ports.machine));
  session.changed('workspace');
  return await readWorkspaceStatus(session);
}
