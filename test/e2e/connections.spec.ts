import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { COLLEAGUE_KEY, DEFAULT_KEY } from '../servers/clickie/seed.ts';
import { countEdges, PLANT_ACCOUNT } from './support/plant.ts';
import {
  answerFileDialogs,
  chooseEntity,
  connectNewWorkspace,
  expect,
  expectSynced,
  screenshot,
  sync,
  test,
} from './support/weft.ts';

/** Relates two entities of the plant, so that something is pending. */
async function relate(page: Page, source: string, target: string): Promise<void> {
  await chooseEntity(page, source);
  await page.getByTestId('add-relationship').click();
  await page.getByTestId('entity-picker').fill(target);
  await page.getByRole('option').filter({ hasText: target }).first().click();
  await page.getByTestId('add-create').click();
  await expect(page.locator('[data-testid="relationship-row"][data-state="create"]').first()).toBeVisible();
}

test('a connection is paused, renamed, given another key and removed, and nothing pending is lost', async ({
  weft,
  server,
}) => {
  const { page } = weft;
  const chip = page.getByTestId('connection-chip');
  await connectNewWorkspace(weft, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  const edges = countEdges(server.site);

  await chip.click();
  await expect(page.getByTestId('connection-facts')).toContainText('It keeps no types');
  await expect(page.getByTestId('connection-system')).toHaveText('Clickie');
  await page.getByTestId('connection-test').click();
  await expect(page.getByTestId('connection-tested')).toContainText('The key works');
  await screenshot(page, 'connections');
  await page.getByTestId('connection-pause').click();
  await expect(chip).toHaveAttribute('data-state', 'paused');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('connections')).toHaveCount(0);
  await expect(page.getByTestId('sync')).toBeDisabled();
  await relate(page, 'Air compressor 1', 'Ammonia chiller 1 power');
  await expect(chip).toHaveAttribute('data-state', 'paused');

  await page.keyboard.press('Control+Shift+K');
  await page.getByTestId('connection-pause').click();
  await expectSynced(page);
  await page.getByTestId('connection-edit').click();
  await expect(page.getByTestId('edit-name')).toBeFocused();
  await page.getByTestId('edit-name').fill('bottling');
  await page.getByTestId('edit-submit').click();
  await expect(chip).toContainText('bottling');
  await expect(page.getByTestId('connection-waiting')).toHaveText('1 pending change');

  await page.getByTestId('connection-key').click();
  await page.getByTestId('key-secret').fill('wrong');
  await page.getByTestId('key-submit').click();
  await expect(page.getByTestId('connection-key-form')).toContainText('the key is not accepted');
  await page.getByTestId('key-secret').fill(COLLEAGUE_KEY);
  await page.getByTestId('key-submit').click();
  await expect(page.getByTestId('identity-decision')).toContainText('1 change');
  await screenshot(page, 'connections-identity');
  expect(countEdges(server.site)).toBe(edges);
  await page.getByTestId('identity-wait').click();
  await page.getByTestId('connection-key').click();
  await page.getByTestId('key-secret').fill(DEFAULT_KEY);
  await page.getByTestId('key-submit').click();
  await expect(page.getByTestId('connection-waiting')).toHaveText('nothing', { timeout: 60_000 });
  expect(countEdges(server.site)).toBe(edges + 1);
  await page.keyboard.press('Escape');

  await relate(page, 'Air compressor 1', 'Ammonia chiller 2 power');
  await chip.click();
  await page.getByTestId('connection-remove').click();
  await expect(page.getByTestId('connection-removal')).toContainText('1 pending change');
  await screenshot(page, 'connections-remove');
  const file = join(weft.folder, 'pending.json');
  await answerFileDialogs(weft, file);
  await page.getByTestId('removal-confirm').click();
  await expect(page.getByText('The connection is removed')).toBeVisible();
  await expect(chip).toHaveCount(0);
  await expect(page.getByText('Could not read')).toHaveCount(0);
  await screenshot(page, 'connections-none');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    pending: [{ want: 'related', target: { name: 'Ammonia chiller 2 power' } }],
  });
  expect(countEdges(server.site)).toBe(edges + 1);
});

test('a key that speaks for someone else is found by a sync, and taken over only by decision', async ({
  weft,
  server,
}) => {
  const { page } = weft;
  await connectNewWorkspace(weft, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  await relate(page, 'Air compressor 1', 'Ammonia chiller 1 power');
  const edges = countEdges(server.site);
  const [own, colleague] = [DEFAULT_KEY, COLLEAGUE_KEY].map((key) =>
    server.site.keys.find((known) => known.key === key),
  );
  if (own === undefined || colleague === undefined) throw new Error('The plant has both keys');
  server.site.keys.splice(server.site.keys.indexOf(own), 1, { ...colleague, key: DEFAULT_KEY });

  await sync(page);
  const banner = page.getByTestId('identity-banner');
  await expect(banner).toContainText('1 pending change');
  expect(countEdges(server.site)).toBe(edges);
  await banner.getByRole('button', { name: 'Decide…' }).click();
  await screenshot(page, 'connections-decide');
  await page.getByTestId('identity-adopt').click();
  await page.getByRole('button', { name: 'Take over', exact: true }).click();
  await expect(page.getByTestId('connection-waiting')).toHaveText('nothing', { timeout: 60_000 });
  expect(countEdges(server.site)).toBe(edges + 1);
  await expect(banner).toHaveCount(0);
});
