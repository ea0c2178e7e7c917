import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished } from 'vitest';
import { type Backend, createBackend } from '../../src-main/backend/index.ts';
import type { Fetch, Ports, Secrets } from '../../src-main/backend/ports.ts';
import type { EventName, Events } from '../../src-preload/contract/events.ts';
import type {
  ConnectionStatus,
  EntitySummary,
  Relationship,
  RelationshipId,
  SyncReport,
  WorkspaceStatus,
} from '../../src-preload/contract/model.ts';
import {
  type Answer,
  type BackendChannel,
  backendRequests,
  type Params,
} from '../../src-preload/contract/requests.ts';
import { DEFAULT_KEY } from '../servers/clickie/seed.ts';
import type { ClickieServer, ClickieServerOptions } from '../servers/clickie/server.ts';
import { allEdges, mustAccount, toKey } from '../servers/clickie/site.ts';
import { startCheckedServer } from './clickie-remote.ts';
import { createInstantClock } from './instant-clock.ts';
import { createPlainPorts } from './plain-ports.ts';

/** A request that the backend answered with an error. */
export class AnswerError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'AnswerError';
    this.code = code;
  }
}

type SyncParams = Partial<Params<'sync:start'>>;

/** A whole backend with its workspace in a file, and the real server it syncs with. */
export interface SyncWorld {
  readonly server: ClickieServer;
  readonly path: string;
  readonly events: { readonly name: EventName; readonly payload: unknown }[];
  backend(): Backend;
  /** Asks as the window does: through a structured clone, the answer checked against the contract. */
  ask<C extends BackendChannel>(channel: C, params: Params<C>): Promise<Answer<C>>;
  sync(params?: SyncParams): Promise<SyncReport>;
  status(): Promise<WorkspaceStatus>;
  connection(): Promise<ConnectionStatus>;
  entity(address: string): Promise<EntitySummary>;
  relate(source: string, target: string): Promise<Relationship>;
  unrelate(source: string, target: string): Promise<Relationship | null>;
  find(source: string, target: string): Promise<Relationship | undefined>;
  /** All that is shown, such as `asset:10 → metric:5`; with the state where it is not `synced`. */
  shown(): Promise<string[]>;
  /** Takes a secret out of the keychain: 0 is the oldest. */
  forgetSecret(index: number): void;
  /** What the keychain holds, oldest first. */
  secrets(): string[];
  /** Closes the backend and opens the same file with a new one. */
  reopen(): Promise<void>;
  /** Resolves with the first event of that name from now on that fits. */
  next<E extends EventName>(name: E, fits?: (payload: Events[E]) => boolean): Promise<Events[E]>;
}

export interface SyncWorldOptions extends ClickieServerOptions {
  /** Sits between the backend and the network. */
  readonly fetch?: Fetch;
  /** Whether the first pull is left to the test. */
  readonly pulled?: boolean;
}

/** Starts a server, a backend and a connection `clickie` between them, and pulls once. All of it goes with the test. */
export async function startSyncWorld(options: SyncWorldOptions = {}): Promise<SyncWorld> {
  const server = await startCheckedServer(options);
  const folder = await mkdtemp(join(tmpdir(), 'weft-sync-'));
  const path = join(folder, 'workspace.weft');
  onTestFinished(() => rm(folder, { recursive: true })); // the last of them: they run in reverse
  const world = await openWorld(server, path, options.fetch);
  await world.ask('workspace:create', { path });
  const draft = {
    name: 'clickie',
    remote: 'clickie',
    url: server.url,
    scope: String(mustAccount(server.site).id),
  } as const;
  await world.ask('connections:add', { draft, secret: DEFAULT_KEY });
  if (options.pulled !== false) expect(await world.sync()).toMatchObject({ complete: true, failed: [] });
  server.clearRequests();
  return world;
}

/** A backend on a workspace file that need not be there yet; opening it is left to the test. */
export async function openWorld(
  server: ClickieServer,
  path: string,
  send: Fetch = (url, init) => fetch(url, init),
): Promise<SyncWorld> {
  const world = createWorld(server, path, createPorts(send));
  onTestFinished(async () => {
    await world.backend().close();
    checkFile(path);
  });
  return world;
}

function createPorts(send: Fetch): Ports & { readonly secrets: MemorySecrets } {
  const secrets = createMemorySecrets();
  return { ...createPlainPorts({ fetch: send, clock: createInstantClock() }), secrets };
}

/** Secrets that live as long as the test, by their references. */
interface MemorySecrets extends Secrets {
  readonly kept: Map<string, string>;
}

function createMemorySecrets(): MemorySecrets {
  const kept = new Map<string, string>();
  return {
    kept,
    read: async (reference) => kept.get(reference) ?? null,
    remove: async (reference) => void kept.delete(reference),
    write: async (reference, secret) => {
      const stored = reference ?? `secret-${kept.size + 1}`;
      kept.set(stored, secret);
      return { reference: stored, persisted: true, reason: null };
    },
  };
}

