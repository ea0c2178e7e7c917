import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBackend } from '../../../src-main/backend/index.ts';
import { must } from '../../../src-main/backend/must.ts';
import type { ConnectionDraft, SyncReport } from '../../../src-preload/contract/model.ts';
import type { Answer, BackendChannel, Params } from '../../../src-preload/contract/requests.ts';
import { DEFAULT_KEY as ALGAPSA_KEY } from '../../servers/algapsa/seed.ts';
import { startAlgapsaServer } from '../../servers/algapsa/server.ts';
import { startAutodeskServer } from '../../servers/autodesk/server.ts';
import { mustProject } from '../../servers/autodesk/site.ts';
import { DEFAULT_KEY as CLICKIE_KEY } from '../../servers/clickie/seed.ts';
import { startClickieServer } from '../../servers/clickie/server.ts';
import type { FaultRule } from '../../servers/shared/fault-rules.ts';
import { createTickingClock, type TickingClock } from '../../support/instant-clock.ts';
import { createPlainPorts } from '../../support/plain-ports.ts';
import { AnswerError } from '../../support/sync-world.ts';

/** What the servers of all remotes have in common. */
interface AnyServer {
  readonly url: string;
  readonly requests: readonly { readonly method: string; readonly path: string }[];
  addFault(rule: FaultRule): unknown;
  clearFaults(): void;
  clearRequests(): void;
  stop(): Promise<void>;
}

interface Place {
  readonly server: AnyServer;
  readonly draft: ConnectionDraft;
  readonly secret: string;
}

export const remotes = ['clickie', 'algapsa', 'autodesk'] as const;
export type RemoteName = (typeof remotes)[number];

/** Far more than the rows send. */
const unlimited = {
  relationships: 1_000_000,
  assetReads: 1_000_000,
  legacy: 1_000_000,
  issues: 1_000_000,
  token: 1_000_000,
  revoke: 1_000_000,
};

const places: Readonly<Record<RemoteName, () => Promise<Place>>> = {
  clickie: async () => {
    const server = await startClickieServer();
    return {
      server,
      draft: { name: 'it', remote: 'clickie', url: server.url, scope: '1' },
      secret: CLICKIE_KEY,
    };
  },
  algapsa: async () => {
    const server = await startAlgapsaServer({ switches: { profile: 'intended' } });
    return {
      server,
      draft: { name: 'it', remote: 'algapsa', url: server.url, scope: '' },
      secret: ALGAPSA_KEY,
    };
  },
  autodesk: async () => {
    const server = await startAutodeskServer({ switches: { limits: unlimited } });
    const options = {
      region: 'EMEA',
      clientId: '',
      callback: 'http://localhost:8080/oauth/callback/',
    } as const;
    const { id } = mustProject(server.site);
    return {
      server,
      draft: { name: 'it', remote: 'autodesk', url: server.url, scope: id, options },
      secret: server.signIn().access_token,
    };
  },
};

/** A whole backend connected to the real server of a remote, which it has pulled once. */
export interface ListedWorld {
  readonly server: AnyServer;
  sync(): Promise<SyncReport>;
  /** Every entity and every relationship that is shown. */
  shown(): Promise<string[]>;
  /** Requests that might have changed something there. */
  writes(): string[];
  /** So late that every pause a server asked for is over. */
  later(): void;
  close(): Promise<void>;
}

export async function startListedWorld(name: RemoteName): Promise<ListedWorld> {
  const { server, draft, secret } = await places[name]();
  const clock = createTickingClock();
  const backend = createListedBackend(clock);
  const folder = await mkdtemp(join(tmpdir(), 'weft-listing-'));
  const ask = async <C extends BackendChannel>(channel: C, params: Params<C>): Promise<Answer<C>> => {
    const result = await backend.request(channel, params);
    if (!result.ok) throw new AnswerError(result.error.code, result.error.message);
    return result.value;
  };
  await ask('workspace:create', { path: join(folder, 'test.weft') });
  await ask('connections:add', { draft, secret });
  const page = { offset: 0, limit: 500 };
  const world: ListedWorld = {
    server,
    sync: async () =>
      must((await ask('sync:start', { connectionId: null, mode: 'both', only: null }))[0], 'the report'),
    shown: async () => {
      const entities = await ask('entities:page', { search: '', kinds: [], connectionId: null, ...page });
      const relationships = await ask('relationships:page', { entityId: null, ...page });
      return [
        ...entities.rows.map(({ address }) => address),
        ...relationships.rows.map(
          ({ source, target, type, state }) =>
            `${source.address} → ${target.address} ${type ?? '-'} ${state}`,
        ),
      ].toSorted();
    },
    writes: () =>
      server.requests
        .filter(({ method, path }) => method !== 'GET' && !/:(sync|batch-get)$/.test(path))
        .map(({ method, path }) => `${method} ${path}`),
    later: () => clock.tick(2 * 3_600_000),
    close: async () => {
      await backend.close();
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
  const { complete } = await world.sync();
  if (!complete) throw new Error(`The first pull from ${name} is not whole`);
  return world;
}

function createListedBackend(clock: TickingClock) {
  return createBackend(createPlainPorts({ clock }));
}
