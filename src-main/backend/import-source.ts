import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ParsedParams } from '../../src-preload/contract/requests.ts';
import type { Carried } from './commands/carried.ts';
import { readExportedFile } from './import-manifest.ts';
import { QueryError } from './query/errors.ts';
import { parseQuery } from './query/parse.ts';
import { TransferError } from './transfer/errors.ts';
import { type Format, readFile, readText, toFormat, toMostBytes, toTooLarge } from './transfer/read-file.ts';
import { toldReading } from './transfer/reading.ts';
import type { Sheet } from './transfer/table.ts';
import { QueryCancelled, runPaced } from './traverse/pace.ts';

/** What is imported: files, or a text that was pasted. */
export type Source = ParsedParams<'import:inspect'>['source'];

/** What was read, and how the history calls its import. */
export interface ReadSource {
  readonly label: string;
  readonly sheets: readonly Sheet[];
  /** The files that are not as the manifest beside them says they were written. */
  readonly changed: readonly string[];
}

/** How far a reading is, in bytes; each counts twice, as it is taken from the disk and understood. */
export interface ReadingProgress {
  readonly done: number;
  readonly total: number;
  /** Whether a file begins. */
  readonly begins: boolean;
}

/** Who waits for what is read. */
export interface Reader {
  readonly signal: AbortSignal;
  readonly tell: (progress: ReadingProgress) => void;
}

/** Reads all that is to be imported. Throws a TransferError that says where it cannot, QueryCancelled once it is aborted. */
export async function readSource(source: Source, reader: Reader): Promise<ReadSource> {
  const read = 'text' in source ? await readPasted(source, reader) : await readFiles(source.paths, reader);
  refuseUnreadableViews(read.label, read.sheets);
  return read;
}

async function readPasted(
  { text, format }: Extract<Source, { text: string }>,
  { signal, tell }: Reader,
): Promise<ReadSource> {
  const total = text.length;
  const reading = readText('pasted text', text, format);
  const sheets = await runPaced(
    toldReading(reading, (part) => tell({ done: part * total, total, begins: false })),
    signal,
  );
  return { label: 'Import pasted text', sheets: refuseEmpty(sheets, 'pasted text'), changed: [] };
}

async function readFiles(paths: readonly string[], { signal, tell }: Reader): Promise<ReadSource> {
  const files = [];
  for (const path of paths) files.push({ path, ...(await readSize(path)) });
  const total = 2 * files.reduce((sum, { bytes }) => sum + bytes, 0);
  const sheets: Sheet[] = [];
  const changed: string[] = [];
  let before = 0;
  for (const { path, format, bytes } of files) {
    const start = before;
    tell({ done: start, total, begins: true });
    const reader = { signal, tell: (done: number) => tell({ done: start + done, total, begins: false }) };
    const read = await readOne(path, format, reader);
    sheets.push(...read.sheets);
    if (read.isChanged) changed.push(basename(path));
    before += 2 * bytes;
  }
  return { label: `Import ${paths.map((path) => basename(path)).join(', ')}`, sheets, changed };
}

async function readOne(
  path: string,
  format: Format,
  { signal, tell }: { readonly signal: AbortSignal; readonly tell: (done: number) => void },
): Promise<{ sheets: Sheet[]; isChanged: boolean }> {
  const name = basename(path);
  const heed = (done: number) => {
    if (signal.aborted) throw new QueryCancelled();
    tell(done);
  };
  const { bytes, isChanged } = await takeIn(path, heed);
  const reading = toldReading(readFile(name, bytes, format), (part) => tell(bytes.length * (1 + part)));
  return { sheets: refuseEmpty(await runPaced(reading, signal), name), isChanged };
}

async function readSize(path: string): Promise<{ format: Format; bytes: number }> {
  const format = toFormat(basename(path));
  const most = toMostBytes(format);
  return await withFile(path, async (file) => {
    const { size: bytes } = await file.stat();
    if (bytes > most) throw toTooLarge(basename(path), most);
    return { format, bytes };
  });
}

/** Bytes that are taken from the disk in one turn. */
const TAKEN = 4 * 1024 * 1024;

/** A file as it was when it was opened: what is added meanwhile is not read. */
async function takeIn(
  path: string,
  heed: (done: number) => void,
): Promise<{ bytes: Uint8Array; isChanged: boolean }> {
  const exported = await readExportedFile(path);
  const hash = createHash('sha256');
  return await withFile(path, async (file) => {
    const { size } = await file.stat();
    const bytes = new Uint8Array(size);
    let done = 0;
    while (done < size) {
      const { bytesRead } = await file.read(bytes, done, Math.min(TAKEN, size - done));
      if (bytesRead === 0) break;
      if (exported !== null) hash.update(bytes.subarray(done, done + bytesRead));
      done += bytesRead;
      heed(done);
    }
    const isChanged = exported !== null && exported.sha256 !== hash.digest('hex');
    return { bytes: bytes.subarray(0, done), isChanged };
  });
}

type OpenFile = Awaited<ReturnType<typeof open>>;

async function withFile<T>(path: string, body: (file: OpenFile) => Promise<T>): Promise<T> {
  try {
    const file = await open(path, 'r');
    try {
      return await body(file);
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof TransferError || cause instanceof QueryCancelled) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `${path} cannot be read (${why}). Nothing was imported.`;
    throw new TransferError('file-not-read', message, { cause });
  }
}

function refuseEmpty(sheets: Sheet[], file: string): Sheet[] {
  if (sheets.some(({ columns, carried }) => columns.length > 0 || holdsAny(carried))) return sheets;
  throw new TransferError(
    'file-not-read',
    `${file}, row 1, column 1: there are no rows. Nothing was imported.`,
  );
}

/** Whether a file holds a type or a view beside its rows. */
export function holdsAny(carried: Carried | undefined): boolean {
  return carried !== undefined && carried.types.length + carried.views.length > 0;
}

/** Views are asked by queries; one that cannot be read would only show when the view is opened. */
function refuseUnreadableViews(label: string, sheets: readonly Sheet[]): void {
  for (const { name, query, filter } of sheets.flatMap(({ carried }) => carried?.views ?? [])) {
    try {
      parseQuery(query);
      parseQuery(filter.text);
    } catch (cause) {
      if (!(cause instanceof QueryError)) throw cause;
      const message = `${label}: the view ${name}: ${cause.message} Nothing was imported.`;
      throw new TransferError('file-not-read', message, { cause });
    }
  }
}
