import { describe, expect, it } from 'vitest';
import { type FakeWorld, putAll, startFakeWorld, toEnd, toPairs } from '../support/fake-world.ts';

const push = { kind: 'sync', mode: 'push', only: null } as const;
const abilities = {
  batch: true,
  clientIds: true,
  directed: false,
  absenceProof: 'probe',
  feed: true,
} as const;

async function start(): Promise<FakeWorld> {
  const world = startFakeWorld({ ...abilities, assets: 8, metrics: 8 });
  await world.sync();
  world.newCalls();
  return world;
}

const requests = (world: FakeWorld) => world.newCalls().filter((call) => /^(probe|create|remove)/.test(call));
const has = (world: FakeWorld, source: string, target: string) =>
  world.remote.has(toEnd(source), toEnd(target));

describe('a push in batches', () => {
  it('sends creates of one end together, up to the limit, after one probe', async () => {
    const world = await start();
    for (const metric of ['1', '2', '3', '4']) world.relate('asset:1', `metric:${metric}`);
    expect(await world.sync(push)).toMatchObject({ complete: true, pushed: { created: 4 } });
    expect(requests(world)).toEqual([
      'probeBatch asset:1 metric:1, asset:1 metric:2, asset:1 metric:3, asset:1 metric:4',
      'createBatch asset:1 metric:1, asset:1 metric:2, asset:1 metric:3',
      'createBatch asset:1 metric:4',
    ]);
  });

  it('puts creates of one end side by side, in whatever order they were made', async () => {
    const world = await start();
    for (const metric of ['1', '2', '3']) {
      world.relate('asset:1', `metric:${metric}`);
      world.relate('asset:2', `metric:${metric}`);
    }
    await world.sync(push);
    expect(requests(world).filter((call) => call.startsWith('createBatch'))).toHaveLength(2);
    expect(world.shown().every((text) => !text.includes('('))).toBe(true);
  });

  it('sends removes together, whatever their ends', async () => {
    const world = await start();
    const pairs = [
      ['asset:1', 'metric:1'],
      ['asset:2', 'metric:2'],
      ['asset:3', 'metric:3'],
    ] as const;
    putAll(world, pairs);
    await world.sync();
    for (const [source, target] of pairs) world.unrelate(source, target);
    world.newCalls();
    expect(await world.sync(push)).toMatchObject({ complete: true, pushed: { deleted: 3 } });
    const all = 'asset:1 metric:1, asset:2 metric:2, asset:3 metric:3';
    expect(requests(world)).toEqual([`probeBatch ${all}`, `removeBatch ${all}`]);
  });

  it('stops only what failed of a batch [I14]', async () => {
    const world = await start();
    world.remote.refuse('asset', 'asset');
    for (const end of ['metric:1', 'asset:2', 'metric:2']) world.relate('asset:1', end);
    expect(await world.sync(push)).toMatchObject({ parked: 1, pushed: { created: 2 } });
    expect(world.shown()).toEqual(['asset:1 asset:2 (parked)', 'asset:1 metric:1', 'asset:1 metric:2']);
  });

  it('tries alone what was refused together, to learn which was meant', async () => {
    const world = await start();
    world.remote.refuse('asset', 'asset');
    world.remote.addFault({ on: 'createBatch', kind: 'refused' });
    for (const end of ['metric:1', 'asset:2', 'metric:2']) world.relate('asset:1', end);
    expect(await world.sync(push)).toMatchObject({ parked: 1, pushed: { created: 2 } });
    expect(has(world, 'asset:1', 'metric:1')).toBe(true);
  });

  for (const kind of ['unreachable', 'server-fault', 'foreign-answer'] as const) {
    it(`asks after a whole batch whose answer was ${kind}, and creates nothing twice [I7]`, async () => {
      const world = await start();
      for (const metric of ['1', '2', '3']) world.relate('asset:1', `metric:${metric}`);
      world.remote.addFault({ on: 'createBatch', kind, when: 'after' });
      expect(await world.sync(push)).toMatchObject({ complete: true, pushed: { created: 3 } });
      expect(requests(world).map((call) => call.split(' ')[0])).toEqual([
        'probeBatch',
        'createBatch',
        'probeBatch',
      ]);
    });
  }

  it('marks all of a batch as sent before it leaves, with the ids that it proposes', async () => {
    const world = await start();
    const ids = ['1', '2'].map((metric) => world.relate('asset:1', `metric:${metric}`));
    const { batch } = world.remote;
    const seen: unknown[] = [];
    Object.assign(world.remote, {
      batch: {
        ...batch,
        create: async (relationships: readonly { remoteId: string }[]) => {
          seen.push(ids.map((id) => world.intent(id)?.sent));
          expect(ids.map((id) => world.intent(id)?.proposedId)).toEqual(
            relationships.map(({ remoteId }) => remoteId),
          );
          throw new Error('a defect in the middle');
        },
      },
    });
    await expect(world.sync(push)).rejects.toThrow('a defect in the middle');
    expect(seen).toEqual([[true, true]]);
  });

  it('does not take an answer about fewer relationships for an answer', async () => {
    const world = await start();
    for (const metric of ['1', '2']) world.relate('asset:1', `metric:${metric}`);
    const { batch } = world.remote;
    Object.assign(world.remote, { batch: { ...batch, create: async () => [] } });
    expect(await world.sync(push)).toMatchObject({ failed: [{ code: 'foreign-answer' }] });
    Object.assign(world.remote, { batch });
    expect(await world.sync(push)).toMatchObject({ complete: true, pushed: { created: 2 } });
  });

  it('lets a change of type wait for a create that goes in the same push', async () => {
    const world = startFakeWorld({ ...abilities, typed: true });
    world.remote.put(toEnd('asset:1'), toEnd('asset:2'), 'a');
    await world.sync();
    world.relate('asset:1', 'asset:3', 'x');
    const id = world.unrelate('asset:1', 'asset:2');
    world.undo();
    world.retype(id, 'b');
    expect(await world.sync(push)).toMatchObject({ blocked: 0, pushed: { created: 1, updated: 1 } });
    expect(world.remote.typeOf(toEnd('asset:1'), toEnd('asset:2'))).toBe('b');
  });

  it('takes back a create that the user drops while the batch before it is under way', async () => {
    const world = await start();
    const ids = ['1', '2', '3', '4'].map((metric) => world.relate('asset:1', `metric:${metric}`));
    const { batch } = world.remote;
    Object.assign(world.remote, {
      batch: {
        ...batch,
        create: async (...args: Parameters<NonNullable<typeof batch>['create']>) => {
          const last = ids[3];
          if (last !== undefined && world.intent(last) !== undefined) world.drop(last);
          return (await batch?.create(...args)) ?? [];
        },
      },
    });
    expect(await world.sync(push)).toMatchObject({ pushed: { created: 3 } });
    expect(has(world, 'asset:1', 'metric:4')).toBe(false);
  });
});

