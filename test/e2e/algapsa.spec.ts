import { join } from 'node:path';
import { DEFAULT_KEY, seedFleet } from '../servers/algapsa/seed.ts';
import { startAlgapsaServer } from '../servers/algapsa/server.ts';
import {
  answerFileDialogs,
  chooseEntity,
  expect,
  expectSynced,
  screenshot,
  sync,
  test,
} from './support/weft.ts';

test('an AlgaPSA tenant is connected, its types are shown, and a typed relationship reaches it', async ({
  weft,
}) => {
  const site = seedFleet();
  const server = await startAlgapsaServer({ site, switches: { profile: 'intended' } });
  const { page } = weft;
  try {
    await answerFileDialogs(weft, join(weft.folder, 'fleet.weft'));
    await page.getByTestId('welcome-connect').click();
    await page.getByTestId('connect-system').click();
    await page.getByRole('option', { name: 'AlgaPSA' }).click();
    await page.getByTestId('connect-name').fill('fleet');
    await page.getByTestId('connect-url').fill(server.url);
    await page.getByTestId('connect-secret').fill(DEFAULT_KEY);
    await screenshot(page, 'connect-algapsa');
    await page.getByTestId('connect-submit').click();
    await page.getByTestId('connect-form').waitFor({ state: 'detached' });
    await expectSynced(page);
    await expect(page.getByTestId('entity-count')).toHaveText('399 entities');

    const rows = page.getByTestId('entity-row');
    const [first, second] = [await rows.nth(3).innerText(), await rows.nth(9).innerText()];
    await chooseEntity(page, first.trim());
    await page.getByTestId('add-relationship').click();
    await page.getByTestId('entity-picker').fill(second.trim());
    await page.getByRole('option').filter({ hasText: second.trim() }).first().click();
    await page.getByTestId('relationship-type').fill('backs up');
    await page.getByTestId('add-create').click();
    await expect(page.locator('[data-testid="relationship-row"][data-state="create"]')).toContainText(
      'backs up',
    );
    await sync(page);
    await expectSynced(page);
    await expect(page.locator('[data-testid="relationship-row"][data-state="create"]')).toHaveCount(0);
    await screenshot(page, 'algapsa');
    expect(server.requests.filter(({ method, status }) => method === 'POST' && status === 201)).toHaveLength(
      1,
    );
    expect(server.forbiddenWrites).toEqual([]);
  } finally {
    await server.stop();
  }
});
