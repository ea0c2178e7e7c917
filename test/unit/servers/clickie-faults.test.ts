import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Fault, FaultRule } from '../../servers/clickie/switches.ts';
import { type Client, startWithClient } from './support.ts';

const edge = '/relationships/assets/10/metrics/21';
const list = '/relationships/assets/10';

let client: Client;
beforeEach(async () => {
  client = await startWithClient();
});
afterEach(() => client.server.stop());

function strike(fault: Fault, rule: Partial<FaultRule> = {}): void {
  client.server.addFault({ on: {}, ...rule, fault });
}

async function exists(): Promise<boolean> {
  client.server.clearFaults();
  return (await client.ask(edge)).status === 200;
}

describe('the aim of a fault', () => {
  const fault: Fault = { kind: 'status', status: 500 };

  test('a rule without limits strikes every request for ever', async () => {
    strike(fault);
    for (const path of ['/assets', list, '/nowhere']) expect((await client.ask(path)).status).toBe(500);
  });

  test('a rule strikes as often as it says, after those it lets pass', async () => {
    strike(fault, { skip: 1, times: 2 });
    const statuses: number[] = [];
    for (let n = 0; n < 5; n += 1) statuses.push((await client.ask('/assets')).status);
    expect(statuses).toEqual([200, 500, 500, 200, 200]);
  });

  test.each<[string, FaultRule['on'], readonly number[]]>([
    ['a method', { method: 'post' }, [200, 500, 200]],
    ['the beginning of a path', { path: '/relationships/assets/10/metrics' }, [200, 500, 200]],
    ['a pattern', { path: /^\/assets$/g }, [500, 201, 200]],
    ['a pattern sent as JSON', { path: { regexp: 's/11$' } }, [200, 201, 500]],
  ])('a rule can be aimed by %s', async (_by, on, statuses) => {
    strike(fault, { on });
    const seen = [await client.ask('/assets'), await client.post(edge), await client.ask('/assets/11')];
    expect(seen.map(({ status }) => status)).toEqual(statuses);
  });

  test('the first rule that strikes wins, and counts go on when a rule is added', async () => {
    strike(fault, { times: 2 });
    expect((await client.ask('/assets')).status).toBe(500);
    strike({ kind: 'status', status: 502 }, { times: 1 });
    expect((await client.ask('/assets')).status).toBe(500);
    expect((await client.ask('/assets')).status).toBe(502);
    expect((await client.ask('/assets')).status).toBe(200);
  });

  test('setting the faults begins anew', async () => {
    strike(fault);
    client.server.set({ faults: [{ on: {}, times: 1, fault: { kind: 'status', status: 504 } }] });
    expect((await client.ask('/assets')).status).toBe(504);
    expect((await client.ask('/assets')).status).toBe(200);
  });
});

describe('before and after a write happens', () => {
  test.each<Fault>([
    { kind: 'status', status: 502 },
    { kind: 'status', status: 504, body: 'html' },
    { kind: 'status', status: 500 },
    { kind: 'captive-portal' },
    { kind: 'redirect', to: 'https://elsewhere.invalid/v4' },
    { kind: 'garbage' },
  ])('$kind $status can strike before or after', async (fault) => {
    strike(fault, { when: 'before' });
    await client.post(edge);
    expect(await exists()).toBe(false);
    strike(fault, { when: 'after' });
    await client.post(edge);
    expect(await exists()).toBe(true);
  });

  test.each<Fault>([
    { kind: 'drop', at: 'headers' },
    { kind: 'drop', at: 0 },
    { kind: 'drop', at: 20 },
    { kind: 'drop', at: 1_000_000 },
  ])('a connection dropped at $at can be lost before or after', async (fault) => {
    strike(fault);
    await expect(client.post(edge)).rejects.toThrow();
    expect(await exists()).toBe(false);
    strike(fault, { when: 'after' });
    await expect(client.post(edge)).rejects.toThrow();
    expect(await exists()).toBe(true);
    expect(client.server.requests.map(({ status }) => status)).toEqual([null, 404, null, 200]);
  });

  test('a deletion can be applied although the answer says 504', async () => {
    await client.post(edge);
    strike({ kind: 'status', status: 504 }, { on: { method: 'DELETE' }, when: 'after' });
    expect((await client.remove(edge)).status).toBe(504);
    expect(await exists()).toBe(false);
  });

  test('a request applied twice is answered for the second time', async () => {
    strike({ kind: 'duplicate' });
    expect((await client.post(edge)).status).toBe(400);
    expect(await exists()).toBe(true);
  });

  test('a request can stay without an answer', async () => {
    strike({ kind: 'hang' }, { when: 'after' });
    await expect(client.ask(edge, { method: 'POST', signal: AbortSignal.timeout(80) })).rejects.toThrow(
      'timeout',
    );
    expect(await exists()).toBe(true);
  });
});

