import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { LOCAL_CONNECTION_NAME } from '../../src-preload/contract/model.ts';
import type { Answer, ParsedParams } from '../../src-preload/contract/requests.ts';
import { countCarried } from './commands/carried.ts';
import { importRows } from './commands/import-rows.ts';
import { QueryError } from './query/errors.ts';
import { parseQuery } from './query/parse.ts';
import type { Session } from './session.ts';
import { readChangeCount } from './store/adjacency-rows.ts';
import { readEntitySummaries } from './store/entities.ts';
import type { ReadableDb, WritableDb } from './store/sql.ts';
import { offerAlike } from './transfer/alike.ts';
import { toErrorTable } from './transfer/error-file.ts';
import { TransferError } from './transfer/errors.ts';
import { guessMapping } from './transfer/mapping.ts';
import { type ImportPlan, planImport } from './transfer/plan-import.ts';
import { readFile, readText, toFormat, toMostBytes, toTooLarge } from './transfer/read-file.ts';
import { createResolver } from './transfer/resolve-keys.ts';
import { saveFiles } from './transfer/save-files.ts';
import type { Sheet } from './transfer/table.ts';
import type { RowVerdict, Settings } from './transfer/verdict.ts';
import { toDelimited } from './transfer/write-tables.ts';
import { toXlsx } from './transfer/write-xlsx.ts';
import { runPaced } from './traverse/pace.ts';
import { writeBeside } from './write-beside.ts';

type Source = ParsedParams<'import:inspect'>['source'];
type Page = Pick<ParsedParams<'import:preview'>, 'only' | 'offset' | 'limit'>;

/** What was read and waits to be imported, by handle. */
export interface Imports {
  inspect(source: Source): Promise<Answer<'import:inspect'>>;
  preview(handle: string, settings: Settings, page: Page): Promise<Answer<'import:preview'>>;
  commit(handle: string, settings: Settings): Promise<Answer<'import:commit'>>;
  saveErrors(handle: string, settings: Settings, path: string): Promise<{ rows: number }>;
  cancel(handle: string): void;
  forget(handle: string): void;
}

interface Read {
  readonly label: string;
  readonly sheets: readonly Sheet[];
  controller: AbortController;
  /** The last dry run, as long as it is still true. */
  kept: { readonly db: ReadableDb; readonly key: string; readonly plan: ImportPlan } | null;
}

/** How many of what was read is kept at most. */
const KEPT = 4;
/** Turns between two reports of progress. */
const PROGRESS_EVERY_MS = 100;

export function createImports(session: Session): Imports {
  const read = new Map<string, Read>();
  const find = (handle: string): Read => {
    const found = read.get(handle);
    if (found !== undefined) return found;
    throw new TransferError('import-gone', 'What was read for this import is gone. Choose the file again.');
  };
  const keep = (label: string, sheets: readonly Sheet[]): string => {
    const handle = randomUUID();
    read.set(handle, { label, sheets, controller: new AbortController(), kept: null });
    for (const oldest of [...read.keys()].slice(0, Math.max(0, read.size - KEPT))) read.delete(oldest);
    return handle;
  };
  const plan = async (handle: string, settings: Settings): Promise<ImportPlan> => {
    const entry = find(handle);
    const db = session.db();
    const key = JSON.stringify([settings, readChangeCount(db)]);
    if (entry.kept?.db === db && entry.kept.key === key) return entry.kept.plan;
    const made = await runPaced(
      planImport(session.commandContext(), entry.sheets, checked(entry, settings), entry.label),
      entry.controller.signal,
    );
    entry.kept = { db, key, plan: made };
    return made;
  };
  return {
    inspect: async (source) => {
      const { label, sheets } = await readSource(source);
      refuseUnreadableViews(label, sheets);
      return { handle: keep(label, sheets), tables: describe(session.db(), sheets) };
    },
    preview: async (handle, settings, page) => {
      const made = await plan(handle, settings);
      const { sheets, controller } = find(handle);
      return await toPreview(session.db(), sheets, made, page, controller.signal);
    },
    commit: (handle, settings) => commit(session, handle, find(handle), settings),
    saveErrors: async (handle, settings, path) => {
      const { verdicts } = await plan(handle, settings);
      const { sheets, controller } = find(handle);
      const db = session.db();
      const rejected = await runPaced(offerAlike(db, verdicts.filter(isRejected)), controller.signal);
      const named = readEntitySummaries(db, [...new Set(rejected.flatMap(({ candidates }) => candidates))]);
      const headers = settings.mappings.map(({ header }) => header);
      const rows = toErrorTable(sheets, headers, rejected, (id) => named.get(id)?.address ?? '');
      const [header = [], ...batch] = rows;
      const table = { name: 'rejected rows', header, batches: [batch] };
      const ending = extname(path).toLowerCase();
      const pieces =
        ending === '.xlsx' ? toXlsx([table]) : toDelimited(table, ending === '.tsv' ? '\t' : ',');
      await saveFiles([{ path, pieces }]);
      return { rows: rows.length - 1 };
    },
    cancel: (handle) => {
      const entry = find(handle);
      entry.controller.abort();
      entry.controller = new AbortController();
    },
    forget: (handle) => {
      read.get(handle)?.controller.abort();
      read.delete(handle);
    },
  };
}

