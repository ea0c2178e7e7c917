import { createHash, randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { TransferError } from './errors.ts';

/** A file that was written, as a manifest names it. */
export interface SavedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A file to write, piece by piece: none is asked for before the one before it is written. */
export interface FileToSave {
  readonly path: string;
  readonly pieces: Iterable<Uint8Array>;
}

/** Files that have the name of unfinished ones until all of them are whole and on disk. */
export interface Drafts {
  /** Writes one of them. `heed` is asked between two pieces and may throw; what it throws is thrown. */
  write(file: FileToSave, heed?: () => void): Promise<SavedFile>;
  /** Gives all of them their names. */
  publish(): Promise<void>;
  /** Removes what has no name yet. */
  discard(): Promise<void>;
}

export function createDrafts(): Drafts {
  const unfinished = new Map<string, string>();
  return {
    write: async ({ path, pieces }, heed = () => undefined) => {
      // two exports to the same place must not write into one file
      const part = `${path}.${randomUUID()}-unfinished`;
      unfinished.set(part, path);
      return { path, ...(await writePieces(part, path, pieces, heed)) };
    },
    publish: async () => {
      for (const [part, path] of unfinished) {
        await orExplain(path, rename(part, path));
        unfinished.delete(part);
      }
    },
    discard: async () => {
      for (const part of unfinished.keys()) await rm(part, { force: true });
      unfinished.clear();
    },
  };
}

/** Writes files that appear under their names only once all are whole and on disk. */
export async function saveFiles(files: readonly FileToSave[]): Promise<SavedFile[]> {
  const drafts = createDrafts();
  const saved: SavedFile[] = [];
  try {
    for (const file of files) saved.push(await drafts.write(file));
    await drafts.publish();
  } finally {
    await drafts.discard();
  }
  return saved;
}

async function writePieces(
  part: string,
  path: string,
  pieces: Iterable<Uint8Array>,
  heed: () => void,
): Promise<Omit<SavedFile, 'path'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await orExplain(path, open(part, 'wx', 0o600));
  try {
    for (const piece of pieces) {
      hash.update(piece);
      bytes += piece.length;
      // an empty piece is a turn for others all the same
      await (piece.length === 0 ? nextTurn() : orExplain(path, file.writeFile(piece)));
      heed();
    }
    await orExplain(path, file.sync());
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function nextTurn(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

async function orExplain<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `${path} could not be written (${why}). No file was left, and the workspace is as it was. Make room, or choose another place.`;
    throw new TransferError('export-failed', message, { cause });
  }
}
