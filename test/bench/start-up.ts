import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { writeLargeWorkspace } from '../support/large-workspace.ts';
import type { App, Electrons } from './electron-apps.ts';
import { inTurns, type Measured } from './figure.ts';

const ENTITIES = 100_000;

/** From launching Electron to a window that can be used, in milliseconds, every time with a folder of its own. */
export async function measureStart(electrons: Electrons, folder: string, runs: number): Promise<Measured> {
  const about = 'launch to the first window; peer: a bare window with an empty page';
  const measured = await timeLaunches(electrons, folder, runs, []);
  return { name: 'start-to-interactive', unit: 'ms', about, budget: null, ...measured };
}

/** The same where Weft opens a workspace of 100,000 entities. */
export async function measureLargeStart(
  electrons: Electrons,
  folder: string,
  runs: number,
): Promise<Measured> {
  const path = join(folder, 'large.weft');
  writeLargeWorkspace({ path, entities: ENTITIES });
  const about = `launch to the open workspace of ${ENTITIES} entities; peer: a bare window with an empty page`;
  const measured = await timeLaunches(electrons, folder, runs, [path]);
  return { name: 'start-to-large-workspace', unit: 'ms', about, budget: null, ...measured };
}

async function timeLaunches(electrons: Electrons, folder: string, runs: number, args: readonly string[]) {
  const fresh = () => mkdtempSync(join(folder, 'run-'));
  const weft = () => timeLaunch(() => electrons.launchWeft(fresh(), args));
  const bare = () => timeLaunch(() => electrons.launchBare(fresh(), 'about:blank'));
  // the first launch reads Electron from the disk
  await bare();
  return await inTurns(runs, weft, bare);
}

async function timeLaunch(launch: () => Promise<App>): Promise<number> {
  const startedAt = performance.now();
  const { app } = await launch();
  const took = performance.now() - startedAt;
  await app.close();
  return took;
}
