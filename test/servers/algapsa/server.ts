import { createApp, type Route } from '../shared/app.ts';
import { createListening } from '../shared/listening.ts';
import { createRandom, pickUuid } from '../shared/random.ts';
import type { Handler, World } from './answers.ts';
import { exportAssets, getAsset, getStats, listAssets, searchAssets } from './assets.ts';
import { type Controlled, registerAlgapsaControl } from './control.ts';
import { createPipeline } from './pipeline.ts';
import { createRelationship, deleteRelationship, listRelationships } from './relationships.ts';
import { seedTinyFleet } from './seed.ts';
import { createLink, deleteAsset, deleteLink, mustTenant, putAsset, type Site, toNewAsset } from './site.ts';
import { type AlgapsaSwitches, defaultSwitches } from './switches.ts';

export interface AlgapsaServerOptions {
  /** A free port when not given or 0. */
  readonly port?: number;
  /** The tiny fleet when not given. */
  readonly site?: Site;
  readonly switches?: Partial<AlgapsaSwitches>;
  /** Opens `/__control` for other processes of this machine. */
  readonly control?: boolean;
  /** Milliseconds since 1970; the system clock when not given. Limits and stamps follow it, delays do not. */
  readonly now?: () => number;
}

/** A running server. It listens on 127.0.0.1 only. */
export interface AlgapsaServer extends Controlled {
  /** Address without a path, such as `http://127.0.0.1:8788`; the API is below `/api/v1`. */
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
  ['GET', '/api/v1/assets', listAssets],
  ['GET', '/api/v1/assets/export', exportAssets],
  ['GET', '/api/v1/assets/search', searchAssets],
  ['GET', '/api/v1/assets/stats', getStats],
  ['GET', '/api/v1/assets/:id', getAsset],
  ['GET', '/api/v1/assets/:id/relationships', listRelationships],
  ['POST', '/api/v1/assets/:id/relationships', createRelationship],
  ['DELETE', '/api/v1/assets/relationships/:relationshipId', deleteRelationship],
];

/** Starts an AlgaPSA server on a socket of its own. Rejects when the port is taken. */
export async function startAlgapsaServer(options: AlgapsaServerOptions = {}): Promise<AlgapsaServer> {
  const site = options.site ?? seedTinyFleet();
  const switches = { ...defaultSwitches, ...options.switches };
  const world: World = { site, switches, now: options.now ?? Date.now, random: createRandom(1) };
  const pipeline = createPipeline(world);
  const listening = createListening(options.port ?? 0, () => {
    const { handle } = pipeline;
    const app = createApp({ routes, basePath: '', handle, delayMs: () => world.switches.delayMs });
    if (options.control) registerAlgapsaControl(app, server);
    return app;
  });

  const server: AlgapsaServer = {
    get url() {
      return listening.origin;
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
    site,
    set: pipeline.set,
    addFault: pipeline.addFault,
    clearFaults: () => pipeline.set({ faults: [] }),
    clearRequests: pipeline.clearRequests,
    ...createColleague(world),
    goOffline: listening.goOffline,
    goOnline: listening.goOnline,
    stop: listening.goOffline,
  };
  await listening.goOnline();
  return server;
}

/** What others do in the product's own window, where it works in every release. */
function createColleague({
  site,
  now,
  random,
}: World): Pick<Controlled, 'createAsset' | 'deleteAsset' | 'createRelationship' | 'deleteRelationship'> {
  return {
    createAsset(name, tenantId) {
      const tenant = mustTenant(site, tenantId);
      const [clientId = pickUuid(random)] = tenant.clients.keys();
      return putAsset(tenant, toNewAsset({ id: pickUuid(random), name, clientId, createdAt: now() }));
    },
    deleteAsset: (id, tenantId) => deleteAsset(mustTenant(site, tenantId), id),
    createRelationship(parentId, childId, relationshipType, tenantId) {
      const relationshipId = pickUuid(random);
      const link = { parentId, childId, relationshipType, relationshipId, createdAt: now() };
      return createLink(mustTenant(site, tenantId), link) ? link : null;
    },
    deleteRelationship: (parentId, childId, tenantId) =>
      deleteLink(mustTenant(site, tenantId), parentId, childId),
  };
}
