import { DEFAULT_KEY } from '../servers/clickie/seed.ts';
import { drawRelationship } from './support/graph.ts';
import { PLANT_ACCOUNT } from './support/plant.ts';
import { chooseEntity, connectNewWorkspace, expect, screenshot, test } from './support/weft.ts';

test('a line is swapped before it is created, and its type is turned round in the inspector and back by undo', async ({
  weft,
  server,
}) => {
  const { page } = weft;
  await connectNewWorkspace(weft, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  await chooseEntity(page, 'Air compressor 1');
  await drawRelationship(page, 'Air compressor 1 compressor', 'Utilities building');
  const popover = page.getByTestId('relate-popover');
  await popover.getByTestId('relationship-type').fill('feeds');
  await popover.getByTestId('relate-swap').click();
  await expect(popover).toContainText('Utilities building → Air compressor 1 compressor');
  await expect(popover.getByTestId('relationship-type')).toHaveValue('feeds');
  await screenshot(page, 'swapped');
  await popover.getByTestId('relate-create').click();
  await expect(popover).toHaveCount(0);

  await chooseEntity(page, 'Air compressor 1 compressor');
  const row = page.locator('[data-testid="relationship-row"][data-state="create"]');
  await expect(row.getByTestId('relationship-type-read')).toHaveText('is fed by');
  await row.getByTestId('relationship-menu').click();
  await page.getByRole('menuitem', { name: 'Show and change its type…' }).click();
  const inspector = page.getByTestId('relationship-inspector');
  await inspector.getByTestId('turn-type').click();
  await expect(inspector.getByTestId('relationship-type')).toHaveValue('is fed by');
  await screenshot(page, 'turned');
  await page.getByTestId('undo').click();
  await expect(inspector.getByTestId('relationship-type')).toHaveValue('feeds');
});
