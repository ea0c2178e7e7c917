import { describe, expect, it } from 'vitest';
import { DEFAULT_KEY } from '../servers/clickie/seed.ts';
import type { ClickieServer } from '../servers/clickie/server.ts';
import type { ClickieSwitches } from '../servers/clickie/switches.ts';
import { serverHas, startCheckedServer, startClickieRemote, untyped } from '../support/clickie-remote.ts';
import { type SyncWorld, startSyncWorld } from '../support/sync-world.ts';
import { catchRemoteError } from './remote-suite.ts';

/**
 * The vendor's page "Resource Relationships" as a table: each endpoint with each status code that it names. A row is
 * asserted twice: the server gives it, and a workspace that meets it ends as stated.
 */
interface Row {
  readonly status: number;
  /** How the server is brought to say so, beside what is asked. */
  readonly ask?: {
    readonly path?: string;
    readonly key?: string;
    readonly switches?: Partial<ClickieSwitches>;
    /** It says so only where it is in trouble. */
    readonly fault?: true;
  };
  readonly message: string;
  readonly data?: unknown;
  /** The state of the relationship that the request is about, while the answer is this one and after the next sync. */
  readonly ends: readonly [string, string];
  /** What the report names, where the answer is trouble. */
  readonly code?: string;
}

interface Endpoint {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** What the server is asked for, and where the workspace meets the answer. */
  readonly path: string;
  /** What the user does, so that the request is sent. */
  act(world: SyncWorld): Promise<unknown>;
  readonly about: readonly [source: string, target: string];
  readonly rows: readonly Row[];
}

const badKey = { key: 'no key of anybody' };
const noClearance = { switches: { clearance: 9 } };
const inTrouble = { fault: true } as const;
const usual = {
  unauthorized: { status: 401, ask: badKey, message: 'Unauthorized' },
  forbidden: { status: 403, ask: noClearance, message: 'Insufficient permissions' },
  fault: { status: 500, ask: inTrouble, message: 'Status 500' },
} as const;

const shown = ['synced', 'synced'] as const;
const retried = ['waits', 'synced'] as const;
const parked = ['parked', 'parked'] as const;

const endpoints: readonly Endpoint[] = [
  {
    name: 'List relationships',
    method: 'GET',
    path: '/relationships/assets/12',
    act: async () => undefined,
    about: ['asset:12', 'metric:21'],
    rows: [
      {
        status: 200,
        message: 'Relationships retrieved',
        data: [{ id_child: 21, child_type: 'metrics' }],
        ends: shown,
      },
      {
        status: 400,
        ask: { path: '/relationships/assets/12?limit=none' },
        message: 'Invalid request',
        ends: shown,
        code: 'refused',
      },
      { ...usual.unauthorized, ends: shown, code: 'unauthorised' },
      { ...usual.forbidden, ends: shown, code: 'forbidden' },
      {
        status: 404,
        ask: { path: '/relationships/assets/999' },
        message: 'Parent entity not found',
        ends: shown,
        code: 'refused',
      },
      { ...usual.fault, ends: shown, code: 'server-fault' },
    ],
  },
  {
    name: 'Create relationship',
    method: 'POST',
    path: '/relationships/assets/20/metrics/21',
    act: (world) => world.relate('asset:20', 'metric:21'),
    about: ['asset:20', 'metric:21'],
    rows: [
      {
        status: 201,
        message: 'Element created successfully',
        data: { id_parent: 20, id_child: 21 },
        ends: shown,
      },
      {
        status: 400,
        ask: { path: '/relationships/assets/10/metrics/20' },
        message: 'Relationship already exists',
        ends: parked,
        code: 'refused',
      },
      { ...usual.unauthorized, ends: retried, code: 'unauthorised' },
      { ...usual.forbidden, ends: parked, code: 'forbidden' },
      {
        status: 404,
        ask: { path: '/relationships/assets/20/metrics/999' },
        message: 'Entity not found',
        ends: parked,
        code: 'refused',
      },
      { ...usual.fault, ends: retried, code: 'server-fault' },
    ],
  },
  {
    name: 'Get specific relationship',
    method: 'GET',
    path: '/relationships/assets/20/metrics/21',
    act: (world) => world.relate('asset:20', 'metric:21'),
    about: ['asset:20', 'metric:21'],
    rows: [
      {
        status: 200,
        ask: { path: '/relationships/assets/10/metrics/20' },
        message: 'Element obtained successfully',
        data: { id_parent: 10, id_child: 20 },
        ends: shown,
      },
      {
        status: 400,
        ask: { path: '/relationships/assets/ten/metrics/20' },
        message: 'Invalid request',
        ends: retried,
        code: 'foreign-answer',
      },
      { ...usual.unauthorized, ends: retried, code: 'unauthorised' },
      { ...usual.forbidden, ends: retried, code: 'forbidden' },
      { status: 404, message: 'Element not found', ends: shown },
      { ...usual.fault, ends: retried, code: 'server-fault' },
    ],
  },
  {
    name: 'Delete relationship',
    method: 'DELETE',
    path: '/relationships/assets/10/metrics/20',
    act: (world) => world.unrelate('asset:10', 'metric:20'),
    about: ['asset:10', 'metric:20'],
    rows: [
      { status: 200, message: 'Element deleted successfully', data: null, ends: ['gone', 'gone'] },
      {
        status: 400,
        ask: { path: '/relationships/assets/ten/metrics/20' },
        message: 'Invalid request',
        ends: parked,
        code: 'refused',
      },
      { ...usual.unauthorized, ends: ['waits', 'gone'], code: 'unauthorised' },
      { ...usual.forbidden, ends: parked, code: 'forbidden' },
      {
        status: 404,
        ask: { path: '/relationships/assets/10/metrics/999' },
        message: 'Element not found',
        ends: parked,
        code: 'refused',
      },
      { ...usual.fault, ends: ['waits', 'gone'], code: 'server-fault' },
    ],
  },
];

