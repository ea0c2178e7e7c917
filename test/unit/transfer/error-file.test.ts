import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readFile } from '../../../src-main/backend/transfer/read-file.ts';
import { openTransferWorld, type TransferWorld } from '../../support/transfer-world.ts';

/** What begins so is run by one spreadsheet or another. */
const formula = /^[=+\-@\t\r\n|%]/;

/** The cells of the file of rejected rows. */
async function saveErrors(world: TransferWorld, source: string, ending: 'csv' | 'tsv' | 'xlsx') {
  const read = await world.inspect(source);
  const path = join(world.folder, `errors.${ending}`);
  await world.ask('import:save-errors', { ...read, path });
  const reading = readFile(`errors.${ending}`, readFileSync(path), ending);
  for (;;) {
    const { done, value } = reading.next();
    if (done !== true) continue;
    const [sheet] = value;
    return { path, header: sheet?.columns ?? [], rows: sheet?.rows.map(({ cells }) => cells) ?? [] };
  }
}

const evil =
  'source,type,target,=evil,note\n@SUM(1),feeds,nowhere,=1+1,+49 30\nnobody,feeds,nowhere,-5,"\t=2"\n';

test.each(['csv', 'tsv', 'xlsx'] as const)(
  'a file of rejected rows holds no formula, as %s',
  async (ending) => {
    const world = await openTransferWorld();
    const { header, rows } = await saveErrors(world, world.file('evil.csv', evil), ending);
    expect(header.slice(6)).toEqual(['source', 'type', 'target', "'=evil", 'note']);
    expect(rows.map((cells) => cells.slice(6))).toEqual([
      ["'@SUM(1)", 'feeds', 'nowhere', "'=1+1", "'+49 30"],
      ['nobody', 'feeds', 'nowhere', '-5', "'\t=2"],
    ]);
    const cells = [header, ...rows].flat().filter((cell) => cell !== '-5');
    expect(cells.filter((cell) => formula.test(cell))).toEqual([]);
  },
);

test('what was guarded already is not guarded twice', async () => {
  const world = await openTransferWorld();
  const source = world.file('own.csv', "source,target,note\n'=x,nowhere,'007\n");
  const { rows } = await saveErrors(world, source, 'csv');
  expect(rows[0]?.slice(6)).toEqual(["'=x", 'nowhere', "'007"]);
});

test('rejected rows come in as they were once they are mended', async () => {
  const world = await openTransferWorld();
  const text = 'id,kind,=evil,power,phone,state\np1,a:b,=1+1,-5,+49 30,1\n';
  const { path } = await saveErrors(world, world.file('pumps.csv', text), 'csv');
  world.file('errors.csv', readFileSync(path, 'utf8').replace(',a:b,', ',pump,'));
  const read = await world.inspect(path);
  const roles = read.tables[0]?.columns.map((_, index) => {
    if (index < 6) return 'ignore' as const;
    return (['id', 'kind'] as const)[index - 6] ?? 'attribute';
  });
  const mappings = [{ subject: 'entities' as const, header: true, roles: roles ?? [] }];
  await world.ask('import:commit', { ...read, settings: { ...read.settings, mappings } });
  const { id } = await world.ask('entities:find', { address: 'local:pump:p1' });
  expect((await world.ask('entities:read', { id })).fields).toEqual([
    { name: '=evil', value: '=1+1' },
    { name: 'power', value: -5 },
    { name: 'phone', value: '+49 30' },
    { name: 'state', value: 1 },
  ]);
});
