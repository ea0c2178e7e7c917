import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_KEY, tinyId, tinyLinkId } from '../../../servers/algapsa/seed.ts';
import type { Fault } from '../../../servers/algapsa/switches.ts';
import { type Client, startWithClient } from './support.ts';

let client: Client;
beforeEach(async () => {
  client = await startWithClient({ control: true, switches: { profile: 'intended' } });
});
afterEach(() => client.server.stop());

const remove = (parent: number, child: number, signal?: AbortSignal) =>
  client.ask(`/assets/relationships/${tinyLinkId(parent, child)}`, {
    method: 'DELETE',
    ...(signal ? { signal } : {}),
  });

describe('writes whose outcome is in doubt', () => {
  test('a creation can be committed and then fail', async () => {
    client.server.set({ failAfterCommit: true });
    expect((await client.relate(1, 7)).status).toBe(500);
    expect(await client.related(7)).toHaveLength(1);
    client.server.set({ failAfterCommit: false });
    expect((await client.relate(1, 7)).status).toBe(409);
  });

  test('a deletion can hang after it was done', async () => {
    client.server.set({ slowDeleteMs: 10_000 });
    await expect(remove(6, 3, AbortSignal.timeout(100))).rejects.toThrow('timeout');
    expect(await client.related(6)).toEqual([]);
    client.server.set({ slowDeleteMs: 40 });
    const begun = performance.now();
    expect((await remove(2, 1)).status).toBe(204);
    expect(performance.now() - begun).toBeGreaterThan(35);
  });

  test('every write can be applied twice', async () => {
    client.server.set({ duplicateApply: true });
    expect((await client.relate(1, 7)).status).toBe(409);
    expect((await remove(6, 3)).status).toBe(404);
    expect(await client.related(7)).toHaveLength(1);
  });

  test('an existing pair can be a fault instead of a conflict', async () => {
    client.server.set({ duplicate: 'plain-error' });
    expect((await client.relate(2, 1)).status).toBe(500);
  });

  test('permission can be lacking for writes only', async () => {
    client.server.set({ lacksPermission: true });
    expect((await client.relate(1, 7)).status).toBe(403);
    expect((await remove(2, 1)).status).toBe(403);
    expect(await client.related(1)).toHaveLength(1);
  });

  test('every answer can be late', async () => {
    client.server.set({ delayMs: 40 });
    const begun = performance.now();
    await client.ask('/assets');
    expect(performance.now() - begun).toBeGreaterThan(35);
  });
});

describe('aimed faults', () => {
  const on = { path: /\/relationships$/ };

  test.each<readonly [Fault, string]>([
    [{ kind: 'status', status: 500 }, '{"error":{"code":"INTERNAL_ERROR","message":"Status 500"}}'],
    [{ kind: 'status', status: 418, message: 'No' }, '{"error":{"code":"ERROR","message":"No"}}'],
    [{ kind: 'body', text: '{"error":"text"}' }, '{"error":"text"}'],
  ])('%j comes in the manner of this remote', async (fault, text) => {
    client.server.addFault({ on, fault });
    expect((await client.ask(`/assets/${tinyId(3)}/relationships`)).text).toBe(text);
    expect((await client.ask('/assets')).status).toBe(200);
  });

  test('rows can be left out, doubled, or lack a key', async () => {
    client.server.addFault({ on, times: 1, fault: { kind: 'omit-rows', every: 5 } });
    client.server.addFault({ on, times: 1, fault: { kind: 'repeat-rows' } });
    client.server.addFault({ on, times: 1, fault: { kind: 'missing-key', key: 'parent_asset_id' } });
    expect(await client.related(3)).toHaveLength(4);
    expect(await client.related(3)).toHaveLength(10);
    expect((await client.related(3))[0]).not.toHaveProperty('parent_asset_id');
    expect((await client.related(3))[0]).toHaveProperty('parent_asset_id');
  });

  test('a connection can drop before or after a write', async () => {
    client.server.addFault({ on, times: 1, fault: { kind: 'drop', at: 'headers' } });
    await expect(client.relate(1, 7)).rejects.toThrow('fetch failed');
    expect(await client.related(7)).toEqual([]);
    client.server.addFault({
      on: { ...on, method: 'POST' },
      when: 'after',
      fault: { kind: 'drop', at: 20 },
    });
    await expect(client.relate(1, 7)).rejects.toThrow('terminated');
    client.server.clearFaults();
    expect(await client.related(7)).toHaveLength(1);
  });
});

describe('the forms of errors', () => {
  const absent = `/assets/${tinyId(404)}`;
  const message = 'Asset not found';

  test.each([
    ['thrown', { error: { code: 'ERROR', message } }],
    ['controller', { success: false, error: { code: 'ERROR', message }, meta: { version: '1.0.0' } }],
    ['text', { error: message }],
  ] as const)('every error can be %s', async (errorForm, body) => {
    client.server.set({ errorForm });
    const reply = await client.ask(absent);
    expect(reply.status).toBe(404);
    expect(reply.json()).toMatchObject(body);
    expect(Object.keys(reply.json())).toEqual(Object.keys(body));
    expect((await client.ask('/assets')).rows()).toHaveLength(7);
  });

  test('details and headers stay, and so do faults that are aimed', async () => {
    client.server.set({ errorForm: 'controller', enforceLimit: true, limit: { burst: 1, perMinute: 60 } });
    await client.ask('/assets');
    const reply = await client.ask('/assets');
    expect(reply.json()).toMatchObject({ error: { details: { remaining: 0 } } });
    expect(reply.headers.get('retry-after')).toBe('1');
    client.server.set({ errorForm: 'thrown', enforceLimit: false });
    expect((await client.ask('/assets?limit=0')).json()).toMatchObject({
      error: { code: 'VALIDATION_ERROR', details: [{ path: ['limit'] }] },
    });
    client.server.set({ errorForm: 'controller' });
    client.server.addFault({ on: {}, fault: { kind: 'status', status: 502, message: 'No' } });
    expect((await client.ask('/assets')).json()).toMatchObject({ success: false, error: { message: 'No' } });
  });

  test('a missing key is told in words without a code', async () => {
    expect((await client.ask('/assets', { key: null })).json()).toEqual({
      error: 'Unauthorized: API key missing',
    });
    client.server.set({ errorForm: 'thrown' });
    expect((await client.ask('/assets', { key: null })).json()).toEqual({
      error: { code: 'ERROR', message: 'Unauthorized: API key missing' },
    });
  });
});

