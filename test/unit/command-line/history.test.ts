import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { useCommandLinePlant } from '../../support/command-line-plant.ts';
import { createTempFolder } from '../../support/temp-folder.ts';

const { weft, ok, connectAndSync } = useCommandLinePlant();
beforeEach(connectAndSync);

test('history lists pulls and commands with who did them, and show tells what one changed', async () => {
  await ok('relate', 'plant:asset:20', 'plant:metric:21');
  const told = await ok('history');
  expect(told).toMatchObject({
    total: 2,
    entries: [
      { id: 2, actor: 'user', state: 'done', who: expect.stringContaining(' on '), changes: 1 },
      { id: 1, actor: 'sync', state: 'recorded', label: 'Sync of plant', who: expect.any(String) },
    ],
  });
  expect(await ok('history', 'show', '2')).toMatchObject({
    total: 1,
    changes: [{ what: 'relationship', before: null, after: 'related' }],
  });
  expect(await ok('history', 'show', '1', '--limit', '1')).toMatchObject({
    changes: [{ what: 'relationship', before: null }],
  });
});

test('history takes filters, and refuses what is no moment', async () => {
  await ok('relate', 'plant:asset:20', 'plant:metric:21');
  expect(await ok('history', '--command', 'relate')).toMatchObject({ total: 1, entries: [{ id: 2 }] });
  expect(await ok('history', '--entity', 'plant:metric:21', '--limit', '1')).toMatchObject({
    entries: [{ id: 2 }],
  });
  expect(await ok('history', '--to', '2020-01-01')).toEqual({ total: 0, entries: [] });
  expect((await weft('history', '--from', 'long ago')).code).toBe(2);
});

test('undo with a number takes one entry back alone, and says first what depends on it', async () => {
  await ok('relate', 'plant:asset:20', 'plant:metric:21');
  await ok('relate', 'plant:asset:20', 'plant:asset:10', '--local');
  expect(await ok('undo', '2', '--preview')).toMatchObject({
    changes: 1,
    pushed: false,
    dependants: [],
    refusal: null,
  });
  expect(await ok('undo', '2')).toMatchObject({ label: expect.stringContaining('Relate') });
  expect(await ok('outbox')).toEqual([]);
  const again = await weft('undo', '2');
  expect({ code: again.code, value: again.json() }).toMatchObject({
    code: 1,
    value: { error: { code: 'not-revertible' } },
  });
});

test('diff and relationships --as-of tell of the time before a change', async () => {
  const before = new Date().toISOString();
  const then = await ok('relationships', '--as-of', before);
  await ok('relate', 'plant:asset:20', 'plant:metric:21');
  expect(await ok('diff', before)).toMatchObject({
    total: 1,
    differences: [{ change: 'added', source: 'plant:asset:20', target: 'plant:metric:21' }],
  });
  expect(await ok('diff', new Date().toISOString(), before)).toMatchObject({
    differences: [{ change: 'removed' }],
  });
  expect(await ok('relationships', '--as-of', before)).toEqual(then);
  expect(await ok('relationships', '--as-of', '2020-01-01')).toEqual([]);
});

/** Entities of now come by name and say from when they are, those of a moment as they were found. */
function toSorted(rows: unknown): string[] {
  const toText = ({ asOf: _now, ...row }: Record<string, unknown>) => JSON.stringify(row);
  return Array.isArray(rows) ? rows.map(toText).toSorted() : [];
}

test('entities --as-of lists what was there and how it was called, and refuses a search', async () => {
  const inOrder = async (...args: string[]) => JSON.stringify(toSorted(await ok('entities', ...args)));
  const before = new Date().toISOString();
  expect(await inOrder('--as-of', before)).toBe(await inOrder());
  expect(await inOrder('--as-of', before, '--kind', 'asset')).toBe(await inOrder('--kind', 'asset'));
  expect(await ok('entities', '--as-of', '2020-01-01')).toEqual([]);
  expect((await weft('entities', '--as-of', 'long ago')).code).toBe(2);
  expect((await weft('entities', '--as-of', before, '--search', 'pump')).code).toBe(2);
});

test('diff --entities tells of what was brought since a moment, and back again', async () => {
  const listed = await ok('entities');
  const total = Array.isArray(listed) ? listed.length : 0;
  expect(total).toBeGreaterThan(0);
  const now = new Date().toISOString();
  expect(await ok('diff', '2020-01-01', '--entities', '--limit', '1')).toMatchObject({
    total,
    differences: [{ change: 'added', before: null }],
  });
  expect(await ok('diff', now, '2020-01-01', '--entities')).toMatchObject({ total });
});

/** Entities of the workspace's own, by one import. Answers with its number in the history. */
async function importEntities(count: number): Promise<string> {
  const file = join(createTempFolder(), 'sensors.csv');
  const rows = Array.from({ length: count }, (_, index) => `sensor-${index},Sensor ${index},sensor`);
  writeFileSync(file, ['id,name,kind', ...rows, ''].join('\n'));
  const { history } = (await ok('import', file, '--as', 'entities', '--local')) as { history: number };
  return String(history);
}

const lengthOf = (value: unknown, list: string) => (value as Record<string, unknown[]>)[list]?.length;

