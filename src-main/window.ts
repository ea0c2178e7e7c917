import { join } from 'node:path';
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { PAGE_URL } from './security.ts';
import type { Bounds, SettingsStore } from './settings.ts';

const DEFAULT_SIZE = { width: 1280, height: 860 };
const SMALLEST_SIZE = { minWidth: 900, minHeight: 600 };

/** The one window: sandboxed, without Node, showing our own page. */
export function createWindow(settings: SettingsStore): BrowserWindow {
  const window = new BrowserWindow({
    ...DEFAULT_SIZE,
    ...SMALLEST_SIZE,
    ...toVisible(settings.bounds()),
    title: 'Weft',
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#121417' : '#f4f6f8',
    webPreferences: {
      preload: join(import.meta.dirname, '..', 'preload', 'index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  window.on('close', () => settings.saveBounds(window.getNormalBounds()));
  void window.loadURL(PAGE_URL);
  return window;
}

/** Remembered bounds only where a screen still shows them. */
function toVisible(bounds: Bounds | null): Electron.BrowserWindowConstructorOptions {
  if (bounds === null) return {};
  const { x, y, width, height } = bounds;
  if (x === undefined || y === undefined) return { width, height };
  const { workArea } = screen.getDisplayMatching({ x, y, width, height });
  const shown = x < workArea.x + workArea.width && y < workArea.y + workArea.height && x + width > workArea.x;
  return shown ? { x, y, width, height } : { width, height };
}
