import type { AnyEvent } from '../../../src-preload/contract/events.ts';
import {
  ConnectionDraft,
  type ConnectionId,
  type PlannedRequest,
  type RelationshipId,
  type SyncReport,
} from '../../../src-preload/contract/model.ts';
import { toOriginPlace } from '../../../src-preload/contract/origin-words.ts';
import type { Answer, Params } from '../../../src-preload/contract/requests.ts';
import { scopeWords } from '../../../src-preload/contract/scope-words.ts';
import { readAsOf, withAsOf } from './as-of.ts';
import { attend } from './attend.ts';
import {
  type Client,
  findConnection,
  findEntity,
  PAGE,
  parseRelationshipId,
  parseTypeName,
  readAllAfter,
  readAllPages,
} from './client.ts';
import { CommandLineError, exitCodes, wrongUsage } from './errors.ts';
import {
  done,
  type Outcome,
  toEntityValue,
  toRelationshipLine,
  toRelationshipValue,
  toReportLines,
  toReportValue,
  toStatusLines,
} from './output.ts';

/** One function per command: requests to the backend, then what is printed. */

export interface ConnectOptions {
  readonly name: string;
  readonly url: string;
  /** For Clickie. */
  readonly account?: string;
  /** For AlgaPSA, where the key alone does not say it. */
  readonly tenant?: string;
  readonly secretEnv: string;
}

/** A connection to make and the key to make it with. */
export interface WantedConnection {
  readonly draft: ConnectionDraft;
  readonly secret: string;
}

/** Checks all that can be checked before a workspace is opened or made. */
export function parseConnect(remote: 'algapsa' | 'clickie', options: ConnectOptions): WantedConnection {
  const secret = readSecret(options.secretEnv);
  const { name, url } = options;
  return { draft: parseDraft({ name, remote, url, scope: options.account ?? options.tenant ?? '' }), secret };
}

/** The key in an environment variable. */
export function readSecret(variable: string): string {
  const secret = process.env[variable];
  if (secret !== undefined && secret !== '') return secret;
  throw wrongUsage(`The environment variable ${variable} holds no key.`);
}

export function parseDraft(given: unknown): ConnectionDraft {
  const draft = ConnectionDraft.safeParse(given);
  if (draft.success) return draft.data;
  throw wrongUsage(draft.error.issues[0]?.message ?? 'The connection cannot be understood.');
}

export async function connect(client: Client, wanted: WantedConnection): Promise<Outcome> {
  return toConnectedOutcome(await client.request('connections:add', wanted));
}

export function toConnectedOutcome({ connection }: Answer<'connections:add'>): Outcome {
  const { id, name, remote, url, scope, state } = connection;
  const what = scopeWords[remote];
  return done({ id, name, remote, url, [what]: scope, state }, [
    `Connected ${name} (${what} ${scope}) at ${url}.`,
  ]);
}

export interface SyncOptions {
  readonly pullOnly?: boolean;
  readonly pushOnly?: boolean;
  readonly dryRun?: boolean;
  readonly only?: readonly string[];
}

export async function sync(client: Client, name: string | undefined, options: SyncOptions): Promise<Outcome> {
  if (options.pullOnly === true && options.pushOnly === true) {
    throw wrongUsage('--pull-only and --push-only exclude each other.');
  }
  const connectionId = name === undefined ? null : (await findConnection(client, name)).id;
  const only = options.only?.map(parseRelationshipId) ?? null;
  if (options.dryRun === true) return await dryRun(client, connectionId, only, name);
  const mode = options.pullOnly === true ? 'pull' : options.pushOnly === true ? 'push' : 'both';
  const reports = await attend(client, client.request('sync:start', { connectionId, mode, only }), {
    cancel: () => void client.request('sync:cancel', { connectionId: null }),
    toLine: toProgressLine,
  });
  const values = reports.map(toReportValue);
  return done(
    name === undefined ? values : values[0],
    reports.flatMap(toReportLines),
    toSyncExitCode(reports),
  );
}

/** How far a sync is, as a line; null for what tells nothing of it. */
export function toProgressLine({ event, payload }: AnyEvent): string | null {
  if (event === 'sync:finished') return '';
  if (event !== 'sync:progressed') return null;
  const { phase, done: parts, total } = payload;
  return `${phase} ${parts}${total === null ? '' : ` of ${total}`}`;
}

/** What a sync ends with: 1 where something failed, 3 where something waits for a decision. */
export function toSyncExitCode(reports: readonly SyncReport[]): number {
  if (reports.some((report) => report.failed.length > 0 || !report.complete)) return exitCodes.failed;
  const waits = reports.some(
    ({ conflicts, held, parked, blocked, withheld }) =>
      conflicts + held + parked + blocked > 0 || withheld !== null,
  );
  return waits ? exitCodes.waiting : exitCodes.done;
}

