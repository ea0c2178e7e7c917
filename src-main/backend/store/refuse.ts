import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from 'node:fs';
import { decodePage, PAGE_BYTES } from './b-tree-page.ts';
import { StoreError } from './errors.ts';
import { APPLICATION_ID } from './migrate.ts';

/** SQLite's own header. Source: sqlite.org/fileformat2.html, 1.3. */
const header = {
  length: 100,
  magic: 'SQLite format 3\u0000',
  pageSize: 16,
  pages: 28,
  version: 60,
  application: 68,
};

/** Reads SQLite's own header, so that a foreign file is refused before anything opens it. */
export function refuseUnlessWorkspace(path: string, newest: number): void {
  const bytes = readHeader(path);
  if (bytes.toString('latin1', 0, header.magic.length) !== header.magic) {
    if (holdsTables(path)) throw toDamaged(path, 'its first page is none of a workspace');
    throw new StoreError('workspace-not-sqlite', `${path} is not a Weft workspace. It was not touched.`);
  }
  if (bytes.readUInt32BE(header.application) !== APPLICATION_ID) {
    throw new StoreError(
      'workspace-foreign',
      `${path} is a SQLite database of another program, not a Weft workspace. It was not touched.`,
    );
  }
  refuseIfNewer(path, bytes.readUInt32BE(header.version), newest);
  if (isReadOnly(path)) {
    throw new StoreError(
      'workspace-read-only',
      `${path} is read-only. Make it writable, or copy it to a place where you may write, and open it again.`,
    );
  }
  refuseIfLinked(path);
  refuseIfTruncated(path, bytes);
}

/** SQLite's log and our lock go by the name of the file: under a second name nothing would keep two writers apart. */
function refuseIfLinked(path: string): void {
  const { nlink } = statSync(path);
  if (nlink < 2) return;
  throw new StoreError(
    'workspace-linked',
    `${path} has ${nlink} names (hard links), under which two programs could write it at once and damage it. It was not touched; copy it to a file of its own, and open that.`,
  );
}

export function refuseIfNewer(path: string, version: number, newest: number): void {
  if (version <= newest) return;
  throw new StoreError(
    'workspace-newer',
    `${path} was written by a newer Weft (version ${version} of the file, this program knows ${newest}). ` +
      'Update Weft to open it. The file was not touched.',
  );
}

export function toDamaged(path: string, detail: string, options?: ErrorOptions): StoreError {
  return new StoreError(
    'workspace-damaged',
    `${path} is damaged (${detail}). It was not changed; restore a backup, or recover what can still be read into a new file.`,
    options,
  );
}

function readHeader(path: string): Buffer {
  if (!existsSync(path)) throw new StoreError('workspace-missing', `There is no file ${path}.`);
  const bytes = Buffer.alloc(header.length);
  try {
    const file = openSync(path, 'r');
    try {
      readSync(file, bytes, 0, header.length, 0);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw new StoreError('workspace-not-sqlite', `${path} cannot be read as a file.`, { cause });
  }
  return bytes;
}

/** Looked for a table in so many pages; the first ones of a workspace are full of them. */
const LOOKED_AT = 64;

/** Whether pages after the first hold rows of a database: those of a file of another kind do not. */
function holdsTables(path: string): boolean {
  const bytes = Buffer.alloc(LOOKED_AT * PAGE_BYTES);
  const file = openSync(path, 'r');
  try {
    const length = readSync(file, bytes, 0, bytes.length, PAGE_BYTES);
    const starts = Array.from({ length: Math.floor(length / PAGE_BYTES) }, (_, index) => index * PAGE_BYTES);
    return starts.some((start) => holdsRows(bytes.subarray(start, start + PAGE_BYTES)));
  } finally {
    closeSync(file);
  }
}

/** A page without any tells nothing: bytes of any file look like one by chance. */
function holdsRows(page: Buffer): boolean {
  return (decodePage(page)?.cells.length ?? 0) > 0;
}

/** The mode counts as well as the right, so that what is marked read-only is so for an administrator too. */
export function isReadOnly(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return (statSync(path).mode & 0o222) === 0;
  } catch {
    return true;
  }
}

/** A file after a crash may be shorter than its header says: what is missing then lies in the log beside it. */
function refuseIfTruncated(path: string, bytes: Buffer): void {
  if (existsSync(`${path}-wal`)) return;
  const written = bytes.readUInt16BE(header.pageSize);
  const pageSize = written === 1 ? 65_536 : written;
  const expected = pageSize * bytes.readUInt32BE(header.pages);
  const { size } = statSync(path);
  if (size < expected) throw toDamaged(path, `${size} bytes of ${expected} are left`);
}
