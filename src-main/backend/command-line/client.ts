import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type ConnectionStatus,
  type EntitySummary,
  RelationshipId,
  TypeName,
} from '../../../src-preload/contract/model.ts';
import type { Answer, BackendChannel, Params } from '../../../src-preload/contract/requests.ts';
import { type Backend, createBackend } from '../index.ts';
import { systemClock } from '../node-ports.ts';
import type { Secrets } from '../ports.ts';
import { CommandLineError, exitCodes, wrongUsage } from './errors.ts';

/** The backend as a command uses it: an error ends the command. */
export interface Client {
  request<C extends BackendChannel>(channel: C, params: Params<C>): Promise<Answer<C>>;
  close(): Promise<void>;
}

const ENVIRONMENT = 'env:';

/** Secrets by the name of the environment variable that holds them: read at each call, never written. */
function createEnvironmentSecrets(variable: string | null): Secrets {
  return {
    read: async (reference) =>
      reference.startsWith(ENVIRONMENT) ? (process.env[reference.slice(ENVIRONMENT.length)] ?? null) : null,
    write: async (reference) => ({
      reference: variable === null ? (reference ?? ENVIRONMENT) : `${ENVIRONMENT}${variable}`,
      persisted: false,
      reason: 'The command line reads the secret from the environment at each call.',
    }),
  };
}

export interface ClientOptions {
  readonly path: string;
  /** Makes the workspace if it is not there. */
  readonly create: boolean;
  /** The environment variable that a new connection's secret is read from. */
  readonly secretVariable: string | null;
}

export async function openClient({ path, create, secretVariable }: ClientOptions): Promise<Client> {
  const backend = createBackend({
    fetch: (url, init) => fetch(url, init),
    secrets: createEnvironmentSecrets(secretVariable),
    clock: systemClock,
    newId: randomUUID,
    sqliteBinding: process.env['WEFT_SQLITE_BINDING'] ?? null,
    log: (line) => process.stderr.write(`${line}\n`),
  });
  const client = createClient(backend);
  const full = resolve(path);
  await client.request(create && !existsSync(full) ? 'workspace:create' : 'workspace:open', { path: full });
  return client;
}

function createClient(backend: Backend): Client {
  return {
    request: async (channel, params) => {
      const result = await backend.request(channel, params);
      if (!result.ok) throw new CommandLineError(toExitCode(result.error.code), result.error);
      return result.value;
    },
    close: () => backend.close(),
  };
}

function toExitCode(code: string): number {
  return code === 'wrong-parameters' ? exitCodes.wrongUsage : exitCodes.failed;
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

export function parseTypeName(text: string): string {
  const name = TypeName.safeParse(text);
  if (!name.success) throw wrongUsage('A relationship type has 1 to 255 characters.');
  return name.data;
}

const PAGE = 500;

/** All pages of a list, one after the other. */
export async function readAllPages<T>(
  read: (page: { offset: number; limit: number }) => Promise<{ total: number; rows: T[] }>,
): Promise<T[]> {
  const rows: T[] = [];
  for (;;) {
    const page = await read({ offset: rows.length, limit: PAGE });
    rows.push(...page.rows);
    if (page.rows.length === 0 || rows.length >= page.total) return rows;
  }
}
