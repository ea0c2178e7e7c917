import { defineConfig } from 'vitest/config';

/** Takes longer than everything else together, so it has a command of its own. */
const crashLoop = 'test/deep/crash-loop.test.ts';

const project = (name: string, include: string[], testTimeout: number, exclude: string[] = []) => ({
  test: { name, include, exclude, testTimeout, environment: 'node' as const },
});

/** One project per kind of test; `npm run check` runs unit and flow. */
export default defineConfig({
  test: {
    projects: [
      project('unit', ['test/unit/**/*.test.ts'], 20_000),
      project('flow', ['test/flow/**/*.test.ts'], 20_000),
      project('remote-contract', ['test/remote-contract/**/*.test.ts'], 60_000),
      project('deep', ['test/deep/**/*.test.ts'], 600_000, [crashLoop]),
      project('crash', [crashLoop], 600_000),
    ],
  },
});
