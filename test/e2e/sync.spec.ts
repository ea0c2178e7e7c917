import { COLLEAGUE_KEY, DEFAULT_KEY } from '../servers/clickie/seed.ts';
import type { ClickieServer } from '../servers/clickie/server.ts';
import { readEdges } from './support/graph.ts';
import { countEdges, PLANT_ACCOUNT } from './support/plant.ts';
import {
  chooseEntity,
  connectNewWorkspace,
  countRelationshipRows,
  expect,
  expectSynced,
  openPanel,
  screenshot,
  sync,
  test,
  type Weft,
} from './support/weft.ts';

test.beforeEach(async ({ weft, server }) => {
  await connectNewWorkspace(weft, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
});

async function relateToFirst({ page }: Weft, from: string, to: string): Promise<void> {
  await chooseEntity(page, from);
  await page.getByTestId('add-relationship').click();
  await page.getByTestId('entity-picker').fill(to);
  await page.getByRole('option').filter({ hasText: to }).first().click();
  await page.getByTestId('add-create').click();
  await expect(page.locator('[data-testid="relationship-row"][data-state="create"]')).not.toHaveCount(0);
}

async function idOf({ page }: Weft, name: string): Promise<string> {
  await chooseEntity(page, name);
  const address = await page.getByRole('button', { name: /^Copy the address/ }).innerText();
  return address.split(':')[2]?.trim() ?? '';
}

async function changeAsColleague(
  server: ClickieServer,
  method: 'POST' | 'DELETE',
  path: string,
): Promise<void> {
  const headers = { authorization: COLLEAGUE_KEY, account: String(PLANT_ACCOUNT) };
  const response = await fetch(`${server.url}${path}`, { method, headers });
  expect(response.ok).toBe(true);
}

test('a change made by someone else appears here, and a removal too', async ({ weft, server }) => {
  const { page } = weft;
  const child = await idOf(weft, 'Ammonia chiller 1');
  const parent = await idOf(weft, 'Air compressor 1');
  const rows = await countRelationshipRows(page);
  const path = `/relationships/assets/${parent}/assets/${child}`;
  await changeAsColleague(server, 'POST', path);
  await sync(page);
  await expect(page.getByTestId('relationship-row')).toHaveCount(rows + 1);
  await expect
    .poll(async () => (await readEdges(page)).some(({ target }) => target.startsWith('Ammonia chiller 1')))
    .toBe(true);
  await changeAsColleague(server, 'DELETE', path);
  await sync(page);
  await expect(page.getByTestId('relationship-row')).toHaveCount(rows);
});

test('without the server edits go on, the status says since when, and later everything arrives once', async ({
  weft,
  server,
}) => {
  const { page } = weft;
  const edges = countEdges(server.site);
  await server.goOffline();
  await relateToFirst(weft, 'Air compressor 1', 'Ammonia chiller 1 power');
  await sync(page);
  const chip = page.getByTestId('connection-chip');
  await expect(chip).toHaveAttribute('data-state', 'offline');
  await expect(chip).toContainText(/offline since \d/);
  await relateToFirst(weft, 'Air compressor 2', 'Ammonia chiller 1 power');
  await openPanel(page, 'outbox');
  await expect(page.getByTestId('outbox-row')).toHaveCount(2);
  await screenshot(page, 'offline');
  await server.goOnline();
  await sync(page);
  await expectSynced(page);
  await expect(page.getByTestId('outbox-row')).toHaveCount(0);
  expect(countEdges(server.site)).toBe(edges + 2);
});

test('an answer cut off after the server applied it is neither lost nor doubled', async ({
  weft,
  server,
}) => {
  const { page } = weft;
  const edges = countEdges(server.site);
  server.addFault({
    on: { method: 'POST' },
    times: 1,
    when: 'after',
    fault: { kind: 'drop', at: 'headers' },
  });
  await relateToFirst(weft, 'Air compressor 1', 'Ammonia chiller 1 power');
  await sync(page);
  await sync(page);
  await expectSynced(page);
  // Chromium itself sends a request again when a kept connection is reset, so the server may well see it twice
  expect(countEdges(server.site)).toBe(edges + 1);
  await openPanel(page, 'outbox');
  await expect(page.getByTestId('outbox-row')).toHaveCount(0);
});

for (const [name, fault] of [
  ['empty lists', { kind: 'empty-list' }],
  ['failing lists', { kind: 'status', status: 500 }],
  ['a captive portal', { kind: 'captive-portal' }],
] as const) {
  test(`${name} delete nothing and are never reported as fine`, async ({ weft, server }) => {
    const { page } = weft;
    await chooseEntity(page, 'Air compressor 1');
    const rows = await countRelationshipRows(page);
    await expect(page.getByTestId('entity-count')).toHaveText('8 of 377 entities');
    server.addFault({
      on: { method: 'GET', path: /^\/(relationships|assets|metrics|dashboards|collaborators)/ },
      fault,
    });
    await sync(page);
    await expect(page.getByTestId('connection-chip')).not.toHaveAttribute('data-state', 'ready');
    await expect(page.getByTestId('relationship-row')).toHaveCount(rows);
    await expect(page.getByTestId('entity-count')).toHaveText('8 of 377 entities');
    await openPanel(page, 'reports');
    await expect(page.getByTestId('report').first()).toHaveAttribute('data-fine', 'false');
    await screenshot(page, `report-${name.replaceAll(' ', '-')}`);
    expect(server.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
  });
}
