import { describe, expect, it } from 'vitest';
import type { Fault } from '../servers/clickie/switches.ts';
import { putOnServer, serverHas, takeFromServer } from '../support/clickie-remote.ts';
import { onServer, pick, type SyncWorld, startSyncWorld, writesTo } from '../support/sync-world.ts';

/** Nothing waits any more and both sides are the same. */
async function expectAgreement(world: SyncWorld): Promise<void> {
  expect(await world.shown()).toEqual(onServer(world.server));
  expect((await world.status()).pendingCount).toBe(0);
}

describe('a push', () => {
  it('brings creates and deletes to the server with one request each', async () => {
    const world = await startSyncWorld();
    await world.relate('asset:20', 'metric:21');
    await world.unrelate('asset:10', 'metric:5');
    const report = await world.sync();
    expect(report).toMatchObject({ complete: true, pushed: { created: 1, updated: 0, deleted: 1 } });
    expect(writesTo(world.server)).toEqual([
      'POST /relationships/assets/20/metrics/21',
      'DELETE /relationships/assets/10/metrics/5',
    ]);
    await expectAgreement(world);
  });

  it('sends exactly what the dry run said between two looks at whom the key speaks for; the dry run nothing', async () => {
    const world = await startSyncWorld();
    await world.relate('asset:20', 'metric:21');
    await world.unrelate('asset:10', 'metric:5');
    const [planned] = (await world.ask('sync:dry-run', { connectionId: null, only: null })).rows;
    expect(world.server.requests).toEqual([]);
    await world.sync({ mode: 'push' });
    const sent = world.server.requests.map(({ method, path }) => `${method} ${path}`);
    expect(sent.slice(2, -2)).toEqual(planned?.requests.map(({ method, path }) => `${method} ${path}`));
    expect(sent.slice(-2)).toEqual(sent.slice(0, 2));
  });

  it('sends nothing in a sync that only pulls', async () => {
    const world = await startSyncWorld();
    await world.relate('asset:20', 'metric:21');
    await world.sync({ mode: 'pull' });
    expect(writesTo(world.server)).toEqual([]);
    expect(await world.shown()).toContain('asset:20 → metric:21 (create)');
  });

  it('sends only what was picked', async () => {
    const world = await startSyncWorld();
    await world.relate('asset:20', 'metric:21');
    await world.relate('asset:20', 'metric:20');
    await world.sync({ mode: 'push', only: await pick(world, 'asset:20', 'metric:20') });
    expect(writesTo(world.server)).toEqual(['POST /relationships/assets/20/metrics/20']);
  });

  it('writes nothing where someone else did the same before', async () => {
    const world = await startSyncWorld();
    await world.relate('asset:20', 'metric:21');
    await world.unrelate('asset:10', 'metric:5');
    putOnServer(world.server, 'asset:20', 'metric:21');
    takeFromServer(world.server, 'asset:10', 'metric:5');
    expect(await world.sync()).toMatchObject({ complete: true, failed: [] });
    expect(writesTo(world.server)).toEqual([]);
    await expectAgreement(world);
  });

  it('is not undone by a server that applies every write twice', async () => {
    const world = await startSyncWorld({ switches: { duplicateApply: true } });
    await world.relate('asset:20', 'metric:21');
    await world.unrelate('asset:10', 'metric:5');
    expect(await world.sync()).toMatchObject({ failed: [] });
    await expectAgreement(world);
  });
});

const lost: readonly (readonly [string, Fault])[] = [
  ['is cut before any header', { kind: 'drop', at: 'headers' }],
  ['is cut before the body', { kind: 'drop', at: 0 }],
  ['is cut after one byte', { kind: 'drop', at: 1 }],
  ['is cut after forty bytes', { kind: 'drop', at: 40 }],
  ['is cut before its last byte', { kind: 'drop', at: 10_000 }],
  ['becomes a 500', { kind: 'status', status: 500 }],
  ['becomes a 502 of a gateway', { kind: 'status', status: 502, body: 'html' }],
  ['becomes a 504 of a gateway', { kind: 'status', status: 504, body: 'html' }],
  ['becomes the login page of a hotel', { kind: 'captive-portal' }],
  ['becomes bytes that are no text', { kind: 'garbage' }],
  ['becomes a redirect', { kind: 'redirect', to: 'https://example.com/' }],
];

