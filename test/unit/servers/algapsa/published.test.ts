import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HELPDESK_KEY, TINY_TENANTS, tinyId, tinyLinkId } from '../../../servers/algapsa/seed.ts';
import type { AlgapsaSwitches } from '../../../servers/algapsa/switches.ts';
import { type Client, type Json, startWithClient } from './support.ts';

const now = Date.UTC(2026, 3, 24, 8, 15, 30, 125);
const stamp = '2026-04-24T08:15:30.125Z';
const isoMoment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let client: Client;
beforeEach(async () => {
  client = await startWithClient({ now: () => now, switches: { profile: 'documented' } });
});
afterEach(() => client.server.stop());

/** The page prints no example, only fields: name, type, and whether it is required. */
const requiredFields: readonly (readonly [string, RegExp])[] = [
  ['relationship_id', uuid],
  ['asset_id', uuid],
  ['related_asset_id', uuid],
  ['relationship_type', /./],
  ['tenant', uuid],
];
const listFields = ['asset_tag', 'related_asset_name', 'asset_type', 'status'] as const;

describe('POST /api/v1/assets/{id}/relationships as published', () => {
  test.each(requiredFields)('a created relationship has %s', async (field, form) => {
    expect((await client.relate(1, 7)).row()[field]).toMatch(form);
  });

  test('a created relationship has all published fields and no others', async () => {
    const reply = await client.relate(1, 7, 'Feeds into');
    expect(reply.status).toBe(201);
    expect(reply.json()).toEqual({
      success: true,
      data: {
        relationship_id: expect.stringMatching(uuid),
        asset_id: tinyId(1),
        related_asset_id: tinyId(7),
        relationship_type: 'Feeds into',
        tenant: TINY_TENANTS.first,
        created_at: stamp,
      },
      meta: { timestamp: stamp, version: '1.0.0' },
    });
  });

  test('read literally, the page puts all fields at the top', async () => {
    client.server.set({ createdBody: 'top-level' });
    expect(Object.keys((await client.relate(1, 7)).json())).toEqual([
      'success',
      'relationship_id',
      'asset_id',
      'related_asset_id',
      'relationship_type',
      'tenant',
      'created_at',
      'timestamp',
      'version',
    ]);
  });

  test('the schema behind the page wraps the row twice', async () => {
    client.server.set({ createdBody: 'data.data' });
    expect((await client.relate(1, 7)).json()).toMatchObject({
      data: { data: { asset_id: tinyId(1) } },
    });
  });

  test.each(listFields)(
    '%s is present in list responses and not in the answer to a creation',
    async (field) => {
      expect((await client.relate(1, 7)).row()).not.toHaveProperty(field);
      expect((await client.related(1))[0]).toHaveProperty(field);
    },
  );
});

interface PublishedStatus {
  readonly status: number;
  readonly when: string;
  readonly body: Json;
  readonly switches?: Partial<AlgapsaSwitches>;
  readonly send?: { readonly from?: string; readonly body?: unknown; readonly key?: string | null };
}

const unexpected = { error: { code: 'INTERNAL_ERROR', message: 'An unexpected error occurred' } };
const good = { related_asset_id: tinyId(7), relationship_type: 'related' };
const invalidWith = (...details: readonly Json[]) => ({
  success: false,
  error: { message: expect.any(String), code: 'VALIDATION_ERROR', details },
  meta: { timestamp: stamp, version: '1.0.0' },
});
const required = (key: string) => ({
  code: 'invalid_type',
  expected: 'string',
  received: 'undefined',
  path: [key],
  message: 'Required',
});

