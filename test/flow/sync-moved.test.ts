import { copyFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DEFAULT_KEY } from '../servers/clickie/seed.ts';
import { openWorld, type SyncWorld, startSyncWorld, writesTo } from '../support/sync-world.ts';

/** A copy, open with its key at hand, of a workspace that has pulled and holds one pending create. */
async function startCopy(): Promise<SyncWorld> {
  const world = await startSyncWorld();
  await world.relate('asset:20', 'metric:21');
  await world.backend().close();
  const path = `${world.path}.copy.weft`;
  copyFileSync(world.path, path);
  const copy = await openWorld(world.server, path);
  await copy.ask('workspace:open', { path });
  await copy.ask('connections:provide-secret', { id: (await copy.connection()).id, secret: DEFAULT_KEY });
  return copy;
}

it('a copy of a workspace pulls and edits, but pushes only once it is adopted', async () => {
  const copy = await startCopy();
  expect(await copy.status()).toMatchObject({ place: 'moved-or-copied', pendingCount: 1 });
  await copy.relate('asset:12', 'metric:20');
  const report = await copy.sync();
  expect(report).toMatchObject({ complete: true, failed: [], withheld: { code: 'moved-or-copied' } });
  expect(writesTo(copy.server)).toEqual([]);
  expect((await copy.status()).pendingCount).toBe(2);

  await copy.ask('workspace:adopt', {});
  expect(await copy.sync()).toMatchObject({ withheld: null, pushed: { created: 2 } });
  expect((await copy.status()).place).toBe('home');
});

it('a push alone is withheld as well, and says why', async () => {
  const copy = await startCopy();
  const report = await copy.sync({ mode: 'push' });
  expect(report.withheld?.message).toMatch(/adopt/);
  expect(writesTo(copy.server)).toEqual([]);
});
