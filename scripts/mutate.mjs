// `npm run mutate`: makes `sync/plan.ts` and `sync/run.ts` wrong in one place at a time and counts how often the tests
// notice. Arguments: `--only plan.ts`, `--every 5` for a sample (`--first 1` for the next),
// `--side-by-side 2`. Takes an hour or so for all.
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runMain } from './command.mjs';
import { applyMutant, describeMutant, findMutants } from './mutate/mutants.mjs';
import { createSandbox } from './mutate/sandbox.mjs';
import { repository } from './paths.mjs';

const flow = (/** @type {string} */ names) => names.split(' ').map((name) => `test/flow/${name}.test.ts`);

/** What notices a slip in either: the quick tests before the slow ones. */
const common = [
  [
    'test/unit/sync/',
    ...flow('sync-decisions sync-abilities sync-undirected sync-found sync-batch sync-moved sync-feed'),
  ],
  flow('sync-types sync-connections sync-guard-parts sync-offline sync-lies sync-pull graph-sync'),
  flow('manage-connections remove-connection sync-hints sync-algapsa sync-autodesk'),
  flow('sync-push sync-guard sync-by-itself'),
];

/** The files that are made wrong, each with the tests that run, stage by stage, until one fails. */
const files = [
  {
    file: 'src-main/backend/sync/plan.ts',
    stages: [['test/unit/sync/plan.test.ts'], ['test/deep/plan.test.ts'], ...common],
  },
  {
    file: 'src-main/backend/sync/run.ts',
    stages: [['test/unit/sync/run-ends.test.ts'], ['test/unit/sync/run.test.ts'], ...common],
  },
];

/** Of a hundred mutants so many must die. */
const WANTED = 85;

/**
 * @typedef {object} Job
 * @property {string} file
 * @property {string} source
 * @property {import('./mutate/mutants.mjs').Mutant} mutant
 * @property {readonly (readonly string[])[]} stages
 */

/** @param {string | undefined} only @param {number} every @param {number} first @returns {Promise<Job[]>} */
async function findJobs(only, every, first) {
  /** @type {Job[]} */
  const jobs = [];
  for (const { file, stages } of files.filter((one) => one.file.endsWith(only ?? ''))) {
    const source = await readFile(path.join(repository, file), 'utf8');
    jobs.push(...findMutants(source).map((mutant) => ({ file, source, mutant, stages })));
  }
  return jobs.filter((_, index) => index % every === first);
}

/** @param {import('./mutate/sandbox.mjs').Sandbox} sandbox @param {Job} job */
async function survives(sandbox, { stages }) {
  for (const stage of stages) if (!(await sandbox.test(stage)).passed) return false;
  return true;
}

/**
 * Tests that fail without any mutant would kill them all.
 * @param {import('./mutate/sandbox.mjs').Sandbox} sandbox @param {readonly Job[]} jobs
 */
async function checkTests(sandbox, jobs) {
  for (const stage of new Set(jobs.flatMap(({ stages }) => stages))) {
    const { passed, output } = await sandbox.test(stage);
    if (!passed) throw new Error(`The tests fail without any mutant:\n${output.slice(-3000)}`);
  }
}

/** @param {readonly Job[]} jobs @param {number} count @returns {Promise<Job[]>} those that lived */
async function runAll(jobs, count) {
  const parent = process.env['WEFT_MUTATE_FOLDER'] ?? tmpdir();
  const sandboxes = await Promise.all(Array.from({ length: count }, () => createSandbox(parent)));
  /** @type {Job[]} */
  const lived = [];
  const left = jobs.entries();
  /** @param {import('./mutate/sandbox.mjs').Sandbox} sandbox */
  const work = async (sandbox) => {
    for (const [index, job] of left) {
      const { file, source, mutant } = job;
      await sandbox.write(file, applyMutant(source, mutant));
      const lives = await survives(sandbox, job);
      await sandbox.write(file, source);
      if (lives) lived.push(job);
      const word = lives ? 'LIVED ' : 'killed';
      console.log(
        `${index + 1}/${jobs.length} ${word} ${path.basename(file)}:${describeMutant(source, mutant)}`,
      );
    }
  };
  try {
    const [first] = sandboxes;
    if (first) await checkTests(first, jobs);
    await Promise.all(sandboxes.map(work));
  } finally {
    for (const sandbox of sandboxes) await sandbox.remove();
  }
  return lived;
}

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      every: { type: 'string', default: '1' },
      first: { type: 'string', default: '0' },
      'side-by-side': { type: 'string', default: '2' },
    },
  });
  const jobs = await findJobs(values.only, Math.max(1, Number(values.every)), Number(values.first));
  const lived = await runAll(jobs, Math.max(1, Number(values['side-by-side'])));
  for (const { file, source, mutant } of lived) {
    console.log(`lived: ${path.basename(file)}:${describeMutant(source, mutant)}`);
  }
  const score = jobs.length === 0 ? 0 : (100 * (jobs.length - lived.length)) / jobs.length;
  console.log(`${jobs.length} mutants, ${lived.length} lived, ${score.toFixed(1)} % died`);
  return score >= WANTED ? 0 : 1;
});
