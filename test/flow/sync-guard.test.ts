import { describe, expect, it } from 'vitest';
import { toNewAsset, toNewMetric } from '../servers/clickie/new-entity.ts';
import { seedTiny } from '../servers/clickie/seed.ts';
import {
  allEdges,
  createEdge,
  deleteEdge,
  type Edge,
  mustAccount,
  putEntity,
  type Site,
} from '../servers/clickie/site.ts';
import { serverHas } from '../support/clickie-remote.ts';
import { onServer, type SyncWorld, startSyncWorld } from '../support/sync-world.ts';

const side = 18;

/** One of 324 relationships between assets from 101 and metrics from 1001 on. */
function toExtra(index: number): Edge {
  return {
    parent: { type: 'assets', id: 101 + Math.floor(index / side) },
    child: { type: 'metrics', id: 1001 + (index % side) },
  };
}

/** The tiny site with so many relationships more between few entities. */
function seedExtra(count: number): Site {
  const site = seedTiny();
  const account = mustAccount(site);
  for (let n = 0; n < side; n += 1) {
    putEntity(account, toNewAsset(101 + n, `Asset ${101 + n}`));
    putEntity(account, toNewMetric(1001 + n, `Metric ${1001 + n}`));
  }
  for (let index = 0; index < count; index += 1) createEdge(account, toExtra(index));
  return site;
}

/** Somebody else deletes so many of the relationships more. */
function takeSome(world: SyncWorld, count: number, first = 0): void {
  for (let index = first; index < first + count; index += 1) {
    deleteEdge(mustAccount(world.server.site), toExtra(index));
  }
}

describe('the guard over removed relationships', () => {
  for (const [removed, total, held] of [
    [20, 49, false],
    [21, 49, true],
    [29, 290, false],
    [30, 290, true],
  ] as const) {
    it(`${held ? 'holds' : 'lets go'} ${removed} of ${total}`, async () => {
      const world = await startSyncWorld({ site: seedExtra(total - 9) });
      takeSome(world, removed);
      const report = await world.sync();
      expect(report).toMatchObject({
        held: held ? removed : 0,
        pulled: { relationships: { removed: held ? 0 : removed } },
      });
      expect(await world.shown()).toHaveLength(held ? total : total - removed);
    });
  }

  it('holds the loss of all relationships from ten on', async () => {
    const world = await startSyncWorld({ site: seedExtra(1) });
    for (const edge of allEdges(mustAccount(world.server.site)))
      deleteEdge(mustAccount(world.server.site), edge);
    expect(await world.sync()).toMatchObject({ held: 10, pulled: { relationships: { removed: 0 } } });
    expect(await world.shown()).toHaveLength(10);
  });

  it('says why, shows a sample, and stays over a restart and further syncs', async () => {
    const world = await startSyncWorld({ site: seedExtra(40) });
    takeSome(world, 30);
    await world.sync();
    await world.reopen();
    await world.sync();
    const [held] = (await world.ask('held:list', {})).rows;
    expect(held).toMatchObject({ what: 'relationships', count: 30, total: 49, released: false });
    expect(held?.reason).toContain('30 of 49');
    expect(held?.sample.length).toBeGreaterThan(0);
    expect(await world.shown()).toHaveLength(49);
    expect(await world.ask('held:list', {})).toMatchObject({ total: 1 });
  });

  it('lets go exactly what was released', async () => {
    const world = await startSyncWorld({ site: seedExtra(60) });
    takeSome(world, 30);
    await world.sync();
    const [held] = (await world.ask('held:list', {})).rows;
    await world.ask('held:release', { id: held?.id ?? 0 });
    await world.reopen();
    takeSome(world, 25, 30);
    const report = await world.sync();
    expect(report).toMatchObject({ held: 25, pulled: { relationships: { removed: 30 } } });
    expect(await world.shown()).toHaveLength(69 - 30);
  });

  it('lets go only what is proved, even after the release', async () => {
    const world = await startSyncWorld({ site: seedExtra(40) });
    takeSome(world, 30);
    await world.sync();
    const [held] = (await world.ask('held:list', {})).rows;
    await world.ask('held:release', { id: held?.id ?? 0 });
    createEdge(mustAccount(world.server.site), toExtra(7));
    expect(await world.sync()).toMatchObject({
      complete: true,
      held: 0,
      pulled: { relationships: { removed: 29 } },
    });
    expect(await world.shown()).toEqual(onServer(world.server));
  });

  it('forgets what it held once it is there again', async () => {
    const world = await startSyncWorld({ site: seedExtra(40) });
    takeSome(world, 30);
    await world.sync();
    for (let index = 0; index < 30; index += 1) createEdge(mustAccount(world.server.site), toExtra(index));
    expect(await world.sync()).toMatchObject({ complete: true, held: 0 });
    expect(await world.ask('held:list', {})).toEqual({ total: 0, rows: [] });
  });

  it('does not count what the user deleted here', async () => {
    const world = await startSyncWorld({ site: seedExtra(40) });
    for (let index = 0; index < 25; index += 1) {
      const { parent, child } = toExtra(index);
      await world.unrelate(`asset:${parent.id}`, `metric:${child.id}`);
    }
    takeSome(world, 25);
    expect(await world.sync()).toMatchObject({ complete: true, held: 0 });
    expect(await world.shown()).toEqual(onServer(world.server));
  });

  it('cannot be lowered by relationships that came in the same sync', async () => {
    const world = await startSyncWorld({ site: seedExtra(40) });
    takeSome(world, 21);
    for (let index = 40; index < 300; index += 1) createEdge(mustAccount(world.server.site), toExtra(index));
    expect(await world.sync()).toMatchObject({ held: 21 });
  });

  it('stops no push', async () => {
    const world = await startSyncWorld({ site: seedExtra(40) });
    takeSome(world, 30);
    await world.relate('asset:12', 'metric:20');
    expect(await world.sync()).toMatchObject({ held: 30, pushed: { created: 1 } });
    expect(serverHas(world.server, 'asset:12', 'metric:20')).toBe(true);
  });
});

describe('the guard over removed entities', () => {
  function seedMany(): Site {
    const site = seedTiny();
    for (let id = 1001; id <= 1060; id += 1) putEntity(mustAccount(site), toNewAsset(id, `Asset ${id}`));
    return site;
  }

  function takeAssets(world: SyncWorld, first: number, count: number): void {
    for (let id = first; id < first + count; id += 1) world.server.deleteEntity({ type: 'assets', id });
  }

  for (const [removed, held] of [
    [20, 0],
    [21, 21],
  ] as const) {
    it(`${held > 0 ? 'holds' : 'lets go'} ${removed} of 72`, async () => {
      const world = await startSyncWorld({ site: seedMany() });
      takeAssets(world, 1001, removed);
      expect(await world.sync()).toMatchObject({ held });
      expect((await world.status()).entityCount).toBe(held > 0 ? 72 : 72 - removed);
    });
  }

  it('lets go exactly what was released, over a restart', async () => {
    const world = await startSyncWorld({ site: seedMany() });
    takeAssets(world, 1001, 25);
    await world.sync();
    const [held] = (await world.ask('held:list', {})).rows;
    await world.ask('held:release', { id: held?.id ?? 0 });
    await world.reopen();
    takeAssets(world, 1026, 22);
    expect(await world.sync()).toMatchObject({ held: 22, pulled: { entities: { removed: 25 } } });
    expect((await world.status()).entityCount).toBe(72 - 25);
  });
});
