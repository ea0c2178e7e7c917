import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TINY_TENANTS, tinyId, tinyLinkId } from '../../../servers/algapsa/seed.ts';
import type { Profile } from '../../../servers/algapsa/switches.ts';
import { type Client, startWithClient } from './support.ts';

const misconfigured = {
  error: {
    code: 'INTERNAL_CONFIGURATION',
    message: 'The server is misconfigured for this operation. Please contact support.',
  },
};
const unexpected = { error: { code: 'INTERNAL_ERROR', message: 'An unexpected error occurred' } };
const remove = { method: 'DELETE' };

let client: Client;
beforeEach(async () => {
  client = await startWithClient({ now: () => Date.UTC(2026, 7, 22) });
});
afterEach(() => client.server.stop());

describe('every release answers as it was seen to', () => {
  test.each<readonly [Profile, Record<string, number>]>([
    [
      'legacy-nocontext',
      { list: 500, get: 500, related: 500, create: 500, self: 500, absent: 500, remove: 500 },
    ],
    ['double-wrap', { list: 200, get: 500, related: 500, create: 500, self: 500, absent: 404, remove: 500 }],
    ['v1.2.0', { list: 200, get: 500, related: 500, create: 500, self: 500, absent: 404, remove: 500 }],
    ['v1.3.0', { list: 200, get: 500, related: 500, create: 500, self: 400, absent: 404, remove: 500 }],
    ['v1.4.0', { list: 200, get: 200, related: 200, create: 500, self: 400, absent: 404, remove: 500 }],
    ['head', { list: 200, get: 200, related: 200, create: 500, self: 400, absent: 404, remove: 500 }],
    ['intended', { list: 200, get: 200, related: 200, create: 201, self: 400, absent: 404, remove: 204 }],
    ['documented', { list: 200, get: 200, related: 200, create: 201, self: 500, absent: 404, remove: 204 }],
  ])('%s', async (profile, statuses) => {
    client.server.set({ profile });
    const asset = `/assets/${tinyId(3)}`;
    const replies = {
      list: await client.ask('/assets'),
      get: await client.ask(asset),
      related: await client.ask(`${asset}/relationships`),
      create: await client.relate(1, 7),
      self: await client.relate(1, 1),
      absent: await client.relate(1, 404),
      remove: await client.ask(`/assets/relationships/${tinyLinkId(2, 1)}`, remove),
    };
    const seen = Object.fromEntries(Object.entries(replies).map(([name, { status }]) => [name, status]));
    expect(seen).toEqual(statuses);
  });

  test('1.1.0 answers successes with an empty object', async () => {
    client.server.set({ profile: 'double-wrap' });
    for (const path of ['/assets', '/assets/export?format=json']) {
      expect(await client.ask(path)).toMatchObject({ status: 200, text: '{}' });
    }
  });

  test('1.0.0 fails with any key and says why in development only', async () => {
    client.server.set({ profile: 'legacy-nocontext' });
    expect((await client.ask('/assets', { key: 'anything' })).json()).toEqual(unexpected);
    client.server.set({ development: true });
    expect((await client.ask('/assets')).json()).toEqual({
      error: { code: 'INTERNAL_ERROR', message: 'Request context not available' },
    });
  });

  test('a missing column is told apart since 1.4.7 only', async () => {
    expect((await client.relate(1, 7)).json()).toEqual(misconfigured);
    client.server.set({ profile: 'v1.4.0' });
    expect((await client.relate(1, 7)).json()).toEqual(unexpected);
  });
});

describe('the newest server', () => {
  test('lists relationships from both ends, without ids', async () => {
    expect(await client.related(2)).toEqual([
      {
        tenant: TINY_TENANTS.first,
        parent_asset_id: tinyId(2),
        child_asset_id: tinyId(1),
        relationship_type: 'connected to',
        created_at: '2025-01-13T09:30:00.000Z',
        updated_at: '2025-01-13T09:30:00.000Z',
        related_asset_id: tinyId(1),
        direction: 'child',
        asset_tag: 'T-1',
        related_asset_name: 'Firewall',
        asset_type: 'network_device',
        status: 'active',
      },
      expect.objectContaining({
        parent_asset_id: tinyId(3),
        child_asset_id: tinyId(2),
        related_asset_id: tinyId(3),
        direction: 'parent',
        related_asset_name: 'Server',
      }),
    ]);
  });

  test('lists two rows for a pair related in both directions', async () => {
    const rows = (await client.related(5)).map((row) => [row.direction, row.relationship_type]);
    expect(rows).toEqual([
      ['child', 'depends on'],
      ['parent', 'related'],
    ]);
  });

  test('an unknown asset has no relationships, and an id that is no UUID fails', async () => {
    expect(await client.related(404)).toEqual([]);
    expect((await client.ask('/assets/seven/relationships')).json()).toEqual(unexpected);
  });

  test('capitals in the path turn the ends around', async () => {
    client.server.createRelationship('0000000a-0000-4000-8000-000000000000', tinyId(7), 'related');
    const [row] = (await client.ask('/assets/0000000A-0000-4000-8000-000000000000/relationships')).rows();
    expect(row).toMatchObject({
      related_asset_id: '0000000a-0000-4000-8000-000000000000',
      direction: 'parent',
      related_asset_name: null,
    });
  });

  test('refuses what it can tell before it fails, in this order', async () => {
    const post = (id: string, body: string) =>
      client.ask(`/assets/${id}/relationships`, { method: 'POST', body });
    const body = (related: number) =>
      JSON.stringify({ related_asset_id: tinyId(related), relationship_type: 'related' });
    expect(await post(tinyId(1), '{')).toMatchObject({ status: 500 });
    expect(await post('seven', '{}')).toMatchObject({ status: 400 });
    expect(await post('seven', body(1))).toMatchObject({ status: 500 });
    expect((await post(tinyId(404), body(405))).json()).toEqual({
      error: { code: 'NOT_FOUND', message: 'Asset not found' },
    });
    expect((await post(tinyId(1), body(405))).json()).toEqual({
      error: { code: 'NOT_FOUND', message: 'Related asset not found' },
    });
    expect((await post(tinyId(2), body(1))).json()).toEqual(misconfigured);
    expect((await client.relate(404, 404)).json()).toEqual({
      error: { code: 'VALIDATION_ERROR', message: 'Cannot create relationship with self' },
    });
  });

  test('neither creates nor deletes anything', async () => {
    await client.relate(1, 7);
    const reply = await client.ask('/assets/relationships/anything', remove);
    expect(reply.json()).toEqual(misconfigured);
    expect(await client.related(7)).toEqual([]);
  });
});

