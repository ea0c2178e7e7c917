import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { type JourneyServer, profileJourneys } from '../support/profile-journeys.ts';
import { answerFileDialogs, chooseEntity, entityRow, expect, openPanel, sync, test } from './support/weft.ts';

/** The dialogs have tests of their own; here the backend is asked as they do. Answers with what was wrong, if anything. */
async function connect(page: Page, { draft, secret }: JourneyServer): Promise<string | null> {
  const result = await page.evaluate((params) => window.weft.request('connections:add', params), {
    draft,
    secret,
  });
  return result.ok ? null : result.error.message;
}

for (const journey of profileJourneys) {
  test(`a change made while the server is away ends as that server lets it: ${journey.title}: ${journey.end}`, async ({
    weft,
  }) => {
    const { page } = weft;
    const server = await journey.start();
    try {
      await answerFileDialogs(weft, join(weft.folder, 'journey.weft'));
      await page.getByTestId('welcome-new').click();
      await page.locator('[data-app-state="ready"]').waitFor();
      const wrong = await connect(page, server);
      if (journey.end === 'not-connected') {
        expect(wrong).toContain('AlgaPSA');
        return;
      }
      expect(wrong).toBeNull();
      await sync(page);
      await expect(entityRow(page, journey.source.name)).toBeVisible();

      await server.goOffline();
      await chooseEntity(page, journey.source.name);
      await page.getByTestId('add-relationship').click();
      await page.getByTestId('entity-picker').fill(journey.target.name);
      await page.getByRole('option').filter({ hasText: journey.target.name }).first().click();
      if (journey.type !== null) await page.getByTestId('relationship-type').fill(journey.type);
      await page.getByTestId('add-create').click();
      await expect(page.locator('[data-testid="relationship-row"][data-state="create"]')).toHaveCount(1);

      await server.goOnline();
      await sync(page);
      expect(server.has()).toBe(journey.end === 'arrives');
      await openPanel(page, 'outbox');
      await expect(page.getByTestId('outbox-row')).toHaveCount(journey.end === 'arrives' ? 0 : 1);
    } finally {
      await server.stop();
    }
  });
}
