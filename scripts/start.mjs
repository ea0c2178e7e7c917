// `npm start`: prepares, builds and runs Weft. Arguments go on to the application (`--demo`, a workspace file).
// With `--once` the demo is opened, walked through and closed by demo-once.mjs.
import path from 'node:path';
import { buildApp } from './build.mjs';
import { runCommand, runMain } from './command.mjs';
import { startDisplay } from './display.mjs';
import { toElectronEnvironment } from './electron.mjs';
import { isRoot, node24, repository, toolEnvironment } from './paths.mjs';
import { hasDisplay, setUpElectron } from './setup.mjs';

/** @returns {Promise<{ env: Record<string, string>, stop: () => Promise<void> }>} */
async function ensureDisplay() {
  if (hasDisplay()) return { env: {}, stop: async () => {} };
  const display = await startDisplay();
  console.log(`There is no screen here: Weft's window is on a virtual one, ${display.name}`);
  return { env: { DISPLAY: display.name }, stop: display.stop };
}

/** @returns {string[]} switches for Chromium */
function rootSwitches() {
  if (!isRoot || process.platform !== 'linux') return [];
  console.log(`Chromium's sandbox is OFF because this is root: start Weft as an ordinary user to have it on`);
  return ['--no-sandbox'];
}

async function main() {
  const given = process.argv.slice(2);
  const electron = await setUpElectron('start');
  await buildApp(electron);
  const display = await ensureDisplay();
  const env = { ...toolEnvironment(), ...toElectronEnvironment(electron), ...display.env };
  const once = [node24, path.join(repository, 'scripts', 'demo-once.mjs'), ...given];
  const window = [electron.executable, ...rootSwitches(), repository, ...given];
  const [command = '', ...args] = given.includes('--once') ? once : window;
  try {
    return (await runCommand(command, args, { cwd: process.cwd(), env, show: true })).code;
  } finally {
    await display.stop();
  }
}

await runMain(main);
