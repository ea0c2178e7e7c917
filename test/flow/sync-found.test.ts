import { expect, test } from 'vitest';
import { resolveConflicts } from '../../src-main/backend/commands/resolve-conflict.ts';
import { must } from '../../src-main/backend/must.ts';
import { toFakeEntity } from '../support/fake-remote.ts';
import { putAll, startFakeWorld, takeAll, toEnd, toPairs } from '../support/fake-world.ts';
import { asset, startTypedWorld, writesSince } from '../support/typed-world.ts';
import { NOW } from '../support/workspace.ts';

// each was found by the simulation of the whole engine (test/simulation) and shrunk to what it takes

test('a removal at an end that came back is sent, not taken for done [I1] [I8]', async () => {
  const world = await startTypedWorld();
  world.remote.takeEntity(asset(2));
  await world.sync();
  world.remote.putEntity(toFakeEntity('asset', '2', '2'));
  world.unrelate();

  await world.sync();

  expect(world.remote.has(asset(1), asset(2))).toBe(false);
  expect(world.shown()).toEqual([]);
  expect(world.outbox()).toEqual([]);
});

test('a type that is taken away is shown so, and can be given again [I1]', async () => {
  const world = await startTypedWorld();

  world.retype(null);
  expect(world.shown()).toEqual(['1 → 2 - update']);
  world.retype('a');

  expect(world.shown()).toEqual(['1 → 2 a synced']);
  expect(world.outbox()).toEqual([]);
});

test('after a create that was forbidden once it was done nothing else is created [I7]', async () => {
  const world = await startTypedWorld();
  world.retype('b');
  world.remote.addFault({ on: 'create', kind: 'forbidden', when: 'after' });
  const before = world.remote.calls.length;

  await world.sync();

  expect(writesSince(world.remote, before)).toEqual(['remove asset:1 asset:2', 'create asset:1 asset:2']);
  expect(world.remote.typeOf(asset(1), asset(2))).toBe('b');
  expect(world.shown()).toEqual(['1 → 2 b synced']);
});

test('what a push adds does not carry the loss of all the others past the guard [I9]', async () => {
  const world = await startTypedWorld();
  const pairs = [1, 2, 3, 4].flatMap((source) => [1, 2, 3, 4].map((target) => [source, target] as const));
  const others = pairs.filter(([source, target]) => source !== target).slice(0, 11);
  for (const [source, target] of others) world.remote.put(asset(source), asset(target), 'a');
  await world.sync();
  for (const [source, target] of others) world.remote.take(asset(source), asset(target));
  world.relate(4, 3, 'a');

  const report = await world.sync();

  expect(report).toMatchObject({ held: 11, pulled: { relationships: { removed: 0 } } });
  expect(world.shown()).toHaveLength(12);
});

test('an end that a list left out while it was alive, and that is hidden by then, proves no removal [I8]', async () => {
  const { remote, sync, shown } = await startTypedWorld();
  const { fetchEntities, fetchLiveness } = remote;
  let asked = 0;
  Object.assign(remote, {
    fetchEntities: async function* withoutTwo(kind: string, signal: AbortSignal) {
      for await (const rows of fetchEntities(kind, signal)) {
        yield rows.filter((row) => row.remoteId !== '2');
      }
    },
    fetchLiveness: async (...[end, signal]: Parameters<typeof fetchLiveness>) => {
      if (end.remoteId !== '2') return await fetchLiveness(end, signal);
      remote.take(asset(1), asset(2)); // what can be seen of a hidden end
      asked += 1;
      return asked === 1 ? 'alive' : 'unknown';
    },
  });

  const report = await sync();

  expect(asked).toBe(1);
  expect(report?.failed.map(({ code }) => code)).toEqual(['listing-incomplete', 'listing-incomplete']);
  expect(shown()).toEqual(['1 → 2 a synced']);
});

test('a feed read with a key that spoke for someone else by then leaves nothing behind, no cursor either [I16]', async () => {
  const world = startFakeWorld({ feed: true, absenceProof: 'probe', assets: 2, metrics: 2 });
  putAll(world, [['asset:1', 'metric:1']]);
  const { remote } = world;
  const feed = must(remote.feed, 'the feed');
  const { fetchChanges } = feed;
  Object.assign(feed, {
    fetchChanges: async (cursor: string | null, signal: AbortSignal) => {
      remote.speakFor('someone else');
      const source = { kind: 'asset', remoteId: '2' };
      const target = { kind: 'metric', remoteId: '2' };
      const page = await fetchChanges(cursor, signal);
      return { ...page, present: [{ source, target, type: null, remoteId: null }] };
    },
  });
  expect(await world.sync()).toMatchObject({ failed: [{ code: 'identity-changed' }] });
  expect(world.shown()).toEqual([]);

  Object.assign(feed, { fetchChanges });
  remote.speakFor('the first identity');

  expect(await world.sync()).toMatchObject({ complete: true, failed: [] });
  expect(world.shown()).toEqual(['asset:1 metric:1']);
});

