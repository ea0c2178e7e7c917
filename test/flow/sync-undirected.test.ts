import { describe, expect, it } from 'vitest';
import { findEntityByAddress } from '../../src-main/backend/store/entities.ts';
import { type FakeWorld, startFakeWorld, toEnd } from '../support/fake-world.ts';

async function start(): Promise<FakeWorld> {
  const world = startFakeWorld({ directed: false, metrics: 4 });
  world.remote.put(toEnd('metric:1'), toEnd('asset:1'));
  expect(await world.sync()).toMatchObject({ complete: true, pulled: { relationships: { added: 1 } } });
  return world;
}

describe('a relationship without direction', () => {
  it('is one, whichever end the remote tells first and whichever list it stands in', async () => {
    const world = await start();
    expect(world.shown()).toEqual(['asset:1 metric:1']);
    expect(await world.sync()).toMatchObject({
      pulled: { relationships: { added: 0, updated: 0, removed: 0 } },
    });
  });

  it('is already there where it is related the other way round', async () => {
    const world = await start();
    expect(() => world.relate('metric:1', 'asset:1')).toThrow(/already related/);
    expect(() => world.relate('asset:1', 'metric:1')).toThrow(/already related/);
    world.relate('metric:2', 'asset:2');
    expect(() => world.relate('asset:2', 'metric:2')).toThrow(/already related/);
  });

  it('is shown and pushed with the older end first', async () => {
    const world = await start();
    world.relate('metric:2', 'asset:2');
    expect(world.shown()).toContain('asset:2 metric:2 (create)');
    expect(await world.sync()).toMatchObject({ complete: true, pushed: { created: 1 } });
    expect(world.remote.has(toEnd('metric:2'), toEnd('asset:2'))).toBe(true);
    expect(world.shown()).toContain('asset:2 metric:2');
  });

  it('is removed here once it is gone there, counted once', async () => {
    const world = await start();
    world.remote.take(toEnd('asset:1'), toEnd('metric:1'));
    expect(await world.sync()).toMatchObject({ complete: true, pulled: { relationships: { removed: 1 } } });
    expect(world.shown()).toEqual([]);
  });

  it('is removed there from either end', async () => {
    const world = await start();
    world.unrelate('asset:1', 'metric:1');
    expect(await world.sync()).toMatchObject({ complete: true, pushed: { deleted: 1 } });
    expect(world.remote.has(toEnd('asset:1'), toEnd('metric:1'))).toBe(false);
  });

  it('comes back under its own id by undo, after it was related the other way round', async () => {
    const world = await start();
    const id = world.relate('metric:3', 'asset:3');
    world.undo();
    expect(world.relate('asset:3', 'metric:3')).toBeGreaterThanOrEqual(id);
    await world.sync();
    expect(world.shown()).toEqual(['asset:1 metric:1', 'asset:3 metric:3']);
  });

  it('is found by a look at one of its ends', async () => {
    const world = await start();
    world.remote.put(toEnd('metric:4'), toEnd('asset:1'));
    const { id } = findEntityByAddress(world.db(), 'fake:asset:1');
    await world.sync({ kind: 'refresh', entityId: id });
    expect(world.shown()).toContain('asset:1 metric:4');
  });
});
