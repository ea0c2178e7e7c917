import { execFileSync } from 'node:child_process';
import type { Page } from '@playwright/test';
import { expect, launchWeft, screenshot, sync, test } from './support/weft.ts';

test('the demo connects to servers of its own, works without them and sees a colleague’s change', async ({
  weft,
}) => {
  const { page } = weft;
  await page.getByTestId('welcome-demo').click();
  await expect(page.getByTestId('connect-url')).toHaveValue(/^http:\/\/127\.0\.0\.1:\d+\/v4$/);
  await expect(page.getByTestId('connect-more')).toContainText('demo-building');
  await page.getByTestId('connect-submit').click();
  await expectAll(page, 'ready');
  await expect(page.getByTestId('entity-count')).toContainText('1,302');

  await page.getByTestId('demo-menu').click();
  await page.getByTestId('demo-online').click();
  await sync(page);
  await expectAll(page, 'offline');
  await page.getByTestId('demo-menu').click();
  await page.getByTestId('demo-online').click();
  await page.getByTestId('demo-menu').click();
  await page.getByTestId('demo-colleague').click();
  await expect(page.getByText('Meanwhile, on the demo’s servers')).toBeVisible();
  await sync(page);
  await expectAll(page, 'ready');
  await page.getByTestId('tab-reports').click();
  const report = page.getByTestId('report').filter({ hasText: 'demo-plant' }).first();
  await expect(report).toContainText('relationships +1');
  await screenshot(page, 'demo');
});

test('the demo opens again with what was done in it, and its servers end with the app', async ({
  folder,
}) => {
  const first = await launchWeft({ folder, args: ['--demo'] });
  await first.page.getByTestId('connect-submit').click();
  await expectAll(first.page, 'ready');
  const child = await first.app.evaluate(
    ({ app }) =>
      app.getAppMetrics().find(({ name, serviceName }) => [name, serviceName].includes('Weft demo'))?.pid ??
      0,
  );
  expect(child).toBeGreaterThan(0);
  await first.quit();
  await expect.poll(() => isRunning(child)).toBe(false);

  const second = await launchWeft({ folder, args: ['--demo'] });
  await expect(second.page.getByTestId('entity-count')).toContainText('1,302');
  await sync(second.page);
  await expectAll(second.page, 'ready');
  await second.quit();
});

/** Waits until each of the demo's connections is so. */
async function expectAll(page: Page, state: string): Promise<void> {
  const chips = page.locator(`[data-testid="connection-chip"][data-state="${state}"]`);
  await expect(chips).toHaveCount(3, { timeout: 60_000 });
}

function isRunning(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)])
      .toString()
      .startsWith('Z');
  } catch {
    return false; // ps fails where there is no such process
  }
}
