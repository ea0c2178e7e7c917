import { afterEach, describe, expect, test } from 'vitest';
import { COLLEAGUE, tinyIds } from '../../../servers/autodesk/seed.ts';
import type { LimitGroup } from '../../../servers/autodesk/switches.ts';
import {
  asset,
  assetsV1,
  assetsV2,
  createClock,
  refresh,
  relationships,
  start,
  stopAll,
  writable,
} from './support.ts';

afterEach(stopAll);

describe('limits in real windows', () => {
  test('the Relationships API takes 120 requests a minute, all endpoints together', async () => {
    const clock = createClock();
    const client = await start({ now: clock.now });
    for (let n = 0; n < 60; n += 1) {
      expect((await client.ask(writable)).status).toBe(200);
      expect((await client.ask(`${relationships}:search`)).status).toBe(200);
    }
    clock.pass(35);
    const refused = await client.ask(writable);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('25');
    clock.pass(25);
    expect((await client.ask(writable)).status).toBe(200);
  });

  test.each([
    ['relationships', 'GET', writable, 200],
    ['assetReads', 'GET', `${assetsV1}/categories`, 200],
    ['assetReads', 'POST', `${assetsV2}/assets:batch-get`, 400],
    ['legacy', 'POST', `${assetsV1}/assets/${asset(1).id}/relationships`, 400],
    ['issues', 'GET', `/issues/v2/containers/${tinyIds.project}/issues`, 200],
  ] as const)('%s counts %s %s', async (group: LimitGroup, method, path, status) => {
    const client = await start();
    const { limits } = client.server.switches;
    client.server.set({ limits: { ...limits, [group]: 1 } });
    const options = method === 'POST' ? { body: {} } : {};
    expect((await client.ask(path, options)).status).toBe(status);
    expect((await client.ask(path, options)).status).toBe(429);
  });

  test('users are counted one by one', async () => {
    const client = await start();
    client.server.set({ limits: { ...client.server.switches.limits, relationships: 1 } });
    await client.ask(writable);
    expect((await client.ask(writable)).status).toBe(429);
    expect((await client.ask(writable, { as: { userId: COLLEAGUE.id } })).status).toBe(200);
  });

  test('the token endpoint has a limit of its own', async () => {
    const client = await start();
    client.server.set({ limits: { ...client.server.switches.limits, token: 0 } });
    expect((await refresh(client, 'x')).status).toBe(429);
  });

  test.each([
    ['seconds', '60'],
    ['date', 'Mon, 05 Jan 2026 09:01:00 GMT'],
    ['absent', null],
  ] as const)('retryAfter %s', async (retryAfter, expected) => {
    const client = await start({ switches: { retryAfter }, now: createClock().now });
    client.server.set({ limits: { ...client.server.switches.limits, relationships: 0 } });
    expect((await client.ask(writable)).headers.get('retry-after')).toBe(expected);
  });
});
