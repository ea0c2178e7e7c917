import { randomUUID } from 'node:crypto';
import { extname } from 'node:path';
import type { Events } from '../../src-preload/contract/events.ts';
import { LOCAL_CONNECTION_NAME } from '../../src-preload/contract/model.ts';
import type { Answer, ParsedParams } from '../../src-preload/contract/requests.ts';
import { countCarried } from './commands/carried.ts';
import { importRows } from './commands/import-rows.ts';
import { holdsAny, type ReadingProgress, type ReadSource, readSource, type Source } from './import-source.ts';
import type { Session } from './session.ts';
import { readChangeCount } from './store/adjacency-rows.ts';
import { readEntitySummaries } from './store/entities.ts';
import type { ReadableDb, WritableDb } from './store/sql.ts';
import { offerAlike } from './transfer/alike.ts';
import { toErrorTable } from './transfer/error-file.ts';
import { TransferError } from './transfer/errors.ts';
import { guessMapping } from './transfer/mapping.ts';
import { type ImportPlan, planImport } from './transfer/plan-import.ts';
import { createResolver } from './transfer/resolve-keys.ts';
import { saveFiles } from './transfer/save-files.ts';
import { findCells, type Sheet } from './transfer/table.ts';
import type { RowVerdict, Settings } from './transfer/verdict.ts';
import { toDelimited } from './transfer/write-tables.ts';
import { toXlsx } from './transfer/write-xlsx.ts';
import { QueryCancelled, runPaced } from './traverse/pace.ts';
import { writeBeside } from './write-beside.ts';

type Page = Pick<ParsedParams<'import:preview'>, 'only' | 'offset' | 'limit'>;

/** What was read and waits to be imported, by handle. */
export interface Imports {
  inspect(source: Source, handle: string | undefined): Promise<Answer<'import:inspect'>>;
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
  const reading = new Map<string, AbortController>();
  const keep = (handle: string, { label, sheets }: ReadSource): void => {
    read.set(handle, { label, sheets, controller: new AbortController(), kept: null });
    for (const oldest of [...read.keys()].slice(0, Math.max(0, read.size - KEPT))) read.delete(oldest);
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
    inspect: async (source, wanted) => {
      const handle = wanted ?? randomUUID();
      if (read.has(handle) || reading.has(handle)) {
        throw new TransferError('import-known', 'An import of this handle is read already.');
      }
      const controller = new AbortController();
      reading.set(handle, controller);
      try {
        const teller = createTeller(session, handle);
        const options = {
          signal: controller.signal,
          tell: (progress: ReadingProgress) => teller({ phase: 'reading', ...progress }),
        };
        const found = await orCancelled(readSource(source, options));
        const tables = describe(session.db(), found.sheets);
        keep(handle, found);
        return { handle, tables, changed: [...found.changed] };
      } finally {
        reading.delete(handle);
      }
    },
    preview: (handle, settings, page) =>
      orCancelled(
        plan(handle, settings).then((made) => {
          const { sheets, controller } = find(handle);
          return toPreview(session.db(), sheets, made, page, controller.signal);
        }),
      ),
    commit: (handle, settings) => orCancelled(commit(session, handle, find(handle), settings)),
    saveErrors: (handle, settings, path) =>
      orCancelled(
        plan(handle, settings).then(({ verdicts }) =>
          saveRejected(session.db(), find(handle), { settings, rejected: verdicts.filter(isRejected), path }),
        ),
      ),
    cancel: (handle) => {
      reading.get(handle)?.abort();
      const entry = read.get(handle);
      if (entry === undefined) return;
      entry.controller.abort();
      entry.controller = new AbortController();
    },
    forget: (handle) => {
      reading.get(handle)?.abort();
      read.get(handle)?.controller.abort();
      read.delete(handle);
    },
  };
}

interface Rejected {
  readonly settings: Settings;
  readonly rejected: readonly RowVerdict[];
  readonly path: string;
}

/** Writes the rejected rows with what is wrong with each and what may be meant, as the ending says. */
async function saveRejected(
  db: ReadableDb,
  { sheets, controller }: Read,
  { settings, rejected, path }: Rejected,
): Promise<{ rows: number }> {
  const offered = await runPaced(offerAlike(db, rejected), controller.signal);
  const named = readEntitySummaries(db, [...new Set(offered.flatMap(({ candidates }) => candidates))]);
  const headers = settings.mappings.map(({ header }) => header);
  const [header = [], ...batch] = toErrorTable(
    sheets,
    headers,
    offered,
    (id) => named.get(id)?.address ?? '',
  );
  const table = { name: 'rejected rows', header, batches: [batch] };
  const ending = extname(path).toLowerCase();
  const pieces = ending === '.xlsx' ? toXlsx([table]) : toDelimited(table, ending === '.tsv' ? '\t' : ',');
  await saveFiles([{ path, pieces }]);
  return { rows: batch.length };
}

/** Every table must say what it is and have what that needs. */
function checked({ sheets }: Read, settings: Settings): Settings {
  for (const [index, { name, columns }] of sheets.entries()) {
    if (columns.length === 0) continue;
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
  const isIgnored = settings.mappings.every(({ subject }) => subject === 'ignore');
  if (isIgnored && !sheets.some(({ carried }) => holdsAny(carried))) {
    throw new TransferError('not-mapped', 'Say what the rows are: entities or relationships.');
  }
  return settings;
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

/** Judges once more and writes, on a handle of its own, while nobody else writes; readers go on. */
async function commit(
  session: Session,
  handle: string,
  entry: Read,
  settings: Settings,
): Promise<Answer<'import:commit'>> {
  const total = entry.sheets.reduce((sum, { rows }) => sum + rows.length, 0);
  const teller = createTeller(session, handle);
  const tell: Tell = (phase, done) => teller({ phase, done, total, begins: done === 0 });
  tell('waiting', 0);
  const answer = await writeBeside(session, [entry.controller.signal], (db, signal) =>
    writeAll(session, db, entry, checked(entry, settings), signal, tell),
  );
  session.changed('entities', 'relationships', 'outbox', 'conflicts', 'history', 'workspace', 'views');
  return answer;
}

/** Says of an import that was cancelled what became of it. */
async function orCancelled<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (!(cause instanceof QueryCancelled)) throw cause;
    throw new TransferError('cancelled', 'The import was cancelled. Nothing was imported.', { cause });
  }
}

type Tell = (phase: Progress['phase'], done: number) => void;

interface Progress {
  readonly phase: Events['import:progressed']['phase'];
  readonly done: number;
  readonly total: number;
  /** Whether something new begins: that is told at once, what is between only so often. */
  readonly begins: boolean;
}

function createTeller({ emit }: Session, handle: string): (progress: Progress) => void {
  let last = Number.NEGATIVE_INFINITY;
  return ({ begins, ...progress }) => {
    const now = performance.now();
    if (now - last < PROGRESS_EVERY_MS && !begins) return;
    last = now;
    emit('import:progressed', { handle, ...progress });
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
