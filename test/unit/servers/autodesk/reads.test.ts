import { afterEach, describe, expect, test } from 'vitest';
import { kinds } from '../../../servers/autodesk/entity-ref.ts';
import { COLLEAGUE, seedBuilding, seedTinyBuilding, tinyIds } from '../../../servers/autodesk/seed.ts';
import { addProject, deleteAsset, deleteFarEntity, mustProject } from '../../../servers/autodesk/site.ts';
import {
  asset,
  assetsV1,
  assetsV2,
  type Body,
  type Client,
  container,
  document,
  issue,
  numbersOf,
  relationships,
  rowsOf,
  start,
  stopAll,
  writable,
} from './support.ts';

afterEach(stopAll);

const id = tinyIds.relationship;
const usProject = 'd00d0000-0000-4000-8000-000000000003';

async function search(client: Client, query: string): Promise<number[]> {
  return numbersOf(rowsOf(await client.get(`${relationships}:search?${query}`), 'relationships'));
}

async function intersect(client: Client, body: object): Promise<number[]> {
  return numbersOf(rowsOf(await client.post(`${relationships}:intersect`, body), 'relationships'));
}

function pageOf(body: Body): Body {
  return body.page as Body;
}

describe('searching relationships', () => {
  test.each([
    ['', [1, 2, 3, 4, 5]],
    ['domain=autodesk-bim360-issue', [1, 4]],
    ['domain=autodesk-bim360-asset&type=asset&id=' + asset(1).id, [1, 2, 5]],
    [`domain=autodesk-bim360-asset&type=asset&id=${asset(1).id}&withDomain=autodesk-bim360-issue`, [1]],
    ['domain=autodesk-bim360-issue&withdomain=autodesk-bim360-asset&withtype=asset', [1, 4]],
    ['domain=autodesk-bim360-issue&withDomain=autodesk-bim360-issue', []],
    [`id=${asset(3).id}`, [4]],
    ['createdAfter=2025-03-03T09:03:30Z', [4, 5]],
    ['createdAfter=2025-03-03T09:03:30Z&createdBefore=2025-03-03T09:01:00Z', []],
    ['onlyDeleted=True&includeDeleted=True', []],
  ])('%s gives what either end matches', async (query, expected) => {
    expect(await search(await start(), query)).toEqual(expected);
  });

  test('gives deleted ones only when asked', async () => {
    const client = await start();
    await client.post(`${relationships}:delete`, [id(2)]);
    expect(await search(client, '')).toEqual([1, 3, 4, 5]);
    expect(await search(client, 'includeDeleted=True')).toEqual([1, 2, 3, 4, 5]);
    expect(await search(client, 'includeDeleted=True&onlyDeleted=True')).toEqual([2]);
  });

  test('pages until the continuation token is absent', async () => {
    const client = await start({ site: seedBuilding() });
    const base = `/bim360/relationship/v2/containers/${mustProject(client.server.site).id}/relationships:search`;
    const ids = new Set<unknown>();
    let token: string | undefined = '';
    while (token !== undefined) {
      const body: Body = await client.get(`${base}?continuationToken=${token}`);
      const rows = rowsOf(body, 'relationships');
      expect(rows.length).toBeLessThanOrEqual(100);
      for (const row of rows) ids.add(row.id);
      token = pageOf(body).continuationToken as string | undefined;
    }
    expect(ids.size).toBe(700);
  });

  test('clamps pageLimit=134 of the examples to 100, or refuses it when switched to', async () => {
    const client = await start();
    expect((await client.ask(`${relationships}:search?pageLimit=134`)).status).toBe(200);
    client.server.set({ pageLimitOver: 'refuse' });
    expect((await client.ask(`${relationships}:search?pageLimit=134`)).status).toBe(400);
  });

  test.each(['pageLimit=0', 'pageLimit=x', 'continuationToken=x', 'createdAfter=x', 'includeDeleted=maybe'])(
    'refuses %s with 400',
    async (query) => {
      const client = await start();
      expect((await client.ask(`${relationships}:search?${query}`)).status).toBe(400);
    },
  );

  test.each([
    ['absent', {}],
    ['null', { continuationToken: null }],
    ['empty', { continuationToken: '' }],
  ] as const)('continuationToken %s ends the last page', async (continuationToken, last) => {
    const client = await start({ switches: { continuationToken } });
    expect(pageOf(await client.get(`${relationships}:search`))).toEqual({
      ...last,
      syncToken: expect.any(String),
    });
  });

  test('bareSearch refuse wants a domain before a type and a type before an id', async () => {
    const client = await start({ switches: { bareSearch: 'refuse' } });
    expect((await client.ask(`${relationships}:search?id=${asset(3).id}`)).status).toBe(400);
    expect((await client.ask(`${relationships}:search?withType=asset`)).status).toBe(400);
    expect(await search(client, 'domain=autodesk-bim360-issue')).toEqual([1, 4]);
  });
});

