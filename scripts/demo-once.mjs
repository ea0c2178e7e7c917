// `npm start -- --demo --once`: plays the demo's whole round trip in the real window by itself. Every step is made by
// mouse or keyboard on the controls a person uses; what it prints is read from the window and from the server.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron } from 'playwright';

const repository = path.join(import.meta.dirname, '..');
const pictures = path.join(repository, 'test-results', 'demo');
const SOURCE = 'Air compressor 1';
const NEIGHBOUR = 'Utilities building';
const TARGET = 'Ammonia chiller 1 power';

/** @typedef {import('playwright').Page} Page */

/** @param {string} text */
function say(text) {
  process.stdout.write(`${text}\n`);
}

/** @param {string} folder */
async function launch(folder) {
  const isRoot = process.getuid?.() === 0;
  const executablePath = process.env['WEFT_ELECTRON'];
  if (executablePath === undefined) throw new Error('Run this with npm start -- --demo --once.');
  return await _electron.launch({
    executablePath,
    chromiumSandbox: !isRoot,
    env: { ...process.env, WEFT_AUTO_SYNC: 'off' }, // every step is one of this script
    args: [repository, `--user-data-dir=${folder}`, '--demo'],
  });
}

/** @param {Page} page @param {string} name */
async function picture(page, name) {
  const file = path.join(pictures, `${name}.png`);
  await page.screenshot({ path: file, animations: 'disabled' });
  say(`   picture: ${path.relative(repository, file)}`);
}

/** @param {Page} page @param {string} testId */
async function read(page, testId) {
  return (await page.getByTestId(testId).first().innerText()).replace(/\s+/g, ' ').trim();
}

/** What the server itself holds, asked over its own API. @param {{ url: string, account: string, key: string }} access */
function createServerReader({ url, account, key }) {
  /** @param {string} route */
  const get = async (route) => await fetch(url + route, { headers: { authorization: key, account } });
  return {
    /** @param {string} parent @param {string} child */
    has: async (parent, child) =>
      (await get(`/relationships/assets/${parent}/metrics/${child}`)).status === 200,
  };
}

/** @param {Page} page */
async function readAccess(page) {
  return {
    url: await page.getByTestId('connect-url').inputValue(),
    account: await page.getByTestId('connect-scope').inputValue(),
    key: await page.getByTestId('connect-secret').inputValue(),
  };
}

/** @param {Page} page */
async function waitForSync(page) {
  const syncing = page.locator('[data-testid="connection-chip"][data-state="syncing"]').first();
  await syncing.waitFor({ timeout: 5_000 }).catch(() => null);
  await syncing.waitFor({ state: 'detached', timeout: 120_000 });
}

/** Waits until every connection is so. @param {Page} page @param {string} state */
async function waitForAll(page, state) {
  await page.getByTestId('connection-chip').first().waitFor();
  const others = page.locator(`[data-testid="connection-chip"]:not([data-state="${state}"])`).first();
  await others.waitFor({ state: 'detached', timeout: 60_000 });
}

/** What the window says of every connection. @param {Page} page */
async function readConnections(page) {
  const texts = await page.getByTestId('connection-chip').allInnerTexts();
  return texts.map((text) => text.replace(/\s+/g, ' ').trim()).join(', ');
}

/** @param {Page} page @param {string} name */
async function choose(page, name) {
  await page.getByTestId('entity-filter').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.type(name);
  await page
    .getByTestId('entity-row')
    .filter({ has: page.getByText(name, { exact: true }) })
    .first()
    .click();
  await page.getByTestId('inspector-name').filter({ hasText: name }).waitFor();
  const address = await page.getByRole('button', { name: /^Copy the address/ }).innerText();
  return address.split(':')[2]?.trim() ?? '';
}

/** @param {Page} page */
async function connectAndPull(page) {
  say('1. Connect: the demo fills the form in for all its systems, Connect is pressed.');
  await page.getByTestId('connect-form').waitFor();
  await picture(page, '1-connect');
  const server = createServerReader(await readAccess(page));
  await page.getByTestId('connect-submit').click();
  say('2. Pull.');
  await waitForSync(page);
  await waitForAll(page, 'ready');
  say(`   window: ${await readConnections(page)}; ${await read(page, 'entity-count')}`);
  return server;
}

