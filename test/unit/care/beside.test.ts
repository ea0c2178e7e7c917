import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { toBackupPath, toUnfinished } from '../../../src-main/backend/store/backup.ts';
import { checkWorkspace } from '../../../src-main/backend/store/check.ts';
import { openWorkspace } from '../../../src-main/backend/store/database.ts';
import { withCompanions } from '../../../src-main/backend/store/restore.ts';
import {
  type CareWorld,
  openCareWorld,
  RELATIONSHIPS,
  refuseWork,
  relateTwo,
} from '../../support/care-world.ts';
import { letTurnsPass } from '../../support/instant-clock.ts';
import { careWorker } from '../../support/plain-ports.ts';
import { sqliteBinding } from '../../support/workspace.ts';

/** What threads start from that come no further than one of their reports. */
function haltingAt(report: number, by: 'standing' | 'statement' | 'ending' = 'standing'): URL {
  vi.stubEnv('WEFT_TEST_HALT_AT', String(report));
  vi.stubEnv('WEFT_TEST_HALT_BY', by);
  onTestFinished(() => void vi.unstubAllEnvs());
  return new URL('../../support/halting-care-worker.ts', import.meta.url);
}

async function countRelationships({ ask }: CareWorld): Promise<number> {
  return (await ask('relationships:page', { entityId: null, offset: 0, limit: 1 })).total;
}

describe('while work on the file runs', () => {
  test('a check lets questions be answered and edits be done before it has ended', async () => {
    const world = await openCareWorld();
    const ends: string[] = [];
    const reported = world.nextReport();
    const checked = world.ask('workspace:check', {}).then(({ ok }) => ends.push(`checked: ${ok}`));
    expect(await reported).toMatchObject({ work: 'check', total: expect.any(Number) });
    expect(await countRelationships(world)).toBe(RELATIONSHIPS);
    ends.push('answered');
    await relateTwo(world);
    ends.push('edited');
    await checked;
    expect(ends).toEqual(['answered', 'edited', 'checked: true']);
  });

  test('a compaction lets questions be answered; an edit waits for its end and is then done', async () => {
    const world = await openCareWorld();
    const ends: string[] = [];
    const reported = world.nextReport();
    const compacted = world.ask('workspace:compact', {}).then(() => ends.push('compacted'));
    expect(await reported).toMatchObject({ work: 'compact' });
    const edited = relateTwo(world).then(() => ends.push('edited'));
    expect(await countRelationships(world)).toBe(RELATIONSHIPS);
    ends.push('answered');
    await Promise.all([compacted, edited]);
    expect(ends).toEqual(['answered', 'compacted', 'edited']);
    expect(await countRelationships(world)).toBe(RELATIONSHIPS + 1);
    expect(await world.ask('workspace:check', {})).toEqual({ ok: true, findings: [] });
  });

  test('a compaction waits for its turn while a check runs, and says so', async () => {
    const world = await openCareWorld();
    const told: string[] = [];
    world.backend.onEvent(({ event, payload }) => {
      if (event === 'care:progressed') told.push(`${payload.work} ${payload.phase}`);
    });
    const ends: string[] = [];
    await Promise.all([
      world.ask('workspace:check', {}).then(() => ends.push('checked')),
      world.ask('workspace:compact', {}).then(() => ends.push('compacted')),
    ]);
    expect(ends).toEqual(['checked', 'compacted']);
    expect([...new Set(told)]).toEqual([
      'check waiting',
      'check working',
      'compact waiting',
      'compact working',
    ]);
  });
});

test('a sync that has no key waits with its report until a compaction is over', async () => {
  const world = await openCareWorld(haltingAt(1));
  const reported = world.nextReport();
  const compacted = refuseWork(world, 'compact');
  await reported;
  const ends: string[] = [];
  const synced = world.ask('sync:start', { connectionId: null, mode: 'both', only: null });
  const over = synced.then(() => ends.push('synced'));
  await letTurnsPass(20);
  ends.push('cancelled');
  await world.ask('workspace:cancel-care', {});
  await compacted;
  await over;
  expect(ends).toEqual(['cancelled', 'synced']);
  expect(await synced).toMatchObject([{ complete: false, failed: [{ code: 'needs-secret' }] }]);
});

const works = [
  { work: 'backup', kept: 'No backup was made', reports: [1, 2] },
  { work: 'check', kept: 'The workspace was not changed', reports: [1, 3] },
  { work: 'compact', kept: 'holds all that it held before', reports: [1, 2, 3] },
  { work: 'restore', kept: 'Nothing was put in place of the workspace', reports: [1, 2] },
  { work: 'recover', kept: 'No new workspace was made', reports: [1, 3] },
] as const;

/** The workspace goes on as before, and nothing of the work is left beside it. */
async function expectWhole(world: CareWorld): Promise<void> {
  await relateTwo(world);
  expect(await countRelationships(world)).toBe(RELATIONSHIPS + 1);
  await world.backend.close();
  expect(readdirSync(world.folder).toSorted()).toEqual(['large.weft', 'large.weft-lock']);
  const again = openWorkspace({ path: world.path, nativeBinding: sqliteBinding });
  onTestFinished(() => again.close());
  expect(checkWorkspace(again.db)).toEqual([]);
}

