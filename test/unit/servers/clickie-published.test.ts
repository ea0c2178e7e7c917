import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Client, startWithClient } from './support.ts';

/** Requests and answers of the vendor's page "Resource Relationships", word for word. */
describe('the samples on the published page of relationships', () => {
  let client: Client;
  beforeEach(async () => {
    client = await startWithClient();
  });
  afterEach(() => client.server.stop());

  async function expectAnswer(method: string, path: string, status: number, body: unknown) {
    const reply = await client.ask(path, { method });
    expect(JSON.parse(reply.text)).toStrictEqual(body);
    expect(reply.status).toBe(status);
    expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
  }

  /** The page shows asset 10 with one metric here and with another there. */
  async function leaveOnly(metric: number) {
    await client.remove('/relationships/assets/10/assets/11');
    await client.remove(`/relationships/assets/10/metrics/${metric === 5 ? 20 : 5}`);
  }

  test('a list of relationships is answered as published', async () => {
    await leaveOnly(5);
    await expectAnswer('GET', '/relationships/assets/10', 200, {
      status: 'success',
      message: 'Relationships retrieved',
      data: [{ id_child: 5, child_type: 'metrics' }],
      context: null,
      instance: '/relationships/assets/10',
    });
  });

  test('a list of relationships by type is answered as published', async () => {
    await leaveOnly(20);
    await expectAnswer('GET', '/relationships/assets/10/metrics', 200, {
      status: 'success',
      message: 'Relationships retrieved',
      data: [{ id_child: 20, child_type: 'metrics' }],
      context: null,
      instance: '/relationships/assets/10/metrics',
    });
  });

  test('creating a relationship is answered as published', async () => {
    await leaveOnly(5);
    await expectAnswer('POST', '/relationships/assets/10/metrics/20', 201, {
      status: 'success',
      message: 'Element created successfully',
      data: { id_parent: 10, id_child: 20 },
      context: null,
      instance: '/relationships/assets/10/metrics/20',
    });
  });

  test('creating a relationship a second time is refused as published', async () => {
    await expectAnswer('POST', '/relationships/assets/10/metrics/20', 400, {
      status: 'error',
      message: 'Relationship already exists',
      data: null,
      context: null,
      instance: '/relationships/assets/10/metrics/20',
    });
  });

  test('one relationship is answered as published', async () => {
    await expectAnswer('GET', '/relationships/assets/10/metrics/20', 200, {
      status: 'success',
      message: 'Element obtained successfully',
      data: { id_parent: 10, id_child: 20 },
      context: null,
      instance: '/relationships/assets/10/metrics/20',
    });
  });

  test('a relationship that does not exist is answered as published', async () => {
    await expectAnswer('GET', '/relationships/assets/10/metrics/999', 404, {
      status: 'error',
      message: 'Element not found',
      data: null,
      context: null,
      instance: '/relationships/assets/10/metrics/999',
    });
  });

  test('deleting a relationship is answered as published', async () => {
    await expectAnswer('DELETE', '/relationships/assets/10/metrics/20', 200, {
      status: 'success',
      message: 'Element deleted successfully',
      data: null,
      context: null,
      instance: '/relationships/assets/10/metrics/20',
    });
    expect((await client.ask('/relationships/assets/10/metrics/20')).status).toBe(404);
  });

  test('the instance names the path without base address and query', async () => {
    const reply = await client.ask('/relationships/assets/10?skip=1&limit=1');
    expect(await reply.json()).toMatchObject({
      instance: '/relationships/assets/10',
      data: [{ id_child: 5, child_type: 'metrics' }],
    });
  });

  test.each([
    ['/relationships/assets/999', 404, 'Parent entity not found'],
    ['/relationships/gadgets/10', 400, 'Invalid request'],
    ['/relationships/assets/ten', 400, 'Invalid request'],
    ['/relationships/assets/10/gadgets', 400, 'Invalid request'],
    ['/relationships/assets/10?direction=sideways', 400, 'Invalid request'],
    ['/relationships/assets/10?limit=0', 400, 'Invalid request'],
    ['/relationships/assets/10?skip=-1', 400, 'Invalid request'],
    ['/relationships', 404, 'Not Found'],
    ['/nowhere', 404, 'Not Found'],
  ])('%s is refused with %i', async (path, status, message) => {
    const reply = await client.ask(path);
    expect(reply.status).toBe(status);
    expect(await reply.json()).toMatchObject({
      status: 'error',
      message,
      data: null,
      instance: path.split('?')[0],
    });
  });

  test('a relationship with a missing end cannot be created', async () => {
    const reply = await client.post('/relationships/assets/10/metrics/999');
    expect(reply.status).toBe(404);
    expect(await reply.json()).toMatchObject({ message: 'Entity not found' });
  });

  test('ids of different types do not get mixed up', async () => {
    expect((await client.ask('/relationships/assets/10/assets/20')).status).toBe(404);
    expect((await client.post('/relationships/assets/10/assets/20')).status).toBe(201);
    expect((await client.remove('/relationships/assets/10/metrics/20')).status).toBe(200);
    expect((await client.ask('/relationships/assets/10/assets/20')).status).toBe(200);
  });
});

