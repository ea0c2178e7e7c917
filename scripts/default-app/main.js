// What stock Electron brings as resources/default_app.asar: it starts the application whose folder or file is
// the first argument.
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const given = process.argv.slice(1).find((argument) => !argument.startsWith('-'));
if (given === undefined) {
  process.stdout.write(`Electron ${process.versions.electron}: give it the folder of an application\n`);
  app.exit(0);
} else {
  await start(path.resolve(given));
}

/** @param {string} target folder with a package.json, or a JavaScript file */
async function start(target) {
  Object.defineProperty(process, 'defaultApp', { configurable: false, enumerable: true, value: true });
  if (!statSync(target).isDirectory()) return void (await import(pathToFileURL(target).href));
  const manifest = JSON.parse(readFileSync(path.join(target, 'package.json'), 'utf8'));
  const name = manifest.productName ?? manifest.name;
  if (manifest.version) app.setVersion(manifest.version);
  if (name) {
    app.setName(name);
    if (!app.commandLine.hasSwitch('user-data-dir'))
      app.setPath('userData', path.join(app.getPath('appData'), name));
  }
  app.setAppPath(target);
  await import(pathToFileURL(path.join(target, manifest.main ?? 'index.js')).href);
}
