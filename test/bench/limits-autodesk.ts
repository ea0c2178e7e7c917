import { join } from 'node:path';
import type { EntityId } from '../../src-preload/contract/model.ts';
import { seedLargeBuilding } from '../servers/autodesk/seed.ts';
import { type AutodeskServer, startAutodeskServer } from '../servers/autodesk/server.ts';
import { mustProject } from '../servers/autodesk/site.ts';
import { defaultSwitches } from '../servers/autodesk/switches.ts';
import { createEventClock } from '../support/event-clock.ts';
import { type BenchBackend, connectBackend } from './bench-backend.ts';
import { ASSETS, RELATIONSHIPS } from './bench-sites.ts';
import type { Measured } from './figure.ts';

const BUDGET = 1.15;
const ANSWER_MS = 30;
const CHANGES = 2000;
const FEED_PAGE = 100;
/** The most creates in one request, which share an end; and the most ends that are asked for in one request. */
const BATCH = 20;
/** A connection off this machine keeps to the published budgets; the server here is reached by this name. */
const ADDRESS = 'https://autodesk.example';
const perMinute = defaultSwitches.limits.relationships;

/** Simulated minutes beside what the published limit of the Relationships API allows. The same every time. */
export async function measureAutodeskLimits(folder: string): Promise<Measured[]> {
  const pulled = await measure(join(folder, 'pull.weft'), async ({ sync }, begin) => {
    await begin();
    await sync('pull');
  });
  const pushed = await measure(join(folder, 'push.weft'), async (bench, begin) => {
    await bench.sync('pull');
    await relateMany(bench);
    await begin();
    await bench.sync('push');
  });
  return [
    toMeasured(
      'limit-autodesk-pull',
      pulled,
      Math.ceil(RELATIONSHIPS / FEED_PAGE),
      'peer: the pages of :sync',
    ),
    toMeasured(
      'limit-autodesk-push',
      pushed,
      2 * Math.ceil(CHANGES / BATCH),
      `${CHANGES} creates; peer: for every ${BATCH} of one asset a look and a PUT`,
    ),
  ];
}

interface Outcome {
  readonly elapsedMs: number;
  readonly requests: number;
}

/** Relates each of the first assets to issues that it is not related to yet. */
async function relateMany({ ask }: BenchBackend): Promise<void> {
  const [assets, issues] = [await readIds(ask, 'asset', 500), await readIds(ask, 'issue', 200)];
  let left = CHANGES;
  for (const sourceId of assets) {
    const { rows } = await ask('relationships:page', { entityId: sourceId, offset: 0, limit: 500 });
    const related = new Set(rows.flatMap(({ source, target }) => [source.id, target.id]));
    for (const targetId of issues.filter((id) => !related.has(id)).slice(0, Math.min(BATCH, left))) {
      await ask('relationships:relate', { sourceId, targetId, type: null, local: false });
      left -= 1;
    }
    if (left === 0) return;
  }
  throw new Error('There are too few assets and issues');
}

async function readIds(ask: BenchBackend['ask'], kind: string, limit: number): Promise<EntityId[]> {
  const { rows } = await ask('entities:page', {
    search: '',
    kinds: [kind],
    connectionId: null,
    offset: 0,
    limit,
  });
  return rows.map(({ id }) => id);
}

/** `body` calls `begin` where the measured part begins: at the start of a minute in which nothing was asked yet. */
async function measure(
  path: string,
  body: (bench: BenchBackend, begin: () => Promise<void>) => Promise<void>,
): Promise<Outcome> {
  const clock = createEventClock();
  const site = seedLargeBuilding({ assets: ASSETS, relationships: RELATIONSHIPS });
  const server = await startAutodeskServer({ site, now: () => clock.now().getTime() });
  const reach = clock.delay((url, init) => fetch(url.replace(ADDRESS, server.url), init), ANSWER_MS);
  const callback = 'http://localhost:8080/oauth/callback/';
  const draft = {
    name: 'bench',
    remote: 'autodesk',
    url: ADDRESS,
    scope: mustProject(site).id,
    options: { region: 'EMEA', clientId: '', callback },
  } as const;
  const secret = server.signIn().access_token;
  const bench = await connectBackend({ path, draft, secret, fetch: reach, clock });
  let startMs = clock.elapsedMs();
  const begin = async () => {
    await clock.sleep(120_000);
    server.clearRequests();
    startMs = clock.elapsedMs();
  };
  try {
    await body(bench, begin);
    return { elapsedMs: clock.elapsedMs() - startMs, requests: countLimited(server) };
  } finally {
    await bench.backend.close();
    await server.stop();
  }
}

function countLimited({ requests }: AutodeskServer): number {
  return requests.filter(({ path }) => path.includes('/relationship/')).length;
}

function toMeasured(name: string, outcome: Outcome, needs: number, about: string): Measured {
  return {
    name,
    unit: 'simulated s',
    about: `${perMinute}/min enforced, answers after ${ANSWER_MS} ms; ${about}`,
    budget: BUDGET,
    requests: outcome.requests,
    values: [outcome.elapsedMs / 1000],
    peers: [(needs * 60) / perMinute],
  };
}