describe.each(works)('$work', ({ work, kept, reports }) => {
  test.each(reports)('that is cancelled at report %i leaves the workspace whole and usable', async (at) => {
    const world = await openCareWorld(haltingAt(at));
    const reported = world.nextReport();
    const refused = refuseWork(world, work);
    expect(await reported).toMatchObject({ work });
    await world.ask('workspace:cancel-care', {});
    const { code, message } = await refused;
    expect({ code, message }).toEqual({ code: 'cancelled', message: expect.stringContaining(kept) });
    await expectWhole(world);
  });

  test('that is cancelled when all was done and that was not heard yet leaves nothing of it', async () => {
    const world = await openCareWorld(haltingAt(Number.POSITIVE_INFINITY));
    const reported = world.nextReport();
    const refused = refuseWork(world, work);
    await reported;
    await world.ask('workspace:cancel-care', {});
    const { code, message } = await refused;
    expect({ code, message }).toEqual({ code: 'cancelled', message: expect.stringContaining(kept) });
    await expectWhole(world);
  });

  test('whose thread dies is an error that says what was kept', async () => {
    const world = await openCareWorld(haltingAt(2, 'ending'));
    const { code, message } = await refuseWork(world, work);
    expect(code).toBe('care-ended');
    expect(message).toContain('stopped before its end');
    expect(message).toContain(kept);
    expect(message).toContain('Try again');
    await expectWhole(world);
  });

  test('is cancelled when the workspace is closed', async () => {
    const world = await openCareWorld(haltingAt(2));
    const reported = world.nextReport();
    const refused = refuseWork(world, work);
    await reported;
    await world.ask('workspace:close', {});
    expect((await refused).code).toBe('cancelled');
    await world.ask('workspace:open', { path: world.path });
    await expectWhole(world);
  });
});

test('after a compaction was cancelled an edit waits until its thread has let go of the file', async () => {
  const world = await openCareWorld(haltingAt(2, 'statement'));
  const reported = world.nextReport();
  const refused = refuseWork(world, 'compact');
  await reported;
  const cancelled = world.ask('workspace:cancel-care', {});
  await relateTwo(world);
  expect(existsSync(`${world.path}-compacted`)).toBe(false);
  await cancelled;
  expect((await refused).code).toBe('cancelled');
  await world.backend.close();
});

test('a cancelled work is never ended in the midst of a call of SQLite, which could end the whole process', async () => {
  const terminated = vi.spyOn(Worker.prototype, 'terminate');
  onTestFinished(() => terminated.mockRestore());
  const world = await openCareWorld(haltingAt(2));
  const reported = world.nextReport();
  const refused = refuseWork(world, 'backup');
  await reported;
  await world.ask('workspace:cancel-care', {});
  expect((await refused).code).toBe('cancelled');
  await world.backend.close();
  expect(terminated).not.toHaveBeenCalled();
});

test('once a work was cancelled nothing more is told of how far it is', async () => {
  const world = await openCareWorld(haltingAt(2));
  const told: boolean[] = [];
  const { promise: cancelled, resolve } = Promise.withResolvers<unknown>();
  world.backend.onEvent(({ event, payload }) => {
    if (event !== 'care:progressed') return;
    told.push(payload.done === payload.total);
    if (payload.total > 1) resolve(world.ask('workspace:cancel-care', {}));
  });
  const refused = refuseWork(world, 'check');
  await cancelled;
  expect((await refused).code).toBe('cancelled');
  await world.backend.close();
  expect(told.at(-1)).toBe(true);
});

test('what a process left that ended in the middle of a work is removed later', async () => {
  const world = await openCareWorld();
  await world.ask('workspace:close', {});
  writeFileSync(`${world.path}-compacted`, 'half a copy');
  mkdirSync(`${world.path}.backups`);
  for (const file of withCompanions(toUnfinished(toBackupPath(world.path, '2026-03-01T10:00:00.000Z')))) {
    writeFileSync(file, 'half a backup');
  }
  await world.ask('workspace:open', { path: world.path });
  expect(readdirSync(world.folder)).not.toContain('large.weft-compacted');
  const made = await world.ask('workspace:backup', { path: null });
  expect(readdirSync(`${world.path}.backups`)).toEqual([basename(made.path)]);
});

test('what waits for its turn is cancelled as well, and what is asked for later is not', async () => {
  const world = await openCareWorld(careWorker);
  const refused = Promise.all([refuseWork(world, 'compact'), refuseWork(world, 'check')]);
  await world.ask('workspace:cancel-care', {});
  expect((await refused).map(({ code }) => code)).toEqual(['cancelled', 'cancelled']);
  expect(await world.ask('workspace:check', {})).toEqual({ ok: true, findings: [] });
});
