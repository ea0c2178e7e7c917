import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createBackend } from '../../src-main/backend/index.ts';
import { DEFAULT_KEY, seedPlant } from '../servers/clickie/seed.ts';
import { type ClickieServer, startClickieServer } from '../servers/clickie/server.ts';
import { mustAccount } from '../servers/clickie/site.ts';
import { createOneSecret, createPlainPorts, showLog } from '../support/plain-ports.ts';
import { type Measured, median } from './figure.ts';

/** As many as the Clickie remote has under way at a time. */
const CONCURRENCY = 4;

/** The whole first pull of the demo's plant, beside the same requests in a bare loop without any rate limit. */
export async function measurePull(folder: string, runs: number): Promise<Measured> {
  const server = await startClickieServer({ site: seedPlant({ seed: 1 }) });
  try {
    const values: number[] = [];
    const peers: number[] = [];
    const requests: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      server.clearRequests();
      values.push(await timePull(server, join(folder, `pull-${run}.weft`)));
      const sent = server.requests.map(
        ({ path, query }) => `${server.url}${path}?${new URLSearchParams(query)}`,
      );
      requests.push(sent.length);
      peers.push(await timeLoop(server, sent));
    }
    const about =
      'first pull of the demo’s plant at 200 requests/s; peer: the same requests in a bare loop, no limit';
    const name = 'pull-demo';
    return { name, unit: 'ms', about, budget: null, requests: median(requests), values, peers };
  } finally {
    await server.stop();
  }
}

async function timePull(server: ClickieServer, path: string): Promise<number> {
  const backend = createBackend(createPlainPorts({ secrets: createOneSecret(DEFAULT_KEY), log: showLog }));
  await backend.request('workspace:create', { path });
  const scope = String(mustAccount(server.site).id);
  const startedAt = performance.now();
  const draft = { name: 'plant', remote: 'clickie', url: server.url, scope } as const;
  const added = await backend.request('connections:add', { draft, secret: DEFAULT_KEY });
  const synced = await backend.request('sync:start', { connectionId: null, mode: 'pull', only: null });
  const took = performance.now() - startedAt;
  await backend.close();
  rmSync(path, { force: true });
  if (!added.ok || !synced.ok || synced.value[0]?.complete !== true)
    throw new Error('The pull was not complete');
  return took;
}

/** Sends all of them, so many at a time, and reads every answer. */
async function timeLoop(server: ClickieServer, urls: readonly string[]): Promise<number> {
  const headers = { authorization: DEFAULT_KEY, account: String(mustAccount(server.site).id) };
  const left = [...urls];
  const work = async () => {
    for (let url = left.pop(); url !== undefined; url = left.pop()) {
      const answer = await fetch(url, { headers });
      if (!answer.ok) throw new Error(`${url} was answered with ${answer.status}`);
      await answer.json();
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return performance.now() - startedAt;
}
