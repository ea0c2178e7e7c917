import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openTransferWorld } from '../../support/transfer-world.ts';
import { createSmallPlant } from '../../support/workspace.ts';

/** The small plant of the other tests behind the contract. */
async function openPlant() {
  const { workspace } = createSmallPlant();
  workspace.close();
  return await openTransferWorld(workspace.path);
}

type World = Awaited<ReturnType<typeof openPlant>>;

async function readShown({ ask }: World): Promise<string[]> {
  const { rows } = await ask('relationships:page', { entityId: null, offset: 0, limit: 500 });
  return rows
    .map(
      ({ source, target, type, connection, state }) =>
        `${source.name} ${type ?? '-'} ${target.name} ${connection} ${state}`,
    )
    .toSorted();
}

async function verdictsOf(world: World, read: Awaited<ReturnType<World['paste']>>) {
  const { handle, settings } = read;
  return await world.ask('import:preview', { handle, settings, only: 'all', offset: 0, limit: 500 });
}

describe('an import of relationships', () => {
  test('takes what is pasted from a spreadsheet without a header, and guesses its columns', async () => {
    const world = await openPlant();
    const read = await world.paste(
      'Building\tfeeds\tBoiler\nboiler\tfeeds\t12\nplant:asset:12\tfeeds\tother:asset:10\n',
    );
    expect(read.tables[0]?.mapping).toEqual({
      subject: 'relationships',
      header: false,
      roles: ['source', 'type', 'target'],
    });
    const { counts } = await verdictsOf(world, read);
    expect(counts).toEqual({
      create: 3,
      update: 0,
      unchanged: 0,
      refused: 0,
      choice: 0,
      made: 0,
      removedValues: 0,
    });
    const committed = await world.ask('import:commit', read);
    expect(committed).toMatchObject({ counts, label: 'Import pasted text: 3 added, 0 changed' });
    expect(await readShown(world)).toEqual([
      'Boiler feeds Pump plant create',
      'Building feeds Boiler plant create',
      'Pump feeds Elsewhere local local',
    ]);
  });

  test('finds the ends by what cells name, also where one of two rows names nothing', async () => {
    const world = await openPlant();
    const { tables } = await world.paste('Building\tfeeds\tBoiler\nNobody here\tfeeds\tBoiler\n');
    expect(tables[0]?.mapping).toMatchObject({ header: false, roles: ['source', 'type', 'target'] });
  });

  test('judges by the rule engine, with the rows before and with what is there', async () => {
    const world = await openPlant();
    const text =
      'from\trelation\tto\nBuilding\tcontains\tBoiler\nBoiler\tcontains\tPump\nPump\tcontains\tBuilding\nBuilding\tcontains\tBoiler\nPump\tcontains\tPump\n';
    const { rows, counts } = await verdictsOf(world, await world.paste(text));
    expect(counts).toEqual({
      create: 2,
      update: 0,
      unchanged: 1,
      refused: 2,
      choice: 0,
      made: 0,
      removedValues: 0,
    });
    expect(rows.map(({ row, code }) => [row, code])).toEqual([
      [2, null],
      [3, null],
      [4, 'would-make-cycle'],
      [5, 'already-related'],
      [6, 'self-relationship'],
    ]);
  });

  test('names file, row and column of what it does not find, and takes the choice between several', async () => {
    const world = await openPlant();
    await world.ask('entities:create', { kind: 'asset', name: 'Pump', localId: 'own', fields: [] });
    const path = world.file('links.csv', 'source;type;target\nBuilding;;Pump\nBuilding;;Nowhere\n');
    const read = await world.inspect(path);
    const { rows } = await verdictsOf(world, read);
    expect(rows).toMatchObject([
      { table: 'links.csv', row: 2, column: 'target', outcome: 'choice', text: 'Pump' },
      {
        table: 'links.csv',
        row: 3,
        column: 'target',
        outcome: 'refused',
        code: 'not-found',
        cells: ['Building', '', 'Nowhere'],
      },
    ]);
    const chosen = rows[0]?.candidates.find(({ connection }) => connection === 'local');
    if (chosen === undefined) throw new Error('The own pump is a candidate');
    const settings = { ...read.settings, choices: [{ text: 'Pump', row: null, entityId: chosen.id }] };
    expect(await world.ask('import:commit', { ...read, settings })).toMatchObject({
      counts: { create: 1, refused: 1 },
    });
    expect(await readShown(world)).toEqual(['Building - Pump local local']);
  });

  test('asks for what is not mapped, and for the file again once it was let go', async () => {
    const world = await openPlant();
    const read = await world.inspect(world.file('odd.csv', 'x,y\n1,2\n'));
    expect(await world.refused('import:commit', read)).toMatchObject({ code: 'not-mapped' });
    await world.ask('import:forget', { handle: read.handle });
    expect(await world.refused('import:commit', read)).toMatchObject({ code: 'import-gone' });
  });
});

