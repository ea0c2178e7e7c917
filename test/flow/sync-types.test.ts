import { describe, expect, it } from 'vitest';
import type { FakeFault } from '../support/fake-remote.ts';
import { asset, startTypedWorld, type TypedWorld, writesSince } from '../support/typed-world.ts';

const [one, two, three] = [asset(1), asset(2), asset(3)];
const typeThere = ({ remote }: TypedWorld) => remote.typeOf(one, two);

describe('a pull from a remote with types', () => {
  it('shows every type byte for byte', async () => {
    const world = await startTypedWorld({ proved: false });
    world.remote.put(one, three, ' Feeds  é ');
    await world.sync();
    expect(world.shown()).toEqual(['1 → 2 a synced', '1 → 3  Feeds  é  synced']);
  });

  it('follows a type that was changed there, and counts it as one update', async () => {
    const world = await startTypedWorld();
    world.remote.put(one, two, 'c');
    const report = await world.sync();
    expect(report.pulled.relationships).toEqual({ added: 0, updated: 1, removed: 0 });
    expect(world.shown()).toEqual(['1 → 2 c synced']);
    expect((await world.sync()).pulled.relationships).toEqual({ added: 0, updated: 0, removed: 0 });
  });
});

describe('a type that is changed here', () => {
  it('is a pending update and arrives as a delete and a create', async () => {
    const world = await startTypedWorld();
    world.retype('b');
    expect(world.outbox()).toEqual(['update 1 → 2 b update']);
    const calls = world.remote.calls.length;
    const report = await world.sync();
    expect(report).toMatchObject({ complete: true, pushed: { created: 0, updated: 1, deleted: 0 } });
    expect(writesSince(world.remote, calls)).toEqual(['remove asset:1 asset:2', 'create asset:1 asset:2']);
    expect(typeThere(world)).toBe('b');
    expect(world.shown()).toEqual(['1 → 2 b synced']);
    expect(world.outbox()).toEqual([]);
  });

  it('is the same as removing it and relating it with another type', async () => {
    const world = await startTypedWorld();
    world.unrelate();
    world.relate(1, 2, 'b');
    expect(world.outbox()).toEqual(['update 1 → 2 b update']);
    await world.sync();
    expect(typeThere(world)).toBe('b');
  });

  it('is taken back and done again by undo and redo', async () => {
    const world = await startTypedWorld();
    world.retype('b');
    world.undo();
    expect(world.shown()).toEqual(['1 → 2 a synced']);
    world.redo();
    await world.sync();
    world.undo();
    expect(world.outbox()).toEqual(['update 1 → 2 a update']);
    await world.sync();
    expect(typeThere(world)).toBe('a');
  });

  it('is dropped back to the type that base has', async () => {
    const world = await startTypedWorld();
    world.retype('b');
    world.drop();
    expect(world.shown()).toEqual(['1 → 2 a synced']);
  });

  it('waits, blocked, until the connection has shown that it can create', async () => {
    const world = await startTypedWorld({ proved: false });
    world.retype('b');
    await world.sync();
    expect(world.outbox()).toEqual(['update 1 → 2 b blocked']);
    expect(typeThere(world)).toBe('a');
    world.relate(3, 4, 'feeds');
    await world.sync();
    expect(typeThere(world)).toBe('b');
    expect(world.outbox()).toEqual([]);
  });

  it('sends nothing where the remote was given the same type', async () => {
    const world = await startTypedWorld();
    world.retype('b');
    world.remote.put(one, two, 'b');
    const calls = world.remote.calls.length;
    expect(await world.sync()).toMatchObject({ complete: true, conflicts: 0 });
    expect(writesSince(world.remote, calls)).toEqual([]);
    expect(world.shown()).toEqual(['1 → 2 b synced']);
  });

  it('uses the id that the remote gives the relationship now', async () => {
    const world = await startTypedWorld();
    world.remote.put(one, two, 'a'); // made anew there, with a new id
    world.retype('b');
    expect(await world.sync()).toMatchObject({ complete: true, parked: 0 });
    expect(typeThere(world)).toBe('b');
  });
});

