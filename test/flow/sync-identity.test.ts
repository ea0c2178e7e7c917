import { describe, expect, it } from 'vitest';
import type { Remote, RemoteRelationship } from '../../src-main/backend/remote/remote.ts';
import type { SyncTask } from '../../src-main/backend/sync/run.ts';
import {
  type FakeWorld,
  type FakeWorldOptions,
  putAll,
  startFakeWorld,
  toEnd,
} from '../support/fake-world.ts';

const push: SyncTask = { kind: 'sync', mode: 'push', only: null };

/** A workspace that has read everything once. */
async function start(options: FakeWorldOptions = {}): Promise<FakeWorld> {
  const world = startFakeWorld(options);
  putAll(world, [['asset:1', 'asset:2']]);
  expect(await world.sync()).toMatchObject({ complete: true });
  world.newCalls();
  return world;
}

/** From the first call of `name` on the key speaks for another account, which answers as `answer` says. */
function swapAt<Name extends 'create' | 'remove' | 'probe' | 'fetchRelationshipsOf'>(
  world: FakeWorld,
  name: Name,
  answer: Remote[Name],
): () => void {
  const own = { [name]: world.remote[name] };
  const swapped = ((...args: Parameters<Remote[Name]>) => {
    world.remote.speakFor('someone else');
    return (answer as (...given: Parameters<Remote[Name]>) => ReturnType<Remote[Name]>)(...args);
  }) as Remote[Name];
  Object.assign(world.remote, { [name]: swapped });
  return () => {
    Object.assign(world.remote, own);
    world.remote.speakFor('the first identity');
  };
}

const created = async ({ type }: RemoteRelationship) => ({ type, remoteId: 'theirs' });
const pending = (world: FakeWorld) => world.shown().filter((text) => text.endsWith(')'));

describe('a key that begins to speak for another account in the middle of a push', () => {
  for (const feed of [true, false]) {
    const told = feed ? 'by a feed' : 'by lists';
    const abilities = feed ? ({ feed, clientIds: true, absenceProof: 'probe' } as const) : {};

    it(`leaves a create that went there in the outbox, for the right one (${told}) [I1] [I3] [I4] [I16]`, async () => {
      const world = await start(abilities);
      const id = world.relate('asset:3', 'asset:4');
      const swapBack = swapAt(world, 'create', created);
      const report = await world.sync(push);
      expect(report).toMatchObject({
        complete: false,
        pushed: { created: 0 },
        failed: [{ code: 'identity-changed' }],
      });
      expect(report.failed[0]?.message).toContain('One change may have gone to the other account');
      expect(world.intent(id)).toMatchObject({ wantedPresent: true, sent: true });
      swapBack();
      expect(await world.sync()).toMatchObject({ complete: true, pushed: { created: 1 } });
      expect(world.remote.has(toEnd('asset:3'), toEnd('asset:4'))).toBe(true);
      expect(world.shown()).toEqual(['asset:1 asset:2', 'asset:3 asset:4']);
    });

    it(`leaves a delete that went there in the outbox, for the right one (${told}) [I1] [I3] [I4] [I16]`, async () => {
      const world = await start(abilities);
      world.unrelate('asset:1', 'asset:2');
      const swapBack = swapAt(world, 'remove', async () => undefined);
      expect(await world.sync(push)).toMatchObject({ failed: [{ code: 'identity-changed' }] });
      expect(pending(world)).toEqual(['asset:1 asset:2 (delete)']);
      swapBack();
      expect(await world.sync()).toMatchObject({ complete: true, pushed: { deleted: 1 } });
      expect(world.remote.has(toEnd('asset:1'), toEnd('asset:2'))).toBe(false);
      expect(world.shown()).toEqual([]);
    });

    it(`believes no probe of the other account either, and asks nobody about it (${told}) [I3] [I16]`, async () => {
      const world = await start({ ...abilities, typed: true });
      const id = world.relate('asset:3', 'asset:4', 'a');
      const swapBack = swapAt(world, 'probe', async () => ({ type: 'b', remoteId: 'theirs' }));
      expect(await world.sync(push)).toMatchObject({
        failed: [{ code: 'identity-changed' }],
        conflicts: 0,
      });
      swapBack();
      expect(await world.sync()).toMatchObject({ complete: true, conflicts: 0, pushed: { created: 1 } });
      expect(world.intent(id)).toBeUndefined();
      expect(world.remote.typeOf(toEnd('asset:3'), toEnd('asset:4'))).toBe('a');
    });
  }

  it('does not count as a proof that the connection can create', async () => {
    const world = await start({ typed: true });
    world.relate('asset:3', 'asset:4', 'a');
    const swapBack = swapAt(world, 'create', created);
    await world.sync(push);
    swapBack();
    expect(world.db().prepare('SELECT create_confirmed_at FROM connection').pluck().all()).toContain(null);
    await world.sync();
    expect(
      world.db().prepare("SELECT create_confirmed_at FROM connection WHERE remote <> 'local'").pluck().get(),
    ).not.toBe(null);
  });
});

