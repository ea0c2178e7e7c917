import { afterEach, describe, expect, test } from 'vitest';
import { seedLarge } from '../../servers/clickie/seed.ts';
import type { ClickieServerOptions } from '../../servers/clickie/server.ts';
import { archiveEntity, createEdge, mustAccount } from '../../servers/clickie/site.ts';
import type { ClickieSwitches } from '../../servers/clickie/switches.ts';
import { type Client, startWithClient, toData } from './support.ts';

const edge = '/relationships/assets/10/metrics/20';
const list = '/relationships/assets/10';

let open: Client[] = [];
afterEach(async () => {
  await Promise.all(open.map(({ server }) => server.stop()));
  open = [];
});

async function start(
  switches: Partial<ClickieSwitches> = {},
  options: ClickieServerOptions = {},
): Promise<Client> {
  const client = await startWithClient({ ...options, switches });
  open.push(client);
  return client;
}

/** All pages of a list until an empty one, at most `most` of them. */
async function readPages(client: Client, path: string, limit: number, most = 10): Promise<unknown[]> {
  const all: unknown[] = [];
  for (let page = 0; page < most; page += 1) {
    const rows = await client.rows(`${path}?skip=${page * limit}&limit=${limit}`);
    if (rows.length === 0) break;
    all.push(...rows.map((row) => row.id_child ?? row.id_asset));
  }
  return all;
}

describe('writes', () => {
  test.each([400, 409, 200] as const)('creating what exists is answered with %i', async (duplicate) => {
    const client = await start({ duplicate });
    expect((await client.post(edge)).status).toBe(duplicate);
    expect(await client.rows(`${list}/metrics`)).toHaveLength(2);
  });

  test.each([404, 200] as const)(
    'deleting what does not exist is answered with %i',
    async (deleteMissing) => {
      const client = await start({ deleteMissing });
      expect((await client.remove('/relationships/assets/10/metrics/21')).status).toBe(deleteMissing);
    },
  );

  test('a write applied twice gives the answer of the second time', async () => {
    const client = await start({ duplicateApply: true });
    expect((await client.post('/relationships/assets/10/metrics/21')).status).toBe(400);
    expect((await client.ask('/relationships/assets/10/metrics/21')).status).toBe(200);
    expect((await client.remove(edge)).status).toBe(404);
    expect((await client.ask(edge)).status).toBe(404);
  });

  test('an entity may not be linked to itself when that is switched off', async () => {
    const client = await start({ refuseSelf: true });
    expect((await client.post('/relationships/assets/10/assets/10')).status).toBe(400);
    client.server.set({ refuseSelf: false });
    expect((await client.post('/relationships/assets/10/assets/10')).status).toBe(201);
  });

  test('forbidden pairs of types are refused', async () => {
    const client = await start({ refusedPairs: [{ parent: 'metrics', child: 'assets' }] });
    expect((await client.post('/relationships/metrics/5/assets/20')).status).toBe(400);
    expect((await client.post('/relationships/assets/20/metrics/5')).status).toBe(201);
  });

  test.each(['', 'La relación ya existe', 'Relationship already exists.'])(
    'a 400 can say “%s”',
    async (text) => {
      const client = await start({ badRequestText: text });
      expect(await (await client.post(edge)).json()).toMatchObject({ message: text });
    },
  );
});

