import { describe, expect, it } from 'vitest';
import { DEFAULT_KEY, tinyId } from '../servers/algapsa/seed.ts';
import { findLink, mustTenant } from '../servers/algapsa/site.ts';
import type { AlgapsaSwitches } from '../servers/algapsa/switches.ts';
import {
  startAlgapsaRemote,
  startCheckedAlgapsa,
  tinyRelationship,
  writesTo,
} from '../support/algapsa-remote.ts';
import { startAlgapsaWorld } from '../support/algapsa-world.ts';
import { catchRemoteError } from './remote-suite.ts';

/**
 * The vendor's page "Create asset relationship" as a table: `POST /api/v1/assets/{id}/relationships` with each status
 * code that it names. A row is asserted twice: the server gives it, and a workspace that meets it ends as stated.
 */
interface Row {
  readonly status: number;
  readonly what: string;
  readonly switches?: Partial<AlgapsaSwitches>;
  /** What is sent instead of the key, and instead of a relationship that can be made. */
  readonly key?: string;
  readonly body?: unknown;
  readonly answer: unknown;
  /** What the workspace meets; what the server does by itself when not given. */
  readonly met?: 'fault';
  /** The state of the relationship then, and after the next sync with a server that works. */
  readonly ends: readonly [string, string];
  readonly code?: string;
}

const path = `/api/v1/assets/${tinyId(7)}/relationships`;
const wanted = { related_asset_id: tinyId(1), relationship_type: 'feeds' };
/** An id or a moment that the server draws. */
const drawnId = expect.stringMatching(/^[\da-f-]{36}$/);
const drawnTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
const row = {
  relationship_id: drawnId,
  asset_id: tinyId(7),
  related_asset_id: tinyId(1),
  relationship_type: 'feeds',
  tenant: tinyId(9001),
  created_at: drawnTime,
};
const internal = { error: { code: 'INTERNAL_ERROR', message: 'An unexpected error occurred' } };

const rows: readonly Row[] = [
  {
    status: 201,
    what: 'with the fields beside each other, as the page prints them',
    switches: { createdBody: 'top-level' },
    answer: { success: true, ...row, timestamp: drawnTime, version: '1.0.0' },
    ends: ['synced', 'synced'],
  },
  {
    status: 201,
    what: 'with the fields in data.data, as the schema behind the page has them',
    switches: { createdBody: 'data.data' },
    answer: { success: true, data: { data: row }, meta: { timestamp: drawnTime, version: '1.0.0' } },
    ends: ['synced', 'synced'],
  },
  {
    status: 201,
    what: 'with the fields in data',
    answer: { success: true, data: row, meta: { timestamp: drawnTime, version: '1.0.0' } },
    ends: ['synced', 'synced'],
  },
  {
    status: 400,
    what: 'to a body that is not valid',
    body: { related_asset_id: 'no uuid', relationship_type: '' },
    answer: expect.objectContaining({
      success: false,
      error: expect.objectContaining({ code: 'VALIDATION_ERROR' }),
    }),
    met: 'fault',
    ends: ['parked', 'parked'],
    code: 'refused',
  },
  {
    status: 400,
    what: 'where the database refuses a reference',
    switches: { losesReference: true },
    answer: { error: { code: 'BAD_REQUEST', message: 'Invalid reference' } },
    ends: ['parked', 'parked'],
    code: 'refused',
  },
  {
    status: 401,
    what: 'without a key',
    key: '',
    answer: { error: 'Unauthorized: API key missing' },
    met: 'fault',
    ends: ['create', 'synced'],
    code: 'unauthorised',
  },
  {
    status: 403,
    what: 'without the permission to update assets',
    switches: { lacksPermission: true },
    answer: { error: { code: 'FORBIDDEN', message: 'Permission denied: Cannot update asset' } },
    ends: ['parked', 'parked'],
    code: 'forbidden',
  },
  {
    status: 409,
    what: 'to a pair that is related, as intended',
    switches: { duplicate: 'conflict' },
    body: { related_asset_id: tinyId(6), relationship_type: 'feeds' },
    answer: { error: { code: 'CONFLICT', message: 'Relationship already exists' } },
    met: 'fault',
    ends: ['parked', 'parked'],
    code: 'refused',
  },
  {
    status: 500,
    what: 'to a pair that is related, as it is',
    body: { related_asset_id: tinyId(6), relationship_type: 'feeds' },
    answer: internal,
    met: 'fault',
    ends: ['create', 'synced'],
    code: 'server-fault',
  },
  {
    status: 500,
    what: 'to a relationship of an asset with itself',
    body: { related_asset_id: tinyId(7), relationship_type: 'feeds' },
    answer: internal,
    met: 'fault',
    ends: ['create', 'synced'],
    code: 'server-fault',
  },
];

