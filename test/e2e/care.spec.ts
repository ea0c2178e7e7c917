import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { ipc } from '../../src-preload/contract/bridge.ts';
import { DEFAULT_KEY } from '../servers/clickie/seed.ts';
import { writeLargeWorkspace } from '../support/large-workspace.ts';
import { addBallast, damageTable, writeUnsound } from '../support/unsound-workspace.ts';
import { PLANT_ACCOUNT } from './support/plant.ts';
import {
  answerFileDialogs,
  chooseEntity,
  connectNewWorkspace,
  expect,
  launchWeft,
  openPanel,
  screenshot,
  test,
  type Weft,
} from './support/weft.ts';

async function relateFirst(page: Page, target: string): Promise<void> {
  await page.getByTestId('add-relationship').click();
  await page.getByTestId('entity-picker').fill(target);
  await page.getByRole('option').filter({ hasText: target }).first().click();
  await page.getByTestId('add-create').click();
}

async function chooseInMenu(page: Page, item: string): Promise<void> {
  await page.getByTestId('workspace-menu').click();
  await page.getByTestId(item).click();
}

const sizes = [
  [1280, 800],
  [1000, 700],
] as const;

async function setSize({ app }: Weft, width: number, height: number): Promise<void> {
  const size = { width, height };
  await app.evaluate(({ BrowserWindow }, to) => {
    BrowserWindow.getAllWindows()[0]?.setContentSize(to.width, to.height);
  }, size);
}

async function openFile(weft: Weft, path: string): Promise<void> {
  await answerFileDialogs(weft, path);
  await weft.page.getByTestId('welcome-open').click();
}

test('the history says who did what, and takes one entry back alone', async ({ weft, server }) => {
  const { page } = weft;
  await connectNewWorkspace(weft, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  await chooseEntity(page, 'Air compressor 1');
  await relateFirst(page, 'Ammonia chiller 1 power');
  await relateFirst(page, 'CIP station caustic conductivity');
  await openPanel(page, 'history');
  const rows = page.getByTestId('history-row');
  await expect(rows).toHaveCount(3);
  await rows.nth(1).getByTestId('revert').press('Enter');
  await expect(page.getByTestId('revert-preview')).toContainText('1 change would be taken back');
  await expect(page.getByTestId('revert-preview')).toBeFocused(); // it takes the place of the button
  await screenshot(page, 'history');
  await page.getByTestId('revert-confirm').click();
  await expect(rows.first()).toContainText('Revert:');
  await openPanel(page, 'outbox');
  await expect(page.getByTestId('outbox-row')).toHaveCount(1);
  await expect(page.getByTestId('outbox-row')).toContainText('CIP station caustic conductivity');
});

test('a damaged workspace is restored from its backup, and pushes again once that is said', async ({
  weft,
  server,
}) => {
  const { page } = weft;
  const path = join(weft.folder, 'site.weft');
  await connectNewWorkspace(weft, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  await page.getByTestId('sync').click(); // from here on the file is known to have pushed
  await chooseInMenu(page, 'check');
  await expect(page.getByText('The workspace is sound')).toBeVisible();
  await chooseInMenu(page, 'back-up');
  await expect(page.getByText('Backed up', { exact: true })).toBeVisible();
  await chooseInMenu(page, 'close-workspace');
  const [backup = ''] = readdirSync(`${path}.backups`);
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0xff, 4096));

  await openFile(weft, path);
  await expect(page.getByTestId('damaged-dialog')).toContainText('site.weft is damaged');
  await setSize(weft, 1000, 700);
  await screenshot(page, 'damaged');
  await answerFileDialogs(weft, path);
  await page.getByTestId('restore').click();
  await expect(page.getByText('Could not restore the backup')).toBeVisible();
  await screenshot(page, 'damaged-and-refused');
  for (const way of ['recover', 'restore']) await page.getByTestId(way).click({ trial: true }); // no notice lies over it
  await answerFileDialogs(weft, join(`${path}.backups`, backup));
  await page.getByTestId('restore').click();
  await expect(page.getByTestId('place-banner')).toContainText('moved, copied or restored');
  await expect(page.getByTestId('entity-count')).toContainText('377');
  await screenshot(page, 'moved');
  await page.getByTestId('adopt').click();
  await expect(page.getByTestId('place-banner')).toHaveCount(0);
});