describe('lists', () => {
  test('a page is never longer than the cap', async () => {
    const client = await start({ limitCap: 1 });
    expect(await client.rows(`${list}?limit=100`)).toHaveLength(1);
    expect(await readPages(client, list, 1)).toEqual([11, 5, 20]);
  });

  test('a page has 100 rows when nothing else is asked for', async () => {
    const client = await start({}, { site: seedLarge({ entities: 1000 }) });
    expect(await client.rows('/assets')).toHaveLength(100);
    expect(await client.rows('/assets?limit=300')).toHaveLength(300);
  });

  test('the order can be turned around', async () => {
    const client = await start({ order: 'desc' });
    expect((await client.rows(list)).map((row) => row.id_child)).toEqual([20, 5, 11]);
  });

  test('a random order stays the same over all pages', async () => {
    const client = await start({ order: 'random' }, { site: seedLarge({ entities: 100 }) });
    const pages = await readPages(client, '/assets', 10);
    expect(new Set(pages).size).toBe(50);
    expect(pages).not.toEqual(pages.toSorted((a, b) => Number(a) - Number(b)));
  });

  test('an unstable order changes with every request', async () => {
    const client = await start({ order: 'unstable' }, { site: seedLarge({ entities: 100 }) });
    expect(await client.rows('/assets')).not.toEqual(await client.rows('/assets'));
    expect(new Set(await readPages(client, '/assets', 10)).size).toBeLessThan(50);
  });

  test('a server that ignores skip gives the first page for ever', async () => {
    const client = await start({ ignoreSkip: true });
    expect(await readPages(client, list, 2, 4)).toEqual([11, 5, 11, 5, 11, 5, 11, 5]);
  });

  test('a row removed between pages makes the reader skip one', async () => {
    const client = await start({ betweenPages: 'remove' });
    expect(await readPages(client, list, 1)).toEqual([11, 20]);
  });

  test('a row inserted between pages makes the reader see one twice', async () => {
    const client = await start({ betweenPages: 'insert' });
    expect(await readPages(client, '/relationships/assets/10/metrics', 1, 3)).toEqual([5, 5, 5]);
    client.server.set({ betweenPages: 'nothing' });
    const now = await client.rows('/relationships/assets/10/metrics');
    expect(now.map((row) => row.id_child)).toEqual([1, 2, 3, 5, 20]);
  });

  test('a search is shifted between pages as lists are', async () => {
    const client = await start({ betweenPages: 'remove' });
    const filter = { resource_type: 'asset', operator: 'in', resource_ids: [10, 12] };
    const search = async (skip: number) => {
      const body = JSON.stringify({ resource_filter: filter, return_fields: ['id_metric'], limit: 1, skip });
      const reply = await client.ask('/search/metrics', { method: 'POST', body });
      return toData(reply.text);
    };
    expect(await search(0)).toEqual([{ id_resource: 10, id_metric: 5 }]);
    expect(await search(1)).toEqual([{ id_resource: 12, id_metric: 21 }]);
  });

  test('entities inserted between pages are seen twice', async () => {
    const client = await start({ betweenPages: 'insert' });
    expect(await readPages(client, '/assets', 2, 3)).toEqual([10, 11, 11, 12, 12, 20]);
  });

  test('entities removed between pages hide others', async () => {
    const client = await start({ betweenPages: 'remove' });
    expect(await readPages(client, '/assets', 2, 3)).toEqual([10, 11, 20]);
  });

  test('stale reads show the edges of some time ago', async () => {
    let now = 1_000_000;
    const client = await start({ staleReadMs: 5000 }, { now: () => now });
    await client.remove(edge);
    await client.post('/relationships/assets/10/metrics/21');
    const metrics = async () => (await client.rows(`${list}/metrics`)).map((row) => row.id_child);
    expect((await client.ask(edge)).status).toBe(200);
    expect(await metrics()).toEqual([5, 20]);
    now += 5000;
    expect((await client.ask(edge)).status).toBe(404);
    expect(await metrics()).toEqual([5, 21]);
  });

  test('lists can be empty although there are rows', async () => {
    const client = await start({ emptyLists: true });
    for (const path of [list, '/assets', '/metrics', '/dashboards', '/collaborators']) {
      expect(await client.rows(path)).toEqual([]);
    }
    expect((await client.ask('/assets/10')).status).toBe(200);
  });

  test('lists can leave out rows that exist', async () => {
    const client = await start({ omitEveryRow: 2 });
    expect(await readPages(client, list, 100)).toEqual([11, 20]);
    expect((await client.ask('/relationships/assets/10/metrics/5')).status).toBe(200);
  });

  test.each([
    ['active', [10, 11, 12]],
    ['archived', [20]],
    ['both', [10, 11, 12, 20]],
    ['documented', [10, 11, 12, 20]],
  ] as const)('without the archive filter assets are listed as %s', async (archivedDefault, ids) => {
    const client = await start({ archivedDefault });
    archiveEntity(mustAccount(client.server.site), { type: 'assets', id: 20 });
    expect((await client.rows('/assets')).map((row) => row.id_asset)).toEqual(ids);
    expect(await client.rows('/assets?archived=true')).toHaveLength(1);
  });

  test.each([
    ['id_child', [{ id_child: 10, child_type: 'assets' }]],
    ['id_parent', [{ id_parent: 10, parent_type: 'assets' }]],
    ['both', [{ id_parent: 10, parent_type: 'assets', id_child: 20, child_type: 'metrics' }]],
    ['missing-key', [{ id_parent: 10 }]],
  ] as const)('rows of parents come in the form %s', async (parentRows, rows) => {
    const client = await start({ parentRows });
    expect(await client.rows('/relationships/metrics/20?direction=parent')).toStrictEqual(rows);
    expect(await client.rows('/relationships/metrics/20/assets?direction=parent')).toStrictEqual(rows);
    expect(await client.rows('/relationships/metrics/20/dashboards?direction=parent')).toEqual([]);
  });
});

