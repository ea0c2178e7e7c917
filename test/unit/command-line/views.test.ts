import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { runCommandLine } from '../../support/command-line.ts';
import { createSmallPlant } from '../../support/workspace.ts';

let workspace: string;
beforeEach(() => {
  const small = createSmallPlant();
  small.workspace.close();
  workspace = small.workspace.path;
});

const weft = (...args: string[]) => runCommandLine([...args, '--workspace', workspace, '--json']);

async function ok(...args: string[]): Promise<unknown> {
  const result = await weft(...args);
  expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr: '' });
  return result.json();
}

const file = {
  format: 'weft-view',
  version: 1,
  id: 'pumps-1',
  name: 'Pumps',
  query: 'connection:plant -valve',
  filter: { text: 'boiler', mode: 'hide' },
  hiddenKinds: ['metric'],
  viewport: { zoom: 2, x: 1, y: 2 },
  roots: ['plant:asset:12'],
  entities: [
    { entity: 'plant:asset:12', x: 1.5, y: -2, pinned: true },
    { entity: 'plant:asset:99', x: 0, y: 0, pinned: false },
  ],
};

test('a view goes in, is shown, renamed, exported as it came, taken out and brought back by undo', async () => {
  const at = (name: string) => join(dirname(workspace), name);
  writeFileSync(at('in.json'), JSON.stringify(file));
  const summary = { id: 'pumps-1', name: 'Pumps', query: file.query, entities: 2, missing: 1 };
  expect(await ok('views', 'import', at('in.json'))).toEqual({
    view: { ...summary, savedAt: expect.any(String) },
    replaced: false,
    missing: ['plant:asset:99'],
  });
  expect(await ok('views')).toMatchObject([summary]);
  expect(await ok('views', 'list', '--search', 'valves')).toEqual([]);
  const { format: _format, version: _version, ...held } = file;
  expect(await ok('views', 'show', 'Pumps')).toEqual({
    ...held,
    entities: file.entities.slice(0, 1),
    missing: ['plant:asset:99'],
    savedAt: expect.any(String),
  });
  expect(await ok('views', 'rename', 'pumps-1', 'All pumps')).toMatchObject({ name: 'All pumps' });
  await ok('views', 'export', 'All pumps', at('out.json'));
  expect(JSON.parse(readFileSync(at('out.json'), 'utf8'))).toEqual({ ...file, name: 'All pumps' });
  expect(await ok('views', 'remove', 'All pumps')).toMatchObject({ id: 'pumps-1' });
  expect(await ok('views')).toEqual([]);
  await ok('undo');
  expect(await ok('views', 'export', 'pumps-1')).toEqual({ ...file, name: 'All pumps' });
});

test('query and export find by the query of a view what they find by its text', async () => {
  const at = (name: string) => join(dirname(workspace), name);
  writeFileSync(at('in.json'), JSON.stringify(file));
  await ok('views', 'import', at('in.json'));
  const found = await ok('query', file.query);
  expect(found).toMatchObject({ total: 3 });
  expect(await ok('query', '--view', 'Pumps')).toEqual(found);
  expect(await ok('export', at('out.json'), '--view', 'Pumps')).toMatchObject({
    manifest: { filter: file.query, counts: { entities: 3 } },
  });
  const both = await weft('export', at('out.json'), '--view', 'Pumps', '--query', 'pump');
  expect([both.code, both.json()]).toMatchObject([
    2,
    { error: { message: 'Give a query or --view, not both.' } },
  ]);
});

test('without --json people read lines', async () => {
  const path = join(dirname(workspace), 'in.json');
  writeFileSync(path, JSON.stringify(file));
  const plainly = (...args: string[]) => runCommandLine([...args, '--workspace', workspace]);
  expect((await plainly('views', 'import', path)).stdout).toBe(
    'Imported: Pumps  2 entities, 1 not in this workspace  connection:plant -valve  (pumps-1)\n' +
      'plant:asset:99  not in this workspace, kept for when it appears\n',
  );
  expect((await plainly('views', 'show', 'Pumps')).stdout).toContain('plant:asset:12  pinned\n');
});