describe('a type that is changed on both sides', () => {
  async function startConflict(): Promise<TypedWorld> {
    const world = await startTypedWorld();
    world.retype('b');
    world.remote.put(one, two, 'c');
    expect(await world.sync()).toMatchObject({ conflicts: 1 });
    return world;
  }

  it('is a conflict that shows all three types, and nothing is sent', async () => {
    const world = await startConflict();
    expect(world.conflicts()).toMatchObject([
      {
        reason: 'changed-both',
        base: { present: true, type: 'a' },
        local: { present: true, type: 'b' },
        remote: { present: true, type: 'c' },
        choices: ['local', 'remote'],
      },
    ]);
    expect(typeThere(world)).toBe('c');
    expect(world.outbox()).toEqual(['update 1 → 2 b conflict']);
    await world.sync();
    expect(world.conflicts()).toHaveLength(1);
  });

  it('goes through where the user keeps the own one', async () => {
    const world = await startConflict();
    world.resolve('local');
    expect(await world.sync()).toMatchObject({ complete: true, conflicts: 0, pushed: { updated: 1 } });
    expect(typeThere(world)).toBe('b');
    expect(world.shown()).toEqual(['1 → 2 b synced']);
  });

  it('follows the remote where the user keeps that, and can be undone', async () => {
    const world = await startConflict();
    world.resolve('remote');
    expect(world.shown()).toEqual(['1 → 2 c synced']);
    world.undo();
    expect(world.conflicts()).toHaveLength(1);
    expect(world.outbox()).toEqual(['update 1 → 2 b conflict']);
    world.redo();
    await world.sync();
    expect(world.shown()).toEqual(['1 → 2 c synced']);
    expect(typeThere(world)).toBe('c');
  });

  it('is found by a sync that only pulls, too', async () => {
    const world = await startTypedWorld();
    world.retype('b');
    world.remote.put(one, two, 'c');
    expect(await world.sync({ kind: 'sync', mode: 'pull', only: null })).toMatchObject({ conflicts: 1 });
  });

  it('is a conflict also where one side removed it', async () => {
    const world = await startTypedWorld();
    world.unrelate();
    world.remote.put(one, two, 'c');
    await world.sync();
    expect(world.conflicts()).toMatchObject([{ reason: 'changed-both', local: { present: false } }]);
    expect(typeThere(world)).toBe('c');
  });

  it('is a conflict also where both created it with different types', async () => {
    const world = await startTypedWorld();
    world.relate(1, 3, 'b');
    world.remote.put(one, three, 'c');
    await world.sync();
    expect(world.conflicts()).toMatchObject([{ reason: 'changed-both', base: { present: false } }]);
    world.resolve('local');
    await world.sync();
    expect(world.remote.typeOf(one, three)).toBe('b');
  });

  it('tells of a newer change there, and ends where the remote comes to the same', async () => {
    const world = await startConflict();
    world.remote.put(one, two, 'd');
    await world.sync();
    expect(world.conflicts()).toMatchObject([{ remote: { type: 'd' } }]);
    world.remote.put(one, two, 'b');
    await world.sync();
    expect(world.conflicts()).toEqual([]);
    expect(world.shown()).toEqual(['1 → 2 b synced']);
  });
});