describe('the life of the server', () => {
  test('goes offline and online on the same port and keeps its data', async () => {
    const { url } = client.server;
    await client.relate(1, 7);
    await client.server.goOffline();
    await expect(client.ask('/assets')).rejects.toThrow('fetch failed');
    await client.server.goOnline();
    expect(client.server.url).toBe(url);
    expect(await client.related(7)).toHaveLength(1);
  });

  test('two servers cannot have one port', async () => {
    await expect(startWithClient({ port: client.server.port })).rejects.toThrow('EADDRINUSE');
  });

  test('stops while an answer hangs', async () => {
    client.server.addFault({ on: {}, fault: { kind: 'hang' } });
    const asked = expect(client.ask('/assets')).rejects.toThrow('fetch failed');
    while (client.server.requests.length === 0) await new Promise(setImmediate);
    await client.server.stop();
    await asked;
  });

  test('a colleague creates and deletes assets and relationships', async () => {
    const { server } = client;
    const { id } = server.createAsset('New laptop');
    expect((await client.ask('/assets?limit=1')).rows()).toMatchObject([{ name: 'New laptop' }]);
    expect(server.createRelationship(id, tinyId(7), 'prints to')).toMatchObject({ parentId: id });
    expect(server.createRelationship(id, tinyId(7), 'prints to')).toBeNull();
    expect(await client.related(7)).toMatchObject([{ relationship_type: 'prints to' }]);
    expect(server.deleteAsset(id)).toBe(true);
    expect(await client.related(7)).toEqual([]);
    expect(server.deleteRelationship(tinyId(2), tinyId(1))).toBe(true);
    expect(server.deleteRelationship(tinyId(2), tinyId(1))).toBe(false);
  });
});

describe('the control surface', () => {
  async function send(method: string, what: string, value?: unknown) {
    const body = value === undefined ? {} : { body: JSON.stringify(value) };
    const response = await fetch(`${client.server.url}/__control/${what}`, { method, ...body });
    return { status: response.status, value: await response.json() };
  }

  test('is closed unless asked for', async () => {
    const closed = await startWithClient();
    const response = await fetch(`${closed.server.url}/__control/state`, {
      headers: { 'x-api-key': DEFAULT_KEY },
    });
    await closed.server.stop();
    expect(response.status).toBe(404);
  });

  test('turns switches and refuses those that do not exist', async () => {
    expect((await send('POST', 'switches', { profile: 'v1.4.0', totalOff: -1 })).status).toBe(200);
    expect(client.server.switches).toMatchObject({ profile: 'v1.4.0', totalOff: -1, delayMs: 0 });
    expect((await send('POST', 'switches', { profile: 'v9' })).status).toBe(400);
    expect((await send('POST', 'switches', { colour: 'red' })).status).toBe(400);
  });

  test('adds faults and clears them', async () => {
    await send('POST', 'faults', { on: {}, fault: { kind: 'status', status: 503 } });
    expect((await client.ask('/assets')).status).toBe(503);
    await send('DELETE', 'faults');
    expect((await client.ask('/assets')).status).toBe(200);
  });

  test('changes data as a colleague would', async () => {
    const pair = { parent: tinyId(1), child: tinyId(7) };
    expect((await send('POST', 'data', { do: 'relate', type: 'related', ...pair })).value).toEqual({
      ok: true,
    });
    expect(await client.related(7)).toHaveLength(1);
    expect((await send('POST', 'data', { do: 'unrelate', ...pair })).value).toEqual({ ok: true });
    expect((await send('POST', 'data', { do: 'unrelate', ...pair })).value).toEqual({ ok: false });
    const made = await send('POST', 'data', { do: 'create', name: 'Scanner' });
    expect((await send('POST', 'data', { do: 'delete', id: made.value.id })).value).toEqual({ ok: true });
    expect((await send('POST', 'data', { do: 'burn' })).status).toBe(400);
  });

  test('tells data, switches and requests, and no key', async () => {
    await client.ask('/assets');
    const { value } = await send('GET', 'state');
    expect(value).toMatchObject({
      tenants: [{ name: 'Small MSP', counts: { clients: 2, assets: 7 } }, {}, {}],
      requests: [{ path: '/api/v1/assets', status: 200 }],
      switches: { profile: 'intended' },
    });
    expect(JSON.stringify(value)).toContain(
      `{"parent":"${tinyId(2)}","child":"${tinyId(1)}","type":"connected to"}`,
    );
    expect(JSON.stringify(value)).not.toContain(DEFAULT_KEY);
  });
});
