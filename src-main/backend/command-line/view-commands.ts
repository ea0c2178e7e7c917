import { resolve } from 'node:path';
import { type SavedView, ViewName, type ViewSummary } from '../../../src-preload/contract/views.ts';
import { type Client, readAllPages } from './client.ts';
import { CommandLineError, exitCodes, wrongUsage } from './errors.ts';
import { parseMoment } from './history-commands.ts';
import { done, type Outcome } from './output.ts';
import type { Shell } from './shell.ts';

/** The commands of saved views. A view is named by its name or its id. */

function toViewValue({ id, name, query, entityCount, missingCount, savedAt }: ViewSummary) {
  return { id, name, query, entities: entityCount, missing: missingCount, savedAt };
}

function toViewLine({ id, name, query, entityCount, missingCount }: ViewSummary): string {
  const missing = missingCount === 0 ? '' : `, ${missingCount} not in this workspace`;
  return `${name}  ${entityCount} entities${missing}${query === '' ? '' : `  ${query}`}  (${id})`;
}

function findView(client: Client, text: string): Promise<ViewSummary> {
  return client.request('views:find', { text });
}

function parseName(text: string): string {
  const name = ViewName.safeParse(text);
  if (!name.success) throw wrongUsage(name.error.issues[0]?.message ?? 'A view needs a name.');
  return name.data;
}

export async function views(
  client: Client,
  options: { search?: string; asOf?: string } = {},
): Promise<Outcome> {
  const { search = '', asOf } = options;
  if (asOf !== undefined) {
    const words = search.trim().toLowerCase();
    const all = await readViewsAsOf(client, parseMoment(asOf));
    const found = all.filter(({ name }) => name.toLowerCase().includes(words));
    return done(found.map(toViewValue), found.map(toViewLine));
  }
  const rows = await readAllPages((page) => client.request('views:list', { search, ...page }));
  return done(rows.map(toViewValue), rows.map(toViewLine));
}

function readViewsAsOf(client: Client, at: string): Promise<ViewSummary[]> {
  return readAllPages((page) => client.request('history:views-as-of', { at, ...page }));
}

/** A view of a moment by its id, or else by the name that it had then. */
async function readViewAsOf(client: Client, text: string, at: string): Promise<SavedView> {
  const then = await readViewsAsOf(client, at);
  const view = then.find(({ id }) => id === text) ?? then.find(({ name }) => name === text);
  if (view !== undefined) return await client.request('history:view-as-of', { at, id: view.id });
  throw new CommandLineError(exitCodes.failed, {
    code: 'not-found',
    message: `There was no view “${text}” at ${at}. “views list --as-of” lists those of that moment.`,
    details: {},
  });
}

async function readViewNow(client: Client, text: string): Promise<SavedView> {
  const { id } = await findView(client, text);
  return await client.request('views:read', { id });
}

async function showView(client: Client, text: string, { asOf }: { asOf?: string } = {}): Promise<Outcome> {
  const { id, settings, entities, roots, missing, ...rest } = await (asOf === undefined
    ? readViewNow(client, text)
    : readViewAsOf(client, text, parseMoment(asOf)));
  const summary = { id, ...rest };
  const addresses = new Map(entities.map((entity) => [entity.id, entity.address]));
  const value = {
    id,
    name: summary.name,
    ...settings,
    roots: roots.map((root) => addresses.get(root)),
    entities: entities.map(({ address, x, y, pinned }) => ({ entity: address, x, y, pinned })),
    missing,
    savedAt: summary.savedAt,
  };
  const filter =
    settings.filter.text === '' ? [] : [`${settings.filter.mode} all but ${settings.filter.text}`];
  return done(value, [
    toViewLine(summary),
    ...filter,
    ...entities.map(({ address, pinned }) => `${address}${pinned ? '  pinned' : ''}`),
    ...missing.map((address) => `${address}  not in this workspace`),
  ]);
}

export async function exportView(client: Client, text: string, file?: string): Promise<Outcome> {
  const { id } = await findView(client, text);
  const path = file === undefined ? null : resolve(file);
  const exported = await client.request('views:export', { id, path });
  const value: unknown = JSON.parse(exported.text);
  return done(value, [path === null ? exported.text.trimEnd() : `Written to ${path}`]);
}

export async function importView(client: Client, file: string, options: { name?: string }): Promise<Outcome> {
  const name = options.name === undefined ? null : parseName(options.name);
  const taken = await client.request('views:import', { source: { path: resolve(file) }, name });
  return done({ ...taken, view: toViewValue(taken.view) }, [
    `${taken.replaced ? 'Replaced' : 'Imported'}: ${toViewLine(taken.view)}`,
    ...taken.missing.map((address) => `${address}  not in this workspace, kept for when it appears`),
  ]);
}

export async function renameView(client: Client, text: string, name: string): Promise<Outcome> {
  const wanted = parseName(name);
  const { id } = await findView(client, text);
  const view = await client.request('views:rename', { id, name: wanted });
  return done(toViewValue(view), [toViewLine(view)]);
}

export async function removeView(client: Client, text: string): Promise<Outcome> {
  const view = await findView(client, text);
  await client.request('views:remove', { id: view.id });
  return done(toViewValue(view), [`Removed: ${toViewLine(view)}. Undo brings it back.`]);
}

/**
 * The query that a command asks: as it was written, or that of a saved view; empty where neither is given. A view that
 * was drawn by hand has none.
 */
export async function readQuery(
  client: Client,
  text: string | undefined,
  view: string | undefined,
): Promise<string> {
  if (view === undefined) return text ?? '';
  if (text !== undefined) throw wrongUsage('Give a query or --view, not both.');
  const { name, query } = await findView(client, view);
  if (query.trim() !== '') return query;
  throw new CommandLineError(exitCodes.failed, {
    code: 'view-without-query',
    message: `The view “${name}” has no query: what it draws was chosen by hand. “views show” lists it.`,
    details: {},
  });
}

/** Adds `views` and its parts. */
export function addViews({ root, command, perform }: Shell): void {
  const parent = command(root, 'views', 'list the saved views').action(() =>
    perform((client) => views(client)),
  );
  command(parent, 'list', 'list the saved views')
    .option('--search <words>', 'only those with these words in their names')
    .option('--as-of <moment>', 'as they were at that moment')
    .action((options: { search?: string; asOf?: string }) => perform((client) => views(client, options)));
  command(parent, 'show <view>', 'what a view holds')
    .option('--as-of <moment>', 'what it held at that moment')
    .action((view: string, options: { asOf?: string }) =>
      perform((client) => showView(client, view, options)),
    );
  command(parent, 'export <view> [file]', 'print a view as a text that can be edited, or write it').action(
    (view: string, file: string | undefined) => perform((client) => exportView(client, view, file)),
  );
  command(parent, 'import <file>', 'take over a view, whole or not at all')
    .option('--name <name>', 'call it otherwise')
    .action((file: string, options: { name?: string }) =>
      perform((client) => importView(client, file, options)),
    );
  command(parent, 'rename <view> <name>', 'give a view another name').action((view: string, name: string) =>
    perform((client) => renameView(client, view, name)),
  );
  command(parent, 'remove <view>', 'take a view out; undo brings it back').action((view: string) =>
    perform((client) => removeView(client, view)),
  );
}
