import { afterEach, describe, expect, test } from 'vitest';
import { kinds, toRef } from '../../../servers/autodesk/entity-ref.ts';
import { mustProject, putAsset, putFarEntity } from '../../../servers/autodesk/site.ts';
import {
  asset,
  assetsV1,
  assetsV2,
  container,
  issue,
  relationships,
  start,
  stopAll,
  sync,
  writable,
} from './support.ts';

afterEach(stopAll);

const sampleAsset = '6cdd4356-a719-4964-9fd7-0c505e731ac7';
const sampleIssue = '0212fd8b-8682-465c-a64a-c1dc9a488030';
const sampleRelationship = '52d7cecf-9f88-4aa2-b725-a6e09a0bc549';

/** A server whose clock stands at the time of the sample and that holds the entities of the sample. */
async function startWithSample() {
  const client = await start({ now: () => Date.UTC(2020, 4, 1, 6) });
  const project = mustProject(client.server.site);
  const [known] = project.assets.values();
  const [farEntity] = project.farEntities.values();
  if (!known || !farEntity) throw new Error('The tiny building is empty');
  putAsset(project, { ...known, id: sampleAsset });
  putFarEntity(project, { ...farEntity, ref: toRef('issue', sampleIssue) });
  return client;
}

describe('the published page of the legacy endpoint for relationships of an asset', () => {
  test('its request is answered with its response, word for word', async () => {
    const client = await startWithSample();
    const reply = await client.ask(`${assetsV1}/assets/${sampleAsset}/relationships`, {
      body: { entities: [{ id: sampleIssue, type: 'issue', relationshipId: sampleRelationship }] },
    });
    expect(reply.status).toBe(201);
    expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
    const printed = [
      {
        id: '52d7cecf-9f88-4aa2-b725-a6e09a0bc549',
        createdOn: '2020-05-01T06:00:00.000Z',
        isReadOnly: false,
        isService: true,
        isDeleted: false,
        deletedOn: '2020-05-01T06:00:00.000Z',
        entities: [
          {
            createdOn: '2020-05-01T06:00:00.000Z',
            domain: 'autodesk-bim360-issue',
            type: 'issue',
            id: '0212fd8b-8682-465c-a64a-c1dc9a488030',
          },
        ],
      },
    ];
    // Compared as text, so that the order of the fields counts as well.
    expect(reply.text).toBe(JSON.stringify(printed));
  });

  test('the project is named with or without b. in front', async () => {
    const client = await startWithSample();
    const path = `${assetsV1.replace('/b.', '/')}/assets/${sampleAsset}/relationships`;
    expect(
      (await client.ask(path, { body: { entities: [{ id: sampleIssue, type: 'issue' }] } })).status,
    ).toBe(201);
  });

  test('each of several entities gets a relationship of its own', async () => {
    const client = await start();
    const entities = [
      { id: issue(2).id, type: 'issue' },
      { id: 'urn:adsk.wipprod:dm.lineage:Document-000000000002-', type: 'documentlineage' },
    ];
    const reply = await client.ask(`${assetsV1}/assets/${asset(1).id}/relationships`, { body: { entities } });
    expect(JSON.parse(reply.text)).toMatchObject([
      { entities: [{ domain: kinds.issue.domain }] },
      { entities: [{ domain: kinds.document.domain, id: entities[1]?.id }] },
    ]);
  });

  test.each([
    ['another entity type', { entities: [{ id: sampleIssue, type: 'rfi' }] }, 400],
    ['no entities', { entities: [] }, 400],
    ['no JSON', '{', 400],
    ['an id of more than 128 characters', { entities: [{ id: 'x'.repeat(129), type: 'issue' }] }, 400],
    ['an entity that does not exist', { entities: [{ id: sampleRelationship, type: 'issue' }] }, 404],
    ['an entity that is related already', { entities: [{ id: issue(1).id, type: 'issue' }] }, 409],
  ])('a request with %s is refused', async (_what, body, status) => {
    const client = await start();
    const reply = await client.ask(`${assetsV1}/assets/${asset(1).id}/relationships`, { body });
    expect(reply.status).toBe(status);
    expect(reply.json()).toMatchObject({ errorCode: expect.any(String), detail: expect.any(String) });
  });

  test('one refused entity refuses them all', async () => {
    const client = await start();
    const entities = [2, 1].map((n) => ({ id: issue(n).id, type: 'issue' }));
    const reply = await client.ask(`${assetsV1}/assets/${asset(1).id}/relationships`, { body: { entities } });
    expect(reply.status).toBe(409);
    expect((await sync(client)).current).toEqual([1, 2, 3, 4, 5]);
  });

  test('an entity that is named twice refuses them all', async () => {
    const client = await start();
    const entities = [1, 2].map(() => ({ id: issue(2).id, type: 'issue' }));
    const reply = await client.ask(`${assetsV1}/assets/${asset(1).id}/relationships`, { body: { entities } });
    expect(reply.status).toBe(409);
    expect((await sync(client)).current).toEqual([1, 2, 3, 4, 5]);
  });

  test('the endpoint is gone from ACC', async () => {
    const client = await start();
    const path = assetsV1.replace('/bim360/', '/construction/');
    expect((await client.ask(`${path}/assets/${asset(1).id}/relationships`, { body: {} })).status).toBe(404);
  });
});

