import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type ConnectionRow,
  readConnection,
  saveConnection,
  updateConnectionAccess,
} from '../../../src-main/backend/store/connections.ts';
import { findEntityRow } from '../../../src-main/backend/store/entities.ts';
import { openCommand } from '../../../src-main/backend/store/history.ts';
import { findIntent, saveIntent, stopIntent } from '../../../src-main/backend/store/intents.ts';
import { allocateRelationshipId, findMirror, toBase } from '../../../src-main/backend/store/relationships.ts';
import { readReportPage } from '../../../src-main/backend/store/reports.ts';
import { saveFailure } from '../../../src-main/backend/store/retries.ts';
import { count } from '../../../src-main/backend/store/sql.ts';
import { findOpenSweep } from '../../../src-main/backend/store/sweeps.ts';
import {
  type RunOptions,
  reportUnstarted,
  runSync,
  type SyncTask,
} from '../../../src-main/backend/sync/run.ts';
import type { EntityId } from '../../../src-preload/contract/model.ts';
import { createFakeRemote, type FakeOptions, toFakeEntity } from '../../support/fake-remote.ts';
import { createTickingClock } from '../../support/instant-clock.ts';
import { createTempWorkspace, NOW } from '../../support/workspace.ts';

const asset = { kind: 'asset', remoteId: '1' };
const metric = { kind: 'metric', remoteId: '2' };
const both: SyncTask = { kind: 'sync', mode: 'both', only: null };
const pull: SyncTask = { kind: 'sync', mode: 'pull', only: null };
const push: SyncTask = { kind: 'sync', mode: 'push', only: null };

/** A remote with two entities and a connection to it that was never synced. */
function plant(options: FakeOptions = {}) {
  const remote = createFakeRemote([toFakeEntity('asset', '1'), toFakeEntity('metric', '2')], options);
  const { db } = createTempWorkspace();
  const access = { url: 'https://example.com', scope: '1', secretReference: 'none', rate: 5, now: NOW };
  const id = saveConnection(db, {
    name: 'fake',
    remote: 'clickie',
    identity: 'the first identity',
    ...access,
  });
  const clock = createTickingClock();
  const connection = () => readConnection(db, id);
  const sync = (task: SyncTask = both, more: Partial<RunOptions> = {}) =>
    runSync({
      db,
      remote,
      clock,
      newId: randomUUID,
      connection: connection(),
      signal: new AbortController().signal,
      task,
      withheld: null,
      onProgress: () => undefined,
      ...more,
    });
  const entityId = (end: typeof asset): EntityId => {
    const row = findEntityRow(db, id, end.kind, end.remoteId);
    if (row === undefined) throw new Error(`${end.kind} ${end.remoteId} was not pulled`);
    return row.id;
  };
  const key = () => ({ connectionId: id, sourceId: entityId(asset), targetId: entityId(metric), slot: 0 });
  const wish = (present: boolean) => {
    const mirror = findMirror(db, key());
    const relationshipId = mirror?.id ?? allocateRelationshipId(db);
    const historyId = openCommand(db, 'A wish', NOW);
    const wanted = { present, type: null };
    saveIntent(db, { ...key(), relationshipId, wanted, base: toBase(mirror), historyId, now: NOW });
    return relationshipId;
  };
  const rebase = () =>
    updateConnectionAccess(db, id, {
      url: 'https://example.com',
      secretReference: 'none',
      identity: 'the first identity',
      identityLabel: 'Fake',
      options: {},
      rebaseSince: NOW,
    });
  const callsOf = async (run: () => Promise<unknown>) => {
    const before = remote.calls.length;
    await run();
    return remote.calls.slice(before);
  };
  const intent = () => findIntent(db, key());
  const syncEntries = () => count(db, "SELECT COUNT(*) FROM history WHERE actor = 'sync'");
  return { db, id, remote, clock, sync, connection, entityId, wish, intent, rebase, callsOf, syncEntries };
}

