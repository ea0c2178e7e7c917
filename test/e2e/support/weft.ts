import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  _electron,
  test as base,
  type ElectronApplication,
  expect,
  type Locator,
  type Page,
} from '@playwright/test';
import { seedPlant } from '../../servers/clickie/seed.ts';
import { type ClickieServer, startClickieServer } from '../../servers/clickie/server.ts';
import { findFaintText } from './contrast.ts';
import { toScreenshotPath } from './output.ts';

const repository = join(import.meta.dirname, '..', '..', '..');

/** A running Weft and what a person does with it. */
export interface Weft {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** The folder of this Weft alone; the same folder again is the same installation. */
  readonly folder: string;
  /** Quits as a person does. */
  quit(): Promise<void>;
  /** Ends the whole app at once, without a chance to tidy up. */
  kill(): Promise<void>;
}

export interface LaunchOptions {
  readonly folder: string;
  readonly args?: readonly string[];
  /** Without, Electron finds no keyring. */
  readonly keyring?: boolean;
  /** As people have it. Without, nothing syncs that a test did not ask for. */
  readonly syncsByItself?: boolean;
}

export async function launchWeft(options: LaunchOptions): Promise<Weft> {
  const { folder, args = [], keyring = true, syncsByItself = false } = options;
  const executablePath = process.env['WEFT_ELECTRON'];
  if (executablePath === undefined) throw new Error('Run these tests with npm run e2e.');
  const app = await _electron.launch({
    executablePath,
    chromiumSandbox: true,
    env: { ...process.env, WEFT_AUTO_SYNC: syncsByItself ? 'on' : 'off' },
    args: [
      repository,
      `--user-data-dir=${join(folder, 'user-data')}`,
      `--password-store=${keyring ? 'gnome-libsecret' : 'basic'}`,
      ...args,
    ],
  });
  const page = await app.firstWindow();
  await page.emulateMedia({ reducedMotion: 'reduce' }); // no picture of half a dialog
  await page.locator('[data-app-state="welcome"], [data-app-state="ready"]').waitFor();
  return {
    app,
    page,
    folder,
    quit: () => app.close(),
    kill: async () => {
      const main = app.process();
      const ended = new Promise((resolve) => main.once('exit', resolve));
      main.kill('SIGKILL');
      await ended;
    },
  };
}

/** What the file dialog answers from now on, since no test can click in it. */
export async function answerFileDialogs(weft: Weft, path: string): Promise<void> {
  await weft.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [filePath] });
  }, path);
}

export interface ConnectValues {
  readonly name?: string;
  readonly url: string;
  readonly account: number | string;
  readonly secret: string;
}

/** Types a connection into the dialog that is open. */
export async function fillConnection(page: Page, values: ConnectValues): Promise<void> {
  await page.getByTestId('connect-name').fill(values.name ?? 'plant');
  await page.getByTestId('connect-url').fill(values.url);
  await page.getByTestId('connect-scope').fill(String(values.account));
  await page.getByTestId('connect-secret').fill(values.secret);
}

/** From the welcome screen to a workspace with a connection, first pull done. */
export async function connectNewWorkspace(weft: Weft, values: ConnectValues): Promise<void> {
  await answerFileDialogs(weft, join(weft.folder, 'site.weft'));
  await weft.page.getByTestId('welcome-connect').click();
  await fillConnection(weft.page, values);
  await weft.page.getByTestId('connect-submit').click();
  await weft.page.getByTestId('connect-form').waitFor({ state: 'detached' });
  await expectSynced(weft.page);
}

export async function expectSynced(page: Page): Promise<void> {
  await expect(page.getByTestId('connection-chip').first()).toHaveAttribute('data-state', 'ready', {
    timeout: 60_000,
  });
}

/** Presses Sync and waits for the end of it, however it ends. */
export async function sync(page: Page): Promise<void> {
  const reports = await countReports(page);
  await page.getByTestId('sync').click();
  await expect.poll(() => countReports(page), { timeout: 60_000 }).toBeGreaterThan(reports);
  await expect(page.getByTestId('sync-progress')).toHaveCount(0);
}

async function countReports(page: Page): Promise<number> {
  const result = await page.evaluate(() => window.weft.request('sync:reports', { limit: 200 }));
  if (!result.ok) throw new Error(result.error.message);
  return result.value.total;
}

/** Filters the list and chooses the entity with exactly this name. */
export async function chooseEntity(page: Page, name: string): Promise<void> {
  await page.getByTestId('entity-filter').fill(name);
  await entityRow(page, name).click();
  await expect(page.getByTestId('inspector-name')).toHaveText(name);
}

export function entityRow(page: Page, name: string): Locator {
  return page
    .getByTestId('entity-row')
    .filter({ has: page.getByText(name, { exact: true }) })
    .first();
}

/** How many relationships the inspector shows, once it shows any. */
export async function countRelationshipRows(page: Page): Promise<number> {
  await expect(page.getByTestId('relationship-row').first()).toBeVisible();
  return await page.getByTestId('relationship-row').count();
}

/** Opens one of the panels below the graph. */
export async function openPanel(page: Page, tab: string): Promise<void> {
  const button = page.getByTestId(`tab-${tab}`);
  if (
    (await button.getAttribute('aria-expanded')) !== 'true' &&
    (await button.getAttribute('aria-selected')) !== 'true'
  ) {
    await button.click();
  }
}

/** Pictures of what is shown, by day and by night: `NAME-light` and `NAME-dark`. All text on them can be read. */
export async function screenshot(page: Page, name: string): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', scheme);
    await page.screenshot({ path: toScreenshotPath(`${name}-${scheme}`), animations: 'disabled' });
    expect.soft(await findFaintText(page), `faint text in ${name}-${scheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null });
}

interface Fixtures {
  readonly folder: string;
  readonly server: ClickieServer;
  readonly weft: Weft;
}

/** One folder, one server and one Weft per test, all ended with it. */
export const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright wants the pattern although nothing is taken out of it
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'weft-test-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
  // oxlint-disable-next-line no-empty-pattern -- Playwright wants the pattern although nothing is taken out of it
  server: async ({}, use) => {
    const server = await startClickieServer({ site: seedPlant({ seed: 1 }) });
    await use(server);
    await server.stop();
  },
  weft: async ({ folder }, use) => {
    const weft = await launchWeft({ folder });
    await use(weft);
    await weft.quit().catch(() => undefined); // a test may have ended it
  },
});

export { expect };
