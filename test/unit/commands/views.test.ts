import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeNext, undoOrRedo } from '../../../src-main/backend/commands/undo.ts';
import { saveView } from '../../../src-main/backend/commands/views.ts';
import { removeCopies } from '../../../src-main/backend/store/removed-connections.ts';
import { run } from '../../../src-main/backend/store/sql.ts';
import { readView } from '../../../src-main/backend/store/views.ts';
import type { EntityId } from '../../../src-preload/contract/model.ts';
import type { Params } from '../../../src-preload/contract/requests.ts';
import { type SavedView, ViewId, type ViewSettings } from '../../../src-preload/contract/views.ts';
import { type AnyView, anyViewOver } from '../../support/any-view.ts';
import { openTransferWorld, type TransferWorld } from '../../support/transfer-world.ts';
import { createSmallPlant, NOW } from '../../support/workspace.ts';

const plain: ViewSettings = {
  query: '',
  filter: { text: '', mode: 'dim' },
  hiddenKinds: [],
  viewport: null,
};

/** Ids that hold colons, spaces and letters of many alphabets. */
const localIds = ['1', 'a:b:c', 'Öl tank 2', 'x/y', '水 ポンプ', '“q”', "it's", '7'];

async function make(world: TransferWorld, localId: string): Promise<EntityId> {
  const made = await world.ask('entities:create', { kind: 'asset', name: localId, localId, fields: [] });
  return made.id;
}

async function makeAll(world: TransferWorld, ids: readonly string[]): Promise<EntityId[]> {
  const made: EntityId[] = [];
  for (const id of ids) made.push(await make(world, id));
  return made;
}

function toSave(view: AnyView, ids: readonly EntityId[]): Params<'views:save'> {
  const idOf = (number: number) => {
    const id = ids[number];
    if (id === undefined) throw new Error(`There is no entity ${number}`);
    return id;
  };
  return {
    id: null,
    name: view.name,
    settings: view.settings,
    entities: view.places.map(({ number, x, y, pinned }) => ({ id: idOf(number), x, y, pinned })),
    roots: view.roots.map(idOf),
  };
}

/** All that a view restores, with entities as they are written, so that two workspaces can be compared. */
function toRestored({ id, name, settings, entities, roots }: SavedView) {
  const addresses = new Map(entities.map((entity) => [entity.id, entity.address]));
  return {
    id,
    name,
    settings,
    entities: entities.map(({ address, x, y, pinned }) => ({ address, x, y, pinned })),
    roots: roots.map((root) => addresses.get(root)),
  };
}

/** Three entities, and a view of the first two. */
async function openWithView() {
  const world = await openTransferWorld();
  const [one, two, three] = await makeAll(world, ['One', 'Two', 'Three']);
  if (one === undefined || two === undefined || three === undefined) throw new Error('three were made');
  const saved: Params<'views:save'> = {
    id: null,
    name: 'Pumps',
    settings: { ...plain, query: 'kind:asset', viewport: { zoom: 1.5, x: 10, y: -4.25 } },
    entities: [
      { id: one, x: 1, y: 2.5, pinned: true },
      { id: two, x: -30, y: 0, pinned: false },
    ],
    roots: [two],
  };
  const view = await world.ask('views:save', saved);
  return { world, one, two, three, saved, view };
}

const list = async (world: TransferWorld, search = '') =>
  (await world.ask('views:list', { search, offset: 0, limit: 100 })).rows.map(({ name }) => name);

