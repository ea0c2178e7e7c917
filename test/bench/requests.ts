import { join } from 'node:path';
import { DEFAULT_KEY as ALGAPSA_KEY, seedLargeFleet } from '../servers/algapsa/seed.ts';
import { startAlgapsaServer } from '../servers/algapsa/server.ts';
import { seedLargeBuilding } from '../servers/autodesk/seed.ts';
import { startAutodeskServer } from '../servers/autodesk/server.ts';
import { mustProject } from '../servers/autodesk/site.ts';
import { DEFAULT_KEY as CLICKIE_KEY } from '../servers/clickie/seed.ts';
import { startClickieServer } from '../servers/clickie/server.ts';
import { mustAccount } from '../servers/clickie/site.ts';
import type { RequestRecord } from '../servers/shared/pipeline.ts';
import { createInstantClock } from '../support/instant-clock.ts';
import { connectBackend } from './bench-backend.ts';
import { ASSETS, countClickieNeeds, RELATIONSHIPS, seedClickieBench } from './bench-sites.ts';
import type { Measured } from './figure.ts';

const BUDGET = 1.05;
const AUTODESK_PAGE = 200;
const AUTODESK_FEED_PAGE = 100;
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

/** The same of Autodesk. Needed: the pages of the assets, and the pages of all relationships. */
export async function measureAutodeskRequests(folder: string): Promise<Measured> {
  const site = seedLargeBuilding({ assets: ASSETS, relationships: RELATIONSHIPS });
  // no time goes by on the clock of this pull, so that a limit for each minute would never end
  const limits = { relationships: 1e6, assetReads: 1e6, legacy: 1e6, issues: 1e6, token: 1e6, revoke: 1e6 };
  const server = await startAutodeskServer({ site, switches: { limits } });
  try {
    const draft = {
      name: 'bench',
      remote: 'autodesk',
      url: server.url,
      scope: mustProject(site).id,
      options: { region: 'EMEA', clientId: '', callback: 'http://localhost:8080/oauth/callback/' },
    } as const;
    const path = join(folder, 'autodesk.weft');
    const secret = server.signIn().access_token;
    await pull({ path, draft, secret }, () => server.clearRequests());
    const feedPages = Math.ceil(RELATIONSHIPS / AUTODESK_FEED_PAGE);
    const about = `peer: ⌈A/${AUTODESK_PAGE}⌉ + the ${feedPages} pages of :sync`;
    const needs = Math.ceil(ASSETS / AUTODESK_PAGE) + feedPages;
    return toMeasured('requests-autodesk', server.requests, needs, about, false);
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
  confirms = true,
): Measured {
  const distinct = new Set(
    requests.map(({ method, path, query }) => `${method} ${path} ${JSON.stringify(query)}`),
  );
  const confirming = confirms ? requests.length - distinct.size : 0;
  return {
    name,
    unit: 'requests',
    about: `first pull, ${shape}; ${confirming} confirming requests not counted; ${about}`,
    budget: BUDGET,
    requests: requests.length,
    values: [requests.length - confirming],
    peers: [needs],
  };
}
