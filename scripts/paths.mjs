// Where things are. The repository is found from this file, so every script works from any folder.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
export const nodeModules = path.join(repository, 'node_modules');
/** Node 24 of the `node` package; the system's own may be older. */
export const node24 = path.join(nodeModules, '.bin', process.platform === 'win32' ? 'node.exe' : 'node');

export const isRoot = process.getuid?.() === 0;

/** Whether this file is the one Node was started with. @param {string} moduleUrl `import.meta.url` */
export function isEntry(moduleUrl) {
  return process.argv[1] !== undefined && pathToFileURL(path.resolve(process.argv[1])).href === moduleUrl;
}

const systemCache = '/var/cache/weft-dev';

function userCache() {
  const { XDG_CACHE_HOME } = process.env;
  return path.join(XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'weft-dev');
}

/** The cache this user may write. Root's lies where every user can read it. */
export function writableCache() {
  return isRoot && process.platform === 'linux' ? systemCache : userCache();
}

/**
 * The first cache that has `entry`, or null. What root prepared serves everyone.
 * @param {string} entry path inside a cache
 */
export function findCached(entry) {
  const found = [systemCache, userCache()]
    .map((cache) => path.join(cache, entry))
    .find((file) => existsSync(file));
  return found ?? null;
}

/**
 * This process's environment for programs of node_modules: Node 24 first, nothing that would turn Electron
 * into Node.
 * @returns {NodeJS.ProcessEnv}
 */
export function toolEnvironment() {
  const { ELECTRON_RUN_AS_NODE: _removed, ...env } = process.env;
  const bin = path.join(nodeModules, '.bin');
  return { ...env, PATH: `${bin}${path.delimiter}${env['PATH'] ?? ''}`, ELECTRON_SKIP_BINARY_DOWNLOAD: '1' };
}