describe('a feed', () => {
  const abilities = { feed: true, clientIds: true, absenceProof: 'probe', typed: true } as const;

  it('does not take for there what only another account has [I4] [I16]', async () => {
    const world = await start(abilities);
    world.remote.take(toEnd('asset:1'), toEnd('asset:2'));
    world.remote.startOver();
    const swapBack = swapAt(world, 'probe', async () => ({ type: 'theirs', remoteId: 'theirs' }));
    expect(await world.sync()).toMatchObject({ failed: [{ code: 'identity-changed' }] });
    swapBack();
    expect(await world.sync()).toMatchObject({ complete: true });
    expect(world.shown()).toEqual([]);
  });

  it('is not contradicted by what another account listed of one entity [I4] [I16]', async () => {
    const world = await start(abilities);
    const swapBack = swapAt(world, 'fetchRelationshipsOf', async () => [
      { kind: 'asset', remoteId: '3', type: 'theirs', relationshipId: 'theirs' },
    ]);
    const entityId = world
      .db()
      .prepare("SELECT id FROM entity WHERE kind = 'asset' AND remote_id = '1'")
      .pluck()
      .get() as Extract<SyncTask, { kind: 'refresh' }>['entityId'];
    expect(await world.sync({ kind: 'refresh', entityId })).toMatchObject({
      failed: [{ code: 'identity-changed' }],
    });
    swapBack();
    await world.sync();
    expect(world.shown()).toEqual(['asset:1 asset:2']);
  });
});

describe('a push that ends before it could ask for whom the key speaks', () => {
  it('keeps what was done as asked after, and sends nothing twice [I7]', async () => {
    const world = await start();
    world.relate('asset:3', 'asset:4');
    world.remote.addFault({ on: 'identify', kind: 'unreachable', skip: 1 });
    expect(await world.sync(push)).toMatchObject({
      failed: [{ code: 'unreachable' }],
      pushed: { created: 1 },
    });
    expect(pending(world)).toEqual(['asset:3 asset:4 (create)']);
    world.newCalls();
    expect(await world.sync(push)).toMatchObject({ complete: true, pushed: { created: 0 } });
    expect(world.newCalls()).toEqual(['identify', 'fetchCapabilities', 'probe asset:3 asset:4', 'identify']);
    expect(pending(world)).toEqual([]);
  });

  it('is told of what was done before one that got no answer, if the remote answers again', async () => {
    const world = await start({ assets: 6 });
    world.relate('asset:3', 'asset:4');
    world.relate('asset:5', 'asset:6');
    world.remote.addFault({ on: 'probe', kind: 'timeout', skip: 1 });
    expect(await world.sync(push)).toMatchObject({ failed: [{ code: 'timeout' }], pushed: { created: 1 } });
    expect(pending(world)).toEqual(['asset:5 asset:6 (create)']);
  });

  it('asks nothing more of a remote that wants to be left in peace [I18]', async () => {
    const world = await start({ assets: 6 });
    world.relate('asset:3', 'asset:4');
    world.relate('asset:5', 'asset:6');
    world.remote.addFault({ on: 'probe', kind: 'rate-limited', skip: 1 });
    await world.sync(push);
    expect(world.newCalls().filter((call) => call === 'identify')).toHaveLength(1);
  });
});

describe('what the user changes before the identity was asked for again', () => {
  /** Something happens while the remote is asked for whom the key speaks at the end of a push. */
  function whileConfirming(world: FakeWorld, deed: () => void): void {
    const { identify } = world.remote;
    let asked = 0;
    Object.assign(world.remote, {
      identify: async (signal: AbortSignal) => {
        asked += 1;
        if (asked === 2) deed();
        return await identify(signal);
      },
    });
  }

  it('is a change of what was just created, and no conflict [I11]', async () => {
    const world = await start({ typed: true });
    const id = world.relate('asset:3', 'asset:4', 'a');
    whileConfirming(world, () => world.retype(id, 'b'));
    expect(await world.sync(push)).toMatchObject({ complete: true, conflicts: 0 });
    expect(world.intent(id)).toMatchObject({ wantedType: 'b', sent: false });
    expect(await world.sync()).toMatchObject({ complete: true, conflicts: 0, pushed: { updated: 1 } });
    expect(world.remote.typeOf(toEnd('asset:3'), toEnd('asset:4'))).toBe('b');
  });

  it('takes back a create by a delete [I22]', async () => {
    const world = await start();
    const id = world.relate('asset:3', 'asset:4');
    whileConfirming(world, () => world.undo());
    expect(await world.sync(push)).toMatchObject({ complete: true });
    expect(world.intent(id)).toMatchObject({ wantedPresent: false });
    expect(await world.sync()).toMatchObject({ complete: true });
    expect(world.remote.has(toEnd('asset:3'), toEnd('asset:4'))).toBe(false);
    expect(world.shown()).toEqual(['asset:1 asset:2']);
  });

  it('counts as done where the user wants again what was done', async () => {
    const world = await start({ typed: true });
    const id = world.relate('asset:3', 'asset:4', 'a');
    whileConfirming(world, () => {
      world.retype(id, 'b');
      world.retype(id, 'a');
    });
    expect(await world.sync(push)).toMatchObject({ complete: true });
    expect(world.intent(id)).toBeUndefined();
  });
});

describe('a long push', () => {
  it('asks again and again for whom the key speaks, so that little is in doubt at any time', async () => {
    const world = await start({ assets: 40 });
    for (let n = 3; n < 40; n += 1) world.relate(`asset:${n}`, `asset:${n + 1}`);
    world.remote.addFault({ on: 'create', kind: 'unauthorised', skip: 30 });
    await world.sync(push);
    expect(pending(world).length).toBeLessThanOrEqual(7 + 12);
    expect(world.newCalls().filter((call) => call === 'identify')).toHaveLength(3);
  });
});
