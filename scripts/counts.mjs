// What ran, passed and failed: every part adds one JSON line to the file named by WEFT_COUNTS, and
// `node scripts/counts.mjs FILE` prints them with their sum.
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isEntry } from './paths.mjs';

/**
 * @typedef {object} Count
 * @property {string} part
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {number} seconds wall clock
 */

/** @param {Count} count */
export function addCount(count) {
  const file = process.env['WEFT_COUNTS'];
  if (file) appendFileSync(file, `${JSON.stringify(count)}\n`);
}

/** @param {string} file @returns {Count[]} */
export function readCounts(file) {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

/** @param {readonly Count[]} counts @returns {{ passed: number, failed: number, skipped: number, seconds: number }} */
export function sumCounts(counts) {
  const sum = { passed: 0, failed: 0, skipped: 0, seconds: 0 };
  for (const count of counts) {
    sum.passed += count.passed;
    sum.failed += count.failed;
    sum.skipped += count.skipped;
    sum.seconds += count.seconds;
  }
  return sum;
}

/** @param {Count} count */
export function toLine({ part, passed, failed, skipped, seconds }) {
  const skip = skipped === 0 ? '' : `, ${skipped} skipped`;
  return (
    `${part.padEnd(24)} ${passed} passed, ${failed} failed${skip}`.padEnd(64) +
    `${seconds.toFixed(1).padStart(7)} s`
  );
}

/**
 * Counts a test run that says nothing usable (it broke before or after its tests) as one failure.
 * @param {Count} count @param {number} code the runner's exit code @returns {Count}
 */
export function withExitCode(count, code) {
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

/** @param {string} file @returns {unknown} null if there is no report or it is not whole */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/**
 * Reads a test runner's JSON report: Vitest's or Playwright's.
 * @param {unknown} report
 * @returns {{ passed: number, failed: number, skipped: number }}
 */
export function toTestCounts(report) {
  const root = /** @type {Record<string, any>} */ (report ?? {});
  const { stats } = root;
  if (stats)
    return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped };
  const [passed = 0, failed = 0] = [root['numPassedTests'], root['numFailedTests']];
  return { passed, failed, skipped: (root['numPendingTests'] ?? 0) + (root['numTodoTests'] ?? 0) };
}

/**
 * Runs something that writes a JSON report to the path it is given, and returns its counts.
 * @param {string} part @param {(reportFile: string) => Promise<number>} run resolves to the exit code
 * @returns {Promise<Count>}
 */
export async function countTests(part, run) {
  const folder = mkdtempSync(path.join(tmpdir(), 'weft-report-'));
  const startedAt = performance.now();
  try {
    const file = path.join(folder, 'report.json');
    const code = await run(file);
    const seconds = (performance.now() - startedAt) / 1000;
    const count = withExitCode({ part, seconds, ...toTestCounts(readReport(file)) }, code);
    addCount(count);
    return count;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Runs a part that has no tests of its own: only its failure counts.
 * @template T
 * @param {string} part @param {() => Promise<T>} run @returns {Promise<T | null>} null if it failed
 */
export async function attemptPart(part, run) {
  const startedAt = performance.now();
  const count = (/** @type {number} */ failed) => {
    const seconds = (performance.now() - startedAt) / 1000;
    addCount({ part, passed: 0, failed, skipped: 0, seconds });
  };
  try {
    const result = await run();
    count(0);
    return result;
  } catch (error) {
    console.log(error instanceof Error ? error.message : String(error));
    count(1);
    return null;
  }
}

/** @param {string} file @returns {number} exit code */
export function printSummary(file) {
  const counts = readCounts(file);
  for (const count of counts) console.log(toLine(count));
  const sum = sumCounts(counts);
  console.log(`\n${sum.passed} passed, ${sum.failed} failed`);
  return sum.failed === 0 && sum.passed > 0 ? 0 : 1;
}

if (isEntry(import.meta.url)) process.exitCode = printSummary(process.argv[2] ?? '');
