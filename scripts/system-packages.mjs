// Debian packages that Electron, its tests and one compile step need.
import { existsSync } from 'node:fs';
import { mustRun, runCommand, secondsSince } from './command.mjs';
import { isRoot } from './paths.mjs';

/** @typedef {'window' | 'display' | 'keyring' | 'compiler'} PackageGroup */

/** @type {Record<PackageGroup, readonly string[]>} */
const packages = {
  window: [
    'libgtk-3-0',
    'libnss3',
    'libasound2',
    'libgbm1',
    'libxss1',
    'libxtst6',
    'libatk-bridge2.0-0',
    'libdrm2',
    'libnotify4',
    'libsecret-1-0',
    'fonts-dejavu-core',
    'fonts-noto-color-emoji',
  ],
  display: ['xvfb'],
  keyring: ['gnome-keyring', 'dbus', 'dbus-x11'],
  compiler: ['python3', 'make', 'g++'],
};

/**
 * Which of `wanted` are missing, by the output of dpkg-query. Debian 13 renamed some libraries to `…t64`.
 * @param {readonly string[]} wanted @param {string} output lines of `package status`
 */
export function toMissing(wanted, output) {
  const installed = new Set();
  for (const line of output.split('\n')) {
    const [name, status] = line.split(' ');
    if (status === 'installed') installed.add(name);
  }
  return wanted.filter((name) => !installed.has(name) && !installed.has(`${name}t64`));
}

/** @param {readonly string[]} wanted */
async function readMissing(wanted) {
  const names = wanted.flatMap((name) => [name, `${name}t64`]);
  // Its exit code is 1 as soon as one name is unknown, which is the normal case here.
  const format = ['Package', 'db:Status-Status'].map((field) => `\${${field}}`).join(' ');
  const { output } = await runCommand('dpkg-query', ['-W', '-f', `${format}\n`, ...names]);
  return toMissing(wanted, output);
}

/** @param {readonly string[]} names @returns {Promise<string[]>} the same packages under this release's names */
async function toReleaseNames(names) {
  const known = new Set((await mustRun('apt-cache', ['pkgnames'])).split('\n'));
  return names.map((name) => (known.has(`${name}t64`) ? `${name}t64` : name));
}

/** @param {readonly string[]} missing @param {import('./command.mjs').Say} say */
async function install(missing, say) {
  say(`Installing ${missing.length} system packages: ${missing.join(' ')}`);
  const startedAt = performance.now();
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const lock = ['-o', 'DPkg::Lock::Timeout=120'];
  await mustRun('apt-get', ['update', '-q', ...lock], { env, say, label: 'apt-get update' });
  const names = await toReleaseNames(missing);
  const args = ['install', '-y', '-q', '--no-install-recommends', ...lock, ...names];
  await mustRun('apt-get', args, { env, say, label: 'apt-get install' });
  say(`  system packages installed in ${secondsSince(startedAt)}`);
}

/**
 * Makes sure the packages of `groups` are installed: installs them as root, otherwise fails with the one
 * command to run. Systems without dpkg are left alone, with a hint.
 * @param {readonly PackageGroup[]} groups @param {import('./command.mjs').Say} say
 */
export async function ensureSystemPackages(groups, say) {
  if (process.platform !== 'linux' || groups.length === 0) return;
  if (!existsSync('/usr/bin/dpkg-query')) {
    say(`This is not Debian: the libraries Electron needs are taken as installed (${groups.join(', ')})`);
    return;
  }
  const missing = await readMissing(groups.flatMap((group) => packages[group]));
  if (missing.length === 0) return;
  if (isRoot) return install(missing, say);
  const command = `sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}'`;
  throw new Error(`Some system packages are missing. Run this once, then try again:\n\n  ${command}\n`);
}