const asLabelled = (connection: ConnectionRow, identityLabel: string | null) => ({
  ...connection,
  identityLabel,
});

describe('the beginning of a sync', () => {
  it('says that it asks who the key speaks for before it asks', async () => {
    const { remote, sync } = plant();
    const told: unknown[] = [];
    await sync(both, { onProgress: (...step) => told.push([...step, remote.calls.length]) });
    expect(told[0]).toEqual(['identify', 0, null, 0]);
  });

  it('keeps whom the key speaks for, and takes a connection that was never asked as it is', async () => {
    const { sync, connection } = plant();
    const report = await sync(both, { connection: { ...connection(), identity: null } });
    expect(report.failed).toEqual([]);
    expect(connection().identityLabel).toBe('Fake');
  });

  it.each([
    ['Somebody', '“Somebody”'],
    [null, 'someone else'],
  ])('names both identities where the key speaks for another than %s', async (label, named) => {
    const { remote, sync, connection } = plant();
    remote.speakFor('the second identity');
    const report = await sync(both, { connection: asLabelled(connection(), label) });
    expect(report.failed).toEqual([
      {
        code: 'identity-changed',
        message:
          `The key of fake speaks for “Fake” now; before, it spoke for ${named}. Nothing was read, sent or changed. ` +
          'Give it its former key, take the new identity over, or connect it as a new connection.',
      },
    ]);
    expect(report.complete).toBe(false);
    expect(connection().identityLabel).toBeNull();
  });

  it('goes by what the account could do before where it cannot be told now, and says so', async () => {
    const { remote, sync, connection, callsOf, entityId } = plant();
    remote.narrow({ directed: false });
    await sync();
    remote.narrow({});
    remote.addFault({ on: 'fetchCapabilities', kind: 'server-fault' });
    const refresh: SyncTask = { kind: 'refresh', entityId: entityId(asset) };
    const calls = await callsOf(async () => {
      expect(await sync(refresh)).toMatchObject({ complete: false, failed: [{ code: 'server-fault' }] });
    });
    expect(calls.filter((call) => call.startsWith('fetchRelationshipsOf'))).toHaveLength(1);
    expect(connection().failureCode).toBe('server-fault');
  });

  it('asks nothing more where the door is closed while it asks what the account can do', async () => {
    const { remote, sync, callsOf } = plant();
    remote.addFault({ on: 'fetchCapabilities', kind: 'unauthorised' });
    expect(await callsOf(() => sync())).toEqual(['identify', 'fetchCapabilities']);
  });

  it('closes the entry of a run that the program did not survive', async () => {
    const { db, id, remote, sync } = plant();
    await sync();
    db.prepare(
      "INSERT INTO history (at, actor, label, state, connection_id, is_open, is_first) VALUES (?, 'sync', 'Cut off', 'recorded', ?, 1, 0)",
    ).run(NOW, id);
    remote.addFault({ on: 'identify', kind: 'unreachable' });
    await sync();
    expect(
      count(db, "SELECT COUNT(*) FROM history WHERE label = 'Cut off (interrupted)' AND is_open = 0"),
    ).toBe(1);
  });
});

