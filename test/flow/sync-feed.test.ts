import { describe, expect, it } from 'vitest';
import { type FakeWorld, putAll, startFakeWorld, takeAll, toEnd, toPairs } from '../support/fake-world.ts';
import { until } from '../support/instant-clock.ts';

const abilities = {
  feed: true,
  batch: true,
  clientIds: true,
  directed: false,
  absenceProof: 'probe',
} as const;

/** Sixteen relationships between assets and metrics, pulled. */
async function start(count = 16): Promise<FakeWorld & { readonly pairs: (readonly [string, string])[] }> {
  const world = startFakeWorld({ ...abilities, assets: 10, metrics: 10 });
  const pairs = toPairs(10, 10).slice(0, count);
  putAll(world, pairs);
  expect(await world.sync()).toMatchObject({ complete: true, failed: [], notes: [] });
  world.newCalls();
  return { ...world, pairs };
}

const toTexts = (pairs: readonly (readonly [string, string])[]) =>
  pairs.map((pair) => pair.join(' ')).toSorted();
const feedCalls = (world: FakeWorld) => world.newCalls().filter((call) => /^(fetchChanges|probe)/.test(call));

describe('a pull by a change feed', () => {
  it('reads everything once, and then only what changed', async () => {
    const world = await start();
    expect(world.shown()).toEqual(toTexts(world.pairs));
    putAll(world, [['asset:9', 'metric:9']]);
    takeAll(world, world.pairs.slice(0, 1));
    const report = await world.sync();
    expect(report).toMatchObject({ complete: true, pulled: { relationships: { added: 1, removed: 1 } } });
    expect(feedCalls(world)).toEqual(['fetchChanges 0:16']);
    expect(world.shown()).toEqual(toTexts([...world.pairs.slice(1), ['asset:9', 'metric:9']]));
  });

  it('asks for one page and changes no row where nothing changed [I6]', async () => {
    const world = await start();
    const rows = () => world.db().prepare('SELECT * FROM relationship').all();
    const before = rows();
    expect(await world.sync()).toMatchObject({
      pulled: { relationships: { added: 0, updated: 0, removed: 0 } },
    });
    expect(feedCalls(world)).toEqual(['fetchChanges 0:16']);
    expect(rows()).toEqual(before);
  });

  it('goes on at the page that failed, also after a restart [I2]', async () => {
    const world = startFakeWorld({ ...abilities, assets: 4, metrics: 4 });
    putAll(world, toPairs(4, 4));
    world.remote.addFault({ on: 'fetchChanges', kind: 'server-fault', skip: 3 });
    expect(await world.sync()).toMatchObject({ complete: false, failed: [{ code: 'server-fault' }] });
    expect(world.shown()).toHaveLength(9);
    world.newCalls();
    world.reopen();
    expect(await world.sync()).toMatchObject({ complete: true, failed: [] });
    expect(feedCalls(world)[0]).toBe('fetchChanges 0:9');
    expect(world.shown()).toEqual(toTexts(toPairs(4, 4)));
  });

  it('ends between two pages when cancelled, and goes on after the last one that was applied [I2]', async () => {
    const world = startFakeWorld({ ...abilities, assets: 4, metrics: 4 });
    putAll(world, toPairs(4, 4));
    const cancelling = new AbortController();
    const report = world.sync(undefined, cancelling.signal);
    await until(() => world.shown().length > 0);
    cancelling.abort();
    expect(await report).toMatchObject({ complete: false, cancelled: true });
    const applied = world.shown().length;
    expect(applied).toBeLessThan(16);
    world.newCalls();
    expect(await world.sync()).toMatchObject({ complete: true, failed: [] });
    expect(feedCalls(world)[0]).toBe(`fetchChanges 0:${applied}`);
    expect(world.shown()).toEqual(toTexts(toPairs(4, 4)));
  });

  it('takes a relationship that was made anew for what it is', async () => {
    const world = await start();
    const [first] = world.pairs;
    takeAll(world, first === undefined ? [] : [first]);
    putAll(world, first === undefined ? [] : [first]);
    expect(await world.sync()).toMatchObject({ complete: true, pulled: { relationships: { removed: 0 } } });
    expect(world.shown()).toEqual(toTexts(world.pairs));
  });

  it('applies what is told gone without another request, as it is proof', async () => {
    const world = await start();
    takeAll(world, world.pairs.slice(0, 3));
    expect(await world.sync()).toMatchObject({ pulled: { relationships: { removed: 3 } } });
    expect(feedCalls(world)).toEqual(['fetchChanges 0:16']);
  });

  it('removes nothing where the key speaks for someone else at the end [I8]', async () => {
    const world = await start();
    takeAll(world, world.pairs.slice(0, 3));
    const { identify } = world.remote;
    let asked = 0;
    Object.assign(world.remote, {
      identify: async (signal: AbortSignal) => {
        asked += 1;
        if (asked === 2) world.remote.speakFor('someone else');
        return await identify(signal);
      },
    });
    expect(await world.sync()).toMatchObject({ failed: [{ code: 'identity-changed' }] });
    expect(world.shown()).toEqual(toTexts(world.pairs));
    world.remote.speakFor('the first identity');
    await world.sync();
    expect(world.shown()).toEqual(toTexts(world.pairs.slice(3)));
  });

  it('asks the user where a relationship is told gone that the user changed meanwhile [I10]', async () => {
    const world = startFakeWorld({ ...abilities, typed: true });
    world.remote.put(toEnd('asset:1'), toEnd('asset:2'), 'a');
    await world.sync();
    const id = world.relate('asset:3', 'asset:4', 'proof');
    await world.sync();
    world.remote.take(toEnd('asset:3'), toEnd('asset:4'));
    world.retype(id, 'b');
    expect(await world.sync({ kind: 'sync', mode: 'pull', only: null })).toMatchObject({ conflicts: 1 });
    world.undo();
    await world.sync();
    expect(world.shown()).toEqual(['asset:1 asset:2']);
  });

  it('follows what it was told while the user wanted it otherwise, once the wish is taken back', async () => {
    const world = startFakeWorld({ ...abilities, typed: true });
    world.remote.put(toEnd('asset:1'), toEnd('asset:2'), 'a');
    await world.sync();
    const id = world.unrelate('asset:1', 'asset:2');
    world.undo();
    world.retype(id, 'b');
    world.remote.put(toEnd('asset:1'), toEnd('asset:2'), 'c');
    expect(await world.sync({ kind: 'sync', mode: 'pull', only: null })).toMatchObject({ conflicts: 1 });
    world.undo();
    await world.sync();
    expect(await world.sync()).toMatchObject({ conflicts: 0 });
    expect(
      world
        .db()
        .prepare('SELECT name FROM shown_relationship s JOIN relationship_type t ON t.id = s.type_id')
        .pluck()
        .all(),
    ).toEqual(['c']);
  });
});

