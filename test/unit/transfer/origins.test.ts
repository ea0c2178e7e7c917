import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openTransferWorld, type TransferWorld } from '../../support/transfer-world.ts';

const pump = {
  connection: 'plant',
  remote: 'clickie',
  id: 'p1',
  firstSeenAt: '2026-01-02T03:04:05.000Z',
  changedAt: null,
};
const feeds = {
  connection: 'plant',
  remoteId: 'edge-1',
  madeAt: null,
  confirmed: [{ by: 'plant', first: '2026-01-02T03:04:05.000Z', last: '2026-01-03T03:04:05.000Z' }],
};

interface Said {
  readonly pump?: unknown;
  readonly feeds?: unknown;
}

/** An export of another workspace, with what it says of the origin of its pump and of its relationship. */
function toExport(said: Said): string {
  return JSON.stringify({
    format: 'weft-export',
    version: 2,
    connections: [{ name: 'plant', remote: 'clickie', url: '', scope: '' }],
    entities: [
      { entity: 'plant:asset:p1', name: 'Pump', kind: 'asset', origin: said.pump ?? pump },
      { entity: 'local:asset:own', name: 'Own', kind: 'asset' },
    ],
    relationships: [
      {
        source: 'plant:asset:p1',
        target: 'local:asset:own',
        type: 'feeds',
        connection: 'plant',
        state: 'synced',
        origin: said.feeds ?? feeds,
      },
    ],
  });
}

async function importInto(world: TransferWorld, said: Said = {}) {
  const read = await world.inspect(world.file('other.json', toExport(said)));
  return await world.ask('import:commit', read);
}

const IMPORTED = 'local:asset:plant:p1';

async function originOf(world: TransferWorld, address = IMPORTED) {
  const { id } = await world.ask('entities:find', { address });
  return (await world.ask('entities:read', { id })).origin;
}

async function exportedRelationships(world: TransferWorld) {
  const path = join(world.folder, 'out.json');
  await world.ask('export:write', { path, format: 'json', query: '' });
  const { relationships } = JSON.parse(readFileSync(path, 'utf8')) as {
    relationships: { origin: unknown }[];
  };
  return relationships.map(({ origin }) => origin);
}

describe('where something came from, as the JSON of another workspace says', () => {
  test('is shown with the entity and written by the next export', async () => {
    const world = await openTransferWorld();
    expect(await importInto(world)).toMatchObject({ counts: { create: 3, refused: 0 } });
    expect(await originOf(world)).toEqual(pump);
    expect(await originOf(world, 'local:asset:own')).toBeNull();
    expect(await exportedRelationships(world)).toEqual([feeds]);
  });

  test('stays where the entity is changed by hand, and goes and comes with undo and redo', async () => {
    const world = await openTransferWorld();
    await importInto(world);
    const { id } = await world.ask('entities:find', { address: IMPORTED });
    await world.ask('entities:edit', { id, name: 'Big pump' });
    expect(await originOf(world)).toEqual(pump);
    await world.ask('history:undo', {});
    await world.ask('history:undo', {});
    expect(await originOf(world)).toBeNull();
    await world.ask('history:redo', {});
    expect(await originOf(world)).toEqual(pump);
    expect(await exportedRelationships(world)).toEqual([feeds]);
  });

  test('is not that of one made by hand in its place, after the import was taken back', async () => {
    const world = await openTransferWorld();
    const { historyId } = await importInto(world);
    await world.ask('import:rollback', { historyId: historyId ?? 0 });
    await world.ask('entities:create', { kind: 'asset', localId: 'plant:p1', name: 'Mine', fields: [] });
    expect(await originOf(world)).toBeNull();
  });

  test('stays with a relationship that is removed and brought back', async () => {
    const world = await openTransferWorld();
    await importInto(world);
    const page = { entityId: null, offset: 0, limit: 5 };
    const [row] = (await world.ask('relationships:page', page)).rows;
    if (row === undefined) throw new Error('It was just imported');
    await world.ask('relationships:unrelate', { id: row.id });
    expect(await exportedRelationships(world)).toEqual([]);
    await world.ask('history:undo', {});
    expect(await exportedRelationships(world)).toEqual([feeds]);
  });

  test('changes with a later export of there, and only then', async () => {
    const world = await openTransferWorld();
    await importInto(world);
    expect(await importInto(world)).toMatchObject({ counts: { create: 0, update: 0 }, historyId: null });
    const later = { ...pump, changedAt: '2026-02-02T03:04:05.000Z' };
    expect(await importInto(world, { pump: later })).toMatchObject({ counts: { create: 0, update: 1 } });
    expect(await originOf(world)).toEqual(later);
    await world.ask('history:undo', {});
    expect(await originOf(world)).toEqual(pump);
  });

  test('is read out of the written form where a file of before does not name it', async () => {
    const world = await openTransferWorld();
    const { firstSeenAt, changedAt } = pump;
    const { connection: _, ...old } = feeds;
    await importInto(world, { pump: { firstSeenAt, changedAt }, feeds: old });
    expect(await originOf(world)).toEqual({ ...pump, remote: null });
    expect(await exportedRelationships(world)).toEqual([old]);
  });

  test('refuses its row where it cannot be read', async () => {
    const world = await openTransferWorld();
    const content = JSON.parse(toExport({})) as { entities: object[] };
    const odd = { ...content.entities[0], entity: 'plant:asset:p2', origin: { firstSeenAt: 'yesterday' } };
    content.entities.push(odd);
    const read = await world.inspect(world.file('odd.json', JSON.stringify(content)));
    const { handle, settings } = read;
    const page = { only: 'rejected', offset: 0, limit: 5 } as const;
    expect((await world.ask('import:preview', { handle, settings, ...page })).rows).toMatchObject([
      {
        row: 3,
        column: 'origin',
        code: 'entity-unreadable',
        message: 'What it says of its origin cannot be read.',
      },
    ]);
  });

  test('is not what a column means that only is called so', async () => {
    const world = await openTransferWorld();
    const { tables } = await world.inspect(world.file('wine.csv', 'name,origin\nRiesling,Mosel\n'));
    expect(tables[0]?.mapping.roles).toEqual(['name', 'attribute']);
  });
});
