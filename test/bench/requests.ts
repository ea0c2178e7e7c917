import { join } from 'node:path';
import { DEFAULT_KEY as ALGAPSA_KEY, seedLargeFleet } from '../servers/algapsa/seed.ts';
import { startAlgapsaServer } from '../servers/algapsa/server.ts';
import { DEFAULT_KEY as CLICKIE_KEY } from '../servers/clickie/seed.ts';
import { startClickieServer } from '../servers/clickie/server.ts';
import { mustAccount } from '../servers/clickie/site.ts';
import type { RequestRecord } from '../servers/shared/pipeline.ts';
import { createInstantClock } from '../support/instant-clock.ts';
import { connectBackend } from './bench-backend.ts';
import { ASSETS, countClickieNeeds, RELATIONSHIPS, seedClickieBench } from './bench-sites.ts';
import type { Measured } from './figure.ts';

const BUDGET = 1.05;
const shape = `${ASSETS} assets, ${RELATIONSHIPS} relationships`;

/** The requests of a first pull beside what is needed. One run: they are the same every time. */
export async function measureRequests(folder: string): Promise<Measured[]> {
  return [await measureAlgapsa(folder), await measureClickie(folder)];
}

/** Needed: the export of the assets, and one list of relationships for each asset. */
async function measureAlgapsa(folder: string): Promise<Measured> {
  const site = seedLargeFleet({ assets: ASSETS, relationships: RELATIONSHIPS });
  const server = await startAlgapsaServer({ site });
  try {
    const draft = { name: 'bench', remote: 'algapsa', url: server.url, scope: '' } as const;
    const path = join(folder, 'algapsa.weft');
    await pull({ path, draft, secret: ALGAPSA_KEY }, () => server.clearRequests());
    return toMeasured('requests-algapsa', server.requests, 1 + ASSETS, 'peer: 1 + A');
  } finally {
    await server.stop();
  }
}

async function measureClickie(folder: string): Promise<Measured> {
  const site = seedClickieBench();
  const account = mustAccount(site);
  const server = await startClickieServer({ site });
  try {
    const draft = { name: 'bench', remote: 'clickie', url: server.url, scope: String(account.id) } as const;
    const path = join(folder, 'clickie.weft');
    await pull({ path, draft, secret: CLICKIE_KEY }, () => server.clearRequests());
    const about = 'peer: pages of the lists + Σ(⌈n/100⌉ + 1) over possible parents';
    return toMeasured('requests-clickie', server.requests, countClickieNeeds(account), about);
  } finally {
    await server.stop();
  }
}

async function pull(
  connection: Parameters<typeof connectBackend>[0],
  onConnected: () => void,
): Promise<void> {
  const { backend, sync } = await connectBackend({ ...connection, clock: createInstantClock() });
  try {
    onConnected();
    await sync('pull');
  } finally {
    await backend.close();
  }
}

/** A list of several pages is read again to confirm it: what was asked before is told apart, not counted. */
function toMeasured(
  name: string,
  requests: readonly RequestRecord[],
  needs: number,
  about: string,
): Measured {
  const distinct = new Set(
    requests.map(({ method, path, query }) => `${method} ${path} ${JSON.stringify(query)}`),
  );
  return {
    name,
    unit: 'requests',
    about: `first pull, ${shape}; ${requests.length - distinct.size} confirming requests not counted; ${about}`,
    budget: BUDGET,
    requests: requests.length,
    values: [distinct.size],
    peers: [needs],
  };
}