describe('a type that is changed here of what was removed there', () => {
  for (const mode of ['both', 'pull'] as const) {
    it(`is a conflict once the removal is proved, in a sync of mode ${mode}`, async () => {
      const world = await startTypedWorld();
      world.retype('b');
      world.remote.take(one, two);
      await world.sync({ kind: 'sync', mode, only: null });
      expect(world.conflicts()).toMatchObject([
        { reason: 'removed-there', local: { type: 'b' }, remote: { present: false } },
      ]);
    });
  }

  it('is created again where the user keeps the own one', async () => {
    const world = await startTypedWorld();
    world.retype('b');
    world.remote.take(one, two);
    await world.sync();
    world.resolve('local');
    expect(world.outbox()).toEqual(['create 1 → 2 b create']);
    expect(await world.sync()).toMatchObject({ complete: true });
    expect(typeThere(world)).toBe('b');
  });

  it('stays removed where the user keeps the remote', async () => {
    const world = await startTypedWorld();
    world.retype('b');
    world.remote.take(one, two);
    await world.sync();
    world.resolve('remote');
    expect(world.shown()).toEqual([]);
    await world.sync();
    expect(world.remote.has(one, two)).toBe(false);
  });
});

const faults: readonly FakeFault[] = (['probe', 'remove', 'create'] as const).flatMap((on) =>
  (['before', 'after'] as const).flatMap((when) =>
    (['unreachable', 'server-fault', 'cancelled', 'forbidden'] as const).map((kind) => ({ on, when, kind })),
  ),
);

describe('a change of type that is interrupted', () => {
  for (const fault of faults) {
    it(`by ${fault.kind} at ${fault.on}, ${fault.when ?? ''} it was done, never loses the type`, async () => {
      const world = await startTypedWorld();
      world.retype('b');
      world.remote.addFault(fault);
      await world.sync();
      world.reopen();
      const isKnown = typeThere(world) !== undefined || world.outbox().length === 1;
      expect(isKnown).toBe(true);
      await world.sync({ kind: 'sync', mode: 'both', only: null });
      await world.sync({ kind: 'sync', mode: 'push', only: [world.firstId] });
      expect(typeThere(world)).toBe('b');
      expect(world.shown()).toEqual(['1 → 2 b synced']);
      expect(world.outbox()).toEqual([]);
    });
  }

  it('is the first thing that the next run sends', async () => {
    const world = await startTypedWorld();
    world.retype('b');
    world.remote.addFault({ on: 'create', kind: 'unreachable' });
    await world.sync();
    expect(world.remote.has(one, two)).toBe(false);
    world.relate(2, 3, 'x');
    const calls = world.remote.calls.length;
    await world.sync();
    expect(writesSince(world.remote, calls)).toEqual(['create asset:1 asset:2', 'create asset:2 asset:3']);
  });

  it('creates the old type again where the wish is dropped in between', async () => {
    const world = await startTypedWorld();
    world.retype('b');
    world.remote.addFault({ on: 'create', kind: 'unreachable' });
    await world.sync();
    world.drop();
    await world.sync();
    expect(typeThere(world)).toBe('a');
    expect(world.shown()).toEqual(['1 → 2 a synced']);
  });

  it('stays removed where the user removes it in between', async () => {
    const world = await startTypedWorld();
    world.retype('b');
    world.remote.addFault({ on: 'create', kind: 'unreachable' });
    await world.sync();
    world.unrelate();
    await world.sync();
    expect(world.remote.has(one, two)).toBe(false);
    expect(world.shown()).toEqual([]);
  });
});

describe('a change of type that is refused after its delete', () => {
  it('puts the old type back and waits, parked, with the reason', async () => {
    const world = await startTypedWorld();
    world.remote.refuseTypes('b');
    world.retype('b');
    expect(await world.sync()).toMatchObject({ parked: 1 });
    expect(typeThere(world)).toBe('a');
    expect(world.outbox()).toEqual(['update 1 → 2 b parked']);
    const calls = world.remote.calls.length;
    await world.sync();
    expect(writesSince(world.remote, calls)).toEqual([]);
  });

  it('puts the old type back in the next run where that was interrupted', async () => {
    const world = await startTypedWorld();
    world.remote.refuseTypes('b');
    world.retype('b');
    world.remote.addFault({ on: 'create', kind: 'refused' });
    world.remote.addFault({ on: 'create', kind: 'unreachable' });
    await world.sync();
    expect(world.remote.has(one, two)).toBe(false);
    world.reopen();
    await world.sync();
    expect(typeThere(world)).toBe('a');
    expect(world.outbox()).toEqual(['update 1 → 2 b parked']);
  });

  it('becomes a conflict where the old type is refused as well', async () => {
    const world = await startTypedWorld();
    world.remote.refuseTypes('a', 'b');
    world.retype('b');
    expect(await world.sync()).toMatchObject({ conflicts: 1 });
    expect(world.conflicts()).toMatchObject([
      { reason: 'removed-there', base: { type: 'a' }, local: { type: 'b' }, remote: { present: false } },
    ]);
    world.remote.refuseTypes();
    world.resolve('local');
    await world.sync();
    expect(typeThere(world)).toBe('b');
  });
});