describe('a view', () => {
  test('is read as it was saved, after a restart too', async () => {
    const { world, saved, view, one, two } = await openWithView();
    expect(view).toMatchObject({ name: 'Pumps', query: 'kind:asset', entityCount: 2, missingCount: 0 });
    const before = await world.ask('views:read', { id: view.id });
    expect(before).toMatchObject({ settings: saved.settings, roots: [two], missing: [] });
    expect(before.entities.map(({ id, x, y, pinned }) => ({ id, x, y, pinned }))).toEqual([
      { id: one, x: 1, y: 2.5, pinned: true },
      { id: two, x: -30, y: 0, pinned: false },
    ]);
    await world.ask('workspace:close', {});
    await world.ask('workspace:open', { path: join(world.folder, 'test.weft') });
    expect(await world.ask('views:read', { id: view.id })).toEqual(before);
  });

  test('is listed by name, found by any part of it in whatever case, by its whole name and by its id', async () => {
    const { world, saved, view } = await openWithView();
    await world.ask('views:save', { ...saved, name: 'ÖL' });
    await world.ask('views:save', { ...saved, name: 'boilers' });
    expect(await list(world)).toEqual(['boilers', 'ÖL', 'Pumps']);
    expect(await list(world, 'ump')).toEqual(['Pumps']);
    expect(await list(world, 'öl')).toEqual(['ÖL']);
    expect(await world.ask('views:find', { text: 'Pumps' })).toEqual(view);
    expect(await world.ask('views:find', { text: view.id })).toEqual(view);
    await world.ask('views:save', { ...saved, name: view.id });
    expect(await world.ask('views:find', { text: view.id })).toEqual(view);
    expect(await world.refused('views:find', { text: 'pumps' })).toMatchObject({ code: 'not-found' });
  });

  test('that is saved again keeps its id, and nothing is noted where nothing changed', async () => {
    const { world, saved, view, three } = await openWithView();
    const entries = async () => (await world.ask('history:page', { offset: 0, limit: 50 })).total;
    const before = await entries();
    expect(await world.ask('views:save', { ...saved, id: view.id })).toEqual(view);
    expect(await entries()).toBe(before);
    const entities = [...saved.entities, { id: three, x: 0, y: 0, pinned: false }];
    const again = await world.ask('views:save', { ...saved, id: view.id, entities });
    expect(again).toMatchObject({ id: view.id, entityCount: 3 });
    expect(await entries()).toBe(before + 1);
    expect(await list(world)).toEqual(['Pumps']);
  });

  test('has a name of its own, and takes no query that cannot be read', async () => {
    const { world, saved, view } = await openWithView();
    expect(await world.refused('views:save', saved)).toMatchObject({ code: 'view-name-taken' });
    const other = await world.ask('views:save', { ...saved, name: 'Other' });
    expect(await world.refused('views:rename', { id: other.id, name: 'Pumps' })).toMatchObject({
      code: 'view-name-taken',
    });
    expect(await world.ask('views:rename', { id: other.id, name: ' Mine ' })).toMatchObject({ name: 'Mine' });
    const broken = { ...plain, filter: { text: 'a (', mode: 'hide' as const } };
    expect(await world.refused('views:save', { ...saved, id: view.id, settings: broken })).toMatchObject({
      code: 'query-not-read',
    });
    expect(await world.refused('views:read', { id: ViewId.parse('nobody') })).toMatchObject({
      code: 'not-found',
    });
  });
});

