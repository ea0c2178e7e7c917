import type { Command } from 'commander';
import {
  type Difference,
  HistoryChange,
  type Spared,
  type TypeDifference,
} from '../../../src-preload/contract/history-requests.ts';
import type { HistoryEntry } from '../../../src-preload/contract/model.ts';
import { type Client, findEntity, parseRelationshipId, readAllPages } from './client.ts';
import { exitCodes, wrongUsage } from './errors.ts';
import { parseLimit, readFirst, toMore } from './first-rows.ts';
import { done, type Outcome, toEntityValue } from './output.ts';
import { readSide } from './reading.ts';
import type { Shell } from './shell.ts';

/** The commands that look back, and those that take back. */

/** A day or a moment as people write it; a day is its start in this computer's time. */
export function parseMoment(text: string): string {
  const time = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00` : text);
  if (Number.isNaN(time))
    throw wrongUsage(`${text} is no moment, such as 2026-03-01 or 2026-03-01T10:00:00Z.`);
  return new Date(time).toISOString();
}

function parseEntryId(text: string): number {
  const id = Number(text);
  if (Number.isInteger(id) && id >= 1) return id;
  throw wrongUsage(`${text} is not the number of an entry of the history.`);
}

function parseWhat(text: string): HistoryChange['what'] {
  const parsed = HistoryChange.shape.what.safeParse(text);
  if (parsed.success) return parsed.data;
  throw wrongUsage(`--what takes ${HistoryChange.shape.what.options.join(', ')}; not ${text}.`);
}

export interface HistoryOptions {
  readonly entity?: string;
  readonly relationship?: string;
  readonly command?: string;
  readonly who?: string;
  readonly what?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit?: string;
}

export async function history(client: Client, options: HistoryOptions): Promise<Outcome> {
  const most = parseLimit(options.limit);
  const filter = {
    entityId: options.entity === undefined ? null : (await findEntity(client, options.entity)).id,
    relationshipId: options.relationship === undefined ? null : parseRelationshipId(options.relationship),
    command: options.command ?? '',
    who: options.who ?? '',
    what: options.what === undefined ? null : parseWhat(options.what),
    from: options.from === undefined ? null : parseMoment(options.from),
    to: options.to === undefined ? null : parseMoment(options.to),
  };
  const { total, rows } = await readFirst(most, (page) =>
    client.request('history:page', { ...filter, ...page }),
  );
  const lines = rows.length === 0 ? ['Nothing happened.'] : rows.map(toEntryLine);
  return done({ total, entries: rows }, [...lines, ...toMore(total, rows.length)]);
}

function toEntryLine({ id, at, who, label, state, changes, reverted }: HistoryEntry): string {
  const fate = reverted ? 'reverted' : state === 'done' || state === 'recorded' ? '' : state;
  const words = [String(id), at, who ?? '–', label, `${changes} changed`, fate];
  return words.filter((word) => word !== '').join('  ');
}

async function showEntry(client: Client, id: string, options: { limit?: string }): Promise<Outcome> {
  const entry = parseEntryId(id);
  const { total, rows } = await readFirst(parseLimit(options.limit), (page) =>
    client.request('history:changes', { id: entry, ...page }),
  );
  const lines = rows.map(
    ({ name, before, after }) => `${name}: ${before ?? 'not there'} → ${after ?? 'not there'}`,
  );
  return done({ total, changes: rows }, [...lines, ...toMore(total, rows.length)]);
}

/** Takes the last change back, or one entry alone. */
export async function undo(
  client: Client,
  id: string | undefined,
  { preview }: { preview?: boolean },
): Promise<Outcome> {
  if (preview === true) {
    if (id === undefined) throw wrongUsage('undo --preview takes the number of an entry.');
    return await previewRevert(client, parseEntryId(id));
  }
  if (id !== undefined) return await revert(client, parseEntryId(id));
  const { label } = await client.request('history:undo', {});
  return done({ label }, [`Undone: ${label}`]);
}

/** Exit code 3 where something of an import was edited since and spared. */
async function revert(client: Client, id: number): Promise<Outcome> {
  const reverted = await client.request('history:revert', { id });
  const { label, sparedCount, spared } = reverted;
  const lines = [`Undone: ${label}`, ...spared.map(toSparedLine)];
  return done(reverted, lines, sparedCount > 0 ? exitCodes.waiting : exitCodes.done);
}

/** What taking an import back left as it is. */
export function toSparedLine({ what, name, reason }: Spared): string {
  return `spared  ${what} ${name}: ${reason}`;
}

async function previewRevert(client: Client, id: number): Promise<Outcome> {
  const preview = await client.request('history:revert-preview', { id });
  const { label, changes, pushed, spares, refusal } = preview;
  const sent = pushed ? ['It was sent already: this makes a new pending change.'] : [];
  const kept = spares ? ['What was edited since is spared and named.'] : [];
  return done(
    preview,
    refusal === null ? [`${label}: ${changes} changes would be taken back.`, ...sent, ...kept] : [refusal],
  );
}

export async function redo(client: Client): Promise<Outcome> {
  const { label } = await client.request('history:redo', {});
  return done({ label }, [`Redone: ${label}`]);
}

/** What changed of entities between two moments. */
async function diffEntities(
  client: Client,
  moments: { readonly from: string; readonly to: string },
  most: number,
): Promise<Outcome> {
  const { total, rows } = await readFirst(most, (page) =>
    client.request('history:entity-diff', { ...moments, ...page }),
  );
  const values = rows.map(({ change, entity, before, after }) => {
    return { change, entity: entity.address, name: entity.name, before, after };
  });
  const lines = values.map(
    ({ change, entity, name, before, after }) =>
      `${change}  ${entity} ${name}: ${before ?? 'not there'} → ${after ?? 'not there'}`,
  );
  const told = lines.length === 0 ? ['Nothing differs.'] : lines;
  return done({ total, differences: values }, [...told, ...toMore(total, rows.length)]);
}

/** What changed of the vocabulary or of the saved views between two moments. */
async function diffNamed(
  client: Client,
  channel: 'history:type-diff' | 'history:view-diff',
  moments: { readonly from: string; readonly to: string },
  most: number,
): Promise<Outcome> {
  const { total, rows } = await readFirst(
    most,
    async (page): Promise<{ total: number; rows: TypeDifference[] }> =>
      await client.request(channel, { ...moments, ...page }),
  );
  const lines = rows.map(
    ({ change, name, before, after }) =>
      `${change}  ${name}: ${before ?? 'not there'} → ${after ?? 'not there'}`,
  );
  const told = lines.length === 0 ? ['Nothing differs.'] : lines;
  return done({ total, differences: rows }, [...told, ...toMore(total, rows.length)]);
}

export interface DiffOptions {
  readonly limit?: string;
  readonly entities?: boolean;
  readonly types?: boolean;
  readonly views?: boolean;
}

export async function diff(
  client: Client,
  from: string,
  to: string | undefined,
  options: DiffOptions,
): Promise<Outcome> {
  if ([options.entities, options.types, options.views].filter((given) => given === true).length > 1)
    throw wrongUsage('Give one of --entities, --types and --views, not several.');
  const moments = {
    from: parseMoment(from),
    to: to === undefined ? new Date().toISOString() : parseMoment(to),
  };
  const most = parseLimit(options.limit);
  if (options.entities === true) return await diffEntities(client, moments, most);
  if (options.types === true) return await diffNamed(client, 'history:type-diff', moments, most);
  if (options.views === true) return await diffNamed(client, 'history:view-diff', moments, most);
  const { total, rows } = await readFirst(most, (page) =>
    client.request('history:diff', { ...moments, ...page }),
  );
  const lines = rows.length === 0 ? ['Nothing differs.'] : rows.map(toDifferenceLine);
  return done({ total, differences: rows.map(toDifferenceValue) }, [...lines, ...toMore(total, rows.length)]);
}

function toDifferenceValue({ change, relationship, before, after }: Difference) {
  const { id, connection, source, target } = relationship;
  return { change, id, connection, source: source.address, target: target.address, before, after };
}

function toDifferenceLine({ change, relationship, before, after }: Difference): string {
  const { id, source, target } = relationship;
  const types = change === 'changed' ? `  ${before ?? 'no type'} → ${after ?? 'no type'}` : '';
  return `${change}  ${id}  ${source.address} ${source.name} → ${target.address} ${target.name}${types}`;
}

/** Entities as they were listed and called at a moment. */
export async function entitiesAsOf(
  client: Client,
  moment: string,
  options: { search?: string; kind?: string },
): Promise<Outcome> {
  if (options.search !== undefined) {
    throw wrongUsage('--search looks among the entities of now: leave it out where --as-of is given.');
  }
  const at = parseMoment(moment);
  const all = await readAllPages((page) => client.request('history:entities-as-of', { at, ...page }));
  const rows = all.filter(({ kind }) => options.kind === undefined || kind === options.kind);
  return done(
    rows.map(toEntityValue),
    rows.map(({ address, name }) => `${address}  ${name}`),
  );
}

/** Relationships as they were at a moment. */
export async function relationshipsAsOf(
  client: Client,
  moment: string,
  options: { of?: string },
): Promise<Outcome> {
  const at = parseMoment(moment);
  const { entityId, toLabel, toText } = await readSide(client, options.of);
  const rows = await readAllPages((page) => client.request('history:as-of', { at, entityId, ...page }));
  const values = rows.map((row) => {
    const { id, connection, source, target, type, inverse } = row;
    const told = { id, connection, source: source.address, target: target.address, type, inverse };
    return { ...told, ...toLabel(row) };
  });
  return done(
    values,
    rows.map((row) => `${row.id}  ${toText(row)}`),
  );
}

/** Adds `history`, `undo`, `redo` and `diff`. */
export function addHistory({ root, command, perform }: Shell): void {
  const parent = command(root, 'history', 'list what happened, newest first')
    .option('--entity <entity>', 'only what changed it or one of its relationships')
    .option('--relationship <id>', 'only what changed it')
    .option('--command <words>', 'only sentences with these words')
    .option('--who <words>', 'only by whom these words name')
    .option('--what <kind>', 'only what changed a relationship, an entity, a type or a view')
    .option('--from <moment>', 'only since then')
    .option('--to <moment>', 'only until then')
    .option('--limit <n>', 'the most to print, 100 if left out')
    .action((options: HistoryOptions) => perform((client) => history(client, options)));
  command(parent, 'show <id>', 'what one entry changed')
    .option('--limit <n>', 'the most to print, 100 if left out')
    .action((id: string, _: unknown, action: Command) =>
      perform((client) => showEntry(client, id, action.optsWithGlobals<{ limit?: string }>())),
    );
  command(root, 'undo [id]', 'take the last change back, or one entry of the history alone')
    .option('--preview', 'say what it would do and what depends on it, and do nothing')
    .action((id: string | undefined, options: { preview?: boolean }) =>
      perform((client) => undo(client, id, options)),
    );
  command(root, 'redo', 'do again what was undone last').action(() => perform(redo));
  command(root, 'diff <from> [to]', 'what changed between two moments, or since one')
    .option('--limit <n>', 'the most to print, 100 if left out')
    .option('--entities', 'of entities instead of relationships')
    .option('--types', 'of the vocabulary instead of relationships')
    .option('--views', 'of saved views instead of relationships')
    .action((from: string, to: string | undefined, options: DiffOptions) =>
      perform((client) => diff(client, from, to, options)),
    );
}

/** The vocabulary of a moment. */
export async function typesAsOf(client: Client, moment: string): Promise<Outcome> {
  const at = parseMoment(moment);
  const rows = await readAllPages((page) => client.request('history:types-as-of', { at, ...page }));
  return done(
    rows,
    rows.map(({ type, origin }) => `${type.name} / ${type.inverse}  ${origin}`),
  );
}