describe('the published samples of the Relationships API', () => {
  test('a bad container id is answered as printed', async () => {
    const client = await start();
    const reply = await client.ask('/bim360/relationship/v2/containers/testing/relationships:search');
    expect(reply.status).toBe(400);
    expect(reply.text).toBe(
      JSON.stringify({
        type: 'BadInput',
        title: 'One or more input values in the request were bad',
        detail: 'The following parameters are invalid: containerId',
        errors: [
          {
            field: 'containerId',
            title: 'Invalid parameter',
            detail: "The value 'testing' is not valid.",
            type: 'BadInput',
          },
        ],
      }),
    );
  });

  test('a relationship has the fields of the observed sample, in their order', async () => {
    const client = await start();
    const row = await client.get(`${relationships}/4e1a7000-0000-4000-8000-000000000002`);
    expect(Object.keys(row)).toEqual([
      'permission',
      'id',
      'createdOn',
      'isReadOnly',
      'isService',
      'isDeleted',
      'entities',
    ]);
    expect(row).toMatchObject({ permission: null, isReadOnly: false, isService: false, isDeleted: false });
    expect(row.createdOn).toMatch(/^2025-03-03T09:02:00\.\d{6}\+00:00$/);
    const [end] = row.entities as object[];
    expect(Object.keys(end ?? {})).toEqual(['createdOn', 'domain', 'type', 'id']);
  });

  test('a page of a search has a continuation token and a sync token', async () => {
    const client = await start();
    const page = await client.get(`${relationships}:search?pageLimit=2`);
    expect(Object.keys(page)).toEqual(['page', 'relationships']);
    expect(page.page).toEqual({ continuationToken: '2', syncToken: expect.any(String) });
  });

  test('a sync is answered in the published form', async () => {
    const client = await start();
    expect(Object.keys(await client.post(`${relationships}:sync`, {}))).toEqual([
      'current',
      'deleted',
      'moreData',
      'overwrite',
      'nextSyncToken',
    ]);
  });

  test('a sync token is base64 JSON with a watermark, a container and a user', async () => {
    const client = await start();
    const { nextSyncToken } = await sync(client);
    expect(JSON.parse(Buffer.from(nextSyncToken, 'base64').toString())).toMatchObject({
      LastModified: { DateTime: expect.any(String), OffsetMinutes: 0 },
      Operation: 2,
      OriginalParameters: { ContainerId: container.split('/').at(-1), OxygenId: 'LA7ZL85MU7ML' },
      VersionNumber: 1,
    });
  });

  test('the allow list is by domain and type, and says what assets may be related to', async () => {
    const client = await start();
    const reply = await client.ask(writable, { headers: { 'x-ads-region': null } });
    const list: { domain: string; entityTypes: object[] }[] = JSON.parse(reply.text);
    expect(list.find(({ domain }) => domain === 'autodesk-bim360-asset')?.entityTypes[0]).toMatchObject({
      entityType: 'asset',
      allow: expect.arrayContaining([
        { domain: 'autodesk-bim360-documentmanagement', entityTypes: ['documentlineage'] },
        { domain: 'autodesk-bim360-issue', entityTypes: ['issue'] },
      ]),
    });
    expect(reply.text).not.toContain('autodesk-bim360-checklist');
  });
});