describe('an id that a create proposes', () => {
  it('is the same for each repeat of a create whose answer was lost', async () => {
    const world = await start();
    const id = world.relate('asset:1', 'metric:1');
    world.remote.addFault({ on: 'createBatch', kind: 'unreachable' });
    await world.sync(push);
    const proposed = world.intent(id)?.proposedId;
    expect(proposed).toMatch(/^[0-9a-f-]{36}$/);
    world.reopen();
    await world.sync(push);
    expect(world.db().prepare('SELECT remote_id FROM relationship WHERE id = ?').pluck().get(id)).toBe(
      proposed,
    );
  });

  it('is replaced once where it is taken', async () => {
    const world = await start();
    const id = world.relate('asset:1', 'metric:1');
    world.remote.addFault({ on: 'createBatch', kind: 'unreachable' });
    await world.sync(push);
    world.remote.takeId(world.intent(id)?.proposedId ?? '');
    world.newCalls();
    expect(await world.sync(push)).toMatchObject({ complete: true, pushed: { created: 1 } });
    expect(requests(world).filter((call) => call.startsWith('create'))).toHaveLength(2);
  });

  it('parks the change where the other one is taken, too', async () => {
    const world = await start();
    world.relate('asset:1', 'metric:1');
    const { newCalls } = world;
    world.remote.addFault({ on: 'createBatch', kind: 'id-taken', times: 9 });
    expect(await world.sync(push)).toMatchObject({ parked: 1, failed: [{ code: 'id-taken' }] });
    expect(newCalls().filter((call) => call.startsWith('create'))).toHaveLength(2);
  });

  it('is not proposed to a remote that does not take it', async () => {
    const world = startFakeWorld();
    await world.sync();
    const id = world.relate('asset:1', 'asset:2');
    world.remote.addFault({ on: 'create', kind: 'unreachable' });
    await world.sync(push);
    expect(world.intent(id)).toMatchObject({ sent: true, proposedId: null });
  });
});

