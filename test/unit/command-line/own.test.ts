import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { runCommandLine } from '../../support/command-line.ts';
import { createTempFolder } from '../../support/temp-folder.ts';
import { createSmallPlant } from '../../support/workspace.ts';

let workspace: string;
beforeEach(() => {
  workspace = join(createTempFolder(), 'own.weft');
});

const weft = (...args: string[]) => runCommandLine([...args, '--workspace', workspace, '--json']);

async function ok(...args: string[]): Promise<unknown> {
  const result = await weft(...args);
  expect({ code: result.code, stderr: result.stderr }, result.stdout).toEqual({ code: 0, stderr: '' });
  return result.json();
}

async function expectError(code: number, error: string, ...args: string[]): Promise<string> {
  const result = await weft(...args);
  expect(result.code, result.stdout).toBe(code);
  const value = result.json() as { error: { code: string; message: string } }; // as the README says
  expect(value.error.code).toBe(error);
  return value.error.message;
}

function writeRows(): string {
  const file = join(dirname(workspace), 'rows.csv');
  writeFileSync(file, 'name,kind\nBo,person\nPump,asset\n');
  return file;
}

describe('a workspace that no system is connected to', () => {
  test('is made empty, once, and holds what is added by hand', async () => {
    expect(await ok('create')).toEqual({ path: workspace, name: 'own' });
    expect(await ok('status')).toMatchObject({ entityCount: 0, connections: [] });
    await expectError(1, 'workspace-exists', 'create');
    const bo = { entity: 'local:person:bo', connection: 'local', kind: 'person', name: 'Bo' };
    const attributes = [{ name: 'floor', value: '2' }];
    const known = { removed: false, relationships: 0, origin: null };
    expect(
      await ok('entity', 'add', 'Bo', '--kind', 'person', '--id', 'bo', '--attribute', 'floor=2'),
    ).toEqual({ ...bo, ...known, archived: false, attributes });
    expect(
      await ok('entity', 'change', 'local:person:bo', '--archived', 'yes', '--attribute', 'desk=a=b'),
    ).toEqual({
      ...bo,
      ...known,
      archived: true,
      attributes: [...attributes, { name: 'desk', value: 'a=b' }],
    });
    expect(
      await ok('entity', 'change', 'local:person:bo', '--name', 'Bob', '--attribute', 'floor=', 'desk=9'),
    ).toMatchObject({ name: 'Bob', archived: true, attributes: [{ name: 'desk', value: '9' }] });
    expect(await ok('entity', 'remove', 'local:person:bo')).toEqual({ ...bo, name: 'Bob' });
    expect(await ok('entities')).toEqual([]);
  });

  test('keeps attributes that nobody named, several of one name too', async () => {
    await ok('create');
    const file = join(dirname(workspace), 'ports.json');
    const fields = [1, 2].map((value) => ({ name: 'port', value }));
    writeFileSync(file, JSON.stringify({ entities: [{ name: 'Hub', kind: 'switch', id: 'hub', fields }] }));
    await ok('import', file);
    const color = { name: 'color', value: 'red' };
    expect(await ok('entity', 'change', 'local:switch:hub', '--attribute', 'color=red')).toMatchObject({
      attributes: [...fields, color],
    });
    expect(await ok('entity', 'change', 'local:switch:hub', '--attribute', 'port=3')).toMatchObject({
      attributes: [{ name: 'port', value: '3' }, color],
    });
  });

  test('is named by an import that finds none, and made by one with --create', async () => {
    const rows = writeRows();
    const message = await expectError(1, 'workspace-missing', 'import', rows);
    expect(message).toContain('create, or with import --create');
    expect(await expectError(2, 'wrong-usage', 'import', rows, '--create', '--dry-run')).toContain(
      '--create',
    );
    expect(existsSync(workspace)).toBe(false);
    expect(await ok('import', rows, '--create')).toMatchObject({ counts: { create: 2, refused: 0 } });
    expect(await ok('import', rows, '--create')).toMatchObject({ counts: { create: 0 } });
  });

  test('is not left behind by an import that cannot be read, and stays where it was there before', async () => {
    const folder = dirname(workspace);
    await ok('create');
    const missing = join(folder, 'missing.csv');
    const failing = await weft('import', missing, '--create');
    expect({ code: failing.code, there: existsSync(workspace) }).toEqual({ code: 1, there: true });
    workspace = join(folder, 'other.weft');
    const before = readdirSync(folder);
    for (const args of [[missing], [writeRows(), '--map', 'nowhere=name']]) {
      expect((await weft('import', ...args, '--create')).code).toBeGreaterThan(0);
    }
    expect(readdirSync(folder).filter((name) => name !== 'rows.csv')).toEqual(before);
  });

  test('keeps an entity that is related, and says what stands in the way', async () => {
    await ok('create');
    for (const name of ['Pump', 'Tank']) await ok('entity', 'add', name);
    await ok('relate', 'local:asset:Pump', 'local:asset:Tank', '--type', 'feeds');
    const message = await expectError(1, 'entity-related', 'entity', 'remove', 'local:asset:Pump');
    expect(message).toContain('nothing was changed');
  });
});

