import { expect, test } from 'vitest';
import { formats } from '../../src-main/backend/transfer/read-file.ts';
import { createRandom } from '../servers/shared/random.ts';
import { makeMutatedFile, matrixNames } from '../support/mutated-files.ts';
import { openTransferWorld, type TransferWorld } from '../support/transfer-world.ts';

const INPUTS = 1500;
/** What no import that fails may change. */
async function readState({ ask }: TransferWorld): Promise<string> {
  const page = { offset: 0, limit: 1 };
  const entities = await ask('entities:page', { search: '', kinds: [], connectionId: null, ...page });
  const relationships = await ask('relationships:page', { entityId: null, ...page });
  const history = await ask('history:page', page);
  const types = await ask('types:list', {});
  const views = await ask('views:list', { search: '', ...page });
  return JSON.stringify([entities.total, relationships.total, history.total, types, views.total]);
}

test.each(formats)('%s: what is read is imported as the dry run says, or changes nothing', async (format) => {
  const world = await openTransferWorld();
  const random = createRandom(100 + formats.indexOf(format));
  for (const name of matrixNames) await world.ask('entities:create', { kind: 'asset', name, fields: [] });
  const seen = { unread: 0, unmapped: 0, nothing: 0, made: 0, matrices: 0, carried: 0, origins: 0 };
  for (let input = 0; input < INPUTS; input += 1) {
    const path = world.file(`fuzz.${format}`, makeMutatedFile(format, random));
    const read = await world.backend.request('import:inspect', { source: { paths: [path] } });
    if (!read.ok) {
      expect(read.error.code, `input ${input}`).toMatch(/^file-(not-read|too-large)$/);
      seen.unread += 1;
      continue;
    }
    const { handle, tables } = read.value;
    const mappings = tables.map(({ mapping }) => mapping);
    const settings = { mappings, choices: [], kind: 'asset', createMissing: true, local: true };
    const page = { only: 'all', offset: 0, limit: 500 } as const;
    const before = await readState(world);
    const told = await world.backend.request('import:preview', { handle, settings, ...page });
    const done = await world.backend.request('import:commit', { handle, settings });
    await world.ask('import:forget', { handle });
    if (!told.ok || !done.ok) {
      expect([told.ok, done.ok], `input ${input}`).toEqual([false, false]);
      expect(await readState(world), `input ${input}`).toBe(before);
      seen.unmapped += 1;
      continue;
    }
    const { counts, carried } = told.value;
    expect({ counts: done.value.counts, carried: done.value.carried }, `input ${input}`).toEqual({
      counts,
      carried,
    });
    if (done.value.historyId === null) {
      expect(await readState(world), `input ${input}`).toBe(before);
      seen.nothing += 1;
      continue;
    }
    seen.made += 1;
    if (mappings.some(({ subject }) => subject === 'matrix')) seen.matrices += 1;
    if (carried.types + carried.views > 0) seen.carried += 1;
    if (mappings.some(({ roles }) => roles.includes('origin'))) seen.origins += 1;
    // so that what is made does not hide what comes
    await world.ask('history:undo', {});
  }
  expect(seen.made, JSON.stringify(seen)).toBeGreaterThan(INPUTS / 50);
  expect(seen.unread, JSON.stringify(seen)).toBeGreaterThan(INPUTS / 50);
  if (format === 'csv' || format === 'tsv') {
    expect(seen.matrices, JSON.stringify(seen)).toBeGreaterThan(INPUTS / 50);
  }
  if (format === 'json') {
    expect(seen.carried, JSON.stringify(seen)).toBeGreaterThan(INPUTS / 50);
    expect(seen.origins, JSON.stringify(seen)).toBeGreaterThan(INPUTS / 50);
  }
});
