import { defineConfig } from 'vitest/config';

const project = (name: string, include: string[], testTimeout: number) => ({
  test: { name, include, testTimeout, environment: 'node' as const },
});

/** One project per kind of test; `npm run check` runs unit and flow. */
export default defineConfig({
  test: {
    projects: [
      project('unit', ['test/unit/**/*.test.ts'], 20_000),
      project('flow', ['test/flow/**/*.test.ts'], 20_000),
      project('remote-contract', ['test/remote-contract/**/*.test.ts'], 60_000),
      project('deep', ['test/deep/**/*.test.ts'], 600_000),
    ],
  },
});