describe('an answer to a write that', () => {
  for (const [what, fault] of lost) {
    for (const when of ['before', 'after'] as const) {
      for (const action of ['create', 'delete'] as const) {
        it(`${what}, ${when} the ${action} was applied, doubles and loses nothing`, async () => {
          const world = await startSyncWorld();
          if (action === 'create') await world.relate('asset:20', 'metric:21');
          else await world.unrelate('asset:10', 'metric:5');
          const method = action === 'create' ? 'POST' : 'DELETE';
          world.server.addFault({ on: { method }, when, times: 1, fault });
          const first = await world.sync({ mode: 'push' });
          expect(writesTo(world.server)).toHaveLength(1);
          if (when === 'before') {
            expect(first.complete).toBe(false);
            expect((await world.status()).pendingCount).toBe(1);
          }
          expect(await world.sync()).toMatchObject({ complete: true, failed: [] });
          expect(writesTo(world.server)).toHaveLength(when === 'before' ? 2 : 1);
          await expectAgreement(world);
        });
      }
    }
  }

  it('is lost together with the question what became of it waits, and is asked after first', async () => {
    const world = await startSyncWorld();
    await world.relate('asset:20', 'metric:21');
    world.server.addFault({ on: { method: 'POST' }, when: 'after', fault: { kind: 'drop', at: 'headers' } });
    world.server.addFault({
      on: { method: 'GET', path: '/relationships/assets/20/metrics/21' },
      skip: 1,
      fault: { kind: 'drop', at: 'headers' },
    });
    expect((await world.sync({ mode: 'push' })).complete).toBe(false);
    world.server.clearFaults();
    await world.reopen();
    expect(await world.sync()).toMatchObject({ complete: true });
    expect(writesTo(world.server)).toHaveLength(1);
    await expectAgreement(world);
  });

  it('is lost may be taken back by the user, and the server ends without the relationship', async () => {
    const world = await startSyncWorld();
    await world.relate('asset:20', 'metric:21');
    world.server.addFault({ on: { method: 'POST' }, when: 'after', fault: { kind: 'drop', at: 'headers' } });
    world.server.addFault({
      on: { method: 'GET', path: '/relationships/assets/20/metrics/21' },
      skip: 1,
      fault: { kind: 'drop', at: 'headers' },
    });
    await world.sync({ mode: 'push' });
    world.server.clearFaults();
    await world.unrelate('asset:20', 'metric:21');
    expect(await world.sync()).toMatchObject({ complete: true });
    expect(serverHas(world.server, 'asset:20', 'metric:21')).toBe(false);
    await expectAgreement(world);
  });
});

describe('a refused create', () => {
  it('is parked with its cause while the others are pushed', async () => {
    const world = await startSyncWorld({
      switches: { refusedPairs: [{ parent: 'metrics', child: 'assets' }] },
    });
    await world.relate('metric:21', 'asset:20');
    await world.relate('asset:20', 'metric:21');
    await world.unrelate('asset:10', 'metric:5');
    const report = await world.sync();
    expect(report).toMatchObject({ complete: false, parked: 1, pushed: { created: 1, deleted: 1 } });
    const { rows } = await world.ask('outbox:page', { offset: 0, limit: 10 });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ state: 'parked', action: 'create' });
    expect(rows[0]?.cause).toContain('Relationship not allowed');
    expect(await world.shown()).toContain('metric:21 → asset:20 (parked)');
  });

  it('is not sent again until the user picks it, and then it is', async () => {
    const world = await startSyncWorld({
      switches: { refusedPairs: [{ parent: 'metrics', child: 'assets' }] },
    });
    await world.relate('metric:21', 'asset:20');
    await world.sync();
    expect(await world.sync()).toMatchObject({ complete: true, parked: 1 });
    expect(writesTo(world.server)).toHaveLength(1);
    world.server.set({ refusedPairs: [] });
    await world.sync({ mode: 'push', only: await pick(world, 'metric:21', 'asset:20') });
    expect(writesTo(world.server)).toHaveLength(2);
    await expectAgreement(world);
  });

  it('leaves nothing behind when the user drops it', async () => {
    const world = await startSyncWorld({
      switches: { refusedPairs: [{ parent: 'metrics', child: 'assets' }] },
    });
    const { id } = await world.relate('metric:21', 'asset:20');
    await world.sync();
    await world.ask('outbox:drop', { id });
    await expectAgreement(world);
  });

  it('is parked where the key may not write, and the wish is kept', async () => {
    const world = await startSyncWorld();
    await world.relate('asset:20', 'metric:21');
    world.server.addFault({ on: { method: 'POST' }, fault: { kind: 'status', status: 403 } });
    expect(await world.sync()).toMatchObject({ complete: false, parked: 1 });
    expect(await world.shown()).toContain('asset:20 → metric:21 (parked)');
  });
});

