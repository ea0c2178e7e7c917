import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ViewSettings } from '../../../src-preload/contract/views.ts';
import { fillPlant } from '../../support/filled-plant.ts';
import { openTransferWorld, type TransferWorld } from '../../support/transfer-world.ts';

const settings: ViewSettings = {
  query: 'kind:asset',
  filter: { text: '', mode: 'dim' },
  hiddenKinds: ['metric'],
  viewport: { zoom: 2, x: 1, y: -3 },
};

const feeds = {
  name: 'waters',
  inverse: 'is watered by',
  symmetric: false,
  sourceKinds: ['asset'],
  targetKinds: null,
  maxPerSource: 1,
  maxPerTarget: null,
  acyclic: true,
  duplicates: false,
  self: false,
  impact: 'to-target' as const,
  needed: 2,
};

/** A workspace with a connection, a vocabulary of its own and a view, exported. */
async function exportWorld(): Promise<{ path: string; world: TransferWorld }> {
  const world = await openTransferWorld(fillPlant());
  const { ask } = world;
  const own = await ask('entities:create', { kind: 'asset', name: 'Own', fields: [] });
  const pump = await ask('entities:find', { address: 'plant:asset:p1' });
  await ask('types:save', { type: feeds });
  await ask('types:remove', { name: 'contains' });
  await ask('relationships:relate', {
    sourceId: own.id,
    targetId: pump?.id ?? own.id,
    type: 'waters',
    local: true,
  });
  const place = (id: typeof own.id, x: number) => ({ id, x, y: 2, pinned: true });
  const entities = [place(own.id, 1), place(pump?.id ?? own.id, 5)];
  await ask('views:save', { id: null, name: 'Ours', settings, entities, roots: [own.id], missing: null });
  const path = join(world.folder, 'all.json');
  await ask('export:write', { path, format: 'json', query: '' });
  return { path, world };
}

async function readVocabulary({ ask }: TransferWorld) {
  return (await ask('types:list', {})).map(({ type }) => type);
}

async function readViews({ ask }: TransferWorld) {
  const { rows } = await ask('views:list', { search: '', offset: 0, limit: 100 });
  return await Promise.all(
    rows.map(async ({ id }) => {
      const { name, settings: kept, entities, roots } = await ask('views:read', { id });
      const drawn = entities.map(({ address, x, y, pinned, id: entity }) => ({
        address: address.replace('local:asset:plant:', 'plant:asset:'),
        place: [x, y, pinned, roots.indexOf(entity)],
      }));
      return { id, name, kept, drawn: drawn.toSorted((a, b) => (a.address < b.address ? -1 : 1)) };
    }),
  );
}

async function importInto(fresh: TransferWorld, path: string) {
  const { handle, settings: guessed } = await fresh.inspect(path);
  const page = { only: 'all', offset: 0, limit: 100 } as const;
  const preview = await fresh.ask('import:preview', { handle, settings: guessed, ...page });
  const commit = await fresh.ask('import:commit', { handle, settings: guessed });
  expect({ counts: commit.counts, carried: commit.carried }).toEqual({
    counts: preview.counts,
    carried: preview.carried,
  });
  return commit;
}

describe('an export to JSON', () => {
  test('says where each thing came from, and when', async () => {
    const { path } = await exportWorld();
    const content = JSON.parse(readFileSync(path, 'utf8')) as Record<string, { [key: string]: unknown }[]>;
    const moment: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
    expect(content['connections']).toMatchObject([{ name: 'plant', remote: 'clickie' }]);
    expect(content['entities']?.find(({ entity }) => entity === 'plant:asset:p1')).toMatchObject({
      origin: { connection: 'plant', remote: 'clickie', id: 'p1', firstSeenAt: moment },
    });
    expect(content['relationships']?.map(({ origin }) => origin)).toEqual(
      expect.arrayContaining([
        {
          connection: 'plant',
          remoteId: 'edge-1',
          madeAt: null,
          confirmed: [{ by: 'plant', first: moment, last: moment }],
        },
        { connection: 'local', remoteId: null, madeAt: moment, confirmed: [] },
      ]),
    );
  });

  test('brings vocabulary and views into an empty workspace, judged by that vocabulary, in one entry', async () => {
    const { path, world } = await exportWorld();
    const fresh = await openTransferWorld();
    const { counts, carried, historyId, label } = await importInto(fresh, path);
    expect(counts).toMatchObject({ refused: 0, choice: 0 });
    expect(carried).toEqual({ types: 2, views: 1 });
    expect(label).toMatch(/, 2 types, 1 views$/);
    expect(await readVocabulary(fresh)).toEqual(await readVocabulary(world));
    expect(await readViews(fresh)).toEqual(await readViews(world));
    const shipped = await readVocabulary(await openTransferWorld());
    await fresh.ask('history:undo', {});
    expect([await readVocabulary(fresh), await readViews(fresh)]).toEqual([shipped, []]);
    await fresh.ask('history:redo', {});
    expect(await readVocabulary(fresh)).toEqual(await readVocabulary(world));
    expect(await readViews(fresh)).toEqual(await readViews(world));
    expect(await fresh.ask('import:rollback', { historyId: historyId ?? 0 })).toMatchObject({
      sparedCount: 0,
    });
    expect([await readVocabulary(fresh), await readViews(fresh)]).toEqual([shipped, []]);
  });

  test('taken back spares the type and the view that were changed since, and names them', async () => {
    const { path } = await exportWorld();
    const fresh = await openTransferWorld();
    const { historyId } = await importInto(fresh, path);
    await fresh.ask('types:save', { type: { ...feeds, acyclic: false } });
    const [view] = await readViews(fresh);
    if (view === undefined) throw new Error('It was just imported');
    await fresh.ask('views:rename', { id: view.id, name: 'Mine' });
    const { spared } = await fresh.ask('import:rollback', { historyId: historyId ?? 0 });
    expect(spared).toEqual(
      expect.arrayContaining([
        { what: 'type', name: 'waters', reason: 'changed after the import' },
        { what: 'view', name: 'Ours', reason: 'changed after the import' },
      ]),
    );
  });

  test('changes nothing of a vocabulary of one’s own but what it lacks, and no view that is there', async () => {
    const { path } = await exportWorld();
    const fresh = await openTransferWorld();
    await importInto(fresh, path);
    const [vocabulary, views] = [await readVocabulary(fresh), await readViews(fresh)];
    const again = await importInto(fresh, path);
    expect(again).toMatchObject({ carried: { types: 0, views: 0 }, historyId: null });
    expect([await readVocabulary(fresh), await readViews(fresh)]).toEqual([vocabulary, views]);
    const other = await openTransferWorld();
    await other.ask('types:save', { type: { ...feeds, name: 'is watered by', inverse: 'waters' } });
    expect(await importInto(other, path)).toMatchObject({ carried: { types: 0, views: 1 } });
  });

  test('of the first version is still read', async () => {
    const fresh = await openTransferWorld();
    const entities = [{ entity: 'local:asset:1', name: 'Pump', kind: 'asset', archived: false, fields: [] }];
    const old = {
      format: 'weft-export',
      version: 1,
      exportedAt: '',
      filter: '',
      entities,
      relationships: [],
    };
    const { counts, carried } = await importInto(fresh, fresh.file('old.json', JSON.stringify(old)));
    expect([counts.create, carried]).toEqual([1, { types: 0, views: 0 }]);
  });
});

