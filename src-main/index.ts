import { join, resolve } from 'node:path';
import { app, type BrowserWindow, ipcMain } from 'electron';
import { ipc } from '../src-preload/contract/bridge.ts';
import { answerAppRequests } from './app-requests.ts';
import { startBackendProcess } from './backend-process.ts';
import { createCredentials } from './credentials.ts';
import { createDemo } from './demo.ts';
import { installMenu } from './menu.ts';
import {
  closeNavigation,
  isTrustedFrame,
  refusePermissions,
  registerScheme,
  serveRenderer,
} from './security.ts';
import { createSettings } from './settings.ts';
import { createWindow } from './window.ts';

/** Composition root of the app: windows, menu, keychain and security here, everything else in the backend. */

registerScheme();
closeNavigation();

function readStart(): { demo: boolean; path: string | null } {
  const given = process.argv.slice(app.isPackaged ? 1 : 2);
  return { demo: given.includes('--demo'), path: findWorkspaceFile(given, process.cwd()) };
}

/** The workspace that a start names, as an absolute path. */
function findWorkspaceFile(given: readonly string[], folder: string): string | null {
  const path = given.find((argument) => argument.endsWith('.weft'));
  return path === undefined ? null : resolve(folder, path);
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function run(): Promise<void> {
  await app.whenReady();
  const folder = app.getPath('userData');
  const settings = createSettings(join(folder, 'settings.json'));
  const credentials = createCredentials(join(folder, 'credentials.json'));
  const demo = createDemo(folder);
  const backend = startBackendProcess({ credentials, log });
  let window: BrowserWindow | null = null;
  let closed = false;

  serveRenderer();
  refusePermissions();
  answerAppRequests({ window: () => window, credentials, demo, settings, start: readStart(), log });
  ipcMain.handle(ipc.connect, (event) => {
    if (isTrustedFrame(event.senderFrame)) backend.connect(event.sender);
  });
  installMenu((item) => window?.webContents.send(ipc.event, 'menu:chosen', { item }));

  const close = async () => {
    demo.stop();
    await backend.close();
    closed = true;
    setImmediate(() => app.quit()); // not before the quit that was held back is over: Electron would ignore this one
  };
  const open = () => {
    window = createWindow(settings);
    window.on('closed', () => {
      window = null;
    });
  };
  const show = (path: string | null) => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
    if (path !== null) window?.webContents.send(ipc.event, 'app:file-opened', { path });
  };
  app.on('second-instance', (_, given, folder) => show(findWorkspaceFile(given, folder)));
  app.on('open-file', (event, path) => {
    event.preventDefault();
    show(path);
  });
  app.on('activate', () => {
    if (window === null) open();
  });
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    void close();
  });
  open();
}

if (app.requestSingleInstanceLock()) void run();
else app.quit();
