import { afterAll, describe, expect, it } from 'vitest';
import { type CrashCount, crashEverywhere } from './crash/crash-runs.ts';
import { scenarios } from './crash/scenarios.ts';

const counts: CrashCount[] = [];
const sum = (pick: (count: CrashCount) => number) => counts.reduce((total, count) => total + pick(count), 0);

describe('a program that dies at any boundary, and once more while it takes up its work', () => {
  for (const [index, scenario] of scenarios.entries()) {
    it(`ends as if nothing had happened: ${scenario.name}`, async () => {
      counts.push(await crashEverywhere(scenario, index + 1));
    });
  }

  afterAll(() => {
    const [boundaries, runs, twice] = [sum((c) => c.boundaries), sum((c) => c.runs), sum((c) => c.twice)];
    console.log(
      `crash loop: ${counts.length} scenarios, ${boundaries} boundaries, ${runs} crash-resume runs, ${twice} with a second crash`,
    );
    if (counts.length < scenarios.length) return; // some failed, or were not asked for
    expect(counts.length).toBeGreaterThanOrEqual(40);
    expect(runs).toBeGreaterThanOrEqual(5000);
  });
});