describe('statuses', () => {
  test.each([
    ['envelope', '{"status":"error","message":"No","data":null,"context":null,"instance":"/assets"}'],
    ['detail', '{"detail":"No"}'],
    ['empty', ''],
  ] as const)('an error can come as %s', async (body, text) => {
    strike({ kind: 'status', status: 400, message: 'No', body });
    const reply = await client.ask('/assets');
    expect(reply.status).toBe(400);
    expect(reply.text).toBe(text);
  });

  test.each(['5', 'Fri, 31 Dec 1999 23:59:59 GMT', '-3', 'tomorrow'])(
    '429 can say Retry-After %s',
    async (value) => {
      strike({ kind: 'status', status: 429, headers: { 'retry-after': value } });
      expect((await client.ask('/assets')).headers.get('retry-after')).toBe(value);
    },
  );

  test('an answer can be 204 without a body', async () => {
    strike({ kind: 'status', status: 204, body: 'empty' }, { when: 'after' });
    expect(await client.post(edge)).toMatchObject({ status: 204, text: '' });
  });

  test('a redirect names another host', async () => {
    strike({ kind: 'redirect', to: 'https://elsewhere.invalid/v4/assets', status: 307 });
    const reply = await client.ask('/assets');
    expect(reply.status).toBe(307);
    expect(reply.headers.get('location')).toBe('https://elsewhere.invalid/v4/assets');
  });

  test('a captive portal answers 200 with a page', async () => {
    strike({ kind: 'captive-portal' });
    const reply = await client.ask('/assets');
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe('text/html');
  });
});

describe('bodies', () => {
  test('truncated JSON is a complete answer that cannot be read', async () => {
    strike({ kind: 'truncated' });
    const reply = await client.ask(list);
    expect(reply.status).toBe(200);
    await expect(reply.json()).rejects.toThrow(SyntaxError);
    client.server.set({ faults: [{ on: {}, fault: { kind: 'truncated', at: 7 } }] });
    expect((await client.ask(list)).text).toBe('{"statu');
  });

  test('garbage is not JSON', async () => {
    strike({ kind: 'garbage' });
    const reply = await client.ask(list);
    expect(reply.headers.get('content-type')).toBe('application/json');
    await expect(reply.json()).rejects.toThrow(SyntaxError);
  });

  test('a byte order mark stands before the JSON', async () => {
    strike({ kind: 'bom' });
    const response = await fetch(`${client.server.url}/assets`, {
      headers: { authorization: 'clickie-test-key', account: '1' },
    });
    expect([...new Uint8Array(await response.arrayBuffer()).slice(0, 4)]).toEqual([0xef, 0xbb, 0xbf, 0x7b]);
  });

  test('the content type can be wrong', async () => {
    strike({ kind: 'content-type', type: 'text/plain' });
    const reply = await client.ask(list);
    expect(reply.headers.get('content-type')).toBe('text/plain');
    expect(await reply.json()).toMatchObject({ status: 'success' });
  });

  test('the body can be any text', async () => {
    strike({ kind: 'body', text: '{"status":"error"}' });
    expect(await client.ask(list)).toMatchObject({ status: 200, text: '{"status":"error"}' });
  });

  test.each([
    ['strings', { id_child: '11', child_type: 'assets' }],
    ['nulls', { id_child: null, child_type: null }],
  ] as const)('values can come as %s', async (as, row) => {
    strike({ kind: 'wrong-types', as });
    expect((await client.rows(list))[0]).toEqual(row);
  });

  test('an object can stand where a list belongs', async () => {
    strike({ kind: 'wrong-types', as: 'object' });
    expect(await (await client.ask(list)).json()).toMatchObject({
      data: { 0: { id_child: 11 }, 2: { id_child: 20 } },
    });
  });

  test('rows can lack a key', async () => {
    strike({ kind: 'missing-key', key: 'child_type' });
    expect(await client.rows(list)).toEqual([{ id_child: 11 }, { id_child: 5 }, { id_child: 20 }]);
  });

  test('ids can be too large for a number', async () => {
    strike({ kind: 'huge-ids' });
    const { text } = await client.ask(`${list}/assets`);
    expect(text).toContain('"id_child":900719925474099311,');
    expect(Number.isSafeInteger(JSON.parse(text).data[0].id_child)).toBe(false);
  });

  test('an answer can be far too long', async () => {
    strike({ kind: 'oversized', bytes: 3_000_000 });
    const reply = await client.ask(list);
    expect(reply.text.length).toBeGreaterThan(3_000_000);
    expect(await reply.json()).toMatchObject({ status: 'success' });
  });

  test('a list can be empty or lack rows for one request', async () => {
    strike({ kind: 'empty-list' }, { times: 1 });
    strike({ kind: 'omit-rows', every: 3 }, { times: 1 });
    expect(await client.rows(list)).toEqual([]);
    expect(await client.rows(list)).toHaveLength(2);
    expect(await client.rows(list)).toHaveLength(3);
  });

  test('a list can have every row twice', async () => {
    strike({ kind: 'repeat-rows' });
    expect((await client.rows(list)).map((row) => row.id_child)).toEqual([11, 11, 5, 5, 20, 20]);
  });

  test('an answer can come byte by byte', async () => {
    strike({ kind: 'trickle', everyMs: 1 });
    const begun = performance.now();
    expect(await client.rows(list)).toHaveLength(3);
    expect(performance.now() - begun).toBeGreaterThan(100);
  });

  test('one answer can be late while others are not', async () => {
    strike({ kind: 'delay', ms: 80 }, { on: { path: '/assets' } });
    const order: string[] = [];
    await Promise.all(
      ['/assets', '/metrics'].map(async (path) => {
        await client.ask(path);
        order.push(path);
      }),
    );
    expect(order).toEqual(['/metrics', '/assets']);
  });
});
