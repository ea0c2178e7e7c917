// `npm run e2e`: the tests with real windows. Electron runs as an ordinary user with Chromium's sandbox on, on a
// display, a message bus and a keyring of the run's own. Arguments go on to Playwright; `--project deep` runs those of
// `npm run test:deep` instead.
import { randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildApp } from './build.mjs';
import { runCommand, runMain } from './command.mjs';
import { addCount, countTests, toLine } from './counts.mjs';
import { toElectronEnvironment } from './electron.mjs';
import { ensureUnpackedApp } from './package.mjs';
import { isEntry, isRoot, node24, repository } from './paths.mjs';
import { endProcesses, runVariable } from './processes.mjs';
import { setUpElectron } from './setup.mjs';
import { asUser, checkTestUser, ensureReadableRepository, ensureTestUser } from './test-user.mjs';

/**
 * @typedef {object} Place where and as whom the tests run
 * @property {string} root folder of the repository, or of its copy
 * @property {string} folder of this run alone, owned by the user
 * @property {import('./test-user.mjs').TestUser | null} user null: whoever runs this
 */

const part = 'window tests';
const deepPart = 'deep window tests';

/** Runs that were killed could not remove their folder. @param {string} home */
async function removeOldRuns(home) {
  const yesterday = Date.now() - 86_400_000;
  for (const name of await readdir(home)) {
    const folder = path.join(home, name);
    if (name.startsWith('run-') && (await stat(folder)).mtimeMs < yesterday)
      await rm(folder, { recursive: true });
  }
}

/** @param {import('./electron.mjs').ElectronChoice} electron @returns {Promise<Place>} */
async function preparePlace(electron) {
  if (!isRoot)
    return { root: repository, folder: await mkdtemp(path.join(tmpdir(), 'weft-e2e-')), user: null };
  const user = await ensureTestUser(console.log);
  const root = await ensureReadableRepository(user, console.log);
  await checkTestUser(user, root, electron.executable);
  await removeOldRuns(user.home);
  const folder = await mkdtemp(path.join(user.home, 'run-'));
  return { root, folder, user };
}

/** @param {Place} place */
async function prepareFolders({ folder, user }) {
  const names = ['home', 'runtime', 'tmp', 'results'];
  for (const name of names) await mkdir(path.join(folder, name), { mode: 0o700 });
  if (user === null) return;
  const { code, output } = await runCommand('chown', ['-R', `${user.uid}:${user.gid}`, folder]);
  if (code !== 0) throw new Error(`the tests' folder cannot be given to ${user.name}: ${output}`);
}

/**
 * The whole environment of the tests: nothing of the caller's home, display or keyring gets in.
 * @param {Place} place @param {import('./electron.mjs').ElectronChoice} electron @param {string} run
 * @returns {NodeJS.ProcessEnv}
 */
function toSessionEnvironment({ root, folder, user }, electron, run) {
  const kept = Object.entries(process.env).filter(([name]) =>
    /^(WEFT_|PW|PLAYWRIGHT_|DEBUG$|CI$|LANG$|TZ$)/.test(name),
  );
  const { WEFT_COUNTS: _counts, ...passed } = Object.fromEntries(kept);
  const bin = path.join(root, 'node_modules', '.bin');
  return {
    LANG: 'C.UTF-8',
    ...passed,
    ...toElectronEnvironment(electron),
    PATH: `${bin}:${process.env['PATH'] ?? '/usr/bin:/bin'}`,
    USER: user?.name ?? process.env['USER'],
    HOME: path.join(folder, 'home'),
    TMPDIR: path.join(folder, 'tmp'),
    XDG_RUNTIME_DIR: path.join(folder, 'runtime'),
    XDG_CURRENT_DESKTOP: 'GNOME',
    NO_AT_BRIDGE: '1',
    GIO_USE_VFS: 'local',
    GSETTINGS_BACKEND: 'memory',
    WEFT_E2E_KEYRING: '1',
    WEFT_E2E_OUTPUT: path.join(folder, 'results'),
    PLAYWRIGHT_JSON_OUTPUT_FILE: path.join(folder, 'report.json'),
    [runVariable]: run,
  };
}

