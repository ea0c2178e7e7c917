import { describe, expect, test } from 'vitest';
import { openTransferWorld, type TransferWorld } from '../../support/transfer-world.ts';

const whole =
  'kind,name,id,archived,serial,power\npump,Feed pump,p1,true,X9,5\npump,Spare pump,p2,false,Y1,7\n';

async function openPumps(): Promise<TransferWorld> {
  const world = await openTransferWorld();
  await commit(world, whole);
  return world;
}

async function commit(world: TransferWorld, text: string) {
  const { handle, settings } = await world.inspect(world.file('pumps.csv', text));
  const page = { only: 'taken', offset: 0, limit: 10 } as const;
  const { counts, rows } = await world.ask('import:preview', { handle, settings, ...page });
  const committed = await world.ask('import:commit', { handle, settings });
  expect(committed.counts).toEqual(counts);
  return { counts, rows };
}

async function readPump({ ask }: TransferWorld, id = 'p1') {
  const found = await ask('entities:find', { address: `local:pump:${id}` });
  const { name, archived, fields } = await ask('entities:read', { id: found.id });
  return { name, archived, fields };
}

const serial = { name: 'serial', value: 'X9' };
const power = { name: 'power', value: 5 };

describe('an import of entities that has fewer columns than one before', () => {
  test('changes what it has columns for, and leaves every other value as it is', async () => {
    const world = await openPumps();
    const { counts } = await commit(world, 'id,name,kind\np1,Main pump,pump\np2,Spare pump,pump\n');
    expect(counts).toMatchObject({ update: 1, unchanged: 1, removedValues: 0 });
    expect(await readPump(world)).toEqual({ name: 'Main pump', archived: true, fields: [serial, power] });
    expect((await world.ask('query:run', { text: 'X9', offset: 0, limit: 5 })).total).toBe(1);
  });

  test('keeps the name where it has no column for it, or an empty cell', async () => {
    const world = await openPumps();
    expect((await commit(world, 'id,kind,power\np1,pump,6\n')).counts).toMatchObject({ update: 1 });
    expect((await commit(world, 'id,kind,name,power\np1,pump,,8\n')).counts).toMatchObject({ update: 1 });
    expect(await readPump(world)).toEqual({
      name: 'Feed pump',
      archived: true,
      fields: [serial, { name: 'power', value: 8 }],
    });
  });

  test('takes values of a further column beside those that are there', async () => {
    const world = await openPumps();
    await commit(world, 'id,kind,floor\np1,pump,2\n');
    expect((await readPump(world)).fields).toEqual([serial, power, { name: 'floor', value: 2 }]);
  });
});

describe('an empty cell of an import', () => {
  test('takes the value away, and the dry run says which and how many', async () => {
    const world = await openPumps();
    const { counts, rows } = await commit(world, 'id,kind,serial,power,floor\np1,pump,,,\np2,pump,Y1,7,\n');
    expect(counts).toMatchObject({ update: 1, unchanged: 1, removedValues: 2 });
    expect(rows).toMatchObject([
      { row: 2, outcome: 'update', code: 'removes-values', message: 'Removes what stood in serial, power.' },
      { row: 3, outcome: 'unchanged', code: null },
    ]);
    expect(await readPump(world)).toEqual({ name: 'Feed pump', archived: true, fields: [] });
    await world.ask('history:undo', {});
    expect((await readPump(world)).fields).toEqual([serial, power]);
  });

  test('of the column that says what is archived brings an entity back', async () => {
    const world = await openPumps();
    await commit(world, 'id,kind,archived\np1,pump,\n');
    expect(await readPump(world)).toMatchObject({ archived: false, fields: [serial, power] });
  });
});

test('the columns of an import may come in another order: nothing changes by that', async () => {
  const world = await openPumps();
  const { counts } = await commit(world, 'power,serial,id,name,kind\n5,X9,p1,Feed pump,pump\n');
  expect(counts).toMatchObject({ update: 0, unchanged: 1 });
});

test('of several values of one name only those are changed that have a column', async () => {
  const world = await openTransferWorld();
  await commit(world, 'id,kind,attr:tag,attr:tag#2\np1,pump,one,two\n');
  await commit(world, 'id,kind,attr:tag#2\np1,pump,zwei\n');
  expect((await readPump(world)).fields).toEqual([
    { name: 'tag', value: 'one' },
    { name: 'tag', value: 'zwei' },
  ]);
});

test('an import of relationships with fewer columns takes nothing from those that are there', async () => {
  const world = await openPumps();
  const { ask, paste } = world;
  await ask('import:commit', await paste('source\ttype\ttarget\np1\tfeeds\tp2\n'));
  const read = async () => (await ask('relationships:page', { entityId: null, offset: 0, limit: 5 })).rows;
  const [before] = await read();
  await ask('import:commit', await paste('source\ttarget\np1\tp2\n'));
  expect(await read()).toContainEqual(before);
});
