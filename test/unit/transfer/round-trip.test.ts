import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { checkRoundTrip, fill, formats } from '../../support/round-trip.ts';
import { openTransferWorld } from '../../support/transfer-world.ts';

test.each(formats)('what is exported to %s comes back the same', async (format) => {
  await checkRoundTrip(format, 1001);
  await checkRoundTrip(format, 1002);
});

describe('a spreadsheet', () => {
  test('never runs what was exported', async () => {
    const world = await openTransferWorld();
    await fill(world, 7);
    for (const name of ['=HYPERLINK("http://evil")', '+1', '-1', '@SUM(A1)', '\t=1', '|cmd']) {
      await world.ask('entities:create', {
        kind: 'asset',
        localId: name,
        name: `${name}.`,
        fields: [{ name: '=x', value: name }],
      });
    }
    await world.ask('export:write', { path: join(world.folder, 'out.csv'), format: 'csv', query: '' });
    const csv = readFileSync(join(world.folder, 'out-entities.csv'), 'utf8');
    expect(csv.replaceAll(/"/g, '')).not.toMatch(/(^|[,\uFEFF])[=+@|\t]/m);
    await world.ask('export:write', { path: join(world.folder, 'out.xlsx'), format: 'xlsx', query: '' });
    const parts = unzipSync(readFileSync(join(world.folder, 'out.xlsx')));
    const sheet = strFromU8(parts['xl/worksheets/sheet1.xml'] ?? new Uint8Array());
    expect(sheet).toContain('HYPERLINK');
    expect(sheet).not.toMatch(/<f[ >]|<t[^>]*>[=+@|]/);
  });
});
