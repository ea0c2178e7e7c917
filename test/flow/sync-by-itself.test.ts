import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { RemoteError } from '../../src-main/backend/remote/errors.ts';
import { type AutoWorld, after, assetOf, metric, startAutoWorld } from '../support/auto-world.ts';
import { toFakeEntity } from '../support/fake-remote.ts';
import { letTurnsPass, until } from '../support/instant-clock.ts';

const MINUTE = 60_000;
/** An answer that never comes. */
const untilCancelled = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    const end = () => reject(new RemoteError('cancelled', 'The request was cancelled.'));
    signal.addEventListener('abort', end);
  });

/** A sync that nobody asked for runs, and its remote says nothing. */
async function startSyncThatWaits(): Promise<AutoWorld> {
  let isSilent = false;
  const world = await startAutoWorld({
    wrap: (remote) => ({
      ...remote,
      fetchCapabilities: (signal) => (isSilent ? untilCancelled(signal) : remote.fetchCapabilities(signal)),
    }),
  });
  isSilent = true;
  await world.clock.advance(15 * MINUTE);
  return world;
}

const off = { everyMinutes: null, afterEditsSeconds: null, onReconnect: false };

describe('[I17] [I18] a connection that syncs by itself', () => {
  it('is read every quarter of an hour, and says when', async () => {
    const world = await startAutoWorld();
    expect((await world.connection()).nextSyncAt).toBe(after(900));
    world.remote().put(assetOf(1), metric);
    await world.clock.advance(15 * MINUTE - 1);
    expect(await world.ask('workspace:status', {})).toMatchObject({ relationshipCount: 0 });
    await world.clock.advance(1);
    expect(await world.ask('workspace:status', {})).toMatchObject({ relationshipCount: 1 });
    expect((await world.connection()).nextSyncAt).toBe(after(1800));
  });

  it('pushes what was edited once no further edit came for the quiet time, and reads nothing else', async () => {
    const world = await startAutoWorld();
    await world.relate(1);
    await world.clock.advance(6000);
    await world.relate(2);
    await world.clock.advance(9999);
    expect(await world.outbox()).toHaveLength(2);
    const before = world.remote().calls.length;
    await world.clock.advance(1);
    expect(await world.outbox()).toEqual([]);
    const kinds = world
      .remote()
      .calls.slice(before)
      .map((call) => call.split(' ')[0]);
    expect(new Set(kinds)).toEqual(new Set(['identify', 'fetchCapabilities', 'probe', 'create']));
  });

  it('does nothing by itself where all of it is switched off', async () => {
    const world = await startAutoWorld();
    expect(await world.ask('sync:set-settings', off)).toEqual(off);
    await world.relate(1);
    const before = world.remote().calls.length;
    await world.clock.advance(24 * 60 * MINUTE);
    expect(world.remote().calls).toHaveLength(before);
    expect((await world.connection()).nextSyncAt).toBeNull();
    await world.restart();
    expect(await world.ask('sync:settings', {})).toEqual(off);
  });

  it('does nothing by itself in a backend that was not asked to', async () => {
    const world = await startAutoWorld({ automatic: false });
    await world.relate(1);
    const before = world.remote().calls.length;
    await world.clock.advance(24 * 60 * MINUTE);
    expect(world.remote().calls).toHaveLength(before);
    expect((await world.connection()).nextSyncAt).toBeNull();
  });

  it('pushes edits made offline once the remote is back, without a hand', async () => {
    const world = await startAutoWorld();
    world.remote().addFault({ on: 'identify', kind: 'unreachable', times: 6 });
    await world.ask('sync:start', { connectionId: null, mode: 'push', only: null });
    await world.clock.advance(0);
    expect(await world.connection()).toMatchObject({ state: 'offline', nextSyncAt: after(15) });
    await world.relate(1);
    const asked = [15, 45, 105, 225, 465];
    for (const [index, seconds] of asked.entries()) {
      const next = asked[index + 1];
      await world.clock.advance((seconds - (asked[index - 1] ?? 0)) * 1000);
      expect((await world.connection()).nextSyncAt).toBe(next === undefined ? after(765) : after(next));
    }
    expect(world.remote().has(assetOf(1), metric)).toBe(false);
    await world.clock.advance(300_000);
    expect(world.remote().has(assetOf(1), metric)).toBe(true);
    expect(await world.connection()).toMatchObject({ state: 'ready', offlineSince: null });
    expect(await world.outbox()).toEqual([]);
  });

  it('goes on after a restart with what was left', async () => {
    const world = await startAutoWorld();
    await world.relate(1);
    await world.restart();
    await world.clock.advance(10_000);
    expect(world.remote().has(assetOf(1), metric)).toBe(true);
  });

  it('leaves a remote in peace for as long as it asks, whatever is due', async () => {
    const world = await startAutoWorld();
    await world.relate(1);
    world.remote().addFault({ on: 'probe', kind: 'rate-limited', retryAfterMs: 30 * MINUTE });
    await world.clock.advance(10_000);
    const limited = await world.connection();
    expect(limited).toMatchObject({ limitedUntil: after(1810), nextSyncAt: after(1810) });
    const before = world.remote().calls.length;
    await world.clock.advance(30 * MINUTE - 1);
    expect(world.remote().calls).toHaveLength(before);
    await world.clock.advance(1);
    expect(world.remote().has(assetOf(1), metric)).toBe(true);
    expect((await world.connection()).limitedUntil).toBeNull();
  });

  it('asks nothing more of a key that is not accepted, until someone syncs by hand', async () => {
    const world = await startAutoWorld();
    world.remote().addFault({ on: 'identify', kind: 'unauthorised' });
    await world.relate(1);
    await world.clock.advance(10_000);
    expect(await world.connection()).toMatchObject({ state: 'failing', nextSyncAt: null });
    const before = world.remote().calls.length;
    await world.clock.advance(60 * MINUTE);
    expect(world.remote().calls).toHaveLength(before);
    await world.ask('sync:start', { connectionId: null, mode: 'both', only: null });
    await world.clock.advance(0);
    expect((await world.connection()).nextSyncAt).not.toBeNull();
    expect(await world.outbox()).toEqual([]);
  });

  it('pushes to one connection while another is away', async () => {
    const world = await startAutoWorld({ connections: ['plant', 'site'] });
    world.remote('plant').addFault({ on: 'identify', kind: 'timeout', times: 1000 });
    await world.relate(1, 'plant');
    await world.relate(1, 'site');
    await world.clock.advance(10_000);
    expect(world.remote('site').has(assetOf(1), metric)).toBe(true);
    expect((await world.outbox()).map(({ connection }) => connection)).toEqual(['plant']);
    expect(await world.connection('plant')).toMatchObject({ state: 'offline' });
    expect(await world.connection('site')).toMatchObject({ state: 'ready' });
  });
});