function createWorld(server: ClickieServer, path: string, ports: ReturnType<typeof createPorts>): SyncWorld {
  const events: { name: EventName; payload: unknown }[] = [];
  const open = () => {
    const made = createBackend(ports);
    made.onEvent(({ event, payload }) => void events.push({ name: event, payload }));
    return made;
  };
  let backend = open();
  const ask: SyncWorld['ask'] = (channel, params) => askBackend(backend, channel, params);
  const status = async () => {
    const found = await ask('workspace:status', {});
    if (found === null) throw new Error('No workspace is open');
    return found;
  };
  const entity = (address: string) => ask('entities:find', { address: `clickie:${address}` });
  const find = (source: string, target: string) => findRelationship(ask, source, target);
  return {
    server,
    path,
    events,
    backend: () => backend,
    ask,
    sync: (params = {}) => syncOnce(ask, params),
    status,
    connection: async () => mustFirst((await status()).connections),
    entity,
    relate: async (source, target) =>
      await ask('relationships:relate', {
        sourceId: (await entity(source)).id,
        targetId: (await entity(target)).id,
        type: null,
        local: false,
      }),
    unrelate: async (source, target) =>
      await ask('relationships:unrelate', { id: mustFirst([await find(source, target)]).id }),
    find,
    shown: async () => (await readShown(ask)).map(toText).toSorted(),
    forgetSecret: (index) => void ports.secrets.kept.delete([...ports.secrets.kept.keys()][index] ?? ''),
    secrets: () => [...ports.secrets.kept.values()],
    reopen: async () => {
      await backend.close();
      backend = open();
      await ask('workspace:open', { path });
    },
    next: (name, fits = () => true) =>
      new Promise((resolve) => {
        const end = backend.onEvent(({ event, payload }) => {
          // the name fixes the payload: the backend emits them as a pair
          if (event !== name || !fits(payload as never)) return;
          end();
          resolve(payload as never);
        });
      }),
  };
}

async function askBackend<C extends BackendChannel>(
  backend: Backend,
  channel: C,
  params: Params<C>,
): Promise<Answer<C>> {
  const result = structuredClone(await backend.request(channel, structuredClone(params)));
  if (!result.ok) throw new AnswerError(result.error.code, result.error.message);
  const checked = backendRequests[channel].answer.safeParse(result.value);
  if (!checked.success) throw new Error(`${channel} answers against the contract: ${checked.error.message}`);
  expect(checked.data).toEqual(result.value);
  return result.value;
}

async function syncOnce(ask: SyncWorld['ask'], params: SyncParams): Promise<SyncReport> {
  const { connectionId = null, mode = 'both', only = null } = params;
  return mustFirst(await ask('sync:start', { connectionId, mode, only }));
}

function mustFirst<T>(items: readonly (T | undefined)[]): T {
  const [first] = items;
  if (first === undefined) throw new Error('There is none');
  return first;
}

async function readShown(ask: SyncWorld['ask']): Promise<Relationship[]> {
  const rows: Relationship[] = [];
  for (;;) {
    const page = await ask('relationships:page', { entityId: null, offset: rows.length, limit: 500 });
    rows.push(...page.rows);
    if (page.rows.length === 0 || rows.length >= page.total) return rows;
  }
}

async function findRelationship(ask: SyncWorld['ask'], source: string, target: string) {
  return (await readShown(ask)).find(
    (row) => row.source.address === `clickie:${source}` && row.target.address === `clickie:${target}`,
  );
}

function toText({ source, target, state }: Relationship): string {
  const ends = `${toEndText(source)} → ${toEndText(target)}`;
  return state === 'synced' ? ends : `${ends} (${state})`;
}

function toEndText({ address }: EntitySummary): string {
  return address.split(':').slice(1).join(':');
}

/** All relationships of account 1 of the server, in the words of `shown`. */
export function onServer(server: ClickieServer): string[] {
  const toEnd = (key: string) => key.replace('s/', ':');
  return allEdges(mustAccount(server.site))
    .map(({ parent, child }) => `${toEnd(toKey(parent))} → ${toEnd(toKey(child))}`)
    .toSorted();
}

/** The requests that were not reads, such as `POST /relationships/assets/10/metrics/5`; a search is a read. */
export function writesTo(server: ClickieServer): string[] {
  return server.requests
    .filter(({ method, path }) => method !== 'GET' && path !== '/search/metrics')
    .map(({ method, path }) => `${method} ${path}`);
}

/** Relationship ids by their ends, to be pushed alone. */
export async function pick(world: SyncWorld, source: string, target: string): Promise<RelationshipId[]> {
  return [mustFirst([await world.find(source, target)]).id];
}

/** What a sync may not touch without a reason: every row but those that only tell when something was read. */
export function readRows(path: string): Record<string, unknown[]> {
  const db = new Database(path, { readonly: true });
  try {
    const read = (table: string) => db.prepare(`SELECT * FROM ${table}`).all();
    const tables = [
      'relationship',
      'intent',
      'local_relationship',
      'type_mark',
      'conflict',
      'held_removal',
      'history',
    ];
    const entities = db.prepare(
      'SELECT id, kind, remote_id, lookup_id, name, archived, presence, fields FROM entity',
    );
    return {
      ...Object.fromEntries(tables.map((table) => [table, read(table)])),
      entity: entities.all(),
      provenance: read('provenance'),
    };
  } finally {
    db.close();
  }
}

/** What must hold of every workspace file after every test. */
export function checkFile(path: string): void {
  const db = new Database(path, { readonly: true });
  try {
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.pragma('foreign_key_check')).toEqual([]);
    const doubled = db.prepare(
      'SELECT COUNT(*) FROM relationship r JOIN relationship o USING (source_id, target_id, slot) WHERE r.id < o.id',
    );
    expect(doubled.pluck().get()).toBe(0);
  } finally {
    db.close();
  }
  expect(readFileSync(path).includes(DEFAULT_KEY)).toBe(false);
}

/** Nothing is removed on either side, and the report does not call it whole. */
export async function expectNothingLost(
  world: SyncWorld,
  before: readonly string[],
  report: SyncReport,
): Promise<void> {
  expect(report.complete).toBe(false);
  expect(report.failed.length).toBeGreaterThan(0);
  expect(report.pulled.entities.removed).toBe(0);
  expect(report.pulled.relationships.removed).toBe(0);
  for (const text of before) expect(await world.shown()).toContain(text);
  expect(writesTo(world.server)).toEqual([]);
}
