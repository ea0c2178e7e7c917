// A copy of the repository in which a file may be wrong.
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommand } from '../command.mjs';
import { node24, nodeModules, repository, toolEnvironment } from '../paths.mjs';

const copied = [
  ...['package.json', 'tsconfig.json', 'vitest.config.ts'],
  ...['src-main', 'src-preload', 'src-renderer', 'resources', 'test'],
];

/** So long a stage of tests may take before its mutant counts as one that never ends. */
const STAGE_MS = 240_000;

/**
 * @typedef {object} Sandbox
 * @property {(file: string, text: string) => Promise<void>} write
 * @property {(tests: readonly string[]) => Promise<{ passed: boolean, output: string }>} test stops at the first failure
 * @property {() => Promise<void>} remove
 */

/** @param {string} parent an existing folder; a fast one, since every test makes files in it @returns {Promise<Sandbox>} */
export async function createSandbox(parent) {
  const folder = await mkdtemp(path.join(parent, 'weft-mutate-'));
  const temporary = await mkdtemp(path.join(parent, 'weft-mutate-tmp-'));
  for (const name of copied) {
    await cp(path.join(repository, name), path.join(folder, name), { recursive: true });
  }
  await symlink(nodeModules, path.join(folder, 'node_modules'));
  const env = { ...toolEnvironment(), TMPDIR: temporary };
  const vitest = path.join(folder, 'node_modules', 'vitest', 'vitest.mjs');
  return {
    write: (file, text) => writeFile(path.join(folder, file), text),
    test: async (tests) => {
      const args = [vitest, 'run', '--bail=1', '--maxWorkers=1', '--reporter=dot', ...tests];
      const { code, output } = await runCommand(node24, args, { cwd: folder, env, timeoutMs: STAGE_MS });
      return { passed: code === 0, output };
    },
    remove: async () => {
      for (const made of [folder, temporary]) await rm(made, { recursive: true, force: true });
    },
  };
}
