import { describe, expect, it, test } from 'vitest';
import type { Fetch } from '../../src-main/backend/ports.ts';
import type { RemoteErrorKind } from '../../src-main/backend/remote/errors.ts';
import { kinds, toRef } from '../servers/autodesk/entity-ref.ts';
import { findRelationship } from '../servers/autodesk/relationships.ts';
import { seedTinyBuilding, tinyIds } from '../servers/autodesk/seed.ts';
import { mustProject, putAsset, putFarEntity } from '../servers/autodesk/site.ts';
import type { FaultRule } from '../servers/shared/fault-rules.ts';
import { type AutodeskUnderTest, startAutodeskRemote } from '../support/autodesk-remote.ts';
import { catchRemoteError } from './remote-suite.ts';

const never = new AbortController().signal;

/** The ids that the page prints. */
const ASSET = '6cdd4356-a719-4964-9fd7-0c505e731ac7';
const ISSUE = '0212fd8b-8682-465c-a64a-c1dc9a488030';
const RELATIONSHIP = '52d7cecf-9f88-4aa2-b725-a6e09a0bc549';

/** The answer of the page, as printed. */
const PRINTED = [
  {
    id: RELATIONSHIP,
    createdOn: '2020-05-01T06:00:00.000Z',
    isReadOnly: false,
    isService: true,
    isDeleted: false,
    deletedOn: '2020-05-01T06:00:00.000Z',
    entities: [
      { createdOn: '2020-05-01T06:00:00.000Z', domain: 'autodesk-bim360-issue', type: 'issue', id: ISSUE },
    ],
  },
];

type Type = 'issue' | 'checklist' | 'documentlineage';
const domains = {
  issue: kinds.issue,
  checklist: kinds.checklist,
  documentlineage: kinds.document,
} as const;

/** The asset of the page beside one thing of each type that it may be related to, all with the id of the page. */
function seedPage() {
  const site = seedTinyBuilding();
  const project = mustProject(site);
  const [asset] = project.assets.values();
  const [far] = project.farEntities.values();
  if (asset === undefined || far === undefined) throw new Error('The tiny building is empty');
  putAsset(project, { ...asset, id: ASSET });
  for (const kind of Object.values(domains)) putFarEntity(project, { ...far, ref: { ...kind, id: ISSUE } });
  return site;
}

/** The newer API refuses, so that every create comes to the endpoint of the page. */
const newerRefuses: FaultRule = { on: { method: 'PUT' }, fault: { kind: 'status', status: 403 } };

async function startPage(fetchPort?: Fetch): Promise<AutodeskUnderTest> {
  const world = await startAutodeskRemote({
    site: seedPage(),
    now: () => Date.UTC(2020, 4, 1, 6),
    ...(fetchPort === undefined ? {} : { fetch: fetchPort }),
  });
  world.server.addFault(newerRefuses);
  return world;
}

const wanted = (type: Type) => ({
  source: { kind: 'asset', remoteId: ASSET, lookupId: ASSET },
  target: { kind: type, remoteId: ISSUE, lookupId: ISSUE },
  type: null,
  remoteId: null,
});

const isRelated = ({ project }: AutodeskUnderTest, type: Type) =>
  findRelationship(project, toRef('asset', ASSET), { ...domains[type], id: ISSUE }) !== undefined;

const toPath = ({ project }: AutodeskUnderTest, prefix: string) =>
  `/bim360/assets/v1/projects/${prefix}${project.id}/assets/${ASSET}/relationships`;

