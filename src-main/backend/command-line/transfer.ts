import { randomUUID } from 'node:crypto';
import { extname, resolve } from 'node:path';
import { toChangedText } from '../../../src-preload/contract/changed-words.ts';
import type { AnyEvent } from '../../../src-preload/contract/events.ts';
import type { Answer, Params } from '../../../src-preload/contract/requests.ts';
import {
  ColumnRole,
  type ImportMapping,
  ImportSubject,
  TransferFormat,
} from '../../../src-preload/contract/transfer-requests.ts';
import { attend } from './attend.ts';
import { type Client, findEntity } from './client.ts';
import { CommandLineError, exitCodes, wrongUsage } from './errors.ts';
import { toSparedLine } from './history-commands.ts';
import { done, type Outcome } from './output.ts';
import type { Shell } from './shell.ts';
import { readQuery } from './view-commands.ts';

/** The commands that bring rows in and out. */

export interface ImportOptions {
  readonly create?: boolean;
  readonly dryRun?: boolean;
  readonly map?: readonly string[];
  readonly as?: string;
  readonly choose?: readonly string[];
  readonly kind: string;
  readonly createMissing?: boolean;
  readonly local?: boolean;
  readonly errors?: string;
}

type Tables = Answer<'import:inspect'>['tables'];
type Verdict = Answer<'import:preview'>['rows'][number];

/** The most rejected rows that are printed; a file of errors has them all. */
const PRINTED = 500;

/** Exit code 3 where rows were rejected: the others are imported. `progress` is told when rows are to be written. */
export async function importFiles(
  client: Client,
  files: readonly string[],
  options: ImportOptions,
  progress = { isWriting: false },
): Promise<Outcome> {
  const handle = randomUUID();
  let interrupted = false;
  const guarded: Client = {
    ...client,
    request: async (channel, params) => {
      // between two requests there is nothing to cancel
      if (interrupted) throw cancelled();
      progress.isWriting ||= channel === 'import:commit';
      return await client.request(channel, params);
    },
  };
  return await attend(client, importNamed(guarded, handle, files, options), {
    cancel: () => {
      interrupted = true;
      void client.request('import:cancel', { handle });
    },
    toLine: toImportLine,
  });
}

function cancelled(): CommandLineError {
  return new CommandLineError(exitCodes.failed, {
    code: 'cancelled',
    message: 'The import was cancelled. Nothing was imported.',
    details: {},
  });
}

const phases = { reading: 'Reading', waiting: 'Waiting', judging: 'Judging', writing: 'Importing' } as const;

/** How far an import is, for one line of a terminal. */
function toImportLine({ event, payload }: AnyEvent): string | null {
  if (event !== 'import:progressed') return null;
  const { phase, done, total } = payload;
  return `${phases[phase]}: ${Math.floor((done / Math.max(1, total)) * 100)} %`;
}

async function importNamed(
  client: Client,
  handle: string,
  files: readonly string[],
  options: ImportOptions,
): Promise<Outcome> {
  const paths = files.map((file) => resolve(file));
  const { tables, changed } = await client.request('import:inspect', { source: { paths }, handle });
  const settings = {
    mappings: toMappings(tables, options),
    choices: await parseChoices(client, options.choose ?? []),
    kind: options.kind,
    createMissing: options.createMissing === true,
    local: options.local === true,
  };
  const page = { handle, settings, only: 'rejected', offset: 0, limit: PRINTED } as const;
  const { counts, carried, made, rows } = await client.request('import:preview', page);
  if (options.errors !== undefined) {
    await client.request('import:save-errors', { handle, settings, path: resolve(options.errors) });
  }
  const committed =
    options.dryRun === true ? null : await client.request('import:commit', { handle, settings });
  const value = {
    dryRun: options.dryRun === true,
    counts: committed?.counts ?? counts,
    carried: committed?.carried ?? carried,
    history: committed?.historyId ?? null,
    made: made.map(({ address }) => address),
    rejected: rows.map(toVerdictValue),
    changed,
  };
  const { create, update, unchanged, refused, choice, removedValues } = value.counts;
  const missing = toMadeLine(made, value.counts.made);
  const { types, views } = value.carried;
  const beside = types + views === 0 ? '' : `; ${types} relationship types and ${views} views taken over`;
  const removed = removedValues === 0 ? '' : `, values removed: ${removedValues}`;
  const summary = `${options.dryRun === true ? 'Would import' : 'Imported'}: ${create} added, ${update} changed, ${unchanged} unchanged, ${refused} refused, ${choice} to be chosen${removed}${beside}`;
  const exitCode = refused + choice > 0 ? exitCodes.waiting : exitCodes.done;
  return done(
    value,
    [...changed.map(toChangedText), summary, ...missing, ...rows.map(toVerdictLine)],
    exitCode,
  );
}