describe('entities that go', () => {
  test('without cascade the edges of a deleted entity dangle', async () => {
    const client = await start({ entityDelete: 'soft', cascade: false });
    expect(client.server.deleteEntity({ type: 'assets', id: 11 })).toBe(true);
    expect((await client.ask('/assets/11')).status).toBe(404);
    expect((await client.rows('/assets')).map((row) => row.id_asset)).toEqual([10, 12, 20]);
    expect(await client.rows(`${list}/assets`)).toHaveLength(1);
    expect((await client.ask('/relationships/assets/11')).status).toBe(404);
  });

  test('with cascade the edges of a deleted entity go too, on both sides', async () => {
    const client = await start({ entityDelete: 'hard', cascade: true });
    client.server.deleteEntity({ type: 'assets', id: 11 });
    expect(await client.rows(`${list}/assets`)).toEqual([]);
    expect(await client.rows('/relationships/assets/12?direction=parent')).toEqual([]);
  });

  test.each([
    ['hard', true, 3],
    ['hard', false, 5],
    ['soft', true, 5],
  ] as const)(
    'after a %s deletion, reuse of ids being %s, a new entity gets id %i',
    async (entityDelete, reuseIds, id) => {
      const client = await start({ entityDelete, reuseIds, cascade: true });
      client.server.createEntity('collaborators', 'Fourth');
      client.server.deleteEntity({ type: 'collaborators', id: 3 });
      const created = client.server.createEntity('collaborators', 'Somebody else');
      expect(created.id).toBe(id);
      expect(await (await client.ask(`/collaborators/${created.id}`)).json()).toMatchObject({
        data: { user_name: 'Somebody else' },
      });
    },
  );
});

describe('bodies and names', () => {
  test('version 4.2 gives bare lists and details of errors', async () => {
    const client = await start({ envelope: 'v4.2' });
    expect(JSON.parse((await client.ask(`${list}/assets`)).text)).toEqual([
      { id_child: 11, child_type: 'assets' },
    ]);
    expect(JSON.parse((await client.post(edge)).text)).toEqual({ detail: 'Relationship already exists' });
    expect(JSON.parse((await client.ask('/assets', { key: 'wrong' })).text)).toEqual({
      detail: 'Unauthorized',
    });
  });

  test('a gateway answers errors with a page', async () => {
    const client = await start({ envelope: 'gateway-html' });
    const reply = await client.ask('/assets/999');
    expect(reply.status).toBe(404);
    expect(reply.headers.get('content-type')).toBe('text/html');
    expect(reply.text).toContain('<h1>404 Element not found</h1>');
  });

  test('ids can lie above 2^31 everywhere', async () => {
    const idOffset = 2 ** 31;
    const client = await start({ idOffset });
    const asset = idOffset + 10;
    expect((await client.rows('/assets'))[0]).toMatchObject({ id_asset: asset });
    expect(await client.rows(`/relationships/assets/${asset}/metrics`)).toMatchObject([
      { id_child: idOffset + 5 },
      { id_child: idOffset + 20 },
    ]);
    expect((await client.ask(list)).status).toBe(404);
    const body = JSON.stringify({
      resource_filter: { resource_type: 'asset', operator: 'in', resource_ids: [asset] },
      limit: 1,
    });
    expect(await (await client.ask('/search/metrics', { method: 'POST', body })).json()).toMatchObject({
      data: [{ id_resource: asset, id_metric: idOffset + 5 }],
    });
    expect((await client.post(`/relationships/assets/${asset}/metrics/${idOffset + 21}`)).status).toBe(201);
  });

  test('names can hold anything', async () => {
    const client = await start({ oddNames: true });
    const names = (await client.rows('/assets')).map((row) => String(row.asset_name)).join('\n');
    for (const odd of ['\u0000after NUL', '🏭', '\u202E']) expect(names).toContain(odd);
    const others = (await client.rows('/collaborators')).map((row) => String(row.user_name)).join('\n');
    expect(others).toContain('مضخة');
    expect(others).toContain('very long very long');
  });
});