describe('the repaired server', () => {
  beforeEach(() => client.server.set({ profile: 'intended' }));

  test('answers a creation with the inserted row', async () => {
    const reply = await client.relate(1, 7, 'Feeds  into ');
    expect(reply.status).toBe(201);
    expect(reply.json()).toEqual({
      success: true,
      data: {
        tenant: TINY_TENANTS.first,
        parent_asset_id: tinyId(1),
        child_asset_id: tinyId(7),
        relationship_type: 'Feeds  into ',
        created_at: '2026-08-22T00:00:00.000Z',
        updated_at: '2026-08-22T00:00:00.000Z',
        relationship_id: expect.any(String),
        asset_id: tinyId(1),
        related_asset_id: tinyId(7),
      },
      meta: { timestamp: '2026-08-22T00:00:00.000Z', version: '1.0.0' },
    });
    expect(await client.related(7)).toMatchObject([{ parent_asset_id: tinyId(1), direction: 'parent' }]);
  });

  test('the same pair is a conflict whatever the type, and the reverse pair is another one', async () => {
    expect((await client.relate(6, 3, 'another type')).json()).toEqual({
      error: { code: 'CONFLICT', message: 'Relationship already exists' },
    });
    expect((await client.relate(3, 6)).status).toBe(201);
  });

  test.each([
    ['is white space', '   ', 201],
    ['has 255 characters', 'x'.repeat(255), 201],
    ['has 300 characters', 'x'.repeat(300), 500],
    ['has a NUL', 'a\0b', 500],
  ])('a type that %s', async (_what, type, status) => {
    expect((await client.relate(1, 7, type)).status).toBe(status);
    expect(await client.related(7)).toHaveLength(status === 201 ? 1 : 0);
  });

  test('an asset can be related to itself by capitals in the path', async () => {
    const id = 'abcdefab-0000-4000-8000-000000000000';
    const tenant = client.server.site.tenants.get(TINY_TENANTS.first);
    const asset = tenant?.assets.get(tinyId(1));
    if (asset) tenant?.assets.set(id, { ...asset, id });
    const body = JSON.stringify({ related_asset_id: id, relationship_type: 'related' });
    const post = (path: string) => client.ask(`/assets/${path}/relationships`, { method: 'POST', body });
    expect((await post(id)).status).toBe(400);
    expect((await post(id.toUpperCase())).status).toBe(201);
  });

  test('deletes once, then says that there is none, and fails at what is no UUID', async () => {
    const path = `/assets/relationships/${tinyLinkId(3, 5)}`;
    expect(await client.ask(path, remove)).toMatchObject({ status: 204, text: '' });
    expect((await client.ask(path, remove)).json()).toEqual({
      error: { code: 'NOT_FOUND', message: 'Asset relationship not found' },
    });
    expect((await client.ask('/assets/relationships/seven', remove)).json()).toEqual(unexpected);
    expect(await client.related(5)).toMatchObject([{ direction: 'child' }]);
  });

  test('an incoming row shows the other asset under both names, so that only parent and child can be trusted', async () => {
    expect((await client.related(1))[0]).toMatchObject({
      asset_id: tinyId(2),
      related_asset_id: tinyId(2),
      parent_asset_id: tinyId(2),
      child_asset_id: tinyId(1),
      relationship_id: tinyLinkId(2, 1),
    });
  });

  test('there is nothing to delete below an asset, and nothing to change', async () => {
    expect((await client.ask(`/assets/${tinyId(1)}/relationships`, remove)).status).toBe(405);
    expect((await client.ask(`/assets/${tinyId(1)}`, { method: 'PATCH' })).status).toBe(405);
    expect((await client.ask('/nowhere')).status).toBe(404);
  });
});