describe('a feed that starts over', () => {
  for (const pages of ['first', 'all'] as const) {
    it(`removes what it no longer tells of once each is asked for (said on ${pages} pages) [I8]`, async () => {
      const world = await start();
      takeAll(world, world.pairs.slice(0, 2));
      world.remote.startOver(pages);
      expect(await world.sync()).toMatchObject({ complete: true, pulled: { relationships: { removed: 2 } } });
      expect(feedCalls(world).filter((call) => call.startsWith('probe'))).toEqual([
        'probeBatch asset:1 metric:1, asset:1 metric:2',
      ]);
      expect(world.shown()).toEqual(toTexts(world.pairs.slice(2)));
    });
  }

  it('keeps what it leaves out and the remote still has', async () => {
    const world = await start();
    const { feed } = world.remote;
    world.remote.startOver();
    Object.assign(world.remote, {
      feed: {
        fetchChanges: async (cursor: string | null, signal: AbortSignal) => {
          const page = await feed?.fetchChanges(cursor, signal);
          return { ...page, present: page?.present.filter(({ target }) => target.remoteId !== '1') };
        },
      },
    });
    expect(await world.sync()).toMatchObject({ complete: true, pulled: { relationships: { removed: 0 } } });
    expect(world.shown()).toEqual(toTexts(world.pairs));
  });

  it('is read to its end before anything counts as left out, also over a restart', async () => {
    const world = await start();
    takeAll(world, world.pairs.slice(0, 2));
    world.remote.startOver();
    world.remote.addFault({ on: 'fetchChanges', kind: 'unreachable', skip: 2 });
    expect(await world.sync()).toMatchObject({ pulled: { relationships: { removed: 0 } } });
    expect(world.shown()).toEqual(toTexts(world.pairs));
    world.reopen();
    expect(await world.sync()).toMatchObject({ complete: true, pulled: { relationships: { removed: 2 } } });
  });

  it('asks again later for what could not be asked for', async () => {
    const world = await start();
    takeAll(world, world.pairs.slice(0, 2));
    world.remote.startOver();
    world.remote.addFault({ on: 'probeBatch', kind: 'server-fault' });
    expect(await world.sync()).toMatchObject({ complete: false, pulled: { relationships: { removed: 0 } } });
    expect(await world.sync()).toMatchObject({ complete: true, pulled: { relationships: { removed: 2 } } });
  });
});