describe('an end that was deleted there', () => {
  for (const cascade of [true, false]) {
    for (const known of [true, false]) {
      it(`opens a conflict for a waiting create (${known ? 'seen by a pull before' : 'seen by the push'}, ${cascade ? 'with' : 'without'} cascade)`, async () => {
        const world = await startSyncWorld({ switches: { cascade } });
        await world.relate('asset:20', 'metric:21');
        world.server.deleteEntity({ type: 'metrics', id: 21 });
        await world.sync({ mode: known ? 'pull' : 'push' });
        expect(await world.sync()).toMatchObject({ conflicts: 1 });
        const [conflict] = (await world.ask('conflicts:page', {})).rows;
        expect(conflict).toMatchObject({ reason: 'end-removed', choices: ['local', 'remote'] });
        expect(await world.shown()).toContain('asset:20 → metric:21 (conflict)');
        expect(serverHas(world.server, 'asset:20', 'metric:21')).toBe(false);
      });
    }
  }

  async function startConflict(): Promise<{ world: SyncWorld; id: number }> {
    const world = await startSyncWorld();
    await world.relate('asset:20', 'metric:21');
    world.server.deleteEntity({ type: 'metrics', id: 21 });
    await world.sync();
    const [conflict] = (await world.ask('conflicts:page', {})).rows;
    return { world, id: conflict?.id ?? 0 };
  }

  it('is taken over when the user keeps the remote’s side', async () => {
    const { world, id } = await startConflict();
    await world.ask('conflicts:resolve', { id, keep: 'remote' });
    expect(await world.sync()).toMatchObject({ complete: true, conflicts: 0 });
    expect((await world.status()).pendingCount).toBe(0);
    expect((await world.shown()).filter((text) => text.includes('metric:21'))).toEqual([]);
  });

  it('leaves the wish waiting when the user keeps the local side, and asks again when it is pushed in vain', async () => {
    const { world, id } = await startConflict();
    await world.ask('conflicts:resolve', { id, keep: 'local' });
    expect(await world.sync()).toMatchObject({ conflicts: 0, parked: 1 });
    await world.sync({ mode: 'push', only: await pick(world, 'asset:20', 'metric:21') });
    expect(await world.ask('conflicts:page', {})).toMatchObject({ total: 1 });
  });

  it('comes back, and then the kept wish reaches the server', async () => {
    const { world, id } = await startConflict();
    await world.ask('conflicts:resolve', { id, keep: 'local' });
    const account = world.server.site.accounts.get(1);
    const metric = account?.entities.metrics.get(21);
    if (account !== undefined && metric !== undefined)
      account.entities.metrics.set(21, { ...metric, deleted: false });
    account?.sorted.clear();
    await world.sync({ mode: 'push', only: await pick(world, 'asset:20', 'metric:21') });
    expect(serverHas(world.server, 'asset:20', 'metric:21')).toBe(true);
    expect(await world.sync()).toMatchObject({ complete: true, conflicts: 0, parked: 0 });
    await expectAgreement(world);
  });

  for (const cascade of [true, false]) {
    it(`settles a waiting delete (${cascade ? 'with' : 'without'} cascade)`, async () => {
      const world = await startSyncWorld({ switches: { cascade } });
      await world.unrelate('asset:12', 'metric:21');
      world.server.deleteEntity({ type: 'metrics', id: 21 });
      await world.sync();
      expect(await world.sync()).toMatchObject({ complete: true, conflicts: 0 });
      expect((await world.status()).pendingCount).toBe(0);
    });
  }
});