describe('undo and redo', () => {
  test('take back and do again what became of views, also after a restart', async () => {
    const { world, saved, view, three } = await openWithView();
    const read = () => world.ask('views:read', { id: view.id });
    const first = await read();
    await world.ask('views:save', {
      ...saved,
      id: view.id,
      settings: { ...plain, hiddenKinds: ['asset'] },
      entities: [{ id: three, x: 9, y: 9, pinned: true }],
      roots: [],
    });
    const second = await read();
    await world.ask('views:rename', { id: view.id, name: 'Renamed' });
    await world.ask('views:remove', { id: view.id });
    expect(await list(world)).toEqual([]);
    await world.ask('workspace:close', {});
    await world.ask('workspace:open', { path: join(world.folder, 'test.weft') });
    expect(await world.ask('history:undo', {})).toEqual({ label: 'Remove the view Renamed' });
    expect(await list(world)).toEqual(['Renamed']);
    await world.ask('history:undo', {});
    expect(await read()).toEqual(second);
    await world.ask('history:undo', {});
    expect(await read()).toEqual(first);
    await world.ask('history:undo', {});
    expect(await list(world)).toEqual([]);
    for (let n = 0; n < 3; n += 1) await world.ask('history:redo', {});
    expect(await read()).toEqual({ ...second, name: 'Renamed' });
  });

  test('are called by the entry alone: what it holds of a view is read where it is applied', () => {
    const { db, context, boiler } = createSmallPlant();
    const place = { id: boiler, x: 1, y: 2, pinned: false };
    const drawn = { name: 'Boilers', settings: plain, entities: [place], roots: [], missing: null };
    saveView(context, { id: ViewId.parse('view'), ...drawn });
    run(db, "UPDATE history_view SET after = 'unreadable'");
    expect(describeNext(db, 'undo')).toBe('Save the view Boilers');
    expect(() => undoOrRedo(context, 'undo')).toThrow(SyntaxError);
  });

  test('an entry is reverted alone, unless a later one changed the same view or took its name', async () => {
    const { world, saved, view } = await openWithView();
    const { rows } = await world.ask('history:page', { what: 'view', offset: 0, limit: 50 });
    expect(rows.map(({ label, changes }) => [label, changes])).toEqual([['Save the view Pumps', 1]]);
    const id = rows[0]?.id ?? 0;
    expect((await world.ask('history:changes', { id, offset: 0, limit: 5 })).rows).toEqual([
      {
        what: 'view',
        relationshipId: null,
        entityId: null,
        name: 'Pumps',
        before: null,
        after: 'Pumps, 2 entities, query kind:asset',
      },
    ]);
    await world.ask('views:rename', { id: view.id, name: 'Other' });
    await world.ask('views:save', { ...saved, name: 'Pumps' });
    const renamed = (await world.ask('history:page', { offset: 1, limit: 1 })).rows[0]?.id ?? 0;
    expect(await world.ask('history:revert-preview', { id: renamed })).toMatchObject({
      dependants: [{ label: 'Save the view Pumps' }],
    });
    expect(await world.refused('history:revert', { id })).toMatchObject({ code: 'not-revertible' });
    const last = (await world.ask('history:page', { offset: 0, limit: 1 })).rows[0]?.id ?? 0;
    await world.ask('history:revert', { id: last });
    await world.ask('history:revert', { id: renamed });
    expect(await list(world)).toEqual(['Pumps']);
  });
});

