import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Events } from '../../../src-preload/contract/events.ts';
import {
  type ConnectionStatus,
  type EntitySummary,
  RelationshipId,
  TypeName,
} from '../../../src-preload/contract/model.ts';
import type { Answer, BackendChannel, Params } from '../../../src-preload/contract/requests.ts';
import { type Backend, createBackend } from '../index.ts';
import { readMachineId } from '../machine.ts';
import { openInBrowser, systemClock } from '../node-ports.ts';
import { CommandLineError, exitCodes, wrongUsage } from './errors.ts';
import { createCommandLineSecrets, type SecretPlace } from './secrets.ts';

/** The backend as a command uses it: an error ends the command. */
export interface Client {
  request<C extends BackendChannel>(channel: C, params: Params<C>): Promise<Answer<C>>;
  /** What the backend tells meanwhile; returns the unsubscriber. */
  onEvent: Backend['onEvent'];
  close(): Promise<void>;
}

export interface ClientOptions {
  readonly path: string;
  /** Makes the workspace if it is not there. */
  readonly create: boolean;
  /** Where a new connection's secret is. */
  readonly secretPlace: SecretPlace | null;
  /** Told where the workspace was made. */
  readonly onMade?: () => void;
}

export async function openClient(options: ClientOptions): Promise<Client> {
  const client = startClient(options.secretPlace);
  const isMade = await openWorkspace(client, options.path, options);
  if (isMade) options.onMade?.();
  return client;
}

/** A backend with no workspace open yet. */
export function startClient(secretPlace: SecretPlace | null): Client {
  return createClient(
    createBackend({
      fetch: (url, init) => fetch(url, init),
      secrets: createCommandLineSecrets(secretPlace),
      clock: systemClock,
      machine: readMachineId(),
      newId: randomUUID,
      openExternal: openInBrowser,
      sqliteBinding: process.env['WEFT_SQLITE_BINDING'] ?? null,
      careWorker: new URL('../care/worker.ts', import.meta.url),
      log: (line) => process.stderr.write(`${line}\n`),
    }),
  );
}

/** Whether it was made. */
export async function openWorkspace(
  client: Client,
  path: string,
  { create }: { readonly create: boolean },
): Promise<boolean> {
  const full = resolve(path);
  const isThere = existsSync(full);
  if (!isThere && !create) throw missing(full);
  const stop = client.onEvent(({ event, payload }) => {
    if (event === 'workspace:upgrading') process.stderr.write(`${toUpgradeText(payload)}\n`);
  });
  try {
    await client.request(isThere ? 'workspace:open' : 'workspace:create', { path: full });
    return !isThere;
  } finally {
    stop();
  }
}

function toUpgradeText({ path, keptAt }: Events['workspace:upgrading']): string {
  return `${path} is of an earlier Weft and is brought up to date. As it was, it is kept as ${keptAt}.`;
}

function missing(path: string): CommandLineError {
  return new CommandLineError(exitCodes.failed, {
    code: 'workspace-missing',
    message: `There is no file ${path}. Name another one; or make an empty workspace there with create, or with import --create.`,
    details: {},
  });
}

function createClient(backend: Backend): Client {
  return {
    request: async (channel, params) => {
      const result = await backend.request(channel, params);
      if (!result.ok) throw new CommandLineError(toExitCode(result.error.code), result.error);
      return result.value;
    },
    onEvent: (listener) => backend.onEvent(listener),
    close: () => backend.close(),
  };
}

function toExitCode(code: string): number {
  return code === 'wrong-parameters' || code === 'query-not-read' ? exitCodes.wrongUsage : exitCodes.failed;
}

export async function findEntity(client: Client, address: string): Promise<EntitySummary> {
  return await client.request('entities:find', { address });
}

export async function findConnection(client: Client, name: string): Promise<ConnectionStatus> {
  const status = await client.request('workspace:status', {});
  const found = status?.connections.find((connection) => connection.name === name);
  if (found !== undefined) return found;
  throw new CommandLineError(exitCodes.failed, {
    code: 'not-found',
    message: `There is no connection ${name} in this workspace.`,
    details: {},
  });
}

export function parseRelationshipId(text: string): RelationshipId {
  const id = RelationshipId.safeParse(Number(text));
  if (!id.success) throw wrongUsage(`${text} is not the number of a relationship.`);
  return id.data;
}

/** The number of a conflict, of something held or of a report. */
export function parseNumber(text: string, what: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw wrongUsage(`${text} is not the number of ${what}.`);
}

export function parseTypeName(text: string): string {
  const name = TypeName.safeParse(text);
  if (!name.success) throw wrongUsage('A relationship type has 1 to 255 characters.');
  return name.data;
}

/** The rows asked for at a time. */
export const PAGE = 500;

/** All pages of a list, one after the other; at most so many rows. */
export async function readAllPages<T>(
  read: (page: { offset: number; limit: number }) => Promise<{ total: number; rows: T[] }>,
  most = Number.POSITIVE_INFINITY,
): Promise<T[]> {
  const rows: T[] = [];
  for (;;) {
    const page = await read({ offset: rows.length, limit: Math.min(PAGE, most - rows.length) });
    rows.push(...page.rows);
    if (page.rows.length === 0 || rows.length >= Math.min(page.total, most)) return rows;
  }
}

/** The same of a list that goes on after its last row: however long it is, each page costs the same. */
export async function readAllAfter<T extends { readonly id: number }>(
  read: (page: { offset: number; limit: number; after: T['id'] | null }) => Promise<{ rows: T[] }>,
): Promise<T[]> {
  const rows: T[] = [];
  for (;;) {
    const page = await read({ offset: 0, limit: PAGE, after: rows.at(-1)?.id ?? null });
    rows.push(...page.rows);
    if (page.rows.length < PAGE) return rows;
  }
}
