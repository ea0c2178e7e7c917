// Everything a fresh machine needs before Weft runs: Node 20 or newer and git are enough to begin with.
// `npm run setup` prepares all of it; the other scripts ask for their part first.
import { runMain, secondsSince } from './command.mjs';
import { ensureNodeModules } from './node-modules.mjs';
import { isEntry } from './paths.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

/** @typedef {'cli' | 'check' | 'start' | 'test'} Purpose */

export function hasDisplay() {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.platform !== 'linux' || Boolean(DISPLAY || WAYLAND_DISPLAY);
}

/**
 * Which system packages a purpose needs.
 * @param {Purpose} purpose @param {boolean} display whether there is a screen
 * @returns {import('./system-packages.mjs').PackageGroup[]}
 */
export function toPackageGroups(purpose, display) {
  if (purpose === 'test') return ['window', 'display', 'keyring'];
  if (purpose === 'start') return display ? ['window'] : ['window', 'display'];
  return [];
}

/**
 * Prepares what `purpose` needs and returns the Electron to use, or null where none is needed. Quick when
 * nothing is missing.
 * @param {Purpose} purpose
 * @param {{ say?: import('./command.mjs').Say, preferOfficial?: boolean }} [options]
 * @returns {Promise<import('./electron.mjs').ElectronChoice | null>}
 */
export async function setUp(purpose, { say = console.log, preferOfficial = false } = {}) {
  await ensureNodeModules(say);
  if (purpose === 'cli' || purpose === 'check') return null;
  await ensureSystemPackages(toPackageGroups(purpose, hasDisplay()), say);
  const { resolveElectron } = await import('./electron.mjs');
  return resolveElectron({ say, preferOfficial });
}

/**
 * `setUp` for the purposes that run Electron.
 * @param {'start' | 'test'} purpose @param {{ say?: import('./command.mjs').Say }} [options]
 */
export async function setUpElectron(purpose, options) {
  const electron = await setUp(purpose, options);
  if (electron === null) throw new Error('no Electron was prepared');
  return electron;
}

async function main() {
  const startedAt = performance.now();
  const electron = await setUp('test', { preferOfficial: process.argv.includes('--official') });
  tellElectron(electron);
  console.log(`Set-up is complete (${secondsSince(startedAt)})`);
  return 0;
}

/** @param {import('./electron.mjs').ElectronChoice | null} electron */
function tellElectron(electron) {
  if (electron === null) return;
  const kind = electron.official
    ? ''
    : ' (stand-in; `npm run setup -- --official` asks for the official one again)';
  console.log(`Electron ${electron.version}${kind}: ${electron.executable}`);
}

if (isEntry(import.meta.url)) await runMain(main);