describe('what a sync does', () => {
  it('neither pulls when it pushes nor pushes when it pulls', async () => {
    const { sync, wish, intent, callsOf } = plant();
    await sync();
    wish(true);
    expect((await callsOf(() => sync(pull))).some((call) => call.startsWith('create'))).toBe(false);
    expect(intent()).toBeDefined();
    const pushed = await callsOf(() => sync(push));
    expect(pushed.some((call) => call.startsWith('fetchEntities'))).toBe(false);
    expect(intent()).toBeUndefined();
  });

  it('pushes nothing while that is withheld, says why, and still pulls', async () => {
    const { remote, sync, wish, intent } = plant();
    await sync();
    wish(true);
    remote.putEntity(toFakeEntity('asset', '3'));
    const withheld = { code: 'moved', message: 'The file was moved.' };
    const report = await sync(both, { withheld });
    expect(report).toMatchObject({ withheld, pulled: { entities: { added: 1 } } });
    expect(intent()?.wantedPresent).toBe(true);
    expect(remote.has(asset, metric)).toBe(false);
  });

  it('asks the user where a pull finds an end of a wish gone', async () => {
    const { remote, sync, wish } = plant();
    await sync();
    wish(true);
    remote.takeEntity(metric);
    expect(await sync(pull)).toMatchObject({ conflicts: 1, pulled: { entities: { removed: 1 } } });
  });

  it('leaves what is not due when nobody asked, and sends it when somebody did', async () => {
    const { db, clock, sync, wish, intent } = plant();
    await sync();
    const later = new Date(clock.now().getTime() + 3_600_000).toISOString();
    saveFailure(db, wish(true), { code: 'server-fault', message: 'Once.' }, later);
    await sync({ ...push, automatic: true });
    expect(intent()).toBeDefined();
    await sync({ ...push, automatic: false });
    expect(intent()).toBeUndefined();
  });

  it('reads the entity on screen first', async () => {
    const { sync, callsOf, entityId } = plant();
    await sync();
    for (const end of [asset, metric]) {
      const calls = await callsOf(() => sync(pull, { focus: [entityId(end)] }));
      const first = calls.find((call) => call.startsWith('fetchRelationshipsOf'));
      expect(first).toContain(`${end.kind}:${end.remoteId} `);
    }
  });

  describe('that was cut off', () => {
    /** The sync is cut off at the second of two listings. */
    const cutOff = async ({ remote, sync }: ReturnType<typeof plant>) => {
      remote.addFault({ on: 'fetchRelationshipsOf', kind: 'unreachable', skip: 1 });
      await sync(pull);
    };
    const countReads = async ({ sync, callsOf }: ReturnType<typeof plant>, automatic = true) => {
      const calls = await callsOf(() => sync({ ...both, automatic }));
      const count = (name: string) => calls.filter((call) => call.startsWith(name)).length;
      return { lists: count('fetchEntities'), listings: count('fetchRelationshipsOf') };
    };
    const all = { lists: 4, listings: 2 };

    it('goes on where it was, as a first pull', async () => {
      const world = plant();
      await cutOff(world);
      expect(findOpenSweep(world.db, world.id)).toMatchObject({ isFirst: true });
      expect(await countReads(world)).toEqual({ lists: 0, listings: 1 });
      expect(findOpenSweep(world.db, world.id)).toBeUndefined();
    });

    it('goes on where it was, as a later pull by itself, and the one after it reads everything', async () => {
      const world = plant();
      await world.sync(pull);
      await cutOff(world);
      expect(findOpenSweep(world.db, world.id)).toMatchObject({ isFirst: false });
      expect(await countReads(world)).toEqual({ lists: 0, listings: 1 });
      expect(await countReads(world)).toEqual(all);
    });

    it('reads everything for who asks for it, but for the relationships of a first pull', async () => {
      const world = plant();
      await cutOff(world);
      expect(await countReads(world, false)).toEqual({ lists: 4, listings: 1 });
      await cutOff(world);
      expect(await countReads(world, false)).toEqual(all);
    });

    it('reads everything after more than an hour', async () => {
      const world = plant();
      await world.sync(pull);
      await cutOff(world);
      world.clock.tick(3_600_001);
      expect(await countReads(world)).toEqual(all);
    });

    it('reads everything where the clock was set back meanwhile', async () => {
      const world = plant();
      await world.sync(pull);
      await cutOff(world);
      world.clock.tick(-60_000);
      expect(await countReads(world)).toEqual(all);
    });

    it('reads everything where the key spoke for someone else meanwhile', async () => {
      const world = plant();
      await world.sync(pull);
      await cutOff(world);
      world.remote.addFault({ on: 'identify', kind: 'identity-changed' });
      await world.sync(pull);
      expect(await countReads(world)).toEqual(all);
    });

    it('reads everything where another identity or address is taken over', async () => {
      const world = plant();
      await cutOff(world);
      world.rebase();
      expect(await countReads(world)).toEqual(all);
    });
  });

  it('reads a remote with a feed by its feed alone', async () => {
    const { remote, sync, callsOf } = plant({ feed: true });
    remote.put(asset, metric);
    const calls = await callsOf(async () => {
      expect((await sync()).pulled.relationships.added).toBe(1);
    });
    expect(calls.some((call) => call.startsWith('fetchRelationshipsOf'))).toBe(false);
  });
});