describe('a key that names very many entities', () => {
  test('says how many there are, and lists the first', async () => {
    const world = await openPlant();
    const rows = Array.from({ length: 37 }, (_, n) => `twin-${n},Twin`);
    const made = await world.inspect(world.file('twins.csv', `id,name\n${rows.join('\n')}\n`));
    await world.ask('import:commit', made);
    const [verdict] = (
      await verdictsOf(world, await world.paste('source\ttype\ttarget\nTwin\tfeeds\tPump\n'))
    ).rows;
    expect(verdict).toMatchObject({ code: 'several-entities', candidateCount: 37 });
    expect(verdict?.message).toContain('any of 37 entities');
    expect(verdict?.candidates).toHaveLength(10);
  });
});

describe('a key that names no entity', () => {
  const text = 'source\ttype\ttarget\nBolier\tfeeds\tPump\nQqqqq\tfeeds\tPump\n';

  test('is offered what is alike, the best first, and is never taken for it by itself', async () => {
    const world = await openPlant();
    const read = await world.paste(text);
    const { rows, counts } = await verdictsOf(world, read);
    expect(counts).toMatchObject({ create: 0, refused: 2 });
    expect(
      rows.map(({ code, text: key, candidates }) => [code, key, candidates.map(({ name }) => name)]),
    ).toEqual([
      ['not-found', 'Bolier', ['Boiler']],
      ['not-found', 'Qqqqq', []],
    ]);
    expect((await world.ask('import:commit', read)).counts).toEqual(counts);
    expect(await readShown(world)).toEqual([]);
  });

  test('is offered the nearest name first', async () => {
    const world = await openPlant();
    const others = Array.from({ length: 30 }, (_, n) => `Valve ${n}`);
    const names = ['Boiler feed boiler', 'Boiler feed', 'Boiler feed boiler pump', ...others];
    const made = await world.inspect(world.file('names.csv', `name,kind\n${names.join(',asset\n')},asset\n`));
    await world.ask('import:commit', made);
    const { rows } = await verdictsOf(
      world,
      await world.paste('source\ttype\ttarget\nBolier feed\tfeeds\tPump\n'),
    );
    expect(rows[0]?.candidates.map(({ name }) => name)).toEqual([
      'Boiler feed',
      'Boiler feed boiler',
      'Boiler feed boiler pump',
    ]);
  });

  test('is taken for what the user picks', async () => {
    const world = await openPlant();
    const read = await world.paste(text);
    const boiler = (await verdictsOf(world, read)).rows[0]?.candidates[0];
    if (boiler === undefined) throw new Error('The boiler is offered');
    const settings = { ...read.settings, choices: [{ text: 'Bolier', row: null, entityId: boiler.id }] };
    expect((await world.ask('import:commit', { ...read, settings })).counts).toMatchObject({ create: 1 });
    expect(await readShown(world)).toEqual(['Boiler feeds Pump plant create']);
  });

  test('stands in the file of rejected rows with what is alike', async () => {
    const world = await openPlant();
    const read = await world.paste(text);
    const path = join(world.folder, 'errors.csv');
    expect(await world.ask('import:save-errors', { ...read, path })).toEqual({ rows: 2 });
    expect(readFileSync(path, 'utf8')).toContain(
      '“Bolier” in this workspace.,plant:asset:11,Bolier,feeds,Pump',
    );
  });
});