test('a damaged workspace without a backup gives what can still be read', async ({ weft, server }) => {
  const { page } = weft;
  const path = join(weft.folder, 'site.weft');
  await connectNewWorkspace(weft, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  await chooseInMenu(page, 'close-workspace');
  const broken = join(weft.folder, 'broken.weft');
  copyFileSync(path, broken);
  damageTable(broken, 'provenance', 4);

  await openFile(weft, broken);
  await expect(page.getByTestId('damaged-dialog')).toBeVisible();
  await answerFileDialogs(weft, join(weft.folder, 'recovered.weft'));
  await page.getByTestId('recover').click();
  await expect(page.getByTestId('workspace-name')).toHaveText('recovered');
  await expect(page.getByText('Recovered in part', { exact: true })).toBeVisible();
  await expect(page.getByTestId('entity-row').first()).toBeVisible();
  await screenshot(page, 'recovered');
});

test('a workspace whose first page is damaged gives everything', async ({ weft, server }) => {
  const { page } = weft;
  const path = join(weft.folder, 'site.weft');
  await connectNewWorkspace(weft, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  await chooseInMenu(page, 'close-workspace');
  const broken = join(weft.folder, 'broken.weft');
  writeFileSync(broken, readFileSync(path).fill(0xff, 0, 4096));
  await openFile(weft, broken);
  await expect(page.getByTestId('damaged-dialog')).toContainText('its first page is none of a workspace');
  await answerFileDialogs(weft, join(weft.folder, 'recovered.weft'));
  await page.getByTestId('recover').click();
  const told = page.getByText(/Nothing was unreadable|Not all could be read/);
  await expect(told).toContainText('Nothing was unreadable');
  await expect(page.getByTestId('entity-count')).toContainText('377');
});

test('where something cannot be read, the two ways out are offered beside it', async ({ folder }) => {
  const path = join(folder, 'plant.weft');
  writeLargeWorkspace({ path, entities: 3000 });
  addBallast(path, 33);
  damageTable(path, 'entity', 40);
  const weft = await launchWeft({ folder, args: [path] });
  const { page } = weft;
  const banner = page.getByTestId('read-failure');
  await expect(banner).toContainText('is damaged');
  for (const [width, height] of sizes) {
    await setSize(weft, width, height);
    await screenshot(page, `read-failure-${width}`);
  }
  await banner.getByRole('button', { name: 'Restore or recover' }).click();
  await expect(page.getByTestId('damaged-dialog')).toContainText('is damaged');
  await screenshot(page, 'read-failure-ways-out');
  await weft.quit();
});

test('a large workspace that was not closed is checked by itself, and what was found is told', async ({
  folder,
}) => {
  const path = writeUnsound(folder, { megabytes: 33, leftOpen: true });
  const weft = await launchWeft({ folder, args: [path], syncsByItself: true });
  const { page } = weft;
  const banner = page.getByTestId('damage-banner');
  await expect(banner).toContainText('This workspace is damaged');
  await screenshot(page, 'unsound');
  await answerFileDialogs(weft, join(folder, 'recovered.weft'));
  await banner.getByRole('button', { name: 'Recover' }).click();
  await expect(page.getByTestId('workspace-name')).toHaveText('recovered');
  await expect(banner).toHaveCount(0);
  await weft.quit();
});

test('a check of a large workspace shows how far it is while the list answers, and can be cancelled', async ({
  folder,
}) => {
  const path = join(folder, 'large.weft');
  writeLargeWorkspace({ path, entities: 20_000, relationships: 200_000 });
  const weft = await launchWeft({ folder, args: [path] });
  const { page } = weft;
  await expect(page.getByTestId('entity-count')).toHaveText(/20[,.\s]?000 entities/);
  await chooseInMenu(page, 'check');
  const progress = page.getByTestId('care-progress');
  await expect(progress).toContainText('Checking the workspace');
  await page.getByTestId('entity-filter').fill('zebra 12');
  await expect(page.getByTestId('entity-count')).toHaveText(/ of 20[,.\s]?000 entities/);
  await screenshot(page, 'checking');
  await page.getByTestId('care-cancel').click();
  await expect(page.getByText('The check was cancelled. The workspace was not changed.')).toBeVisible();
  await expect(progress).toHaveCount(0);
  await weft.quit();
});

test('the history is narrowed, and a past moment is looked at with what has changed since', async ({
  weft,
  server,
}) => {
  const { page } = weft;
  await connectNewWorkspace(weft, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  await chooseEntity(page, 'Air compressor 1');
  await openPanel(page, 'history');
  const rows = page.getByTestId('history-row');
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText('recorded only');
  await expect(rows.getByTestId('revert')).toHaveCount(0);
  await relateFirst(page, 'Ammonia chiller 1 power');
  await expect(rows).toHaveCount(2);
  await page.getByTestId('history-actor').selectOption('user');
  await expect(rows).toHaveCount(1);
  await page.getByTestId('history-what').selectOption('type');
  await expect(page.getByText('None of these')).toBeVisible();
  await page.getByTestId('history-what').selectOption('relationship');
  await screenshot(page, 'history-narrowed');
  await rows.first().getByTestId('as-of').click();
  await expect(page.getByTestId('past-row').first()).toBeVisible();
  await screenshot(page, 'past-then');
  await page.getByTestId('past-way').getByText('Changed since').click();
  await expect(page.getByTestId('past-row').filter({ hasText: 'Ammonia chiller 1 power' })).toContainText(
    'added',
  );
  await screenshot(page, 'past-difference');
  await page.getByTestId('past-of').selectOption('views');
  await expect(page.getByText('Nothing has changed since')).toBeVisible();
  await page.getByTestId('past-way').getByText('There then').click();
  await page.getByTestId('past-of').selectOption('types');
  await expect(page.getByTestId('past-total')).toHaveText(/^\d+ types$/);
  await expect(page.getByTestId('past-row').filter({ hasText: 'backs up' })).toContainText('is backed up by');
  await screenshot(page, 'past-types');
  await page.getByTestId('past-of').selectOption('entities');
  await expect(page.getByTestId('past-total')).toHaveText('377 entities');
  await screenshot(page, 'past-entities');

  // a preview that takes long elsewhere: cancelling it leaves the moment, and the keyboard goes to the panel
  await openPanel(page, 'conflicts');
  await tellLook(weft, 1);
  await page.getByTestId('history-cancel').press('Enter');
  await expect(page.locator('#panel-body')).toBeFocused();
  await tellLook(weft, 9);
  await expect(page.getByTestId('history-progress')).toHaveCount(0);
  await expect(page.locator('#panel-body')).toBeFocused();
  await openPanel(page, 'history');
  await expect(page.getByTestId('past-total')).toHaveText('377 entities');
});

/** Tells the window, as the data process does, how far a preview is. */
async function tellLook({ app }: Weft, done: number): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow }, { channel, progress }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.send(channel, 'history:progressed', progress),
    { channel: ipc.event, progress: { doing: 'look', name: 'revert-preview-1', done, total: 9 } },
  );
}

test('an entity of the workspace’s own is made, renamed and removed', async ({ weft, server }) => {
  const { page } = weft;
  await connectNewWorkspace(weft, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  await page.getByTestId('workspace-menu').click();
  await page.getByTestId('new-entity').click();
  await page.getByTestId('own-entity-name').fill('Spare pump');
  await screenshot(page, 'own-entity-form');
  await page.getByTestId('own-entity-save').click();
  await expect(page.getByTestId('inspector-name')).toHaveText('Spare pump');
  await page.getByTestId('own-entity-edit').click();
  await page.getByTestId('own-entity-name').fill('Spare pump 2');
  await page.getByTestId('own-entity-save').click();
  await expect(page.getByTestId('inspector-name')).toHaveText('Spare pump 2');
  await screenshot(page, 'own-entity');
  await page.getByTestId('own-entity-remove').click();
  await expect(page.getByText('Spare pump 2 is gone. Undo brings it back.')).toBeVisible();
});