function toMadeLine(made: Answer<'import:preview'>['made'], total: number): string[] {
  if (total === 0) return [];
  const rest = made.length < total ? ` and ${total - made.length} more` : '';
  return [`Made for missing ends (${total}): ${made.map(({ address }) => address).join(', ')}${rest}`];
}

function toVerdictValue({ candidates, ...verdict }: Verdict) {
  const { table, row, column, code, message, candidateCount } = verdict;
  const addresses = candidates.map(({ address }) => address);
  return { table, row, column, code, message, candidates: addresses, candidateCount };
}

function toVerdictLine({ table, row, column, message, candidates, candidateCount }: Verdict): string {
  const at = column === null ? '' : `, column ${column}`;
  const meant =
    candidates.length === 0
      ? ''
      : ` Meant may be: ${candidates.map(({ address }) => address).join(', ')}${candidates.length < candidateCount ? ` (${candidates.length} of ${candidateCount})` : ''}`;
  return `${table}, row ${row}${at}: ${message ?? ''}${meant}`;
}

/** The guess, with what the caller says of columns (by name, or by number from 1) and of rows. */
function toMappings(tables: Tables, { map = [], as }: ImportOptions): ImportMapping[] {
  const subject = as === undefined ? undefined : ImportSubject.safeParse(as);
  if (subject?.success === false)
    throw wrongUsage(`--as takes entities, relationships or matrix, not ${as}.`);
  const named = map.map(parseMapping);
  for (const { column } of named) {
    if (!tables.some(({ columns }) => columns.some(({ name }, index) => isColumn(column, name, index)))) {
      throw wrongUsage(`There is no column ${column}.`);
    }
  }
  return tables.map(({ columns, mapping }) => ({
    header: mapping.header,
    subject: subject?.data ?? mapping.subject,
    roles: mapping.roles.map((guessed, index) => {
      const said = named.find(({ column }) => isColumn(column, columns[index]?.name ?? '', index));
      if (said !== undefined) return said.role;
      return named.some(({ role }) => role === guessed && role !== 'attribute') ? 'ignore' : guessed;
    }),
  }));
}

function isColumn(text: string, name: string, index: number): boolean {
  return text === name || text === String(index + 1);
}

function parseMapping(text: string): { column: string; role: ColumnRole } {
  const at = text.lastIndexOf('=');
  const role = ColumnRole.safeParse(text.slice(at + 1));
  if (at > 0 && role.success) return { column: text.slice(0, at), role: role.data };
  throw wrongUsage(`--map takes COLUMN=${ColumnRole.options.join(', ')}; not ${text}.`);
}

type Choices = Params<'import:commit'>['settings']['choices'];

async function parseChoices(client: Client, texts: readonly string[]): Promise<Choices> {
  const choices: Choices = [];
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at < 1) throw wrongUsage(`--choose takes TEXT=connection:kind:id, not ${text}.`);
    const { id } = await findEntity(client, text.slice(at + 1));
    choices.push({ text: text.slice(0, at), row: null, entityId: id });
  }
  return choices;
}

