import { statSync } from 'node:fs';
import { readSetting, type Setting, saveSetting } from './settings.ts';
import type { ReadableDb, WritableDb } from './sql.ts';

/** Where a workspace file is: on which machine, and as which file of which disk. Nothing of the user's home. */
export type Place = Setting<'place'>;

/** Where the file is now. `machine` is what the system calls itself; empty where it does not tell. */
export function readPlace(path: string, machine: string): Place {
  const { dev, ino } = statSync(path, { bigint: true });
  return { machine, device: dev.toString(), inode: ino.toString() };
}

/**
 * Whether the file is another than the one that last pushed: moved, restored, or a copy whose original may push the
 * same changes as well. A workspace that never pushed is at home wherever it is.
 */
export function isElsewhere(db: ReadableDb, now: Place): boolean {
  const home = readSetting(db, 'place');
  if (home === null) return false;
  return home.machine !== now.machine || home.device !== now.device || home.inode !== now.inode;
}

/** From now on the file is at home here. */
export function settleAt(db: WritableDb, place: Place): void {
  saveSetting(db, 'place', place);
}

/** Remembers where the first push left from; later ones only leave from there. */
export function settleOnce(db: WritableDb, place: Place): void {
  if (readSetting(db, 'place') === null) settleAt(db, place);
}
