import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TransferError } from '../../../src-main/backend/transfer/errors.ts';
import { readFile } from '../../../src-main/backend/transfer/read-file.ts';
import { readJson } from '../../../src-main/backend/transfer/read-json.ts';
import { readOwnExport } from '../../../src-main/backend/transfer/read-own-json.ts';
import type { Reading } from '../../../src-main/backend/transfer/reading.ts';
import { limits, type Sheet } from '../../../src-main/backend/transfer/table.ts';
import { createRandom } from '../../servers/shared/random.ts';
import { fillPlant } from '../../support/filled-plant.ts';
import { makeMutatedFile, toOwnLayout } from '../../support/mutated-files.ts';
import { openTransferWorld } from '../../support/transfer-world.ts';
import { makeVariedWorkspace } from '../../support/varied-workspace.ts';

function finish<Result>(steps: Reading<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

async function writeExport(path: string) {
  const world = await openTransferWorld(path);
  const written = join(world.folder, 'all.json');
  const { manifest } = await world.ask('export:write', { path: written, format: 'json', query: '' });
  return { bytes: readFileSync(written), counts: manifest.counts };
}

const many = Array.from({ length: 5000 }, (_, index) => ({
  entity: `local:pump:${index}`,
  name: `Pump ${index}`,
}));
const large = Buffer.from(toOwnLayout({ types: [], views: [], entities: many, relationships: [] }));
/** Limits that a large file of ours just meets. */
const within = { bytes: large.length - 1, ownBytes: large.length, ownRows: many.length };

function refusal(bytes: Uint8Array, given: typeof within): string {
  try {
    finish(readFile('all.json', bytes, 'json', given));
  } catch (error) {
    if (error instanceof TransferError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('It was read');
}

test.each([
  ['a varied workspace', () => makeVariedWorkspace(3)],
  ['another one', () => makeVariedWorkspace(8)],
  ['a plant', fillPlant],
])('an export of %s is read row by row as it is read whole', async (_, make) => {
  const { bytes } = await writeExport(make());
  const read = finish(readOwnExport('all.json', bytes, limits.ownRows));
  expect(read).toEqual(finish(readJson('all.json', bytes.toString())));
  expect(read).toHaveLength(2);
});

test('our own export may be larger than other files, up to limits of its own', () => {
  const [entities, relationships] = finish(readFile('all.json', large, 'json', within));
  expect([entities?.rows.length, relationships?.rows.length]).toEqual([5000, 0]);
  expect(refusal(large, { ...within, ownBytes: large.length - 1 })).toBe(
    `file-too-large: all.json, row 1, column 1: it is larger than ${large.length - 1} bytes. Nothing was imported; split it.`,
  );
  expect(refusal(large, { ...within, ownRows: 4999 })).toMatch(
    /^file-too-large: all.json entities, row 5000, column 1: a file has at most 4999 rows/,
  );
  const other = Buffer.from(large.toString().replace('weft-export', 'their-dump!'));
  expect(refusal(other, within)).toMatch(/^file-too-large: all.json, row 1, column 1: it is larger than/);
});

test('an export that was laid out anew is read like other JSON, and refused with the line where it is too large for that', () => {
  const text = large.toString().replace('\n{"entity":"local:pump:7"', '\n\n{"entity":"local:pump:7"');
  const bytes = Buffer.from(text);
  const sheets = finish(readFile('all.json', bytes, 'json', { ...within, bytes: bytes.length }));
  expect(sheets[0]?.rows).toHaveLength(5000);
  expect(refusal(bytes, { ...within, ownBytes: bytes.length })).toMatch(
    /^file-not-read: all.json, row 14, column 1: this line is not as an export of Weft writes it/,
  );
});

test('what is not in UTF-8 is named with its row, however far behind', () => {
  const bytes = Buffer.from(large);
  bytes[bytes.indexOf('Pump 4321')] = 0xff;
  const row =
    large
      .toString()
      .split('\n')
      .findIndex((line) => line.includes('Pump 4321')) + 1;
  expect(refusal(bytes, within)).toContain(`all.json, row ${row}, column`);
});

test('whatever is spoilt in an export, it is read as other JSON would be, or refused like it', () => {
  const random = createRandom(7);
  const attempt = (read: () => Sheet[]): Sheet[] | 'refused' => {
    try {
      return read();
    } catch (error) {
      if (error instanceof TransferError) return 'refused';
      throw error;
    }
  };
  const seen = { read: 0, refused: 0 };
  for (let input = 0; input < 3000; input += 1) {
    const bytes = makeMutatedFile('json', random);
    const text = Buffer.from(bytes).toString();
    if (text.includes('\uFFFD') || text.includes('\uFEFF')) continue;
    const byRows = attempt(() => finish(readFile('x.json', bytes, 'json')));
    expect(byRows, text).toEqual(attempt(() => finish(readJson('x.json', text))));
    seen[byRows === 'refused' ? 'refused' : 'read'] += 1;
  }
  expect(seen.read).toBeGreaterThan(100);
  expect(seen.refused).toBeGreaterThan(100);
});

test('an export of a workspace of a million relationships is within what is read back', async () => {
  const { bytes, counts } = await writeExport(makeVariedWorkspace(5));
  const aRow = bytes.length / (counts.entities + counts.relationships);
  const rows = 1_000_000 + 350_000;
  expect(rows * aRow).toBeLessThan(limits.ownBytes);
  expect(rows).toBeLessThan(limits.ownRows);
});
