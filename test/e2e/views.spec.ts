import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { DEFAULT_KEY } from '../servers/clickie/seed.ts';
import { findPlace, readDrawn } from './support/graph.ts';
import { ask } from './support/ledger.ts';
import { PLANT_ACCOUNT } from './support/plant.ts';
import {
  answerFileDialogs,
  connectNewWorkspace,
  expect,
  expectSynced,
  fillConnection,
  launchWeft,
  screenshot,
  test,
} from './support/weft.ts';

const QUERY = 'ammonia kind:asset,metric';

async function drawQuery(page: Page, text: string): Promise<void> {
  await page.getByTestId('graph-query').fill(text);
  await page.getByTestId('graph-query').press('Enter');
}

async function choose(page: Page, item: string): Promise<void> {
  await page.getByTestId('views-menu').click();
  await page.getByTestId(item).click();
}

/** What the list finds for the same text. */
async function listNames(page: Page, search: string): Promise<string[]> {
  const asked = { search, kinds: [], connectionId: null, offset: 0, limit: 500 };
  return (await ask(page, 'entities:page', asked)).rows.map(({ address }) => address).toSorted();
}

async function drawnIds(page: Page): Promise<string[]> {
  const drawn = await readDrawn(page);
  return (await toAddresses(page, drawn)).toSorted();
}

async function toAddresses(page: Page, drawn: Awaited<ReturnType<typeof readDrawn>>): Promise<string[]> {
  const { entities } = await ask(page, 'graph:neighbourhood', {
    roots: [],
    limit: 1,
    also: drawn.map(({ id }) => id),
  });
  const addresses = new Map(entities.map(({ id, address }) => [id, address]));
  return drawn.map(({ id }) => addresses.get(id) ?? '');
}

/** Every entity by its address, with its place, and whether it is hidden or pinned. */
async function readPicture(page: Page): Promise<Record<string, unknown>> {
  const drawn = await readDrawn(page);
  const addresses = await toAddresses(page, drawn);
  return Object.fromEntries(drawn.map(({ id: _id, ...look }, index) => [addresses[index] ?? '', look]));
}