describe('a sync after another identity or address was taken over', () => {
  it('sends nothing by a push alone, and says what to do', async () => {
    const { sync, wish, rebase, callsOf, connection } = plant();
    await sync();
    wish(true);
    rebase();
    const calls = await callsOf(async () => {
      expect((await sync(push)).failed).toEqual([
        {
          code: 'pull-first',
          message:
            'Another identity or address was taken over, so everything is read once before anything is sent. ' +
            'Sync without “push only”.',
        },
      ]);
    });
    expect(calls).toEqual(['identify', 'fetchCapabilities']);
    expect(connection().rebaseSince).toBe(NOW);
  });

  it('sends nothing before all of it was read once', async () => {
    const { remote, sync, wish, rebase, intent, connection } = plant();
    await sync();
    wish(true);
    rebase();
    remote.addFault({ on: 'fetchRelationshipsOf', kind: 'server-fault' });
    expect((await sync()).complete).toBe(false);
    expect(intent()?.attempts).toBe(0);
    expect(connection().rebaseSince).toBe(NOW);
    expect((await sync()).complete).toBe(true);
    expect(intent()).toBeUndefined();
    expect(connection().rebaseSince).toBeNull();
  });

  it('reads first, once, and then sends', async () => {
    const { sync, wish, rebase, callsOf } = plant();
    await sync();
    wish(true);
    rebase();
    const kinds = (await callsOf(() => sync())).map((call) => call.split(' ')[0]);
    expect(kinds.lastIndexOf('fetchRelationshipsOf')).toBeLessThan(kinds.indexOf('create'));
    expect(kinds.filter((kind) => kind === 'fetchEntities')).toHaveLength(4);
  });

  it('asks the user at once where what it reads contradicts a wish', async () => {
    const { remote, sync, wish, rebase } = plant();
    await sync();
    wish(true);
    remote.takeEntity(metric);
    rebase();
    remote.addFault({ on: 'fetchRelationshipsOf', kind: 'server-fault' });
    const report = await sync(pull);
    expect(report.complete).toBe(false);
    expect(report.conflicts).toBe(1);
  });
});

