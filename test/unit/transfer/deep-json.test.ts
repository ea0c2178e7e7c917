import { expect, test } from 'vitest';
import { openTransferWorld } from '../../support/transfer-world.ts';

function nest(depth: number): string {
  return `${'['.repeat(depth)}${']'.repeat(depth)}`;
}

/** Deeper than the stack of a program that follows it. */
const DEEP = 200_000;

test.each([
  ['of a row', (deep: string) => `{"entities":[{"name":"x"},{"name":"y","a":${deep}}]}`, 2, 'a'],
  ['of a field', (deep: string) => `[{"name":"x","fields":[{"name":"f","value":${deep}}]}]`, 1, 'attr:f'],
  ['of a list', (deep: string) => `[["x",${deep}]]`, 1, 'column 2'],
])(
  'JSON that is nested beyond all measure in a value %s is refused with its place',
  async (_, make, row, column) => {
    const world = await openTransferWorld();
    const path = world.file('deep.json', make(nest(DEEP)));
    const refusal = await world.refused('import:inspect', { source: { paths: [path] } });
    expect(refusal.code).toBe('file-not-read');
    expect(refusal.message).toContain(
      `, row ${row}, column ${column}: it is nested more than 64 deep. Nothing was imported.`,
    );
  },
);

test('JSON that is nested as deep as is taken stays JSON in its cell', async () => {
  const world = await openTransferWorld();
  const take = (depth: number) => world.file(`${depth}.json`, `[{"name":"x","a":${nest(depth)}}]`);
  const { tables } = await world.inspect(take(64));
  expect(tables[0]?.columns[1]?.sample).toEqual([nest(64).slice(0, 100)]);
  const beyond = await world.refused('import:inspect', { source: { paths: [take(65)] } });
  expect(beyond.message).toContain('row 1, column a');
});

test('an export of ours with types or views that are nested beyond all measure is refused', async () => {
  const world = await openTransferWorld();
  for (const list of ['types', 'views']) {
    const text = `{"format":"weft-export","version":2,"${list}":[{"name":${nest(DEEP)}}],"entities":[]}`;
    const source = { paths: [world.file(`${list}.json`, text)] };
    const { message } = await world.refused('import:inspect', { source });
    expect(message).toMatch(new RegExp(`${list}.json ${list}, row 1, column`));
  }
});
