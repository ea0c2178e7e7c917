// `npm run package`: packs the application with electron-builder, without arguments into a plain folder
// (`--linux dir`). Arguments go on to electron-builder: `-- --linux deb`.
import path from 'node:path';
import { buildApp } from './build.mjs';
import { runCommand, runMain } from './command.mjs';
import { toElectronEnvironment } from './electron.mjs';
import { isEntry, node24, nodeModules, repository, toolEnvironment } from './paths.mjs';
import { setUpElectron } from './setup.mjs';

const folderOnly = ['--linux', 'dir'];

/**
 * Whether electron-builder's arguments may make something to give to users: all but the plain folder.
 * @param {readonly string[]} args
 */
export function isRelease(args) {
  return args.join(' ') !== folderOnly.join(' ') && args.join(' ') !== '--dir';
}

/** @param {readonly string[]} args */
async function packApp(args) {
  const electron = await setUpElectron('start');
  if (!electron.official && isRelease(args)) {
    throw new Error(
      `A release needs the official Electron that package.json pins; here is only the stand-in ${electron.version}. ` +
        'Build it where Electron can be downloaded, or pack a folder to try: npm run package',
    );
  }
  await buildApp(electron);
  const env = { ...toolEnvironment(), ...toElectronEnvironment(electron) };
  const version = `-c.electronVersion=${electron.version}`;
  const source = `-c.electronDist=${path.dirname(electron.executable)}`;
  const cli = path.join(nodeModules, 'electron-builder', 'cli.js');
  const all = [cli, ...args, '--publish', 'never', version, source];
  return (await runCommand(node24, all, { cwd: repository, env, show: true })).code;
}

if (isEntry(import.meta.url)) {
  const given = process.argv.slice(2);
  await runMain(() => packApp(given.length === 0 ? folderOnly : given));
}