/** @param {Place} place @param {NodeJS.ProcessEnv} env @param {readonly string[]} given */
async function runSession({ root, folder, user }, env, given) {
  const node = path.join(root, path.relative(repository, node24));
  const session = path.join(root, 'scripts', 'e2e-session.mjs');
  const reporters = given.some((argument) => argument.startsWith('--reporter'))
    ? []
    : ['--reporter=list,json'];
  const project = isDeep(given) ? [] : ['--project', 'windows'];
  const args = [
    node,
    session,
    ...reporters,
    ...project,
    '--output',
    path.join(folder, 'results', 'playwright'),
    ...given,
  ];
  const [command = '', ...rest] = user === null ? args : asUser(user, args);
  return (await runCommand(command, rest, { cwd: root, env, show: true })).code;
}

/** Whether the window tests of the deep tests are asked for. @param {readonly string[]} given */
function isDeep(given) {
  return given.some(
    (argument, index) =>
      argument === '--project=deep' || (argument === 'deep' && given[index - 1] === '--project'),
  );
}

/**
 * The packed application for the tests of it, where the arguments ask for these: the tests' user cannot pack. When
 * packing fails only its tests do.
 * @param {import('./electron.mjs').ElectronChoice} electron @param {Place} place @param {readonly string[]} given
 * @returns {Promise<Record<string, string>>} environment variables
 */
async function preparePackaged(electron, place, given) {
  if (isDeep(given)) return {};
  const files = given.filter((argument) => !argument.startsWith('-') && argument.includes('.spec'));
  if (files.length > 0 && !files.some((file) => file.includes('packaged'))) return {};
  try {
    const executable = await ensureUnpackedApp(electron);
    if (place.root === repository) return { WEFT_PACKAGED: executable };
    const copy = path.join(place.folder, 'packaged');
    await cp(path.dirname(executable), copy, { recursive: true });
    return { WEFT_PACKAGED: path.join(copy, path.basename(executable)) };
  } catch (error) {
    console.log(`Weft could not be packed: ${error instanceof Error ? error.message : String(error)}`);
    return {};
  }
}

/** Brings results and screenshots into the repository. @param {string} folder */
async function copyResults(folder) {
  const target = path.join(repository, 'test-results');
  await rm(target, { recursive: true, force: true });
  await cp(path.join(folder, 'results'), target, { recursive: true });
}

/**
 * Runs the window tests.
 * @param {import('./electron.mjs').ElectronChoice} electron @param {readonly string[]} given for Playwright
 * @returns {Promise<import('./counts.mjs').Count>}
 */
export async function runE2e(electron, given) {
  const run = randomUUID();
  const place = await preparePlace(electron);
  try {
    const packaged = await preparePackaged(electron, place, given);
    await prepareFolders(place);
    const env = { ...toSessionEnvironment(place, electron, run), ...packaged };
    return await countTests(isDeep(given) ? deepPart : part, async (report) => {
      const code = await runSession(place, env, given);
      await cp(path.join(place.folder, 'report.json'), report).catch((error) => {
        // Without a report the exit code alone counts.
        if (error.code !== 'ENOENT') throw error;
      });
      return code;
    });
  } finally {
    await endProcesses(run);
    await copyResults(place.folder);
    await rm(place.folder, { recursive: true, force: true });
  }
}

/**
 * `runE2e` for scripts that go on after a failure: a reason why the tests could not run counts as one.
 * @param {import('./electron.mjs').ElectronChoice} electron @param {readonly string[]} [given] for Playwright
 */
export async function runE2eOrTellWhy(electron, given = []) {
  try {
    return await runE2e(electron, given);
  } catch (error) {
    console.log(`The window tests could not run: ${error instanceof Error ? error.message : String(error)}`);
    const name = isDeep(given) ? deepPart : part;
    const count = { part: name, passed: 0, failed: 1, skipped: 0, seconds: 0 };
    addCount(count);
    return count;
  }
}

if (isEntry(import.meta.url)) {
  await runMain(async () => {
    const electron = await setUpElectron('test');
    await buildApp(electron);
    const count = await runE2e(electron, process.argv.slice(2));
    console.log(`\n${toLine(count)}`);
    return count.failed === 0 ? 0 : 1;
  });
}
