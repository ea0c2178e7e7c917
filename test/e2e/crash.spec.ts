import { DEFAULT_KEY } from '../servers/clickie/seed.ts';
import { readBackendPid } from './support/backend-kill.ts';
import { countEdges, PLANT_ACCOUNT } from './support/plant.ts';
import {
  chooseEntity,
  connectNewWorkspace,
  expect,
  expectSynced,
  launchWeft,
  openPanel,
  screenshot,
  sync,
  test,
} from './support/weft.ts';

async function addThree(page: import('@playwright/test').Page): Promise<void> {
  for (const [index, name] of ['Air compressor 1', 'Air compressor 2', 'Ammonia chiller 1'].entries()) {
    await chooseEntity(page, name);
    await page.getByTestId('add-relationship').click();
    await page.getByTestId('entity-picker').fill('Bottling hall A');
    await page.getByRole('option').filter({ hasText: 'Bottling hall A' }).first().click();
    await page.getByTestId('add-create').click();
    await expect(page.getByTestId('tab-outbox')).toContainText(String(index + 1));
  }
}

test('after kill -9 everything acknowledged is there, and it still syncs', async ({ folder, server }) => {
  const first = await launchWeft({ folder });
  await connectNewWorkspace(first, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  await addThree(first.page);
  await first.kill();

  const edges = countEdges(server.site);
  const second = await launchWeft({ folder });
  await second.page.getByTestId('recent-workspace').first().click();
  await openPanel(second.page, 'outbox');
  await expect(second.page.getByTestId('outbox-row')).toHaveCount(3);
  await sync(second.page);
  await expectSynced(second.page);
  expect(countEdges(server.site)).toBe(edges + 3);
  await second.quit();
});

test('a kill in the middle of a pull costs nothing that was pulled', async ({ folder, server }) => {
  const first = await launchWeft({ folder });
  await connectNewWorkspace(first, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  server.addFault({ on: { path: '/relationships' }, fault: { kind: 'delay', ms: 30 } });
  await first.page.getByTestId('sync').click();
  await expect(first.page.getByTestId('sync-progress')).toContainText(/relationships/i);
  await first.kill();
  server.clearFaults();

  const second = await launchWeft({ folder });
  await second.page.getByTestId('recent-workspace').first().click();
  await expect(second.page.getByTestId('entity-count')).toContainText('377');
  await openPanel(second.page, 'reports');
  await expect(second.page.getByTestId('report').first()).toContainText('Cut off');
  await screenshot(second.page, 'report-cut-off');
  await sync(second.page);
  await expectSynced(second.page);
  await second.quit();
});

test('when the data process is killed the window goes on with everything acknowledged', async ({
  weft,
  server,
}) => {
  await connectNewWorkspace(weft, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  await addThree(weft.page);
  const pid = await readBackendPid(weft);
  expect(pid).toBeGreaterThan(0);
  const told = weft.page.getByTestId('restart-banner').waitFor();
  process.kill(pid, 'SIGKILL');
  await told;
  await openPanel(weft.page, 'outbox');
  await expect(weft.page.getByTestId('outbox-row')).toHaveCount(3);
  const edges = countEdges(server.site);
  await sync(weft.page);
  await expectSynced(weft.page);
  expect(countEdges(server.site)).toBe(edges + 3);
});

test('what is being added when the data process is killed stays on the page, and why it was not added is said', async ({
  weft,
  server,
}) => {
  const { page } = weft;
  await connectNewWorkspace(weft, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  await chooseEntity(page, 'Air compressor 1');
  await page.getByTestId('add-relationship').click();
  await page.getByTestId('entity-picker').fill('Bottling hall A');
  await page.getByRole('option').filter({ hasText: 'Bottling hall A' }).first().click();
  const create = page.getByTestId('add-create');
  await expect(create).toBeEnabled();
  await create.evaluate((button) => {
    window.weft.onEvent('backend:lost', () => {
      if (button instanceof HTMLElement) button.click();
    });
  });
  process.kill(await readBackendPid(weft), 'SIGKILL');
  await expect(page.getByText(/data process ended and is started again/)).toBeVisible();
  await expect(page.getByTestId('restart-banner')).toHaveCount(0);
  await create.click();
  await expect(page.getByTestId('tab-outbox')).toContainText('1');
});

test('Weft can be quit while its data process is away, and started again', async ({ folder, server }) => {
  const first = await launchWeft({ folder });
  await connectNewWorkspace(first, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  const ended = new Promise((resolve) => first.app.process().once('exit', resolve));
  const told = first.page.getByTestId('restart-banner').waitFor();
  process.kill(await readBackendPid(first), 'SIGKILL');
  await told;
  await first.quit();
  await ended;

  const second = await launchWeft({ folder });
  await second.page.getByTestId('recent-workspace').first().click();
  await expect(second.page.getByTestId('entity-count')).toContainText('377');
  await second.quit();
});
