import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { buildApp } from '../../scripts/build.mjs';
import { startDisplay } from '../../scripts/display.mjs';
import { toElectronEnvironment } from '../../scripts/electron.mjs';
import { hasDisplay, setUpElectron } from '../../scripts/setup.mjs';

const LAUNCH_TIMEOUT_MS = 30_000;
const repository = join(import.meta.dirname, '..', '..');

/** A running application and its only page. */
export interface App {
  readonly app: ElectronApplication;
  readonly page: Page;
}

/** Starts Weft and bare windows in the same Electron, on the same display. */
export interface Electrons {
  /** Resolves once the window can be used; `args` go to Weft, such as the path of a workspace. */
  launchWeft(folder: string, args?: readonly string[]): Promise<App>;
  /** One window of Weft's size with a page and nothing else. */
  launchBare(folder: string, url: string): Promise<App>;
  stop(): Promise<void>;
}

/** Prepares Electron, the built app and a display. What is told goes to `say`. */
export async function startElectrons(say: (line: string) => void): Promise<Electrons> {
  const electron = await setUpElectron('start', { say });
  await buildApp(electron, say);
  const display = hasDisplay() ? null : await startDisplay();
  const env = { ...toTexts(process.env), ...toElectronEnvironment(electron) };
  const shown = display === null ? env : { ...env, DISPLAY: display.name };
  const launch = async (folder: string, args: readonly string[]) => {
    const [program = '', ...rest] = args;
    const data = `--user-data-dir=${join(folder, 'user-data')}`;
    const app = await _electron.launch({
      executablePath: electron.executable,
      args: [program, data, '--password-store=basic', ...rest],
      env: shown,
      timeout: LAUNCH_TIMEOUT_MS,
    });
    return { app, page: await app.firstWindow() };
  };
  return {
    launchWeft: async (folder, args = []) => {
      const weft = await launch(folder, [repository, ...args]);
      await weft.page.locator('[data-app-state="welcome"], [data-app-state="ready"]').waitFor();
      return weft;
    },
    launchBare: async (folder, url) => {
      const bare = await launch(folder, [join(import.meta.dirname, 'bare-electron', 'main.mjs'), url]);
      await bare.page.locator('body').waitFor({ state: 'attached' });
      return bare;
    },
    stop: async () => await display?.stop(),
  };
}

function toTexts(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