describe('the requests of one change', () => {
  for (const batch of [false, true]) {
    for (const absenceProof of ['probe', 'probe-and-ends'] as const) {
      it(`are three at most (${batch ? 'in batches' : 'one by one'}, ${absenceProof})`, async () => {
        const world = startFakeWorld({ typed: true, batch, absenceProof, assets: 6 });
        world.remote.put(toEnd('asset:1'), toEnd('asset:2'), 'a');
        world.remote.put(toEnd('asset:3'), toEnd('asset:4'), 'a');
        await world.sync();
        const counts: number[] = [];
        const pushOne = async () => {
          world.newCalls();
          expect(await world.sync(push)).toMatchObject({ complete: true, parked: 0, conflicts: 0 });
          counts.push(world.newCalls().filter((call) => !/^(identify|fetchCapabilities)/.test(call)).length);
        };
        world.relate('asset:5', 'asset:6', 'x');
        await pushOne();
        world.unrelate('asset:1', 'asset:2');
        await pushOne();
        world.unrelate('asset:3', 'asset:4');
        world.remote.take(toEnd('asset:3'), toEnd('asset:4'));
        await pushOne();
        expect(counts).toEqual([2, 2, absenceProof === 'probe' ? 1 : 3]);
        expect(world.shown()).toEqual(['asset:5 asset:6']);
      });
    }
  }
});

describe('many changes in batches', () => {
  it('take as many requests as the limits ask for', async () => {
    const world = await start();
    for (const [source, target] of toPairs(8, 8)) world.relate(source, target);
    expect(await world.sync(push)).toMatchObject({ complete: true, pushed: { created: 64 } });
    const calls = requests(world);
    expect(calls.filter((call) => call.startsWith('probeBatch'))).toHaveLength(Math.ceil(64 / 5));
    expect(calls.filter((call) => call.startsWith('createBatch')).length).toBeLessThanOrEqual(28);
  });
});

describe('a create whose answer was lost for good', () => {
  /** A create was done, nobody was told, and a change of type waits for the proof that creating works. */
  async function loseAnswer(clientIds: boolean): Promise<FakeWorld> {
    const world = startFakeWorld({ typed: true, clientIds, feed: true, absenceProof: 'probe' });
    world.remote.put(toEnd('asset:1'), toEnd('asset:2'), 'a');
    await world.sync();
    world.relate('asset:3', 'asset:4', 'x');
    world.remote.addFault({ on: 'create', kind: 'unreachable', when: 'after' });
    world.remote.addFault({ on: 'probe', kind: 'unreachable', skip: 1, times: 1 });
    expect(await world.sync(push)).toMatchObject({ failed: [{ code: 'unreachable' }] });
    expect(world.remote.has(toEnd('asset:3'), toEnd('asset:4'))).toBe(true);
    const id = world.unrelate('asset:1', 'asset:2');
    world.undo();
    world.retype(id, 'b');
    return world;
  }

  for (const mode of ['push', 'pull'] as const) {
    it(`proves that the connection can create once it is found by the id that it proposed (${mode}) [I7] [I14]`, async () => {
      const world = await loseAnswer(true);
      await world.sync({ kind: 'sync', mode, only: null });
      expect(await world.sync()).toMatchObject({ complete: true, blocked: 0 });
      expect(world.remote.typeOf(toEnd('asset:1'), toEnd('asset:2'))).toBe('b');
      expect(world.newCalls().filter((call) => call.startsWith('create'))).toHaveLength(2);
    });
  }

  it('proves nothing where another may have made it: the change of type waits for a create that is answered [I14]', async () => {
    const world = await loseAnswer(false);
    expect(await world.sync()).toMatchObject({ blocked: 1 });
    expect(world.remote.typeOf(toEnd('asset:1'), toEnd('asset:2'))).toBe('a');
  });
});