describe('neighbours', () => {
  beforeEach(async () => {
    await ok('create');
    const file = join(dirname(workspace), 'links.csv');
    writeFileSync(file, 'source,type,target\nHub,feeds,A\nHub,feeds,B\nB,feeds,Hub\nHub,,C\nC,feeds,D\n');
    await ok('import', file, '--create-missing');
  });
  const at = (name: string) => `local:asset:${name}`;

  test('are counted by type and direction before any is listed', async () => {
    expect(await ok('neighbours', at('Hub'), '--counts')).toEqual({
      entity: at('Hub'),
      relationshipTotal: 4,
      groups: [
        { type: 'feeds', label: 'feeds', direction: 'out', count: 2, pending: 0 },
        { type: null, label: null, direction: 'out', count: 1, pending: 0 },
        { type: 'feeds', label: 'is fed by', direction: 'in', count: 1, pending: 0 },
      ],
    });
  });

  test('are listed by type and direction, page by page, with all counts beside', async () => {
    const both = ['neighbours', at('Hub'), '--type', 'feeds', '--limit', '1'];
    const first = await ok(...both);
    expect(first).toMatchObject({ relationshipTotal: 4, total: 2, neighbours: [{ entity: at('A') }] });
    const links = [
      { type: 'feeds', direction: 'out', state: 'local' },
      { type: 'feeds', direction: 'in', state: 'local' },
    ];
    expect(await ok(...both, '--offset', '1')).toMatchObject({
      total: 2,
      neighbours: [{ entity: at('B'), relationships: links }],
    });
    expect(await ok('neighbours', at('Hub'), '--direction', 'in')).toMatchObject({
      total: 1,
      neighbours: [{ entity: at('B'), relationships: [links[1]] }],
    });
    expect(await ok('neighbours', at('Hub'), '--type', '')).toMatchObject({
      total: 1,
      neighbours: [{ entity: at('C') }],
    });
    expect(await ok('neighbours', at('Hub'), '--type', 'controls')).toMatchObject({
      relationshipTotal: 4,
      total: 0,
      neighbours: [],
    });
  });

  test('are found by what a type means, from whichever end it is written', async () => {
    const file = join(dirname(workspace), 'meant.csv');
    writeFileSync(file, 'source,type,target\nS,is fed by,R\nT,← waters,R\nU,connected to,R\n');
    await ok('import', file, '--create-missing');
    const find = async (...args: string[]) => {
      const { neighbours } = (await ok('neighbours', at('R'), ...args)) as { neighbours: unknown[] }; // as the README says
      return neighbours;
    };
    const fed = { type: 'is fed by', label: 'feeds', direction: 'in' };
    const [s, t, u] = [{ entity: at('S') }, { entity: at('T') }, { entity: at('U') }];
    expect(await find('--type', 'feeds')).toMatchObject([{ ...s, relationships: [fed] }]);
    expect(await find('--type', 'is fed by')).toMatchObject([s]);
    expect(await find('--type', 'is fed by', '--direction', 'in')).toMatchObject([s]);
    expect(await find('--type', 'is fed by', '--direction', 'out')).toEqual([]);
    expect(await find('--type', 'waters', '--direction', 'out')).toMatchObject([t]);
    expect(await find('--direction', 'out')).toMatchObject([s, t, u]);
    expect(await find('--direction', 'in')).toMatchObject([u]);
    const printed = await runCommandLine(['neighbours', at('R'), '--workspace', workspace]);
    expect(printed.stdout).toContain('  1  → feeds\n');
    expect(printed.stdout).toContain('  1  → waters\n');
    expect(printed.stdout).toContain('  1  ← connected to\n');
  });

  test('leave no relationship out that an entity has with itself', async () => {
    await ok('types', 'save', 'likes', '--inverse', 'is liked by', '--self', 'yes');
    await ok('relate', at('Hub'), at('Hub'), '--type', 'likes');
    const itself = [{ type: 'likes', label: 'likes', direction: 'out', state: 'local' }];
    expect(await ok('neighbours', at('Hub'))).toMatchObject({ relationshipTotal: 5, total: 3, itself });
    expect(await ok('neighbours', at('Hub'), '--type', 'feeds')).toMatchObject({ itself: [] });
    const printed = await runCommandLine(['neighbours', at('Hub'), '--workspace', workspace]);
    expect(printed.stdout).toContain('with itself: → likes');
  });

  test('are told hop by hop, and what is not listed is counted', async () => {
    const found = await ok('neighbours', at('Hub'), '--hops', '2', '--limit', '2');
    expect(found).toMatchObject({
      hops: [
        { hop: 1, total: 3, shown: 2 },
        { hop: 2, total: 1, shown: 0 },
      ],
      complete: true,
      neighbours: [{ entity: at('A') }, { entity: at('B') }],
    });
    const printed = await runCommandLine(['neighbours', at('Hub'), '--limit', '1', '--workspace', workspace]);
    expect(printed.stdout).toContain('4 relationships');
    expect(printed.stdout).toContain('… and 2 more');
  });

  test.each<[string, readonly string[]]>([
    ['hops and a type', ['--hops', '2', '--type', 'feeds']],
    ['counts and a limit', ['--counts', '--limit', '2']],
    ['an offset below 0', ['--offset', '-1']],
  ])('wrong usage: %s', async (_, args) => {
    await expectError(2, 'wrong-usage', 'neighbours', at('Hub'), ...args);
  });
});

