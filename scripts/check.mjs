// `npm run check`: everything quick. One line a step; a failing step shows its output, and the others still run.
import path from 'node:path';
import { runCommand, runMain } from './command.mjs';
import { addCount, toLine } from './counts.mjs';
import { isEntry, node24, nodeModules, repository, toolEnvironment } from './paths.mjs';
import { setUp } from './setup.mjs';
import { runVitest } from './vitest.mjs';

/** @typedef {{ name: string, script: string, args: readonly string[] }} Step a program under Node 24 */

const inModules = (/** @type {string[]} */ ...parts) => path.join(nodeModules, ...parts);

/** @type {readonly Step[]} */
const steps = [
  { name: 'types', script: inModules('typescript', 'bin', 'tsc'), args: ['--build'] },
  { name: 'lint', script: inModules('oxlint', 'bin', 'oxlint'), args: ['--type-aware'] },
  {
    name: 'format',
    script: inModules('@biomejs', 'biome', 'bin', 'biome'),
    args: ['ci', '--colors=off', '.'],
  },
  {
    name: 'imports',
    script: inModules('dependency-cruiser', 'bin', 'dependency-cruiser.mjs'),
    args: ['--config', '.dependency-cruiser.mjs', 'src-main', 'src-preload', 'src-renderer', 'test'],
  },
  { name: 'forbidden text', script: path.join(repository, 'scripts', 'forbidden-text.mjs'), args: [] },
];

/** @param {Step} step @returns {Promise<boolean>} whether it passed */
async function runStep({ name, script, args }) {
  const startedAt = performance.now();
  const options = { cwd: repository, env: toolEnvironment() };
  const { code, output } = await runCommand(node24, [script, ...args], options);
  const passed = code === 0;
  const seconds = (performance.now() - startedAt) / 1000;
  const count = { part: name, passed: Number(passed), failed: Number(!passed), skipped: 0, seconds };
  addCount(count);
  console.log(toLine(count));
  if (!passed) console.log(output);
  return passed;
}

/**
 * Runs all steps, then the unit and flow tests. Needs node_modules.
 * @returns {Promise<boolean>} whether everything passed
 */
export async function runCheck() {
  let passed = true;
  for (const step of steps) passed = (await runStep(step)) && passed;
  const { count, output } = await runVitest('unit and flow tests', ['unit', 'flow'], { show: false });
  console.log(toLine(count));
  if (count.failed > 0) console.log(output);
  return passed && count.failed === 0;
}

if (isEntry(import.meta.url)) {
  await runMain(async () => {
    await setUp('check');
    return (await runCheck()) ? 0 : 1;
  });
}
