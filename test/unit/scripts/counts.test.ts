import { describe, expect, it } from 'vitest';
import { sumCounts, toTestCounts, withExitCode } from '../../../scripts/counts.mjs';

const count = { part: 'x', passed: 3, failed: 0, skipped: 1, seconds: 2 };

describe('counts', () => {
  it("are read from Vitest's report", () => {
    const report = { numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 };
    expect(toTestCounts(report)).toEqual({ passed: 5, failed: 1, skipped: 3 });
  });

  it("are read from Playwright's report, where a test that passed at the second try passed", () => {
    const report = { stats: { expected: 5, flaky: 1, unexpected: 2, skipped: 3 } };
    expect(toTestCounts(report)).toEqual({ passed: 6, failed: 2, skipped: 3 });
  });

  it('call a run that broke without a failing test one failure', () => {
    expect(withExitCode({ ...count, ...toTestCounts(null) }, 1)).toMatchObject({ passed: 0, failed: 1 });
    expect(withExitCode(count, 0)).toEqual(count);
    expect(withExitCode({ ...count, failed: 2 }, 1).failed).toBe(2);
  });

  it('add up', () => {
    expect(sumCounts([count, count])).toEqual({ passed: 6, failed: 0, skipped: 2, seconds: 4 });
  });
});