describe('types save', () => {
  beforeEach(async () => {
    await ok('create');
  });

  const read = async (name: string) =>
    ((await ok('types', 'export')) as { name: string }[]).find((type) => type.name === name); // as the README says

  test('makes a type, changes what is named of it and leaves the rest, and undo takes it back', async () => {
    await ok('types', 'save', 'vents', '--inverse', 'is vented by', '--max-per-target', '2');
    const made = { inverse: 'is vented by', symmetric: false, maxPerTarget: 2, impact: 'to-target' };
    expect(await read('vents')).toMatchObject(made);
    await ok('types', 'save', 'vents', '--acyclic', 'yes', '--source-kinds', 'asset', 'pump');
    const kinds = ['asset', 'pump'];
    expect(await read('vents')).toMatchObject({ ...made, acyclic: true, sourceKinds: kinds });
    await ok('types', 'save', 'vents', '--max-per-target', 'any', '--source-kinds', 'any');
    expect(await read('vents')).toMatchObject({ maxPerTarget: null, sourceKinds: null, acyclic: true });
    await ok('undo');
    expect(await read('vents')).toMatchObject({ ...made, acyclic: true, sourceKinds: kinds });
    await ok('types', 'save', 'twins', '--symmetric', 'yes');
    expect(await read('twins')).toMatchObject({ inverse: 'twins', symmetric: true, impact: 'both' });
  });

  test.each<[string, readonly Record<string, unknown>[], readonly string[]]>([
    ['an inverse that another type has', [{ inverse: 'feeds' }], ['--inverse', 'feeds']],
    [
      'a symmetric type that carries failure one way',
      [{ inverse: 'vents', symmetric: true, impact: 'to-target' }],
      ['--symmetric', 'yes', '--impact', 'to-target'],
    ],
    [
      'a symmetric type that is acyclic',
      [{ inverse: 'vents', symmetric: true, acyclic: true, impact: 'both' }],
      ['--symmetric', 'yes', '--acyclic', 'yes'],
    ],
  ])('%s is refused with the code of an import', async (_, [changed], args) => {
    const open = { sourceKinds: null, targetKinds: null, maxPerSource: null, maxPerTarget: null };
    const plain = { symmetric: false, acyclic: false, duplicates: false, self: false, impact: 'none' };
    const file = join(dirname(workspace), 'types.json');
    writeFileSync(file, JSON.stringify([{ name: 'vents', needed: null, ...open, ...plain, ...changed }]));
    const imported = await weft('types', 'import', file);
    const { error } = imported.json() as { error: { code: string } }; // as the README says
    await expectError(1, error.code, 'types', 'save', 'vents', ...args);
    expect(await read('vents')).toBeUndefined();
  });
});

test('backups changes what is named of how they rotate, and says it', async () => {
  await ok('create');
  expect(await ok('backups', '--keep', '3')).toMatchObject({ keep: 3 });
  const found = (await ok('backups')) as { everyHours: number }; // as the README says
  expect(await ok('backups', '--every', '5')).toMatchObject({ keep: 3, everyHours: 5 });
  expect(found.everyHours).not.toBe(5);
  await expectError(2, 'wrong-usage', 'backups', '--keep', 'all');
  const printed = await runCommandLine(['backups', '--keep', '0', '--workspace', workspace]);
  expect(printed.stdout).toContain('none is made by itself');
});

test('an entity that a remote has is not changed here', async () => {
  const small = createSmallPlant();
  small.workspace.close();
  workspace = small.workspace.path;
  await expectError(1, 'entity-not-local', 'entity', 'change', 'plant:asset:12', '--name', 'Mine');
  await expectError(1, 'entity-not-local', 'entity', 'remove', 'plant:asset:12');
});
