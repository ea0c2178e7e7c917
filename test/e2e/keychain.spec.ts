import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_KEY } from '../servers/clickie/seed.ts';
import { PLANT_ACCOUNT } from './support/plant.ts';
import { connectNewWorkspace, expect, expectSynced, launchWeft, sync, test } from './support/weft.ts';

/** Every file below the folder, as bytes. */
function findFilesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
}

test('with a keyring the key outlives the app and lies in no file', async ({ folder, server }) => {
  const first = await launchWeft({ folder });
  await connectNewWorkspace(first, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  await first.quit();
  const second = await launchWeft({ folder });
  await second.page.getByTestId('recent-workspace').first().click();
  await expect(second.page.getByTestId('secret-banner')).toHaveCount(0);
  await sync(second.page);
  await expectSynced(second.page);
  await second.quit();
  expect(findFilesWith(folder, DEFAULT_KEY)).toEqual([]);
});

test('without a keyring the key is asked again at the next start, and the reason is told', async ({
  folder,
  server,
}) => {
  const first = await launchWeft({ folder, keyring: false });
  await connectNewWorkspace(first, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  await first.quit();
  const second = await launchWeft({ folder, keyring: false });
  await second.page.getByTestId('recent-workspace').first().click();
  const banner = second.page.getByTestId('secret-banner');
  await expect(banner).toContainText(/asked again because no keyring/i);
  await banner.getByLabel('API key of plant').fill(DEFAULT_KEY);
  await banner.getByRole('button', { name: 'Use this key' }).click();
  await expect(banner).toHaveCount(0);
  await sync(second.page);
  await expectSynced(second.page);
  await second.quit();
  expect(findFilesWith(folder, DEFAULT_KEY)).toEqual([]);
});