describe('the other pages', () => {
  let client: Client;
  beforeEach(async () => {
    client = await startWithClient();
  });
  afterEach(() => client.server.stop());

  test('assets are listed with both archive states when the filter is left out', async () => {
    expect(await client.rows('/assets')).toMatchObject([
      { id_asset: 10, asset_name: 'Building', asset_archived: false },
      { id_asset: 11 },
      { id_asset: 12 },
      { id_asset: 20 },
    ]);
    expect(await client.rows('/assets?archived=true')).toEqual([]);
  });

  test('archived dashboards are hidden from clearances above 2 unless asked for', async () => {
    expect(await client.rows('/dashboards')).toHaveLength(2);
    client.server.set({ clearance: 3 });
    expect(await client.rows('/dashboards')).toMatchObject([
      { id_dashboard: 10, dashboard_name: 'Overview' },
    ]);
    expect(await client.rows('/dashboards?archived=true')).toMatchObject([{ id_dashboard: 11 }]);
  });

  test('a metric is fetched by its UUID and listed with both ids', async () => {
    const [metric] = await client.rows('/metrics');
    expect(metric).toMatchObject({ id_metric: 5, metric_name: 'Temperature' });
    const uuid = String(metric?.metric_identifier);
    expect(await (await client.ask(`/metrics/${uuid.toUpperCase()}`)).json()).toMatchObject({
      data: { id_metric: 5 },
    });
    expect((await client.ask('/metrics/5')).status).toBe(404);
  });

  test('one entity of each kind is found by its id', async () => {
    expect(await (await client.ask('/assets/10')).json()).toMatchObject({
      message: 'Element obtained successfully',
      data: { id_asset: 10, asset_name: 'Building' },
    });
    expect(await (await client.ask('/dashboards/10')).json()).toMatchObject({
      data: { id_dashboard: 10 },
      context: { path: { id_dashboard: '10' } },
    });
    expect(await (await client.ask('/collaborators/1')).json()).toMatchObject({
      data: { id_user: 1, user_email: 'john.smith@example.com' },
    });
    expect((await client.ask('/assets/999')).status).toBe(404);
  });

  test('the own clearance is a bare object', async () => {
    expect(await (await client.ask('/clearances/me')).json()).toEqual({
      id_clearance: 2,
      clearance_code: 'A2',
      clearance_description: 'Clearance level 2',
    });
  });

  test('an account names itself, its environment and its time zones', async () => {
    expect(await (await client.ask('/accounts/1')).json()).toMatchObject({
      data: { id_account: 1, account_name: 'Main', environment: { id_environment: 2 } },
    });
    expect(await client.rows('/accounts')).toHaveLength(2);
  });

  test('a search gives the metrics of many assets in one answer', async () => {
    const filter = { resource_type: 'asset', direction: 'child', operator: 'in', resource_ids: [10, 12] };
    const body = JSON.stringify({
      resource_filter: filter,
      return_fields: ['id_metric', 'uom_unit'],
      limit: 100,
    });
    const reply = await client.ask('/search/metrics', { method: 'POST', body });
    expect(await reply.json()).toStrictEqual({
      status: 'success',
      message: 'Metrics filtered successfully',
      data: [
        { id_resource: 10, id_metric: 5, uom_unit: '°C' },
        { id_resource: 10, id_metric: 20, uom_unit: '°C' },
        { id_resource: 12, id_metric: 21, uom_unit: '°C' },
      ],
      context: {},
      instance: '/search/metrics',
    });
  });

  test('a search without a resource filter gives every metric once and no resource', async () => {
    const reply = await client.ask('/search/metrics', {
      method: 'POST',
      body: JSON.stringify({
        param_filters: [{ type: 'metric_name', operator: 'contains', value: 'Humid' }],
        return_fields: ['id_metric', 'id_resource'],
      }),
    });
    expect(await reply.json()).toMatchObject({ data: [{ id_metric: 20 }] });
    expect(reply.text).not.toContain('id_resource');
  });

  test.each(['{', '{"resource_filter":{"resource_type":"assets"}}', '{"limit":"many"}'])(
    'the search %s is refused with 400',
    async (body) => {
      expect((await client.ask('/search/metrics', { method: 'POST', body })).status).toBe(400);
    },
  );
});

