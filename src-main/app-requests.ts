import { app, type BrowserWindow, dialog, ipcMain } from 'electron';
import { ipc } from '../src-preload/contract/bridge.ts';
import type { Result } from '../src-preload/contract/errors.ts';
import {
  type Answer,
  isMainChannel,
  type MainChannel,
  mainRequests,
  type ParsedParams,
} from '../src-preload/contract/requests.ts';
import type { Credentials } from './credentials.ts';
import type { Demo } from './demo.ts';
import { isTrustedFrame } from './security.ts';
import type { SettingsStore } from './settings.ts';

/** What the answers are made of. */
export interface AppRequestOptions {
  readonly window: () => BrowserWindow | null;
  readonly credentials: Credentials;
  readonly demo: Demo;
  readonly settings: SettingsStore;
  readonly start: { readonly demo: boolean; readonly path: string | null };
  readonly log: (line: string) => void;
}

type Handlers = { readonly [C in MainChannel]: (params: ParsedParams<C>) => Answer<C> | Promise<Answer<C>> };

/** Answers what only the app itself can do. Anyone but our own page is refused. */
export function answerAppRequests(options: AppRequestOptions): void {
  const handlers = createHandlers(options);
  ipcMain.handle(ipc.request, async (event, channel: unknown, params: unknown): Promise<Result<unknown>> => {
    if (!isTrustedFrame(event.senderFrame)) return refusal('refused', 'This page may not ask anything.');
    if (typeof channel !== 'string' || !isMainChannel(channel)) {
      return refusal('unknown-request', 'There is no such request.');
    }
    const parsed = mainRequests[channel].params.safeParse(params);
    if (!parsed.success) {
      return refusal('wrong-parameters', parsed.error.issues[0]?.message ?? 'Wrong parameters.');
    }
    try {
      const handle = handlers[channel] as (params: unknown) => unknown; // parsed by this channel's own schema
      return { ok: true, value: await handle(parsed.data) };
    } catch (error) {
      options.log(`${channel}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      return refusal('app-failed', error instanceof Error ? error.message : String(error));
    }
  });
}

function refusal(code: string, message: string): Result<unknown> {
  return { ok: false, error: { code, message, details: {} } };
}

function createHandlers({ window, credentials, demo, settings, start }: AppRequestOptions): Handlers {
  return {
    'app:start': () => ({
      version: app.getVersion(),
      ...start,
      demoServer: demo.describe(),
      recent: settings.recent(),
      secretStorage: credentials.describe(),
    }),
    'app:choose-file': async ({ purpose }) => {
      const path = await choosers[purpose](window());
      return path === null ? null : { path };
    },
    'app:remember-workspace': ({ path, name }) => {
      settings.remember(path, name);
      return null;
    },
    'app:forget-workspace': ({ path }) => {
      settings.forget(path);
      return null;
    },
    'demo:start': () => demo.start(),
    'demo:set-online': async ({ online }) => {
      await demo.setOnline(online);
      return null;
    },
    'demo:someone-else': async () => ({ text: await demo.changeAsSomeoneElse() }),
  };
}

const viewFilters = [{ name: 'Views', extensions: ['json'] }];
const filters = [{ name: 'Weft workspaces', extensions: ['weft'] }];

const choosers = {
  create: (window: BrowserWindow | null) =>
    chooseNewFile(window, '.weft', { title: 'New workspace', defaultPath: 'assets.weft', filters }),
  open: (window: BrowserWindow | null) => chooseFile(window, 'Open a workspace', filters),
  export: (window: BrowserWindow | null) =>
    chooseNewFile(window, '.json', {
      title: 'Save what is pending',
      defaultPath: 'pending-changes.json',
      filters: [{ name: 'JSON', extensions: ['json'] }],
    }),
  import: (window: BrowserWindow | null) =>
    chooseFile(window, 'Import a file', [
      { name: 'Tables and graphs', extensions: tableFilters.flatMap(({ extensions }) => extensions) },
    ]),
  'export-all': (window: BrowserWindow | null) =>
    chooseNewFile(window, '', { title: 'Export', defaultPath: 'assets.xlsx', filters: tableFilters }),
  view: (window: BrowserWindow | null) =>
    chooseNewFile(window, '.json', {
      title: 'Save the view as a file',
      defaultPath: 'view.json',
      filters: viewFilters,
    }),
  'open-view': (window: BrowserWindow | null) => chooseFile(window, 'Import a view', viewFilters),
  errors: (window: BrowserWindow | null) =>
    chooseNewFile(window, '', {
      title: 'Save the rejected rows',
      defaultPath: 'rejected.csv',
      filters: tableFilters.slice(0, 3),
    }),
};

const tableFilters = [
  { name: 'CSV', extensions: ['csv'] },
  { name: 'TSV', extensions: ['tsv'] },
  { name: 'Excel workbook', extensions: ['xlsx'] },
  { name: 'JSON', extensions: ['json'] },
  { name: 'GraphML', extensions: ['graphml'] },
];

/** The dialog itself asks before a file is written over. */
async function chooseNewFile(
  window: BrowserWindow | null,
  extension: string,
  options: Electron.SaveDialogOptions,
): Promise<string | null> {
  const { canceled, filePath } = await (window === null
    ? dialog.showSaveDialog(options)
    : dialog.showSaveDialog(window, options));
  if (canceled) return null;
  return filePath.endsWith(extension) ? filePath : `${filePath}${extension}`;
}

async function chooseFile(
  window: BrowserWindow | null,
  title: string,
  offered: readonly Electron.FileFilter[],
): Promise<string | null> {
  const options: Electron.OpenDialogOptions = {
    title,
    properties: ['openFile'],
    filters: [...offered, { name: 'All files', extensions: ['*'] }],
  };
  const { filePaths } = await (window === null
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(window, options));
  return filePaths[0] ?? null;
}
