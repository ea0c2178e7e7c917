import { describe, expect, it } from 'vitest';
import { COLLEAGUE_KEY, DEFAULT_KEY, OTHER_ACCOUNT_KEY } from '../servers/clickie/seed.ts';
import { createEdge, mustAccount } from '../servers/clickie/site.ts';
import { startCheckedServer } from '../support/clickie-remote.ts';
import { onServer, type SyncWorld, startSyncWorld, writesTo } from '../support/sync-world.ts';

/** A workspace with one pending create, made as the person of `DEFAULT_KEY`. */
async function startPending() {
  const world = await startSyncWorld();
  await world.relate('asset:20', 'metric:21');
  const { id } = await world.connection();
  return { world, id };
}

/** The server hands the same key to someone else, as when an administrator assigns it anew. */
function giveKeyToColleague({ server }: SyncWorld): void {
  const [own, colleague] = [DEFAULT_KEY, COLLEAGUE_KEY].map((key) =>
    server.site.keys.find((known) => known.key === key),
  );
  if (own === undefined || colleague === undefined) throw new Error('The tiny site has both keys');
  server.site.keys.splice(server.site.keys.indexOf(own), 1, { ...colleague, key: DEFAULT_KEY });
}

describe('a key that speaks for someone else', () => {
  it('is refused as a new key: nothing is changed, and what is pending still goes as before', async () => {
    const { world, id } = await startPending();
    const giving = world.ask('connections:provide-secret', { id, secret: COLLEAGUE_KEY });
    await expect(giving).rejects.toMatchObject({ code: 'identity-changed' });
    expect(world.secrets()).toEqual([DEFAULT_KEY]);
    expect(await world.sync()).toMatchObject({ complete: true, pushed: { created: 1 } });
  });

  it('is refused as well where the same name is connected again', async () => {
    const { world } = await startPending();
    const draft = { name: 'clickie', remote: 'clickie', url: world.server.url, scope: '1' } as const;
    const adding = world.ask('connections:add', { draft, secret: COLLEAGUE_KEY });
    await expect(adding).rejects.toMatchObject({ code: 'identity-changed' });
    expect(world.secrets()).toEqual([DEFAULT_KEY]);
  });

  it('found by a sync stops it before anything is sent, until the user decides', async () => {
    const { world, id } = await startPending();
    giveKeyToColleague(world);
    for (const mode of ['both', 'push', 'pull'] as const) {
      expect(await world.sync({ mode })).toMatchObject({ complete: false, pushed: { created: 0 } });
    }
    expect(writesTo(world.server)).toEqual([]);
    expect(await world.connection()).toMatchObject({
      state: 'failing',
      lastFailure: { code: 'identity-changed' },
      pendingCount: 1,
    });
    expect(await world.ask('connections:retest', { id })).toMatchObject({ isSame: false });
  });

  it('is taken over by decision: everything is read before the first change leaves', async () => {
    const { world, id } = await startPending();
    giveKeyToColleague(world);
    await world.sync();
    await world.ask('connections:adopt-identity', { id });
    expect((await world.ask('connections:detail', { id })).readsFirst).toBe(true);
    expect(await world.sync({ mode: 'push' })).toMatchObject({ failed: [{ code: 'pull-first' }] });
    expect(writesTo(world.server)).toEqual([]);
    world.server.clearRequests();
    expect(await world.sync()).toMatchObject({ complete: true, pushed: { created: 1 }, failed: [] });
    const paths = world.server.requests.map(({ method, path }) => `${method} ${path}`);
    const firstWrite = paths.findIndex((request) => request.startsWith('POST /relationships'));
    expect(paths.findIndex((request) => request === 'GET /relationships/assets/12')).toBeLessThan(firstWrite);
    expect((await world.ask('connections:detail', { id })).readsFirst).toBe(false);
    expect(await world.shown()).toEqual(onServer(world.server));
  });

  it('is taken over with a new key as well, and sends nothing as long as not everything could be read', async () => {
    const { world, id } = await startPending();
    await world.ask('connections:provide-secret', { id, secret: COLLEAGUE_KEY, adopt: true });
    world.server.addFault({ on: { path: '/metrics' }, fault: { kind: 'status', status: 500 } });
    expect(await world.sync()).toMatchObject({ complete: false, pushed: { created: 0 } });
    expect(writesTo(world.server)).toEqual([]);
    world.server.clearFaults();
    expect(await world.sync()).toMatchObject({ complete: true, pushed: { created: 1 } });
  });

  it('can be connected as a new connection: what is pending stays with the old one', async () => {
    const { world } = await startPending();
    const draft = { name: 'as colleague', remote: 'clickie', url: world.server.url, scope: '1' } as const;
    const added = await world.ask('connections:add', { draft, secret: COLLEAGUE_KEY });
    await world.ask('sync:start', { connectionId: added.connection.id, mode: 'both', only: null });
    expect(writesTo(world.server)).toEqual([]);
    const { connections } = await world.status();
    expect(connections.map(({ pendingCount }) => pendingCount)).toEqual([1, 0]);
  });

  it('of another account is refused, whatever the user says', async () => {
    const { world, id } = await startPending();
    const giving = world.ask('connections:provide-secret', { id, secret: OTHER_ACCOUNT_KEY, adopt: true });
    await expect(giving).rejects.toMatchObject({ code: 'forbidden' });
    expect(world.secrets()).toEqual([DEFAULT_KEY]);
  });
});

