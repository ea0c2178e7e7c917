import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { seedFleet, seedLargeFleet, tinyId } from '../../../servers/algapsa/seed.ts';
import { type Client, type Json, startWithClient } from './support.ts';

let client: Client;
beforeEach(async () => {
  client = await startWithClient({ now: () => Date.UTC(2026, 7, 22) });
});
afterEach(() => client.server.stop());

const toNumbers = (rows: readonly Json[]) => rows.map((row) => Number(String(row.asset_id).slice(-4)));

async function listed(query = ''): Promise<number[]> {
  return toNumbers((await client.ask(`/assets${query}`)).rows());
}

async function readFleet(fleet: Client, limit: number, query = ''): Promise<string[]> {
  const ids: string[] = [];
  for (let page = 1; ; page += 1) {
    const rows = (await fleet.ask(`/assets?limit=${limit}&page=${page}${query}`)).rows();
    ids.push(...rows.map((row) => String(row.asset_id)));
    if (rows.length < limit) return ids;
  }
}

describe('the list of assets', () => {
  test('a row has all columns in their order, what is joined, and links', async () => {
    const [row] = (await client.ask('/assets?limit=1')).rows();
    expect(Object.keys(row ?? {}).join(' ')).toBe(
      'tenant asset_id asset_tag serial_number name status location purchase_date warranty_end_date attributes ' +
        'created_at updated_at asset_type client_id rmm_provider rmm_device_id rmm_organization_id agent_status ' +
        'last_seen_at last_rmm_sync_at notes_document_id location_id service_id stock_unit_id ' +
        'client_name warranty_status _links',
    );
    expect(row).toMatchObject({
      asset_id: tinyId(7),
      client_name: 'Globex',
      warranty_status: 'no_warranty',
      _links: { self: { href: `/api/v1/assets/${tinyId(7)}`, method: 'GET' } },
    });
  });

  test('comes newest first, 25 at a time, with its pages counted', async () => {
    const reply = await client.ask('/assets');
    expect(toNumbers(reply.rows())).toEqual([7, 6, 5, 4, 3, 2, 1]);
    expect(reply.json()).toMatchObject({ pagination: { page: 1, limit: 25, total: 7, totalPages: 1 } });
    expect(Object.keys(reply.json())).toEqual(['success', 'data', 'pagination', 'meta']);
  });

  test.each([
    ['?limit=3&page=2', [4, 3, 2]],
    ['?limit=3&page=9', []],
    ['?order=asc&limit=2', [1, 2]],
    ['?sort=name&order=asc&limit=3', [4, 1, 7]],
    ['?sort=updated_at', [7, 6, 5, 4, 3, 2, 1]],
    ['?name=WS', [6, 5]],
    ['?asset_tag=t-3', [3]],
    ['?asset_type=server', [4, 3]],
    ['?status=inactive', []],
    [`?client_id=${tinyId(802)}`, [7, 6]],
    ['?has_warranty=true', []],
    ['?warranty_expired=false&limit=2', [7, 6]],
    ['?purchase_date_from=2020-01-01T00:00:00Z', []],
  ])('%s gives %j', async (query, expected) => {
    expect(await listed(query)).toEqual(expected);
  });

  test.each([
    'search=Printer',
    'updated_from=2030-01-01T00:00:00Z',
    'is_active=false',
    'created_to=1999',
    'x=y',
  ])('%s is accepted and ignored', async (query) => {
    expect(await listed(`?${query}`)).toHaveLength(7);
  });

  test.each([
    'limit=101',
    'limit=0',
    'page=0',
    'page=one',
    'order=up',
    'has_warranty=yes',
    'client_id=acme',
    'warranty_end_to=2026-01-01',
  ])('%s is refused', async (query) => {
    const reply = await client.ask(`/assets?${query}`);
    expect(reply.status).toBe(400);
    expect(reply.json()).toMatchObject({
      success: false,
      error: { code: 'VALIDATION_ERROR', details: [{ path: [query.split('=')[0]] }] },
    });
  });

  test('a filter by client name and a sort by an unknown column fail', async () => {
    expect((await client.ask('/assets?client_name=Acme')).json()).toMatchObject({
      error: { code: 'INTERNAL_ERROR' },
    });
    expect((await client.ask('/assets?sort=colour')).json()).toMatchObject({
      error: { code: 'INTERNAL_CONFIGURATION' },
    });
  });

  test('the total knows only some of the filters', async () => {
    const total = async (query: string) => (await client.ask(`/assets?${query}`)).json().pagination;
    expect(await total('asset_type=server')).toMatchObject({ total: 2 });
    expect(await total('name=zzz')).toMatchObject({ total: 7 });
  });
});

