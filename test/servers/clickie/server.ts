import { createApp, type Route } from '../shared/app.ts';
import { createListening } from '../shared/listening.ts';
import { createRandom } from '../shared/random.ts';
import type { Handler, World } from './answers.ts';
import { type Controlled, registerClickieControl } from './control.ts';
import { getHistory } from './history.ts';
import { toNewEntity } from './new-entity.ts';
import { createPipeline } from './pipeline.ts';
import { createGet, createList, getAccount, getMyClearance, listAccounts } from './reads.ts';
import { getEdge, listEdges, postEdge, removeEdge } from './relationships.ts';
import { searchMetrics } from './search.ts';
import { seedTiny } from './seed.ts';
import { deleteEntity, mustAccount, nextEntityId, putEntity, type Site } from './site.ts';
import { type ClickieSwitches, defaultSwitches } from './switches.ts';

export interface ClickieServerOptions {
  /** A free port when not given or 0. */
  readonly port?: number;
  /** The tiny site when not given. */
  readonly site?: Site;
  readonly switches?: Partial<ClickieSwitches>;
  /** Opens `/__control` for other processes of this machine. */
  readonly control?: boolean;
  /** Milliseconds since 1970; the system clock when not given. */
  readonly now?: () => number;
}

/** A running server. It listens on 127.0.0.1 only. */
export interface ClickieServer extends Controlled {
  /** Base address of the API, such as `http://127.0.0.1:8787/v4`. */
  readonly url: string;
  readonly port: number;
  clearRequests(): void;
  /** Stops listening and cuts all connections; data, switches and log stay. */
  goOffline(): Promise<void>;
  /** Listens again on the same port. */
  goOnline(): Promise<void>;
  stop(): Promise<void>;
}

const routes: readonly Route<Handler>[] = [
  ['GET', '/assets', createList('assets', 7, 'Assets')],
  ['GET', '/assets/:id', createGet('assets', 7)],
  ['GET', '/dashboards', createList('dashboards', 8, 'Dashboards')],
  ['GET', '/dashboards/:id', createGet('dashboards', 8)],
  ['GET', '/metrics', createList('metrics', 7, 'Metrics')],
  ['GET', '/metrics/:id', createGet('metrics', 7)],
  ['GET', '/collaborators', createList('collaborators', 7, 'Collaborators')],
  ['GET', '/collaborators/:id', createGet('collaborators', 7)],
  ['GET', '/collaborators/:id/history', getHistory],
  ['GET', '/accounts', listAccounts],
  ['GET', '/accounts/:id', getAccount],
  ['GET', '/clearances/me', getMyClearance],
  ['POST', '/search/metrics', searchMetrics],
  ['GET', '/relationships/:entity/:id', listEdges],
  ['GET', '/relationships/:entity/:id/:entityType', listEdges],
  ['GET', '/relationships/:entity/:id/:childEntity/:childId', getEdge],
  ['POST', '/relationships/:entity/:id/:childEntity/:childId', postEdge],
  ['DELETE', '/relationships/:entity/:id/:childEntity/:childId', removeEdge],
];

const basePath = '/v4';

/** Starts a Clickie API v4 server on a socket of its own. Rejects when the port is taken. */
export async function startClickieServer(options: ClickieServerOptions = {}): Promise<ClickieServer> {
  const world: World = {
    site: options.site ?? seedTiny(),
    switches: { ...defaultSwitches, ...options.switches },
    now: options.now ?? Date.now,
    random: createRandom(1),
  };
  const pipeline = createPipeline(world);
  const listening = createListening(options.port ?? 0, () => {
    const { handle } = pipeline;
    const app = createApp({ routes, basePath, handle, delayMs: () => world.switches.delayMs });
    if (options.control) registerClickieControl(app, server);
    return app;
  });

  const server: ClickieServer = {
    get url() {
      return `${listening.origin}${basePath}`;
    },
    get port() {
      return listening.port;
    },
    get switches() {
      return world.switches;
    },
    get requests() {
      return pipeline.requests;
    },
    get forbiddenWrites() {
      return pipeline.forbiddenWrites;
    },
    site: world.site,
    set: pipeline.set,
    addFault: pipeline.addFault,
    clearFaults: () => pipeline.set({ faults: [] }),
    clearRequests: pipeline.clearRequests,
    createEntity(type, name, accountId) {
      const account = mustAccount(world.site, accountId);
      const id = nextEntityId(account, type, world.switches.reuseIds);
      return putEntity(account, toNewEntity(type, id, name));
    },
    deleteEntity(ref, accountId) {
      const how = { manner: world.switches.entityDelete, cascade: world.switches.cascade };
      return deleteEntity(mustAccount(world.site, accountId), ref, how, world.now());
    },
    goOffline: listening.goOffline,
    goOnline: listening.goOnline,
    stop: listening.goOffline,
  };
  await listening.goOnline();
  return server;
}
