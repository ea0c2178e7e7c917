import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DEFAULT_KEY } from '../../servers/clickie/seed.ts';
import { type CommandLineResult, runCommandLine } from '../../support/command-line.ts';
import { useCommandLinePlant } from '../../support/command-line-plant.ts';

const { weft, ok, connectArguments, connectAndSync, server, workspace } = useCommandLinePlant();

function expectFailure(result: CommandLineResult, code: number, error: string): void {
  expect(result.code).toBe(code);
  const message = expect.any(String);
  expect(result.json()).toEqual({ error: { code: error, message, details: expect.any(Object) } });
}

const relationship = (
  id: number,
  source: string,
  target: string,
  state: string,
  type: string | null = null,
) => ({
  id,
  connection: 'plant',
  source: `plant:${source}`,
  target: `plant:${target}`,
  type,
  state,
  flags: [],
});

const untouched = { added: 0, updated: 0, removed: 0 };
const quiet = {
  connection: 'plant',
  complete: true,
  cancelled: false,
  pulled: { entities: untouched, relationships: untouched },
  pushed: { created: 0, updated: 0, deleted: 0 },
  conflicts: 0,
  blocked: 0,
  parked: 0,
  held: 0,
  failed: [],
  withheld: null,
  notes: [],
  outlook: null,
};

