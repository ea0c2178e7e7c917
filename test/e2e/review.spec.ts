import type { Page } from '@playwright/test';
import { DEFAULT_KEY } from '../servers/clickie/seed.ts';
import { allEdges, deleteEdge, mustAccount } from '../servers/clickie/site.ts';
import { countEdges, PLANT_ACCOUNT } from './support/plant.ts';
import {
  connectNewWorkspace,
  expect,
  launchWeft,
  openPanel,
  screenshot,
  sync,
  test,
  type Weft,
} from './support/weft.ts';

const boiler = 'Air compressor 1';
const fill = { url: '', account: PLANT_ACCOUNT, secret: DEFAULT_KEY };

/** Relates an entity to the first metrics of the workspace that it is not related to yet; as if typed in one by one. */
async function relateToMetrics(page: Page, from: string, many: number): Promise<void> {
  const made = await page.evaluate(
    async ({ name, count }) => {
      const read = async (search: string, kinds: string[]) => {
        const page = { search, kinds, connectionId: null, offset: 0, limit: 500 };
        const answer = await window.weft.request('entities:page', page);
        if (!answer.ok) throw new Error(answer.error.message);
        return answer.value.rows;
      };
      const source = (await read(name, [])).find((row) => row.name === name);
      const targets = await read('', ['metric']);
      let done = 0;
      for (const { id: targetId } of targets) {
        if (source === undefined || done === count) break;
        const ends = { sourceId: source.id, targetId, type: null, local: false };
        if ((await window.weft.request('relationships:relate', ends)).ok) done += 1;
      }
      return done;
    },
    { name: from, count: many },
  );
  expect(made).toBe(many);
}

async function countRelationships(page: Page): Promise<number> {
  const page1 = { entityId: null, offset: 0, limit: 1 };
  const answer = await page.evaluate((params) => window.weft.request('relationships:page', params), page1);
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value.total;
}

async function takePictures({ page, app }: Weft, name: string): Promise<void> {
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1280, 860));
  await screenshot(page, `review-${name}`);
}

