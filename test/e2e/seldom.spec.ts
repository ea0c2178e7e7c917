import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ipc } from '../../src-preload/contract/bridge.ts';
import type { Events } from '../../src-preload/contract/events.ts';
import { DEFAULT_KEY } from '../servers/clickie/seed.ts';
import { freeType } from '../support/free-type.ts';
import { PLANT_ACCOUNT } from './support/plant.ts';
import {
  answerFileDialogs,
  connectNewWorkspace,
  expect,
  screenshot,
  test,
  type Weft,
} from './support/weft.ts';

/** What people seldom see, and must understand at once when they do. */

const sizes = [
  { width: 1280, height: 800 },
  { width: 1000, height: 700 },
];

/** Pictures at both sizes, on which nothing is wider than the window. */
async function picture({ app, page }: Weft, name: string): Promise<void> {
  for (const size of sizes) {
    await app.evaluate(({ BrowserWindow }, { width, height }) => {
      BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
    }, size);
    await expect.poll(() => page.evaluate(() => window.innerWidth)).toBe(size.width);
    await screenshot(page, `${name}-${size.width}`);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(over).toBeLessThanOrEqual(0);
  }
}

/** Tells the window, as the data process does, how far an export is. */
async function tellExport({ app }: Weft, progress: Events['export:progressed']): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow }, { channel, payload }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.send(channel, 'export:progressed', payload),
    { channel: ipc.event, payload: progress },
  );
}

test('an export that takes long shows how far it is and can be cancelled', async ({ weft, server }) => {
  const { page } = weft;
  await connectNewWorkspace(weft, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  const progress = page.getByTestId('export-progress');
  await tellExport(weft, { name: 'export-1', done: 12_000, total: null });
  await expect(progress).toContainText('so far');
  await picture(weft, 'export-progress-unknown');
  await tellExport(weft, { name: 'export-1', done: 120_000, total: 300_000 });
  await expect(progress).toContainText('40');
  await expect(page.getByTestId('export-cancel')).toBeEnabled();
  await picture(weft, 'export-progress');
  await tellExport(weft, { name: 'export-1', done: 300_000, total: 300_000 });
  await expect(progress).toHaveCount(0);
});

const type = freeType('fills', 'is filled by');

test('an import says which types and views come with the rows', async ({ weft, server }) => {
  const { page } = weft;
  await connectNewWorkspace(weft, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  const file = join(weft.folder, 'carried.json');
  const entities = [{ name: 'Ada', kind: 'person' }];
  const head = { format: 'weft-export', version: 2 };
  writeFileSync(file, JSON.stringify({ ...head, entities, relationships: [], types: [type], views: [] }));
  await answerFileDialogs(weft, file);
  await page.getByTestId('workspace-menu').click();
  await page.getByTestId('open-import').click();
  await page.getByTestId('import-file').click();
  await expect(page.getByTestId('import-carried')).toHaveText('The file also sets 11 relationship types.');
  await picture(weft, 'import-carried');
  await page.getByTestId('import-commit').click();
  await expect(page.getByText('Imported: 1 added, 0 changed')).toBeVisible();
});