describe('connect and sync', () => {
  test('connect makes the workspace and says what was connected', async () => {
    expect(await ok(...connectArguments())).toEqual({
      id: expect.any(Number),
      name: 'plant',
      remote: 'clickie',
      url: server().url,
      account: '1',
      state: 'never-synced',
    });
    expect(existsSync(workspace())).toBe(true);
  });

  test('sync of one connection answers with one report, of all with a list of them', async () => {
    await ok(...connectArguments());
    expect(await ok('sync', 'plant')).toEqual({
      ...quiet,
      pulled: {
        entities: { added: 12, updated: 0, removed: 0 },
        relationships: { added: 9, updated: 0, removed: 0 },
      },
    });
    expect(await ok('sync')).toEqual([quiet]);
  });

  test('a push sends what is pending; --pull-only and --dry-run send nothing', async () => {
    await connectAndSync();
    await ok('relate', 'plant:asset:20', 'plant:metric:21');
    server().clearRequests();
    expect(await ok('sync', 'plant', '--pull-only')).toEqual(quiet);
    const dry = await ok('sync', 'plant', '--dry-run');
    expect(server().requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    const path = '/relationships/assets/20/metrics/21';
    expect(dry).toEqual({
      connection: 'plant',
      requests: [
        { ids: [10], method: 'GET', path, body: null, condition: null },
        { ids: [10], method: 'POST', path, body: null, condition: expect.any(String) },
      ],
    });
    const pushed = { ...quiet, pushed: { created: 1, updated: 0, deleted: 0 } };
    expect(await ok('sync', 'plant', '--push-only')).toEqual(pushed);
    expect(await ok('sync', 'plant')).toEqual(quiet);
  });

  test('--only pushes what it names', async () => {
    await connectAndSync();
    await ok('relate', 'plant:asset:20', 'plant:metric:21');
    await ok('relate', 'plant:asset:20', 'plant:metric:5');
    expect(await ok('sync', 'plant', '--only', '11')).toMatchObject({ pushed: { created: 1 } });
    expect(await ok('outbox')).toMatchObject([{ id: 10 }]);
  });

  test('a sync that failed ends with 1 and prints its report', async () => {
    await connectAndSync();
    await server().goOffline();
    const result = await weft('sync', 'plant');
    expect(result.code).toBe(1);
    expect(result.json()).toMatchObject({ complete: false, failed: [{ code: 'unreachable' }] });
    expect(await ok('status')).toMatchObject({ entityCount: 12, connections: [{ state: 'offline' }] });
  });

  test('a sync after which something waits for a decision ends with 3; lists of it end with 0', async () => {
    await connectAndSync();
    await ok('relate', 'plant:asset:20', 'plant:metric:21');
    server().deleteEntity({ type: 'metrics', id: 21 }, 1);
    const result = await weft('sync', 'plant');
    expect(result.code).toBe(3);
    expect(result.json()).toMatchObject({ conflicts: 1, failed: [] });
    expect(await ok('conflicts')).toEqual([
      {
        id: 1,
        relationship: 10,
        connection: 'plant',
        foundAt: expect.any(String),
        reason: 'end-removed',
        cause: expect.any(String),
        base: expect.any(Object),
        local: expect.any(Object),
        remote: expect.any(Object),
        choices: ['local', 'remote'],
        asOf: expect.any(String),
      },
    ]);
    expect(await ok('outbox')).toMatchObject([{ id: 10, state: 'conflict' }]);
    expect(await ok('status')).toMatchObject({ conflictCount: 1 });
    expectFailure(await weft('resolve', '1', '--keep', 'both'), 1, 'choice-not-offered');
    expect(await ok('resolve', '1', '--keep', 'remote')).toEqual([]);
    expect(await ok('outbox')).toEqual([]);
  });
});

describe('what the guard holds', () => {
  test('stays, is listed, and goes once it was released', async () => {
    await connectAndSync();
    const account = server().site.accounts.get(1);
    if (account === undefined) throw new Error('The site has account 1');
    for (const type of ['assets', 'metrics', 'dashboards', 'collaborators'] as const) {
      for (const id of account.entities[type].keys()) server().deleteEntity({ type, id }, 1);
    }
    const result = await weft('sync', 'plant');
    expect(result.json()).toMatchObject({ pulled: { entities: { removed: 0 } }, held: 12 });
    expect(await ok('status')).toMatchObject({ entityCount: 12, heldCount: 12 });
    expect(await ok('held')).toMatchObject([{ id: 1, what: 'entities', count: 12, released: false }]);
    expect(await ok('release', '1')).toMatchObject([{ id: 1, released: true }]);
    await weft('sync', 'plant');
    expect(await ok('status')).toMatchObject({ entityCount: 0 });
  });
});

describe('looking', () => {
  test('status, entities, relationships', async () => {
    await connectAndSync();
    const moment = expect.any(String);
    expect(await ok('status')).toMatchObject({ entityCount: 12, relationshipCount: 9, pendingCount: 0 });
    expect(await ok('entities', '--search', 'boiler')).toEqual([
      { entity: 'plant:asset:12', connection: 'plant', kind: 'asset', name: 'Boiler', asOf: moment },
      { entity: 'plant:asset:11', connection: 'plant', kind: 'asset', name: 'Boiler room', asOf: moment },
    ]);
    expect(await ok('entities', '--kind', 'metric')).toHaveLength(3);
    expect(await ok('relationships')).toHaveLength(9);
    expect(await ok('relationships', '--of', 'plant:asset:12')).toEqual([
      { ...relationship(expect.any(Number), 'asset:12', 'metric:21', 'synced'), label: null, asOf: moment },
      { ...relationship(expect.any(Number), 'asset:11', 'asset:12', 'synced'), label: null, asOf: moment },
    ]);
  });

  test('held is empty at first, and releasing nothing is refused', async () => {
    await connectAndSync();
    expect(await ok('held')).toEqual([]);
    expectFailure(await weft('release', '1'), 1, 'not-found');
  });
});

describe('editing', () => {
  test('relate, outbox, unrelate, undo, redo', async () => {
    await connectAndSync();
    const made = relationship(10, 'asset:20', 'metric:21', 'create');
    const { flags: _said, ...wished } = made; // of what was not sent yet no remote says anything
    expect(await ok('relate', 'plant:asset:20', 'plant:metric:21')).toEqual(made);
    const waiting = {
      cause: null,
      attempts: 0,
      unanswered: false,
      failures: 0,
      lastFailure: null,
      nextAttemptAt: null,
    };
    expect(await ok('outbox')).toEqual([
      { ...wished, ...waiting, action: 'create', dependants: 0, asOf: expect.any(String) },
    ]);
    expect(await ok('unrelate', '10')).toBeNull();
    expect(await ok('outbox')).toEqual([]);
    expect(await ok('undo')).toEqual({ label: 'Remove Warehouse → Steam pressure' });
    expect(await ok('outbox')).toHaveLength(1);
    expect(await ok('redo')).toEqual({ label: 'Remove Warehouse → Steam pressure' });
    expect(await ok('outbox')).toEqual([]);
  });

  test('unrelate of a synced one is a delete; with another type related again it is a retype', async () => {
    await connectAndSync();
    const rows = await ok('relationships', '--of', 'plant:asset:12');
    const id = Array.isArray(rows) ? Number(rows[0]?.id) : 0;
    expect(await ok('unrelate', String(id))).toEqual(relationship(id, 'asset:12', 'metric:21', 'delete'));
    expect(await ok('relate', 'plant:asset:12', 'plant:metric:21', '--type', 'measures')).toEqual(
      relationship(id, 'asset:12', 'metric:21', 'synced', 'measures'),
    );
    expect(await ok('retype', String(id), 'watches')).toEqual(
      relationship(id, 'asset:12', 'metric:21', 'synced', 'watches'),
    );
    expect(await ok('retype', String(id), 'monitors', '--from', 'plant:metric:21')).toEqual(
      relationship(id, 'asset:12', 'metric:21', 'synced', 'is monitored by'),
    );
    expectFailure(await weft('retype', String(id), 'x', '--from', 'plant:asset:10'), 1, 'not-an-end');
    expect(await ok('outbox')).toEqual([]);
  });

  test('--local keeps it in the workspace; outbox drop takes a change back', async () => {
    await connectAndSync();
    expect(
      await ok('relate', 'plant:asset:20', 'plant:metric:21', '--local', '--type', 'near'),
    ).toMatchObject({
      connection: 'local',
      state: 'local',
      type: 'near',
    });
    expect(await ok('relate', 'plant:asset:20', 'plant:metric:21')).toMatchObject({
      id: 11,
      state: 'create',
    });
    expect(await ok('outbox', 'drop', '11')).toEqual([]);
  });

  test('what a rule refuses ends with 1', async () => {
    await connectAndSync();
    expectFailure(await weft('relate', 'plant:asset:10', 'plant:asset:10'), 1, 'self-relationship');
    expectFailure(await weft('relate', 'plant:asset:10', 'plant:asset:11'), 1, 'already-related');
    expectFailure(await weft('relate', 'plant:asset:10', 'plant:asset:999'), 1, 'not-found');
    expectFailure(await weft('unrelate', '999'), 1, 'not-found');
    expectFailure(await weft('retype', '999', 'x'), 1, 'not-found');
    expectFailure(await weft('outbox', 'drop', '999'), 1, 'not-pending');
    expectFailure(await weft('resolve', '999', '--keep', 'local'), 1, 'not-found');
    expectFailure(await weft('undo'), 1, 'nothing-to-undo');
    expectFailure(await weft('sync', 'elsewhere'), 1, 'not-found');
  });
});

describe('the secret', () => {
  test('is never written, neither to the workspace nor beside it [I23]', async () => {
    await connectAndSync();
    await ok('relate', 'plant:asset:20', 'plant:metric:21');
    await ok('sync');
    for (const file of ['', '-wal', '-shm', '-lock'].map((end) => `${workspace()}${end}`)) {
      const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
      expect(bytes.includes(DEFAULT_KEY)).toBe(false);
    }
    expect(readFileSync(workspace()).includes('WEFT_TEST_KEY')).toBe(true);
  });

  test('an unset variable is told at connect, and no workspace is made', async () => {
    const args = connectArguments().map((text) => (text === 'WEFT_TEST_KEY' ? 'WEFT_UNSET_KEY' : text));
    const result = await weft(...args);
    expectFailure(result, 2, 'wrong-usage');
    expect(result.stdout).toContain('WEFT_UNSET_KEY');
    expect(existsSync(workspace())).toBe(false);
  });

  test('an unset variable at sync ends with 1, and looking goes on without it', async () => {
    await connectAndSync();
    const without = { WEFT_TEST_KEY: '' };
    const result = await runCommandLine(['sync', 'plant', '--workspace', workspace(), '--json'], without);
    expect(result.code).toBe(1);
    const look = await runCommandLine(['status', '--workspace', workspace(), '--json'], without);
    expect(look.code).toBe(0);
  });

  test('a key that is refused ends with 1 and is not repeated [I23]', async () => {
    const args = [...connectArguments(), '--workspace', workspace(), '--json'];
    const result = await runCommandLine(args, { WEFT_TEST_KEY: 'wrong-key-1234' });
    expectFailure(result, 1, 'unauthorised');
    expect(result.stdout + result.stderr).not.toContain('wrong-key-1234');
  });
});