describe('[I17] [I25] a change that fails for a reason that passes', () => {
  it('is tried again later and later, by the random port, until it is parked with its cause', async () => {
    const world = await startAutoWorld();
    await world.ask('sync:set-settings', { ...off, afterEditsSeconds: 10 });
    world.remote().addFault({ on: 'create', kind: 'server-fault', times: 1000 });
    await world.relate(1);
    const chances = [0, 0.5, 0.9, 0.5, 0, 0.5, 0, 0.9, 0.5];
    const waits = [22_500, 90_000, 324_000, 810_000, 1_822_500, 3_600_000, 3_600_000, 3_600_000, 3_600_000];
    let waitMs = 10_000;
    for (const [index, chance] of chances.entries()) {
      world.chance = chance;
      await world.clock.advance(waitMs - 1);
      expect(await world.outbox()).toMatchObject([{ failures: index }]);
      await world.clock.advance(1);
      const [item] = await world.outbox();
      waitMs = Date.parse(item?.nextAttemptAt ?? '') - world.clock.now().getTime();
      expect({ failures: item?.failures, waitMs }).toEqual({ failures: index + 1, waitMs: waits[index] });
      expect(item).toMatchObject({ state: 'create', lastFailure: { code: 'server-fault' } });
    }
    await world.clock.advance(waitMs);
    const attempts = world.remote().calls.filter((call) => call.startsWith('create')).length;
    expect(attempts).toBe(10);
    expect(await world.outbox()).toMatchObject([
      {
        state: 'parked',
        failures: 10,
        nextAttemptAt: null,
        cause:
          'It failed 10 times in a row, so it is not tried again by itself. The last time: Fake, create: server-fault.',
      },
    ]);
    await world.clock.advance(24 * 60 * MINUTE);
    expect(world.remote().calls.filter((call) => call.startsWith('create'))).toHaveLength(attempts);
  });

  /** A world whose one change was parked for failing too often. The remote takes it from now on. */
  async function startExhausted() {
    const world = await startAutoWorld();
    await world.ask('sync:set-settings', { ...off, afterEditsSeconds: 10 });
    world.remote().addFault({ on: 'create', kind: 'server-fault', times: 10 });
    const id = await world.relate(1);
    await world.clock.advance(24 * 60 * MINUTE);
    expect(await world.outbox()).toMatchObject([{ id, state: 'parked', failures: 10 }]);
    return { world, id };
  }

  it('goes at once when the user edits it', async () => {
    const { world, id } = await startExhausted();
    await world.ask('outbox:drop', { id });
    await world.relate(1);
    expect(await world.outbox()).toMatchObject([{ state: 'create', failures: 0, lastFailure: null }]);
    await world.clock.advance(10_000);
    expect(await world.outbox()).toEqual([]);
  });

  it('goes at once when the user picks it', async () => {
    const { world, id } = await startExhausted();
    await world.ask('sync:start', { connectionId: null, mode: 'push', only: [id] });
    expect(await world.outbox()).toEqual([]);
  });

  it('goes again under another version of the app, and not under the same', async () => {
    const { world } = await startExhausted();
    await world.restart('1');
    await world.clock.advance(MINUTE);
    expect(await world.outbox()).toMatchObject([{ state: 'parked' }]);
    await world.restart('2');
    await world.clock.advance(MINUTE);
    expect(await world.outbox()).toEqual([]);
  });

  it('goes again once the connection is back after it was away', async () => {
    const { world } = await startExhausted();
    await world.ask('sync:set-settings', { ...off, onReconnect: true });
    world.remote().addFault({ on: 'identify', kind: 'unreachable' });
    await world.ask('sync:start', { connectionId: null, mode: 'push', only: null });
    await world.clock.advance(15_000);
    expect(await world.outbox()).toEqual([]);
  });

  it('[I14] keeps nothing else from going', async () => {
    const world = await startAutoWorld({
      wrap: (fake) => ({
        ...fake,
        create: async (relationship, signal) => {
          if (relationship.source.remoteId !== '1') return await fake.create(relationship, signal);
          throw new RemoteError('timeout', 'Fake, create: no answer.');
        },
      }),
    });
    await world.relate(1);
    await world.relate(2);
    await world.relate(3);
    await world.clock.advance(10 * MINUTE);
    expect(world.remote().has(assetOf(2), metric)).toBe(true);
    expect(world.remote().has(assetOf(3), metric)).toBe(true);
    expect(await world.outbox()).toMatchObject([{ lastFailure: { code: 'timeout' }, state: 'create' }]);
  });
});

