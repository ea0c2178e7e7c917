import { join } from 'node:path';
import type { EntityId } from '../../src-preload/contract/model.ts';
import { DEFAULT_KEY, seedLargeFleet } from '../servers/algapsa/seed.ts';
import { type AlgapsaServer, startAlgapsaServer } from '../servers/algapsa/server.ts';
import { findLink, mustTenant } from '../servers/algapsa/site.ts';
import { createEventClock } from '../support/event-clock.ts';
import { type BenchBackend, connectBackend } from './bench-backend.ts';
import { ASSETS, RELATIONSHIPS } from './bench-sites.ts';
import type { Measured } from './figure.ts';

const BUDGET = 1.15;
const ANSWER_MS = 30;
const CHANGES = 2000;
/** A connection off this machine starts at five requests a second; the server here is reached by this name. */
const ADDRESS = 'https://algapsa.example';
/** As its own documentation has it, where the limit is enforced. */
const limit = { burst: 120, perMinute: 60 } as const;

/** Simulated minutes beside what the limit allows. One run: they are the same every time. */
export async function measureLimits(folder: string): Promise<Measured[]> {
  const pulled = await measure(join(folder, 'pull.weft'), async ({ sync }) => sync('pull'));
  const pushed = await measurePush(join(folder, 'push.weft'));
  return [
    toMeasured('limit-algapsa-pull', pulled, 1 + ASSETS, `pull of ${ASSETS} assets; peer: 1 + A requests`),
    toMeasured(
      'limit-algapsa-push',
      pushed,
      3 * CHANGES,
      `${CHANGES} creates; peer: 3 requests each, the lists of both ends before the write`,
    ),
  ];
}

interface Outcome {
  readonly elapsedMs: number;
  readonly requests: number;
}

async function measurePush(path: string): Promise<Outcome> {
  return await measure(path, async ({ ask, sync }, server, settle) => {
    await sync('pull');
    const ids = await readAssetIds(ask);
    const tenant = mustTenant(server.site);
    let left = CHANGES;
    for (let n = 0; left > 0; n += 1) {
      const [source, target] = [ids[n % ids.length], ids[(n + 1 + Math.floor(n / ids.length)) % ids.length]];
      if (source === undefined || target === undefined) throw new Error('There are too few assets');
      if (findLink(tenant, source.remoteId, target.remoteId) !== undefined) continue;
      await ask('relationships:relate', {
        sourceId: source.id,
        targetId: target.id,
        type: 'feeds',
        local: false,
      });
      left -= 1;
    }
    await settle();
    await sync('push');
  });
}

async function readAssetIds(ask: BenchBackend['ask']) {
  const ids: { id: EntityId; remoteId: string }[] = [];
  for (let offset = 0; offset < ASSETS; offset += 500) {
    const page = { search: '', kinds: [], connectionId: null, offset, limit: 500 };
    const { rows } = await ask('entities:page', page);
    ids.push(...rows.map(({ id, address }) => ({ id, remoteId: address.split(':').at(-1) ?? '' })));
  }
  return ids;
}

/** `body` calls `settle` when the measured part begins: once the bucket is full again. */
async function measure(
  path: string,
  body: (bench: BenchBackend, server: AlgapsaServer, settle: () => Promise<void>) => Promise<void>,
): Promise<Outcome> {
  const clock = createEventClock();
  const site = seedLargeFleet({ assets: ASSETS, relationships: RELATIONSHIPS });
  const server = await startAlgapsaServer({
    site,
    switches: { profile: 'intended', limit },
    now: () => clock.now().getTime(),
  });
  const reach = clock.delay((url, init) => fetch(url.replace(ADDRESS, server.url), init), ANSWER_MS);
  const draft = { name: 'bench', remote: 'algapsa', url: ADDRESS, scope: '' } as const;
  const bench = await connectBackend({ path, draft, secret: DEFAULT_KEY, fetch: reach, clock });
  let startMs = clock.elapsedMs();
  server.set({ enforceLimit: true });
  const begin = async () => {
    await clock.sleep((limit.burst * 60_000) / limit.perMinute);
    server.clearRequests();
    startMs = clock.elapsedMs();
  };
  try {
    await begin();
    await body(bench, server, begin);
    return { elapsedMs: clock.elapsedMs() - startMs, requests: server.requests.length };
  } finally {
    await bench.backend.close();
    await server.stop();
  }
}

function toMeasured(name: string, outcome: Outcome, needs: number, about: string): Measured {
  const allowedMs = ((needs - limit.burst) * 60_000) / limit.perMinute;
  return {
    name,
    unit: 'simulated s',
    about: `${limit.perMinute}/min enforced, burst ${limit.burst}, answers after ${ANSWER_MS} ms; ${about}`,
    budget: BUDGET,
    requests: outcome.requests,
    values: [outcome.elapsedMs / 1000],
    peers: [allowedMs / 1000],
  };
}