describe('access', () => {
  test('from the n-th request on every answer is 401', async () => {
    const client = await start();
    await client.ask('/assets');
    client.server.set({ unauthorizedFrom: 3 });
    const statuses: number[] = [];
    for (let n = 0; n < 5; n += 1) statuses.push((await client.ask('/assets')).status);
    expect(statuses).toEqual([200, 200, 401, 401, 401]);
    client.server.set({ unauthorizedFrom: null });
    expect((await client.ask('/assets')).status).toBe(200);
  });

  test('a lower clearance forbids writes first, and then reads', async () => {
    const client = await start({ clearance: 6 });
    expect((await client.post(edge)).status).toBe(403);
    expect((await client.remove(edge)).status).toBe(403);
    expect((await client.ask(list)).status).toBe(200);
    client.server.set({ clearance: 9 });
    for (const path of [list, '/assets', '/dashboards', '/metrics', '/accounts/1']) {
      expect((await client.ask(path)).status).toBe(403);
    }
    expect(await (await client.ask('/clearances/me')).json()).toMatchObject({ id_clearance: 9 });
  });

  test('the identity can change under a running client', async () => {
    const client = await start({ identity: { id_clearance: 2, id_user: 77 } });
    expect(await (await client.ask('/clearances/me')).json()).toEqual({ id_clearance: 2, id_user: 77 });
  });

  test('another account can be served under the same number', async () => {
    const client = await start({ accountSwap: 2 });
    expect(await client.rows('/assets')).toMatchObject([{ asset_name: 'Somebody else’s building' }]);
    expect(await (await client.ask('/accounts/1')).json()).toMatchObject({ data: { id_account: 2 } });
  });

  test.each(['7', '0', '-1', 'Wed, 21 Oct 2037 07:28:00 GMT', 'soon', null])(
    'too many requests are answered with 429 and Retry-After %s',
    async (retryAfter) => {
      let now = 0;
      const client = await start({ rateLimit: { requests: 2, perMs: 1000, retryAfter } }, { now: () => now });
      const statuses: number[] = [];
      for (let n = 0; n < 3; n += 1) statuses.push((await client.ask('/assets')).status);
      expect(statuses).toEqual([200, 200, 429]);
      expect((await client.ask('/assets')).headers.get('retry-after')).toBe(retryAfter);
      now = 1001;
      expect((await client.ask('/assets')).status).toBe(200);
    },
  );

  test('every answer can be late', async () => {
    const client = await start({ delayMs: 60 });
    const begun = performance.now();
    await client.ask('/assets');
    expect(performance.now() - begun).toBeGreaterThan(55);
  });
});

describe('the life of the server', () => {
  test('offline refuses connections and keeps what was written', async () => {
    const client = await start();
    const { url } = client.server;
    await client.post('/relationships/assets/10/metrics/21');
    await client.server.goOffline();
    await expect(client.ask('/assets')).rejects.toThrow('fetch failed');
    await client.server.goOnline();
    expect(client.server.url).toBe(url);
    expect((await client.ask('/relationships/assets/10/metrics/21')).status).toBe(200);
  });

  test('a taken port is an error', async () => {
    const client = await start();
    await expect(start({}, { port: client.server.port })).rejects.toThrow('EADDRINUSE');
  });

  test('a list of 100,000 children is read in pages without delay', async () => {
    const site = seedLarge({ entities: 1000 });
    const account = mustAccount(site);
    const parent = { type: 'assets', id: 1001 } as const;
    for (let id = 1; id <= 100_000; id += 1) {
      createEdge(account, { parent, child: { type: 'metrics', id: 10_000 + id } }, 0);
    }
    const client = await start({}, { site });
    await client.rows('/relationships/assets/1001');
    const begun = performance.now();
    for (let page = 0; page < 20; page += 1) {
      expect(await client.rows(`/relationships/assets/1001?skip=${page * 5000}&limit=100`)).toHaveLength(100);
    }
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});
