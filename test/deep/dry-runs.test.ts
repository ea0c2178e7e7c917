import { expect, test } from 'vitest';
import { createRandom, pickOne } from '../servers/shared/random.ts';
import { openTransferWorld } from '../support/transfer-world.ts';
import { createSmallPlant } from '../support/workspace.ts';

const FILES = 1000;

const keys = [
  'Building',
  'boiler',
  'Bolier',
  'plant:asset:12',
  'plant:asset:99',
  '13',
  'Valve',
  'Elsewhere',
  'Nobody',
  'Part 1',
  'Part 2',
  'Part 3',
  'Teil ü',
  '',
  '10',
];
const types = ['feeds', 'contains', 'depends on', 'is fed by', '', 'x'.repeat(300), 'Ü 🏭'];
const cells = ['x', '', '-', 'feeds', '1', 'contains'];
type Random = () => number;

const rowsOf = (random: Random, make: () => readonly string[]) =>
  Array.from({ length: 1 + Math.floor(random() * 6) }, () => make().join('\t'));

/** Relationships, a matrix or entities, from the same few words, so that rows meet what rows before them did. */
function makeFile(random: Random): string {
  const key = () => pickOne(random, keys);
  const kind = random();
  if (kind < 0.5) {
    const links = rowsOf(random, () => [key(), pickOne(random, types), key()]);
    return `source\ttype\ttarget\n${links.join('\n')}\n`;
  }
  if (kind < 0.75) {
    const targets = [key(), key(), key()];
    const rows = rowsOf(random, () => [key(), ...targets.map(() => pickOne(random, cells))]);
    return `${pickOne(random, ['feeds', ''])}\t${targets.join('\t')}\n${rows.join('\n')}\n`;
  }
  const parts = rowsOf(random, () => [
    key(),
    pickOne(random, ['part', '', 'a:b']),
    pickOne(random, ['1', '007', '']),
  ]);
  return `name\tkind\tsize\n${parts.join('\n')}\n`;
}

test('what a dry run counts is what the commit does, for 1,000 files', async () => {
  const { workspace } = createSmallPlant();
  workspace.close();
  const world = await openTransferWorld(workspace.path);
  const random = createRandom(12);
  const seen = { create: 0, update: 0, unchanged: 0, refused: 0, choice: 0 };
  for (let file = 0; file < FILES; file += 1) {
    const text = makeFile(random);
    const { handle, settings: guessed, tables } = await world.paste(text);
    if (tables.every(({ mapping }) => mapping.subject === 'ignore')) continue;
    const settings = { ...guessed, createMissing: random() < 0.3, local: random() < 0.3 };
    const page = { handle, settings, only: 'all', offset: 0, limit: 500 } as const;
    const { counts, rows } = await world.ask('import:preview', page);
    const told = { create: 0, update: 0, unchanged: 0, refused: 0, choice: 0 };
    for (const { outcome } of rows) told[outcome] += 1;
    expect(counts, text).toMatchObject(told);
    expect((await world.ask('import:commit', { handle, settings })).counts, text).toEqual(counts);
    await world.ask('import:forget', { handle });
    for (const outcome of ['create', 'update', 'unchanged', 'refused', 'choice'] as const) {
      seen[outcome] += counts[outcome];
    }
    if (file % 10 === 9) await world.ask('history:undo', {});
  }
  for (const outcome of ['create', 'update', 'unchanged', 'refused', 'choice'] as const) {
    expect(seen[outcome], outcome).toBeGreaterThan(20);
  }
});
