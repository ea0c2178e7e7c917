import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import type { EntityId } from '../../../src-preload/contract/model.ts';
import { runCommandLine } from '../../support/command-line.ts';
import { createTempFolder } from '../../support/temp-folder.ts';
import { createSmallPlant } from '../../support/workspace.ts';

let workspace: string;
beforeEach(() => {
  const small = createSmallPlant();
  const { building, boiler, pump, valve, elsewhere, context } = small;
  const add = (sourceId: EntityId, type: string, targetId: EntityId) =>
    relate(context, { sourceId, targetId, type, local: true });
  add(building, 'feeds', boiler);
  add(boiler, 'feeds', pump);
  add(valve, 'feeds', pump);
  add(pump, 'feeds', building);
  add(boiler, 'connected to', elsewhere);
  small.workspace.close();
  workspace = small.workspace.path;
});

const weft = (...args: string[]) => runCommandLine([...args, '--workspace', workspace, '--json']);

async function ok(...args: string[]): Promise<unknown> {
  const result = await weft(...args);
  expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr: '' });
  return result.json();
}

async function expectError(code: number, error: string, ...args: string[]): Promise<void> {
  const result = await weft(...args);
  expect(result.code).toBe(code);
  expect(result.json()).toMatchObject({ error: { code: error } });
}

const asset = (id: string, name: string) => {
  return { entity: `plant:asset:${id}`, connection: 'plant', kind: 'asset', name };
};

describe('query', () => {
  test('finds by the language, and says how a misspelt word was taken', async () => {
    expect(await ok('query', 'kind:asset pump')).toEqual({
      total: 1,
      entities: [asset('12', 'Pump')],
      corrections: [],
    });
    expect(await ok('query', 'biuler')).toEqual({ total: 0, entities: [], corrections: [] });
    expect(await ok('query', 'boilar')).toMatchObject({
      entities: [asset('11', 'Boiler')],
      corrections: [{ word: 'boilar', takenFor: ['boiler'] }],
    });
    expect(await ok('query', 'connection:plant', '--limit', '2')).toMatchObject({ total: 4 });
  });

  test('points at the character where it cannot go on', async () => {
    const result = await weft('query', 'pump (valve');
    expect(result.code).toBe(2);
    expect(result.json()).toMatchObject({
      error: { code: 'query-not-read', details: { position: 11, expected: 'a closing )' } },
    });
  });

  test('asks how entities are related; what begins with a minus stands in brackets or after --', async () => {
    const feeding = { total: 2, entities: [asset('11', 'Boiler'), asset('13', 'Valve')], corrections: [] };
    expect(await ok('query', 'kind:asset -[feeds]-> name:pump')).toEqual(feeding);
    expect(await ok('query', '(-[feeds]-> name:pump)')).toEqual(feeding);
    expect(await ok('query', '(<-[is fed by]- name:pump)')).toEqual(feeding);
    const result = await runCommandLine([
      'query',
      '--workspace',
      workspace,
      '--json',
      '--',
      '-[feeds]-> name:pump',
    ]);
    expect(result.json()).toEqual(feeding);
    expect(await ok('entities', '--search', '-[feeds]-> name:pump')).toHaveLength(2);
  });

  test('points at the character of an arrow where it cannot go on', async () => {
    const result = await weft('query', 'pump -[feeds*9]-> valve');
    expect(result.code).toBe(2);
    expect(result.json()).toMatchObject({ error: { code: 'query-not-read', details: { position: 12 } } });
  });

  test('entities --search takes the language too', async () => {
    expect(await ok('entities', '--search', 'connection:plant -pump -valve')).toHaveLength(2);
  });
});

describe('impact', () => {
  test('what fails with an entity, with causes that lead back to it', async () => {
    expect(await ok('impact', 'plant:asset:11')).toMatchObject({
      total: 2,
      affected: [
        { ...asset('12', 'Pump'), distance: 1, root: 'plant:asset:11', cause: { entity: 'plant:asset:11' } },
        {
          ...asset('10', 'Building'),
          distance: 2,
          cause: { entity: 'plant:asset:12', relationship: 4, label: 'is fed by' },
        },
      ],
      sparedTotal: 0,
    });
  });

  test('several at once, with redundancy', async () => {
    expect(await ok('impact', 'plant:asset:11', '--rule', 'feeds=to-target:1')).toMatchObject({
      total: 0,
      spared: [
        { ...asset('12', 'Pump'), type: 'feeds', label: 'is fed by', working: 1, needed: 1, total: 2 },
      ],
    });
    const both = ['plant:asset:11', 'plant:asset:13'];
    expect(await ok('impact', ...both, '--rule', 'feeds=to-target:1')).toMatchObject({ total: 2 });
  });

  test('upwards, and no further than the limit, which is said', async () => {
    expect(await ok('impact', 'plant:asset:12', '--up')).toMatchObject({ total: 3 });
    const some = await ok('impact', 'plant:asset:12', '--up', '--limit', '1');
    expect(some).toMatchObject({ total: 3, affected: [{ distance: 1 }] });
  });

  test('an unknown entity ends with 1, a rule that is none with 2', async () => {
    await expectError(1, 'not-found', 'impact', 'plant:asset:99');
    await expectError(2, 'wrong-usage', 'impact', 'plant:asset:11', '--rule', 'feeds=sideways');
  });
});