describe('a view as text', () => {
  test('has its keys in a fixed order and its entities by address, for people to edit', async () => {
    const { world, view } = await openWithView();
    const path = join(world.folder, 'view.json');
    const { text } = await world.ask('views:export', { id: view.id, path });
    expect(text).toBe(
      `${JSON.stringify(
        {
          format: 'weft-view',
          version: 1,
          id: view.id,
          name: 'Pumps',
          query: 'kind:asset',
          filter: { text: '', mode: 'dim' },
          hiddenKinds: [],
          viewport: { zoom: 1.5, x: 10, y: -4.25 },
          roots: ['local:asset:Two'],
          entities: [
            { entity: 'local:asset:One', x: 1, y: 2.5, pinned: true },
            { entity: 'local:asset:Two', x: -30, y: 0, pinned: false },
          ],
        },
        null,
        2,
      )}\n`,
    );
    writeFileSync(path, text.replace('"Pumps"', '"Edited"').replace('-30', '31'));
    expect(await world.ask('views:import', { source: { path } })).toMatchObject({
      view: { id: view.id, name: 'Edited' },
      replaced: true,
      missing: [],
    });
    expect((await world.ask('views:read', { id: view.id })).entities[1]).toMatchObject({ x: 31 });
    expect(await world.ask('history:undo', {})).toEqual({ label: 'Import the view Edited' });
    expect(await list(world)).toEqual(['Pumps']);
    await world.ask('history:redo', {});
    const entry = (await world.ask('history:page', { offset: 0, limit: 500 })).rows.find(
      ({ label }) => label === 'Import the view Edited',
    );
    await world.ask('history:revert', { id: entry?.id ?? 0 });
    expect(await list(world)).toEqual(['Pumps']);
  });

  test('that is none is refused with the place, and nothing is changed', async () => {
    const { world, view } = await openWithView();
    const { text } = await world.ask('views:export', { id: view.id, path: null });
    const wrong: [string, RegExp][] = [
      ['{', /not JSON/],
      ['[]', /expected object/i],
      [text.replace('"version": 1', '"version": 2'), /version: /],
      [text.replace('"x": 1,', '"x": "left",'), /entities 1 x: /],
      [text.replace('"x": 1,', '"x": 1e300,'), /entities 1 x: /],
      [text.replace('"pinned": true', '"pinned": true, "colour": 1'), /entities 1: /],
      [text.replace('"hiddenKinds": []', '"hiddenKinds": "all"'), /hiddenKinds: /],
      [text.replace('"query": "kind:asset"', '"query": "kind:asset ("'), /query: Character 13/],
      [text.replace('"text": ""', '"text": "colour:red"'), /filter: Character 1/],
      [text.replace('local:asset:One', 'local:asset:Two'), /entities 2: local:asset:Two is there twice/],
      [text.replace('local:asset:One', 'nothing'), /entities 1 entity: .*connection:kind:id/],
      [
        text.replace('"local:asset:Two"\n', `${'"local:asset:Two",\n'.repeat(200)}"local:asset:Two"\n`),
        /roots: A view grows from at most 200 entities/,
      ],
      [text.replace('"local:asset:Two"\n', '"local:asset:Three"\n'), /roots: local:asset:Three/],
    ];
    for (const [source, reason] of wrong) {
      const { code, message } = await world.refused('views:import', { source: { text: source } });
      expect([code, message]).toEqual(['view-not-read', expect.stringMatching(reason)]);
      expect(message).toMatch(/No view was changed\.$/);
    }
    expect(await world.refused('views:import', { source: { path: world.folder } })).toMatchObject({
      code: 'view-not-read',
    });
    expect((await world.ask('views:export', { id: view.id, path: null })).text).toBe(text);
  });

  test('that was cut, doubled or spliced is taken over whole or refused, never half', async () => {
    const { world, view } = await openWithView();
    const { text } = await world.ask('views:export', { id: view.id, path: null });
    const splice = fc.constantFrom(
      '"',
      '{',
      ']',
      ',',
      ':',
      '\\\\',
      '\\u0000',
      '1e999',
      '-0',
      '"__proto__": 1,',
      '',
      'null',
    );
    const place = fc.nat({ max: text.length });
    const tally = { taken: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(place, place, splice, async (from, to, between) => {
        const spoilt = text.slice(0, from) + between + text.slice(to);
        const result = await world.backend.request('views:import', { source: { text: spoilt } });
        if (result.ok) {
          tally.taken += 1;
          const again = await world.ask('views:export', { id: result.value.view.id, path: null });
          expect(JSON.parse(again.text)).toEqual(JSON.parse(JSON.stringify(JSON.parse(spoilt))));
          return;
        }
        tally.refused += 1;
        expect(result.error.code).toBe('view-not-read');
      }),
      { numRuns: 500, seed: 9 },
    );
    expect(tally.refused).toBeGreaterThan(300);
  });

  test('of another view of that name is taken over under another name only', async () => {
    const { world, view } = await openWithView();
    const { text } = await world.ask('views:export', { id: view.id, path: null });
    const other = text.replace(view.id, 'another-id');
    const source = { text: other };
    expect(await world.refused('views:import', { source })).toMatchObject({ code: 'view-name-taken' });
    expect(await world.ask('views:import', { source, name: 'Pumps 2' })).toMatchObject({
      view: { id: 'another-id', name: 'Pumps 2' },
      replaced: false,
    });
    const third = { text: text.replace(view.id, 'third-id') };
    expect(await world.ask('views:import', { source: third, rename: true })).toMatchObject({
      view: { id: 'third-id', name: 'Pumps (2)' },
    });
    expect(await world.ask('views:import', { source: { text }, rename: true })).toMatchObject({
      view: { id: view.id, name: 'Pumps' },
      replaced: true,
    });
  });

  test('names what this workspace does not have, keeps it when it is saved again, and draws it once it is there', async () => {
    const { world, view } = await openWithView();
    const { text } = await world.ask('views:export', { id: view.id, path: null });
    const other = await openTransferWorld();
    const one = await make(other, 'One');
    const taken = await other.ask('views:import', { source: { text } });
    expect(taken).toMatchObject({ view: { missingCount: 1, entityCount: 2 }, missing: ['local:asset:Two'] });
    const { id } = taken.view;
    const missing = { viewId: id, addresses: taken.missing };
    expect((await other.ask('views:export', { id, path: null })).text).toBe(text);
    const entities = [{ id: one, x: 5, y: 5, pinned: false }];
    const settings = { ...plain, query: 'pump' };
    await other.ask('views:save', { id, name: 'Pumps', settings, entities, roots: [], missing });
    const copy = await other.ask('views:save', {
      id: null,
      name: 'Copy',
      settings,
      entities,
      roots: [one],
      missing,
    });
    expect(copy).toMatchObject({ missingCount: 1, entityCount: 2 });
    const two = await make(other, 'Two');
    for (const key of [id, copy.id]) {
      const found = await other.ask('views:read', { id: key });
      expect(found).toMatchObject({ missing: [], missingCount: 0 });
      expect(found.entities).toContainEqual({
        id: two,
        address: 'local:asset:Two',
        x: -30,
        y: 0,
        pinned: false,
      });
    }
    for (let n = 0; n < 2; n += 1) {
      await other.ask('views:save', { id, name: `Pumps ${n}`, settings, entities, roots: [], missing });
      expect((await other.ask('views:read', { id })).entities).toHaveLength(2);
    }
  });

  test('that are kept count among the entities and the roots that a view can have', async () => {
    const { world, one, two, three, saved } = await openWithView();
    const addresses = Array.from({ length: 4998 }, (_, number) => `other:asset:${number}`);
    const file = {
      format: 'weft-view',
      version: 1,
      id: 'large',
      name: 'Large',
      ...plain,
      roots: addresses.slice(0, 199),
      entities: addresses.map((entity) => ({ entity, x: 0, y: 0, pinned: false })),
    };
    await world.ask('views:import', { source: { text: JSON.stringify(file) } });
    const place = { x: 1, y: 2, pinned: false };
    const large = {
      ...saved,
      name: 'Large',
      id: ViewId.parse('large'),
      entities: [one, two].map((id) => ({ id, ...place })),
      roots: [one],
      missing: { viewId: ViewId.parse('large'), addresses },
    };
    expect(await world.ask('views:save', large)).toMatchObject({ entityCount: 5000, missingCount: 4998 });
    const { text } = await world.ask('views:export', { id: large.id, path: null });
    await world.ask('views:import', { source: { text } });
    const more = [...large.entities, { id: three, ...place }];
    expect(await world.refused('views:save', { ...large, entities: more })).toMatchObject({
      code: 'view-too-large',
      message: expect.stringMatching(/would draw 5001, 4998 that .* draw fewer and save again/),
    });
    expect(await world.refused('views:save', { ...large, roots: [one, two] })).toMatchObject({
      code: 'view-too-large',
      message: expect.stringMatching(/would grow from 201, .* collapse some and save again/),
    });
    expect((await world.ask('views:export', { id: large.id, path: null })).text).toBe(text);
  });

  test('that are too many by themselves are refused with what to do', async () => {
    const { world, one, saved } = await openWithView();
    const many = (length: number) => Array.from({ length }, () => one);
    const entities = many(5001).map((id) => ({ id, x: 0, y: 0, pinned: false }));
    expect(await world.refused('views:save', { ...saved, entities })).toMatchObject({
      message: 'A view draws at most 5000 entities. Draw fewer and save again; nothing was saved.',
    });
    expect(await world.refused('views:save', { ...saved, roots: many(201) })).toMatchObject({
      message:
        'A view grows from at most 200 entities. Collapse some of them and save again; nothing was saved.',
    });
  });

  test('that appeared and was then taken out of the picture does not come back', async () => {
    const { world, view } = await openWithView();
    const { text } = await world.ask('views:export', { id: view.id, path: null });
    const other = await openTransferWorld();
    const one = await make(other, 'One');
    const { id, name } = (await other.ask('views:import', { source: { text } })).view;
    await make(other, 'Two');
    const opened = await other.ask('views:read', { id });
    expect(opened).toMatchObject({ missing: [], entityCount: 2 });
    const missing = { viewId: id, addresses: opened.missing };
    const entities = [{ id: one, x: 5, y: 5, pinned: false }];
    const { settings } = opened;
    await other.ask('views:save', { id, name, settings, entities, roots: [], missing });
    expect(await other.ask('views:read', { id })).toMatchObject({ missing: [], entities: [{ id: one }] });
  });

  test('restores all of its settings in a fresh workspace, whatever is drawn and whatever is missing there', async () => {
    const world = await openTransferWorld();
    const ids = await makeAll(world, localIds);
    const fresh = await openTransferWorld();
    await makeAll(fresh, localIds.slice(2).toReversed());
    const complete = await openTransferWorld();
    await makeAll(complete, localIds.toReversed());
    let lacking = 0;
    await fc.assert(
      fc.asyncProperty(anyViewOver(localIds.length), async (view) => {
        const saved = await world.ask('views:save', toSave(view, ids));
        const before = await world.ask('views:read', { id: saved.id });
        const { text } = await world.ask('views:export', { id: saved.id, path: null });
        await world.ask('views:remove', { id: saved.id });

        const { missing } = await complete.ask('views:import', { source: { text } });
        expect(missing).toEqual([]);
        const after = await complete.ask('views:read', { id: saved.id });
        expect(toRestored(after)).toEqual(toRestored(before));
        expect((await complete.ask('views:export', { id: saved.id, path: null })).text).toBe(text);
        await complete.ask('views:remove', { id: saved.id });

        const taken = await fresh.ask('views:import', { source: { text } });
        const absent = before.entities
          .map(({ address }) => address)
          .filter((address) => ['local:asset:1', 'local:asset:a:b:c'].includes(address));
        expect(taken.missing).toEqual(absent);
        if (absent.length > 0) lacking += 1;
        expect((await fresh.ask('views:export', { id: saved.id, path: null })).text).toBe(text);
        await fresh.ask('views:remove', { id: saved.id });
      }),
      { numRuns: 100, seed: 5 },
    );
    expect(lacking).toBeGreaterThan(20);
  });
});

