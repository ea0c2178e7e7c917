import { createHash, randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { TransferError } from './errors.ts';

/** A file that was written, as a manifest names it. */
export interface SavedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Writes files that appear under their names only once all are whole and on disk. */
export async function saveFiles(
  files: readonly { readonly path: string; readonly bytes: Uint8Array }[],
): Promise<SavedFile[]> {
  const unfinished = files.map(({ path, bytes }) => ({ path, bytes, part: `${path}.${randomUUID()}` }));
  try {
    for (const { part, bytes } of unfinished) await writeWhole(part, bytes);
    for (const { part, path } of unfinished) await rename(part, path);
  } catch (cause) {
    for (const { part } of unfinished) await rm(part, { force: true });
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `${files[0]?.path ?? 'The file'} could not be written (${why}). The workspace is as it was.`;
    throw new TransferError('export-failed', message, { cause });
  }
  return files.map(({ path, bytes }) => ({ path, bytes: bytes.length, sha256: toHash(bytes) }));
}

function toHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
