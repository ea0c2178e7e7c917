import { describe, expect, it } from 'vitest';
import { seedLarge } from '../servers/clickie/seed.ts';
import { allEdges, mustAccount } from '../servers/clickie/site.ts';
import { takeFromServer } from '../support/clickie-remote.ts';
import { onServer, type SyncWorld, startSyncWorld } from '../support/sync-world.ts';

/** So many assets lose a metric: fewer than the guard holds back. */
const LOST = 8;

/** Somebody removes one metric from each of several assets; their numbers are told. */
async function startWithLosses(): Promise<{ world: SyncWorld; assets: readonly number[] }> {
  const world = await startSyncWorld({ site: seedLarge({ entities: 80 }) });
  const perAsset = new Map(
    allEdges(mustAccount(world.server.site))
      .filter(({ parent, child }) => parent.type === 'assets' && child.type === 'metrics')
      .map(({ parent, child }) => [parent.id, child.id]),
  );
  const lost = [...perAsset].slice(0, LOST);
  for (const [asset, metric] of lost) takeFromServer(world.server, `asset:${asset}`, `metric:${metric}`);
  return { world, assets: lost.map(([asset]) => asset) };
}

function searches({ server }: SyncWorld): number {
  return server.requests.filter(({ path }) => path === '/search/metrics').length;
}

function listsOf({ server }: SyncWorld, assets: readonly number[]): number {
  const paths = new Set(assets.map((asset) => `/relationships/assets/${asset}`));
  return server.requests.filter(({ path, query }) => paths.has(path) && query['skip'] === '0').length;
}

describe('metrics that are missing below many assets', () => {
  it('are looked for again by one search, not by a list each', async () => {
    const { world, assets } = await startWithLosses();
    const report = await world.sync();
    expect(report).toMatchObject({ complete: true, pulled: { relationships: { removed: LOST } } });
    expect(searches(world)).toBe(2);
    expect(listsOf(world, assets)).toBe(LOST);
    expect(await world.shown()).toEqual(onServer(world.server));
  });

  for (const [what, fault] of [
    ['is not allowed', { kind: 'status', status: 403 }],
    ['fails', { kind: 'status', status: 500 }],
    ['tells each twice', { kind: 'repeat-rows' }],
    ['tells of other assets', { kind: 'body', text: '{"data":[{"id_resource":1,"id_metric":2}]}' }],
    ['is not to be read', { kind: 'missing-key', key: 'id_metric' }],
    ['never ends', { kind: 'body', text: '{"data":{}}' }],
  ] as const) {
    it(`are looked for one by one where the search ${what}`, async () => {
      const { world, assets } = await startWithLosses();
      world.server.addFault({ on: { path: '/search' }, fault });
      const report = await world.sync();
      expect(report).toMatchObject({ complete: true, pulled: { relationships: { removed: LOST } } });
      expect(listsOf(world, assets)).toBe(2 * LOST);
      expect(await world.shown()).toEqual(onServer(world.server));
    });
  }

  it('are not removed because a search tells of nothing: each must be proved', async () => {
    const { world } = await startWithLosses();
    world.server.addFault({
      on: { path: /^\/relationships\/assets\/\d+$/ },
      fault: { kind: 'omit-rows', every: 9 },
    });
    world.server.addFault({ on: { path: '/search' }, fault: { kind: 'empty-list' } });
    await world.sync();
    const shown = await world.shown();
    for (const edge of onServer(world.server)) expect(shown).toContain(edge);
  });

  it('are looked for by its own list where it is only one asset', async () => {
    const world = await startSyncWorld();
    takeFromServer(world.server, 'asset:10', 'metric:5');
    expect(await world.sync()).toMatchObject({ pulled: { relationships: { removed: 1 } } });
    expect(searches(world)).toBe(0);
  });
});