async function dryRun(
  client: Client,
  connectionId: ConnectionId | null,
  only: RelationshipId[] | null,
  name: string | undefined,
): Promise<Outcome> {
  const plans = new Map<string, PlannedRequest[]>();
  for (let offset = 0, total = 1; offset < total; offset += PAGE) {
    const page = await client.request('sync:dry-run', { connectionId, only, offset, limit: PAGE });
    total = page.total;
    for (const { connection, requests } of page.rows) {
      plans.set(connection, [...(plans.get(connection) ?? []), ...requests]);
    }
  }
  const values = [...plans].map(([connection, requests]) => ({ connection, requests }));
  const lines = values.flatMap(({ connection, requests }) => [
    `${connection}: ${requests.length} requests`,
    ...requests.flatMap(({ method, path, body, condition }) => [
      `  ${method} ${path}${condition === null ? '' : `  ${condition}`}`,
      ...(body === null ? [] : [`    ${JSON.stringify(body)}`]),
    ]),
  ]);
  return done(name === undefined ? values : values[0], lines);
}

export async function status(client: Client): Promise<Outcome> {
  const workspace = await client.request('workspace:status', {});
  if (workspace === null) throw new Error('The workspace was opened and is not open.');
  return done(workspace, toStatusLines(workspace));
}

export async function entities(
  client: Client,
  options: { search?: string; kind?: string },
): Promise<Outcome> {
  const rows = await readAllPages((page) =>
    client.request('entities:page', {
      search: options.search ?? '',
      kinds: options.kind === undefined ? [] : [options.kind],
      connectionId: null,
      ...page,
    }),
  );
  const asOf = await readAsOf(client);
  return done(
    rows.map((row) => withAsOf(asOf, toEntityValue(row))),
    [...rows.map(({ address, name }) => `${address}  ${name}`), ...asOf.lines],
  );
}

/** What is known of one entity; of an imported one also where it was before. */
export async function showEntity(client: Client, address: string): Promise<Outcome> {
  const { id } = await findEntity(client, address);
  const entity = await client.request('entities:read', { id });
  const { archived, removed, fields, relationshipCount, origin } = entity;
  const value = {
    ...toEntityValue(entity),
    archived,
    removed,
    fields,
    relationships: relationshipCount,
    origin,
  };
  const from =
    origin === null
      ? []
      : [
          `Imported: was ${origin.id} of ${toOriginPlace(origin)}${origin.firstSeenAt === null ? '' : `, there since ${origin.firstSeenAt}`}`,
        ];
  return done(value, [
    `${entity.address}  ${entity.name}`,
    ...fields.map(({ name, value: said }) => `${name}: ${String(said)}`),
    ...from,
  ]);
}

export async function relationships(client: Client, options: { of?: string }): Promise<Outcome> {
  const entityId = options.of === undefined ? null : (await findEntity(client, options.of)).id;
  const read = (page: Pick<Params<'relationships:page'>, 'offset' | 'limit' | 'after'>) =>
    client.request('relationships:page', { entityId, ...page });
  const rows = entityId === null ? await readAllAfter(read) : await readAllPages(read);
  const asOf = await readAsOf(client);
  return done(
    rows.map((row) => withAsOf(asOf, toRelationshipValue(row))),
    [...rows.map(toRelationshipLine), ...asOf.lines],
  );
}

export async function relate(
  client: Client,
  source: string,
  target: string,
  options: { type?: string; local?: boolean },
): Promise<Outcome> {
  const relationship = await client.request('relationships:relate', {
    sourceId: (await findEntity(client, source)).id,
    targetId: (await findEntity(client, target)).id,
    type: options.type === undefined ? null : parseTypeName(options.type),
    local: options.local === true,
  });
  return done(toRelationshipValue(relationship), [toRelationshipLine(relationship)]);
}

export async function retype(client: Client, id: string, type: string): Promise<Outcome> {
  const relationship = await client.request('relationships:retype', {
    id: parseRelationshipId(id),
    type: type === '' ? null : parseTypeName(type),
  });
  return done(toRelationshipValue(relationship), [toRelationshipLine(relationship)]);
}

export async function unrelate(client: Client, id: string): Promise<Outcome> {
  const left = await client.request('relationships:unrelate', { id: parseRelationshipId(id) });
  const line = left === null ? 'Removed; it had never left this workspace.' : toRelationshipLine(left);
  return done(left === null ? null : toRelationshipValue(left), [line]);
}

/** An error as the exit code and the JSON value it becomes. */
export function toErrorOutcome(error: unknown): {
  exitCode: number;
  value: { error: CommandLineError['error'] };
} {
  if (error instanceof CommandLineError) return { exitCode: error.exitCode, value: { error: error.error } };
  const message = error instanceof Error ? error.message : String(error);
  return { exitCode: exitCodes.failed, value: { error: { code: 'internal', message, details: {} } } };
}
