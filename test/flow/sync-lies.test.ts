import { describe, expect, it } from 'vitest';
import type { ClickieSwitches } from '../servers/clickie/switches.ts';
import { expectNothingLost, onServer, readRows, startSyncWorld, writesTo } from '../support/sync-world.ts';

const lies: readonly (readonly [string, Partial<ClickieSwitches>])[] = [
  ['empty lists', { emptyLists: true }],
  ['lists without every second row', { omitEveryRow: 2 }],
  ['lists without every third row', { omitEveryRow: 3 }],
  ['the data of another account', { accountSwap: 2 }],
  ['another identity', { identity: { id_clearance: 2, id_user: 99 } }],
  ['a lower clearance', { clearance: 6 }],
  ['no clearance for anything', { clearance: 9 }],
];

describe('a server that suddenly shows', () => {
  for (const [what, switches] of lies) {
    it(`${what} makes nobody lose anything, and the truth is believed again`, async () => {
      const world = await startSyncWorld();
      const before = await world.shown();
      const rows = readRows(world.path);
      world.server.set(switches);
      await expectNothingLost(world, before, await world.sync());
      await expectNothingLost(world, before, await world.sync());
      expect({ ...readRows(world.path), held_removal: [] }).toEqual({ ...rows, held_removal: [] });
      const off: Partial<ClickieSwitches> = {
        emptyLists: false,
        omitEveryRow: 0,
        accountSwap: null,
        identity: null,
        clearance: null,
      };
      world.server.set(off);
      expect(await world.sync()).toMatchObject({ complete: true, held: 0 });
      expect(readRows(world.path)).toEqual(rows);
    });
  }

  it('another account never receives the changes that were meant for this one', async () => {
    const world = await startSyncWorld();
    await world.relate('asset:10', 'metric:21');
    await world.unrelate('asset:10', 'metric:5');
    world.server.set({ accountSwap: 2 });
    expect((await world.sync()).failed[0]?.code).toBe('identity-changed');
    expect(writesTo(world.server)).toEqual([]);
    world.server.set({ accountSwap: null });
    expect(await world.sync()).toMatchObject({ complete: true, pushed: { created: 1, deleted: 1 } });
  });

  for (const after of [2, 6, 10, 14, 18, 22, 30]) {
    it(`another account after ${after} requests makes nobody lose anything`, async () => {
      let seen = 0;
      const swap = { now: false };
      const world = await startSyncWorld({
        fetch: (url, init) => {
          seen += 1;
          if (swap.now && seen === after) world.server.set({ accountSwap: 2 });
          return fetch(url, init);
        },
      });
      const before = await world.shown();
      await world.unrelate('asset:10', 'metric:20');
      await world.relate('asset:20', 'metric:21');
      seen = 0;
      swap.now = true;
      const report = await world.sync();
      swap.now = false;
      if (seen < after) return;
      expect(report.complete).toBe(false);
      expect(report.pulled.entities.removed).toBe(0);
      expect(report.pulled.relationships.removed).toBe(0);
      world.server.set({ accountSwap: null });
      await world.sync();
      expect(await world.sync()).toMatchObject({ complete: true, conflicts: 0 });
      for (const text of before) {
        if (text !== 'asset:10 → metric:20') expect(await world.shown()).toContain(text);
      }
      expect(onServer(world.server)).toContain('asset:20 → metric:21');
    });
  }
});

describe('a key that is refused in the middle', () => {
  for (const from of [1, 2, 3, 5, 8, 12, 17]) {
    it(`at request ${from} stops the run, and nothing is lost`, async () => {
      const world = await startSyncWorld();
      await world.relate('asset:20', 'metric:21');
      const before = await world.shown();
      world.server.set({ unauthorizedFrom: from });
      const report = await world.sync();
      expect(report.complete).toBe(false);
      expect(report.failed.map(({ code }) => code)).toContain('unauthorised');
      expect(report.pulled.relationships.removed).toBe(0);
      const shown = await world.shown();
      for (const text of before)
        expect([text, text.replace(' (create)', '')].some((t) => shown.includes(t))).toBe(true);
      const asked = world.server.requests.length;
      expect(asked).toBeLessThan(from + 8);
      world.server.set({ unauthorizedFrom: null });
      expect(await world.sync()).toMatchObject({ complete: true });
      expect(await world.shown()).toEqual(onServer(world.server));
    });
  }
});

describe('a storm', () => {
  for (const status of [500, 503]) {
    it(`of ${status} for everything ends, and afterwards both sides agree`, async () => {
      const world = await startSyncWorld();
      await world.relate('asset:20', 'metric:21');
      world.server.addFault({ on: {}, fault: { kind: 'status', status } });
      for (let n = 0; n < 3; n += 1) expect((await world.sync()).complete).toBe(false);
      world.server.clearFaults();
      expect(await world.sync()).toMatchObject({ complete: true, pushed: { created: 1 } });
      expect(await world.shown()).toEqual(onServer(world.server));
    });
  }

  it('of 500 for every second answer is weathered', async () => {
    const world = await startSyncWorld({ pulled: false });
    for (let skip = 0; skip < 80; skip += 2) {
      world.server.addFault({ on: {}, skip, times: 1, fault: { kind: 'status', status: 500 } });
    }
    for (let n = 0; n < 5; n += 1) await world.sync();
    expect(await world.shown()).toEqual(onServer(world.server));
  });

  it('of 429 is respected for the whole account and survived', async () => {
    const world = await startSyncWorld({ pulled: false });
    world.server.addFault({
      on: { path: '/relationships' },
      times: 2,
      fault: { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
    });
    expect(await world.sync()).toMatchObject({ complete: true });
    expect(await world.shown()).toEqual(onServer(world.server));
  });
});

describe('stale reads', () => {
  it('undo nothing for good that was pushed just before', async () => {
    let now = Date.now();
    const world = await startSyncWorld({ now: () => now });
    world.server.set({ staleReadMs: 1000 });
    await world.relate('asset:20', 'metric:21');
    await world.unrelate('asset:10', 'metric:5');
    now += 10;
    await world.sync();
    now += 5000;
    await world.sync();
    expect(await world.shown()).toEqual(onServer(world.server));
    expect(await world.shown()).toContain('asset:20 → metric:21');
    expect(await world.shown()).not.toContain('asset:10 → metric:5');
  });
});
