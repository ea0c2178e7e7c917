// The ordinary user under which root runs the window tests: Chromium's sandbox refuses root.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { mustRun, runCommand } from './command.mjs';
import { nodeModules, repository } from './paths.mjs';

/** @typedef {{ name: string, uid: number, gid: number, home: string }} TestUser */

const userName = 'weft-test';
const userHome = '/var/lib/weft-test';
/** What the tests read of the repository. */
const neededParts = ['out', 'package.json', 'tsconfig.json', 'src-main', 'src-preload', 'src-renderer'];
const alsoNeeded = ['resources', 'scripts', 'test'];

/** @returns {TestUser | null} */
function findUser() {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((text) => text.startsWith(`${userName}:`));
  const [name, , uid, gid, , home] = line?.split(':') ?? [];
  return name && home ? { name, uid: Number(uid), gid: Number(gid), home } : null;
}

/**
 * The test user; made when missing. Only root can.
 * @param {import('./command.mjs').Say} say @returns {Promise<TestUser>}
 */
export async function ensureTestUser(say) {
  if (findUser() === null) {
    say(`Making the user ${userName} for the window tests`);
    const args = [
      '--system',
      '--user-group',
      '--home-dir',
      userHome,
      '--shell',
      '/usr/sbin/nologin',
      userName,
    ];
    await mustRun('useradd', args, { label: `making the user ${userName}` });
  }
  const user = findUser();
  if (user === null) throw new Error(`the user ${userName} could not be made`);
  await mkdir(user.home, { recursive: true, mode: 0o755 });
  await mustRun('chown', [`${user.uid}:${user.gid}`, user.home]);
  return user;
}

/**
 * A command that runs `command` as `user`, and ends it when this process dies.
 * @param {TestUser} user @param {readonly string[]} command @returns {string[]}
 */
export function asUser(user, command) {
  const ids = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--init-groups'];
  return ['setpriv', ...ids, '--no-new-privs', '--pdeathsig=TERM', '--', ...command];
}

/** @param {TestUser} user @param {readonly string[]} command @returns {Promise<boolean>} whether it succeeded */
async function succeedsAs(user, command) {
  const [program = '', ...args] = asUser(user, command);
  return (await runCommand(program, args, { cwd: '/' })).code === 0;
}

/** @param {TestUser} user @param {string} root @returns {Promise<boolean>} whether the user can read all of it */
async function canRead(user, root) {
  const parts = [...neededParts, ...alsoNeeded, 'node_modules'].map((part) => path.join(root, part));
  const find = ['find', ...parts.filter(existsSync), '!', '-type', 'l', '!', '-readable', '-print', '-quit'];
  const [program = '', ...args] = asUser(user, find);
  const { code, output } = await runCommand(program, args, { cwd: '/' });
  return code === 0 && output.trim() === '';
}

/** @param {string} target @param {import('./command.mjs').Say} say */
async function copyRepository(target, say) {
  await mkdir(target, { recursive: true, mode: 0o755 });
  const stampOf = (/** @type {string} */ root) => {
    const file = path.join(root, 'node_modules', '.weft-stamp');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  };
  const isCurrent = stampOf(target) !== '' && stampOf(target) === stampOf(repository);
  const parts = [...neededParts, ...alsoNeeded].filter((part) => existsSync(path.join(repository, part)));
  await mustRun('rm', ['-rf', ...parts.map((part) => path.join(target, part))]);
  if (!isCurrent) {
    await mustRun('rm', ['-rf', path.join(target, 'node_modules')]);
    parts.push('node_modules');
  }
  const args = ['-a', '--no-preserve=ownership', ...parts.map((part) => path.join(repository, part)), target];
  await mustRun('cp', args, { say, label: 'copying the repository for the test user' });
  await mustRun('chmod', ['-R', 'a+rX', target]);
}

/**
 * The folder of the repository for the test user: the repository itself where that user can read it, else a
 * copy of what the tests need.
 * @param {TestUser} user @param {import('./command.mjs').Say} say
 */
export async function ensureReadableRepository(user, say) {
  if (await canRead(user, repository)) return repository;
  const copy = path.join(user.home, 'repository');
  say(`${userName} cannot read ${repository}: the tests run on a copy in ${copy}`);
  await copyRepository(copy, say);
  return copy;
}

/**
 * Fails with the reason if the user cannot run Node or Electron, or cannot have Chromium's sandbox.
 * @param {TestUser} user @param {string} root the folder of the repository for that user
 * @param {string} executable of Electron
 */
export async function checkTestUser(user, root, executable) {
  const node = path.join(root, path.relative(path.dirname(nodeModules), nodeModules), '.bin', 'node');
  if (!(await succeedsAs(user, [node, '--version']))) throw new Error(`${userName} cannot run ${node}`);
  if (!(await succeedsAs(user, ['test', '-x', executable])))
    throw new Error(`${userName} cannot run ${executable}`);
  if (await succeedsAs(user, ['unshare', '--user', 'true'])) return;
  throw new Error(
    `${userName} may not make user namespaces, which Chromium's sandbox needs. ` +
      'Allow them (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone, or the container).',
  );
}
