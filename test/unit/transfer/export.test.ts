import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runToEnd } from '../../../src-main/backend/store/slices.ts';
import { readXlsx } from '../../../src-main/backend/transfer/read-xlsx.ts';
import { saveFiles } from '../../../src-main/backend/transfer/save-files.ts';
import { toXlsx, workbookLimits } from '../../../src-main/backend/transfer/write-xlsx.ts';
import { writeLargeWorkspace } from '../../support/large-workspace.ts';
import { createTempFolder } from '../../support/temp-folder.ts';
import { openTransferWorld, type TransferWorld } from '../../support/transfer-world.ts';

const toTable = (rows: readonly string[][]) => ({
  name: 'links',
  header: ['source', 'target'],
  batches: [rows],
});

describe('a workbook', () => {
  const limits = { ...workbookLimits, rows: 3, cell: 10, columns: 2 };
  const readBack = (pieces: Iterable<Uint8Array>) =>
    runToEnd(readXlsx('out.xlsx', Buffer.concat([...pieces]))).map(({ name, columns, rows }) => ({
      name,
      columns,
      cells: rows.map(({ cells }) => cells.join()),
    }));

  test('goes on in a further sheet where one is full, each with the header', () => {
    const rows = [1, 2, 3, 4, 5].map((number) => [`a${number}`, `b${number}`]);
    expect(readBack(toXlsx([toTable(rows)], limits))).toEqual([
      { name: 'out.xlsx links', columns: ['source', 'target'], cells: ['a1,b1', 'a2,b2'] },
      { name: 'out.xlsx links 2', columns: ['source', 'target'], cells: ['a3,b3', 'a4,b4'] },
      { name: 'out.xlsx links 3', columns: ['source', 'target'], cells: ['a5,b5'] },
    ]);
  });

  test('begins no sheet for rows that do not come', () => {
    const full = { name: 'links', header: ['source'], batches: [[['a'], ['b']], [], []] };
    expect(readBack(toXlsx([full], limits))).toHaveLength(1);
  });

  test('is refused where it cannot hold a cell, or so many columns or bytes', () => {
    const long = [
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'x'.repeat(11)],
    ];
    expect(() => [...toXlsx([toTable(long)], limits)]).toThrow('Row 4 of links has a value of more than 10');
    const wide = { name: 'links', header: ['a', 'b', 'c'], batches: [] };
    expect(() => [...toXlsx([wide], limits)]).toThrow('links has 3 columns, and a sheet holds 2 at most.');
    const small = { ...limits, bytes: 400 };
    expect(() => [...toXlsx([toTable([['a', 'b']])], small)]).toThrow('larger than 400 bytes');
  });
});

describe('a file', () => {
  test('is written piece by piece, and has its name once it is whole', async () => {
    const folder = createTempFolder();
    mkdirSync(folder, { recursive: true });
    const seen: (readonly [string, number])[] = [];
    const look = () => {
      const [name = ''] = readdirSync(folder);
      seen.push([name.replace(/[\da-f-]{36}/, 'ID'), statSync(join(folder, name)).size]);
    };
    const pieces = (function* write() {
      yield Buffer.from('12345');
      look();
      yield Buffer.from('678');
      look();
    })();
    const saved = await saveFiles([{ path: join(folder, 'out.csv'), pieces }]);
    expect(seen).toEqual([
      ['out.csv.ID-unfinished', 5],
      ['out.csv.ID-unfinished', 8],
    ]);
    expect(readdirSync(folder)).toEqual(['out.csv']);
    expect(saved).toMatchObject([{ bytes: 8 }]);
  });

  test('that cannot be written is named with the reason', async () => {
    const { refused, folder } = await openTransferWorld();
    const path = join(folder, 'nowhere', 'out.json');
    const { code, message } = await refused('export:write', { path, format: 'json', query: '' });
    expect(code).toBe('export-failed');
    expect(message).toMatch(/out\.json could not be written \(ENOENT.*No file was left/s);
  });
});

/** A world whose export takes many pieces. */
async function openLarge(): Promise<TransferWorld> {
  const path = join(createTempFolder(), 'large.weft');
  mkdirSync(join(path, '..'), { recursive: true });
  writeLargeWorkspace({ path, entities: 5000, relationships: 15_000 });
  return await openTransferWorld(path);
}

/** Waits until an export has begun to write. */
async function untilWriting(folder: string): Promise<void> {
  while (!readdirSync(folder).some((name) => name.endsWith('-unfinished'))) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

describe('an export', () => {
  test.each(['csv', 'xlsx', 'json', 'graphml'] as const)(
    'to %s leaves nothing where it is cancelled while it writes',
    async (format) => {
      const { backend, ask, folder } = await openLarge();
      const path = join(folder, `out.${format}`);
      const writing = backend.request('export:write', { path, format, query: '', name: 'mine' });
      await untilWriting(folder);
      expect(await ask('query:cancel', { name: 'mine' })).toEqual({ cancelled: 1 });
      expect(await writing).toMatchObject({ ok: false, error: { code: 'cancelled' } });
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  test('is of the moment at which it began, whatever is made while it is written', async () => {
    const { ask, folder } = await openLarge();
    const path = join(folder, 'out.json');
    const writing = ask('export:write', { path, format: 'json', query: '' });
    await untilWriting(folder);
    const made = await ask('entities:create', { kind: 'asset', name: 'Late', fields: [] });
    const near = await ask('entities:find', { address: 'large:asset:1' });
    await ask('relationships:relate', {
      sourceId: near?.id ?? made.id,
      targetId: made.id,
      type: null,
      local: true,
    });
    const { manifest } = await writing;
    expect(manifest.counts).toEqual({ entities: 5000, relationships: 15_000 });
    const text = readFileSync(path, 'utf8');
    expect(text).not.toContain('Late');
    expect(JSON.parse(text)).toMatchObject({ format: 'weft-export', entities: { length: 5000 } });
  });
});