/** Every table must say what it is and have what that needs. */
function checked({ sheets }: Read, settings: Settings): Settings {
  for (const [index, { name, columns }] of sheets.entries()) {
    const mapping = settings.mappings[index];
    if (mapping === undefined || mapping.roles.length !== columns.length) {
      throw new TransferError('not-mapped', `Say what each column of ${name} is.`);
    }
    const { subject, roles } = mapping;
    const has = (...wanted: string[]) => wanted.some((role) => roles.some((given) => given === role));
    if (subject === 'relationships' && !(has('source') && has('target'))) {
      throw new TransferError('not-mapped', `Say which columns of ${name} are the source and the target.`);
    }
    if (subject === 'matrix' && columns.length < 2) {
      throw new TransferError('not-mapped', `${name} is no matrix: it has fewer than two columns.`);
    }
    if (subject === 'entities' && !has('entity', 'name', 'id')) {
      throw new TransferError('not-mapped', `Say which column of ${name} is the name or the id.`);
    }
  }
  if (settings.mappings.every(({ subject }) => subject === 'ignore')) {
    throw new TransferError('not-mapped', 'Say what the rows are: entities or relationships.');
  }
  return settings;
}

async function readSource(source: Source): Promise<{ label: string; sheets: Sheet[] }> {
  const never = new AbortController().signal;
  if ('text' in source) {
    const sheets = await runPaced(readText('pasted text', source.text, source.format), never);
    return { label: 'Import pasted text', sheets: refuseEmpty(sheets, 'pasted text') };
  }
  const sheets: Sheet[] = [];
  for (const path of source.paths) {
    const name = basename(path);
    const format = toFormat(name);
    const bytes = await readBytes(path, toMostBytes(format));
    sheets.push(...refuseEmpty(await runPaced(readFile(name, bytes, format), never), name));
  }
  return { label: `Import ${source.paths.map((path) => basename(path)).join(', ')}`, sheets };
}

function refuseEmpty(sheets: Sheet[], file: string): Sheet[] {
  if (sheets.some(({ columns }) => columns.length > 0)) return sheets;
  throw new TransferError(
    'file-not-read',
    `${file}, row 1, column 1: there are no rows. Nothing was imported.`,
  );
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

async function readBytes(path: string, most: number): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size > most) throw toTooLarge(basename(path), most);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof TransferError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TransferError('file-not-read', `${path} cannot be read (${why}). Nothing was imported.`, {
      cause,
    });
  }
}

const SAMPLE = 3;
/** Entities made for missing ends that a dry run lists. */
const MADE_LISTED = 100;

function describe(db: ReadableDb, sheets: readonly Sheet[]): Answer<'import:inspect'>['tables'] {
  const resolve = createResolver(db, []);
  return sheets.map((sheet) => {
    const mapping = guessMapping(sheet, (text) => text !== '' && resolve(text, 0).is !== 'none');
    return {
      name: sheet.name,
      rows: sheet.rows.length,
      columns: sheet.columns.map((name, index) => ({
        name,
        sample: sheet.rows.slice(0, SAMPLE).map(({ cells }) => (cells[index] ?? '').slice(0, 100)),
      })),
      mapping: { ...mapping, roles: [...mapping.roles] },
    };
  });
}

