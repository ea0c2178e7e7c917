import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { CLIENT, COLLEAGUE, tinyIds } from '../servers/autodesk/seed.ts';
import { startAutodeskServer } from '../servers/autodesk/server.ts';
import {
  answerFileDialogs,
  chooseEntity,
  expect,
  expectSynced,
  screenshot,
  sync,
  test,
  type Weft,
} from './support/weft.ts';

/** Takes the place of the system's browser; answers with the next address that it is given. */
async function takeBrowserPlace(weft: Weft): Promise<() => Promise<string>> {
  await weft.app.evaluate(({ shell }) => {
    const opened: string[] = [];
    Reflect.set(globalThis, 'openedAddresses', opened);
    shell.openExternal = async (url: string) => {
      opened.push(url);
      if (Reflect.get(globalThis, 'browserIsMissing') === true) throw new Error('There is no browser');
    };
  });
  let seen = 0;
  return async () => {
    let address: unknown;
    await expect
      .poll(async () => {
        address = await weft.app.evaluate((_, n) => Reflect.get(globalThis, 'openedAddresses')[n], seen);
        return address;
      })
      .toContain('/authentication/v2/authorize?');
    seen += 1;
    return String(address);
  };
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('The probe has no port');
  return address.port;
}

test('an Autodesk project is connected by a sign-in with the browser, and signed in to again when that is over', async ({
  weft,
}) => {
  let daysLater = 0;
  const now = () => Date.now() + daysLater * 86_400_000;
  const server = await startAutodeskServer({ switches: { callbackPort: 'any' }, now });
  const { page } = weft;
  const callback = `http://localhost:${await findFreePort()}/oauth/callback/`;
  try {
    const nextOpened = await takeBrowserPlace(weft);
    await answerFileDialogs(weft, join(weft.folder, 'building.weft'));
    await page.getByTestId('welcome-connect').click();
    await page.getByTestId('connect-system').click();
    await page.getByRole('option', { name: 'Autodesk' }).click();
    await page.getByTestId('connect-name').fill('building');
    await page.getByTestId('connect-url').fill(server.url);
    await page.getByTestId('connect-callback').fill(callback);
    await page.getByTestId('connect-sign-in').click();
    await expect(page.getByText('The client ID is missing.')).toBeVisible();
    await page.getByTestId('connect-client-id').fill(CLIENT.clientId);
    await expect(page.getByTestId('connect-submit')).toBeDisabled();

    await page.getByTestId('connect-sign-in').click();
    await expect(page.getByTestId('sign-in-waiting')).toBeVisible();
    await screenshot(page, 'autodesk-waiting');
    const cancelled = await nextOpened();
    await page.getByTestId('connect-cancel-sign-in').click();
    await expect(page.getByTestId('connect-sign-in')).toBeVisible();
    await expect(fetch(cancelled)).rejects.toThrow();

    await page.getByTestId('connect-sign-in').click();
    await expect(page.getByTestId('sign-in-waiting')).toBeVisible();
    const visit = await fetch(await nextOpened());
    expect(await visit.text()).toContain('Go back to Weft');
    await expect(page.getByTestId('connect-signed-in')).toBeVisible();
    await page.getByTestId('connect-project').click();
    await page.getByTestId('connect-project').fill('tiny b');
    await screenshot(page, 'autodesk-projects');
    await page.getByRole('option', { name: 'Tiny Building (Tiny Builders)' }).click();
    await expect(page.getByTestId('connect-region')).toHaveValue('Europe (EMEA)');
    await screenshot(page, 'connect-autodesk');
    await page.getByTestId('connect-submit').click();
    await page.getByTestId('connect-form').waitFor({ state: 'detached' });
    await expectSynced(page);
    await expect(page.getByTestId('entity-row').filter({ hasText: 'AHU-01' }).first()).toBeVisible();
    expect(server.requests.some(({ path }) => path.includes(tinyIds.project))).toBe(true);
    await screenshot(page, 'autodesk');
    await chooseEntity(page, 'AHU-01');
    const made = page.getByTestId('relationship-row').filter({ hasText: 'Pre-commissioning' });
    await expect(made.getByTestId('flag')).toContainText('made by a service');
    await made.getByTestId('relationship-menu').click();
    await page.getByRole('menuitem', { name: 'Show and change its type…' }).click();
    await expect(page.getByTestId('relationship-inspector')).toContainText('and no person');
    await screenshot(page, 'autodesk-flag');

    await page.getByTestId('connection-chip').click();
    await expect(page.getByTestId('connection-system')).toHaveText('Autodesk');
    await expect(page.getByTestId('connection-key')).toHaveText('Sign in again…');
    await page.getByTestId('connection-key').click();
    await screenshot(page, 'connections-sign-in');
    await weft.app.evaluate(() => Reflect.set(globalThis, 'browserIsMissing', true));
    await page.getByTestId('sign-in-again').click();
    const waitingAgain = page.getByTestId('connection-sign-in').getByTestId('sign-in-waiting');
    await expect(waitingAgain).toContainText('Open this address to sign in');
    await expect(waitingAgain.getByRole('button')).toContainText('/authentication/v2/authorize');
    await screenshot(page, 'connections-sign-in-waiting');
    await fetch(await nextOpened());
    await expect(page.getByTestId('connection-facts')).toBeVisible();
    await screenshot(page, 'connections-autodesk');

    server.set({ signedIn: COLLEAGUE.id });
    await page.getByTestId('connection-key').click();
    await page.getByTestId('sign-in-again').click();
    await fetch(await nextOpened());
    await expect(page.getByTestId('identity-decision')).toContainText('The sign-in speaks for someone else');
    await screenshot(page, 'connections-sign-in-identity');
    await page.getByTestId('identity-adopt').click();
    await page.getByRole('button', { name: 'Take over', exact: true }).click();
    await expect(page.getByTestId('connection-facts')).toContainText(COLLEAGUE.id);
    await page.keyboard.press('Escape');

    daysLater = 16;
    await sync(page);
    await expect(page.getByTestId('secret-banner')).toContainText('Sign in again');
    await screenshot(page, 'autodesk-sign-in-again');
    server.set({ signedIn: null });
    await page.getByTestId('banner-sign-in').click();
    await fetch(await nextOpened());
    await expect(page.getByTestId('identity-decision')).toContainText(
      'until the former person signs in again',
    );
    await screenshot(page, 'autodesk-banner-identity');
    await page.getByTestId('identity-wait').click();
    await expect(page.getByTestId('identity-decision')).toHaveCount(0);
    server.set({ signedIn: COLLEAGUE.id });
    await page.getByTestId('banner-sign-in').click();
    await expect(page.getByTestId('banner-cancel-sign-in')).toBeVisible();
    await screenshot(page, 'autodesk-banner-waiting');
    await fetch(await nextOpened());
    await expect(page.getByTestId('secret-banner')).toHaveCount(0);
    await expectSynced(page);
  } finally {
    await server.stop();
  }
});
