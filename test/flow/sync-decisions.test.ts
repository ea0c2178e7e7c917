import { expect, it } from 'vitest';
import type { SyncTask } from '../../src-main/backend/sync/run.ts';
import { asset, startTypedWorld } from '../support/typed-world.ts';

const pull: SyncTask = { kind: 'sync', mode: 'pull', only: null };

it('a decision does not come back before the remote changed again', async () => {
  const world = await startTypedWorld();
  world.retype('mine');
  world.remote.put(asset(1), asset(2), 'theirs');
  await world.sync(pull);
  expect(world.conflicts()).toMatchObject([
    {
      reason: 'changed-both',
      base: { type: 'a', at: expect.any(String), by: null },
      local: { type: 'mine', at: expect.any(String), by: 'you' },
      remote: { type: 'theirs', at: expect.any(String), by: null },
    },
  ]);
  world.resolve('local');
  for (let n = 0; n < 3; n += 1) await world.sync(pull);
  world.reopen();
  await world.sync(pull);
  expect(world.conflicts()).toEqual([]);
  expect(world.outbox()).toEqual(['update 1 → 2 mine update']);
  world.remote.put(asset(1), asset(2), 'theirs again');
  await world.sync(pull);
  expect(world.conflicts()).toMatchObject([{ remote: { type: 'theirs again' } }]);
});

it('what a run did without being asked is no decision of the user', async () => {
  const world = await startTypedWorld();
  world.remote.refuseTypes('mine');
  const id = world.relate(2, 3, 'mine');
  await world.sync();
  expect(world.outbox()).toEqual(['create 2 → 3 mine parked']);
  world.remote.refuseTypes();
  await world.sync({ kind: 'sync', mode: 'push', only: [id], automatic: true });
  expect(world.outbox()).toEqual(['create 2 → 3 mine parked']);
  await world.sync({ kind: 'sync', mode: 'push', only: [id] });
  expect(world.outbox()).toEqual([]);
});