test('what the user takes back after the guard counted without it is not removed unasked [I9]', async () => {
  const world = startFakeWorld({ assets: 10, metrics: 1 });
  const pairs = toPairs(10, 1);
  putAll(world, pairs);
  await world.sync();
  takeAll(world, pairs);
  const { remote } = world;
  const { fetchRelationshipsOf, fetchLiveness } = remote;
  const edits = [() => void world.unrelate('asset:1', 'metric:1'), () => world.undo()];
  Object.assign(remote, {
    fetchRelationshipsOf: async (...asked: Parameters<typeof fetchRelationshipsOf>) => {
      if (edits.length === 2) edits.shift()?.();
      return await fetchRelationshipsOf(...asked);
    },
    fetchLiveness: async (...asked: Parameters<typeof fetchLiveness>) => {
      edits.shift()?.();
      return await fetchLiveness(...asked);
    },
  });

  expect(await world.sync()).toMatchObject({ pulled: { relationships: { removed: 9 } } });

  expect(world.shown()).toEqual(['asset:1 metric:1']);
});

test('what a conflict says to be there, and a feed that started over left out, is not kept for ever [I4]', async () => {
  const world = startFakeWorld({ feed: true, absenceProof: 'probe', typed: true, assets: 2 });
  await world.sync();
  world.relate('asset:1', 'asset:2', 'a');
  world.remote.put(asset(1), asset(2), 'c');
  expect(await world.sync({ kind: 'sync', mode: 'push', only: null })).toMatchObject({ conflicts: 1 });
  world.remote.take(asset(1), asset(2));
  world.remote.loseCursors();
  await world.sync();

  const everyConflict = { connectionId: null, reason: null, type: null };
  const context = { db: world.db(), now: NOW, capabilitiesOf: () => world.remote.capabilities };
  expect(resolveConflicts(context, { filter: everyConflict, keep: 'remote' })).toEqual({
    resolved: 1,
    skipped: 0,
  });
  await world.sync();

  expect(world.remote.has(asset(1), asset(2))).toBe(false);
  expect(world.shown()).toEqual([]);
});
for (const forgotten of [false, true]) {
  const how = forgotten ? 'left out by a feed that was read anew' : 'told gone';
  test(`what was kept beside base for a wish that is none any more is not followed once it is ${how} [I3]`, async () => {
    const world = startFakeWorld({ feed: true, absenceProof: 'probe', typed: true });
    const [one, two, three] = [toEnd('asset:1'), toEnd('asset:2'), toEnd('asset:3')];
    world.remote.put(one, two, 'a');
    await world.sync();
    world.unrelate('asset:1', 'asset:2');
    world.relate('asset:1', 'asset:3', 'a');
    world.remote.put(one, two, 'c');
    world.remote.put(one, three, 'c');
    expect(await world.sync({ kind: 'sync', mode: 'pull', only: null })).toMatchObject({ conflicts: 2 });
    world.undo();
    world.undo();
    world.remote.take(one, two);
    world.remote.take(one, three);
    if (forgotten) world.remote.startOver('first');

    const report = await world.sync();

    expect(report.pulled.relationships).toEqual({ added: 0, updated: 0, removed: 1 });
    expect(world.shown()).toEqual([]);
    expect(await world.sync()).toMatchObject({ failed: [], conflicts: 0 });
    expect(world.shown()).toEqual([]);
  });
}
test('an end that comes into sight between the look for a relationship and the proof proves no removal [I8]', async () => {
  const { remote, sync, shown } = await startTypedWorld();
  const { fetchRelationshipsOf, probe, fetchLiveness } = remote;
  let isHidden = true;
  Object.assign(remote, {
    fetchRelationshipsOf: async (...asked: Parameters<typeof fetchRelationshipsOf>) =>
      isHidden ? [] : await fetchRelationshipsOf(...asked),
    probe: async (...asked: Parameters<typeof probe>) => (isHidden ? null : await probe(...asked)),
    fetchLiveness: async (...asked: Parameters<typeof fetchLiveness>) => {
      isHidden = false;
      return await fetchLiveness(...asked);
    },
  });

  const report = await sync();

  expect(isHidden).toBe(false);
  expect(report).toMatchObject({ pulled: { relationships: { removed: 0 } } });
  expect(shown()).toEqual(['1 → 2 a synced']);
});

test('what a key that spoke for someone else did not find stays, although it speaks for its own again [I8] [I16]', async () => {
  const world = startFakeWorld({ absenceProof: 'probe', assets: 1, metrics: 1 });
  putAll(world, [['asset:1', 'metric:1']]);
  await world.sync();
  const { remote } = world;
  const { probe } = remote;
  Object.assign(remote, {
    fetchRelationshipsOf: async () => {
      remote.speakFor('someone else');
      return [];
    },
    probe: async (...asked: Parameters<typeof probe>) => {
      await probe(...asked);
      remote.speakFor('the first identity');
      return null;
    },
  });

  expect(await world.sync()).toMatchObject({ failed: [{ code: 'identity-changed' }] });

  expect(world.shown()).toEqual(['asset:1 metric:1']);
});
