// Which Electron, which better-sqlite3 binding: the one place that knows. Releases use the official binary that
// package.json pins. Where it cannot be downloaded, development and tests use the stand-in of
// electron-stand-in.mjs, and the product only sees the environment variable WEFT_SQLITE_BINDING.
import { lookup } from 'node:dns/promises';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { runCommand, secondsSince } from './command.mjs';
import { findStandIn, makeStandIn, standInVersion } from './electron-stand-in.mjs';
import { node24, nodeModules, toolEnvironment } from './paths.mjs';
import { ensureBinding, findBinding } from './sqlite-binding.mjs';

/**
 * @typedef {object} ElectronChoice
 * @property {string} executable absolute path
 * @property {string} version
 * @property {string | null} sqliteBinding absolute path of the binding to use instead of better-sqlite3's own
 * @property {boolean} official false for the stand-in, which is never shipped
 */

const REACH_TIMEOUT_MS = 2_000;
const DOWNLOAD_TIMEOUT_MS = 600_000;
const electronFolder = path.join(nodeModules, 'electron');

/** @param {string} file @returns {string} the text, or '' if there is no such file */
function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
}

function pinnedVersion() {
  return String(JSON.parse(readFileSync(path.join(electronFolder, 'package.json'), 'utf8')).version);
}

/** @returns {ElectronChoice | null} the official binary if it is installed whole */
function findOfficial() {
  const version = pinnedVersion();
  const relative = readIfThere(path.join(electronFolder, 'path.txt'));
  const executable = path.join(electronFolder, 'dist', relative);
  const unpacked = readIfThere(path.join(electronFolder, 'dist', 'version')).replace(/^v/, '');
  if (relative === '' || unpacked !== version || !existsSync(executable)) return null;
  return { executable, version, sqliteBinding: null, official: true };
}

/** @returns {ElectronChoice | null} the stand-in if it and its binding are ready */
function findPreparedStandIn() {
  const executable = findStandIn();
  const sqliteBinding = findBinding();
  if (executable === null || sqliteBinding === null) return null;
  return { executable, version: standInVersion, sqliteBinding, official: false };
}

/** The host the official binary comes from: a mirror if the user set one, as Electron's installer has it. */
function releaseHost() {
  const { ELECTRON_MIRROR, npm_config_electron_mirror } = process.env;
  const mirror = ELECTRON_MIRROR || npm_config_electron_mirror;
  return mirror ? new URL(mirror).hostname : 'github.com';
}

/** @param {string} host @returns {Promise<boolean>} */
function canConnect(host) {
  return new Promise((resolve) => {
    const socket = connect({ host, port: 443, timeout: REACH_TIMEOUT_MS });
    const settle = (/** @type {boolean} */ reached) => {
      socket.destroy();
      resolve(reached);
    };
    socket.once('connect', () => settle(true));
    socket.once('timeout', () => settle(false));
    socket.once('error', () => settle(false));
  });
}

/** Asked first because the installer itself retries for some 45 s before it gives up. */
async function isReleaseHostReachable() {
  // The installer goes through a proxy then, and this machine may resolve no outside name at all.
  if (process.env['ELECTRON_GET_USE_PROXY']) return true;
  const host = releaseHost();
  const tooLate = new Promise((resolve) => setTimeout(resolve, REACH_TIMEOUT_MS, null).unref());
  const address = await Promise.race([lookup(host).catch(() => null), tooLate]);
  return address !== null && (await canConnect(host));
}

/** @param {import('./command.mjs').Say} say @returns {Promise<ElectronChoice | null>} */
async function downloadOfficial(say) {
  if (!(await isReleaseHostReachable())) {
    say(`Electron's release host cannot be reached from here`);
    return null;
  }
  say(`Downloading Electron ${pinnedVersion()}`);
  const startedAt = performance.now();
  const { ELECTRON_SKIP_BINARY_DOWNLOAD: _removed, ...env } = toolEnvironment();
  const options = { env, say, label: 'downloading Electron', timeoutMs: DOWNLOAD_TIMEOUT_MS };
  const { code, output } = await runCommand(node24, [path.join(electronFolder, 'install.js')], options);
  const found = findOfficial();
  if (found) say(`  Electron ready in ${secondsSince(startedAt)}`);
  else say(`  the download failed (exit code ${code}): ${output.trim().split('\n')[0] ?? ''}`);
  return found;
}

/** @param {import('./command.mjs').Say} say @returns {Promise<ElectronChoice>} */
async function prepareStandIn(say) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('Electron could not be downloaded, and there is a stand-in for Linux on x64 only.');
  }
  say(`Preparing Electron ${standInVersion} as a stand-in, for development and tests only`);
  const executable = await makeStandIn(say);
  const sqliteBinding = await ensureBinding(say);
  return { executable, version: standInVersion, sqliteBinding, official: false };
}

/**
 * The Electron to run and the better-sqlite3 binding it needs; downloads or prepares them when they are missing.
 * @param {object} [options]
 * @param {import('./command.mjs').Say} [options.say]
 * @param {boolean} [options.preferOfficial] ask for the official binary again although a stand-in is ready
 * @returns {Promise<ElectronChoice>}
 */
export async function resolveElectron({ say = console.log, preferOfficial = false } = {}) {
  const ready = findOfficial() ?? (preferOfficial ? null : findPreparedStandIn());
  return ready ?? (await downloadOfficial(say)) ?? findPreparedStandIn() ?? (await prepareStandIn(say));
}

/**
 * Environment variables that tell builds, tests and the product about the choice.
 * @param {ElectronChoice} electron @returns {Record<string, string>}
 */
export function toElectronEnvironment(electron) {
  return {
    WEFT_ELECTRON: electron.executable,
    ELECTRON_EXEC_PATH: electron.executable,
    ELECTRON_MAJOR_VER: electron.version.split('.')[0] ?? '',
    ...(electron.sqliteBinding === null ? {} : { WEFT_SQLITE_BINDING: electron.sqliteBinding }),
  };
}
