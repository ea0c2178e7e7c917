import { describe, expect, it } from 'vitest';
import { DEFAULT_KEY } from '../servers/clickie/seed.ts';
import { startCheckedServer } from '../support/clickie-remote.ts';
import { onServer, startSyncWorld, writesTo } from '../support/sync-world.ts';

const draftTo = (url: string, name = 'clickie', scope = '1') =>
  ({ name, remote: 'clickie', url, scope }) as const;

describe('connecting', () => {
  it('to an account that the key does not open says so and saves nothing', async () => {
    const world = await startSyncWorld();
    const adding = world.ask('connections:add', {
      draft: draftTo(world.server.url, 'other', '99'),
      secret: DEFAULT_KEY,
    });
    await expect(adding).rejects.toMatchObject({ code: 'forbidden' });
    expect((await world.status()).connections).toHaveLength(1);
  });

  it('with a wrong key says so and saves nothing', async () => {
    const world = await startSyncWorld();
    const adding = world.ask('connections:add', {
      draft: draftTo(world.server.url, 'other'),
      secret: 'wrong',
    });
    await expect(adding).rejects.toMatchObject({ code: 'unauthorised' });
    expect((await world.status()).connections).toHaveLength(1);
  });

  it('again under the same name, elsewhere, keeps what is known and pending', async () => {
    const world = await startSyncWorld();
    await world.relate('asset:20', 'metric:21');
    await world.server.goOffline();
    const moved = await startCheckedServer({ site: world.server.site });
    await world.ask('connections:add', { draft: draftTo(`${moved.url}/`), secret: DEFAULT_KEY });
    expect((await world.status()).pendingCount).toBe(1);
    expect(await world.sync()).toMatchObject({ complete: true, pushed: { created: 1 } });
    expect(await world.shown()).toEqual(onServer(moved));
    expect(writesTo(moved)).toHaveLength(1);
  });
});

describe('a key that is not at hand', () => {
  it('is asked for, stops only its own connection, and all goes on once it is given', async () => {
    const world = await startSyncWorld();
    await world.ask('connections:add', {
      draft: draftTo(world.server.url, 'second', '2'),
      secret: DEFAULT_KEY,
    });
    world.forgetSecret(1);
    await world.reopen();
    const [first, second] = await world.ask('sync:start', { connectionId: null, mode: 'both', only: null });
    expect(first).toMatchObject({ connection: 'clickie', complete: true });
    expect(second).toMatchObject({ connection: 'second', complete: false });
    expect(second?.failed.map(({ code }) => code)).toEqual(['needs-secret']);
    const { connections } = await world.status();
    expect(connections.map(({ state }) => state)).toEqual(['ready', 'needs-secret']);
    const { rows: kept } = await world.ask('sync:reports', { limit: 10 });
    expect(kept.map(({ failed }) => failed[0]?.code)).toContain('needs-secret');
    const id = connections[1]?.id;
    if (id === undefined) throw new Error('The second connection is gone');
    const [alone] = await world.ask('sync:start', { connectionId: id, mode: 'push', only: null });
    expect(alone?.failed.map(({ code }) => code)).toEqual(['needs-secret']);
    await world.ask('connections:provide-secret', { id, secret: DEFAULT_KEY });
    expect(await world.ask('sync:start', { connectionId: id, mode: 'both', only: null })).toMatchObject([
      { complete: true },
    ]);
  });
});

describe('two connections', () => {
  it('keep their entities and relationships apart, even with the same numbers', async () => {
    const world = await startSyncWorld();
    await world.ask('connections:add', {
      draft: draftTo(world.server.url, 'second', '2'),
      secret: DEFAULT_KEY,
    });
    const reports = await world.ask('sync:start', { connectionId: null, mode: 'both', only: null });
    expect(reports.map(({ complete }) => complete)).toEqual([true, true]);
    const other = await world.ask('entities:find', { address: 'second:asset:10' });
    expect(other.name).not.toBe((await world.entity('asset:10')).name);
    expect(await world.status()).toMatchObject({ entityCount: 15, relationshipCount: 10 });
  });
});