describe('published: Create asset relationship', () => {
  for (const {
    status,
    what,
    switches = {},
    key = DEFAULT_KEY,
    body = wanted,
    answer,
    met,
    ends,
    code,
  } of rows) {
    it(`the server answers ${status} ${what}`, async () => {
      const server = await startCheckedAlgapsa({ switches: { profile: 'documented', ...switches } });
      server.createRelationship(tinyId(7), tinyId(6), 'feeds');
      const headers = { 'content-type': 'application/json', ...(key === '' ? {} : { 'x-api-key': key }) };
      const told = await fetch(`${server.url}${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      expect(told.status).toBe(status);
      expect(await told.json()).toEqual(answer);
    });

    it(`a workspace that meets ${status} ${what} ends ${ends.join(', then ')}`, async () => {
      const world = await startAlgapsaWorld({ profile: 'documented', ...switches });
      await world.relate(7, 1, 'feeds');
      if (met === 'fault')
        world.server.addFault({ on: { method: 'POST' }, fault: { kind: 'status', status } });
      const report = await world.sync();
      expect(report?.failed.map((failure) => failure.code)).toEqual(code === undefined ? [] : [code]);
      expect((await world.find(7, 1)).state).toBe(ends[0]);
      world.server.set({ faults: [], lacksPermission: false, losesReference: false });
      await world.sync();
      expect((await world.find(7, 1)).state).toBe(ends[1]);
    });
  }

  it('the missing context of the first release is answered with 500 as well', async () => {
    const server = await startCheckedAlgapsa({ switches: { profile: 'legacy-nocontext' } });
    const headers = { 'x-api-key': DEFAULT_KEY };
    const told = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(wanted),
    });
    expect([told.status, await told.json()]).toEqual([500, internal]);
  });
});

describe('a server that speaks only what the page says', () => {
  const never = new AbortController().signal;
  const switches = { profile: 'documented', createdBody: 'top-level', onlyPublished: true } as const;

  it('creates, and what it tells is believed', async () => {
    const { remote, server } = await startAlgapsaRemote({ switches });
    expect(await remote.create(tinyRelationship(7, 1), never)).toEqual({
      type: 'feeds',
      remoteId: drawnId,
      madeAt: expect.any(String),
    });
    expect(findLink(mustTenant(server.site), tinyId(7), tinyId(1))).toBeDefined();
  });

  it('cannot be asked what became of a create that failed, so that the change waits', async () => {
    const { remote, server } = await startAlgapsaRemote({ switches: { ...switches, failAfterCommit: true } });
    expect((await catchRemoteError(remote.create(tinyRelationship(7, 1), never))).kind).toBe(
      'foreign-answer',
    );
    expect(writesTo(server)).toHaveLength(1);
  });

  it('tells no assets, so that it cannot be connected to', async () => {
    const { remote } = await startAlgapsaRemote({ switches });
    expect((await catchRemoteError(remote.identify(never))).kind).toBe('foreign-answer');
  });
});
