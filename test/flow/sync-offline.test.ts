import { describe, expect, it } from 'vitest';
import { seedLarge } from '../servers/clickie/seed.ts';
import { putOnServer, serverHas } from '../support/clickie-remote.ts';
import { letTurnsPass } from '../support/instant-clock.ts';
import { onServer, startSyncWorld, writesTo } from '../support/sync-world.ts';

describe('while the server is away', () => {
  it('the last known data stay, edits go on, and the connection says since when', async () => {
    const world = await startSyncWorld();
    await world.server.goOffline();
    const report = await world.sync();
    expect(report).toMatchObject({ complete: false, cancelled: false });
    expect(report.failed.map(({ code }) => code)).toEqual(['unreachable']);
    const { state, offlineSince, lastFailure } = await world.connection();
    expect(state).toBe('offline');
    expect(offlineSince).not.toBeNull();
    expect(lastFailure?.message).toContain('Clickie');
    await world.relate('asset:20', 'metric:21');
    await world.unrelate('asset:10', 'metric:5');
    expect(await world.shown()).toContain('asset:20 → metric:21 (create)');
    expect(await world.shown()).toContain('asset:10 → metric:5 (delete)');
    await world.sync();
    expect((await world.connection()).offlineSince).toBe(offlineSince);
  });

  it('edits survive a restart, and both sides agree once it is back', async () => {
    const world = await startSyncWorld();
    await world.server.goOffline();
    await world.relate('asset:20', 'metric:21');
    await world.unrelate('asset:10', 'metric:5');
    await world.sync();
    await world.reopen();
    expect((await world.connection()).state).toBe('offline');
    expect((await world.status()).pendingCount).toBe(2);
    putOnServer(world.server, 'asset:12', 'metric:20');
    await world.server.goOnline();
    expect(await world.sync()).toMatchObject({ complete: true, pushed: { created: 1, deleted: 1 } });
    expect(await world.shown()).toEqual(onServer(world.server));
    expect(await world.connection()).toMatchObject({ state: 'ready', offlineSince: null, lastFailure: null });
  });

  it('a cancelled attempt does not pretend that it is back', async () => {
    const world = await startSyncWorld();
    await world.server.goOffline();
    await world.sync();
    const { offlineSince } = await world.connection();
    const asking = world.next('sync:progressed', ({ phase }) => phase === 'identify');
    const running = world.sync();
    await asking;
    await world.ask('sync:cancel', { connectionId: null });
    const { cancelled } = await running;
    expect(await world.connection()).toMatchObject({ state: 'offline', offlineSince });
    expect(cancelled).toBe(true);
  });

  it('going away in the middle of a sync loses nothing', async () => {
    for (const after of [1, 3, 6, 9, 12, 16]) {
      let seen = 0;
      const armed = { now: false };
      const world = await startSyncWorld({
        fetch: async (url, init) => {
          seen += 1;
          if (armed.now && seen === after) await world.server.goOffline();
          return await fetch(url, init);
        },
      });
      await world.relate('asset:20', 'metric:21');
      seen = 0;
      armed.now = true;
      const report = await world.sync();
      armed.now = false;
      expect(report.complete).toBe(false);
      expect((await world.connection()).state).toBe('offline');
      await world.server.goOnline();
      expect(await world.sync()).toMatchObject({ complete: true });
      expect(await world.shown()).toEqual(onServer(world.server));
      expect(serverHas(world.server, 'asset:20', 'metric:21')).toBe(true);
    }
  });
});