describe('explain', () => {
  test('the shortest paths with their evidence', async () => {
    const hop = (from: string, to: string, id: number, label: string) => {
      const relationships = [{ id, type: 'feeds', label, state: 'local' }];
      return { from, to, relationshipTotal: 1, relationships };
    };
    expect(await ok('explain', 'plant:asset:13', 'plant:asset:11', '--paths', '5')).toEqual({
      paths: [
        {
          length: 2,
          hops: [
            hop('plant:asset:13', 'plant:asset:12', 3, 'feeds'),
            hop('plant:asset:12', 'plant:asset:11', 2, 'is fed by'),
          ],
        },
        expect.objectContaining({ length: 3 }),
      ],
      proof: null,
    });
  });

  test('filters, and the proof where there is no path', async () => {
    const ask = ['explain', 'plant:asset:13', 'other:asset:10'];
    expect(await ok(...ask, '--type', 'feeds')).toMatchObject({
      paths: [],
      proof: { fromSource: 4, fromTarget: 1, maxHops: 20 },
    });
    expect(await ok(...ask, '--avoid', 'plant:asset:11')).toMatchObject({ paths: [] });
    expect(await ok(...ask, '--connection', 'plant')).toMatchObject({ paths: [] });
    expect(await ok(...ask, '--connection', 'local', '--direction', 'forward')).toMatchObject({
      paths: [{ length: 4 }],
    });
    expect(await ok(...ask, '--max-hops', '2')).toMatchObject({ paths: [], proof: { maxHops: 2 } });
    await expectError(2, 'wrong-usage', ...ask, '--paths', '0');
    await expectError(2, 'wrong-usage', ...ask, '--limit', '0');
    await expectError(2, 'wrong-usage', ...ask, '--direction', 'up');
  });
});

describe('a relationship reads by the inverse label from its target', () => {
  const print = async (...args: string[]) =>
    (await runCommandLine([...args, '--workspace', workspace])).stdout.trimEnd().split('\n');

  test('in the list of an entity', async () => {
    expect(await ok('relationships', '--of', 'plant:asset:12')).toMatchObject([
      { source: 'plant:asset:12', target: 'plant:asset:10', type: 'feeds', label: 'feeds' },
      { source: 'plant:asset:11', target: 'plant:asset:12', type: 'feeds', label: 'is fed by' },
      { source: 'plant:asset:13', target: 'plant:asset:12', type: 'feeds', label: 'is fed by' },
    ]);
    expect(await print('relationships', '--of', 'plant:asset:12')).toEqual(
      expect.arrayContaining([
        expect.stringContaining('plant:asset:12 Pump → plant:asset:10 Building [feeds]  local'),
        expect.stringContaining('plant:asset:12 Pump ← plant:asset:11 Boiler [is fed by]  local'),
      ]),
    );
  });

  test('in the list of an entity as of a moment', async () => {
    const asked = ['relationships', '--of', 'plant:asset:10', '--as-of', '2100-01-01'];
    expect(await ok(...asked)).toMatchObject([{ label: 'feeds' }, { label: 'is fed by' }]);
    expect(await print(...asked)).toEqual([
      '1  plant:asset:10 Building → plant:asset:11 Boiler [feeds]',
      '4  plant:asset:10 Building ← plant:asset:12 Pump [is fed by]',
    ]);
  });

  test('in the list of everything every relationship reads from its source', async () => {
    expect(await ok('relationships')).toEqual(
      expect.not.arrayContaining([expect.objectContaining({ label: expect.anything() })]),
    );
    expect((await print('relationships'))[1]).toContain('Boiler → plant:asset:12 Pump [feeds]');
  });

  test('on a path', async () => {
    expect(await print('explain', 'plant:asset:13', 'plant:asset:11', '--paths', '1')).toEqual([
      '2  plant:asset:13 -[feeds]-> plant:asset:12 -[is fed by]-> plant:asset:11',
    ]);
  });

  test('on a path, by the arrow alone where it has no type', async () => {
    await ok('relate', 'plant:asset:13', 'plant:asset:11');
    const explain = (...ends: string[]) => print('explain', ...ends, '--paths', '1');
    expect(await explain('plant:asset:13', 'plant:asset:11')).toEqual(['1  plant:asset:13 → plant:asset:11']);
    expect(await explain('plant:asset:11', 'plant:asset:13')).toEqual(['1  plant:asset:11 ← plant:asset:13']);
  });

  test('in what an entity fails by, and what it goes on without', async () => {
    expect(await print('impact', 'plant:asset:11')).toEqual([
      '2 affected, 0 spared',
      '1  plant:asset:12  Pump -[is fed by]-> plant:asset:11',
      '2  plant:asset:10  Building -[is fed by]-> plant:asset:12',
    ]);
    expect(await print('impact', 'plant:asset:12', '--up', '--limit', '1')).toContain(
      '1  plant:asset:11  Boiler -[feeds]-> plant:asset:12',
    );
    expect(await print('impact', 'plant:asset:11', '--rule', 'feeds=to-target:1')).toContain(
      'spared  plant:asset:12  Pump: 1 of 2 by “is fed by” work, 1 needed',
    );
  });
});