describe('an adjacency matrix', () => {
  test('is no table with a column that happens to be called like an entity', async () => {
    const world = await openPlant();
    const read = await world.paste('asset\tBoiler\tcomment\nPump\t40 kW\tnew\nBoiler\t12 kW\told\n');
    expect(read.tables[0]?.mapping.subject).not.toBe('matrix');
  });

  const matrix = 'feeds\tBuilding\tBoiler\tPump\nBoiler\tx\t\t-\nPump\tcontains\t✓\t0\nNobody\t\t\tx\n';

  test('is recognised, and each filled cell is a relationship of the type in it or in the corner', async () => {
    const world = await openPlant();
    const read = await world.paste(matrix);
    expect(read.tables[0]?.mapping.subject).toBe('matrix');
    const { rows, counts } = await verdictsOf(world, read);
    expect(counts).toEqual({
      create: 3,
      update: 0,
      unchanged: 0,
      refused: 1,
      choice: 0,
      made: 0,
      removedValues: 0,
    });
    expect(rows.map(({ row, column, code }) => [row, column, code])).toEqual([
      [2, 'Building', null],
      [3, 'Building', null],
      [3, 'Boiler', null],
      [4, 'feeds', 'not-found'],
    ]);
    expect((await world.ask('import:commit', read)).counts).toEqual(counts);
    expect(await readShown(world)).toEqual([
      'Boiler feeds Building plant create',
      'Pump contains Building plant create',
      'Pump feeds Boiler plant create',
    ]);
    await world.ask('history:undo', {});
    expect(await readShown(world)).toEqual([]);
  });

  test('names the cell that a rule refuses', async () => {
    const world = await openPlant();
    const { rows } = await verdictsOf(
      world,
      await world.paste('\tBuilding\tBoiler\nBuilding\tcontains\tcontains\nBoiler\tcontains\t\n'),
    );
    expect(rows.map(({ row, column, code }) => [row, column, code])).toEqual([
      [2, 'Building', 'self-relationship'],
      [2, 'Boiler', null],
      [3, 'Building', 'would-make-cycle'],
    ]);
  });
});

const fleet = 'name,kind,id,serial,power\nTruck,vehicle,t1,S-1,55\nTrailer,vehicle,t2,007,true\n';

describe('an import of entities', () => {
  test('makes entities of the workspace’s own, changes those that differ and leaves the same alone', async () => {
    const world = await openPlant();
    const first = await world.inspect(world.file('fleet.csv', fleet));
    expect(first.tables[0]?.mapping.roles).toEqual(['name', 'kind', 'id', 'attribute', 'attribute']);
    expect((await world.ask('import:commit', first)).counts).toMatchObject({ create: 2 });
    const truck = await world.ask('entities:find', { address: 'local:vehicle:t1' });
    expect((await world.ask('entities:read', { id: truck.id })).fields).toEqual([
      { name: 'serial', value: 'S-1' },
      { name: 'power', value: 55 },
    ]);
    const again = await world.inspect(world.file('fleet.csv', fleet.replace('Truck', 'Big truck')));
    expect((await world.ask('import:commit', again)).counts).toMatchObject({
      create: 0,
      update: 1,
      unchanged: 1,
    });
    expect((await world.ask('query:run', { text: 'big truck', offset: 0, limit: 5 })).total).toBe(1);
    await world.ask('history:undo', {});
    expect((await world.ask('entities:read', { id: truck.id })).name).toBe('Truck');
    await world.ask('history:undo', {});
    expect(
      (
        await world.ask('entities:page', {
          search: 'truck',
          kinds: [],
          connectionId: null,
          offset: 0,
          limit: 5,
        })
      ).total,
    ).toBe(0);
    await world.ask('history:redo', {});
    await world.ask('history:redo', {});
    expect((await world.ask('entities:find', { address: 'local:vehicle:t1' })).name).toBe('Big truck');
  });

  test('never makes one on a remote', async () => {
    const world = await openPlant();
    const read = await world.inspect(
      world.file('more.csv', 'entity,name\nplant:asset:12,Other name\nplant:asset:99,New\n'),
    );
    const { rows } = await verdictsOf(world, read);
    expect(rows.map(({ outcome, code }) => [outcome, code])).toEqual([
      ['unchanged', null],
      ['refused', 'not-on-remote'],
    ]);
  });
});

