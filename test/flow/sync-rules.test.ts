import { describe, expect, it } from 'vitest';
import type { SyncTask } from '../../src-main/backend/sync/run.ts';
import type { RelationshipId } from '../../src-preload/contract/model.ts';
import { toFakeEntity } from '../support/fake-remote.ts';
import { type FakeWorld, startFakeWorld, toEnd } from '../support/fake-world.ts';

const push: SyncTask = { kind: 'sync', mode: 'push', only: null };
const ends = ['asset:1', 'asset:2'] as const;

/** What a user does to one relationship, one after the other. */
type Edit = (world: FakeWorld, id: RelationshipId) => void;
const retype =
  (type: string): Edit =>
  (world, id) =>
    world.retype(id, type);
const unrelate: Edit = (world) => void world.unrelate(...ends);
const relate: Edit = (world) => void world.relate(...ends, 'z');

async function start() {
  const world = startFakeWorld({ typed: true });
  world.remote.put(toEnd('asset:3'), toEnd('asset:4'), 'a');
  await world.sync();
  world.relate('asset:3', 'asset:1', 'a'); // shows that the connection can create
  await world.sync();
  const id = world.relate(...ends, 'a');
  return { world, id };
}

describe('several changes of one relationship before a sync', () => {
  it.each<[string, readonly Edit[]]>([
    ['a create and two changes of type', [retype('b'), retype('c')]],
    ['a create and its removal', [unrelate]],
    ['a create, its removal and a create of another type', [unrelate, relate]],
    ['a create, a change of type and its removal', [retype('b'), unrelate]],
  ])('end as if each had been sent by itself: %s [I15]', async (_, edits) => {
    const [together, apart] = [await start(), await start()];
    for (const edit of edits) edit(together.world, together.id);
    await apart.world.sync(push);
    for (const edit of edits) {
      edit(apart.world, apart.id);
      await apart.world.sync(push);
    }
    together.world.newCalls();
    expect(await together.world.sync(push)).toMatchObject({ complete: true, conflicts: 0 });
    const typeThere = ({ remote }: FakeWorld) =>
      remote.typeOf(...([toEnd(ends[0]), toEnd(ends[1])] as const));
    expect(typeThere(together.world)).toBe(typeThere(apart.world));
    expect(together.world.shown()).toEqual(apart.world.shown());
    const writes = together.world.newCalls().filter((call) => /^(create|remove)/.test(call));
    expect(writes.length).toBeLessThanOrEqual(1);
  });
});

describe('a field that Weft does not know', () => {
  const fields = [
    { name: 'x-from-the-future', value: '{"deep":[1,"é",null],"n":9007199254740993}' },
    { name: '', value: '' },
    { name: 'order', value: -0.5 },
    { name: 'order', value: false },
    { name: 'nothing', value: null },
  ];

  it('is kept as it came, in its order, through renaming, pushing and a restart [I19]', async () => {
    const { world } = await start();
    const readFields = () =>
      JSON.parse(
        String(
          world
            .db()
            .prepare("SELECT fields FROM entity WHERE kind = 'asset' AND remote_id = '1'")
            .pluck()
            .get(),
        ),
      );
    world.remote.putEntity({ ...toFakeEntity('asset', '1'), fields });
    await world.sync();
    expect(readFields()).toEqual(fields);
    world.remote.putEntity({ ...toFakeEntity('asset', '1', 'renamed'), fields });
    await world.sync();
    world.reopen();
    expect(readFields()).toEqual(fields);
  });
});
