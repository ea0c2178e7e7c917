import type { Command } from 'commander';
import {
  type Conflict,
  ConflictChoice,
  ConflictReason,
  type ConflictSide,
  type ConnectionId,
  RelationshipState,
} from '../../../src-preload/contract/model.ts';
import type { ConflictFilter } from '../../../src-preload/contract/sync-lists.ts';
import { readAsOf, withAsOf } from './as-of.ts';
import {
  type Client,
  findConnection,
  parseNumber,
  parseRelationshipId,
  parseTypeName,
  readAllPages,
} from './client.ts';
import { wrongUsage } from './errors.ts';
import {
  done,
  type Outcome,
  toConflictValue,
  toHeldLine,
  toHeldRowLine,
  toHeldRowValue,
  toKeptReportValue,
  toOutboxLine,
  toOutboxValue,
  toReportLines,
} from './output.ts';
import type { Shell } from './shell.ts';

/** What waits for the user or tells of runs: outbox, conflicts, held removals and reports, one function per command. */

export interface OutboxOptions {
  readonly connection?: string;
  readonly state?: readonly string[];
}

export async function outbox(client: Client, options: OutboxOptions = {}): Promise<Outcome> {
  const connectionId = await findId(client, options.connection);
  const states = (options.state ?? []).map(parseState);
  const rows = await readAllPages((page) => client.request('outbox:page', { connectionId, states, ...page }));
  const asOf = await readAsOf(client);
  const lines = rows.length === 0 ? ['Nothing is pending.'] : rows.map(toOutboxLine);
  return done(
    rows.map((row) => withAsOf(asOf, toOutboxValue(row))),
    [...lines, ...asOf.lines],
  );
}

async function findId(client: Client, name: string | undefined): Promise<ConnectionId | null> {
  return name === undefined ? null : (await findConnection(client, name)).id;
}

function parseState(text: string): RelationshipState {
  const state = RelationshipState.safeParse(text);
  if (state.success) return state.data;
  throw wrongUsage(`${text} is no state. States are: ${RelationshipState.options.join(', ')}.`);
}

export interface DropOptions {
  readonly all?: boolean;
  readonly connection?: string;
}

/** Drops what is named, or all; one change alone is refused where it waits for an answer, of many it is kept. */
async function dropPending(
  client: Client,
  ids: readonly string[],
  { all, connection }: DropOptions,
): Promise<Outcome> {
  if ((ids.length === 0) === (all !== true)) {
    throw wrongUsage('outbox drop takes the numbers of pending changes, or --all.');
  }
  if (connection !== undefined && all !== true) throw wrongUsage('--connection goes with --all.');
  const [first, ...rest] = ids.map(parseRelationshipId);
  if (first === undefined) {
    await client.request('outbox:drop-many', { connectionId: await findId(client, connection) });
  } else if (rest.length === 0) await client.request('outbox:drop', { id: first });
  else await client.request('outbox:drop-many', { ids: [first, ...rest] });
  return await outbox(client);
}

export interface ConflictOptions {
  readonly connection?: string;
  readonly reason?: string;
  readonly type?: string;
}

async function toFilter(client: Client, options: ConflictOptions): Promise<ConflictFilter> {
  return {
    connectionId: await findId(client, options.connection),
    reason: options.reason === undefined ? null : parseReason(options.reason),
    type: options.type === undefined ? null : parseTypeName(options.type),
  };
}

function parseReason(text: string): ConflictReason {
  const reason = ConflictReason.safeParse(text);
  if (reason.success) return reason.data;
  throw wrongUsage(`${text} is no kind of conflict. Kinds are: ${ConflictReason.options.join(', ')}.`);
}

export async function conflicts(client: Client, options: ConflictOptions = {}): Promise<Outcome> {
  const filter = await toFilter(client, options);
  const rows = await readAllPages((page) => client.request('conflicts:page', { filter, ...page }));
  const lines = rows.flatMap(toConflictLines);
  const asOf = await readAsOf(client);
  return done(
    rows.map((row) => withAsOf(asOf, toConflictValue(row))),
    [...(lines.length === 0 ? ['Nothing is in conflict.'] : lines), ...asOf.lines],
  );
}

function toConflictLines({ id, source, target, cause, choices, base, local, remote }: Conflict): string[] {
  return [
    [`${id}  ${source.name} → ${target.name}`, cause, `choices: ${choices.join(', ')}`].join('  '),
    `  before  ${toSideText(base, 'agreed')}`,
    `  local   ${toSideText(local, 'changed')}`,
    `  remote  ${toSideText(remote, remote.present ? 'made' : 'removed')}`,
  ];
}

function toSideText({ present, type, at, told, by }: ConflictSide, word: string): string {
  const when = at === null ? '' : `${told || word === 'agreed' ? word : 'seen'} ${at}`;
  const what = present ? `related${type === null ? '' : ` [${type}]`}` : 'not related';
  return [what, by === null ? '' : `by ${by}`, when].filter((part) => part !== '').join('  ');
}

export async function resolveConflict(client: Client, id: string, keep: string): Promise<Outcome> {
  await client.request('conflicts:resolve', { id: parseNumber(id, 'a conflict'), keep: parseChoice(keep) });
  return await conflicts(client);
}

function parseChoice(text: string): ConflictChoice {
  const choice = ConflictChoice.safeParse(text);
  if (choice.success) return choice.data;
  throw wrongUsage('--keep takes local, remote or both.');
}

export interface ResolveOptions extends ConflictOptions {
  readonly all?: boolean;
  readonly keep: string;
}

