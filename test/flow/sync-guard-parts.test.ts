import { describe, expect, it } from 'vitest';
import { type FakeWorld, putAll, startFakeWorld, takeAll, toEnd, toPairs } from '../support/fake-world.ts';

const push = { kind: 'sync', mode: 'push', only: null } as const;

/** 120 relationships from assets to metrics, and so many of another type from assets to assets. */
async function start(count: number, options: { readonly typed?: boolean } = {}): Promise<FakeWorld> {
  const world = startFakeWorld({ assets: 20, metrics: 6, ...options });
  putAll(world, toPairs(20, 6), 'feeds');
  putAll(world, between(count), 'mirrors');
  expect(await world.sync()).toMatchObject({ complete: true });
  return world;
}

/** So many relationships between assets. */
function between(count: number): (readonly [string, string])[] {
  return Array.from({ length: count }, (_, index) => ['asset:1', `asset:${index + 2}`]);
}

/** So many relationships from assets to metrics. */
const feeds = (count: number) => toPairs(20, 6).slice(0, count);

describe('the guard over a part of a connection', () => {
  for (const [count, held] of [
    [9, 0],
    [10, 10],
  ] as const) {
    it(`${held > 0 ? 'holds' : 'lets go'} all ${count} of a pair of kinds [I9]`, async () => {
      const world = await start(count);
      takeAll(world, between(count));
      expect(await world.sync()).toMatchObject({ held });
      if (held > 0)
        expect(world.held()[0]?.reason).toContain('any of the 10 relationships from asset to asset');
    });

    it(`${held > 0 ? 'holds' : 'lets go'} all ${count} of a type [I9]`, async () => {
      const world = await start(0, { typed: true });
      const some = feeds(count);
      putAll(world, some, 'cools');
      await world.sync();
      takeAll(world, some);
      expect(await world.sync()).toMatchObject({ held });
      if (held > 0) expect(world.held()[0]?.reason).toContain('of the type “cools”');
    });
  }

  it('lets go all but one of them', async () => {
    const world = await start(11);
    takeAll(world, between(10));
    expect(await world.sync()).toMatchObject({ held: 0, pulled: { relationships: { removed: 10 } } });
  });

  it('is not deceived by others that came in the same sync', async () => {
    const world = await start(10);
    takeAll(world, between(10));
    world.remote.put(toEnd('asset:2'), toEnd('asset:3'));
    expect(await world.sync()).toMatchObject({ held: 10 });
  });
});

describe('the guard over a push', () => {
  function unrelateAll(world: FakeWorld, pairs: readonly (readonly [string, string])[]) {
    return pairs.map(([source, target]) => world.unrelate(source, target));
  }

  it('lets twenty deletes go', async () => {
    const world = await start(0);
    unrelateAll(world, feeds(20));
    expect(await world.sync(push)).toMatchObject({ held: 0, pushed: { deleted: 20 } });
  });

  it('holds more, says what and why, and deletes nothing there, also after a restart', async () => {
    const world = await start(0);
    unrelateAll(world, feeds(21));
    world.relate('asset:1', 'asset:2');
    expect(await world.sync()).toMatchObject({
      complete: true,
      held: 21,
      pushed: { created: 1, deleted: 0 },
    });
    world.reopen();
    expect(await world.sync()).toMatchObject({ held: 21, pushed: { deleted: 0 } });
    expect(world.held()).toMatchObject([
      { side: 'there', what: 'relationships', count: 21, released: false },
    ]);
    expect(world.held()[0]?.reason).toContain('would delete 21 of 121 relationships there');
    expect(world.held()[0]?.sample).toHaveLength(10);
    expect(world.shown().filter((text) => text.endsWith('(held)'))).toHaveLength(21);
    for (const [source, target] of feeds(21))
      expect(world.remote.has(toEnd(source), toEnd(target))).toBe(true);
  });

  it('tells a dry run nothing of what it holds', async () => {
    const world = await start(0);
    unrelateAll(world, feeds(21));
    expect(world.dryRun()).toEqual([]);
  });

  it('deletes exactly what was released, though the first try fails', async () => {
    const world = await start(0);
    unrelateAll(world, feeds(21));
    await world.sync(push);
    world.releaseAll();
    world.remote.addFault({ on: 'remove', kind: 'unreachable', skip: 3 });
    world.remote.addFault({ on: 'probe', kind: 'unreachable', skip: 4 });
    expect(await world.sync(push)).toMatchObject({ complete: false, held: 0 });
    expect(await world.sync(push)).toMatchObject({ complete: true, held: 0 });
    expect(await world.sync(push)).toMatchObject({ complete: true, held: 0 });
    expect(world.held()).toEqual([]);
    expect(world.shown()).toHaveLength(99);
  });

  it('keeps a release whose push was cut short though more came to be held', async () => {
    const world = await start(0);
    unrelateAll(world, feeds(21));
    await world.sync(push);
    world.releaseAll();
    unrelateAll(world, feeds(42).slice(21));
    world.remote.addFault({ on: 'probe', kind: 'unreachable' });
    expect(await world.sync(push)).toMatchObject({ complete: false, held: 21, pushed: { deleted: 0 } });
    expect(await world.sync(push)).toMatchObject({ complete: true, held: 21, pushed: { deleted: 21 } });
    expect(await world.sync(push)).toMatchObject({ held: 21 });
    expect(world.held()).toHaveLength(1);
  });

  it('holds what comes after a release by itself', async () => {
    const world = await start(0);
    unrelateAll(world, feeds(21));
    await world.sync(push);
    world.releaseAll();
    unrelateAll(world, feeds(42).slice(21));
    expect(await world.sync(push)).toMatchObject({ held: 21, pushed: { deleted: 21 } });
  });

  it('does not hold what the user picked', async () => {
    const world = await start(0);
    const only = unrelateAll(world, feeds(21));
    await world.sync(push);
    expect(await world.sync({ ...push, only })).toMatchObject({ held: 0, pushed: { deleted: 21 } });
    expect(world.held()).toEqual([]);
  });

  it('holds the deletion of all of a pair of kinds', async () => {
    const world = await start(10);
    unrelateAll(world, between(10));
    expect(await world.sync(push)).toMatchObject({ held: 10, pushed: { deleted: 0 } });
  });

  it('no longer holds what the user dropped', async () => {
    const world = await start(0);
    const ids = unrelateAll(world, feeds(21));
    await world.sync(push);
    for (const id of ids.slice(0, 3)) world.drop(id);
    expect(world.held()).toMatchObject([{ count: 18 }]);
    expect(await world.sync(push)).toMatchObject({ held: 0, pushed: { deleted: 18 } });
  });

  it('counts no change of type', async () => {
    const world = await start(0, { typed: true });
    for (const [source, target] of feeds(25)) {
      const id = world.unrelate(source, target);
      world.undo();
      world.retype(id, 'cools');
    }
    expect(await world.sync(push)).toMatchObject({ held: 0 });
  });
});
