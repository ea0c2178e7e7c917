import { describe, expect, it } from 'vitest';
import { toNewAsset } from '../servers/clickie/new-entity.ts';
import { seedLarge, seedPlant, seedTiny } from '../servers/clickie/seed.ts';
import { archiveEntity, createEdge, mustAccount, putEntity } from '../servers/clickie/site.ts';
import { putOnServer, takeFromServer } from '../support/clickie-remote.ts';
import { onServer, readRows, startSyncWorld, writesTo } from '../support/sync-world.ts';

describe('a first pull', () => {
  it('shows what the server has', async () => {
    const world = await startSyncWorld();
    expect(await world.shown()).toEqual(onServer(world.server));
    expect(await world.status()).toMatchObject({ entityCount: 12, relationshipCount: 9, pendingCount: 0 });
    expect(await world.connection()).toMatchObject({ state: 'ready', lastFailure: null, offlineSince: null });
  });

  it('shows a whole plant', async () => {
    const world = await startSyncWorld({ site: seedPlant() });
    expect(await world.shown()).toEqual(onServer(world.server));
  });

  it('sends reads only', async () => {
    const world = await startSyncWorld({ pulled: false });
    await world.sync();
    expect(writesTo(world.server)).toEqual([]);
  });

  it('tells of its progress and its end', async () => {
    const world = await startSyncWorld();
    const names = new Set(world.events.map(({ name }) => name));
    expect(names).toContain('sync:progressed');
    expect(names).toContain('sync:finished');
    expect(names).toContain('store:changed');
  });
});

describe('a second sync', () => {
  it('sends no write and changes no row when nothing happened', async () => {
    const world = await startSyncWorld({ site: seedLarge({ entities: 60 }) });
    const before = readRows(world.path);
    const report = await world.sync();
    expect(report).toMatchObject({
      complete: true,
      pulled: {
        entities: { added: 0, updated: 0, removed: 0 },
        relationships: { added: 0, updated: 0, removed: 0 },
      },
      pushed: { created: 0, updated: 0, deleted: 0 },
    });
    expect(writesTo(world.server)).toEqual([]);
    expect(readRows(world.path)).toEqual(before);
  });

  it('shows what someone else created, renamed and archived', async () => {
    const world = await startSyncWorld();
    const account = mustAccount(world.server.site);
    putOnServer(world.server, 'asset:20', 'metric:21');
    putEntity(account, toNewAsset(30, 'Annex'));
    putEntity(account, toNewAsset(20, 'Old warehouse'));
    archiveEntity(account, { type: 'assets', id: 12 });
    const report = await world.sync();
    expect(report.pulled).toEqual({
      entities: { added: 1, updated: 2, removed: 0 },
      relationships: { added: 1, updated: 0, removed: 0 },
    });
    expect(await world.shown()).toEqual(onServer(world.server));
    expect((await world.entity('asset:20')).name).toBe('Old warehouse');
    expect((await world.entity('asset:12')).archived).toBe(true);
  });

  it('removes here what someone else deleted, once that is proved', async () => {
    const world = await startSyncWorld();
    takeFromServer(world.server, 'asset:10', 'metric:5');
    const report = await world.sync();
    expect(report).toMatchObject({ complete: true, pulled: { relationships: { removed: 1 } } });
    expect(await world.shown()).toEqual(onServer(world.server));
    const asked = world.server.requests.map(({ path }) => path);
    expect(asked).toContain('/relationships/assets/10/metrics/5');
    expect(asked).toContain('/assets/10');
    expect(asked).toContain('/metrics/00000000-0000-4000-8000-000000000005');
  });

  it('brings back what was deleted and created again', async () => {
    const world = await startSyncWorld();
    takeFromServer(world.server, 'asset:10', 'metric:5');
    await world.sync();
    putOnServer(world.server, 'asset:10', 'metric:5');
    expect((await world.sync()).pulled.relationships.added).toBe(1);
    expect(await world.shown()).toEqual(onServer(world.server));
  });

  for (const entityDelete of ['soft', 'hard'] as const) {
    for (const cascade of [true, false]) {
      it(`hides an entity after a ${entityDelete} deletion ${cascade ? 'with' : 'without'} its relationships, and settles`, async () => {
        const world = await startSyncWorld({ switches: { entityDelete, cascade } });
        world.server.deleteEntity({ type: 'metrics', id: 5 });
        expect(await world.sync()).toMatchObject({ complete: true, pulled: { entities: { removed: 1 } } });
        expect((await world.shown()).filter((text) => text.includes('metric:5'))).toEqual([]);
        expect((await world.entity('metric:5')).removed).toBe(true);
        const before = readRows(world.path);
        world.server.clearRequests();
        expect(await world.sync()).toMatchObject({ complete: true, held: 0 });
        expect(readRows(world.path)).toEqual(before);
        expect(world.server.requests.filter(({ path }) => path.endsWith('/metrics/5'))).toEqual([]);
      });
    }
  }

  for (const cascade of [true, false]) {
    it(`holds nothing for ever when an entity with many parents goes ${cascade ? 'with' : 'without'} its relationships`, async () => {
      const site = seedTiny();
      const account = mustAccount(site);
      for (let id = 101; id <= 130; id += 1) {
        putEntity(account, toNewAsset(id, `Asset ${id}`));
        createEdge(account, { parent: { type: 'assets', id }, child: { type: 'metrics', id: 21 } });
      }
      const world = await startSyncWorld({ site, switches: { cascade } });
      world.server.deleteEntity({ type: 'metrics', id: 21 });
      expect(await world.sync()).toMatchObject({ complete: true, held: 0 });
      expect(await world.sync()).toMatchObject({ complete: true, held: 0 });
    });
  }

  it('shows an entity again that comes back, with its relationships', async () => {
    const world = await startSyncWorld();
    const metric = mustAccount(world.server.site).entities.metrics.get(5);
    world.server.deleteEntity({ type: 'metrics', id: 5 });
    await world.sync();
    if (metric !== undefined) putEntity(mustAccount(world.server.site), metric);
    expect(await world.sync()).toMatchObject({ complete: true, pulled: { entities: { added: 1 } } });
    expect(await world.shown()).toEqual(onServer(world.server));
  });
});