/** Settles those that are named, or all that fit, alike and as one step that can be undone. */
export async function resolveConflicts(
  client: Client,
  ids: readonly string[],
  options: ResolveOptions,
): Promise<Outcome> {
  const keep = parseChoice(options.keep);
  if ((ids.length === 0) === (options.all !== true)) {
    throw wrongUsage('conflicts resolve takes the numbers of conflicts, or --all.');
  }
  const isFiltered = [options.connection, options.reason, options.type].some((part) => part !== undefined);
  if (isFiltered && options.all !== true) {
    throw wrongUsage('--connection, --reason and --type go with --all.');
  }
  const outcome = await client.request(
    'conflicts:resolve-many',
    options.all === true
      ? { filter: await toFilter(client, options), keep }
      : { ids: ids.map((id) => parseNumber(id, 'a conflict')), keep },
  );
  return done(outcome, [`${outcome.resolved} settled, ${outcome.skipped} left as they were.`]);
}

export async function held(client: Client): Promise<Outcome> {
  const rows = await readAllPages((page) => client.request('held:list', page));
  const lines = rows.map(toHeldLine);
  const asOf = await readAsOf(client);
  return done(
    rows.map(({ connectionId: _id, ...row }) => withAsOf(asOf, row)),
    [...(lines.length === 0 ? ['Nothing is held.'] : lines), ...asOf.lines],
  );
}

/** Everything that one held removal would take away. */
export async function showHeld(client: Client, id: string): Promise<Outcome> {
  const number = parseNumber(id, 'something held');
  const rows = await readAllPages((page) => client.request('held:rows', { id: number, ...page }));
  return done(rows.map(toHeldRowValue), rows.map(toHeldRowLine));
}

export async function release(client: Client, id: string): Promise<Outcome> {
  await client.request('held:release', { id: parseNumber(id, 'something held') });
  return await held(client);
}

/** The kept reports, newest first: so many, or all. */
export async function reports(
  client: Client,
  name: string | undefined,
  { last }: { readonly last?: string },
): Promise<Outcome> {
  const connectionId = await findId(client, name);
  const count = last === undefined ? null : parseNumber(last, 'reports to show');
  const rows = await readAllPages(
    (page) => client.request('sync:reports', { connectionId, ...page }),
    count ?? Number.POSITIVE_INFINITY,
  );
  const lines = rows.flatMap((report) => [
    `${report.id}  ${report.startedAt} to ${report.finishedAt}`,
    ...toReportLines(report).map((line) => `  ${line}`),
  ]);
  return done(rows.map(toKeptReportValue), lines.length === 0 ? ['Nothing was synced yet.'] : lines);
}

/** Adds `outbox` and its parts. */
export function addOutbox({ root, command, perform }: Shell): void {
  const list = (client: Client, options?: OutboxOptions) => outbox(client, options);
  const parent = command(root, 'outbox', 'list what is pending').action(() => perform(list));
  command(parent, 'list', 'list what is pending')
    .option('--connection <name>', 'only of this connection')
    .option('--state <state...>', 'only in one of these states')
    .action((options: OutboxOptions) => perform((client) => list(client, options)));
  command(parent, 'drop [id...]', 'drop pending changes')
    .option('--all', 'drop everything that is pending')
    .option('--connection <name>', 'with --all: only of this connection')
    .action((ids: string[], options: DropOptions) => perform((client) => dropPending(client, ids, options)));
}

/** Adds `conflicts` and `resolve`. */
export function addConflicts({ root, command, perform }: Shell): void {
  const list = (client: Client, options?: ConflictOptions) => conflicts(client, options);
  const filtered = (made: Command) =>
    made
      .option('--connection <name>', 'only of this connection')
      .option('--reason <kind>', 'only of this kind')
      .option('--type <type>', 'only where either side has this type');
  const parent = command(root, 'conflicts', 'list what is in conflict').action(() => perform(list));
  filtered(command(parent, 'list', 'list what is in conflict')).action((options: ConflictOptions) =>
    perform((client) => list(client, options)),
  );
  filtered(command(parent, 'resolve [id...]', 'settle conflicts alike'))
    .requiredOption('--keep <side>', 'local, remote or both')
    .option('--all', 'settle all that fit')
    .action((ids: string[], options: ResolveOptions) =>
      perform((client) => resolveConflicts(client, ids, options)),
    );
  command(root, 'resolve <id>', 'settle a conflict')
    .requiredOption('--keep <side>', 'local, remote or both')
    .action((id: string, { keep }: { keep: string }) =>
      perform((client) => resolveConflict(client, id, keep)),
    );
}

/** Adds `held` and `release`. */
export function addHeld({ root, command, perform }: Shell): void {
  const parent = command(root, 'held', 'list removals that the guard stopped').action(() => perform(held));
  command(parent, 'list', 'list removals that the guard stopped').action(() => perform(held));
  command(parent, 'show <id>', 'list everything that one of them would remove').action((id: string) =>
    perform((client) => showHeld(client, id)),
  );
  for (const above of [parent, root]) {
    command(above, 'release <id>', 'let the next sync apply what was held').action((id: string) =>
      perform((client) => release(client, id)),
    );
  }
}

/** Adds `reports`. */
export function addReports({ root, command, perform }: Shell): void {
  command(root, 'reports [name]', 'list the reports of earlier syncs, newest first')
    .option('--last <count>', 'only so many')
    .action((name: string | undefined, options: { last?: string }) =>
      perform((client) => reports(client, name, options)),
    );
}
