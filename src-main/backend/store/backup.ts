import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { BackupFile } from '../../../src-preload/contract/model.ts';
import { StoreError } from './errors.ts';
import type { ReadableDb } from './sql.ts';

/** How many pages are copied between two turns of the event loop; 500 pages of 4 KiB take a few milliseconds. */
const PAGES_AT_ONCE = 500;

/** How a copy goes on: `done` and `total` in pages. */
export type BackupProgress = (done: number, total: number) => void;

/** A file while it is being written: it gets its name once it is whole and on disk. */
export function toUnfinished(path: string): string {
  return `${path}-unfinished`;
}

/**
 * Copies the open workspace while it is in use, by SQLite's own backup. The copy is whole and on disk then, and still
 * has the name of an unfinished one. Throws `workspace-exists` rather than replace a file.
 */
export async function backUp(
  db: ReadableDb,
  target: string,
  onProgress: BackupProgress,
): Promise<BackupFile> {
  if (existsSync(target)) {
    throw new StoreError('workspace-exists', `${target} exists already. Choose another name for the backup.`);
  }
  const unfinished = toUnfinished(target);
  mkdirSync(dirname(target), { recursive: true });
  rmSync(unfinished, { force: true });
  try {
    const { totalPages: copied } = await db.backup(unfinished, {
      progress: ({ totalPages, remainingPages }) => {
        onProgress(totalPages - remainingPages, totalPages);
        return PAGES_AT_ONCE;
      },
    });
    // better-sqlite3 takes a workspace that somebody else has locked for one with nothing to copy
    if (copied === 0)
      throw new StoreError('workspace-busy', `${db.name} was busy. No backup was made; try again.`);
    makeDurable(unfinished);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
  return describe(target, unfinished);
}

/** Waits until the file is on the disk itself. */
export function makeDurable(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** What the names of rotating backups end with. */
const EXTENSION = '.weft';

/** Where the rotating backups of a workspace lie: a folder beside it. */
export function toBackupFolder(path: string): string {
  return `${path}.backups`;
}

/** The name of a backup made at a moment; names sort as their moments do. */
export function toBackupPath(path: string, now: string): string {
  return join(toBackupFolder(path), `${now.replaceAll(':', '-')}${EXTENSION}`);
}

/** The rotating backups of a workspace, newest first. */
export function listBackups(path: string): BackupFile[] {
  const folder = toBackupFolder(path);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(EXTENSION))
    .toSorted()
    .toReversed()
    .map((name) => describe(join(folder, name)));
}

/**
 * Removes all but the newest `keep` of the rotating backups, and what was begun and never finished. Must not run while a
 * backup is being made.
 */
export function rotateBackups(path: string, keep: number): void {
  const folder = toBackupFolder(path);
  const begun = existsSync(folder)
    ? readdirSync(folder).filter((name) => name.includes(toUnfinished(EXTENSION)))
    : [];
  for (const name of begun) rmSync(join(folder, name), { force: true });
  for (const backup of listBackups(path).slice(keep)) rmSync(backup.path, { force: true });
}

/**
 * When the next rotating backup is due, in milliseconds. Where there is none yet it is due at once, unless the workspace
 * was made meanwhile: then so long after that. Pure.
 */
export function toNextBackup(
  newest: BackupFile | undefined,
  everyHours: number,
  createdAt: string | null,
): number {
  const last = newest?.madeAt ?? createdAt;
  return last === null ? 0 : Date.parse(last) + everyHours * 3_600_000;
}

/** `written` is where it lies until it has its name. */
function describe(path: string, written: string = path): BackupFile {
  const { size, mtime } = statSync(written);
  return { path, madeAt: toMoment(basename(path)) ?? mtime.toISOString(), bytes: size };
}

/** The moment that a rotating backup's name tells of; null for a name that someone else gave. */
function toMoment(name: string): string | null {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d\.\d{3}Z)\.weft$/.exec(name);
  return parts === null ? null : `${parts[1]}:${parts[2]}:${parts[3]}`;
}