describe('other reads of relationships', () => {
  test('intersect gives all relationships of several assets in one answer', async () => {
    const client = await start();
    expect(await intersect(client, { entities: [asset(2), asset(3)] })).toEqual([3, 4]);
    const withEntities = [{ domain: kinds.document.domain }];
    expect(await intersect(client, { entities: [asset(1), asset(2)], withEntities })).toEqual([2, 3]);
    expect(await intersect(client, { entities: [asset(1)], withEntities: [issue(1)] })).toEqual([1]);
  });

  test.each([
    ['a body in a list, as in one tutorial', [{ entities: [asset(1)] }]],
    ['no entities', {}],
    ['an entity that is not named in full', { entities: [{ domain: kinds.asset.domain }] }],
    ['more than twenty entities', { entities: Array.from({ length: 21 }, () => asset(1)) }],
    ['an id without its type', { entities: [asset(1)], withEntities: [{ domain: 'x', id: 'y' }] }],
    ['a type without its domain', { entities: [asset(1)], withEntities: [{ type: 'issue' }] }],
  ])('intersect refuses %s', async (_what, body) => {
    const client = await start();
    expect((await client.ask(`${relationships}:intersect`, { body })).status).toBe(400);
  });

  test('a batch leaves out unknown ids and gives deleted ones', async () => {
    const client = await start();
    await client.post(`${relationships}:delete`, [id(2)]);
    const reply = await client.ask(`${relationships}:batch`, { body: [id(1), id(99), id(2)] });
    expect(JSON.parse(reply.text)).toMatchObject([
      { id: id(1), isDeleted: false },
      { id: id(2), isDeleted: true },
    ]);
  });

  test('a deleted relationship can be fetched, or is a 404 when switched to', async () => {
    const client = await start();
    await client.post(`${relationships}:delete`, [id(2)]);
    expect((await client.ask(`${relationships}/${id(2)}`)).status).toBe(200);
    client.server.set({ getDeleted: '404' });
    expect((await client.ask(`${relationships}/${id(2)}`)).status).toBe(404);
    expect((await client.ask(`${relationships}/${id(99)}`)).status).toBe(404);
    expect((await client.ask(`${relationships}/mine`)).status).toBe(400);
  });
});

describe('how relationships look', () => {
  async function firstEnds(client: Client): Promise<unknown[]> {
    const rows = rowsOf(await client.get(`${relationships}:search`), 'relationships');
    return rows.map(({ entities }) => (entities as Body[])[0]?.type);
  }

  test('entityOrder as-created keeps the order', async () => {
    const client = await start({ switches: { entityOrder: 'as-created' } });
    expect(new Set(await firstEnds(client))).toEqual(new Set(['asset']));
  });

  test('entityOrder mixed turns some round, always the same ones', async () => {
    const client = await start();
    const first = await firstEnds(client);
    expect(new Set(first).size).toBeGreaterThan(1);
    expect(await firstEnds(client)).toEqual(first);
  });

  test('entityOrder random turns others round in every answer', async () => {
    const client = await start({ switches: { entityOrder: 'random' } });
    const seen = new Set<string>();
    for (let n = 0; n < 10; n += 1) seen.add(JSON.stringify(await firstEnds(client)));
    expect(seen.size).toBeGreaterThan(1);
  });

  test('permissionNull, timestamps and extraFields change the fields', async () => {
    const client = await start({
      switches: { permissionNull: false, timestamps: 'millis', extraFields: true },
    });
    const row = await client.get(`${relationships}/${id(1)}`);
    expect(row).not.toHaveProperty('permission');
    expect(row.createdOn).toBe('2025-03-03T09:01:00.000Z');
    expect(row).toHaveProperty('metadata');
  });
});