describe('a sync that runs', () => {
  it('keeps what the user edits meanwhile', async () => {
    const world = await startSyncWorld({ site: seedLarge({ entities: 60 }) });
    const shown = (await world.ask('relationships:page', { entityId: null, offset: 0, limit: 5 })).rows;
    const relationships = world.next('sync:progressed', ({ phase }) => phase === 'relationships');
    const running = world.sync();
    await relationships;
    for (const { id } of shown) await world.ask('relationships:unrelate', { id });
    await running;
    expect((await world.status()).pendingCount).toBe(shown.length);
    expect(await world.sync()).toMatchObject({ complete: true, pushed: { deleted: shown.length } });
    expect(await world.shown()).toEqual(onServer(world.server));
  });

  it('keeps an edit that takes back what is being pushed', async () => {
    const armed: { hook: (() => Promise<void>) | null } = { hook: null };
    const world = await startSyncWorld({
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        const { hook } = armed;
        if (init.method === 'POST' && hook !== null) {
          armed.hook = null;
          await hook();
        }
        return response;
      },
    });
    const { id } = await world.relate('asset:20', 'metric:21');
    armed.hook = async () => void (await world.ask('relationships:unrelate', { id }));
    await world.sync();
    await world.sync();
    expect(serverHas(world.server, 'asset:20', 'metric:21')).toBe(false);
    expect(await world.shown()).toEqual(onServer(world.server));
    expect((await world.status()).pendingCount).toBe(0);
  });

  it('keeps what it applied when it is cancelled, and the next one finishes', async () => {
    const world = await startSyncWorld({ site: seedLarge({ entities: 100 }), pulled: false });
    const middle = world.next(
      'sync:progressed',
      ({ phase, done }) => phase === 'relationships' && done >= 10,
    );
    const running = world.sync();
    await middle;
    await world.ask('sync:cancel', { connectionId: null });
    expect(await running).toMatchObject({ cancelled: true, complete: false });
    expect((await world.status()).relationshipCount).toBeGreaterThan(0);
    expect((await world.connection()).state).toBe('never-synced');
    world.server.clearRequests();
    expect(await world.sync()).toMatchObject({ complete: true });
    expect(await world.shown()).toEqual(onServer(world.server));
  });

  it('is cancelled even while another waits behind it', async () => {
    const world = await startSyncWorld({ site: seedLarge({ entities: 100 }), pulled: false });
    const middle = world.next('sync:progressed', ({ phase }) => phase === 'relationships');
    const both = Promise.all([world.sync(), world.sync()]);
    await middle;
    await world.ask('sync:cancel', { connectionId: null });
    expect((await both).map(({ cancelled }) => cancelled)).toEqual([true, true]);
  });

  it('sends nothing any more once it has ended with an error', async () => {
    const world = await startSyncWorld({ site: seedLarge({ entities: 60 }) });
    world.server.addFault({
      on: { path: '/relationships' },
      skip: 5,
      times: 1,
      fault: { kind: 'status', status: 401 },
    });
    const report = await world.sync();
    expect(report.failed.map(({ code }) => code)).toEqual(['unauthorised']);
    const sent = world.server.requests.length;
    await letTurnsPass(200);
    expect(world.server.requests).toHaveLength(sent);
    expect(sent).toBeLessThan(60);
  });

  it('is closed with the workspace, and nothing is lost', async () => {
    const world = await startSyncWorld({ site: seedLarge({ entities: 100 }), pulled: false });
    const middle = world.next('sync:progressed', ({ phase }) => phase === 'relationships');
    const running = world.sync();
    await middle;
    await world.reopen();
    expect((await running).cancelled).toBe(true);
    expect(await world.sync()).toMatchObject({ complete: true });
    expect(await world.shown()).toEqual(onServer(world.server));
  });
});

describe('a first pull that was interrupted', () => {
  it('goes on where it stopped instead of reading everything again', async () => {
    const world = await startSyncWorld({ site: seedLarge({ entities: 100 }), pulled: false });
    world.server.addFault({
      on: { path: '/relationships' },
      skip: 100,
      fault: { kind: 'status', status: 401 },
    });
    await world.sync();
    world.server.clearFaults();
    const listed = () =>
      new Set(
        world.server.requests.map(({ path }) => path).filter((path) => path.startsWith('/relationships/')),
      );
    const first = listed();
    await world.reopen();
    world.server.clearRequests();
    expect(await world.sync()).toMatchObject({ complete: true });
    const again = [...listed()].filter((path) => first.has(path));
    expect(again.length).toBeLessThanOrEqual(4);
    expect(listed().size).toBeLessThan(60);
    expect(await world.shown()).toEqual(onServer(world.server));
    expect(writesTo(world.server)).toEqual([]);
  });
});
