import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { listBackups, toBackupFolder } from '../../src-main/backend/store/backup.ts';
import { type AutoWorld, after, startAutoWorld } from '../support/auto-world.ts';
import { until } from '../support/instant-clock.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const noSync = { everyMinutes: null, afterEditsSeconds: null, onReconnect: false };

type Options = Parameters<typeof startAutoWorld>[0];

/** A workspace that was made just now and stays open, with the moments of its backups, the newest first. */
async function openWorld(options: Options = {}) {
  const world = await startAutoWorld(options);
  await world.ask('sync:set-settings', noSync);
  const status = await world.ask('workspace:status', {});
  const path = status?.path ?? '';
  const moments = () => listBackups(path).map(({ madeAt }) => madeAt);
  return { ...world, path, moments, untilMade: (count: number) => until(() => moments().length === count) };
}

const every = (world: AutoWorld, everyHours: number, keep = 5) =>
  world.ask('workspace:set-backups', { keep, everyHours });

describe('the rotating backups of a workspace that stays open', () => {
  it('are made each time one is due', async () => {
    const world = await openWorld();
    await world.clock.advance(DAY - 1);
    expect(world.moments()).toEqual([]);
    await world.clock.advance(1);
    await world.untilMade(1);
    await world.clock.advance(DAY - 1);
    expect(world.moments()).toEqual([after(86_400)]);
    await world.clock.advance(1);
    await world.untilMade(2);
    expect(world.moments()).toEqual([after(2 * 86_400), after(86_400)]);
  });

  it('follow changed settings from then on, and none is made where none is kept', async () => {
    const world = await openWorld();
    await world.clock.advance(2 * HOUR - 1000);
    await every(world, 2);
    await world.clock.advance(1000);
    await world.untilMade(1);
    await every(world, 1, 0);
    await world.clock.advance(5 * HOUR);
    expect(world.moments()).toEqual([after(7200)]);
    await every(world, 1);
    await world.untilMade(2);
    expect(world.moments()).toEqual([after(7 * 3600), after(7200)]);
  });

  it('count one that was made by hand', async () => {
    const world = await openWorld();
    await every(world, 2);
    await world.clock.advance(HOUR);
    await world.ask('workspace:backup', { path: null });
    await world.clock.advance(2 * HOUR - 1);
    expect(world.moments()).toEqual([after(3600)]);
    await world.clock.advance(1);
    await world.untilMade(2);
    expect(world.moments()).toEqual([after(3 * 3600), after(3600)]);
  });

  it('are late by a minute at most when the computer slept', async () => {
    const world = await openWorld();
    await world.clock.advance(HOUR);
    world.clock.sleepThrough(3 * DAY);
    await world.clock.advance(60_000);
    await world.untilMade(1);
    const [madeAt = ''] = world.moments();
    expect(madeAt > after(3600 + 3 * 86_400)).toBe(true);
    expect(madeAt <= after(3600 + 3 * 86_400 + 60)).toBe(true);
  });

  it('end with the workspace, and go on when it is opened', async () => {
    const world = await openWorld();
    await every(world, 2);
    await world.ask('workspace:close', {});
    await world.clock.advance(3 * HOUR);
    expect(world.moments()).toEqual([]);
    await world.ask('workspace:open', { path: world.path });
    await world.untilMade(1);
    await world.clock.advance(2 * HOUR);
    await world.untilMade(2);
    expect(world.moments()).toEqual([after(5 * 3600), after(3 * 3600)]);
  });

  it('go on in what a backup was restored to', async () => {
    const world = await openWorld();
    await every(world, 2);
    const { path: from } = await world.ask('workspace:backup', { path: null });
    await world.ask('workspace:restore', { path: world.path, from });
    await every(world, 2);
    await world.clock.advance(2 * HOUR);
    await world.untilMade(2);
    expect(world.moments()).toEqual([after(7200), after(0)]);
  });

  it('are made once each, however often the open workspace is opened', async () => {
    const world = await openWorld();
    await every(world, 2);
    for (let time = 0; time < 3; time += 1) await world.ask('workspace:open', { path: world.path });
    await world.clock.advance(2 * HOUR);
    await world.untilMade(1);
    await world.clock.advance(HOUR);
    expect(world.moments()).toEqual([after(7200)]);
  });

  it('are not made in a backend that does nothing by itself', async () => {
    const world = await openWorld({ automatic: false });
    await every(world, 1);
    await world.clock.advance(5 * HOUR);
    expect(world.moments()).toEqual([]);
  });
});

describe('a rotating backup that fails', () => {
  it('is told of and tried again an hour later, and so on', async () => {
    vi.stubEnv('WEFT_TEST_HALT_AT', '1');
    vi.stubEnv('WEFT_TEST_HALT_BY', 'ending');
    onTestFinished(() => void vi.unstubAllEnvs());
    const logged: string[] = [];
    const worker = new URL('../support/halting-care-worker.ts', import.meta.url);
    const world = await openWorld({ careWorker: worker, log: (line) => void logged.push(line) });
    await every(world, 1);
    await world.clock.advance(HOUR);
    await until(() => logged.length === 1);
    expect(logged[0]).toContain('No backup was made');
    await world.clock.advance(HOUR - 1);
    // its turn comes after any backup that was begun meanwhile, and its thread ends like that of one
    await expect(world.ask('workspace:check', {})).rejects.toThrow('care-ended');
    expect(logged).toHaveLength(1);
    await world.clock.advance(1);
    await until(() => logged.length === 2);
  });

  it('is made later, once nothing is in its way', async () => {
    const logged: string[] = [];
    const world = await openWorld({ log: (line) => void logged.push(line) });
    const folder = toBackupFolder(world.path);
    await every(world, 1);
    await world.clock.advance(0);
    writeFileSync(folder, 'a file where the backups belong');
    await world.clock.advance(60_000);
    expect(logged).toHaveLength(1);
    await world.clock.advance(HOUR - 1);
    expect(logged).toHaveLength(1);
    rmSync(folder);
    await world.clock.advance(1);
    await world.untilMade(1);
    expect(logged).toHaveLength(1);
  });
});