describe('a change of type of which even the old type was refused', () => {
  it('is gone here as it is there where the user drops it, and back by undo [I1] [I3]', async () => {
    const world = await startTypedWorld();
    world.remote.refuseTypes('a', 'b');
    world.retype('b');
    expect(await world.sync()).toMatchObject({ conflicts: 1 });
    world.drop();
    expect(world.shown()).toEqual([]);
    expect(world.outbox()).toEqual([]);
    expect((await world.sync()).pulled.relationships).toEqual({ added: 0, updated: 0, removed: 0 });
    world.undo();
    expect(world.outbox()).toEqual(['create 1 → 2 b conflict']);
    world.remote.refuseTypes();
    world.resolve('local');
    await world.sync();
    expect(typeThere(world)).toBe('b');
  });
});

describe('a server that turns out to be read-only', () => {
  it('lets every edit wait, blocked with the reason, and is asked again only when the user picks one', async () => {
    const world = await startTypedWorld({ proved: false });
    world.relate(1, 3, 'x');
    const other = world.relate(2, 3, 'x');
    world.remote.addFault({ on: 'create', kind: 'read-only' });
    expect(await world.sync()).toMatchObject({ blocked: 2, failed: [{ code: 'read-only' }] });
    const calls = world.remote.calls.length;
    world.retype('b');
    expect(await world.sync()).toMatchObject({ complete: true, blocked: 3 });
    expect(writesSince(world.remote, calls)).toEqual([]);
    expect(typeThere(world)).toBe('a');
    await world.sync({ kind: 'sync', mode: 'push', only: [other] });
    await world.sync();
    expect(world.outbox()).toEqual([]);
    expect(typeThere(world)).toBe('b');
  });
});

describe('a type that the remote keeps as another one', () => {
  it('is sent once, and then the user decides: the same is not tried again and again [I5]', async () => {
    const world = await startTypedWorld();
    world.remote.keepTypeAs('b', 'a');
    world.retype('b');
    const calls = world.remote.calls.length;
    await world.sync();
    await world.sync();
    expect(writesSince(world.remote, calls)).toEqual(['remove asset:1 asset:2', 'create asset:1 asset:2']);
    expect(typeThere(world)).toBe('a');
    expect(world.conflicts()).toMatchObject([
      { local: { present: true, type: 'b' }, remote: { present: true, type: 'a' } },
    ]);
    world.resolve('remote');
    await world.sync();
    expect(writesSince(world.remote, calls)).toHaveLength(2);
    expect(world.outbox()).toEqual([]);
    expect(world.shown()).toEqual(['1 → 2 a synced']);
  });

  it('is tried once more where the user keeps the own one', async () => {
    const world = await startTypedWorld();
    world.remote.keepTypeAs('b', 'a');
    world.retype('b');
    await world.sync();
    world.resolve('local');
    const calls = world.remote.calls.length;
    await world.sync();
    expect(writesSince(world.remote, calls)).toEqual(['remove asset:1 asset:2', 'create asset:1 asset:2']);
    expect(typeThere(world)).toBe('a');
    expect(world.conflicts()).toHaveLength(1);
  });
});