describe('a cursor that is lost', () => {
  it('leads to one reading of everything, told in the report and no failure', async () => {
    const world = await start();
    takeAll(world, world.pairs.slice(0, 2));
    world.remote.loseCursors();
    const report = await world.sync();
    expect(report).toMatchObject({ complete: true, failed: [], pulled: { relationships: { removed: 2 } } });
    expect(report.notes).toHaveLength(1);
    expect((await world.sync()).notes).toEqual([]);
  });

  it('ends the run with a failure where it is lost again, never in a loop [I5]', async () => {
    const world = await start();
    world.remote.loseCursors(100);
    expect(await world.sync()).toMatchObject({ complete: false, failed: [{ code: 'cursor-lost' }] });
    expect(feedCalls(world)).toHaveLength(2);
    expect(world.shown()).toEqual(toTexts(world.pairs));
  });

  it('is not used for another identity, nor for the first one again after it [I16]', async () => {
    const world = await start();
    world.connectAs('someone else');
    await world.sync();
    world.connectAs('the first identity');
    await world.sync();
    expect(feedCalls(world).filter((call) => call.endsWith('from the beginning'))).toHaveLength(2);
  });

  it('ends a feed that says there is more and does not go on [I5]', async () => {
    const world = await start();
    Object.assign(world.remote, {
      feed: {
        fetchChanges: async () => ({
          present: [],
          removed: [],
          nextCursor: '0:16',
          more: true,
          startsOver: false,
        }),
      },
    });
    expect(await world.sync()).toMatchObject({ failed: [{ code: 'foreign-answer' }] });
  });
});

describe('the guard over a feed', () => {
  it('holds what was told gone, over restarts and though the cursor moved on, and lets it go when released [I9]', async () => {
    const world = await start(60);
    takeAll(world, world.pairs.slice(0, 30));
    expect(await world.sync()).toMatchObject({ held: 30, pulled: { relationships: { removed: 0 } } });
    world.reopen();
    expect(await world.sync()).toMatchObject({ held: 30, pulled: { relationships: { removed: 0 } } });
    expect(world.held()).toMatchObject([{ what: 'relationships', side: 'here', count: 30, total: 60 }]);
    world.releaseAll();
    world.newCalls();
    expect(await world.sync()).toMatchObject({ held: 0, pulled: { relationships: { removed: 30 } } });
    expect(feedCalls(world)).toHaveLength(1);
    expect(world.shown()).toEqual(toTexts(world.pairs.slice(30)));
  });

  it('counts the removals of all pages together, though a page in between failed', async () => {
    const world = await start(60);
    takeAll(world, world.pairs.slice(0, 24));
    world.remote.addFault({ on: 'fetchChanges', kind: 'server-fault', skip: 4 });
    expect(await world.sync()).toMatchObject({ held: 0, pulled: { relationships: { removed: 0 } } });
    expect(await world.sync()).toMatchObject({ held: 24, pulled: { relationships: { removed: 0 } } });
  });

  it('forgets what it held once it is told again', async () => {
    const world = await start(60);
    takeAll(world, world.pairs.slice(0, 30));
    await world.sync();
    putAll(world, world.pairs.slice(0, 30));
    expect(await world.sync()).toMatchObject({ held: 0 });
    expect(world.held()).toEqual([]);
    expect(world.shown()).toEqual(toTexts(world.pairs));
  });

  it('does not hold what a feed that started over left out and the remote still has', async () => {
    const world = await start(60);
    const { feed } = world.remote;
    world.remote.startOver();
    Object.assign(world.remote, {
      feed: {
        fetchChanges: async (cursor: string | null, signal: AbortSignal) => ({
          ...(await feed?.fetchChanges(cursor, signal)),
          present: [],
        }),
      },
    });
    expect(await world.sync()).toMatchObject({ held: 0, pulled: { relationships: { removed: 0 } } });
    expect(world.shown()).toEqual(toTexts(world.pairs));
  });
});