describe('one entity that is read now', () => {
  it('is read in both directions, or in one where there are none', async () => {
    for (const directed of [true, false]) {
      const { sync, callsOf, entityId } = plant({ directed });
      await sync();
      const calls = await callsOf(() => sync({ kind: 'refresh', entityId: entityId(asset) }));
      const directions = calls
        .filter((call) => call.startsWith('fetchRelationshipsOf'))
        .map((c) => c.split(' ')[2]);
      expect(directions).toEqual(directed ? ['outgoing', 'incoming'] : ['outgoing']);
    }
  });

  it('loses what is proved gone in either direction, and sends nothing', async () => {
    for (const end of [asset, metric]) {
      const { remote, sync, wish, entityId } = plant();
      remote.put(asset, metric);
      await sync();
      remote.take(asset, metric);
      const report = await sync({ kind: 'refresh', entityId: entityId(end) });
      expect(report.pulled.relationships.removed).toBe(1);
      wish(true);
      await sync({ kind: 'refresh', entityId: entityId(end) });
      expect(remote.has(asset, metric)).toBe(false);
    }
  });

  it('is marked once where it is gone, and nothing of it is listed', async () => {
    const { remote, sync, callsOf, entityId } = plant();
    await sync();
    remote.takeEntity(metric);
    const removed: number[] = [];
    const refresh = async () => {
      const report = await sync({ kind: 'refresh', entityId: entityId(metric) });
      removed.push(report.pulled.entities.removed);
    };
    const calls = [...(await callsOf(refresh)), ...(await callsOf(refresh))];
    expect(removed).toEqual([1, 0]);
    expect(calls.some((call) => call.startsWith('fetchRelationshipsOf'))).toBe(false);
  });

  it('is not marked as gone by a key that speaks for someone else by then', async () => {
    const { remote, sync, entityId } = plant();
    await sync();
    remote.takeEntity(metric);
    const speaking: RunOptions['remote'] = {
      ...remote,
      fetchLiveness: async (entity, signal) => {
        remote.speakFor('the second identity');
        return await remote.fetchLiveness(entity, signal);
      },
    };
    const report = await sync({ kind: 'refresh', entityId: entityId(metric) }, { remote: speaking });
    expect(report.pulled.entities.removed).toBe(0);
    expect(report.failed.map(({ code }) => code)).toEqual(['identity-changed']);
  });

  it('does not make the whole connection read', async () => {
    const { clock, sync, connection, entityId } = plant();
    await sync();
    const syncedAt = connection().lastSyncedAt;
    clock.tick(1000);
    await sync({ kind: 'refresh', entityId: entityId(asset) });
    await sync(push);
    expect(connection().lastSyncedAt).toBe(syncedAt);
    await sync(pull);
    expect(connection().lastSyncedAt).toBe(clock.now().toISOString());
  });
});