describe('explain without a path', () => {
  const ask = ['explain', 'plant:asset:13', 'other:asset:10', '--avoid', 'plant:asset:11'];
  const reached = (id: string, name: string, distance: number) => ({ ...asset(id, name), distance });
  const elsewhere = { entity: 'other:asset:10', connection: 'other', kind: 'asset', name: 'Elsewhere' };

  test('tells what was reached from either side, the nearest first, and under which filters', async () => {
    expect(await ok(...ask, '--type', 'feeds', '--connection', 'local', '--direction', 'forward')).toEqual({
      paths: [],
      proof: {
        fromSource: 3,
        fromTarget: 1,
        maxHops: 20,
        text: expect.stringContaining('there is no longer path either'),
        filters: {
          types: ['feeds'],
          connections: ['local'],
          direction: 'forward',
          avoid: ['plant:asset:11'],
        },
        source: {
          isExhausted: true,
          entities: [reached('13', 'Valve', 0), reached('12', 'Pump', 1), reached('10', 'Building', 2)],
        },
        target: { isExhausted: true, entities: [{ ...elsewhere, distance: 0 }] },
      },
    });
  });

  test('says which side is not searched to its end, and that a longer path is ruled out by the other', async () => {
    expect(await ok(...ask, '--max-hops', '1')).toMatchObject({
      proof: {
        text: expect.stringContaining('from the side of the target'),
        source: { isExhausted: false },
        target: { isExhausted: true },
      },
    });
  });

  test('prints no more of a side than the limit, and how many there are', async () => {
    const limited = await ok(...ask, '--limit', '1');
    expect(limited).toMatchObject({
      proof: { fromSource: 3, source: { entities: [reached('13', 'Valve', 0)] } },
    });
    const { stdout } = await runCommandLine([...ask, '--limit', '1', '--workspace', workspace]);
    expect(stdout.split('\n').slice(1)).toEqual([
      'without plant:asset:11',
      'source: 3 within reach, searched to the end',
      '  0  plant:asset:13  Valve',
      '  … and 2 more',
      'target: 1 within reach, searched to the end',
      '  0  other:asset:10  Elsewhere',
      '',
    ]);
  });
});

test('findings: cycles, islands, orphans and hubs', async () => {
  expect(await ok('findings', 'cycles')).toEqual({
    total: 1,
    findings: [
      {
        type: 'feeds',
        size: 3,
        entities: ['plant:asset:10', 'plant:asset:11', 'plant:asset:12'],
        entityTotal: 3,
      },
    ],
  });
  expect(await ok('findings', 'islands')).toEqual({ total: 0, findings: [] });
  expect(await ok('findings', 'orphans')).toEqual({ total: 0, findings: [] });
  expect(await ok('findings', 'hubs', '--hub-size', '3')).toMatchObject({
    total: 2,
    findings: [{ size: 3 }, {}],
  });
  await expectError(2, 'wrong-usage', 'findings', 'miracles');
});

describe('types', () => {
  test('list, export, import and remove', async () => {
    const listed = await ok('types');
    expect(listed).toEqual(
      expect.arrayContaining([
        {
          type: expect.objectContaining({ name: 'feeds', inverse: 'is fed by' }),
          origin: 'shipped',
          uses: 4,
        },
      ]),
    );
    const exported = await ok('types', 'export');
    const shipped = JSON.parse(readFileSync('resources/relationship-types.json', 'utf8')) as {
      name: string;
    }[]; // our own file
    expect(exported).toEqual(shipped.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
    const file = join(createTempFolder(), 'types.json');
    const own = { ...shipped[0], name: 'guards', inverse: 'is guarded by' };
    writeFileSync(file, JSON.stringify([own]));
    const before = await ok('types');
    const rehearsed = await ok('types', 'import', file, '--dry-run');
    expect(await ok('types')).toEqual(before);
    expect(await ok('types', 'import', file)).toEqual(rehearsed);
    expect(await ok('undo')).toEqual({ label: 'Import 1 relationship types' });
    expect(await ok('types')).toEqual(before);
    expect(await ok('types', 'import', file)).toHaveLength(shipped.length + 1);
    expect(await ok('types', 'import', file, '--replace')).toEqual([
      { type: own, origin: 'workspace', uses: 0 },
    ]);
    expect(await ok('types', 'remove', 'guards')).toEqual([]);
  });

  test('a file that is missing ends with 2, one that cannot be read with 1, and nothing is taken over', async () => {
    const file = join(createTempFolder(), 'types.json');
    await expectError(2, 'wrong-usage', 'types', 'import', file);
    writeFileSync(file, '[{}]');
    await expectError(1, 'types-not-read', 'types', 'import', file);
    await expectError(1, 'types-not-read', 'types', 'import', file, '--dry-run');
    await expectError(1, 'type-unknown', 'types', 'remove', 'nothing');
  });
});
