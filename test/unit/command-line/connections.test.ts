import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { COLLEAGUE_KEY, DEFAULT_KEY } from '../../servers/clickie/seed.ts';
import { type ClickieServer, startClickieServer } from '../../servers/clickie/server.ts';
import { runCommandLine } from '../../support/command-line.ts';
import { createTempFolder } from '../../support/temp-folder.ts';

let server: ClickieServer;
let folder: string;

const weft = (...args: string[]) =>
  runCommandLine([...args, '--workspace', join(folder, 'test.weft'), '--json'], {
    WEFT_TEST_KEY: DEFAULT_KEY,
    WEFT_OTHER_KEY: COLLEAGUE_KEY,
  });

/** The value of a call that must end with this code and say nothing on standard error. */
async function ends(code: number, ...args: string[]): Promise<unknown> {
  const result = await weft(...args);
  expect({ code: result.code, stderr: result.stderr }).toEqual({ code, stderr: '' });
  return result.json();
}

const ok = (...args: string[]) => ends(0, ...args);

beforeEach(async () => {
  server = await startClickieServer();
  onTestFinished(() => server.stop());
  folder = createTempFolder();
  const access = ['--url', server.url, '--account', '1', '--secret-env', 'WEFT_TEST_KEY'];
  await ok('connect', 'clickie', '--name', 'plant', ...access);
  await ok('sync', 'plant');
});

describe('connections', () => {
  test('list says of each what it can do, whom it speaks for and what waits', async () => {
    const listed = await ok('connections', 'list');
    expect(listed).toEqual([
      {
        id: expect.any(Number),
        name: 'plant',
        remote: 'clickie',
        url: server.url,
        scope: '1',
        state: 'ready',
        identity: 'Clearance level 2, account 1',
        rate: 200,
        pausedSince: null,
        offlineSince: null,
        lastSyncedAt: expect.any(String),
        pending: 0,
        conflicts: 0,
        held: 0,
        parked: 0,
        blocked: 0,
        capabilities: expect.arrayContaining([expect.stringContaining('no types')]),
        readOnlyReason: null,
        readsFirst: false,
        failures: [],
      },
    ]);
    expect(await ok('connections')).toEqual(listed);
  });

  test('test asks the remote who the key speaks for', async () => {
    const identity = 'Clearance level 2, account 1';
    expect(await ok('connections', 'test', 'plant')).toEqual({
      name: 'plant',
      identity,
      account: '1',
      isSame: true,
    });
    await server.goOffline();
    expect(await ends(1, 'connections', 'test', 'plant')).toMatchObject({ error: { code: 'unreachable' } });
  });

  test('edit changes name and address; without either it is wrong usage', async () => {
    const changes = ['--name', 'works', '--url', `${server.url}/`];
    expect(await ok('connections', 'edit', 'plant', ...changes)).toMatchObject({
      name: 'works',
      url: server.url,
    });
    expect(await ok('entities', '--search', 'warehouse')).toMatchObject([{ entity: 'works:asset:20' }]);
    expect(await ends(2, 'connections', 'edit', 'works')).toMatchObject({ error: { code: 'wrong-usage' } });
  });

  test('pause leaves it out of a sync of everything, resume takes it in again', async () => {
    expect(await ok('connections', 'pause', 'plant')).toMatchObject({
      state: 'paused',
      pausedSince: expect.any(String),
    });
    expect(await ok('sync')).toEqual([]);
    expect(await ok('sync', 'plant')).toMatchObject({ complete: true });
    expect(await ok('connections', 'resume', 'plant')).toMatchObject({ state: 'ready', pausedSince: null });
    expect(await ok('sync')).toMatchObject([{ connection: 'plant', complete: true }]);
  });

  test('key refuses the key of someone else, and takes it with --adopt', async () => {
    const key = ['connections', 'key', 'plant', '--secret-env', 'WEFT_OTHER_KEY'];
    expect(await ends(1, ...key)).toMatchObject({ error: { code: 'identity-changed' } });
    expect(await ok(...key, '--adopt')).toMatchObject({
      identity: 'Clearance level 3, account 1',
      readsFirst: true,
    });
    expect(await ends(2, 'connections', 'key', 'plant', '--secret-env', 'WEFT_NO_KEY')).toMatchObject({
      error: { code: 'wrong-usage' },
    });
  });

  test('adopt takes over whom the key speaks for by now; test ends with 3 until then', async () => {
    const [own, colleague] = [DEFAULT_KEY, COLLEAGUE_KEY].map((key) =>
      server.site.keys.find((known) => known.key === key),
    );
    if (own === undefined || colleague === undefined) throw new Error('The tiny site has both keys');
    server.site.keys.splice(server.site.keys.indexOf(own), 1, { ...colleague, key: DEFAULT_KEY });
    expect(await ends(3, 'connections', 'test', 'plant')).toMatchObject({ isSame: false });
    expect(await ends(1, 'sync', 'plant')).toMatchObject({ failed: [{ code: 'identity-changed' }] });
    expect(await ok('connections', 'adopt', 'plant')).toMatchObject({ readsFirst: true });
    expect(await ok('sync', 'plant')).toMatchObject({ complete: true, failed: [] });
    expect(await ok('connections', 'test', 'plant')).toMatchObject({ isSame: true });
  });

  test('remove says what would be lost and ends with 3; nothing is removed without --confirm', async () => {
    await ok('relate', 'plant:asset:20', 'plant:metric:21');
    expect(await ends(3, 'connections', 'remove', 'plant')).toMatchObject({
      removed: false,
      loss: { pending: 1, entities: 12, relationships: 9 },
    });
    expect(await ok('status')).toMatchObject({ pendingCount: 1, connections: [{ name: 'plant' }] });
    expect(await ends(2, 'connections', 'remove', 'plant', '--confirm')).toMatchObject({
      error: { code: 'wrong-usage' },
    });
    expect(await ok('connections', 'remove', 'plant', '--confirm', '--drop')).toMatchObject({
      removed: true,
      exportedTo: null,
    });
    expect(await ok('connections', 'list')).toEqual([]);
  });

  test('remove writes what is pending to a new file, never over one', async () => {
    await ok('relate', 'plant:asset:20', 'plant:metric:21');
    const file = join(folder, 'pending.json');
    const remove = ['connections', 'remove', 'plant', '--confirm', '--export'];
    expect(await ends(1, ...remove, join(folder, 'test.weft'))).toMatchObject({
      error: { code: 'file-exists' },
    });
    expect(await ok(...remove, file)).toMatchObject({ removed: true, exportedTo: file });
    expect(existsSync(file)).toBe(true);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pending: [{ want: 'related' }] });
  });
});
