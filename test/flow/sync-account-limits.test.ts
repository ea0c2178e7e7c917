import { describe, expect, it } from 'vitest';
import type { ConnectionStatus, SyncReport } from '../../src-preload/contract/model.ts';
import { COLLEAGUE_KEY, DEFAULT_KEY } from '../servers/clickie/seed.ts';
import { type SyncWorld, startSyncWorld } from '../support/sync-world.ts';

/** A workspace with three connections to one server: two to its first account, by two keys, and one to its second. */
async function start(): Promise<SyncWorld> {
  const world = await startSyncWorld();
  const { url } = world.server;
  const draft = { remote: 'clickie', url } as const;
  await world.ask('connections:add', {
    draft: { ...draft, name: 'same account', scope: '1' },
    secret: COLLEAGUE_KEY,
  });
  await world.ask('connections:add', {
    draft: { ...draft, name: 'other account', scope: '2' },
    secret: DEFAULT_KEY,
  });
  await world.ask('sync:start', { connectionId: null, mode: 'pull', only: null });
  world.server.clearRequests();
  return world;
}

async function find(world: SyncWorld, name: string): Promise<ConnectionStatus> {
  const found = (await world.status()).connections.find((connection) => connection.name === name);
  if (found === undefined) throw new Error(`There is no connection ${name}`);
  return found;
}

async function sync(world: SyncWorld, name: string): Promise<SyncReport | undefined> {
  const { id } = await find(world, name);
  return (await world.ask('sync:start', { connectionId: id, mode: 'both', only: null }))[0];
}

function limitOnce(world: SyncWorld, seconds: number): void {
  const fault = { kind: 'status', status: 429, headers: { 'retry-after': String(seconds) } } as const;
  world.server.addFault({ on: {}, times: 1, fault });
}

describe('a pause that a server asks for [I18]', () => {
  it('holds for another connection to the same account, which asks nothing until it is over', async () => {
    const world = await start();
    limitOnce(world, 1800);
    expect(await sync(world, 'clickie')).toMatchObject({ failed: [{ code: 'rate-limited' }] });
    world.server.clearRequests();
    expect(await sync(world, 'same account')).toMatchObject({
      complete: false,
      failed: [{ code: 'rate-limited', message: expect.stringContaining('was not sent') }],
    });
    expect(world.server.requests).toEqual([]);
  });

  it('is told of both connections, and of no other', async () => {
    const world = await start();
    limitOnce(world, 1800);
    await sync(world, 'clickie');
    const { limitedUntil } = await find(world, 'clickie');
    expect(limitedUntil).not.toBeNull();
    expect((await find(world, 'same account')).limitedUntil).toBe(limitedUntil);
    expect((await find(world, 'other account')).limitedUntil).toBeNull();
  });

  it('stops no connection to another account of the same server', async () => {
    const world = await start();
    limitOnce(world, 1800);
    await sync(world, 'clickie');
    expect(await sync(world, 'other account')).toMatchObject({ complete: true, failed: [] });
  });

  it('is over for both once either was answered again', async () => {
    const world = await start();
    limitOnce(world, 1800);
    await sync(world, 'clickie');
    await world.reopen(); // a sync by hand, in an app that was started anew, asks
    expect(await sync(world, 'same account')).toMatchObject({ complete: true });
    expect((await find(world, 'clickie')).limitedUntil).toBeNull();
  });
});