/** Where the drawing shows the entity, once it stands still; cytoscape keeps the drawing beside its element. @param {Page} page @param {string} name */
async function findPlace(page, name) {
  let last = { x: 0, y: 0 };
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const now = await page.getByTestId('graph-canvas').evaluate((canvas, wanted) => {
      /** @type {import('cytoscape').Core} */
      const cy = Reflect.get(canvas, '_cyreg').cy;
      const node = cy
        .nodes()
        .toArray()
        .find((drawn) => String(drawn.data('label')).startsWith(wanted));
      const box = canvas.getBoundingClientRect();
      const { x, y } = node?.renderedPosition() ?? { x: -1, y: -1 };
      return { x: box.x + x, y: box.y + y };
    }, name);
    if (now.x > 0 && Math.hypot(now.x - last.x, now.y - last.y) < 0.5) return now;
    last = now;
    await page.waitForTimeout(150);
  }
  throw new Error(`${name} is not drawn.`);
}

/** @param {Page} page */
async function expand(page) {
  say(`3. Choose ${SOURCE} and expand it.`);
  const targetId = await choose(page, TARGET);
  const sourceId = await choose(page, SOURCE);
  say(`   window: ${await read(page, 'relationship-count')} of ${await read(page, 'inspector-name')}`);
  const drawn = () => page.getByTestId('drawn-list').locator('li').count();
  say(`   window: ${await drawn()} entities and relationships drawn`);
  const place = await findPlace(page, NEIGHBOUR);
  await page.mouse.dblclick(place.x, place.y);
  await page.getByTestId('inspector-name').filter({ hasText: NEIGHBOUR }).waitFor();
  await findPlace(page, NEIGHBOUR);
  say(`   window: ${await drawn()} drawn after ${NEIGHBOUR} was expanded`);
  await picture(page, '3-expanded');
  await choose(page, SOURCE);
  return { sourceId, targetId };
}

/** @param {Page} page */
async function relateOffline(page) {
  say('4. Take the servers off the network, then relate.');
  await page.getByTestId('demo-menu').click();
  await page.getByTestId('demo-online').click();
  await page.getByTestId('add-relationship').click();
  await page.getByTestId('entity-picker').click();
  await page.keyboard.type(TARGET);
  await page.getByRole('option').filter({ hasText: TARGET }).first().click();
  await page.getByTestId('add-create').click();
  await page.locator('[data-testid="relationship-row"][data-state="create"]').waitFor();
  await page.getByTestId('sync').click();
  await waitForAll(page, 'offline');
  await page.getByTestId('tab-outbox').click();
  say(`   window: ${await readConnections(page)}; outbox: ${await read(page, 'outbox-row')}`);
  await picture(page, '4-offline');
}

/** @param {Page} page @param {ReturnType<typeof createServerReader>} server @param {{ sourceId: string, targetId: string }} ends */
async function syncBack(page, server, { sourceId, targetId }) {
  say('5. Put the servers back and sync.');
  await page.getByTestId('demo-menu').click();
  await page.getByTestId('demo-online').click();
  await page.waitForTimeout(500);
  say(
    `   server: it ${(await server.has(sourceId, targetId)) ? 'has' : 'does not have'} the relationship yet`,
  );
  await page.getByTestId('sync').click();
  await waitForSync(page);
  await waitForAll(page, 'ready');
  const arrived = await server.has(sourceId, targetId);
  say(`   window: ${await readConnections(page)}; ${await page.getByTestId('outbox-row').count()} pending`);
  say(`   server: it ${arrived ? 'has' : 'DOES NOT HAVE'} the relationship`);
  if (!arrived) throw new Error('The relationship did not reach the server.');
  await picture(page, '5-synced');
}

/** @param {Page} page */
async function seeAnothersChange(page) {
  say('6. Let a colleague change something, and sync.');
  await page.getByTestId('demo-menu').click();
  await page.getByTestId('demo-colleague').click();
  const note = page
    .locator('.mantine-Notification-root')
    .filter({ hasText: /colleague|created|related|linked|added/i })
    .last();
  say(`   window: ${(await note.innerText({ timeout: 10_000 })).replace(/\s+/g, ' ')}`);
  await page.getByTestId('sync').click();
  await waitForSync(page);
  await page.getByTestId('tab-reports').click();
  const report = page.getByTestId('report').filter({ hasText: 'demo-plant' }).first();
  say(`   window: ${(await report.innerText()).replace(/\s+/g, ' ').trim()}`);
  await picture(page, '6-colleague');
}

/** @param {Page} page */
async function play(page) {
  const server = await connectAndPull(page);
  const ends = await expand(page);
  await relateOffline(page);
  await syncBack(page, server, ends);
  await seeAnothersChange(page);
}

await mkdir(pictures, { recursive: true });
const folder = await mkdtemp(path.join(tmpdir(), 'weft-demo-'));
const app = await launch(folder);
try {
  await play(await app.firstWindow());
  say('The round trip is done.');
} finally {
  await app.close();
  await rm(folder, { recursive: true, force: true });
}