describe('reading one entity now', () => {
  it('shows new relationships in both directions and removes proved ones', async () => {
    const world = await startSyncWorld();
    putOnServer(world.server, 'asset:10', 'metric:21');
    putOnServer(world.server, 'collaborator:3', 'asset:10');
    takeFromServer(world.server, 'asset:10', 'metric:5');
    takeFromServer(world.server, 'dashboard:10', 'asset:10');
    const report = await world.ask('entities:refresh', { id: (await world.entity('asset:10')).id });
    expect(report).toMatchObject({ complete: true, pulled: { relationships: { added: 2, removed: 2 } } });
    expect(await world.shown()).toEqual(onServer(world.server));
  });

  it('invents nothing where the server takes no notice of the direction', async () => {
    const world = await startSyncWorld();
    const before = await world.shown();
    world.server.addFault({
      on: { path: '/relationships/assets/12' },
      fault: { kind: 'body', text: '{"status":"success","data":[{"id_child":21,"child_type":"metrics"}]}' },
      skip: 2,
      times: 1,
    });
    const report = await world.ask('entities:refresh', { id: (await world.entity('asset:12')).id });
    expect(report.complete).toBe(false);
    expect(await world.shown()).toEqual(before);
  });

  it('marks the entity as removed when it is gone', async () => {
    const world = await startSyncWorld();
    const { id } = await world.entity('metric:21');
    world.server.deleteEntity({ type: 'metrics', id: 21 });
    await world.ask('entities:refresh', { id });
    expect((await world.entity('metric:21')).removed).toBe(true);
  });
});
