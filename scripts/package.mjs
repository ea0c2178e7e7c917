// `npm run package`: packs the application with electron-builder, without arguments into a plain folder
// (`--linux dir`). Arguments go on to electron-builder: `-- --linux deb`.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildApp, toSourceStamp } from './build.mjs';
import { mustRun, runCommand, runMain, secondsSince } from './command.mjs';
import { toElectronEnvironment } from './electron.mjs';
import { isEntry, node24, nodeModules, repository, toolEnvironment } from './paths.mjs';
import { setUpElectron } from './setup.mjs';

const folderOnly = ['--linux', 'dir'];
const dist = path.join(repository, 'dist');
/** What the packed application is made of; `out` stands for all sources. */
const inputs = ['out', 'electron-builder.yml', 'package.json', 'package-lock.json', 'scripts/package.mjs'];

/**
 * Whether electron-builder's arguments may make something to give to users: all but the plain folder.
 * @param {readonly string[]} args
 */
export function isRelease(args) {
  return args.join(' ') !== folderOnly.join(' ') && args.join(' ') !== '--dir';
}

/**
 * The command that packs what is in out/.
 * @param {import('./electron.mjs').ElectronChoice} electron @param {readonly string[]} args
 */
function toBuilderCommand(electron, args) {
  const env = { ...toolEnvironment(), ...toElectronEnvironment(electron) };
  const version = `-c.electronVersion=${electron.version}`;
  const source = `-c.electronDist=${path.dirname(electron.executable)}`;
  const cli = path.join(nodeModules, 'electron-builder', 'cli.js');
  return { args: [cli, ...args, '--publish', 'never', version, source], options: { cwd: repository, env } };
}

/**
 * The executable of the application in a plain folder for this machine, packed anew when anything in it changed.
 * @param {import('./electron.mjs').ElectronChoice} electron
 * @param {import('./command.mjs').Say} [say]
 * @returns {Promise<string>} absolute path
 */
export async function ensureUnpackedApp(electron, say = console.log) {
  await buildApp(electron, say);
  const executable = path.join(dist, 'linux-unpacked', 'weft');
  const stampFile = path.join(dist, '.unpacked-stamp');
  const stamp = toSourceStamp(repository, inputs, electron.version);
  const packed = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : '';
  if (packed === stamp && existsSync(executable)) return executable;
  say('Packing Weft');
  const startedAt = performance.now();
  rmSync(stampFile, { force: true });
  const { args, options } = toBuilderCommand(electron, folderOnly);
  await mustRun(node24, args, { ...options, say, label: 'packing' });
  writeFileSync(stampFile, stamp);
  say(`  packed in ${secondsSince(startedAt)}`);
  return executable;
}

/** @param {readonly string[]} given */
async function packApp(given) {
  const electron = await setUpElectron('start');
  if (!electron.official && isRelease(given)) {
    throw new Error(
      `A release needs the official Electron that package.json pins; here is only the stand-in ${electron.version}. ` +
        'Build it where Electron can be downloaded, or pack a folder to try: npm run package',
    );
  }
  await buildApp(electron);
  const { args, options } = toBuilderCommand(electron, given);
  return (await runCommand(node24, args, { ...options, show: true })).code;
}

if (isEntry(import.meta.url)) {
  const given = process.argv.slice(2);
  await runMain(() => packApp(given.length === 0 ? folderOnly : given));
}
