import { describe, expect, test } from 'vitest';
import { toAsOfLines } from '../../../src-main/backend/command-line/as-of.ts';
import { runCommandLine } from '../../support/command-line.ts';
import { useCommandLinePlant } from '../../support/command-line-plant.ts';

const { server, workspace, weft, ok, connectAndSync, connectArguments } = useCommandLinePlant();

const lines = async (...args: string[]) => {
  const { stdout } = await runCommandLine([...args, '--workspace', workspace()]);
  return stdout.trim().split('\n');
};

describe('schedule', () => {
  test('says when the workspace syncs by itself, and changes only what is named', async () => {
    await connectAndSync();
    const known = await ok('schedule');
    expect(known).toEqual({ everyMinutes: 15, afterEditsSeconds: expect.any(Number), onReconnect: true });
    const changed = await ok('schedule', '--every', '30', '--on-reconnect', 'no');
    expect(changed).toEqual({ ...(known as object), everyMinutes: 30, onReconnect: false });
    await ok('schedule', '--every', 'never', '--after-edits', '20');
    expect(await ok('schedule')).toEqual({ everyMinutes: null, afterEditsSeconds: 20, onReconnect: false });
    expect(await lines('schedule')).toEqual([
      'not at intervals',
      '20 seconds after the last edit',
      'not when a connection answers again',
    ]);
  });

  test('takes nothing that cannot be meant, and changes nothing then', async () => {
    await connectAndSync();
    const known = await ok('schedule');
    for (const wrong of [
      ['--every', '0'],
      ['--every', 'often'],
      ['--after-edits', '4000'],
      ['--on-reconnect', 'maybe'],
    ]) {
      expect((await weft('schedule', ...wrong)).code).toBe(2);
    }
    expect(await ok('schedule')).toEqual(known);
  });
});

describe('refresh', () => {
  test('reads the relationships of one entity, and answers with a report', async () => {
    await connectAndSync();
    server().clearRequests();
    expect(await ok('refresh', 'plant:asset:10')).toMatchObject({
      connection: 'plant',
      complete: true,
      failed: [],
      pulled: { relationships: { added: 0, updated: 0, removed: 0 } },
    });
    const read = server().requests.map(({ path }) => path);
    expect(read.filter((path) => path === '/relationships/assets/10')).not.toEqual([]);
    expect(read.filter((path) => path === '/relationships/assets/12')).toEqual([]);
  });

  test('ends with 1 where there is no such entity, and where the remote cannot be reached', async () => {
    await connectAndSync();
    expect((await weft('refresh', 'plant:asset:999')).code).toBe(1);
    await server().goOffline();
    const failed = await weft('refresh', 'plant:asset:10');
    expect(failed.code).toBe(1);
    expect(failed.json()).toMatchObject({ complete: false, failed: [{ code: 'unreachable' }] });
  });
});

describe('from when a list is', () => {
  const moment = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);

  test('stands in every row of the JSON, and below the lines for people', async () => {
    await connectAndSync();
    await ok('relate', 'plant:asset:20', 'plant:metric:21');
    for (const list of [['entities'], ['relationships'], ['outbox']]) {
      const rows = (await ok(...list)) as { asOf: unknown }[];
      expect(new Set(rows.map(({ asOf }) => typeof asOf))).toEqual(new Set(['string']));
    }
    for (const list of ['entities', 'relationships', 'outbox', 'conflicts', 'held']) {
      expect((await lines(list)).at(-1)).toMatch(/^as of \d{4}-\d\d-\d\dT/);
    }
    const [{ asOf }] = (await ok('outbox')) as [{ asOf: unknown }];
    expect(asOf).toEqual(moment);
  });

  test('is unknown for what was never read', async () => {
    await ok(...connectArguments());
    expect(await lines('outbox')).toEqual(['Nothing is pending.', 'not read to its end yet: plant']);
  });

  test('is the oldest reading of several connections, and names those that were never read', () => {
    expect(toAsOfLines([])).toEqual([]);
    expect(
      toAsOfLines([
        { name: 'plant', lastSyncedAt: '2026-03-04T15:00:00.000Z' },
        { name: 'fleet', lastSyncedAt: '2026-03-03T15:00:00.000Z' },
        { name: 'building', lastSyncedAt: null },
      ]),
    ).toEqual(['as of 2026-03-03T15:00:00.000Z', 'not read to its end yet: building']);
  });
});
