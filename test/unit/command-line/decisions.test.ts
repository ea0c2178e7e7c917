import { describe, expect, test } from 'vitest';
import { toHeldLine } from '../../../src-main/backend/command-line/output.ts';
import { ConnectionId } from '../../../src-preload/contract/model.ts';
import { runCommandLine } from '../../support/command-line.ts';
import { useCommandLinePlant } from '../../support/command-line-plant.ts';

const { weft, ok, connectAndSync, server, workspace } = useCommandLinePlant();

async function exitCode(...args: string[]): Promise<unknown> {
  return (await weft(...args)).code;
}

/** Three pending changes, with the numbers 10 to 12. */
async function makeThree(): Promise<void> {
  await connectAndSync();
  for (const asset of [10, 11, 20]) await ok('relate', `plant:asset:${asset}`, 'plant:metric:21');
}

const allAssets = ['plant:asset:10', 'plant:asset:11', 'plant:asset:20'];

describe('the outbox', () => {
  test('is listed by connection and state, and dropped one by one, many at once or as a whole', async () => {
    await makeThree();
    expect(await ok('outbox', 'list', '--connection', 'plant', '--state', 'create')).toHaveLength(3);
    expect(await ok('outbox', 'list', '--state', 'parked', 'conflict')).toEqual([]);
    expect(await ok('outbox', 'drop', '10')).toMatchObject([{ id: 11 }, { id: 12 }]);
    expect(await ok('outbox', 'drop', '11', '12')).toEqual([]);
    expect(await ok('undo')).toEqual({ label: 'Drop 2 pending changes' });
    expect(await ok('outbox', 'drop', '--all', '--connection', 'plant')).toEqual([]);
    expect(await ok('undo')).toEqual({ label: 'Drop 2 pending changes' });
    expect(await ok('outbox')).toMatchObject([
      { id: 11, source: allAssets[1] },
      { id: 12, source: allAssets[2] },
    ]);
  });

  test('drop says what it takes', async () => {
    await makeThree();
    expect(await exitCode('outbox', 'drop')).toBe(2);
    expect(await exitCode('outbox', 'drop', '10', '--all')).toBe(2);
    expect(await exitCode('outbox', 'drop', '10', '--connection', 'plant')).toBe(2);
    expect(await exitCode('outbox', 'list', '--state', 'gone')).toBe(2);
    expect(await exitCode('outbox', 'drop', '--all', '--connection', 'nowhere')).toBe(1);
    expect(await ok('outbox')).toHaveLength(3);
  });

  test('goes in parts: --push-only pushes and reads nothing, --only pushes what is named', async () => {
    await makeThree();
    server().clearRequests();
    expect(await ok('sync', 'plant', '--push-only', '--only', '11')).toMatchObject({
      pushed: { created: 1 },
    });
    expect(await ok('outbox')).toMatchObject([{ id: 10 }, { id: 12 }]);
    expect(await ok('sync', 'plant', '--dry-run')).toMatchObject({ connection: 'plant' });
    expect(await ok('sync', '--push-only')).toMatchObject([{ pushed: { created: 2 } }]);
    const lists = server().requests.filter(({ path }) => /^\/(assets|metrics|dashboards)$/.test(path));
    expect(lists).toEqual([]);
  });
});

