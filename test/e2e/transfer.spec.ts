import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_KEY } from '../servers/clickie/seed.ts';
import { PLANT_ACCOUNT } from './support/plant.ts';
import { answerFileDialogs, connectNewWorkspace, expect, screenshot, test } from './support/weft.ts';

test('rows are pasted, judged, imported and undone, a file is imported, and all is exported', async ({
  weft,
  server,
}) => {
  const { page } = weft;
  await connectNewWorkspace(weft, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  await page.getByTestId('workspace-menu').click();
  await page.getByTestId('open-import').click();
  await page
    .getByTestId('import-text')
    .fill('Air compressor 1\tfeeds\tAmmonia chiller 1 power\nNobody here\tfeeds\tAir compressor 1\n');
  await page.getByTestId('import-paste').click();
  await expect(page.getByTestId('import-verdicts')).toContainText('1 added');
  await expect(page.getByTestId('import-rejected')).toContainText('There is no entity “Nobody here”');
  await screenshot(page, 'import-paste');
  const rejected = join(weft.folder, 'rejected.csv');
  await answerFileDialogs(weft, rejected);
  await page.getByTestId('import-save-errors').click();
  await expect(page.getByText('1 rejected row saved')).toBeVisible();
  expect(readFileSync(rejected, 'utf8')).toContain('Nobody here');
  await page.getByTestId('import-commit').click();
  await expect(page.getByText('Imported: 1 added, 0 changed')).toBeVisible();
  await expect(page.getByTestId('import-form')).toHaveCount(0);

  const file = join(weft.folder, 'people.csv');
  writeFileSync(file, 'name,kind,phone\nAda,person,+49 30\nBo,person,\n');
  await answerFileDialogs(weft, file);
  await page.getByTestId('workspace-menu').click();
  await page.getByTestId('open-import').click();
  await page.getByTestId('import-file').click();
  await expect(page.getByTestId('import-verdicts')).toContainText('2 added');
  await screenshot(page, 'import-file');
  await page.getByTestId('import-commit').click();
  await expect(page.getByText('Imported: 2 added, 0 changed')).toBeVisible();

  const exported = join(weft.folder, 'people.json');
  await answerFileDialogs(weft, exported);
  await page.getByTestId('workspace-menu').click();
  await page.getByTestId('open-export').click();
  await page.getByTestId('export-query').fill('kind:person');
  await screenshot(page, 'export');
  await page.getByTestId('export-submit').click();
  await expect(page.getByText('Exported 2 entities and 0 relationships')).toBeVisible();
  expect(JSON.parse(readFileSync(exported, 'utf8'))).toMatchObject({
    entities: [{ name: 'Ada' }, { name: 'Bo' }],
  });
});

test('a pasted matrix is taken for one, and a misspelt name is chosen from what it may mean', async ({
  weft,
  server,
}) => {
  const { page } = weft;
  await connectNewWorkspace(weft, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  await page.getByTestId('workspace-menu').click();
  await page.getByTestId('open-import').click();
  const matrix = [
    ['feeds', 'Ammonia chiller 1 power', 'Air compressor 1 compressor oil pressure'],
    ['Air compressor 1', 'x', ''],
    ['Air compresor 2', '', 'x'],
  ];
  await page.getByTestId('import-text').fill(matrix.map((row) => row.join('\t')).join('\n'));
  await page.getByTestId('import-paste').click();
  await expect(page.getByTestId('import-subject')).toHaveValue('matrix');
  await expect(page.getByTestId('import-verdicts')).toContainText('1 added');
  await expect(page.getByTestId('import-rejected')).toHaveCount(1);
  await expect(page.getByTestId('import-rejected')).toContainText('Did you mean one of these?');
  const [nearest] = await page.getByTestId('import-rejected').getByRole('button').allTextContents();
  expect(nearest).toMatch(/^Air compressor 2 ·/);
  await screenshot(page, 'import-matrix');
  await page.getByTestId('import-rejected').getByRole('button', { name: 'Air compressor 2 ·' }).click();
  await expect(page.getByTestId('import-verdicts')).toContainText('2 added');
  await expect(page.getByTestId('import-rejected')).toHaveCount(0);
  await page.getByTestId('import-commit').click();
  await expect(page.getByText('Imported: 2 added, 0 changed')).toBeVisible();
});

test('a large file whose reading is cancelled leaves nothing, and another one is read after it', async ({
  weft,
  server,
}) => {
  const { page } = weft;
  await connectNewWorkspace(weft, { url: server.url, account: PLANT_ACCOUNT, secret: DEFAULT_KEY });
  const large = join(weft.folder, 'large.csv');
  const rows = Array.from({ length: 900_000 }, (_, index) => `Part ${index},part,"a, b","serial ${index}"`);
  writeFileSync(large, `name,kind,note,serial\n${rows.join('\n')}\n`);
  await answerFileDialogs(weft, large);
  await page.getByTestId('workspace-menu').click();
  await page.getByTestId('open-import').click();
  await page.getByTestId('import-file').click();
  await expect(page.getByTestId('import-form')).toContainText('Reading');
  await screenshot(page, 'import-reading');
  await page.getByTestId('import-cancel').click();
  await expect(page.getByText('The import was cancelled. Nothing was imported.')).toBeVisible();
  await expect(page.getByTestId('import-verdicts')).toHaveCount(0);
  await page.getByTestId('import-text').fill('name\tkind\nAda\tperson\n');
  await page.getByTestId('import-paste').click();
  await expect(page.getByTestId('import-verdicts')).toContainText('1 added');
});