test('diff and history show print as many as are asked for, beyond one page, each once', async () => {
  const before = new Date().toISOString();
  const id = await importEntities(1100);
  const shown = await ok('history', 'show', id, '--limit', '1050');
  expect(shown).toMatchObject({ total: 1100 });
  const { changes } = shown as { changes: { entityId: number }[] };
  expect(new Set(changes.map(({ entityId }) => entityId)).size).toBe(1050);

  const differs = await ok('diff', before, '--entities', '--limit', '5000');
  expect(differs).toMatchObject({ total: 1100 });
  const { differences } = differs as { differences: { entity: string }[] };
  expect(new Set(differences.map(({ entity }) => entity)).size).toBe(1100);

  expect(lengthOf(await ok('diff', before, '--entities'), 'differences')).toBe(100);
  expect(lengthOf(await ok('history', 'show', id), 'changes')).toBe(100);
  expect(await ok('diff', '2020-01-01', '--limit', '501')).toMatchObject({ total: expect.any(Number) });
  expect(await ok('history', '--limit', '501')).toMatchObject({ total: 2 });
});

test.each(['0', '-1', '1.5', 'all'])('--limit %s is refused as wrong usage', async (limit) => {
  const commands = [['history'], ['history', 'show', '1'], ['diff', '2020-01-01']];
  for (const args of commands) {
    const { code, json } = await weft(...args, `--limit=${limit}`);
    expect({ code, value: json() }).toMatchObject({
      code: 2,
      value: { error: { message: expect.stringContaining(`not ${limit}`) } },
    });
  }
});

test('the vocabulary and the views are told as they were at a moment, and what has become of them since', async () => {
  const folder = createTempFolder();
  const write = (name: string, value: unknown) => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(value));
    return path;
  };
  const [feeds] = ((await ok('types', 'export')) as { name: string }[]).filter(
    ({ name }) => name === 'feeds',
  );
  const place = { entity: 'plant:asset:20', x: 1, y: 2, pinned: false };
  const view = {
    format: 'weft-view',
    version: 1,
    id: 'pumps-1',
    name: 'Pumps',
    query: '',
    filter: { text: '', mode: 'dim' },
    hiddenKinds: [],
    viewport: null,
    roots: [],
  };
  const empty = new Date(Date.now() - 1).toISOString();
  await ok('views', 'import', write('view.json', { ...view, entities: [place] }));
  const before = new Date().toISOString();
  await ok('types', 'import', write('types.json', [{ ...feeds, inverse: 'is supplied by' }]));
  await ok('relate', 'plant:asset:20', 'plant:asset:10', '--type', 'feeds', '--local');
  await ok('views', 'import', write('again.json', { ...view, name: 'All', entities: [] }));

  const typed = (types: unknown) =>
    (types as { type: { name: string; inverse: string } }[]).find(({ type }) => type.name === 'feeds')?.type;
  expect(typed(await ok('types', '--as-of', before))?.inverse).toBe('is fed by');
  expect(typed(await ok('types'))?.inverse).toBe('is supplied by');
  expect(await ok('diff', before, '--types')).toEqual({
    total: 1,
    differences: [
      {
        change: 'changed',
        name: 'feeds',
        before: 'inverse: is fed by',
        after: 'inverse: is supplied by',
      },
    ],
  });
  const related = (await ok('relationships', '--as-of', new Date().toISOString())) as {
    type: string | null;
  }[];
  expect(related.find(({ type }) => type === 'feeds')).toMatchObject({ inverse: 'is supplied by' });

  expect(await ok('views', 'list', '--as-of', before)).toMatchObject([{ name: 'Pumps', entities: 1 }]);
  expect(await ok('views', 'list', '--as-of', empty)).toEqual([]);
  expect(await ok('views', 'show', 'Pumps', '--as-of', before)).toMatchObject({ entities: [place] });
  expect(await ok('diff', before, '--views')).toMatchObject({
    total: 1,
    differences: [
      {
        change: 'changed',
        id: 'pumps-1',
        before: 'name: Pumps; entities: 1; plant:asset:20: 1, 2',
        after: 'name: All; entities: 0; plant:asset:20: –',
      },
    ],
  });
  expect((await weft('diff', empty, '--views', '--types')).code).toBe(2);
  expect(await ok('diff', empty, '--views')).toMatchObject({
    differences: [{ change: 'added', name: 'All' }],
  });
  expect(await ok('diff', new Date().toISOString(), empty, '--views')).toMatchObject({
    differences: [{ change: 'removed', name: 'All' }],
  });
});

test('what a sync did is recorded: undo passes it by, and taking it back alone is refused with its own code', async () => {
  expect(await ok('history')).toMatchObject({ total: 1, entries: [{ id: 1, actor: 'sync' }] });
  const none = await weft('undo');
  expect({ code: none.code, value: none.json() }).toMatchObject({
    code: 1,
    value: { error: { code: 'nothing-to-undo' } },
  });
  expect(await ok('undo', '1', '--preview')).toMatchObject({
    refusal: expect.stringContaining('is what a sync did: it is recorded and cannot be'),
  });
  const refused = await weft('undo', '1');
  expect({ code: refused.code, value: refused.json() }).toMatchObject({
    code: 1,
    value: { error: { code: 'recorded-only', message: expect.stringContaining('“Sync of plant”') } },
  });
});
