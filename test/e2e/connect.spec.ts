import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DEFAULT_KEY } from '../servers/clickie/seed.ts';
import { PLANT_ACCOUNT } from './support/plant.ts';
import {
  answerFileDialogs,
  connectNewWorkspace,
  entityRow,
  expect,
  expectSynced,
  fillConnection,
  screenshot,
  test,
} from './support/weft.ts';

test('the first window offers three ways in', async ({ weft }) => {
  await expect(weft.page.getByTestId('welcome-connect')).toBeVisible();
  await expect(weft.page.getByTestId('welcome-demo')).toBeVisible();
  await expect(weft.page.getByTestId('welcome-open')).toBeVisible();
  await expect(weft.page.getByTestId('welcome-new')).toBeVisible();
  await screenshot(weft.page, 'welcome');
});

test('a wrong key, account, host and system each get a message of their own', async ({ weft, server }) => {
  const { page } = weft;
  await answerFileDialogs(weft, join(weft.folder, 'site.weft'));
  await page.getByTestId('welcome-connect').click();
  const good = { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY };
  const foreign = createServer((_, response) => response.end('<html>A router</html>')).listen(0, '127.0.0.1');
  await new Promise((resolve) => foreign.once('listening', resolve));
  const foreignUrl = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}/v4`; // a TCP server has a port

  const tried = async (values: Partial<typeof good>) => {
    await fillConnection(page, { ...good, ...values });
    await page.getByTestId('connect-submit').click();
    return page.getByTestId('connect-form').locator('.mantine-InputWrapper-error');
  };
  await expect(await tried({ secret: 'wrong' })).toHaveText(/key is not accepted/i);
  await screenshot(page, 'connect-wrong-key');
  await expect(await tried({ account: 999 })).toHaveText(/999|account/i);
  await expect(await tried({ url: 'http://127.0.0.1:9/v4' })).toHaveText(/cannot be reached/i);
  await expect(await tried({ url: foreignUrl })).toHaveText(/not.*Clickie/i);
  await expect(await tried({ url: 'http://clickie.example/v4' })).toHaveText(/only https/i);
  await expect(page.getByTestId('connection-chip')).toHaveCount(0);
  foreign.close();

  await tried({});
  await page.getByTestId('connect-form').waitFor({ state: 'detached' });
  await expectSynced(page);
});

test('a first pull shows progress, can be cancelled and goes on later', async ({ weft, server }) => {
  const { page } = weft;
  server.addFault({ on: { path: '/relationships' }, fault: { kind: 'delay', ms: 50 } });
  await answerFileDialogs(weft, join(weft.folder, 'site.weft'));
  await page.getByTestId('welcome-connect').click();
  await fillConnection(page, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  await page.getByTestId('connect-submit').click();
  await expect(page.getByTestId('sync-progress')).toContainText(/relationships/i);
  await screenshot(page, 'pull-progress');
  await page.getByTestId('sync-cancel').click();
  await expect(page.getByTestId('sync-progress')).toHaveCount(0);
  await expect(page.getByTestId('entity-row').first()).toBeVisible();
  server.clearFaults();
  const before = server.requests.length;
  await page.getByTestId('sync').click();
  await expectSynced(page);
  expect(server.requests.slice(before).filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('entities are found by name and shown with their fields and relationships', async ({ weft, server }) => {
  await connectNewWorkspace(weft, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  const { page } = weft;
  await page.getByTestId('entity-filter').fill('cooling tower zebra');
  await expect(page.getByTestId('entity-row')).toHaveCount(0);
  await page.getByTestId('entity-filter').fill('cooling tower circ');
  await entityRow(page, 'Cooling tower circulation pump').click();
  await expect(page.getByTestId('inspector-name')).toHaveText('Cooling tower circulation pump');
  await expect(page.getByTestId('fields')).toContainText('id_asset');
  await expect(page.getByTestId('relationship-row').first()).toBeVisible();
  await screenshot(page, 'inspector');
});

test('a file that is no workspace is refused in plain words and stays as it was', async ({ weft }) => {
  const path = join(weft.folder, 'notes.weft');
  writeFileSync(path, 'not a database');
  await answerFileDialogs(weft, path);
  await weft.page.getByTestId('welcome-open').click();
  await expect(weft.page.getByText(/is not a Weft workspace/)).toBeVisible();
  await expect(weft.page.locator('[data-app-state="welcome"]')).toBeVisible();
});

test('a second start with a workspace opens it in the window that runs', async ({ weft }) => {
  const { page, app, folder } = weft;
  const create = async (file: string) => {
    await answerFileDialogs(weft, join(folder, file));
    await page.getByTestId('welcome-new').click();
    await page.locator('[data-app-state="ready"]').waitFor();
  };
  await create('first.weft');
  await page.getByTestId('workspace-menu').click();
  await page.getByTestId('close-workspace').click();
  await create('second.weft');
  await expect(page.getByTestId('workspace-name')).toHaveText('second');

  await app.evaluate(
    (electron, cwd) => electron.app.emit('second-instance', {}, ['weft', 'first.weft'], cwd),
    folder,
  );
  await expect(page.getByTestId('workspace-name')).toHaveText('first');
});
