import { expect, test } from 'vitest';
import type { Events } from '../../src-preload/contract/events.ts';
import { openTransferWorld, type TransferWorld } from '../support/transfer-world.ts';

const HANDLE = '0d0f9b3e-7a52-4c1f-9d56-1c8e6a0f2b11';

/** What no reading may change. */
async function readState({ ask }: TransferWorld) {
  const page = { offset: 0, limit: 1 };
  const entities = await ask('entities:page', { search: '', kinds: [], connectionId: null, ...page });
  const history = await ask('history:page', page);
  return { entities: entities.total, history: history.total };
}

/** Two files; the second is read once the first one is. */
function writeParts(world: TransferWorld): string[] {
  const rows = Array.from({ length: 5000 }, (_, index) => `Part ${index},part`);
  return ['first.csv', 'second.csv'].map((name) => world.file(name, `name,kind\n${rows.join('\n')}\n`));
}

test('a reading that is cancelled when its second file begins says so and leaves nothing', async () => {
  const world = await openTransferWorld();
  const paths = writeParts(world);
  const before = await readState(world);
  const told: Events['import:progressed'][] = [];
  const stop = world.backend.onEvent(({ event, payload }) => {
    if (event !== 'import:progressed') return;
    told.push(payload);
    if (payload.done === payload.total / 2) void world.ask('import:cancel', { handle: HANDLE });
  });
  const refused = await world.refused('import:inspect', { source: { paths }, handle: HANDLE });
  stop();
  expect(refused).toEqual({
    code: 'cancelled',
    message: 'The import was cancelled. Nothing was imported.',
  });
  expect(told[0]).toMatchObject({ handle: HANDLE, phase: 'reading', done: 0 });
  expect(told.at(-1)?.done).toBeLessThan(told[0]?.total ?? 0);
  const settings = { mappings: [], choices: [], kind: 'asset', createMissing: false, local: false };
  expect(await world.refused('import:commit', { handle: HANDLE, settings })).toMatchObject({
    code: 'import-gone',
  });
  expect(await readState(world)).toEqual(before);

  const { tables } = await world.ask('import:inspect', { source: { paths }, handle: HANDLE });
  expect(tables.map(({ rows }) => rows)).toEqual([5000, 5000]);
});

test('a handle names one import until it is let go', async () => {
  const world = await openTransferWorld();
  const source = { text: 'name,kind\nAda,person\n', format: 'csv' as const };
  await world.ask('import:inspect', { source, handle: HANDLE });
  expect(await world.refused('import:inspect', { source, handle: HANDLE })).toMatchObject({
    code: 'import-known',
  });
  await world.ask('import:forget', { handle: HANDLE });
  expect(await world.ask('import:inspect', { source, handle: HANDLE })).toMatchObject({ handle: HANDLE });
});