async function toPreview(
  db: ReadableDb,
  sheets: readonly Sheet[],
  { verdicts, counts, made, wanted }: ImportPlan,
  { only, offset, limit }: Page,
  signal: AbortSignal,
): Promise<Answer<'import:preview'>> {
  const shown =
    only === 'all' ? verdicts : verdicts.filter((verdict) => isRejected(verdict) === (only === 'rejected'));
  const page = await runPaced(offerAlike(db, shown.slice(offset, offset + limit)), signal);
  const candidates = readEntitySummaries(db, [...new Set(page.flatMap((verdict) => verdict.candidates))]);
  const rows = page.map(({ sheet, candidates: ids, ...verdict }) => ({
    ...verdict,
    table: sheets[sheet]?.name ?? '',
    cells: findCells(sheets[sheet], verdict.row).map((cell) => cell.slice(0, 200)),
    candidates: ids.flatMap((id) => candidates.get(id) ?? []),
  }));
  const listed = made.slice(0, MADE_LISTED).map(({ kind, localId, name }) => {
    return { address: `${LOCAL_CONNECTION_NAME}:${kind}:${localId}`, name, kind };
  });
  return { counts, carried: countCarried(wanted.carried), made: listed, total: shown.length, rows };
}

function isRejected({ outcome }: RowVerdict): boolean {
  return outcome === 'refused' || outcome === 'choice';
}

/** Rows are in the order of their numbers; the header is a row where it is taken as one. */
function findCells(sheet: Sheet | undefined, number: number): readonly string[] {
  const rows = sheet?.rows ?? [];
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.number ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  const found = rows[low];
  return found?.number === number ? found.cells : (sheet?.columns ?? []);
}

/** Judges once more and writes, on a handle of its own, while nobody else writes; readers go on. */
async function commit(
  session: Session,
  handle: string,
  entry: Read,
  settings: Settings,
): Promise<Answer<'import:commit'>> {
  const total = entry.sheets.reduce((sum, { rows }) => sum + rows.length, 0);
  const tell = createProgress(session, handle, total);
  tell('waiting', 0);
  const answer = await writeBeside(session, [entry.controller.signal], (db, signal) =>
    writeAll(session, db, entry, checked(entry, settings), signal, tell),
  );
  session.changed('entities', 'relationships', 'outbox', 'conflicts', 'history', 'workspace', 'views');
  return answer;
}

type Tell = (phase: 'waiting' | 'judging' | 'writing', done: number) => void;

function createProgress(session: Session, handle: string, total: number): Tell {
  let last = Number.NEGATIVE_INFINITY;
  return (phase, done) => {
    const now = performance.now();
    if (now - last < PROGRESS_EVERY_MS && done > 0) return;
    last = now;
    session.emit('import:progressed', { handle, phase, done, total: Math.max(total, done) });
  };
}

function toLabel(
  label: string,
  { create, update, made }: ImportPlan['counts'],
  { types, views }: ReturnType<typeof countCarried>,
): string {
  const beside = [
    made > 0 ? `, ${made} entities made for missing ends` : '',
    types > 0 ? `, ${types} types` : '',
    views > 0 ? `, ${views} views` : '',
  ].join('');
  return `${label}: ${create} added, ${update} changed${beside}`;
}

/** One transaction: closing the handle before the commit leaves nothing. */
async function writeAll(
  session: Session,
  db: WritableDb,
  entry: Read,
  settings: Settings,
  signal: AbortSignal,
  tell: Tell,
): Promise<Answer<'import:commit'>> {
  const context = { ...session.commandContext(), db };
  db.exec('BEGIN IMMEDIATE');
  tell('judging', 0);
  const { counts, wanted } = await runPaced(
    planImport(context, entry.sheets, settings, entry.label, { keepVerdicts: false }),
    signal,
  );
  const carried = countCarried(wanted.carried);
  const label = toLabel(wanted.label, counts, carried);
  if (counts.create + counts.update + carried.types + carried.views === 0) {
    return { counts, carried, historyId: null, label };
  }
  const historyId = await runPaced(
    (function* writing() {
      const steps = importRows(context, { ...wanted, label });
      for (;;) {
        const step = steps.next();
        if (step.done === true) return step.value;
        tell('writing', step.value);
        yield;
      }
    })(),
    signal,
  );
  db.exec('COMMIT');
  return { counts, carried, historyId, label };
}
