import { expect, onTestFinished } from 'vitest';
import type { Clock, Fetch } from '../../src-main/backend/ports.ts';
import { createClickieRemote } from '../../src-main/backend/remote/clickie/remote.ts';
import type { NamedEnd, Remote } from '../../src-main/backend/remote/remote.ts';
import { DEFAULT_KEY } from '../servers/clickie/seed.ts';
import {
  type ClickieServer,
  type ClickieServerOptions,
  startClickieServer,
} from '../servers/clickie/server.ts';
import {
  createEdge,
  deleteEdge,
  type Edge,
  type EntityRef,
  type EntityType,
  hasEdge,
  isEntityType,
  mustAccount,
} from '../servers/clickie/site.ts';
import { createInstantClock, type InstantClock } from './instant-clock.ts';
import { plainAccess } from './plain-ports.ts';

export interface ClickieUnderTest {
  readonly server: ClickieServer;
  readonly remote: Remote;
  readonly clock: InstantClock;
}

/** What there is to say of a relationship of Clickie beside its ends. */
export const untyped = { type: null, remoteId: null };

export interface ClickieRemoteOptions extends ClickieServerOptions {
  readonly scope?: string;
  readonly secret?: string;
  /** Requests per second; far more than any test sends when not said. */
  readonly rate?: number;
  readonly fetch?: Fetch;
  /** Instead of the instant one. */
  readonly clock?: Clock;
}

/** A Clickie remote that speaks to a server of its own. The server goes when the test ends. */
export async function startClickieRemote(options: ClickieRemoteOptions = {}): Promise<ClickieUnderTest> {
  const server = await startCheckedServer(options);
  const clock = createInstantClock();
  const { scope = '1', secret = DEFAULT_KEY, rate = 5000 } = options;
  const send: Fetch = options.fetch ?? ((url, init) => fetch(url, init));
  const remote = createClickieRemote(
    { url: server.url, scope, secret, rate, ...plainAccess },
    { fetch: send, clock: options.clock ?? clock },
  );
  return { server, remote, clock };
}

/** A server that is stopped with the test and that must not have been sent what no client may send. */
export async function startCheckedServer(options: ClickieServerOptions = {}): Promise<ClickieServer> {
  const server = await startClickieServer(options);
  onTestFinished(async () => {
    await server.stop();
    expect(server.forbiddenWrites).toEqual([]);
    const writes = server.requests.filter(({ method }) => method !== 'GET');
    const isSearch = (path: string) => path === '/search/metrics';
    expect(writes.filter(({ path }) => !path.startsWith('/relationships/') && !isSearch(path))).toEqual([]);
  });
  return server;
}

const types: Readonly<Record<string, EntityType>> = {
  asset: 'assets',
  dashboard: 'dashboards',
  metric: 'metrics',
  collaborator: 'collaborators',
};

/** An entity as the server names it. */
export function toSiteRef({ kind, remoteId }: NamedEnd): EntityRef {
  const type = types[kind];
  if (!isEntityType(type)) throw new Error(`The server has no ${kind}`);
  return { type, id: Number(remoteId) };
}

export function toEdge(source: NamedEnd, target: NamedEnd): Edge {
  return { parent: toSiteRef(source), child: toSiteRef(target) };
}

/** An end written as `asset:10`. */
export function toEnd(text: string): NamedEnd {
  const [kind = '', remoteId = ''] = text.split(':');
  return { kind, remoteId };
}

/** Whether account 1 of the server has the relationship. */
export function serverHas(server: ClickieServer, source: string, target: string): boolean {
  return hasEdge(mustAccount(server.site), toEdge(toEnd(source), toEnd(target)));
}

/** Somebody else creates a relationship. */
export function putOnServer(server: ClickieServer, source: string, target: string): void {
  createEdge(mustAccount(server.site), toEdge(toEnd(source), toEnd(target)));
}

/** Somebody else deletes a relationship. */
export function takeFromServer(server: ClickieServer, source: string, target: string): void {
  deleteEdge(mustAccount(server.site), toEdge(toEnd(source), toEnd(target)));
}
