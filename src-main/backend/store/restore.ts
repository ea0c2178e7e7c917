import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
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
 * kept under the name it answers with; null where nothing was.
 */
export function replaceWorkspace(path: string, incoming: string, now: string): string | null {
  makeDurable(incoming);
  const keptAt = existsSync(path) ? moveAside(path, now) : null;
  renameSync(incoming, path);
  return keptAt;
}

/** What the name of a workspace that was replaced goes on with. */
const REPLACED = '.replaced-';

/**
 * Puts back what was moved aside for a backup which, because the program was killed, never took its place. Nobody else
 * may be replacing it meanwhile.
 */
export function undoCutOffReplacement(path: string): void {
  if (!wasCutOff(path)) return;
  const start = `${basename(path)}${REPLACED}`;
  const [newest] = readdirSync(dirname(path))
    .filter((name) => name.startsWith(start) && name.endsWith('Z')) // a moment, and not what lies beside
    .toSorted()
    .toReversed();
  if (newest === undefined) return;
  // the file itself comes last: what lies beside it is there by then
  for (const file of withCompanions(path).toReversed()) {
    const kept = `${join(dirname(path), newest)}${file.slice(path.length)}`;
    if (existsSync(kept)) renameSync(kept, file);
  }
}

/** Whether a backup waits for a place that is empty. */
export function wasCutOff(path: string): boolean {
  return !existsSync(path) && existsSync(toIncoming(path));
}

function moveAside(path: string, now: string): string {
  const keptAt = `${path}${REPLACED}${now.replaceAll(':', '-')}`;
  if (existsSync(keptAt)) throw new StoreError('workspace-exists', `${keptAt} exists already.`);
  for (const file of withCompanions(path)) {
    if (existsSync(file)) renameSync(file, `${keptAt}${file.slice(path.length)}`);
  }
  return keptAt;
}

/** Removes a file that was never finished, with what lies beside it. */
export function removeFile(path: string): void {
  for (const file of withCompanions(path)) rmSync(file, { force: true });
}
