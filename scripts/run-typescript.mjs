// `node scripts/run-typescript.mjs FILE args…`: runs a TypeScript file of this repository under Node 24. Nothing
// but the file itself writes to standard output.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { isEntry, node24, repository } from './paths.mjs';

/** @param {string} file @param {readonly string[]} args @returns {Promise<number>} the exit code */
function runInNode24(file, args) {
  const child = spawn(node24, ['--disable-warning=ExperimentalWarning', file, ...args], { stdio: 'inherit' });
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

/**
 * Runs `name`, in this process if it already is Node 24. Sets up first when node_modules is missing, with all
 * its output on standard error.
 * @param {string} name path inside the repository @param {readonly string[]} args
 */
export async function runTypeScript(name, args) {
  const file = path.resolve(repository, name);
  if (!existsSync(node24)) {
    const { setUp } = await import('./setup.mjs');
    await setUp('cli', { say: (line) => process.stderr.write(`${line}\n`) });
  }
  if (Number.parseInt(process.versions.node, 10) >= 24) {
    process.argv = [process.execPath, file, ...args];
    await import(pathToFileURL(file).href);
  } else {
    process.exitCode = await runInNode24(file, args);
  }
}

if (isEntry(import.meta.url)) {
  const [name, ...args] = process.argv.slice(2);
  if (!name) throw new Error('usage: run-typescript.mjs FILE args…');
  await runTypeScript(name, args);
}
