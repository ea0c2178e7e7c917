import { DEFAULT_KEY } from '../servers/clickie/seed.ts';
import { PLANT_ACCOUNT } from './support/plant.ts';
import { connectNewWorkspace, expect, screenshot, test } from './support/weft.ts';

test('a misspelt name finds the entity in the search over everything and in the list, the best match first', async ({
  weft,
  server,
}) => {
  const { page } = weft;
  await connectNewWorkspace(weft, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  const search = page.getByLabel('Search all entities');

  await test.step('the search over everything', async () => {
    await page.keyboard.press('Control+K');
    await search.fill('compresosr');
    await expect(page.getByTestId('lookup-line')).toContainText('“compresosr” was taken for “compressor”');
    const first = page.getByTestId('lookup-row').first();
    await expect(first).toContainText(/compressor/i);
    await expect(first).toContainText('Asset · plant');
    await screenshot(page, 'search-misspelt');
    await search.fill('kind:');
    await expect(page.getByTestId('lookup-line')).toContainText('expected');
    // Enter comes before the answer, and takes the first of it
    await search.fill('air comprssor 1');
    await search.press('Enter');
    await expect(page.getByTestId('inspector-name')).toHaveText('Air compressor 1 compressor');
    await page.keyboard.press('Control+K');
    await search.fill('boiler');
    await expect(page.getByTestId('lookup-row').first()).toContainText(/boiler/i);
    const second = (await page.getByTestId('lookup-row').nth(1).locator('p').first().textContent()) ?? '';
    await search.press('ArrowDown');
    await search.press('Enter');
    await expect(page.getByTestId('inspector-name')).toHaveText(second);
  });

  await test.step('the list', async () => {
    const names = () => page.getByTestId('entity-row').allTextContents();
    await page.getByTestId('entity-filter').fill('compresosr');
    await expect(page.getByTestId('entity-corrections')).toContainText('“compresosr” was taken for');
    await expect(page.getByTestId('entity-row').first()).toContainText(/compressor/i);
    await screenshot(page, 'list-misspelt');
    await page.getByTestId('entity-filter').fill('compressor');
    await expect(page.getByTestId('entity-corrections')).toHaveCount(0);
    const byName = (rows: string[]) => rows.toSorted((a, b) => a.localeCompare(b, 'en'));
    const best = await names();
    await page.getByTestId('entity-order').getByText('By name').click();
    await expect.poll(names).not.toEqual(best);
    const named = await names();
    expect(named).toEqual(byName(named));
    await page.getByTestId('entity-filter').fill('kind:');
    await expect(page.getByTestId('entity-filter-problem')).toBeVisible();
    await page.getByTestId('entity-filter').fill('');
    await expect(page.getByTestId('entity-order')).toHaveCount(0);
  });
});