/** Posts to the endpoint of the page as curl does there. */
async function curl(
  world: AutodeskUnderTest,
  body: unknown,
  { prefix = '', authorization }: { prefix?: string; authorization?: string } = {},
) {
  const token = await world.tokens.accessToken(never);
  return await fetch(`${world.server.url}${toPath(world, prefix)}`, {
    method: 'POST',
    headers: { authorization: authorization ?? `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

describe('the page of POST …/assets/{assetId}/relationships', () => {
  it('prints a request that is answered as printed', async () => {
    const world = await startPage();
    const body = { entities: [{ id: ISSUE, type: 'issue', relationshipId: RELATIONSHIP }] };
    const answer = await curl(world, body);
    expect(answer.status).toBe(201);
    expect(await answer.json()).toEqual(PRINTED);
  });

  it('prints an answer that is taken as it is: one end, and a time of deletion for what is not deleted', async () => {
    const world = await startPage(async (url, init) =>
      init.method === 'POST' && url.includes('/assets/v1/')
        ? new Response(JSON.stringify(PRINTED), { status: 201 })
        : await fetch(url, init),
    );
    expect(await world.remote.create(wanted('issue'), never)).toEqual({
      type: null,
      remoteId: RELATIONSHIP,
      flags: ['by-service'],
    });
  });

  test.each(['', 'b.'])('takes a project id with “%s” in front', async (prefix) => {
    const world = await startPage();
    const answer = await curl(world, { entities: [{ id: ISSUE, type: 'issue' }] }, { prefix });
    expect(answer.status).toBe(201);
  });

  test.each(['checklist', 'documentlineage', 'issue'] as const)('relates an asset and a %s', async (type) => {
    const world = await startPage();
    const answer = await curl(world, { entities: [{ id: ISSUE, type }] });
    expect(await answer.json()).toMatchObject([{ entities: [{ ...domains[type], id: ISSUE }] }]);
    expect(isRelated(world, type)).toBe(true);
    const client = await startPage();
    const told = await client.remote.create(wanted(type), never);
    expect(isRelated(client, type)).toBe(true);
    expect(client.project.relationships.has(told.remoteId ?? '')).toBe(true);
  });

  it('relates to each of several entities in turn', async () => {
    const world = await startPage();
    const entities = [ISSUE, tinyIds.issue(2)].map((id) => ({ id, type: 'issue' }));
    const answer = await curl(world, { entities });
    expect(await answer.json()).toHaveLength(2);
  });

  it('refuses any other type, which the client never sends', async () => {
    const world = await startPage();
    expect((await curl(world, { entities: [{ id: ISSUE, type: 'rfi' }] })).status).toBe(400);
    world.server.clearRequests();
    const rfi = { ...wanted('issue'), target: { kind: 'rfi', remoteId: ISSUE, lookupId: ISSUE } };
    expect((await catchRemoteError(world.remote.create(rfi, never))).kind).toBe('refused');
    expect(world.server.requests.filter(({ path }) => path.includes('/assets/v1/'))).toEqual([]);
  });
});

/** What the server does at each status that the page lists, and how the client ends. */
interface StatusRow {
  readonly status: number;
  readonly when: string;
  /** Sets the server up; returns what curl sends. */
  arrange(world: AutodeskUnderTest): { body: unknown; authorization?: string } | undefined;
  readonly ends: 'related' | RemoteErrorKind;
}

const usual = { entities: [{ id: ISSUE, type: 'issue' }] };
const fault = (status: number, times?: number) => (world: AutodeskUnderTest) => {
  const rule = { on: { path: '/bim360/assets/v1/' }, fault: { kind: 'status', status } } as const;
  // struck once by curl and then by the client
  world.server.addFault(times === undefined ? rule : { ...rule, times: times + 1 });
  return undefined;
};

const statuses: readonly StatusRow[] = [
  { status: 201, when: 'it was created', arrange: () => undefined, ends: 'related' },
  { status: 400, when: 'the request is malformed', arrange: fault(400), ends: 'refused' },
  { status: 400, when: 'the body holds no entities', arrange: () => ({ body: {} }), ends: 'related' },
  {
    status: 401,
    when: 'the token is not valid',
    arrange: () => ({ body: usual, authorization: 'Bearer no' }),
    ends: 'related',
  },
  { status: 401, when: 'the token has run out', arrange: fault(401, 1), ends: 'related' },
  { status: 401, when: 'no token is taken', arrange: fault(401), ends: 'unauthorised' },
  {
    status: 403,
    when: 'the user may not see an end',
    arrange: ({ server }) => {
      server.set({ deniedEntities: [ISSUE] });
      return undefined;
    },
    ends: 'refused',
  },
  {
    status: 404,
    when: 'an end does not exist',
    arrange: ({ project }) => {
      project.farEntities.clear();
      return undefined;
    },
    ends: 'refused',
  },
  {
    status: 404,
    when: 'the asset was deleted',
    arrange: ({ project }) => {
      const asset = project.assets.get(ASSET);
      if (asset !== undefined) putAsset(project, { ...asset, deletedAt: 1 });
      return undefined;
    },
    ends: 'end-removed',
  },
  { status: 409, when: 'they are in conflict', arrange: fault(409), ends: 'refused' },
  { status: 429, when: 'too many requests were made', arrange: fault(429, 1), ends: 'related' },
  { status: 429, when: 'too many requests are made all the time', arrange: fault(429), ends: 'rate-limited' },
  { status: 500, when: 'something unexpected happened', arrange: fault(500), ends: 'server-fault' },
];

describe('a status of the page', () => {
  test.each(statuses)('$status, because $when, is given, and the client ends: $ends', async (row) => {
    const world = await startPage();
    const asked = row.arrange(world) ?? { body: usual };
    const answer = await curl(world, asked.body, asked);
    expect(answer.status).toBe(row.status);
    const fresh = answer.status === 201 ? await startPage() : world;
    if (row.ends === 'related') {
      await fresh.remote.create(wanted('issue'), never);
      expect(isRelated(fresh, 'issue')).toBe(true);
      return;
    }
    expect((await catchRemoteError(world.remote.create(wanted('issue'), never))).kind).toBe(row.ends);
    expect(isRelated(world, 'issue')).toBe(false);
  });

  it('409, because they are related already, is given, and the client takes over what is there', async () => {
    const world = await startPage();
    expect((await curl(world, usual)).status).toBe(201);
    expect((await curl(world, usual)).status).toBe(409);
    const told = await world.remote.create(wanted('issue'), never);
    expect(world.project.relationships.get(told.remoteId ?? '')?.deletedAt).toBeNull();
  });
});
