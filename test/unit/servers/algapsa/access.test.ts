import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  COLLEAGUE_KEY,
  DEFAULT_KEY,
  HELPDESK_KEY,
  OTHER_TENANT_KEY,
  REVOKED_KEY,
  TINY_TENANTS,
  tinyId,
} from '../../../servers/algapsa/seed.ts';
import { type Client, startWithClient } from './support.ts';

let client: Client;
let clock = 0;
beforeEach(async () => {
  clock = Date.UTC(2026, 7, 22);
  client = await startWithClient({ now: () => clock });
});
afterEach(() => client.server.stop());

const invalidKey = { error: { code: 'UNAUTHORIZED', message: 'Invalid API key' } };

describe('keys and tenants', () => {
  test('a key is required, and a bearer token is none', async () => {
    const reply = await client.ask('/assets', {
      key: null,
      headers: { authorization: `Bearer ${DEFAULT_KEY}` },
    });
    expect(reply.status).toBe(401);
    expect(reply.text).toBe('{"error":"Unauthorized: API key missing"}');
  });

  test.each([
    ['unknown', 'nonsense'],
    ['revoked', REVOKED_KEY],
  ])('a key that is %s is refused', async (_what, key) => {
    const reply = await client.ask('/assets', { key });
    expect(reply.status).toBe(401);
    expect(reply.json()).toEqual(invalidKey);
  });

  test.each([
    ['the tenant of the key', TINY_TENANTS.first, 200],
    ['another tenant', TINY_TENANTS.second, 401],
    ['no UUID', 'acme', 401],
  ])('x-tenant-id may be %s', async (_what, tenant, status) => {
    expect((await client.ask('/assets', { headers: { 'x-tenant-id': tenant } })).status).toBe(status);
  });

  test('a key opens its own tenant, where the same id is another asset', async () => {
    const read = async (key: string) => (await client.ask(`/assets/${tinyId(1)}`, { key })).row().name;
    expect(await read(DEFAULT_KEY)).toBe('Firewall');
    expect(await read(OTHER_TENANT_KEY)).toBe('Somebody else’s firewall');
  });

  test('an asset of another tenant does not exist', async () => {
    expect((await client.ask(`/assets/${tinyId(51)}`)).status).toBe(404);
    expect((await client.relate(51, 1)).status).toBe(404);
    expect(await client.related(51)).toEqual([]);
  });

  test('a tenant without assets in its product is refused', async () => {
    const reply = await client.ask('/assets', { key: HELPDESK_KEY });
    expect(reply.status).toBe(403);
    expect(reply.json()).toMatchObject({ error: { code: 'PRODUCT_ACCESS_DENIED' } });
  });

  test('the data can be those of another tenant', async () => {
    client.server.set({ tenantSwap: TINY_TENANTS.second });
    expect((await client.ask('/assets')).rows()).toHaveLength(2);
  });

  test('a key can cease to be valid', async () => {
    client.server.set({ unauthorizedFrom: 2 });
    expect((await client.ask('/assets')).status).toBe(200);
    expect((await client.ask('/assets')).status).toBe(401);
    client.server.set({ unauthorizedFrom: null });
    expect((await client.ask('/assets')).status).toBe(200);
  });
});

describe('the limit of requests', () => {
  beforeEach(() => client.server.set({ enforceLimit: true, limit: { burst: 3, perMinute: 60 } }));

  async function spend(times: number): Promise<number[]> {
    const statuses: number[] = [];
    for (let n = 0; n < times; n += 1) statuses.push((await client.ask('/assets')).status);
    return statuses;
  }

  test('a burst is let in, then one more for each second', async () => {
    expect(await spend(4)).toEqual([200, 200, 200, 429]);
    clock += 2000;
    expect(await spend(3)).toEqual([200, 200, 429]);
    clock += 60_000;
    expect(await spend(4)).toEqual([200, 200, 200, 429]);
  });

  test('a refusal says when to come again', async () => {
    client.server.set({ limit: { burst: 1, perMinute: 4 } });
    await spend(1);
    const reply = await client.ask('/assets');
    expect(reply.json()).toEqual({
      error: {
        code: 'RATE_LIMITED',
        message: 'Too many requests',
        details: { retry_after_ms: 15_000, remaining: 0 },
      },
    });
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'retry-after': '15',
      'x-ratelimit-limit': '1',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': '2026-08-22T00:00:15.000Z',
    });
    clock += 15_000;
    expect(await spend(1)).toEqual([200]);
  });

  test('every key has a bucket of its own', async () => {
    await spend(4);
    expect((await client.ask('/assets', { key: COLLEAGUE_KEY })).status).toBe(200);
  });

  test('answers made inside say what is left, errors too, and those made outside do not', async () => {
    const left = async (path: string, key = DEFAULT_KEY) => {
      return (await client.ask(path, { key })).headers.get('x-ratelimit-remaining');
    };
    expect(await left('/assets')).toBe('2');
    expect(await left('/assets/seven')).toBe('1');
    expect(await left('/assets', 'nonsense')).toBeNull();
    expect(await left('/assets', HELPDESK_KEY)).toBeNull();
  });

  test('by default the limit is counted and not enforced', async () => {
    client.server.set({ enforceLimit: false });
    expect(await spend(5)).toEqual([200, 200, 200, 200, 200]);
    const { headers } = await client.ask('/assets');
    expect([headers.get('x-ratelimit-remaining'), headers.get('retry-after')]).toEqual(['0', null]);
  });

  test('everybody is let in while the limiter is down', async () => {
    client.server.set({ limiterDown: true });
    expect(await spend(5)).toEqual([200, 200, 200, 200, 200]);
    expect((await client.ask('/assets')).headers.get('x-ratelimit-remaining')).toBe('-1');
  });
});

describe('what is recorded', () => {
  test('requests with their callers, and no key', async () => {
    await client.ask('/assets?limit=2');
    await client.ask('/assets', { key: 'nonsense' });
    expect(client.server.requests).toEqual([
      {
        at: clock,
        method: 'GET',
        path: '/api/v1/assets',
        query: { limit: '2' },
        status: 200,
        tenant: TINY_TENANTS.first,
        keyOwner: 'Robin Lake',
      },
      expect.objectContaining({ status: 401, tenant: null, keyOwner: null }),
    ]);
    expect(JSON.stringify(client.server.requests)).not.toContain(DEFAULT_KEY);
    client.server.clearRequests();
    expect(client.server.requests).toEqual([]);
  });

  test.each([
    ['POST', '/assets'],
    ['PUT', `/assets/${tinyId(1)}`],
    ['DELETE', `/assets/${tinyId(1)}`],
    ['PUT', '/assets/bulk-status'],
    ['POST', '/webhooks'],
  ])('%s %s is remembered as a write that this product never makes', async (method, path) => {
    await client.ask(path, { method, body: '{}' });
    expect(client.server.forbiddenWrites).toEqual([{ at: clock, method, path: `/api/v1${path}` }]);
  });

  test('writes to relationships are not', async () => {
    await client.relate(1, 7);
    await client.ask(`/assets/relationships/${tinyId(1)}`, { method: 'DELETE' });
    expect(client.server.forbiddenWrites).toEqual([]);
  });

  test('answers carry the headers of the product', async () => {
    const { headers } = await client.ask('/assets', { headers: { origin: 'http://weft.example' } });
    expect(headers.get('access-control-allow-origin')).toBe('http://weft.example');
    expect(headers.get('x-pathname')).toBe('/api/v1/assets');
    expect((await client.ask('/assets', { method: 'OPTIONS' })).status).toBe(204);
  });
});
