import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { expect, expectSynced, screenshot, test } from './support/weft.ts';

test('the packed application opens the demo with a server of its own and ends it', async ({ folder }) => {
  const app = await launchPacked(folder);
  const page = await app.firstWindow();
  await page.locator('[data-app-state="welcome"]').waitFor();
  expect(await app.evaluate(({ app: electron }) => electron.isPackaged)).toBe(true);

  await page.getByTestId('welcome-demo').click();
  await page.getByTestId('connect-submit').click();
  await expectSynced(page);
  const { entityCount, relationshipCount, port } = await readDemo(page);
  expect(entityCount).toBeGreaterThan(300);
  expect(relationshipCount).toBeGreaterThan(300);
  await expect(page.getByTestId('entity-row').first()).toBeVisible();
  expect(await isListening(port)).toBe(true);
  await screenshot(page, 'packaged-demo');

  // work on the file starts a thread from inside the package
  expect(await page.evaluate(() => window.weft.request('workspace:check', {}))).toEqual({
    ok: true,
    value: { ok: true, findings: [] },
  });

  const processes = readDescendants(app.process().pid ?? 0);
  expect(processes.length).toBeGreaterThan(2);
  await app.close();
  await expect.poll(() => isListening(port)).toBe(false);
  await expect.poll(() => processes.filter(isRunning)).toEqual([]);
});

async function launchPacked(folder: string): Promise<ElectronApplication> {
  const executablePath = process.env['WEFT_PACKAGED'];
  if (executablePath === undefined)
    throw new Error('The application was not packed: see the lines before the tests.');
  return await _electron.launch({
    executablePath,
    chromiumSandbox: true,
    args: [`--user-data-dir=${join(folder, 'user-data')}`, '--password-store=gnome-libsecret'],
  });
}

/** What the window knows of the demo's workspace, and the port of the demo's server. */
async function readDemo(page: Page) {
  const result = await page.evaluate(() => window.weft.request('workspace:status', {}));
  if (!result.ok || result.value === null) throw new Error('No workspace is open');
  const { connections, entityCount, relationshipCount } = result.value;
  const url = new URL(connections[0]?.url ?? '');
  expect(url.hostname).toBe('127.0.0.1');
  return { entityCount, relationshipCount, port: Number(url.port) };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const settle = (reached: boolean) => {
      socket.destroy();
      resolve(reached);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

/** A process by its number and when it started, because numbers are used again. */
interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly startedAt: string;
}

/** Undefined where there is no such process any more. */
function readProcess(pid: number): RunningProcess | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // after the command's name, which may hold spaces: state, parent, …, and the start as the 20th
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return undefined;
    return { pid, parent: Number(fields[1]), startedAt: fields[19] ?? '' };
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return undefined;
    throw error;
  }
}

function isRunning({ pid, startedAt }: RunningProcess): boolean {
  return readProcess(pid)?.startedAt === startedAt;
}

/** All processes that the one with this number has started, and those started by them. */
function readDescendants(root: number): RunningProcess[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? []);
  const found = new Set([root]);
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  }
  return all.filter(({ pid }) => found.has(pid) && pid !== root);
}