describe('who is let in', () => {
  let client: Client;
  beforeEach(async () => {
    client = await startWithClient();
  });
  afterEach(() => client.server.stop());

  test.each([
    ['without a key', { key: null }, 401],
    ['with a wrong key', { key: 'wrong' }, 401],
    ['with a bearer token', { key: 'Bearer clickie-test-key' }, 401],
    ['without an account', { account: null }, 400],
    ['with an account that is no number', { account: 'main' }, 400],
    ['with an account of somebody else', { account: 3 }, 403],
  ])('a caller %s is refused', async (_who, options, status) => {
    expect((await client.ask('/assets', options)).status).toBe(status);
  });

  test('the account header chooses the data', async () => {
    const reply = await client.ask('/assets/10', { account: 2 });
    expect(await reply.json()).toMatchObject({ data: { asset_name: 'Somebody else’s building' } });
    expect((await client.ask('/relationships/assets/10/metrics/5', { account: 2 })).status).toBe(404);
  });

  test('a write to anything but relationships is refused and recorded', async () => {
    expect((await client.remove('/assets/10')).status).toBe(405);
    expect((await client.post('/collaborators')).status).toBe(405);
    expect((await client.ask('/relationships/assets/10/metrics/5', { method: 'PUT' })).status).toBe(405);
    await client.post('/relationships/assets/10/metrics/21');
    expect(client.server.forbiddenWrites.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'DELETE /assets/10',
      'POST /collaborators',
      'PUT /relationships/assets/10/metrics/5',
    ]);
  });

  test('the read that creates a folder is recorded with the writes', async () => {
    await client.ask('/assets/10/folders/root');
    expect(client.server.forbiddenWrites).toMatchObject([{ method: 'GET', path: '/assets/10/folders/root' }]);
  });

  test('the log tells whose key was used, and never the key', async () => {
    await client.ask('/assets?skip=3');
    expect(client.server.requests).toMatchObject([
      {
        method: 'GET',
        path: '/assets',
        query: { skip: '3' },
        status: 200,
        account: 1,
        keyOwner: 'John Smith',
      },
    ]);
    expect(JSON.stringify(client.server.requests)).not.toContain('clickie-test-key');
    client.server.clearRequests();
    expect(client.server.requests).toEqual([]);
  });
});
