// The least that an Electron application is: one window of the size of Weft's, showing the page it is told.
import { app, BrowserWindow } from 'electron';

const page = process.argv.find((argument) => argument.startsWith('http://127.0.0.1:')) ?? 'about:blank';

async function open() {
  // awaited in here: Electron is not ready before this file has been run to its end
  await app.whenReady();
  const window = new BrowserWindow({
    width: 1280,
    height: 860,
    show: false,
    webPreferences: { sandbox: true },
  });
  window.once('ready-to-show', () => window.show());
  await window.loadURL(page);
}

app.on('window-all-closed', () => app.quit());
void open();