const published: readonly PublishedStatus[] = [
  { status: 201, when: 'it was created', body: { success: true } },
  {
    status: 400,
    when: 'relationship_type is empty',
    send: { body: { ...good, relationship_type: '' } },
    body: invalidWith(expect.objectContaining({ message: 'Relationship type is required', minimum: 1 })),
  },
  {
    status: 400,
    when: 'related_asset_id is no UUID',
    send: { body: { ...good, related_asset_id: 'seven' } },
    body: invalidWith(expect.objectContaining({ message: 'Invalid uuid', path: ['related_asset_id'] })),
  },
  {
    status: 400,
    when: 'both fields are missing',
    send: { body: {} },
    body: invalidWith(required('related_asset_id'), required('relationship_type')),
  },
  {
    status: 400,
    when: 'a field has another type',
    send: { body: { ...good, relationship_type: 5 } },
    body: invalidWith(expect.objectContaining({ message: 'Expected string, received number' })),
  },
  {
    status: 400,
    when: 'the body is a list',
    send: { body: [] },
    body: invalidWith(expect.objectContaining({ message: 'Expected object, received array', path: [] })),
  },
  {
    status: 401,
    when: 'x-api-key is missing at the edge',
    send: { key: null },
    body: { error: 'Unauthorized: API key missing' },
  },
  {
    status: 403,
    when: 'the permission is lacking',
    switches: { lacksPermission: true },
    body: { error: { code: 'FORBIDDEN', message: expect.any(String) } },
  },
  {
    status: 403,
    when: 'the product of the tenant has no assets',
    send: { key: HELPDESK_KEY },
    body: { error: { code: 'PRODUCT_ACCESS_DENIED', message: expect.any(String) } },
  },
  {
    status: 409,
    when: 'the pair is related already, as intended',
    switches: { duplicate: 'conflict' },
    send: { from: tinyId(2), body: { ...good, related_asset_id: tinyId(1) } },
    body: { error: { code: 'CONFLICT', message: 'Relationship already exists' } },
  },
  {
    status: 500,
    when: 'the pair is related already, as it currently may surface',
    send: { from: tinyId(2), body: { ...good, related_asset_id: tinyId(1) } },
    body: unexpected,
  },
  {
    status: 500,
    when: 'an asset is related to itself',
    send: { body: { ...good, related_asset_id: tinyId(1) } },
    body: unexpected,
  },
  { status: 500, when: 'the context is absent', switches: { profile: 'legacy-nocontext' }, body: unexpected },
];

describe('the published statuses', () => {
  test.each(published)('$status when $when', async ({ status, body, switches = {}, send = {} }) => {
    client.server.set(switches);
    const { from = tinyId(1), body: sent = good, key } = send;
    const reply = await client.ask(`/assets/${from}/relationships`, {
      method: 'POST',
      body: JSON.stringify(sent),
      ...(key === undefined ? {} : { key }),
    });
    expect(reply.status).toBe(status);
    if (status === 201) expect(reply.json()).toMatchObject(body);
    else expect(reply.json()).toEqual(body);
  });
});

describe('the other endpoints of the documented server', () => {
  test('the list has outgoing relationships only', async () => {
    expect((await client.related(3)).map((row) => row.related_asset_id)).toEqual([2, 4, 5].map(tinyId));
    expect(await client.related(1)).toEqual([]);
  });

  test('a row of the list shows the far end and a link to a version that does not exist', async () => {
    expect((await client.related(6))[0]).toEqual({
      relationship_id: tinyLinkId(6, 3),
      asset_id: tinyId(6),
      related_asset_id: tinyId(3),
      relationship_type: 'Depends on',
      tenant: TINY_TENANTS.first,
      created_at: expect.stringMatching(isoMoment),
      asset_tag: 'T-3',
      related_asset_name: 'Server',
      asset_type: 'server',
      status: 'active',
      _links: { self: { href: `/api/v2/assets/${tinyId(6)}/relationships`, method: 'GET' } },
    });
  });

  test('deleting is 204 without a body, whether there was something or not', async () => {
    const path = `/assets/relationships/${tinyLinkId(6, 3)}`;
    for (let n = 0; n < 2; n += 1) {
      expect(await client.ask(path, { method: 'DELETE' })).toMatchObject({ status: 204, text: '' });
    }
    expect(await client.related(6)).toEqual([]);
  });
});