test('what a query finds is drawn, saved as a view, and restored after a restart and in a fresh workspace', async ({
  folder,
  server,
}) => {
  let weft = await launchWeft({ folder });
  let { page } = weft;
  await connectNewWorkspace(weft, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  let before: Record<string, unknown> = {};

  await test.step('a query that cannot be read says where', async () => {
    await drawQuery(page, 'ammonia (kind:asset');
    await expect(page.getByTestId('graph-query-problem')).toContainText('Character 20');
    await page.getByTestId('relate').click({ trial: true }); // nothing lies over it
    await screenshot(page, 'graph-query-problem');
    await drawQuery(page, ') ammonia');
    await expect(page.getByTestId('graph-query-problem')).toContainText('Character 1:');
    const readCaret = (box: HTMLInputElement | SVGElement | HTMLElement) =>
      box instanceof HTMLInputElement ? box.selectionStart : null;
    await expect.poll(() => page.getByTestId('graph-query').evaluate(readCaret)).toBe(0);
  });

  await test.step('the query draws what the list finds', async () => {
    const listed = await listNames(page, QUERY);
    expect(listed.length).toBeGreaterThan(5);
    await drawQuery(page, QUERY);
    await expect(page.getByTestId('graph-matched')).toHaveText(`${listed.length} entities match the query`);
    await expect.poll(() => drawnIds(page)).toEqual(listed);
    await findPlace(page, 'Ammonia chiller 1');
    await screenshot(page, 'graph-query');
  });

  await test.step('over budget it says how much is drawn', async () => {
    await drawQuery(page, 'kind:metric,asset');
    await expect(page.getByTestId('graph-matched')).toHaveText(/^300 of [\d,]+ that match the query drawn/);
    await drawQuery(page, QUERY);
    await expect(page.getByTestId('graph-matched')).toHaveText(/entities match the query$/);
  });

  await test.step('a filter dims, then hides, what does not match', async () => {
    const all = (await readDrawn(page)).length;
    const kept = (await listNames(page, `${QUERY} power`)).length;
    await page.getByTestId('graph-filter').fill('power');
    await expect(page.getByTestId('graph-hidden')).toHaveText(new RegExp(`^${all - kept} dimmed`));
    await screenshot(page, 'graph-filter-dim');
    await page.getByTestId('graph-filter-mode').getByText('Hide').click();
    await expect(page.getByTestId('graph-hidden')).toHaveText(new RegExp(`^${all - kept} hidden`));
    expect((await readDrawn(page)).filter(({ hidden }) => hidden)).toHaveLength(all - kept);
    await page.getByTestId('fit').click();
    await screenshot(page, 'graph-filter-hide');
  });

  await test.step('something is moved and pinned, and all is saved', async () => {
    const { x, y } = await findPlace(page, 'Ammonia chiller 1 power');
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 40, y + 30, { steps: 6 });
    await page.mouse.up();
    await page.mouse.click(x + 40, y + 30);
    await page.getByTestId('pin').click();
    await choose(page, 'view-save-as');
    await page.getByTestId('view-name').fill('Ammonia');
    await screenshot(page, 'view-save-as');
    await page.getByTestId('view-name-submit').click();
    await expect(page.getByTestId('views-menu')).toHaveText('Ammonia');
    await page.keyboard.press('Escape');
    before = await readPicture(page);
    expect(Object.values(before)).toContainEqual(expect.objectContaining({ pinned: true }));
    await page.getByTestId('views-menu').click();
    await screenshot(page, 'views-menu');
    await page.keyboard.press('Escape');
  });

  await test.step('after a restart the view opens as it was saved', async () => {
    await weft.quit();
    weft = await launchWeft({ folder });
    ({ page } = weft);
    await page.getByTestId('recent-workspace').first().click();
    await choose(page, 'view-open');
    await page.getByTestId('view-search').fill('AMMO');
    await expect(page.getByTestId('view-row')).toHaveCount(1);
    await screenshot(page, 'view-open');
    await page.getByTestId('view-row').click();
    await expect.poll(() => readPicture(page)).toEqual(before);
    await expect(page.getByTestId('graph-query')).toHaveValue(QUERY);
    await expect(page.getByTestId('graph-filter')).toHaveValue('power');
    await expect(page.getByTestId('graph-filter-mode').getByRole('radio', { name: 'Hide' })).toBeChecked();
    await screenshot(page, 'view-opened');
  });

  const file = join(folder, 'ammonia.json');
  await test.step('it is renamed, exported, deleted and brought back by undo', async () => {
    await choose(page, 'view-rename');
    await page.getByTestId('view-name').fill('All ammonia');
    await page.getByTestId('view-name-submit').click();
    await expect(page.getByTestId('views-menu')).toHaveText('All ammonia');
    await answerFileDialogs(weft, file);
    await choose(page, 'view-export');
    await expect(page.getByText('Exported “All ammonia”')).toBeVisible();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ name: 'All ammonia', query: QUERY });
    await choose(page, 'view-delete');
    await expect(page.getByTestId('views-menu')).toHaveText('Views');
    await page.getByTestId('undo').click();
    await expect(page.getByTestId('views-menu')).toHaveText('All ammonia');
    await choose(page, 'view-delete');
    await expect(page.getByTestId('views-menu')).toHaveText('Views');
  });

  await test.step('a fresh workspace with the same data takes it over', async () => {
    await page.getByTestId('workspace-menu').click();
    await page.getByTestId('close-workspace').click();
    await answerFileDialogs(weft, join(folder, 'fresh.weft'));
    await page.getByTestId('welcome-connect').click();
    await fillConnection(page, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
    await page.getByTestId('connect-submit').click();
    await page.getByTestId('connect-form').waitFor({ state: 'detached' });
    await expectSynced(page);
    await answerFileDialogs(weft, file);
    await choose(page, 'view-import');
    await expect(page.getByText('All that it draws is in this workspace.')).toBeVisible();
    await expect(page.getByTestId('views-menu')).toHaveText('All ammonia');
    await expect.poll(() => readPicture(page)).toEqual(before);
    await expect(page.getByTestId('graph-filter')).toHaveValue('power');
  });
  await weft.quit();
});
