import { beforeEach, describe, expect, test } from 'vitest';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { transaction } from '../../../src-main/backend/store/sql.ts';
import { runCommandLine } from '../../support/command-line.ts';
import { addEntity, createSmallPlant } from '../../support/workspace.ts';

const ROWS = 1200;
const CHAIN = 150;

let workspace: string;
beforeEach(() => {
  const small = createSmallPlant();
  const { db, plant, context } = small;
  const add = (id: string, name: string) => addEntity(db, plant, id, { name });
  transaction(db, () => {
    for (let row = 0; row < ROWS; row += 1) add(`lamp-${row}`, `Lamp ${row}`);
    for (const name of ['One', 'Two']) {
      const chain = Array.from({ length: CHAIN }, (_, place) => add(`${name}-${place}`, `${name} ${place}`));
      for (const [place, targetId] of chain.slice(1).entries()) {
        relate(context, { sourceId: chain[place] ?? targetId, targetId, type: 'feeds', local: true });
      }
    }
  });
  small.workspace.close();
  workspace = small.workspace.path;
});

async function read(
  ...args: string[]
): Promise<{ readonly total: number; readonly [list: string]: unknown }> {
  const result = await runCommandLine([...args, '--workspace', workspace, '--json']);
  expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr: '' });
  return result.json() as { total: number }; // what the commands under test print
}

const print = async (...args: string[]) =>
  (await runCommandLine([...args, '--workspace', workspace])).stdout.trimEnd().split('\n');

describe.each([
  ['query', ['query', 'lamp'], ROWS, 'entities', `${ROWS} found`],
  ['findings', ['findings', 'orphans'], ROWS + 5, 'findings', `${ROWS + 5} orphans`],
] as const)('%s', (_, args, total, list, heading) => {
  test('prints all there is, over as many pages as it takes, each once', async () => {
    const found = await read(...args, '--limit', '5000');
    const rows = found[list] as unknown[]; // as the README says
    expect(found.total).toBe(total);
    expect(rows).toHaveLength(total);
    expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBe(total);
  });

  test('prints no more than the limit, across pages too', async () => {
    expect((await read(...args, '--limit', '501'))[list]).toHaveLength(501);
    expect((await read(...args))[list]).toHaveLength(100);
  });

  test('always says how many there are, and how many of them it leaves out', async () => {
    const lines = await print(...args, '--limit', '2');
    expect(lines).toEqual([heading, expect.anything(), expect.anything(), `… and ${total - 2} more`]);
    expect((await print(...args, '--limit', '5000')).filter((line) => line.startsWith('…'))).toEqual([]);
  });
});

test('a finding that names many says how many it leaves out', async () => {
  const { total, findings } = await read('findings', 'islands');
  expect(total).toBe(1);
  expect(findings).toMatchObject([{ size: CHAIN, entityTotal: CHAIN }]);
  const [heading, line] = await print('findings', 'islands');
  expect(heading).toBe('1 islands');
  expect(line).toMatch(new RegExp(`, … and ${CHAIN - 100} more$`));
});
