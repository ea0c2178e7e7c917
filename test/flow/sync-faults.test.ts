import { describe, expect, it } from 'vitest';
import { toNewMetric } from '../servers/clickie/new-entity.ts';
import { seedTiny } from '../servers/clickie/seed.ts';
import { createEdge, mustAccount, putEntity } from '../servers/clickie/site.ts';
import type { Fault, FaultRule } from '../servers/clickie/switches.ts';
import { putOnServer, takeFromServer } from '../support/clickie-remote.ts';
import { expectNothingLost, onServer, startSyncWorld } from '../support/sync-world.ts';

const faults: readonly (readonly [string, Fault])[] = [
  ['status 400', { kind: 'status', status: 400 }],
  ['status 401', { kind: 'status', status: 401 }],
  ['status 403', { kind: 'status', status: 403 }],
  ['status 404', { kind: 'status', status: 404 }],
  ['status 404 of a gateway', { kind: 'status', status: 404, body: 'html' }],
  ['status 407', { kind: 'status', status: 407, body: 'html' }],
  ['status 410', { kind: 'status', status: 410 }],
  ['status 429 for ever', { kind: 'status', status: 429 }],
  ['status 500', { kind: 'status', status: 500 }],
  ['status 502 of a gateway', { kind: 'status', status: 502, body: 'html' }],
  ['status 503', { kind: 'status', status: 503, body: 'empty' }],
  ['status 504 of a gateway', { kind: 'status', status: 504, body: 'html' }],
  ['a cut before any header', { kind: 'drop', at: 'headers' }],
  ['a cut inside the body', { kind: 'drop', at: 20 }],
  ['the login page of a hotel', { kind: 'captive-portal' }],
  ['a redirect', { kind: 'redirect', to: 'https://example.com/' }],
  ['JSON that ends too early', { kind: 'truncated' }],
  ['bytes that are no text', { kind: 'garbage' }],
  ['ids as text', { kind: 'wrong-types', as: 'strings' }],
  ['nulls for everything', { kind: 'wrong-types', as: 'nulls' }],
  ['an object where a list belongs', { kind: 'wrong-types', as: 'object' }],
  ['ids beyond 2^53', { kind: 'huge-ids' }],
  [
    'status 200 with an error inside',
    { kind: 'body', text: '{"status":"error","message":"No","data":null}' },
  ],
  ['nothing', { kind: 'body', text: '' }],
  ['an empty list', { kind: 'empty-list' }],
  ['every second row', { kind: 'omit-rows', every: 2 }],
];

const targets: readonly (readonly [string, FaultRule['on']])[] = [
  ['the list of assets', { path: { regexp: '^/assets$' } }],
  ['the relationships of one asset', { path: { regexp: '^/relationships/assets/10$' } }],
];

describe('a pull that is answered', () => {
  for (const [what, fault] of faults) {
    for (const [where, on] of targets) {
      it(`with ${what} for ${where} removes nothing, says so, and the next one is whole`, async () => {
        const world = await startSyncWorld();
        const before = await world.shown();
        world.server.addFault({ on, fault });
        await expectNothingLost(world, before, await world.sync());
        expect((await world.connection()).lastFailure).not.toBeNull();
        world.server.clearFaults();
        putOnServer(world.server, 'asset:20', 'metric:21');
        expect(await world.sync()).toMatchObject({ complete: true, failed: [] });
        expect(await world.shown()).toEqual(onServer(world.server));
        expect(await world.connection()).toMatchObject({ state: 'ready', lastFailure: null });
      });
    }
  }

  for (const [what, fault] of faults.slice(0, 8)) {
    it(`with ${what} for every proof removes nothing that someone else deleted`, async () => {
      const world = await startSyncWorld();
      const before = await world.shown();
      takeFromServer(world.server, 'asset:10', 'metric:5');
      world.server.addFault({ on: { path: { regexp: '^/(assets|metrics)/' } }, fault });
      const report = await world.sync();
      if (what.startsWith('status 404')) return; // the very answer that proves an end gone
      expect(report.complete).toBe(false);
      expect(await world.shown()).toEqual(before);
    });
  }

  for (const skip of [1, 2, 3, 4]) {
    it(`with a fault on page ${skip + 1} of a long list removes nothing`, async () => {
      const site = seedTiny();
      for (let id = 1001; id <= 1045; id += 1) {
        putEntity(mustAccount(site), toNewMetric(id, `Metric ${id}`));
        createEdge(mustAccount(site), { parent: { type: 'assets', id: 20 }, child: { type: 'metrics', id } });
      }
      const world = await startSyncWorld({ site, switches: { limitCap: 10 } });
      const before = await world.shown();
      for (const path of ['^/metrics$', '^/relationships/assets/20$']) {
        world.server.addFault({
          on: { path: { regexp: path } },
          skip,
          fault: { kind: 'status', status: 400 },
        });
      }
      await expectNothingLost(world, before, await world.sync());
    });
  }
});
