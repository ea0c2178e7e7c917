// Builds the application into out/ when its sources changed since the last build.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { mustRun, secondsSince } from './command.mjs';
import { toElectronEnvironment } from './electron.mjs';
import { node24, nodeModules, repository, toolEnvironment } from './paths.mjs';

const inputs = [
  'src-main',
  'src-preload',
  'src-renderer',
  'resources',
  'test/servers',
  'test/support',
  'electron.vite.config.ts',
  'postcss.config.mjs',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];

/** @param {string} file @returns {string[]} the file, or all files below it, or nothing */
function listFiles(file) {
  if (!existsSync(file)) return [];
  if (!statSync(file).isDirectory()) return [file];
  const items = readdirSync(file, { recursive: true, withFileTypes: true }).filter((item) => item.isFile());
  return items.map((item) => path.join(item.parentPath, item.name)).sort();
}

/**
 * A stamp of the contents of `names` below `root`, and of `variant`.
 * @param {string} root @param {readonly string[]} names @param {string} variant
 */
export function toSourceStamp(root, names, variant) {
  const hash = createHash('sha256').update(variant);
  for (const file of names.flatMap((name) => listFiles(path.join(root, name)))) {
    hash.update(`\n${path.relative(root, file)}\n`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/**
 * Brings out/ up to date for the given Electron.
 * @param {import('./electron.mjs').ElectronChoice} electron
 * @param {import('./command.mjs').Say} [say]
 */
export async function buildApp(electron, say = console.log) {
  const stampFile = path.join(repository, 'out', '.build-stamp');
  const stamp = toSourceStamp(repository, inputs, electron.version);
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  say('Building Weft');
  const startedAt = performance.now();
  const env = { ...toolEnvironment(), ...toElectronEnvironment(electron) };
  const args = [path.join(nodeModules, 'electron-vite', 'bin', 'electron-vite.js'), 'build'];
  await mustRun(node24, args, { cwd: repository, env, say, label: 'building' });
  writeFileSync(stampFile, stamp);
  say(`  built in ${secondsSince(startedAt)}`);
}