describe('[I17] a change that the remote refused', () => {
  async function startRefused() {
    const world = await startAutoWorld();
    world.remote().refuse('asset', 'metric');
    const id = await world.relate(1);
    await world.clock.advance(10_000);
    expect(await world.outbox()).toMatchObject([{ id, state: 'parked', failures: 0, nextAttemptAt: null }]);
    return { world };
  }

  it('does not go again by itself, however often the connection is synced', async () => {
    const { world } = await startRefused();
    const before = world.remote().calls.filter((call) => /^(create|probe)/.test(call)).length;
    await world.clock.advance(24 * 60 * MINUTE);
    await world.restart('another version');
    await world.clock.advance(MINUTE);
    expect(world.remote().calls.filter((call) => /^(create|probe)/.test(call))).toHaveLength(before);
    expect(await world.outbox()).toMatchObject([{ state: 'parked' }]);
  });

  it('goes again once the connection was made anew', async () => {
    const { world } = await startRefused();
    world.remote().allow();
    const draft = { name: 'plant', remote: 'clickie', url: 'https://plant', scope: '1' } as const;
    await world.ask('connections:add', { draft, secret: 'another key' });
    await world.clock.advance(15 * MINUTE);
    expect(await world.outbox()).toEqual([]);
  });

  it('goes again once one of its ends is another than it was', async () => {
    const { world } = await startRefused();
    world.remote().allow();
    world.remote().putEntity({ ...toFakeEntity('asset', '1'), archived: true });
    await world.clock.advance(30 * MINUTE);
    expect(await world.outbox()).toEqual([]);
  });
});

describe('a run that did not get to its end', () => {
  it('tells what was kept and when it goes on', async () => {
    const world = await startAutoWorld();
    await world.relate(1);
    world.remote().addFault({ on: 'identify', kind: 'unreachable' });
    const [report] = await world.ask('sync:start', { connectionId: null, mode: 'both', only: null });
    expect(report?.outlook).toBe(
      'Everything that was read and sent until then is kept. 1 change waits in the outbox. It goes on once the remote answers again.',
    );
    expect(await world.ask('sync:reports', { limit: 1 })).toMatchObject({
      total: 2,
      rows: [{ outlook: report?.outlook, failedCount: 1 }],
    });
  });

  it('goes on where it was cancelled', async () => {
    const world = await startAutoWorld({ automatic: false });
    const before = world.remote().calls.length;
    const running = world.ask('sync:start', { connectionId: null, mode: 'both', only: null });
    await until(() => world.remote().calls.length > before + 2);
    await world.ask('sync:cancel', { connectionId: null });
    const [report] = await running;
    expect(report).toMatchObject({
      cancelled: true,
      outlook: 'Everything that was read and sent until then is kept. The next sync goes on from there.',
    });
  });
});