/** Exit code 3 where something was edited since and spared. */
export async function rollback(client: Client, id: string): Promise<Outcome> {
  const historyId = Number(id);
  if (!Number.isInteger(historyId) || historyId < 1) throw wrongUsage(`${id} is no number of the history.`);
  const taken = await client.request('import:rollback', { historyId });
  const { entities, relationships, sparedCount, spared } = taken;
  const lines = [
    `Taken back: ${entities} entities, ${relationships} relationships; ${sparedCount} spared`,
    ...spared.map(toSparedLine),
  ];
  return done(taken, lines, sparedCount > 0 ? exitCodes.waiting : exitCodes.done);
}

export interface ExportOptions {
  readonly format?: string;
  readonly query?: string;
  readonly view?: string;
}

/** What Ctrl-C ends it by. */
const EXPORT = 'export';

/** How far an export is, for one line of a terminal. */
function toExportLine({ event, payload }: AnyEvent): string | null {
  if (event !== 'export:progressed') return null;
  const { done, total } = payload;
  if (total === null) return `Exporting: ${done} entities found`;
  return done === total ? '' : `Exporting: ${Math.floor((done / total) * 100)} %`;
}

export async function exportTo(client: Client, file: string, options: ExportOptions): Promise<Outcome> {
  const format = TransferFormat.safeParse(options.format ?? extname(file).slice(1).toLowerCase());
  if (!format.success) throw wrongUsage(`--format takes ${TransferFormat.options.join(', ')}.`);
  const query = await readQuery(client, options.query, options.view);
  const wanted = { path: resolve(file), format: format.data, query, name: EXPORT };
  const { manifest, paths } = await attend(client, client.request('export:write', wanted), {
    cancel: () => void client.request('query:cancel', { name: EXPORT }),
    toLine: toExportLine,
  });
  const { entities, relationships } = manifest.counts;
  const summary = `Exported ${entities} entities and ${relationships} relationships:`;
  return done({ manifest, paths }, [summary, ...paths]);
}

/** Adds `import`, `rollback` and `export`. */
export function addTransfer({ root, command, perform }: Shell): void {
  command(root, 'import <file...>', 'import entities and relationships from CSV, TSV, XLSX, JSON or GraphML')
    .option('--dry-run', 'judge every row and change nothing')
    .option(
      '--map <column=role...>',
      'what a column is: COLUMN=source, target, type, name, kind, id, attribute …',
    )
    .option('--as <subject>', 'what the rows are: entities, relationships, or matrix')
    .option(
      '--choose <text=entity...>',
      'which entity a text means that can mean several, or that names none',
    )
    .option('--kind <kind>', 'the kind of entities that have none', 'asset')
    .option('--create-missing', 'make ends that are not there, as entities of that kind')
    .option('--local', 'keep all relationships in this workspace')
    .option('--create', 'make the workspace if it is not there')
    .option('--errors <file>', 'write the rejected rows to a CSV, TSV or XLSX file')
    .action((files: string[], options: ImportOptions) => {
      if (options.create === true && options.dryRun === true) {
        throw wrongUsage('--dry-run changes nothing, and --create would make a file: leave one of them out.');
      }
      const progress = { isWriting: false };
      return perform((client) => importFiles(client, files, options, progress), {
        create: options.create === true,
        isUsed: () => progress.isWriting,
      });
    });
  command(root, 'rollback <id>', 'take an import back by its number in the history').action((id: string) =>
    perform((client) => rollback(client, id)),
  );
  command(root, 'export <file>', 'export entities and relationships, with a manifest beside')
    .option('--format <format>', 'csv, tsv, xlsx, json or graphml; else as the name ends')
    .option('--query <text>', 'only the entities that this finds, and what is between them')
    .option('--view <view>', 'only what the query of this saved view finds')
    .action((file: string, options: ExportOptions) => perform((client) => exportTo(client, file, options)));
}
