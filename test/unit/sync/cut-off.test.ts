import { describe, expect, it } from 'vitest';
import type { Remote } from '../../../src-main/backend/remote/remote.ts';
import { readHistoryPage } from '../../../src-main/backend/store/history-page.ts';
import { readReportPage } from '../../../src-main/backend/store/reports.ts';
import { reportCutOff } from '../../../src-main/backend/sync/cut-off.ts';
import type { SyncTask } from '../../../src-main/backend/sync/run.ts';
import { type FakeWorld, startFakeWorld, syncOnce, toEnd, whole } from '../../support/fake-world.ts';

/** Runs until the program ends in the middle of the call that is given: nothing of that run comes after it. */
async function runUntil(world: FakeWorld, calls: Partial<Remote>, task: SyncTask = whole): Promise<void> {
  const run = syncOnce({ db: world.db(), remote: { ...world.remote, ...calls } }, task);
  await expect(run).rejects.toThrow('The program ended');
}

async function end(): Promise<never> {
  throw new Error('The program ended');
}

/** The program ends as it asks for what the fourth of four assets has. */
function endAtLastListing({ remote }: FakeWorld): Partial<Remote> {
  return {
    fetchRelationshipsOf: (entity, direction, signal) =>
      entity.remoteId === '4' ? end() : remote.fetchRelationshipsOf(entity, direction, signal),
  };
}

function readReports(world: FakeWorld) {
  return readReportPage(world.db(), null, { offset: 0, limit: 10 }).rows;
}

/** What an open of the workspace does. */
function open(world: FakeWorld) {
  world.reopen();
  reportCutOff(world.db(), null);
  return readReports(world);
}

describe('a run that ends with its program', () => {
  it('leaves a report at the next open: when it began, what was recorded, and that it was cut off', async () => {
    const world = startFakeWorld({ assets: 3 });
    await runUntil(world, { fetchRelationshipsOf: end });
    expect(readReports(world)).toEqual([]);
    const [report, ...others] = open(world);
    expect(others).toEqual([]);
    expect(report).toMatchObject({
      connection: 'fake',
      complete: false,
      cancelled: false,
      pulled: { entities: { added: 3, updated: 0, removed: 0 } },
    });
    expect(report?.failed).toEqual([
      { code: 'cut-off', message: expect.stringContaining('in the middle of this sync.') },
    ]);
    expect(report?.outlook).toMatch(/next sync goes on/);
    expect(Date.parse(report?.finishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(report?.startedAt ?? ''));
  });

  it('is told once, however often the workspace is opened', async () => {
    const world = startFakeWorld();
    await runUntil(world, { identify: end });
    expect(open(world)).toHaveLength(1);
    expect(open(world)).toHaveLength(1);
  });

  it('counts what was recorded of a push and of a pull, and not what only left', async () => {
    const world = startFakeWorld({ assets: 4 });
    await world.sync();
    world.relate('asset:1', 'asset:2');
    world.relate('asset:2', 'asset:3');
    world.remote.put(toEnd('asset:1'), toEnd('asset:4'));
    await runUntil(world, endAtLastListing(world));
    const [report] = open(world);
    expect(report?.pushed).toEqual({ created: 2, updated: 0, deleted: 0 });
    expect(report?.pulled.relationships).toEqual({ added: 1, updated: 0, removed: 0 });
    world.relate('asset:3', 'asset:4');
    await runUntil(world, { create: end });
    expect(open(world)[0]).toMatchObject({ pushed: { created: 0, updated: 0, deleted: 0 } });
  });

  it('tells also what had failed by then', async () => {
    const world = startFakeWorld({ assets: 3 });
    world.remote.addFault({ on: 'fetchCapabilities', kind: 'server-fault', when: 'before' });
    await runUntil(world, { fetchRelationshipsOf: end });
    expect(open(world)[0]?.failed.map(({ code }) => code)).toEqual(['server-fault', 'cut-off']);
  });

  it('ends its entry in the history as interrupted', async () => {
    const world = startFakeWorld({ assets: 4 });
    world.remote.put(toEnd('asset:1'), toEnd('asset:2'));
    await runUntil(world, endAtLastListing(world));
    open(world);
    expect(readHistoryPage(world.db(), { offset: 0, limit: 1 }).rows[0]?.label).toMatch(/interrupted/);
  });

  it('is told by the next sync where the workspace stayed open', async () => {
    const world = startFakeWorld();
    await runUntil(world, { identify: end });
    await world.sync();
    expect(readReports(world).map(({ complete }) => complete)).toEqual([true, false]);
  });
});

describe('a run that comes to its end', () => {
  it('leaves one report, also where it failed', async () => {
    const world = startFakeWorld();
    world.remote.addFault({ on: 'identify', kind: 'unreachable', when: 'before' });
    await world.sync();
    expect(open(world)).toHaveLength(1);
    await world.sync();
    expect(open(world)).toHaveLength(2);
  });
});
