import { describe, expect, it } from 'vitest';
import { putAll, startFakeWorld, takeAll, toEnd, toPairs } from '../support/fake-world.ts';

const pull = { kind: 'sync', mode: 'pull', only: null } as const;

describe('what an account can do', () => {
  it('is asked once a run, after the identity, and kept for the rules', async () => {
    const world = startFakeWorld({ metrics: 2 });
    world.remote.narrow({ allowedPairs: [{ source: 'asset', target: 'metric' }] });
    await world.sync();
    expect(world.newCalls().slice(0, 2)).toEqual(['identify', 'fetchCapabilities']);
    world.reopen();
    expect(() => world.relate('asset:1', 'asset:2')).toThrow(
      'fake takes no relationship from asset to asset. What it takes for asset: metric.',
    );
    expect(() => world.relate('metric:1', 'asset:2')).toThrow('What it takes for metric: nothing.');
    world.relate('asset:1', 'metric:1');
  });

  it('allows a pair in either order where there is no direction', async () => {
    const world = startFakeWorld({ metrics: 2, directed: false });
    world.remote.narrow({ allowedPairs: [{ source: 'asset', target: 'metric' }] });
    await world.sync();
    world.relate('metric:1', 'asset:1');
    expect(() => world.relate('metric:1', 'metric:2')).toThrow(/between metric and metric/);
  });

  it('is what was told last where it cannot be told now', async () => {
    const world = startFakeWorld({ metrics: 2 });
    world.remote.narrow({ readOnlyReason: 'This account may only read.' });
    await world.sync();
    world.remote.addFault({ on: 'fetchCapabilities', kind: 'server-fault' });
    expect(await world.sync()).toMatchObject({ failed: [{ code: 'server-fault' }] });
    expect(() => world.relate('asset:1', 'metric:1')).toThrow('This account may only read.');
  });
});

const isLiveness = (call: string) => call.startsWith('fetchLiveness');

describe('the proof of an absence', () => {
  const calls = async (absenceProof: 'probe' | 'probe-and-ends') => {
    const world = startFakeWorld({ absenceProof });
    world.remote.put(toEnd('asset:1'), toEnd('asset:2'));
    await world.sync();
    world.remote.take(toEnd('asset:1'), toEnd('asset:2'));
    world.newCalls();
    expect(await world.sync(pull)).toMatchObject({ pulled: { relationships: { removed: 1 } } });
    return world.newCalls().filter((call) => /^(probe|fetchLiveness)/.test(call));
  };

  it('is its own request alone where the remote says so', async () => {
    expect(await calls('probe')).toEqual(['probe asset:1 asset:2']);
  });

  it('is its own request, both ends being alive, and its own request once more where the remote says so', async () => {
    expect(await calls('probe-and-ends')).toEqual([
      'probe asset:1 asset:2',
      'fetchLiveness asset:1',
      'fetchLiveness asset:2',
      'probe asset:1 asset:2',
    ]);
  });

  it('needs no end that was listed where its own request is enough', async () => {
    const world = startFakeWorld({ absenceProof: 'probe', feed: true, batch: true });
    world.remote.put(toEnd('asset:1'), toEnd('issue:7'));
    await world.sync();
    world.remote.take(toEnd('asset:1'), toEnd('issue:7'));
    world.remote.startOver();
    expect(await world.sync()).toMatchObject({ complete: true, pulled: { relationships: { removed: 1 } } });
  });

  it('asks for an end once, however many of its relationships are missing, between the two looks for all of these', async () => {
    const world = startFakeWorld({ metrics: 6, assets: 1 });
    putAll(world, toPairs(1, 6));
    await world.sync();
    takeAll(world, toPairs(1, 6));
    world.newCalls();
    expect(await world.sync()).toMatchObject({ complete: true });
    const calls = world.newCalls();
    expect(calls.filter((call) => call === 'fetchLiveness asset:1')).toHaveLength(1);
    const [first, last] = [calls.findIndex(isLiveness), calls.findLastIndex(isLiveness)];
    const probes = (some: readonly string[]) => some.filter((call) => call.startsWith('probe'));
    expect(probes(calls.slice(0, first))).toHaveLength(6);
    expect(probes(calls.slice(first, last))).toEqual([]);
    expect(probes(calls.slice(last))).toHaveLength(6);
  });
});
