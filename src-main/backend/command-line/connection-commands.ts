import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type {
  ConnectionDetail,
  ConnectionLoss,
  ConnectionStatus,
} from '../../../src-preload/contract/model.ts';
import { type Client, findConnection } from './client.ts';
import { CommandLineError, exitCodes, wrongUsage } from './errors.ts';
import { done, type Outcome } from './output.ts';
import { readSecret } from './secrets.ts';
import type { Shell } from './shell.ts';

/** The commands that manage connections: one function each. */

function toValue(status: ConnectionStatus, detail: ConnectionDetail) {
  return {
    id: status.id,
    name: status.name,
    remote: status.remote,
    url: status.url,
    scope: status.scope,
    state: status.state,
    identity: detail.identity,
    rate: status.rate,
    pausedSince: status.pausedSince,
    offlineSince: status.offlineSince,
    lastSyncedAt: status.lastSyncedAt,
    pending: status.pendingCount,
    conflicts: status.conflictCount,
    held: status.heldCount,
    parked: detail.parkedCount,
    blocked: detail.blockedCount,
    capabilities: detail.capabilities,
    readOnlyReason: detail.readOnlyReason,
    readsFirst: detail.readsFirst,
    failures: detail.failures,
  };
}

function toLines(value: ReturnType<typeof toValue>): string[] {
  const { name, remote, url, scope, state, identity, rate, offlineSince, lastSyncedAt } = value;
  const { pending, conflicts, held, capabilities, readOnlyReason, readsFirst, failures } = value;
  return [
    `${name}: ${state}  ${remote} ${scope} at ${url}`,
    `  speaks for ${identity ?? 'nobody that was asked yet'}, ${rate} requests a second at first`,
    `  last complete sync ${lastSyncedAt ?? 'never'}${offlineSince === null ? '' : `, offline since ${offlineSince}`}`,
    `  ${pending} pending, ${conflicts} in conflict, ${held} held`,
    ...capabilities.map((sentence) => `  ${sentence}`),
    ...(readOnlyReason === null ? [] : [`  Cannot be written: ${readOnlyReason}`]),
    ...(readsFirst ? ['  Everything is read once before anything is sent.'] : []),
    ...failures.map(({ at, message }) => `  ${at}  ${message}`),
  ];
}

async function readValue(client: Client, status: ConnectionStatus) {
  return toValue(status, await client.request('connections:detail', { id: status.id }));
}

async function show(client: Client, status: ConnectionStatus): Promise<Outcome> {
  const value = await readValue(client, status);
  return done(value, toLines(value));
}

async function listConnections(client: Client): Promise<Outcome> {
  const status = await client.request('workspace:status', {});
  const values = [];
  for (const connection of status?.connections ?? []) values.push(await readValue(client, connection));
  return done(values, values.length === 0 ? ['Nothing is connected.'] : values.flatMap(toLines));
}

/** Ends with 3 where the key speaks for someone else than before: that waits for a decision. */
export async function testConnection(client: Client, name: string): Promise<Outcome> {
  const { id } = await findConnection(client, name);
  const { identity, isSame } = await client.request('connections:retest', { id });
  const { label, account } = identity;
  const line = isSame
    ? `The key of ${name} works: ${label}.`
    : `The key of ${name} speaks for ${label}, who is someone else than before. Nothing is sent until you take that ` +
      'over (connections adopt) or give the former key (connections key).';
  return done(
    { name, identity: label, account, isSame },
    [line],
    isSame ? exitCodes.done : exitCodes.waiting,
  );
}

async function editConnection(
  client: Client,
  name: string,
  changes: { readonly name?: string; readonly url?: string },
): Promise<Outcome> {
  if (changes.name === undefined && changes.url === undefined) {
    throw wrongUsage('Say what to change with --name, --url or both.');
  }
  const { id, url } = await findConnection(client, name);
  const edit = { id, name: changes.name ?? name, url: changes.url ?? url };
  return await show(client, await client.request('connections:update', edit));
}

export async function pauseConnection(client: Client, name: string, paused: boolean): Promise<Outcome> {
  const { id } = await findConnection(client, name);
  return await show(client, await client.request('connections:pause', { id, paused }));
}

async function provideKey(
  client: Client,
  name: string,
  options: { readonly secret: string; readonly adopt: boolean },
): Promise<Outcome> {
  const { id } = await findConnection(client, name);
  const { connection } = await client.request('connections:provide-secret', { id, ...options });
  return await show(client, connection);
}