test('what was edited offline is looked through, and only what is chosen is sent', async ({
  weft,
  server,
}) => {
  const { page } = weft;
  await connectNewWorkspace(weft, { ...fill, url: server.url });
  const edges = countEdges(server.site);
  await server.goOffline();
  await relateToMetrics(page, boiler, 3);
  await sync(page);
  await openPanel(page, 'outbox');
  await expect(page.getByTestId('outbox-row')).toHaveCount(3);
  await expect(page.getByTestId('outbox-group')).toContainText(/plant.*3 changes.*offline since/);
  await expect(page.getByTestId('list-as-of')).toContainText(/as of \d\d:\d\d/);
  await page.getByTestId('panel-size').click();
  await takePictures(weft, 'outbox');
  await openPanel(page, 'status');
  await expect(page.getByTestId('connection-status')).toContainText('offline since');
  await takePictures(weft, 'status');
  await server.goOnline();
  server.clearRequests();
  await openPanel(page, 'outbox');
  await page.getByTestId('outbox-row').nth(1).getByRole('checkbox').check();
  await page.getByTestId('dry-run').click();
  await expect(page.getByTestId('dry-run-text')).toContainText('POST /relationships/');
  await takePictures(weft, 'dry-run');
  expect(server.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByTestId('push-selected').click();
  await expect(page.getByTestId('outbox-row')).toHaveCount(2);
  expect(countEdges(server.site)).toBe(edges + 1);
  await page.getByTestId('choose-all').click(); // it is ticked once the backend has said what all are
  await expect(page.getByTestId('choose-all')).toBeChecked();
  await page.getByTestId('drop-selected').click();
  await expect(page.getByTestId('outbox-row')).toHaveCount(0);
  await expect(page.getByText('2 pending changes dropped')).toBeVisible();
  await page.getByTestId('undo').click();
  await expect(page.getByTestId('outbox-row')).toHaveCount(2);
});

test('many conflicts are settled by one rule after it says how many', async ({ weft, server }) => {
  const { page } = weft;
  await connectNewWorkspace(weft, { ...fill, url: server.url });
  await server.goOffline();
  await relateToMetrics(page, boiler, 12);
  const account = mustAccount(server.site, PLANT_ACCOUNT);
  const asset = [...account.entities.assets.values()].find(({ name }) => name === boiler);
  if (asset === undefined) throw new Error('The seeded plant lacks what this test is about.');
  server.deleteEntity({ type: 'assets', id: asset.id }, PLANT_ACCOUNT);
  await server.goOnline();
  await sync(page);
  await openPanel(page, 'conflicts');
  await page.getByTestId('panel-size').click();
  await expect(page.getByTestId('tab-conflicts')).toContainText('12');
  await takePictures(weft, 'conflicts');
  await page.getByTestId('conflict-reason').selectOption('removed-there');
  await expect(page.getByTestId('conflict')).toHaveCount(0);
  await page.getByTestId('conflict-reason').selectOption('end-removed');
  await page.getByTestId('rule-remote').click();
  await expect(page.getByTestId('rule-preview')).toContainText('12 conflicts fit');
  await takePictures(weft, 'conflict-rule');
  await page.getByTestId('rule-confirm').click();
  await expect(page.getByText('12 conflicts settled')).toBeVisible();
  await expect(page.getByText('No conflicts')).toBeVisible();
});

test('held removals are applied only after a look at all of them', async ({ weft, server }) => {
  const { page } = weft;
  await connectNewWorkspace(weft, { ...fill, url: server.url });
  const account = mustAccount(server.site, PLANT_ACCOUNT);
  const gone = allEdges(account).filter((_, index) => index % 3 === 0);
  for (const edge of gone) deleteEdge(account, edge);
  const before = await countRelationships(page);
  await sync(page);
  expect(await countRelationships(page)).toBe(before);
  await openPanel(page, 'held');
  await takePictures(weft, 'held');
  await page.getByTestId('held-review').first().click();
  await expect(page.getByTestId('held-preview')).toContainText(`All ${gone.length} of them`);
  await expect(page.getByTestId('held-preview-row').first()).toBeVisible();
  await takePictures(weft, 'held-preview');
  await expect(page.getByTestId('release')).toBeDisabled();
  await page.getByTestId('held-keep').click();
  await sync(page);
  expect(await countRelationships(page)).toBe(before);
  await page.getByTestId('held-review').first().click();
  await page.getByTestId('held-sure').check();
  await page.getByTestId('release').click();
  await sync(page);
  expect(await countRelationships(page)).toBe(before - gone.length);
  await openPanel(page, 'reports');
  await takePictures(weft, 'reports');
});

test('what was edited offline goes by itself once the system can be reached again', async ({
  folder,
  server,
}) => {
  const weft = await launchWeft({ folder, syncsByItself: true });
  const { page } = weft;
  try {
    await connectNewWorkspace(weft, { ...fill, url: server.url });
    await page.getByTestId('sync-menu').click();
    await page.getByRole('menuitem', { name: 'When to sync…' }).click();
    await expect(page.getByTestId('sync-settings-form')).toBeVisible();
    await takePictures(weft, 'settings');
    await page.getByTestId('save-sync-settings').click();
    const edges = countEdges(server.site);
    await server.goOffline();
    await relateToMetrics(page, boiler, 1);
    await sync(page);
    await expect(page.getByTestId('connection-chip')).toHaveAttribute('data-state', 'offline');
    await server.goOnline();
    await expect.poll(() => countEdges(server.site), { timeout: 120_000 }).toBe(edges + 1);
    await expect(page.getByTestId('connection-chip')).toHaveAttribute('data-state', 'ready');
  } finally {
    await weft.quit();
  }
});