describe('who may read', () => {
  test('a wrong region is refused by the service, not by the gateway', async () => {
    const client = await start();
    const reply = await client.ask(`${relationships}:search`, { headers: { 'x-ads-region': 'US' } });
    expect(reply.status).toBe(403);
    expect(reply.json()).toMatchObject({
      type: 'Forbidden',
      detail: expect.stringContaining('permission to execute this action on the container'),
    });
  });

  test('regionRequired off lets a call without the region through', async () => {
    const client = await start({ switches: { regionRequired: false } });
    expect((await client.ask(`${relationships}:search`, { headers: { 'x-ads-region': null } })).status).toBe(
      200,
    );
  });

  test('a container in the US needs no region, and is not found under another', async () => {
    const site = seedTinyBuilding();
    const hub = { id: tinyIds.hub, name: 'US Builders', region: 'US' };
    addProject(site, { id: usProject, name: 'Pier 4', product: 'BIM360', hub });
    const client = await start({ site });
    const path = `/bim360/relationship/v2/containers/${usProject}/relationships:search`;
    expect((await client.ask(path, { headers: { 'x-ads-region': null } })).status).toBe(200);
    expect((await client.ask(path)).status).toBe(403);
  });

  test('without the BIM 360 API even the allow list is a 403, and assets are not', async () => {
    const client = await start({ switches: { bim360Api: false } });
    expect((await client.ask(writable)).json()).toMatchObject({ errorCode: 'AUTH-001' });
    expect((await client.ask(`${relationships}:search`)).status).toBe(403);
    expect((await client.ask(`${assetsV2}/assets`)).status).toBe(200);
  });

  test('an app that nobody added sees no hub and gets misleading 403s, but has the allow list', async () => {
    const client = await start({ switches: { provisioned: false } });
    expect(await client.get('/project/v1/hubs')).toMatchObject({
      data: [],
      meta: { warnings: [{ HttpStatusCode: '403' }] },
    });
    expect((await client.ask(`${assetsV2}/assets`)).json()).toMatchObject({ errorCode: 'AUTH-001' });
    expect((await client.ask(`${relationships}:search`)).json()).toMatchObject({ errorCode: 'AUTH-001' });
    expect((await client.ask(writable)).status).toBe(200);
  });

  test('who is no member of a project is refused', async () => {
    const client = await start();
    const acc = relationships.replace(tinyIds.project, tinyIds.accProject);
    const as = { userId: COLLEAGUE.id };
    expect((await client.ask(`${acc}:search`, { as })).status).toBe(403);
    expect((await client.ask(`${acc}:search`)).status).toBe(200);
  });

  test('the container takes no b. in front', async () => {
    const client = await start();
    const path = `${container.replace('/containers/', '/containers/b.')}/relationships:search`;
    expect((await client.ask(path)).status).toBe(400);
  });

  test('unauthorizedFrom ends all tokens at once', async () => {
    const client = await start();
    client.server.set({ unauthorizedFrom: 2 });
    expect((await client.ask(writable)).status).toBe(200);
    expect((await client.ask(writable)).status).toBe(401);
  });
});

describe('hubs, projects and assets', () => {
  test('hubs and projects are found with b. in front', async () => {
    const client = await start();
    expect(await client.get('/project/v1/hubs')).toMatchObject({
      data: [{ type: 'hubs', id: `b.${tinyIds.hub}`, attributes: { name: 'Tiny Builders', region: 'EMEA' } }],
    });
    expect(await client.get(`/project/v1/hubs/b.${tinyIds.hub}/projects`)).toMatchObject({
      data: [
        { id: `b.${tinyIds.project}`, attributes: { extension: { data: { projectType: 'BIM360' } } } },
        { id: `b.${tinyIds.accProject}`, attributes: { extension: { data: { projectType: 'ACC' } } } },
      ],
    });
    expect((await client.ask(`/project/v1/hubs/${tinyIds.hub}/projects`)).status).toBe(404);
  });

  test('pages of projects are linked', async () => {
    const client = await start();
    const first = await client.get(`/project/v1/hubs/b.${tinyIds.hub}/projects?page%5Blimit%5D=1`);
    expect(first.data).toHaveLength(1);
    const { next } = first.links as { next: { href: string } };
    const last = await client.get(next.href.replace(client.server.url, ''));
    expect(last).toMatchObject({ data: [{ id: `b.${tinyIds.accProject}` }] });
    expect(last.links).not.toHaveProperty('next');
  });

  test('both addresses of the Assets API give the same', async () => {
    const client = await start();
    const bim360 = await client.get(`${assetsV2}/assets`);
    const acc = await client.get(`${assetsV2.replace('/bim360/', '/construction/')}/assets`);
    expect(acc.results).toEqual(bim360.results);
  });

  test('deleted assets are left out unless asked for, and unknown ids vanish', async () => {
    const client = await start();
    deleteAsset(mustProject(client.server.site), tinyIds.asset(2), Date.UTC(2025, 5, 1));
    expect(rowsOf(await client.get(`${assetsV2}/assets`), 'results')).toHaveLength(3);
    const all = rowsOf(await client.get(`${assetsV2}/assets?includeDeleted=true`), 'results');
    expect(all[1]).toMatchObject({ isActive: false, deletedAt: '2025-06-01T00:00:00.000Z' });
    const some = await client.post(`${assetsV2}/assets:batch-get`, {
      ids: [asset(2).id, asset(99).id, asset(1).id],
    });
    expect(some.results).toMatchObject([{ id: asset(1).id }]);
  });

  test.each([
    ['filter[updatedAt]=2025-03-03T08:03:00.000Z..', ['DR-101', 'DP-01']],
    ['filter[updatedAt]=..2025-03-03T08:01:00.000Z', ['AHU-01']],
    ['filter[searchText]=pmp', ['PMP-01']],
    ['filter[statusLabel]=SPECIFIED&limit=1', ['AHU-01']],
    ['filter[categoryId]=1', []],
    ['sort=clientAssetId desc', ['PMP-01', 'DR-101', 'DP-01', 'AHU-01']],
  ])('assets with %s', async (query, expected) => {
    const client = await start();
    const rows = rowsOf(await client.get(`${assetsV2}/assets?${query}`), 'results');
    expect(rows.map(({ clientAssetId }) => clientAssetId)).toEqual(expected);
  });

  test.each(['limit=0', 'limit=201', 'cursorState=x', 'sort=colour', 'filter[updatedAt]=yesterday..'])(
    'assets with %s are refused',
    async (query) => {
      const client = await start();
      expect((await client.ask(`${assetsV2}/assets?${query}`)).status).toBe(400);
    },
  );

  test('assetLimitOver clamp gives 200 of 201', async () => {
    const client = await start({ switches: { assetLimitOver: 'clamp' } });
    expect(await client.get(`${assetsV2}/assets?limit=201`)).toMatchObject({ pagination: { limit: 200 } });
  });

  test('categories form a tree with one root, and statuses belong to a set', async () => {
    const client = await start();
    const categories = rowsOf(await client.get(`${assetsV1}/categories`), 'results');
    expect(categories.filter(({ isRoot }) => isRoot === true)).toHaveLength(1);
    expect(categories.filter(({ isActive }) => isActive === false)).toHaveLength(1);
    const statuses = rowsOf(await client.get(`${assetsV1}/asset-statuses`), 'results');
    const sets = rowsOf(await client.get(`${assetsV1}/status-step-sets`), 'results');
    expect(sets).toMatchObject([{ id: statuses[0]?.statusStepSetId, values: statuses }]);
    const some = await client.post(`${assetsV1}/categories:batch-get`, { ids: ['100', '999'] });
    expect(some.results).toMatchObject([{ name: 'ROOT' }]);
  });
});