describe('a sync that waits while the file is compacted', () => {
  const worker = new URL('../support/halting-care-worker.ts', import.meta.url);

  it('reports that it was cancelled, and stops no other', async () => {
    vi.stubEnv('WEFT_TEST_HALT_AT', '1');
    onTestFinished(() => void vi.unstubAllEnvs());
    const world = await startAutoWorld({
      automatic: false,
      connections: ['plant', 'site'],
      careWorker: worker,
    });
    const begun = world.careBegun();
    const compacted = expect(world.ask('workspace:compact', {})).rejects.toThrow('cancelled');
    await begun;
    const reports = world.ask('sync:start', { connectionId: null, mode: 'both', only: null });
    await letTurnsPass(20);
    await world.ask('sync:cancel', { connectionId: (await world.connection('plant')).id });
    await letTurnsPass(20);
    await world.ask('workspace:cancel-care', {});
    expect(await reports).toMatchObject([
      { connection: 'plant', cancelled: true, complete: false },
      { connection: 'site', cancelled: false, complete: true },
    ]);
    await compacted;
    expect(await world.ask('sync:reports', { limit: 9 })).toMatchObject({ total: 3 });
  });
});

describe('opening what cannot be opened', () => {
  it('leaves a sync of the open workspace alone', async () => {
    const world = await startSyncThatWaits();
    await expect(world.ask('workspace:open', { path: '/nowhere/at.weft' })).rejects.toThrow('missing');
    expect((await world.connection()).state).toBe('syncing');
    expect(await world.ask('sync:reports', { limit: 9 })).toMatchObject({ total: 1 });
  });
});

describe('closing the workspace', () => {
  it('ends a sync that nobody asked for, and its report stays', async () => {
    const world = await startSyncThatWaits();
    await world.restart();
    expect(await world.ask('sync:reports', { limit: 1 })).toMatchObject({
      total: 2,
      rows: [{ cancelled: true, complete: false }],
    });
  });
});

describe('a sweep', () => {
  it('reads what is on screen first, then what was touched, then the rest', async () => {
    const world = await startAutoWorld({ automatic: false });
    const shown = await world.ask('entities:find', { address: 'plant:asset:3' });
    await world.ask('sync:focus', { entityIds: [shown.id] });
    await world.relate(2);
    const before = world.remote().calls.length;
    await world.ask('sync:start', { connectionId: null, mode: 'pull', only: null });
    const read = world
      .remote()
      .calls.slice(before)
      .filter((call) => call.startsWith('fetchRelationshipsOf'));
    expect(read).toEqual(
      ['asset:3', 'asset:2', 'metric:9', 'asset:1'].map((end) => `fetchRelationshipsOf ${end} outgoing`),
    );
  });

  it('is no part of a push', async () => {
    const world = await startAutoWorld({ automatic: false });
    await world.relate(1);
    const before = world.remote().calls.length;
    await world.ask('sync:start', { connectionId: null, mode: 'push', only: null });
    expect(world.remote().calls.slice(before)).toEqual([
      'identify',
      'fetchCapabilities',
      'probe asset:1 metric:9',
      'create asset:1 metric:9',
      'identify',
    ]);
  });

  it('leaves the moment of its reading with what it read', async () => {
    const world = await startAutoWorld({ automatic: false });
    await world.clock.advance(MINUTE);
    const { id } = await world.ask('entities:find', { address: 'plant:asset:1' });
    const asOf = after(0);
    expect(await world.ask('entities:read', { id })).toMatchObject({ relationshipsAsOf: asOf });
    const page = { offset: 0, limit: 10 };
    expect(await world.ask('relationships:page', { entityId: id, ...page })).toMatchObject({ asOf });
    expect(await world.ask('relationships:page', { entityId: null, ...page })).toMatchObject({ asOf });
    const all = { search: '', kinds: [], connectionId: null, ...page };
    expect(await world.ask('entities:page', all)).toMatchObject({ asOf });
    expect(await world.ask('graph:neighbourhood', { roots: [id], limit: 10 })).toMatchObject({
      entities: [{ relationshipsAsOf: asOf }],
    });
  });
});
