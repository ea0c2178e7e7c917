import { defineConfig } from '@playwright/test';

/**
 * Real Electron windows, one at a time; no retries: flaky means broken. `deep` are those of `npm run test:deep`, which
 * the others do without.
 */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  workers: 1,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: process.env['CI'] !== undefined,
  projects: [
    { name: 'windows', testIgnore: 'deep/**' },
    { name: 'deep', testDir: 'deep', timeout: 300_000, expect: { timeout: 60_000 } },
  ],
});