export async function adoptIdentity(client: Client, name: string): Promise<Outcome> {
  const { id } = await findConnection(client, name);
  return await show(client, await client.request('connections:adopt-identity', { id }));
}

export interface RemoveOptions {
  readonly confirm?: boolean;
  /** A file for what is pending. */
  readonly export?: string;
  /** What is pending may go. */
  readonly drop?: boolean;
}

/** Without --confirm it only says what would be lost, and ends with 3. */
export async function removeConnection(
  client: Client,
  name: string,
  options: RemoveOptions,
): Promise<Outcome> {
  if (options.export !== undefined && options.drop === true) {
    throw wrongUsage('--export and --drop exclude each other.');
  }
  const { id } = await findConnection(client, name);
  const loss = await client.request('connections:remove-preview', { id });
  if (options.confirm !== true) {
    const lines = [...toLossLines(name, loss), 'Nothing was removed. Add --confirm to remove it.'];
    return done({ name, removed: false, loss }, lines, exitCodes.waiting);
  }
  const exportTo = toExportPath(loss, options);
  await client.request('connections:remove', { id, confirmed: loss, exportTo });
  const kept = exportTo === null ? [] : [`What was pending is in ${exportTo}.`];
  return done({ name, removed: true, loss, exportedTo: exportTo }, [`Removed ${name}.`, ...kept]);
}

function toExportPath({ pending, marks }: ConnectionLoss, options: RemoveOptions): string | null {
  if (options.export === undefined) {
    if (pending + marks === 0 || options.drop === true) return null;
    throw wrongUsage(
      `${pending} pending changes and ${marks} local types would be lost: say --export FILE or --drop.`,
    );
  }
  const path = resolve(options.export);
  if (!existsSync(path)) return path;
  throw new CommandLineError(exitCodes.failed, {
    code: 'file-exists',
    message: `${path} is there already. Nothing was removed. Name another file.`,
    details: {},
  });
}

function toLossLines(name: string, loss: ConnectionLoss): string[] {
  return [
    `Removing ${name} would take away:`,
    `  ${loss.pending} pending changes (${loss.conflicts} in conflict), ${loss.held} held removals, ${loss.marks} local types`,
    `  ${loss.entities} entities and ${loss.relationships} relationships, which ${name} keeps, and the key`,
    `  the way to undo ${loss.undoable} changes`,
    `It would keep ${loss.keptEntities} entities that you made something of, as archived copies, and the history.`,
  ];
}

/** Adds `connections` and its parts. */
export function addConnections(shell: Shell): void {
  const { root, command, perform } = shell;
  const parent = command(root, 'connections', 'list the connections').action(() => perform(listConnections));
  command(parent, 'list', 'list the connections').action(() => perform(listConnections));
  const of = (verb: string, description: string) => command(parent, `${verb} <name>`, description);
  of('test', 'ask the remote again who the key speaks for').action((name: string) =>
    perform((client) => testConnection(client, name)),
  );
  of('edit', 'change the name or the address')
    .option('--name <name>', 'another name')
    .option('--url <url>', 'another address, where the same account must answer')
    .action((name: string, options: { name?: string; url?: string }) =>
      perform((client) => editConnection(client, name, options)),
    );
  of('pause', 'leave it out of syncs of everything').action((name: string) =>
    perform((client) => pauseConnection(client, name, true)),
  );
  of('resume', 'take it into syncs of everything again').action((name: string) =>
    perform((client) => pauseConnection(client, name, false)),
  );
  of('key', 'give it another key of the same account')
    .requiredOption('--secret-env <variable>', 'the environment variable that holds the API key')
    .option('--adopt', 'also where the key speaks for someone else than before')
    .action((name: string, options: KeyOptions) => giveKey(shell, name, options));
  of('adopt', 'take over whom its key speaks for now').action((name: string) =>
    perform((client) => adoptIdentity(client, name)),
  );
  of('remove', 'say what a removal would take away; remove it with --confirm')
    .option('--confirm', 'remove it')
    .option('--export <file>', 'write what is pending to a JSON file first')
    .option('--drop', 'drop what is pending')
    .action((name: string, options: RemoveOptions) =>
      perform((client) => removeConnection(client, name, options)),
    );
}

interface KeyOptions {
  readonly secretEnv: string;
  readonly adopt?: boolean;
}

async function giveKey({ perform }: Shell, name: string, options: KeyOptions): Promise<void> {
  const secret = readSecret(options.secretEnv);
  const adopt = options.adopt === true;
  await perform((client) => provideKey(client, name, { secret, adopt }), {
    secretPlace: { kind: 'variable', name: options.secretEnv },
  });
}
