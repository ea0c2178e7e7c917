import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { makeDurable } from './backup.ts';
import { StoreError } from './errors.ts';

/** What lies beside a database file and belongs to it. Source: sqlite.org/wal.html. */
const companions = ['-wal', '-shm', '-journal'] as const;

/** Copies a workspace that may have been left without being closed. */
export function copyWorkspace(from: string, to: string): void {
  for (const companion of ['', '-wal']) {
    if (existsSync(`${from}${companion}`)) copyFileSync(`${from}${companion}`, `${to}${companion}`);
  }
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

function moveAside(path: string, now: string): string {
  const keptAt = `${path}.replaced-${now.replaceAll(':', '-')}`;
  if (existsSync(keptAt)) throw new StoreError('workspace-exists', `${keptAt} exists already.`);
  for (const companion of ['', ...companions]) {
    if (existsSync(`${path}${companion}`)) renameSync(`${path}${companion}`, `${keptAt}${companion}`);
  }
  return keptAt;
}

/** Removes a file that was never finished, with what lies beside it. */
export function removeFile(path: string): void {
  for (const companion of ['', ...companions]) rmSync(`${path}${companion}`, { force: true });
}
