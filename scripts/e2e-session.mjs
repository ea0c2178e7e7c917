// Inside one run of the window tests: a display, a message bus and an unlocked keyring of its own, then
// Playwright. Started by e2e.mjs as the user who runs the tests; arguments go to Playwright.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { endChild, runCommand, runMain, startChild } from './command.mjs';
import { startDisplay } from './display.mjs';
import { nodeModules, repository } from './paths.mjs';

const READY_TIMEOUT_MS = 15_000;

/** @param {number} ms */
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @returns {Promise<{ address: string, stop: () => Promise<void> }>} */
async function startBus() {
  const args = ['--session', '--nofork', '--nopidfile', '--print-address=3'];
  const child = startChild('dbus-daemon', args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  let reason = '';
  child.stderr?.on('data', (chunk) => {
    reason = `${reason}${chunk}`.slice(-1_000);
  });
  const address = await new Promise((resolve, reject) => {
    child.stdio[3]?.once('data', (chunk) => resolve(String(chunk).trim()));
    child.once('error', reject);
    child.once('close', () => reject(new Error(`the message bus did not start: ${reason.trim()}`)));
  });
  return { address, stop: () => endChild(child) };
}

/** @param {NodeJS.ProcessEnv} env @returns {Promise<boolean>} */
async function hasKeyring(env) {
  const question = ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/org/freedesktop/DBus'];
  const method = ['org.freedesktop.DBus.NameHasOwner', 'string:org.freedesktop.secrets'];
  return (await runCommand('dbus-send', [...question, ...method], { env })).output.includes('boolean true');
}

/** @param {NodeJS.ProcessEnv} env @returns {Promise<() => Promise<void>>} ends it */
async function startKeyring(env) {
  mkdirSync(path.join(env['HOME'] ?? '', '.local', 'share', 'keyrings'), { recursive: true });
  const args = ['--foreground', '--unlock', '--components=secrets'];
  const child = startChild('gnome-keyring-daemon', args, { env, stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin?.end('the password of an empty test keyring\n');
  const until = performance.now() + READY_TIMEOUT_MS;
  while (!(await hasKeyring(env))) {
    if (performance.now() > until) throw new Error('gnome-keyring-daemon did not start');
    await wait(100);
  }
  return () => endChild(child);
}

/** Ends this session when whoever started it is gone, so that nothing is left behind. */
function watchParent() {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  }, 1_000).unref();
}

/** @param {readonly string[]} given @param {NodeJS.ProcessEnv} env */
async function runPlaywright(given, env) {
  const config = path.join('test', 'e2e', 'playwright.config.ts');
  const cli = path.join(nodeModules, '@playwright', 'test', 'cli.js');
  const args = [cli, 'test', '-c', config, ...given];
  return (await runCommand(process.execPath, args, { cwd: repository, env, show: true })).code;
}

await runMain(async () => {
  watchParent();
  /** @type {(() => Promise<void>)[]} */
  const stops = [];
  try {
    const display = await startDisplay();
    stops.push(display.stop);
    const bus = await startBus();
    stops.push(bus.stop);
    const env = { ...process.env, DISPLAY: display.name, DBUS_SESSION_BUS_ADDRESS: bus.address };
    stops.push(await startKeyring(env));
    return await runPlaywright(process.argv.slice(2), env);
  } finally {
    for (const stop of stops.toReversed()) await stop();
  }
});
