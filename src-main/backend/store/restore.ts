import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeDurable } from './backup.ts';
import { StoreError } from './errors.ts';

/** What lies beside a database file and belongs to it. Source: sqlite.org/wal.html. */
const companions = ['-wal', '-shm', '-journal'] as const;

/** A database file and all that may lie beside it. */
export function withCompanions(path: string): readonly string[] {
  return ['', ...companions].map((companion) => `${path}${companion}`);
}

/** How much is copied between two reports of progress. */
const CHUNK_BYTES = 1024 * 1024;

/** Copies a workspace that may have been left without being closed; tells how far it is in bytes. */
export function copyWorkspace(
  from: string,
  to: string,
  onProgress: (done: number, total: number) => void,
): void {
  const parts = ['', '-wal'].filter((companion) => existsSync(`${from}${companion}`));
  if (parts[0] !== '') throw new StoreError('workspace-missing', `There is no file ${from}.`);
  const total = parts.reduce((sum, companion) => sum + statSync(`${from}${companion}`).size, 0);
  let done = 0;
  for (const companion of parts) {
    copyFile(`${from}${companion}`, `${to}${companion}`, (bytes) => {
      done += bytes;
      onProgress(done, total);
    });
  }
}

function copyFile(from: string, to: string, onChunk: (bytes: number) => void): void {
  const source = openSync(from, 'r');
  try {
    const target = openSync(to, 'wx');
    try {
      const buffer = Buffer.alloc(CHUNK_BYTES);
      for (;;) {
        const bytes = readSync(source, buffer);
        if (bytes === 0) return;
        for (let written = 0; written < bytes; ) {
          written += writeSync(target, buffer, written, bytes - written);
        }
        onChunk(bytes);
      }
    } finally {
      closeSync(target);
    }
  } finally {
    closeSync(source);
  }
}

/** Where a backup lies until it takes the place of a workspace. */
export function toIncoming(path: string): string {
  return `${path}-incoming`;
}

/**
 * Puts the closed file `incoming` in the place of the workspace at `path`, which must not be open. What was there is
 * kept under the name it answers with; null where nothing was. Where it fails, what was there is there again.
 */
export function replaceWorkspace(path: string, incoming: string, now: string): string | null {
  utimesSync(incoming, new Date(now), new Date(now)); // by which what is moved aside for it is known
  makeDurable(incoming);
  const keptAt = existsSync(path) ? toKept(path, now) : null;
  try {
    if (keptAt !== null) moveFile(path, keptAt);
    renameSync(incoming, path);
  } catch (error) {
    if (keptAt !== null) moveBack(keptAt, path);
    throw error;
  }
  return keptAt;
}

/** What the name of a workspace that was replaced goes on with. */
const REPLACED = '.replaced-';

function toKept(path: string, now: string): string {
  const keptAt = `${path}${REPLACED}${now.replaceAll(':', '-')}`;
  if (existsSync(keptAt)) throw new StoreError('workspace-exists', `${keptAt} exists already.`);
  return keptAt;
}

function moveFile(from: string, to: string): void {
  for (const companion of ['', ...companions]) {
    if (existsSync(`${from}${companion}`)) renameSync(`${from}${companion}`, `${to}${companion}`);
  }
}

/** The file itself comes last: what lies beside it is there by then. */
function moveBack(keptAt: string, path: string): void {
  for (const companion of ['', ...companions].toReversed()) {
    if (existsSync(`${keptAt}${companion}`)) renameSync(`${keptAt}${companion}`, `${path}${companion}`);
  }
}

/**
 * Puts back what was moved aside for a backup which, because the program was killed, never took its place, and removes
 * what was to take it. Nobody else may be replacing it meanwhile.
 */
export function undoCutOffReplacement(path: string): void {
  const keptAt = findCutOff(path);
  if (keptAt === null) return;
  moveBack(keptAt, path);
  removeFile(toIncoming(path));
}

/**
 * The file that was moved aside for the backup that waits for its place, which is empty; null where nothing was. Files
 * that were replaced before are none of this: a backup that waits may never have come so far.
 */
export function findCutOff(path: string): string | null {
  if (existsSync(path)) return null;
  const incoming = statSync(toIncoming(path), { throwIfNoEntry: false });
  if (incoming === undefined) return null;
  const start = `${basename(path)}${REPLACED}`;
  const name = readdirSync(dirname(path))
    .filter((file) => file.startsWith(start) && file.endsWith('Z')) // a moment, and not what lies beside
    .toSorted()
    .findLast((file) => Math.abs(toTime(file.slice(start.length)) - incoming.mtimeMs) <= ROUNDED_MS);
  return name === undefined ? null : join(dirname(path), name);
}

/** A file system may keep times in steps of two seconds. */
const ROUNDED_MS = 2000;

/** Of a moment as it stands in a name; not a number where it is none. */
function toTime(moment: string): number {
  return Date.parse(moment.replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:'));
}

/** Removes a file that was never finished, with what lies beside it. */
export function removeFile(path: string): void {
  for (const file of withCompanions(path)) rmSync(file, { force: true });
}