describe('one asset', () => {
  test('has its client, its relationships and empty documents', async () => {
    const row = (await client.ask(`/assets/${tinyId(6)}`)).row();
    expect(row).toMatchObject({
      name: 'Ws two',
      client: { client_id: tinyId(802), client_name: 'Globex', billing_email: 'billing@globex.example' },
      relationships: [{ child_asset_id: tinyId(3) }],
      documents: [],
      maintenance_schedules: [],
    });
    expect(row).not.toHaveProperty('extension_data');
  });

  test('that does not exist is told in the manner of the controller', async () => {
    const reply = await client.ask(`/assets/${tinyId(404)}`);
    expect(reply.status).toBe(404);
    expect(reply.json()).toMatchObject({ success: false, error: { code: 'ERROR' } });
  });

  test.each(['relationships', 'stats', 'seven'])('/assets/%s fails', async (id) => {
    expect((await client.ask(`/assets/${id}`)).status).toBe(500);
  });
});

describe('export and search', () => {
  test('the export has all assets at once, without a length', async () => {
    const fleet = await startWithClient({ site: seedFleet() });
    const reply = await fleet.ask('/assets/export?format=json');
    await fleet.server.stop();
    expect(reply.headers.get('content-length')).toBeNull();
    expect(reply.rows()).toHaveLength(399);
    expect(reply.json()).toMatchObject({ success: true, meta: { version: '1.0.0' } });
  });

  test('the export can be cut down to fields and filtered', async () => {
    const rows = (
      await client.ask('/assets/export?format=json&fields=name,status&asset_types=printer')
    ).rows();
    expect(rows).toEqual([{ name: 'Printer', status: 'active' }]);
  });

  test('the export is CSV unless asked for JSON', async () => {
    const reply = await client.ask('/assets/export?fields=asset_tag,name');
    expect(reply.headers.get('content-type')).toBe('text/csv');
    expect(reply.text.split('\n').slice(0, 2)).toEqual(['asset_tag,name', 'T-7,Printer']);
  });

  test('search gives a plain list and needs words', async () => {
    expect(toNumbers((await client.ask('/assets/search?query=ws')).rows())).toEqual([5, 6]);
    expect((await client.ask('/assets/search')).status).toBe(400);
    expect((await client.ask('/assets/search?query=ws&fields=name')).json()).toMatchObject({
      error: { details: [{ message: 'Expected array, received string' }] },
    });
  });
});

describe('a large fleet', () => {
  test('is exported and read in pages without delay', async () => {
    const large = await startWithClient({ site: seedLargeFleet({ assets: 20_000, relationships: 50_000 }) });
    const begun = performance.now();
    const exported = (await large.ask('/assets/export?format=json')).rows();
    const page = (await large.ask('/assets?limit=100&page=200')).rows();
    const seconds = (performance.now() - begun) / 1000;
    await large.server.stop();
    expect([exported.length, page.length]).toEqual([20_000, 100]);
    expect(seconds).toBeLessThan(8);
  });
});

describe('the switches of lists', () => {
  test('rows that are equal in the order come in a new one each time', async () => {
    const fleet = await startWithClient({ site: seedFleet() });
    expect(new Set(await readFleet(fleet, 10)).size).toBe(399);
    fleet.server.set({ ties: 'shuffled' });
    const drawn = await readFleet(fleet, 10);
    const exported = (await fleet.ask('/assets/export?format=json')).rows().map((row) => row.asset_id);
    await fleet.server.stop();
    expect(drawn).toHaveLength(399);
    expect(new Set(drawn).size).toBeLessThan(399);
    expect(exported).toHaveLength(399);
    expect(new Set(exported).size).toBeLessThan(399);
  });

  test('an asset put in front makes the next page repeat a row', async () => {
    client.server.set({ betweenPages: 'insert' });
    expect(await listed('?limit=3')).toEqual([7, 6, 5]);
    expect((await listed('?limit=3&page=2'))[0]).toBe(5);
    const { name } = (await client.ask('/assets?limit=1')).rows()[0] ?? {};
    expect((await client.ask('/assets?limit=1&page=2')).rows()).toMatchObject([{ name }]);
  });

  test('an asset taken away makes the next page leave out a row', async () => {
    client.server.set({ betweenPages: 'remove' });
    expect(await listed('?limit=3')).toEqual([7, 6, 5]);
    expect(await listed('?limit=3&page=2')).toEqual([3, 2, 1]);
  });

  test('the total can be wrong', async () => {
    client.server.set({ totalOff: 3 });
    expect((await client.ask('/assets?limit=5')).json()).toMatchObject({
      pagination: { total: 10, totalPages: 2 },
    });
  });

  test('lists can be empty or lack rows', async () => {
    const lengths = async () => [
      (await listed()).length,
      (await client.ask('/assets/export?format=json')).rows().length,
      (await client.related(3)).length,
    ];
    expect(await lengths()).toEqual([7, 7, 5]);
    client.server.set({ omitEveryRow: 2 });
    expect(await lengths()).toEqual([4, 4, 3]);
    client.server.set({ emptyLists: true });
    expect(await lengths()).toEqual([0, 0, 0]);
  });
});
