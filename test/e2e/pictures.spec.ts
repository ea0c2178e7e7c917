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
