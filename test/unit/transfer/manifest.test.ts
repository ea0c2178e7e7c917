import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTransferWorld } from '../../support/transfer-world.ts';

async function exportWorld(format: 'csv' | 'json') {
  const world = await openTransferWorld();
  await world.ask('entities:create', { kind: 'asset', name: 'Pump', fields: [] });
  const path = join(world.folder, `out.${format}`);
  const { paths } = await world.ask('export:write', { path, format, query: '' });
  const files = paths.filter((written) => !written.endsWith('.manifest.json'));
  const changedOf = async (...sources: string[]) =>
    (await world.ask('import:inspect', { source: { paths: sources } })).changed;
  return { world, files, changedOf };
}

test.each(['csv', 'json'] as const)('an export to %s is as its manifest says', async (format) => {
  const { files, changedOf } = await exportWorld(format);
  expect(await changedOf(...files)).toEqual([]);
});

test('a file that was changed since its export is told by name, and can be imported', async () => {
  const { world, files, changedOf } = await exportWorld('csv');
  const [entities = '', relationships = ''] = files;
  appendFileSync(entities, 'local:asset:Fan,Fan,asset,false\r\n');
  expect(await changedOf(entities, relationships)).toEqual(['out-entities.csv']);
  const { counts } = await world.ask('import:commit', await world.inspect(entities));
  expect(counts).toMatchObject({ create: 1, unchanged: 1 });
});

test('what is no manifest, or one of other files, says nothing of a file', async () => {
  const { world, files, changedOf } = await exportWorld('json');
  const [path = ''] = files;
  writeFileSync(join(world.folder, 'other.csv'), 'name\nFan\n');
  expect(await changedOf(join(world.folder, 'other.csv'))).toEqual([]);
  for (const text of ['no JSON', '{"files":[]}']) {
    writeFileSync(join(world.folder, 'out.manifest.json'), text);
    expect(await changedOf(path)).toEqual([]);
  }
});
