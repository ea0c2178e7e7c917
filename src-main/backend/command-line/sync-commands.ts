import type { AnyEvent } from '../../../src-preload/contract/events.ts';
import type {
  ConnectionId,
  PlannedRequest,
  RelationshipId,
  SyncReport,
} from '../../../src-preload/contract/model.ts';
import { SyncSettings } from '../../../src-preload/contract/sync-lists.ts';
import { attend } from './attend.ts';
import { type Client, findConnection, findEntity, PAGE, parseRelationshipId } from './client.ts';
import { exitCodes, wrongUsage } from './errors.ts';
import { done, type Outcome, toReportLines, toReportValue } from './output.ts';
import type { Shell } from './shell.ts';

/** Syncs by hand, when a workspace syncs by itself, and a look at one entity, one function per command. */

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
function toProgressLine({ event, payload }: AnyEvent): string | null {
  if (event === 'sync:finished') return '';
  if (event !== 'sync:progressed') return null;
  const { phase, done: parts, total } = payload;
  return `${phase} ${parts}${total === null ? '' : ` of ${total}`}`;
}

/** What a sync ends with: 1 where something failed, 3 where something waits for a decision. */
function toSyncExitCode(reports: readonly SyncReport[]): number {
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

export interface ScheduleOptions {
  readonly every?: string;
  readonly afterEdits?: string;
  readonly onReconnect?: string;
}

/** Changes what is named and leaves the rest; says what holds. */
export async function schedule(client: Client, options: ScheduleOptions): Promise<Outcome> {
  const known = await client.request('sync:settings', {});
  const { every, afterEdits, onReconnect } = options;
  const wanted = {
    everyMinutes: every === undefined ? known.everyMinutes : parseTime(every, '--every'),
    afterEditsSeconds:
      afterEdits === undefined ? known.afterEditsSeconds : parseTime(afterEdits, '--after-edits'),
    onReconnect: onReconnect === undefined ? known.onReconnect : parseYes(onReconnect),
  };
  const isAsked = [every, afterEdits, onReconnect].some((option) => option !== undefined);
  const settings = isAsked ? await client.request('sync:set-settings', parseSettings(wanted)) : known;
  return done(settings, toScheduleLines(settings));
}

function parseSettings(wanted: unknown): SyncSettings {
  const settings = SyncSettings.safeParse(wanted);
  if (settings.success) return settings.data;
  throw wrongUsage('--every takes 1 to 10080 minutes and --after-edits 1 to 3600 seconds, or never.');
}

function parseTime(text: string, option: string): number | null {
  if (text === 'never') return null;
  if (/^\d+$/.test(text)) return Number(text);
  throw wrongUsage(`${option} takes a whole number, or never.`);
}

function parseYes(text: string): boolean {
  if (text === 'yes' || text === 'no') return text === 'yes';
  throw wrongUsage('--on-reconnect takes yes or no.');
}

function toScheduleLines({ everyMinutes, afterEditsSeconds, onReconnect }: SyncSettings): string[] {
  return [
    everyMinutes === null ? 'not at intervals' : `every ${everyMinutes} minutes`,
    afterEditsSeconds === null ? 'not after edits' : `${afterEditsSeconds} seconds after the last edit`,
    onReconnect ? 'when a connection answers again' : 'not when a connection answers again',
  ];
}

/** Reads the relationships of one entity from its remote now. */
export async function refresh(client: Client, address: string): Promise<Outcome> {
  const { id } = await findEntity(client, address);
  const report = await attend(client, client.request('entities:refresh', { id }), {
    cancel: () => void client.request('sync:cancel', { connectionId: null }),
    toLine: toProgressLine,
  });
  return done(toReportValue(report), toReportLines(report), toSyncExitCode([report]));
}

/** Adds `sync`. */
export function addSync({ root, command, perform }: Shell): void {
  command(root, 'sync [name]', 'pull, merge and push one connection, or all')
    .option('--pull-only', 'send nothing')
    .option('--push-only', 'push what is pending and read nothing else')
    .option('--dry-run', 'print the requests a push would send, and send nothing')
    .option('--only <id...>', 'push only these of the outbox')
    .action((name: string | undefined, options: SyncOptions) =>
      perform((client) => sync(client, name, options)),
    );
}

/** Adds `schedule` and `refresh`. */
export function addSchedule({ root, command, perform }: Shell): void {
  command(root, 'schedule', 'when the workspace syncs by itself while it is open in the app')
    .option('--every <minutes>', 'read and push so often, or never')
    .option('--after-edits <seconds>', 'push so long after the last edit, or never')
    .option('--on-reconnect <yes|no>', 'ask a connection that is away now and then')
    .action((options: ScheduleOptions) => perform((client) => schedule(client, options)));
  command(root, 'refresh <entity>', 'read the relationships of one entity now').action((entity: string) =>
    perform((client) => refresh(client, entity)),
  );
}