describe('the published samples of the Assets API', () => {
  test('the cursor decodes to limit and offset, and is missing at the end', async () => {
    const client = await start();
    const first = await client.get(`${assetsV2}/assets?limit=3`);
    const { cursorState, nextUrl } = first.pagination as Record<string, string>;
    expect(Buffer.from(cursorState ?? '', 'base64').toString()).toBe('{"limit":3,"offset":3}');
    expect(nextUrl).toContain(`${client.server.url}${assetsV2}/assets?`);
    const last = await client.get(`${assetsV2}/assets?cursorState=${encodeURIComponent(cursorState ?? '')}`);
    expect(last).toMatchObject({
      pagination: { limit: 3, offset: 3 },
      results: [{ clientAssetId: 'DP-01' }],
    });
    expect(last.pagination).not.toHaveProperty('cursorState');
  });

  test('an asset has the published fields and custom attributes only when asked for', async () => {
    const client = await start();
    const plain = await client.post(`${assetsV2}/assets:batch-get`, { ids: [asset(1).id] });
    expect(plain.results).toEqual([
      {
        id: asset(1).id,
        clientAssetId: 'AHU-01',
        categoryId: expect.stringMatching(/^\d+$/),
        statusId: expect.any(String),
        description: 'AHU-01 on the ground floor',
        createdAt: '2025-03-03T08:01:00.000Z',
        createdBy: 'LA7ZL85MU7ML',
        updatedAt: '2025-03-03T08:01:00.000Z',
        updatedBy: 'LA7ZL85MU7ML',
        isActive: true,
        version: expect.any(Number),
      },
    ]);
    const full = await client.get(`${assetsV2}/assets?includeCustomAttributes=true`);
    expect(full).toMatchObject({ results: [{ customAttributes: { ca1: 'Norvent' } }, {}, {}, {}] });
  });

  test('the error codes are public', async () => {
    const client = await start();
    const reply = await client.ask('/construction/assets/v1/error-codes', {
      headers: { authorization: null },
    });
    expect(reply.json()).toMatchObject({
      results: expect.arrayContaining([
        expect.objectContaining({
          name: 'FIELD_EXCEEDS_MAX_LENGTH',
          httpStatusCode: 400,
          metadataKeys: ['fieldName', 'maxStringLength'],
        }),
      ]),
    });
  });
});

describe('the published errors of the gateway', () => {
  test('a call without the region gets the misleading 403', async () => {
    const client = await start();
    const reply = await client.ask(`${relationships}:search`, { headers: { 'x-ads-region': null } });
    expect(reply.status).toBe(403);
    expect(reply.json()).toEqual({
      developerMessage: 'The client_id specified does not have access to the api product',
      moreInfo: expect.stringContaining('/error_handling/'),
      errorCode: 'AUTH-001',
    });
  });

  test('one request too many is a 429 with the seconds to wait', async () => {
    const client = await start();
    const { limits } = client.server.switches;
    client.server.set({ limits: { ...limits, relationships: 0 } });
    const reply = await client.ask(writable);
    expect(reply.status).toBe(429);
    expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
    expect(reply.headers.get('retry-after')).toBe('60');
    expect(reply.text).toBe('{"developerMessage":"Quota limit exceeded."}');
  });
});
