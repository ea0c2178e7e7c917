import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ParsedParams } from '../../src-preload/contract/requests.ts';
import type { Carried } from './commands/carried.ts';
import { QueryError } from './query/errors.ts';
import { parseQuery } from './query/parse.ts';
import { TransferError } from './transfer/errors.ts';
import { type Format, readFile, readText, toFormat } from './transfer/read-file.ts';
import { toldReading } from './transfer/reading.ts';
import { limits, type Sheet } from './transfer/table.ts';
import { QueryCancelled, runPaced } from './traverse/pace.ts';

/** What is imported: files, or a text that was pasted. */
export type Source = ParsedParams<'import:inspect'>['source'];

/** What was read, and how the history calls its import. */
export interface ReadSource {
  readonly label: string;
  readonly sheets: readonly Sheet[];
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
  const { label, sheets } =
    'text' in source ? await readPasted(source, reader) : await readFiles(source.paths, reader);
  refuseUnreadableViews(label, sheets);
  return { label, sheets };
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
  return { label: 'Import pasted text', sheets: refuseEmpty(sheets, 'pasted text') };
}

async function readFiles(paths: readonly string[], { signal, tell }: Reader): Promise<ReadSource> {
  const files = [];
  for (const path of paths)
    files.push({ path, format: toFormat(basename(path)), bytes: await readSize(path) });
  const total = 2 * files.reduce((sum, { bytes }) => sum + bytes, 0);
  const sheets: Sheet[] = [];
  let before = 0;
  for (const { path, format, bytes } of files) {
    const start = before;
    tell({ done: start, total, begins: true });
    const reader = { signal, tell: (done: number) => tell({ done: start + done, total, begins: false }) };
    sheets.push(...(await readOne(path, format, reader)));
    before += 2 * bytes;
  }
  return { label: `Import ${paths.map((path) => basename(path)).join(', ')}`, sheets };
}

async function readOne(
  path: string,
  format: Format,
  { signal, tell }: { readonly signal: AbortSignal; readonly tell: (done: number) => void },
): Promise<Sheet[]> {
  const name = basename(path);
  const heed = (done: number) => {
    if (signal.aborted) throw new QueryCancelled();
    tell(done);
  };
  const bytes = await takeIn(path, heed);
  const reading = toldReading(readFile(name, bytes, format), (part) => tell(bytes.length * (1 + part)));
  return refuseEmpty(await runPaced(reading, signal), name);
}

async function readSize(path: string): Promise<number> {
  return await withFile(path, async (file) => {
    const { size } = await file.stat();
    if (size <= limits.bytes) return size;
    const message = `${basename(path)}, row 1, column 1: it is larger than ${limits.bytes} bytes. Nothing was imported.`;
    throw new TransferError('file-too-large', message);
  });
}

/** Bytes that are taken from the disk in one turn. */
const TAKEN = 4 * 1024 * 1024;

/** A file as it was when it was opened: what is added meanwhile is not read. */
async function takeIn(path: string, heed: (done: number) => void): Promise<Uint8Array> {
  return await withFile(path, async (file) => {
    const { size } = await file.stat();
    const bytes = new Uint8Array(size);
    let done = 0;
    while (done < size) {
      const { bytesRead } = await file.read(bytes, done, Math.min(TAKEN, size - done));
      if (bytesRead === 0) break;
      done += bytesRead;
      heed(done);
    }
    return bytes.subarray(0, done);
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
