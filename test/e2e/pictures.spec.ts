import { DEFAULT_KEY } from '../servers/clickie/seed.ts';
import { findPlace } from './support/graph.ts';
import { PLANT_ACCOUNT } from './support/plant.ts';
import { chooseEntity, connectNewWorkspace, expect, openPanel, screenshot, test } from './support/weft.ts';

const sizes = [
  { width: 1280, height: 860 },
  { width: 1920, height: 1080 },
];

test('the workspace fits the window at both sizes, light and dark', async ({ weft, server }) => {
  const { page, app } = weft;
  await connectNewWorkspace(weft, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  await chooseEntity(page, 'Air compressor 1');
  await page.getByTestId('add-relationship').click();
  await page.getByTestId('entity-picker').fill('Ammonia chiller 1 power');
  await page.getByRole('option').filter({ hasText: 'Ammonia chiller 1 power' }).first().click();
  await page.getByTestId('add-create').click();
  await page.getByTestId('remove-relationship').first().click();
  await page.getByTestId('entity-filter').fill('');
  const { x, y } = await findPlace(page, 'Utilities building');
  await page.mouse.dblclick(x, y);
  await openPanel(page, 'outbox');

  for (const size of sizes) {
    await app.evaluate(({ BrowserWindow }, { width, height }) => {
      BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
    }, size);
    await findPlace(page, 'Air compressor 1');
    await screenshot(page, `workspace-${size.width}x${size.height}`);
    const overflow = await page.evaluate(() => ({
      x: document.documentElement.scrollWidth - window.innerWidth,
      y: document.documentElement.scrollHeight - window.innerHeight,
    }));
    expect(overflow).toEqual({ x: 0, y: 0 });
  }
});

test('a kind that is off can be read, and the list of what is drawn lies over none of the tools', async ({
  weft,
  server,
}) => {
  const { page } = weft;
  await connectNewWorkspace(weft, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  await chooseEntity(page, 'Air compressor 1');
  await findPlace(page, 'Air compressor 1');
  await page.getByTestId('legend-metric').click();
  await expect(page.getByTestId('legend-metric')).toHaveAttribute('aria-pressed', 'false');
  await screenshot(page, 'graph-kind-off');
  await page.getByTestId('graph-query').fill('ammonia (kind:asset');
  await page.getByTestId('graph-query').press('Enter');
  await expect(page.getByTestId('graph-query-problem')).toBeVisible(); // the tools make room for it
  const list = page.getByTestId('drawn-list');
  await list.getByRole('button').first().focus();
  await page.getByTestId('fit').click({ trial: true });
  await page.getByTestId('relate').click({ trial: true });
  await expect(list.getByRole('button').first()).toBeInViewport({ ratio: 1 });
  const { top, bottom } = await list.evaluate((element) => element.getBoundingClientRect());
  const tools = await page.getByTestId('fit').evaluate((element) => element.getBoundingClientRect().bottom);
  const graph = await page.getByTestId('graph-canvas').evaluate((element) => element.getBoundingClientRect());
  expect(top).toBeGreaterThanOrEqual(tools);
  expect(bottom).toBeLessThanOrEqual(graph.bottom);
  await screenshot(page, 'graph-drawn-list');
});
