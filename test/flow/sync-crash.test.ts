import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toNewMetric } from '../servers/clickie/new-entity.ts';
import { DEFAULT_KEY, seedTiny } from '../servers/clickie/seed.ts';
import type { ClickieServer } from '../servers/clickie/server.ts';
import { createEdge, mustAccount, putEntity, type Site } from '../servers/clickie/site.ts';
import { startCheckedServer } from '../support/clickie-remote.ts';
import { checkFile, onServer, openWorld, type SyncWorld, writesTo } from '../support/sync-world.ts';

const script = fileURLToPath(new URL('../support/sync-child.ts', import.meta.url));

/** As many relationships of asset 10 as a push may delete without asking. */
function seedSome(): Site {
  const site = seedTiny();
  for (let id = 1001; id <= 1015; id += 1) {
    putEntity(mustAccount(site), toNewMetric(id, `Metric ${id}`));
    createEdge(mustAccount(site), { parent: { type: 'assets', id: 10 }, child: { type: 'metrics', id } });
  }
  return site;
}

/** Resolves once the server has been sent a matching request so many times. */
function countdown(server: ClickieServer, method: string | null, count: number): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      const fit = server.requests.filter((request) => method === null || request.method === method);
      if (fit.length >= count) resolve();
      else setImmediate(look);
    };
    look();
  });
}

interface Crash {
  readonly task: 'pull' | 'push';
  /** The kill comes with this request after the child was ready. */
  readonly method: string | null;
  readonly at: number;
}

/** Kills a backend in the middle of a sync and opens its file again. */
async function crash({ task, method, at }: Crash): Promise<SyncWorld> {
  const server = await startCheckedServer({ site: seedSome() });
  const folder = await mkdtemp(join(tmpdir(), 'weft-crash-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'workspace.weft');
  const child = spawn(process.execPath, [script, path, server.url, task], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, WEFT_TEST_KEY: DEFAULT_KEY },
  });
  const exited = once(child, 'exit');
  await once(createInterface(child.stdout), 'line');
  server.clearRequests();
  await countdown(server, method, at);
  child.kill('SIGKILL');
  await exited;
  checkFile(path);
  const world = await openWorld(server, path);
  await world.ask('workspace:open', { path });
  const { id } = await world.connection();
  await world.ask('connections:provide-secret', { id, secret: DEFAULT_KEY });
  return world;
}

/** The report of the run that was killed is the newest, and says what it had recorded. */
async function expectCutOff(world: SyncWorld): Promise<void> {
  const { rows } = await world.ask('sync:reports', { connectionId: null, offset: 0, limit: 10 });
  const [newest, ...before] = rows;
  expect(newest?.failed.map(({ code }) => code)).toEqual(['cut-off']);
  expect(newest?.complete).toBe(false);
  expect(before.flatMap(({ failed }) => failed)).toEqual([]);
  expect(newest?.pulled.entities.added).toBe(before.length === 0 ? (await world.status()).entityCount : 0);
}

describe('a backend that is killed', () => {
  for (const at of [1, 5, 12, 30]) {
    it(`during its first pull, at request ${at}, leaves a file that the next sync completes`, async () => {
      const world = await crash({ task: 'pull', method: null, at });
      expect(await world.connection()).toMatchObject({ state: 'never-synced' });
      await expectCutOff(world);
      expect(await world.sync()).toMatchObject({ complete: true });
      expect(await world.shown()).toEqual(onServer(world.server));
      expect(writesTo(world.server)).toEqual([]);
    });
  }

  for (const [method, at] of [
    ['POST', 1],
    ['POST', 9],
    ['DELETE', 1],
    ['DELETE', 9],
  ] as const) {
    it(`at ${method} ${at} of a push has lost no edit and doubles none`, async () => {
      const world = await crash({ task: 'push', method, at });
      await expectCutOff(world);
      expect(await world.sync()).toMatchObject({ complete: true, failed: [] });
      expect((await world.status()).pendingCount).toBe(0);
      const shown = await world.shown();
      expect(shown).toEqual(onServer(world.server));
      expect(shown.filter((text) => text.startsWith('asset:10 →'))).toEqual([]);
      expect(shown.filter((text) => text.startsWith('asset:20 → metric'))).toHaveLength(18);
      const writes = writesTo(world.server);
      const doubled = writes.filter((write, index) => writes.indexOf(write) !== index);
      expect(doubled.length).toBeLessThanOrEqual(1);
    });
  }
});