describe('conflicts', () => {
  async function makeConflicts(): Promise<void> {
    await makeThree();
    server().deleteEntity({ type: 'metrics', id: 21 }, 1);
    expect(await exitCode('sync', 'plant')).toBe(3);
  }

  test('are listed, and settled alike as one step', async () => {
    await makeConflicts();
    const filter = ['--connection', 'plant', '--reason', 'end-removed'];
    expect(await ok('conflicts', 'list', ...filter)).toMatchObject([{ id: 1 }, { id: 2 }, { id: 3 }]);
    expect(await ok('conflicts', 'list', '--reason', 'changed-both')).toEqual([]);
    const settle = ['conflicts', 'resolve', '--keep'];
    expect(await ok(...settle, 'remote', '2', '99')).toEqual({ resolved: 1, skipped: 1 });
    expect(await ok(...settle, 'both', '--all')).toEqual({ resolved: 0, skipped: 2 });
    expect(await ok(...settle, 'remote', '--all', ...filter)).toEqual({ resolved: 2, skipped: 0 });
    expect(await ok('conflicts')).toEqual([]);
    expect(await ok('undo')).toEqual({ label: 'Keep remote in 2 conflicts' });
    expect(await ok('conflicts')).toMatchObject([{ id: 1 }, { id: 3 }]);
  });

  test('are told with all three sides', async () => {
    await makeConflicts();
    const { stdout } = await runCommandLine(['conflicts', '--workspace', workspace()]);
    expect(stdout).toMatch(
      /^1 {2}.*choices: local, remote\n {2}before {2}not related\n {2}local {3}related .*\n {2}remote {2}not related/,
    );
  });

  test('resolve says what it takes', async () => {
    await makeConflicts();
    expect(await exitCode('conflicts', 'resolve', '--keep', 'remote')).toBe(2);
    expect(await exitCode('conflicts', 'resolve', '1', '--all', '--keep', 'remote')).toBe(2);
    expect(await exitCode('conflicts', 'resolve', '1', '--keep', 'mine')).toBe(2);
    expect(await exitCode('conflicts', 'resolve', '1', '--keep', 'remote', '--reason', 'end-removed')).toBe(
      2,
    );
    expect(await exitCode('conflicts', 'list', '--reason', 'gone')).toBe(2);
    expect(await ok('conflicts')).toHaveLength(3);
  });
});

test.each([
  ['here', 'the next sync removes them here'],
  ['there', 'the next push deletes them on the remote'],
] as const)('what is released of what is held is told as what it does %s', (side, does) => {
  const held = { connectionId: ConnectionId.parse(1), what: 'relationships', count: 30, total: 40 } as const;
  const told = { connection: 'plant', reason: 'Too many.', sample: [], heldAt: '2026-03-01T10:00:00.000Z' };
  expect(toHeldLine({ id: 1, ...held, ...told, side, released: true })).toContain(`Released: ${does}`);
  expect(toHeldLine({ id: 1, ...held, ...told, side, released: false })).toBe('1  plant: Too many.');
});

test('what is held is listed, shown with all its rows, and released', async () => {
  await connectAndSync();
  for (const type of ['assets', 'metrics', 'dashboards', 'collaborators'] as const) {
    for (const id of server().site.accounts.get(1)?.entities[type].keys() ?? []) {
      server().deleteEntity({ type, id }, 1);
    }
  }
  await weft('sync', 'plant');
  expect(await ok('held', 'list')).toMatchObject([{ id: 1, what: 'entities', count: 12 }]);
  const rows = await ok('held', 'show', '1');
  expect(rows).toHaveLength(12);
  expect(rows).toContainEqual({
    entity: 'plant:asset:12',
    connection: 'plant',
    kind: 'asset',
    name: 'Boiler',
  });
  expect(await exitCode('held', 'show', '2')).toBe(1);
  expect(await exitCode('held', 'show', 'all')).toBe(2);
  expect(await ok('held', 'release', '1')).toMatchObject([{ id: 1, released: true }]);
});

test('the report of every run stays, newest first, with what comes next', async () => {
  await connectAndSync();
  await server().stop();
  expect(await exitCode('sync', 'plant')).toBe(1);
  const outlook = expect.stringContaining('It goes on once the remote answers again.');
  expect(await ok('reports')).toMatchObject([
    { id: 2, connection: 'plant', complete: false, failedCount: 1, outlook },
    { id: 1, connection: 'plant', complete: true, failed: [], outlook: null },
  ]);
  expect(await ok('reports', 'plant', '--last', '1')).toMatchObject([{ id: 2 }]);
  expect(await exitCode('reports', 'nowhere')).toBe(1);
  expect(await exitCode('reports', '--last', 'none')).toBe(2);
});
