import { DEFAULT_KEY } from '../servers/clickie/seed.ts';
import { drawRelationship, readEdges } from './support/graph.ts';
import { countEdges, PLANT_ACCOUNT } from './support/plant.ts';
import {
  chooseEntity,
  connectNewWorkspace,
  countRelationshipRows,
  expect,
  openPanel,
  screenshot,
  test,
} from './support/weft.ts';

test.beforeEach(async ({ weft, server }) => {
  await connectNewWorkspace(weft, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
});

test('a relationship is added in the inspector, seen as pending everywhere and dropped again', async ({
  weft,
  server,
}) => {
  const { page } = weft;
  const edges = countEdges(server.site);
  await chooseEntity(page, 'Air compressor 1');
  const rows = await countRelationshipRows(page);
  await page.getByTestId('add-relationship').click();
  await page.getByTestId('entity-picker').fill('Ammonia chiller 1 power');
  await page.getByRole('option').filter({ hasText: 'Ammonia chiller 1 power' }).first().click();
  await page.getByTestId('add-create').click();

  await expect(page.getByTestId('relationship-row')).toHaveCount(rows + 1);
  await expect(page.locator('[data-testid="relationship-row"][data-state="create"]')).toHaveCount(1);
  await expect
    .poll(async () => (await readEdges(page)).filter(({ state }) => state === 'create'))
    .toHaveLength(1);
  await openPanel(page, 'outbox');
  await expect(page.getByTestId('outbox-row')).toHaveCount(1);
  await page.getByTestId('entity-filter').fill('"Air compressor 1" -[]-> "Ammonia chiller 1 power"');
  await expect(page.getByTestId('entity-count')).toHaveText(/^1 of /);
  await screenshot(page, 'pending-create');
  expect(countEdges(server.site)).toBe(edges);

  await page.getByTestId('outbox-row').getByTestId('drop-change').click();
  await expect(page.getByTestId('outbox-row')).toHaveCount(0);
  await expect(page.getByTestId('entity-count')).toHaveText(/^0 of /);
  await expect(page.getByTestId('relationship-row')).toHaveCount(rows);
  expect(server.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('a relationship reads by its inverse label from its target, in the inspector and in the list of the graph', async ({
  weft,
}) => {
  const { page } = weft;
  await chooseEntity(page, 'Air compressor 1');
  await page.getByTestId('add-relationship').click();
  await page.getByTestId('entity-picker').fill('Ammonia chiller 1 power');
  await page.getByRole('option').filter({ hasText: 'Ammonia chiller 1 power' }).first().click();
  await page.getByTestId('add-relationship-form').getByLabel('Keep only in this workspace').click();
  await page.getByTestId('relationship-type').fill('feeds');
  await page.getByTestId('add-create').click();
  const row = page.locator('[data-testid="relationship-row"][data-state="local"]');
  await expect(row.getByTestId('relationship-type-read')).toHaveText('feeds');
  const drawn = page.getByTestId('drawn-list');
  await expect(drawn).toContainText('Air compressor 1 → Ammonia chiller 1 power, feeds, local');

  await row.getByRole('button', { name: 'Ammonia chiller 1 power' }).first().click();
  await expect(row.getByTestId('relationship-type-read')).toHaveText('is fed by');
  await expect(drawn).toContainText('Ammonia chiller 1 power ← Air compressor 1, is fed by, local');
  await expect(drawn).not.toContainText('Air compressor 1 → Ammonia chiller 1 power');
});

test('paths to another entity are found in the inspector; where there is none, both sides are shown', async ({
  weft,
}) => {
  const { page } = weft;
  await page.getByTestId('workspace-menu').click();
  await page.getByTestId('new-entity').click();
  await page.getByTestId('own-entity-name').fill('Spare pump');
  await page.getByTestId('own-entity-save').click();
  await expect(page.getByTestId('inspector-name')).toHaveText('Spare pump');
  await chooseEntity(page, 'Air compressor 1');
  await page.getByTestId('explain').click();
  const form = page.getByTestId('explain-form');
  const pick = async (name: string) => {
    await form.getByTestId('entity-picker').fill(name);
    await page.getByRole('option').filter({ hasText: name }).first().click();
  };
  await pick('Ammonia chiller 1 power');
  await expect(form.getByTestId('explain-path').first()).toContainText(/^\d hops?/);
  await expect(form.getByTestId('explain-path').first()).toContainText('Ammonia chiller 1 power');
  await screenshot(page, 'explain-paths');

  await pick('Spare pump');
  await expect(form.getByTestId('explain-proof')).toContainText('No path.');
  await expect(form.getByTestId('explain-proof')).toContainText('there is no longer path either');
  await expect(form.getByTestId('explain-path')).toHaveCount(0);
  const [reached, spare] = [
    form.getByTestId('explain-side').first(),
    form.getByTestId('explain-side').last(),
  ];
  await expect(reached).toContainText('Air compressor 1 compressor');
  await expect(spare).toContainText('Spare pump reaches 1, itself counted, and nothing more leads on');
  await screenshot(page, 'explain-no-path');
  await reached.getByRole('button', { name: 'Air compressor 1 compressor' }).first().click();
  await expect(page.getByTestId('inspector-name')).toHaveText('Air compressor 1 compressor');
});

test('a relationship is drawn in the graph, undone, redone and reaches the server', async ({
  weft,
  server,
}) => {
  const { page } = weft;
  await chooseEntity(page, 'Air compressor 1');
  await drawRelationship(page, 'Air compressor 1 compressor', 'Utilities building');
  await expect(page.getByTestId('relate-popover')).toBeVisible();
  await screenshot(page, 'drawing');
  await page.getByTestId('relate-create').click();
  await expect
    .poll(async () => (await readEdges(page)).filter(({ state }) => state === 'create'))
    .toHaveLength(1);

  await page.getByTestId('undo').click();
  await expect
    .poll(async () => (await readEdges(page)).filter(({ state }) => state === 'create'))
    .toHaveLength(0);
  await page.getByTestId('redo').click();
  await expect
    .poll(async () => (await readEdges(page)).filter(({ state }) => state === 'create'))
    .toHaveLength(1);

  const edges = countEdges(server.site);
  await page.getByTestId('sync').click();
  await expect.poll(() => countEdges(server.site)).toBe(edges + 1);
  await expect
    .poll(async () => (await readEdges(page)).filter(({ state }) => state === 'create'))
    .toHaveLength(0);
});

test('a relationship is removed in the inspector and gone from the server after a sync', async ({
  weft,
  server,
}) => {
  const { page } = weft;
  await chooseEntity(page, 'Air compressor 1');
  const rows = await countRelationshipRows(page);
  const edges = countEdges(server.site);
  await page.getByTestId('remove-relationship').first().click();
  await expect(page.locator('[data-testid="relationship-row"][data-state="delete"]')).toHaveCount(1);
  await expect
    .poll(async () => (await readEdges(page)).filter(({ state }) => state === 'delete'))
    .toHaveLength(1);
  await screenshot(page, 'pending-delete');
  await page.getByTestId('sync').click();
  await expect.poll(() => countEdges(server.site)).toBe(edges - 1);
  await expect(page.getByTestId('relationship-row')).toHaveCount(rows - 1);
});
