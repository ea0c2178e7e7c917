import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { MenuItem } from '../src-preload/contract/events.ts';

/** The application menu; what concerns the workspace is told to the page. */
export function installMenu(choose: (item: MenuItem) => void): void {
  const item = (label: string, chosen: MenuItem, accelerator: string): MenuItemConstructorOptions => ({
    label,
    accelerator,
    click: () => choose(chosen),
  });
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(process.platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
      {
        label: '&File',
        submenu: [
          item('New workspace…', 'create', 'CmdOrCtrl+Shift+N'),
          item('Open workspace…', 'open', 'CmdOrCtrl+O'),
          { type: 'separator' },
          item('Import…', 'import', 'CmdOrCtrl+I'),
          item('Export…', 'export', 'CmdOrCtrl+E'),
          { type: 'separator' },
          item('Close workspace', 'close-workspace', 'CmdOrCtrl+Shift+W'),
          { type: 'separator' },
          { role: 'quit' },
        ],
      },
      {
        label: '&Edit',
        submenu: [
          item('Undo', 'undo', 'CmdOrCtrl+Z'),
          item('Redo', 'redo', 'CmdOrCtrl+Shift+Z'),
          { type: 'separator' },
          { role: 'cut' },
          { role: 'copy' },
          { role: 'paste' },
          { role: 'selectAll' },
        ],
      },
      {
        label: '&Workspace',
        submenu: [
          item('Sync all', 'sync', 'CmdOrCtrl+R'),
          item('Search…', 'search', 'CmdOrCtrl+K'),
          item('Connections…', 'connections', 'CmdOrCtrl+Shift+K'),
        ],
      },
      {
        label: '&View',
        submenu: [
          { role: 'resetZoom' },
          { role: 'zoomIn' },
          { role: 'zoomOut' },
          { role: 'togglefullscreen' },
        ],
      },
    ]),
  );
}
