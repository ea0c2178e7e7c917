import { describe, expect, test } from 'vitest';
import { openTransferWorld, type TransferWorld } from '../../support/transfer-world.ts';
import { createSmallPlant } from '../../support/workspace.ts';

async function openPlant(): Promise<TransferWorld> {
  const { workspace } = createSmallPlant();
  workspace.close();
  return await openTransferWorld(workspace.path);
}

/** What the dry run says of a pasted table, missing ends made, and what the commit then says. */
async function bring(world: TransferWorld, text: string) {
  const { handle, settings: guessed } = await world.paste(text);
  const settings = { ...guessed, createMissing: true };
  const page = { only: 'all', offset: 0, limit: 100 } as const;
  const told = await world.ask('import:preview', { handle, settings, ...page });
  const done = await world.ask('import:commit', { handle, settings });
  expect(done.counts).toEqual(told.counts);
  return { told, done, made: told.made.map(({ address }) => address) };
}

async function countEntities({ ask }: TransferWorld): Promise<number> {
  const page = { offset: 0, limit: 1 };
  return (await ask('entities:page', { search: '', kinds: [], connectionId: null, ...page })).total;
}

describe('entities that are made for missing ends', () => {
  test('are counted and listed by the dry run, counted by the commit and named in the history', async () => {
    const world = await openPlant();
    const before = await countEntities(world);
    const { told, done } = await bring(
      world,
      'source\ttype\ttarget\nBolier\tfeeds\tPump\nNew\tfeeds\tBolier\nBuilding\tfeeds\tPump\n',
    );
    expect(told.counts).toMatchObject({ create: 3, made: 2 });
    expect(told.made).toEqual([
      { address: 'local:asset:Bolier', name: 'Bolier', kind: 'asset' },
      { address: 'local:asset:New', name: 'New', kind: 'asset' },
    ]);
    expect(done.label).toBe('Import pasted text: 3 added, 0 changed, 2 entities made for missing ends');
    expect(await countEntities(world)).toBe(before + 2);
    const { rows } = await world.ask('history:page', { offset: 0, limit: 1 });
    expect(rows[0]).toMatchObject({ label: done.label });
  });

  test('of a matrix are counted too', async () => {
    const world = await openPlant();
    const { told } = await bring(world, 'feeds\tBuilding\tBoiler\nPump\tx\t\nNobody\tx\tx\n');
    expect(told.counts).toMatchObject({ create: 3, made: 1 });
  });

  test('are listed up to a hundred, and counted all', async () => {
    const world = await openPlant();
    const rows = Array.from({ length: 130 }, (_, index) => `Thing ${index}\tfeeds\tPump`);
    const { told } = await bring(world, `source\ttype\ttarget\n${rows.join('\n')}\n`);
    expect(told.counts).toMatchObject({ create: 130, made: 130 });
    expect(told.made).toHaveLength(100);
  });

  test('are not made by a row that is refused or waits for a choice', async () => {
    const world = await openPlant();
    await world.ask('entities:create', { kind: 'asset', name: 'Pump', localId: 'own', fields: [] });
    const before = await countEntities(world);
    const { told, made } = await bring(
      world,
      'source\ttype\ttarget\nNobody\tfeeds\tPump\nSelf\tfeeds\tSelf\nOther\tfeeds\tBoiler\nOther\tfeeds\tNobody\n',
    );
    expect(told.rows.map(({ outcome }) => outcome)).toEqual(['choice', 'refused', 'create', 'create']);
    expect(made).toEqual(['local:asset:Other', 'local:asset:Nobody']);
    expect(await countEntities(world)).toBe(before + 2);
  });

  test('are not made where the text without its outer spaces names one that is there', async () => {
    const world = await openPlant();
    const { made } = await bring(
      world,
      'source\ttype\ttarget\n Pump \tfeeds\tBuilding\n Nobody\tfeeds\tPump\n',
    );
    expect(made).toEqual(['local:asset:Nobody']);
  });
});

describe('a missing end that is written as an address', () => {
  test('becomes the entity of that kind and id', async () => {
    const world = await openTransferWorld();
    const { told } = await bring(
      world,
      'source\ttype\ttarget\nlocal:pump:p1\tfeeds\tplant:tank:t:1\nlocal:pump:p1\tfeeds\tThird\n',
    );
    expect(told.made).toEqual([
      { address: 'local:pump:p1', name: 'p1', kind: 'pump' },
      { address: 'local:tank:plant:t:1', name: 't:1', kind: 'tank' },
      { address: 'local:asset:Third', name: 'Third', kind: 'asset' },
    ]);
  });

  test('is the same entity in a later import, of relationships and of entities', async () => {
    const world = await openTransferWorld();
    await bring(world, 'source\ttype\ttarget\nplant:pump:p1\tfeeds\tlocal:pump:p2\n');
    const again = await bring(world, 'source\ttype\ttarget\nplant:pump:p1\tcontrols\tlocal:pump:p2\n');
    expect(again.told.counts).toMatchObject({ create: 1, made: 0 });
    const entities = await bring(
      world,
      'entity\tname\nplant:pump:p1\tFeed pump\nlocal:pump:p2\tSpare pump\n',
    );
    expect(entities.told.counts).toMatchObject({ create: 0, update: 2, made: 0 });
    expect(await countEntities(world)).toBe(2);
  });

  test('is never made for a connection that is here', async () => {
    const world = await openPlant();
    const { told } = await bring(world, 'source\ttype\ttarget\nplant:asset:99\tfeeds\tPump\n');
    expect(told.counts).toMatchObject({ create: 0, made: 0, refused: 1 });
    expect(told.rows[0]).toMatchObject({ code: 'not-on-remote', column: 'source' });
  });
});