async function ask(server: ClickieServer, method: string, path: string, key = DEFAULT_KEY) {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: { authorization: key, account: '1' },
  });
  return { status: answer.status, body: (await answer.json()) as unknown };
}

async function stateOf(world: SyncWorld, [source, target]: Endpoint['about']): Promise<string> {
  const state = (await world.find(source, target))?.state ?? 'gone';
  return ['create', 'delete'].includes(state) ? 'waits' : state;
}

/** The path alone, so that no longer one is meant. */
const exactly = (path: string) => new RegExp(`^${path}$`);

for (const { name, method, path, act, about, rows } of endpoints) {
  describe(`published: ${name}`, () => {
    for (const row of rows) {
      const { status, message, data = null, ends, code } = row;

      it(`the server answers ${status} as the page says`, async () => {
        const server = await startCheckedServer({ switches: row.ask?.switches ?? {} });
        if (row.ask?.fault) server.addFault({ on: { method }, fault: { kind: 'status', status } });
        const asked = row.ask?.path ?? path;
        const [instance] = asked.split('?');
        expect(await ask(server, method, asked, row.ask?.key)).toEqual({
          status,
          body: {
            status: status < 300 ? 'success' : 'error',
            message,
            data,
            context: null,
            instance,
          },
        });
      });

      it(`a workspace that meets ${status} ends ${ends.join(', then ')}`, async () => {
        const world = await startSyncWorld();
        await act(world);
        const isTrouble = code !== undefined;
        if (isTrouble) {
          world.server.addFault({
            on: { method, path: exactly(path) },
            fault: { kind: 'status', status, message },
          });
        }
        const report = await world.sync();
        expect(report.failed.map((failure) => failure.code)).toEqual(isTrouble ? [code] : []);
        expect(await stateOf(world, about)).toBe(ends[0]);
        world.server.clearFaults();
        await world.sync();
        expect(await stateOf(world, about)).toBe(ends[1]);
      });
    }
  });
}

describe('published: List relationships by type', () => {
  it('is answered as the page says, and never asked for: one list tells all types', async () => {
    const world = await startSyncWorld();
    await world.sync();
    const byType = /^\/relationships\/[^/]+\/[^/]+\/[^/]+$/;
    expect(world.server.requests.filter((request) => byType.test(request.path))).toEqual([]);
    expect(await ask(world.server, 'GET', '/relationships/assets/12/metrics')).toMatchObject({
      status: 200,
      body: { data: [{ id_child: 21, child_type: 'metrics' }], instance: '/relationships/assets/12/metrics' },
    });
  });
});

describe('a server that speaks only what the page says', () => {
  const never = new AbortController().signal;
  const source = { kind: 'asset', remoteId: '20', lookupId: '20' };
  const target = { kind: 'metric', remoteId: '21', lookupId: '00000000-0000-4000-8000-000000000021' };
  const relationship = { source, target, ...untyped };

  it('lists, creates, tells and deletes relationships', async () => {
    const { remote, server } = await startClickieRemote({ switches: { onlyPublished: true } });
    await remote.create(relationship, never);
    expect(serverHas(server, 'asset:20', 'metric:21')).toBe(true);
    expect(await remote.fetchRelationshipsOf(source, 'outgoing', never)).toHaveLength(1);
    expect(await remote.probe(relationship, never)).toEqual(untyped);
    await remote.remove(relationship, never);
    expect(serverHas(server, 'asset:20', 'metric:21')).toBe(false);
  });

  it('does not say whose key it is, so that it cannot be connected to', async () => {
    const { remote } = await startClickieRemote({ switches: { onlyPublished: true } });
    const error = await catchRemoteError(remote.identify(never));
    expect(error).toMatchObject({ kind: 'foreign-answer', message: expect.stringContaining('not Clickie') });
  });
});
