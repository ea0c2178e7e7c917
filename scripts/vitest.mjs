// Runs Vitest projects and counts what they did.
import path from 'node:path';
import { runCommand } from './command.mjs';
import { countTests } from './counts.mjs';
import { node24, nodeModules, repository, toolEnvironment } from './paths.mjs';

/**
 * @param {string} part the name in the counts @param {readonly string[]} projects of vitest.config.ts
 * @param {{ show: boolean, args?: readonly string[] }} options `show`: write to this terminal while running
 * @returns {Promise<{ count: import('./counts.mjs').Count, output: string }>}
 */
export async function runVitest(part, projects, { show, args = [] }) {
  let output = '';
  const count = await countTests(part, async (report) => {
    const selected = projects.flatMap((project) => ['--project', project]);
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const vitest = path.join(nodeModules, 'vitest', 'vitest.mjs');
    const all = [vitest, 'run', ...selected, ...reporters, ...args];
    const result = await runCommand(node24, all, { cwd: repository, env: toolEnvironment(), show });
    output = result.output;
    return result.code;
  });
  return { count, output };
}
