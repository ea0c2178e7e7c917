import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { type LargeEntity, writeLargeWorkspace } from '../support/large-workspace.ts';
import { expect, launchWeft, test } from './support/weft.ts';

const ENTITIES = 100_000;
const ROW_HEIGHT = 30;
/** As many rows as may be in the page at any time. */
const ROW_LIMIT = 100;

test('a list of 100,000 entities shows the right rows wherever it is scrolled to, and never more than 100', async ({
  folder,
}) => {
  const path = join(folder, 'large.weft');
  const entities = writeLargeWorkspace({ path, entities: ENTITIES });
  const sorted = toSortedNames(entities);
  const weft = await launchWeft({ folder, args: [path] });
  const { page } = weft;
  await expect(page.getByTestId('entity-count')).toHaveText(/100[,.\s]?000 entities/);
  await countRows(page);
  await expectRightRows(page, sorted, 0);

  await test.step('by wheel, in small turns and to the middle', async () => {
    await page.getByTestId('entity-rows').hover();
    for (let turn = 0; turn < 40; turn += 1) await page.mouse.wheel(0, 900);
    await expectRightRows(page, sorted, 1200);
    await page.mouse.wheel(0, (ENTITIES / 2 - 1200) * ROW_HEIGHT);
    await expectRightRows(page, sorted, ENTITIES / 2);
    await page.mouse.wheel(0, ENTITIES * ROW_HEIGHT);
    await expectRightRows(page, sorted, ENTITIES - 1);
  });

  await test.step('by keyboard', async () => {
    await page.getByTestId('entity-rows').focus();
    await page.keyboard.press('Home');
    await expectRightRows(page, sorted, 0);
    await expectActive(page, sorted, 0);
    const inSight = Math.floor(
      (await page.getByTestId('entity-rows').evaluate((list) => list.clientHeight)) / ROW_HEIGHT,
    );
    for (let turn = 0; turn < 12; turn += 1) await page.keyboard.press('PageDown');
    await expectActive(page, sorted, 12 * (inSight - 1));
    await page.keyboard.press('End');
    await expectRightRows(page, sorted, ENTITIES - 1);
    await expectActive(page, sorted, ENTITIES - 1);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('PageUp');
    await expectActive(page, sorted, ENTITIES - 2 - (inSight - 1));
    await page.keyboard.press('Home');
    await expectActive(page, sorted, 0);
  });

  await test.step('narrowed by a search', async () => {
    await page.getByTestId('entity-filter').fill('zebra 12');
    await page.getByTestId('entity-order').getByText('By name').click();
    const found = toSortedNames(
      entities.filter(
        ({ name, remoteId }) => name.startsWith('Zebra line') && / 12\d* /.test(` ${name} ${remoteId} `),
      ),
    );
    expect(found.length).toBeGreaterThan(100);
    await expect(page.getByTestId('entity-count')).toHaveText(
      new RegExp(`^${found.length.toLocaleString('en')} of `),
    );
    await expectRightRows(page, found, 0);
    await page.getByTestId('entity-rows').focus();
    await page.keyboard.press('End');
    await expectRightRows(page, found, found.length - 1);
  });

  expect(await readMostRows(page)).toBeLessThanOrEqual(ROW_LIMIT);
  await weft.quit();
});

/** Names without regard to the case of ASCII letters; the same names by id. Written without the database. */
function toSortedNames(entities: readonly LargeEntity[]): string[] {
  const keyed = entities.map(({ id, name }) => ({
    id,
    name,
    key: name.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  }));
  keyed.sort((a, b) => (a.key === b.key ? a.id - b.id : a.key < b.key ? -1 : 1));
  return keyed.map(({ name }) => name);
}

/** All rows in sight carry the name of their place, and `index` is among them. */
async function expectRightRows(page: Page, sorted: readonly string[], index: number): Promise<void> {
  const read = async () => {
    const rows = await readRows(page);
    const wrong = rows.filter(({ name, place }) => name !== sorted[place]);
    return { shown: rows.some(({ place }) => place === index), wrong };
  };
  await expect.poll(read).toEqual({ shown: true, wrong: [] });
}

async function readRows(page: Page): Promise<{ place: number; name: string }[]> {
  return await page.getByTestId('entity-rows').evaluate((list) => {
    const { top, bottom } = list.getBoundingClientRect();
    const rows = [...list.querySelectorAll('[data-testid="entity-row"]')].filter((row) => {
      const box = row.getBoundingClientRect();
      return box.bottom > top && box.top < bottom;
    });
    return rows.map((row) => ({
      place: Number(row.getAttribute('data-index')),
      name: row.textContent ?? '',
    }));
  });
}

/** The row that the keyboard stands on is in sight and the right one. */
async function expectActive(page: Page, sorted: readonly string[], index: number): Promise<void> {
  const active = page.locator('[data-testid="entity-row"][data-active]');
  await expect(active).toHaveAttribute('data-index', String(index));
  await expect(active).toHaveText(sorted[index] ?? '');
  await expect(active).toBeInViewport();
}

/** Watches from now on how many rows are in the page, after every change to it. */
async function countRows(page: Page): Promise<void> {
  await page.evaluate(() => {
    const count = () => document.querySelectorAll('[data-testid="entity-row"]').length;
    let most = count();
    new MutationObserver(() => {
      most = Math.max(most, count());
      document.body.dataset['mostRows'] = String(most);
    }).observe(document.body, { childList: true, subtree: true });
    document.body.dataset['mostRows'] = String(most);
  });
}

async function readMostRows(page: Page): Promise<number> {
  const most = await page.evaluate(() => document.body.dataset['mostRows']);
  expect(most).toBeDefined();
  return Number(most);
}