describe('the end of a sync', () => {
  it('keeps the pause the remote asked for, a minute where it does not say', async () => {
    const { remote, clock, sync, connection } = plant();
    for (const [retryAfterMs, waits] of [
      [7000, 7000],
      [undefined, 60_000],
    ] as const) {
      remote.addFault({ on: 'identify', kind: 'rate-limited', ...(retryAfterMs && { retryAfterMs }) });
      const report = await sync();
      const until = new Date(clock.now().getTime() + waits).toISOString();
      expect(connection().limitedUntil).toBe(until);
      expect(report.outlook).toContain(until);
    }
  });

  it('forgets the pause once the remote was heard of, and not before', async () => {
    const { remote, sync, connection } = plant();
    remote.addFault({ on: 'identify', kind: 'rate-limited' });
    await sync();
    const { limitedUntil } = connection();
    expect(limitedUntil).not.toBeNull();
    remote.addFault({ on: 'identify', kind: 'unreachable' });
    await sync();
    expect(connection().limitedUntil).toBe(limitedUntil);
    remote.addFault({ on: 'fetchEntities', kind: 'unreachable' });
    await sync();
    expect(connection().limitedUntil).toBeNull();
  });

  it('makes due again what failed once the remote is away, not for a fault on the way', async () => {
    for (const [on, kind, failures] of [
      ['identify', 'unreachable', 0],
      ['identify', 'timeout', 0],
      ['identify', 'server-fault', 1],
      ['fetchEntities', 'unreachable', 1],
    ] as const) {
      const { db, remote, sync, wish, intent } = plant();
      await sync();
      saveFailure(db, wish(true), { code: 'server-fault', message: 'Once.' }, NOW);
      remote.addFault({ on, kind });
      await sync(pull);
      expect([on, kind, intent()?.failures]).toEqual([on, kind, failures]);
    }
  });

  it('says since when the remote is away, whoever was heard of before', async () => {
    for (const on of ['identify', 'fetchEntities'] as const) {
      const { remote, clock, sync, connection } = plant();
      remote.addFault({ on, kind: 'timeout', times: 2 });
      expect((await sync()).outlook).toContain('once the remote answers again');
      const since = clock.now().toISOString();
      clock.tick(5000);
      await sync();
      expect(connection()).toMatchObject({ offlineSince: since, failureCode: 'timeout' });
      await sync();
      expect(connection()).toMatchObject({ offlineSince: null, failureCode: null });
    }
  });

  it('leaves what was known as it was where it was cancelled before the remote was heard of', async () => {
    const { remote, sync, connection } = plant();
    const signal = AbortSignal.abort();
    const early = await sync(both, { signal });
    expect(early).toMatchObject({
      cancelled: true,
      complete: false,
      outlook: expect.stringContaining('goes on'),
    });
    expect(connection()).toMatchObject({ offlineSince: null, failureCode: null, failureMessage: null });
    remote.addFault({ on: 'identify', kind: 'unreachable' });
    await sync();
    const known = connection();
    expect(known).toMatchObject({ failureCode: 'unreachable' });
    await sync(both, { signal });
    expect(connection()).toEqual(known);
  });

  it('counts no failure of the connection where it was cancelled on the way', async () => {
    const { remote, sync, connection } = plant();
    remote.addFault({ on: 'identify', kind: 'unreachable' });
    await sync();
    remote.addFault({ on: 'fetchEntities', kind: 'cancelled' });
    expect(await sync()).toMatchObject({ cancelled: true, failed: [{ code: 'cancelled' }] });
    expect(connection()).toMatchObject({ offlineSince: null, failureCode: null, failureMessage: null });
  });

  it('leaves an entry in the history where it changed something here or there, and none else', async () => {
    const { remote, sync, wish, syncEntries } = plant();
    await sync();
    expect(syncEntries()).toBe(1);
    await sync();
    expect(syncEntries()).toBe(1);
    remote.put(asset, metric);
    await sync();
    expect(syncEntries()).toBe(2);
    wish(false);
    await sync(push);
    expect(syncEntries()).toBe(3);
  });

  it('tells what it leaves standing, parked and blocked apart', async () => {
    const { db, sync, wish } = plant();
    await sync();
    const id = wish(true);
    for (const [stopped, counts] of [
      ['parked', { parked: 1, blocked: 0 }],
      ['blocked', { parked: 0, blocked: 1 }],
    ] as const) {
      stopIntent(db, id, stopped, 'For a reason.');
      expect(await sync(pull)).toMatchObject(counts);
    }
  });

  it('keeps the whole report it gave', async () => {
    const { db, id, clock, sync } = plant();
    const startedAt = clock.now().toISOString();
    const report = await sync();
    expect(report).toEqual({
      connection: 'fake',
      complete: true,
      cancelled: false,
      startedAt,
      finishedAt: clock.now().toISOString(),
      pulled: {
        entities: { added: 2, updated: 0, removed: 0 },
        relationships: { added: 0, updated: 0, removed: 0 },
      },
      pushed: { created: 0, updated: 0, deleted: 0 },
      conflicts: 0,
      blocked: 0,
      parked: 0,
      held: 0,
      failed: [],
      withheld: null,
      outlook: null,
      notes: [],
      moreFailed: 0,
      requests: [],
    });
    expect(readReportPage(db, id, { offset: 0, limit: 2 })).toMatchObject({ total: 1, rows: [report] });
  });

  it('tells of a run that could not begin, and knows nothing new of the connection', () => {
    const { db, id, connection } = plant();
    const before = connection();
    const failure = { code: 'needs-secret', message: 'The key is missing.' };
    const report = reportUnstarted(db, before, NOW, failure);
    expect(report).toMatchObject({
      connection: 'fake',
      complete: false,
      cancelled: false,
      withheld: null,
      startedAt: NOW,
      finishedAt: NOW,
      outlook: 'Everything is kept. It goes on once the key is given again.',
      failed: [failure],
    });
    expect(readReportPage(db, id, { offset: 0, limit: 2 })).toMatchObject({ total: 1, rows: [report] });
    expect(connection()).toEqual(before);
  });
});
