// Brings node_modules to what package-lock.json says, and Node 24 with it.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { mustRun, runCommand, secondsSince, toExcerpt } from './command.mjs';
import { node24, nodeModules, repository, toolEnvironment } from './paths.mjs';

/** @typedef {{ version?: string, optional?: boolean, peer?: boolean, link?: boolean }} LockedPackage */
/** @typedef {{ packages?: Record<string, LockedPackage> }} Lock the parts used here of npm's lock file, version 3 */

const stampFile = path.join(nodeModules, '.weft-stamp');

/**
 * The stamp of an installation: same stamp, nothing to install.
 * @param {string} lockText @param {string} platform @param {string} arch
 */
export function toStamp(lockText, platform, arch) {
  return createHash('sha256').update(`${platform}\n${arch}\n${lockText}`).digest('hex');
}

/**
 * Whether what npm says it installed covers the lock file. Optional packages may be missing: most are for
 * other platforms.
 * @param {Lock} lock package-lock.json @param {Lock} installed node_modules/.package-lock.json
 */
export function isInstalledFromLock(lock, installed) {
  return Object.entries(lock.packages ?? {}).every(([name, wanted]) => {
    if (name === '') return true;
    const found = installed.packages?.[name];
    return found ? found.version === wanted.version : wanted.optional === true;
  });
}

/** @param {string} file @returns {Lock | null} null if there is no such file or it is not whole */
function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** @param {string} stamp */
function isCurrent(stamp) {
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return true;
  const lock = readLock(path.join(repository, 'package-lock.json'));
  const installed = readLock(path.join(nodeModules, '.package-lock.json'));
  // Someone may have run npm by hand: that installation is as good.
  return lock !== null && installed !== null && isInstalledFromLock(lock, installed);
}

async function hasNode24() {
  if (!existsSync(node24)) return false;
  const { code, output } = await runCommand(node24, ['--version']).catch(() => ({ code: 1, output: '' }));
  return code === 0 && Number(/^v(\d+)/.exec(output)?.[1]) >= 24;
}

/** @param {import('./command.mjs').Say} say */
async function fetchNode24(say) {
  say('Fetching Node 24 into node_modules');
  const args = ['rebuild', 'node', '--ignore-scripts=false', '--foreground-scripts'];
  await mustRun('npm', args, { cwd: repository, env: toolEnvironment(), say, label: 'fetching Node 24' });
  if (!(await hasNode24())) throw new Error('npm rebuild node did not bring a Node 24 that runs here.');
}

/** @param {import('./command.mjs').Say} say */
async function installPackages(say) {
  say('Installing npm packages (npm ci)');
  const options = { cwd: repository, env: toolEnvironment(), say, label: 'installing npm packages' };
  // No install scripts: better-sqlite3's would ask for Node's headers and a compiler although it brings its
  // binding along. Only `node` needs its own, which runs afterwards.
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await runCommand('npm', ['ci', ...flags], options);
  if (code === 0) return;
  // Some registries lack the optional packages of other platforms. `npm ci` then calls the lock file incomplete;
  // `npm install` takes the same locked versions and passes over what is optional.
  if (!output.includes('EUSAGE')) throw new Error(`npm ci failed (exit code ${code})\n${toExcerpt(output)}`);
  say('  npm ci does not accept this registry as complete: installing the same versions with npm install');
  await mustRun('npm', ['install', '--no-save', ...flags], options);
}

/**
 * Installs the packages of package-lock.json unless they are there, and makes sure Node 24 runs.
 * @param {import('./command.mjs').Say} say
 */
export async function ensureNodeModules(say) {
  const lockText = readFileSync(path.join(repository, 'package-lock.json'), 'utf8');
  const stamp = toStamp(lockText, process.platform, process.arch);
  if (!isCurrent(stamp)) {
    const startedAt = performance.now();
    await installPackages(say);
    say(`  npm packages installed in ${secondsSince(startedAt)}`);
  }
  if (!(await hasNode24())) await fetchNode24(say);
  writeStamp(stamp);
}

/** @param {string} stamp */
function writeStamp(stamp) {
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  writeFileSync(stampFile, stamp);
}
