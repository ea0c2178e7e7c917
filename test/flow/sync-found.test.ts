import { expect, test } from 'vitest';
import { toFakeEntity } from '../support/fake-remote.ts';
import { asset, startTypedWorld } from '../support/typed-world.ts';

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