describe('entities of a view', () => {
  test('that were removed meanwhile are drawn as removed, and their places stay', async () => {
    const { world, one, view } = await openWithView();
    const before = await world.ask('views:read', { id: view.id });
    await world.ask('entities:delete', { id: one });
    expect(await world.ask('views:read', { id: view.id })).toEqual(before);
    const drawn = await world.ask('graph:neighbourhood', { roots: [], limit: 60, also: [one] });
    expect(drawn.entities).toMatchObject([{ id: one, removed: true }]);
  });

  test('stay as archived copies when their connection is removed, and are known by address once nothing draws them', () => {
    const small = createSmallPlant();
    const { db, context, plant, boiler, pump } = small;
    const place = { x: 1, y: 2, pinned: false };
    const drawn = {
      id: ViewId.parse('view'),
      name: 'Boilers',
      settings: plain,
      roots: [],
      missing: null,
      entities: [
        { id: boiler, ...place },
        { id: pump, ...place },
      ],
    };
    saveView(context, drawn);
    saveView(context, { ...drawn, entities: [{ id: boiler, ...place }] });
    removeCopies(db, plant, NOW);
    expect(readView(db, drawn.id).places).toMatchObject([
      { id: boiler, address: 'plant (removed):asset:11' },
    ]);
    undoOrRedo(context, 'undo');
    expect(readView(db, drawn.id).places).toMatchObject([
      { id: boiler, address: 'plant (removed):asset:11' },
      { id: null, address: 'plant:asset:12' },
    ]);
  });
});