describe('an export without entities', () => {
  const alone = { format: 'weft-export', version: 2, exportedAt: '', filter: 'kind:none', connections: [] };
  const view = {
    format: 'weft-view',
    version: 1,
    id: 'one',
    name: 'One',
    ...settings,
    roots: [],
    entities: [],
  };

  test.each([
    ['as it was written', { entities: [], relationships: [] }],
    ['with no list of them', {}],
  ])('brings its types and views, as the dry run says, and an undo takes them back: %s', async (_, rows) => {
    const fresh = await openTransferWorld();
    const shipped = await readVocabulary(fresh);
    const content = { ...alone, types: [...shipped, feeds], views: [view], ...rows };
    const commit = await importInto(fresh, fresh.file('shared.json', JSON.stringify(content)));
    expect(commit).toMatchObject({
      counts: { create: 0, update: 0, refused: 0 },
      carried: { types: 1, views: 1 },
      label: 'Import shared.json: 0 added, 0 changed, 1 types, 1 views',
    });
    expect(await readVocabulary(fresh)).toEqual([...shipped, feeds]);
    expect((await readViews(fresh)).map(({ name }) => name)).toEqual(['One']);
    await fresh.ask('history:undo', {});
    expect([await readVocabulary(fresh), await readViews(fresh)]).toEqual([shipped, []]);
  });

  test.each([
    ['nothing at all', { types: [], views: [] }],
    ['nothing but connections', { connections: [{ name: 'plant' }] }],
  ])('is refused where it holds %s', async (_, part) => {
    const fresh = await openTransferWorld();
    const path = fresh.file('empty.json', JSON.stringify({ ...alone, ...part }));
    expect(await fresh.refused('import:inspect', { source: { paths: [path] } })).toEqual({
      code: 'file-not-read',
      message: 'empty.json, row 1, column 1: there are no rows. Nothing was imported.',
    });
  });
});

describe('an export that cannot be taken over', () => {
  const rows = { entities: [{ entity: 'local:asset:1', name: 'Pump' }], relationships: [] };
  const view = {
    format: 'weft-view',
    version: 1,
    id: 'one',
    name: 'One',
    ...settings,
    roots: [],
    entities: [{ entity: 'local:asset:1', x: 0, y: 0, pinned: false }],
  };
  test.each([
    [{ version: 3 }, /^bad\.json, row 1, column version: it is of version 3, of a newer Weft.*Update Weft/],
    [{ version: '2' }, /^bad\.json, row 1, column version: an export has a version/],
    [{ types: [feeds, { ...feeds, name: 'x', self: 'yes' }] }, /^bad\.json types, row 2, column self: /],
    [{ types: [feeds, { ...feeds, name: 'Waters' }] }, /^bad\.json types, row 2, column 1: .*reads the same/],
    [{ types: {} }, /^bad\.json types, row 1, column 1: /],
    [{ views: [view, view] }, /^bad\.json views, row 2, column 1: the view one is there twice/],
    [{ views: [{ ...view, roots: ['local:asset:2'] }] }, /^bad\.json views, row 1, column 1: roots: /],
    [{ views: [{ ...view, viewport: { zoom: 0, x: 0, y: 0 } }] }, /row 1, column viewport\.zoom: /],
    [{ views: [{ ...view, query: '(' }] }, /the view One: .*Nothing was imported/],
  ])('is refused with its place: %j', async (part, message) => {
    const fresh = await openTransferWorld();
    const path = fresh.file(
      'bad.json',
      JSON.stringify({ format: 'weft-export', version: 2, ...rows, ...part }),
    );
    const refused = await fresh.refused('import:inspect', { source: { paths: [path] } });
    expect(refused.code).toBe('file-not-read');
    expect(refused.message).toMatch(message);
  });
});