describe('the names of far ends', () => {
  const issues = `/issues/v2/containers/${tinyIds.project}/issues`;
  const items = `/data/v1/projects/b.${tinyIds.project}/items`;

  test('issues have a title and a number, at the address of their product', async () => {
    const client = await start();
    expect(await client.get(issues)).toMatchObject({
      pagination: { totalResults: 2 },
      results: [{ id: issue(1).id, displayId: 1, title: 'Filter access blocked at AHU-01' }, {}],
    });
    const acc = '/construction/issues/v1/projects';
    expect((await client.ask(`${acc}/${tinyIds.project}/issues`)).status).toBe(404);
    expect((await client.get(`${acc}/${tinyIds.accProject}/issues`)).results).toHaveLength(1);
  });

  test('issues are listed either living or deleted', async () => {
    const client = await start();
    deleteFarEntity(mustProject(client.server.site), issue(1));
    expect((await client.get(issues)).results).toMatchObject([{ id: issue(2).id }]);
    expect((await client.get(`${issues}?filter[deleted]=true`)).results).toMatchObject([{ id: issue(1).id }]);
  });

  test('checklists are listed in the manner of JSON:API, forms on ACC', async () => {
    const client = await start();
    expect(await client.get(`/bim360/checklists/v1/containers/${tinyIds.project}/instances`)).toMatchObject({
      data: [{ type: 'instances', attributes: { title: 'Pre-commissioning: air handlers' } }],
    });
    expect(await client.get(`/construction/forms/v1/projects/${tinyIds.accProject}/forms`)).toMatchObject({
      results: [{ id: tinyIds.form(1), name: 'Handover form' }],
    });
  });

  test('documents are found by id and through their folders', async () => {
    const client = await start();
    const item = await client.get(`${items}/${encodeURIComponent(document(1).id)}`);
    expect(item).toMatchObject({
      data: { type: 'items', attributes: { displayName: 'M-201 Ventilation.pdf' } },
    });
    const top = await client.get(
      `/project/v1/hubs/b.${tinyIds.hub}/projects/b.${tinyIds.project}/topFolders`,
    );
    const [folder] = rowsOf(top, 'data');
    const path = `/data/v1/projects/b.${tinyIds.project}/folders/${encodeURIComponent(String(folder?.id))}/contents`;
    expect(rowsOf(await client.get(path), 'data').map((row) => row.id)).toEqual([
      document(1).id,
      document(2).id,
    ]);
  });

  test('what the caller may not open is a 403 alone and missing in lists', async () => {
    const client = await start({ switches: { deniedEntities: [document(1).id, issue(1).id] } });
    expect((await client.ask(`${items}/${encodeURIComponent(document(1).id)}`)).status).toBe(403);
    expect((await client.get(issues)).results).toMatchObject([{ id: issue(2).id }]);
  });
});