describe('an import as a whole', () => {
  test('is one entry of the history, undone and redone in one step', async () => {
    const world = await openPlant();
    await world.ask('import:commit', await world.paste('Building\tfeeds\tBoiler\nPump\tfeeds\tElsewhere\n'));
    const { rows } = await world.ask('history:page', { offset: 0, limit: 5 });
    expect(rows).toMatchObject([{ label: 'Import pasted text: 2 added, 0 changed', state: 'done' }]);
    const shown = await readShown(world);
    expect(shown).toHaveLength(2);
    await world.ask('history:undo', {});
    expect(await readShown(world)).toEqual([]);
    expect((await world.ask('outbox:page', { offset: 0, limit: 5 })).total).toBe(0);
    await world.ask('history:redo', {});
    expect(await readShown(world)).toEqual(shown);
  });

  test('is taken back in one step that spares and names what was edited since, and that can be undone', async () => {
    const world = await openPlant();
    const people = await world.inspect(
      world.file('people.csv', 'name,kind\nAda,person\nBo,person\nCy,person\n'),
    );
    const imported = await world.ask('import:commit', people);
    const ada = await world.ask('entities:find', { address: 'local:person:Ada' });
    const bo = await world.ask('entities:find', { address: 'local:person:Bo' });
    await world.ask('entities:edit', { id: ada.id, name: 'Ada L' });
    await world.ask('relationships:relate', { sourceId: bo.id, targetId: ada.id, type: null, local: true });
    const back = await world.ask('import:rollback', { historyId: imported.historyId ?? 0 });
    expect(back).toMatchObject({
      entities: 1,
      sparedCount: 2,
      spared: [
        { what: 'entity', name: 'Bo', reason: 'has relationships of later' },
        { what: 'entity', name: 'Ada', reason: 'changed after the import' },
      ],
    });
    expect((await world.ask('entities:find', { address: 'local:person:Cy' })).removed).toBe(true);
    expect(await world.refused('entities:delete', { id: bo.id })).toMatchObject({ code: 'entity-related' });
    await world.ask('history:undo', {});
    expect((await world.ask('entities:find', { address: 'local:person:Cy' })).removed).toBe(false);
  });

  test('leaves nothing where it is cancelled, and what is edited meanwhile waits and is kept', async () => {
    const world = await openPlant();
    const rows = Array.from({ length: 20_000 }, (_, index) => `Thing ${index},part`);
    const read = await world.inspect(world.file('parts.csv', `name,kind\n${rows.join('\n')}\n`));
    const [building, boiler] = await Promise.all(
      ['plant:asset:10', 'plant:asset:11'].map((address) => world.ask('entities:find', { address })),
    );
    if (building === undefined || boiler === undefined) throw new Error('The plant has both');
    const relate = () =>
      world.ask('relationships:relate', {
        sourceId: building.id,
        targetId: boiler.id,
        type: 'feeds',
        local: false,
      });
    const { promise: started, resolve } = Promise.withResolvers<void>();
    const stop = world.backend.onEvent(({ event, payload }) => {
      if (event === 'import:progressed' && payload.phase === 'writing') resolve();
    });
    const committing = world.refused('import:commit', read);
    await started;
    stop();
    const related = relate();
    expect(
      (await world.ask('entities:page', { search: '', kinds: [], connectionId: null, offset: 0, limit: 5 }))
        .total,
    ).toBe(5);
    await world.ask('import:cancel', { handle: read.handle });
    expect(await committing).toMatchObject({ code: 'cancelled' });
    expect((await related).state).toBe('create');
    expect(
      (await world.ask('entities:page', { search: '', kinds: [], connectionId: null, offset: 0, limit: 5 }))
        .total,
    ).toBe(5);
    expect((await world.ask('history:page', { offset: 0, limit: 5 })).total).toBe(1);
    expect((await world.ask('import:commit', read)).counts.create).toBe(20_000);
  });
});
