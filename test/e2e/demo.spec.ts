import { execFileSync } from 'node:child_process';
import { expect, expectSynced, launchWeft, screenshot, sync, test } from './support/weft.ts';

test('the demo connects to a server of its own, works without it and sees a colleague’s change', async ({
  weft,
}) => {
  const { page } = weft;
  await page.getByTestId('welcome-demo').click();
  await expect(page.getByTestId('connect-url')).toHaveValue(/^http:\/\/127\.0\.0\.1:\d+\/v4$/);
  await page.getByTestId('connect-submit').click();
  await expectSynced(page);
  await expect(page.getByTestId('entity-count')).toContainText('377');

  await page.getByTestId('demo-menu').click();
  await page.getByTestId('demo-online').click();
  await sync(page);
  await expect(page.getByTestId('connection-chip')).toHaveAttribute('data-state', 'offline');
  await page.getByTestId('demo-menu').click();
  await page.getByTestId('demo-online').click();
  await page.getByTestId('demo-menu').click();
  await page.getByTestId('demo-colleague').click();
  await expect(page.getByText('Meanwhile, on the demo server')).toBeVisible();
  await sync(page);
  await expectSynced(page);
  await page.getByTestId('tab-reports').click();
  await expect(page.getByTestId('report').first()).toContainText('relationships +1');
  await screenshot(page, 'demo');
});

test('the demo opens again with what was done in it, and its server ends with the app', async ({
  folder,
}) => {
  const first = await launchWeft({ folder, args: ['--demo'] });
  await first.page.getByTestId('connect-submit').click();
  await expectSynced(first.page);
  const child = await first.app.evaluate(
    ({ app }) =>
      app.getAppMetrics().find(({ name, serviceName }) => [name, serviceName].includes('Weft demo'))?.pid ??
      0,
  );
  expect(child).toBeGreaterThan(0);
  await first.quit();
  await expect.poll(() => isRunning(child)).toBe(false);

  const second = await launchWeft({ folder, args: ['--demo'] });
  await expect(second.page.getByTestId('entity-count')).toContainText('377');
  await sync(second.page);
  await expectSynced(second.page);
  await second.quit();
});

function isRunning(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)])
      .toString()
      .startsWith('Z');
  } catch {
    return false; // ps fails where there is no such process
  }
}
