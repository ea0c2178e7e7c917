import { describe, expect, it } from 'vitest';
import { readHistoryPage } from '../../../src-main/backend/store/history-page.ts';
import type { SyncTask } from '../../../src-main/backend/sync/run.ts';
import { type FakeWorld, startFakeWorld, toEnd } from '../../support/fake-world.ts';

const push: SyncTask = { kind: 'sync', mode: 'push', only: null };
const [one, two, three] = [toEnd('asset:1'), toEnd('asset:2'), toEnd('asset:3')];

/** Three assets, of which the first two are related there and here. */
async function start(): Promise<FakeWorld> {
  const world = startFakeWorld({ assets: 3 });
  world.remote.put(one, two);
  await world.sync();
  world.newCalls();
  return world;
}

const isWrite = (call: string) => /^(create|remove)/.test(call);

/** The commands of the user, oldest first, as the history tells them. */
const readCommands = (world: FakeWorld) =>
  readHistoryPage(world.db(), { offset: 0, limit: 50 })
    .rows.filter(({ actor }) => actor === 'user')
    .map(({ id, label, at, actor }) => ({ id, label, at, actor }))
    .toReversed();

describe('undo before a push [I22]', () => {
  it('cancels a create: no intent is left and nothing is sent', async () => {
    const world = await start();
    const id = world.relate('asset:2', 'asset:3');
    world.undo();
    expect(world.intent(id)).toBeUndefined();
    await world.sync(push);
    expect(world.newCalls().filter(isWrite)).toEqual([]);
    expect(world.shown()).toEqual(['asset:1 asset:2']);
  });

  it('cancels a delete: no intent is left and nothing is sent', async () => {
    const world = await start();
    const id = world.unrelate('asset:1', 'asset:2');
    world.undo();
    expect(world.intent(id)).toBeUndefined();
    await world.sync(push);
    expect(world.newCalls().filter(isWrite)).toEqual([]);
    expect([world.shown(), world.remote.has(one, two)]).toEqual([['asset:1 asset:2'], true]);
  });

  it('cancels nothing that left and whose answer is not known: it becomes a wish that asks first', async () => {
    const world = await start();
    const id = world.relate('asset:2', 'asset:3');
    world.remote.addFault({ on: 'create', kind: 'timeout', when: 'after' });
    world.remote.addFault({ on: 'probe', kind: 'timeout', skip: 1 });
    await world.sync(push);
    world.undo();
    expect(world.intent(id)).toMatchObject({ wantedPresent: false, sent: true });
    world.newCalls();
    await world.sync();
    const calls = world.newCalls().filter((call) => /^(probe|create|remove)/.test(call));
    expect(calls.slice(0, 2)).toEqual([expect.stringMatching(/^probe/), expect.stringMatching(/^remove/)]);
    expect(world.remote.has(two, three)).toBe(false);
  });
});

describe('undo after a push [I22]', () => {
  it('of a create is a new intent to delete; base stays until the remote has said that it is gone', async () => {
    const world = await start();
    const id = world.relate('asset:2', 'asset:3');
    await world.sync(push);
    expect(world.intent(id)).toBeUndefined();
    world.undo();
    expect(world.intent(id)).toMatchObject({ wantedPresent: false, sent: false, attempts: 0 });
    expect(world.shown()).toEqual(['asset:1 asset:2', 'asset:2 asset:3 (delete)']);
    expect(world.remote.has(two, three)).toBe(true);
    await world.sync(push);
    expect([world.intent(id), world.remote.has(two, three)]).toEqual([undefined, false]);
  });

  it('of a delete is a new intent to create', async () => {
    const world = await start();
    const id = world.unrelate('asset:1', 'asset:2');
    await world.sync(push);
    world.undo();
    expect(world.intent(id)).toMatchObject({ wantedPresent: true, sent: false, attempts: 0 });
    expect(world.remote.has(one, two)).toBe(false);
    await world.sync(push);
    expect([world.intent(id), world.remote.has(one, two)]).toEqual([undefined, true]);
  });

  it('rewrites nothing of the history: what was done before stays as it was noted, and the undo comes after it', async () => {
    const world = await start();
    world.relate('asset:2', 'asset:3');
    await world.sync(push);
    const before = readCommands(world);
    world.undo();
    const after = readCommands(world);
    expect(before.length).toBeGreaterThan(0);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.slice(before.length).map(({ label }) => label)).toEqual([expect.stringMatching(/^Undo: /)]);
  });
});