describe('editing a connection', () => {
  it('gives it another name without the network, and everything of it is found by that name', async () => {
    const { world, id } = await startPending();
    await world.server.goOffline();
    const { url } = await world.connection();
    await world.ask('connections:update', { id, name: 'works', url });
    expect(await world.ask('entities:find', { address: 'works:asset:20' })).toMatchObject({
      connection: 'works',
    });
    expect((await world.ask('outbox:page', { offset: 0, limit: 9 })).rows).toMatchObject([
      { connection: 'works' },
    ]);
  });

  it('refuses the name of another connection', async () => {
    const { world, id } = await startPending();
    const draft = { name: 'second', remote: 'clickie', url: world.server.url, scope: '2' } as const;
    await world.ask('connections:add', { draft, secret: DEFAULT_KEY });
    const { url } = await world.connection();
    await expect(world.ask('connections:update', { id, name: 'second', url })).rejects.toMatchObject({
      code: 'name-taken',
    });
  });

  it('moves it where the same account answers, and reads everything there before it sends', async () => {
    const { world, id } = await startPending();
    const moved = await startCheckedServer({ site: world.server.site });
    await world.ask('connections:update', { id, name: 'clickie', url: moved.url });
    expect(await world.sync({ mode: 'push' })).toMatchObject({ failed: [{ code: 'pull-first' }] });
    expect(await world.sync()).toMatchObject({ complete: true, pushed: { created: 1 } });
    expect(writesTo(moved)).toHaveLength(1);
    expect(writesTo(world.server)).toEqual([]);
  });

  it('changes nothing, not even the name, where the account does not answer there', async () => {
    const { world, id } = await startPending();
    const { url } = world.server;
    const elsewhere = await startCheckedServer();
    elsewhere.site.accounts.delete(1);
    const moving = world.ask('connections:update', { id, name: 'works', url: elsewhere.url });
    await expect(moving).rejects.toMatchObject({ code: 'forbidden' });
    expect(await world.connection()).toMatchObject({ name: 'clickie', url });
    const nowhere = world.ask('connections:update', { id, name: 'works', url: 'http://127.0.0.1:1/v4' });
    await expect(nowhere).rejects.toMatchObject({ code: 'unreachable' });
    expect(await world.connection()).toMatchObject({ name: 'clickie', url });
  });
});

describe('a paused connection', () => {
  it('is left out of a sync of everything, goes by itself, and takes edits meanwhile', async () => {
    const { world, id } = await startPending();
    expect(await world.ask('connections:pause', { id, paused: true })).toMatchObject({ state: 'paused' });
    await world.reopen();
    world.server.clearRequests();
    expect(await world.ask('sync:start', { connectionId: null, mode: 'both', only: null })).toEqual([]);
    expect(world.server.requests).toEqual([]);
    await world.relate('asset:20', 'metric:5');
    expect(await world.connection()).toMatchObject({ state: 'paused', pendingCount: 2 });
    expect(await world.sync({ connectionId: id })).toMatchObject({ pushed: { created: 2 } });
    expect(await world.ask('connections:pause', { id, paused: false })).toMatchObject({ state: 'ready' });
    expect(await world.sync()).toMatchObject({ connection: 'clickie', complete: true });
  });

  it('still sends what the user picks', async () => {
    const { world, id } = await startPending();
    const picked = await world.find('asset:20', 'metric:21');
    if (picked === undefined) throw new Error('Nothing is pending');
    await world.ask('connections:pause', { id, paused: true });
    expect(await world.sync({ mode: 'push', only: [picked.id] })).toMatchObject({ pushed: { created: 1 } });
  });
});

describe('what is told of a connection', () => {
  it('is what it can do in words, whom it speaks for and what failed', async () => {
    const { world, id } = await startPending();
    await world.server.goOffline();
    await world.sync();
    const detail = await world.ask('connections:detail', { id });
    expect(detail).toMatchObject({
      identity: 'Clearance level 2, account 1',
      readOnlyReason: null,
      entityCount: 12,
      relationshipCount: 9,
      failures: [{ code: 'unreachable' }],
    });
    expect(detail.capabilities).toContain('It keeps no types: a type is a mark of this workspace only.');
    expect(await world.connection()).toMatchObject({ pendingCount: 1, conflictCount: 0, heldCount: 0 });
  });

  it('tests its key again without saving anything', async () => {
    const { world, id } = await startPending();
    expect(await world.ask('connections:retest', { id })).toMatchObject({
      isSame: true,
      identity: { account: '1' },
    });
    world.forgetSecret(0);
    await world.reopen();
    await expect(world.ask('connections:retest', { id })).rejects.toMatchObject({ code: 'needs-secret' });
  });
});

describe('two connections that were read as different people', () => {
  it('meet what a colleague changed as conflicts or agreement, not as a second write', async () => {
    const { world, id } = await startPending();
    await world.ask('connections:provide-secret', { id, secret: COLLEAGUE_KEY, adopt: true });
    const edge = { parent: { type: 'assets', id: 20 }, child: { type: 'metrics', id: 21 } } as const;
    createEdge(mustAccount(world.server.site), edge);
    expect(await world.sync()).toMatchObject({ complete: true, pushed: { created: 0 } });
    expect((await world.status()).pendingCount).toBe(0);
    expect(writesTo(world.server)).toEqual([]);
  });
});
