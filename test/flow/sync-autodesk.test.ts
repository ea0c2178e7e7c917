import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createBackend } from '../../src-main/backend/index.ts';
import { toKind } from '../../src-main/backend/remote/autodesk/kinds.ts';
import type { Relationship } from '../../src-preload/contract/model.ts';
import type { Answer, BackendChannel, Params } from '../../src-preload/contract/requests.ts';
import { kinds, toRef } from '../servers/autodesk/entity-ref.ts';
import { addRelationship, findRelationship, removeRelationship } from '../servers/autodesk/relationships.ts';
import { seedBuilding, seedLargeBuilding, tinyIds } from '../servers/autodesk/seed.ts';
import { type AutodeskServerOptions, startAutodeskServer } from '../servers/autodesk/server.ts';
import { deleteFarEntity, mustProject, putFarEntity } from '../servers/autodesk/site.ts';
import { profiles } from '../servers/autodesk/switches.ts';
import { writesTo } from '../support/autodesk-remote.ts';
import { createInstantClock } from '../support/instant-clock.ts';
import { createPlainPorts } from '../support/plain-ports.ts';
import { AnswerError } from '../support/sync-world.ts';
import { createTempFolder } from '../support/temp-folder.ts';

type Kind = 'asset' | 'issue' | 'checklist' | 'document';

/** A whole backend, connected to an Autodesk server by an access token, that has pulled once. */
async function start(options: AutodeskServerOptions = {}) {
  const server = await startAutodeskServer(options);
  onTestFinished(() => server.stop());
  const project = mustProject(server.site);
  const backend = createBackend(createPlainPorts({ clock: createInstantClock() }));
  onTestFinished(() => backend.close());
  const ask = async <C extends BackendChannel>(channel: C, params: Params<C>): Promise<Answer<C>> => {
    const result = await backend.request(channel, params);
    if (!result.ok) throw new AnswerError(result.error.code, result.error.message);
    return result.value;
  };
  const sync = async () => {
    const [report] = await ask('sync:start', { connectionId: null, mode: 'both', only: null });
    return report;
  };
  const readRows = async () =>
    (await ask('relationships:page', { entityId: null, offset: 0, limit: 500 })).rows;
  const toAddress = (kind: Kind, n: number) =>
    `acc:${toKind(kinds[kind].domain, kinds[kind].type)}:${tinyIds[kind](n)}`;
  const find = async (asset: number, kind: Kind, n: number): Promise<Relationship | undefined> => {
    const pair = new Set([toAddress('asset', asset), toAddress(kind, n)]);
    return (await readRows()).find(({ source, target }) =>
      [source, target].every(({ address }) => pair.has(address)),
    );
  };
  const relate = async (asset: number, kind: Kind, n: number) => {
    const source = await ask('entities:find', { address: toAddress('asset', asset) });
    const target = await ask('entities:find', { address: toAddress(kind, n) });
    return await ask('relationships:relate', {
      sourceId: source.id,
      targetId: target.id,
      type: null,
      local: false,
    });
  };
  const unrelate = async (asset: number, kind: Kind, n: number) => {
    const row = await find(asset, kind, n);
    if (row === undefined) throw new Error('They are not related');
    await ask('relationships:unrelate', { id: row.id });
  };
  const isThere = (asset: number, kind: Kind, n: number) =>
    findRelationship(project, toRef('asset', tinyIds.asset(asset)), toRef(kind, tinyIds[kind](n))) !==
    undefined;
  await ask('workspace:create', { path: join(createTempFolder(), 'test.weft') });
  const draftOptions = {
    region: 'EMEA',
    clientId: '',
    callback: 'http://localhost:8080/oauth/callback/',
  } as const;
  const draft = {
    name: 'acc',
    remote: 'autodesk',
    url: server.url,
    scope: project.id,
    options: draftOptions,
  } as const;
  await ask('connections:add', { draft, secret: server.signIn().access_token });
  expect(await sync()).toMatchObject({ complete: true, failed: [] });
  const firstRequests = server.requests.length;
  server.clearRequests();
  return { firstRequests, server, project, ask, sync, readRows, find, relate, unrelate, isThere };
}

describe.each(Object.entries(profiles))(
  'a workspace on an Autodesk project of the profile %s',
  (_name, switches) => {
    it('shows what is there, pushes what was edited, and takes what others did', async () => {
      const world = await start({ switches });
      expect((await world.readRows()).map(({ state }) => state)).toEqual(
        Array.from({ length: 5 }, () => 'synced'),
      );
      await world.relate(4, 'issue', 1);
      await world.relate(4, 'document', 2);
      await world.relate(2, 'checklist', 1);
      await world.unrelate(1, 'issue', 1);
      expect(await world.sync()).toMatchObject({
        complete: true,
        failed: [],
        pushed: { created: 3, deleted: 1 },
      });
      expect([
        world.isThere(4, 'issue', 1),
        world.isThere(4, 'document', 2),
        world.isThere(2, 'checklist', 1),
      ]).toEqual([true, true, true]);
      expect(world.isThere(1, 'issue', 1)).toBe(false);
      removeRelationship(world.project, tinyIds.relationship(3), Date.now());
      const ends = [toRef('issue', tinyIds.issue(2)), toRef('asset', tinyIds.asset(2))] as const;
      addRelationship(world.project, ends, { id: randomUUID(), now: Date.now() });
      expect(await world.sync()).toMatchObject({ complete: true, failed: [] });
      expect(await world.find(2, 'document', 2)).toBeUndefined();
      expect(await world.find(2, 'issue', 2)).toMatchObject({ state: 'synced' });
      world.server.clearRequests();
      expect(await world.sync()).toMatchObject({
        complete: true,
        pulled: { relationships: { added: 0, updated: 0, removed: 0 } },
      });
      expect(writesTo(world.server)).toEqual([]);
    });
  },
);

describe('a workspace on an Autodesk project', () => {
  it('shows a document by the name that it has in its folder', async () => {
    const { find, ask } = await start();
    const row = await find(1, 'document', 1);
    expect(new Set([row?.source.name, row?.target.name])).toEqual(
      new Set(['AHU-01', 'M-201 Ventilation.pdf']),
    );
    const address = `acc:documentlineage:${tinyIds.document(2)}`;
    expect((await ask('entities:find', { address })).name).toBe('Data sheet circulation pump.pdf');
  });

  it('goes through the folders again only for a document that nothing told of before', async () => {
    const world = await start();
    const countFolders = () =>
      world.server.requests.filter(({ path }) => path.includes('/data/v1/') || path.endsWith('/topFolders'))
        .length;
    await world.sync();
    expect(countFolders()).toBe(0);
    const ref = toRef('document', 'urn:adsk.wipprod:dm.lineage:ANewOne000000000000001');
    const [folderId = null] = world.project.folders.keys();
    const createdAt = Date.now();
    const about = { title: 'Plan of the roof.pdf', number: 3, status: 'open', deleted: false, createdAt };
    putFarEntity(world.project, { ref, ...about, folderId });
    addRelationship(world.project, [toRef('asset', tinyIds.asset(4)), ref], {
      id: randomUUID(),
      now: createdAt,
    });
    await world.sync();
    expect(countFolders()).toBe(0);
    await world.sync();
    expect(countFolders()).toBe(2);
    const found = await world.ask('entities:find', { address: `acc:documentlineage:${ref.id}` });
    expect(found.name).toBe('Plan of the roof.pdf');
    await world.sync();
    expect(countFolders()).toBe(2);
  });

  it('drops a document that is in no folder any more and not to be had by its id', async () => {
    const world = await start();
    deleteFarEntity(world.project, toRef('document', tinyIds.document(2)));
    const ref = toRef('document', 'urn:adsk.wipprod:dm.lineage:ANewOne000000000000001');
    addRelationship(world.project, [toRef('asset', tinyIds.asset(4)), ref], {
      id: randomUUID(),
      now: Date.now(),
    });
    await world.sync();
    expect(await world.sync()).toMatchObject({ complete: true, pulled: { entities: { removed: 1 } } });
  });

  it('shows a document that the user may not see by its kind and id, as an end, in the list and in the search', async () => {
    const documents = [tinyIds.document(1), tinyIds.document(2)];
    const { ask, find } = await start({ switches: { deniedEntities: documents } });
    const name = 'Document Document…';
    const row = await find(1, 'document', 1);
    expect(new Set([row?.source.name, row?.target.name])).toEqual(new Set(['AHU-01', name]));
    const page = await ask('entities:page', {
      search: 'lineage',
      kinds: [],
      connectionId: null,
      offset: 0,
      limit: 50,
    });
    expect(page.rows.map((entity) => entity.name)).toEqual([name, name]);
    const asset = await ask('entities:find', { address: `acc:asset:${tinyIds.asset(1)}` });
    const graph = await ask('graph:neighbourhood', { roots: [asset.id], limit: 50 });
    expect(graph.entities.map((entity) => entity.name)).toContain(name);
  });

  it('shows the whole hospital, with the ends that nobody can name', async () => {
    const { ask, project } = await start({ site: seedBuilding() });
    const status = await ask('workspace:status', {});
    expect(status).toMatchObject({ relationshipCount: project.relationships.size });
    const systems = await ask('entities:page', {
      search: '',
      kinds: ['system'],
      connectionId: null,
      offset: 0,
      limit: 50,
    });
    expect(systems.rows).not.toEqual([]);
    for (const { name } of systems.rows) expect(name).toMatch(/^System [\da-f]{8}…$/);
  });

  it('reads assets and relationships in their pages and ten requests more, and then only what changed', async () => {
    const site = seedLargeBuilding({ assets: 400, relationships: 2000 });
    const { server, sync, firstRequests } = await start({ site });
    expect(firstRequests).toBeLessThanOrEqual(400 / 200 + 2000 / 100 + 10);
    expect(await sync()).toMatchObject({ complete: true });
    expect(server.requests.filter(({ path }) => path.endsWith(':sync'))).toHaveLength(1);
  });

  it('keeps what was refused, parked with the reason', async () => {
    const world = await start();
    await world.unrelate(1, 'checklist', 1);
    world.server.set({ deniedEntities: [tinyIds.issue(1)] });
    await world.relate(4, 'issue', 1);
    expect(await world.sync()).toMatchObject({ parked: 2 });
    expect((await world.find(1, 'checklist', 1))?.cause).toContain('remove it there');
    expect((await world.find(4, 'issue', 1))?.cause).toContain('no access');
    expect(world.isThere(1, 'checklist', 1)).toBe(true);
  });

  it('says what a service made and what this user may only read, as the server says it now', async () => {
    const world = await start();
    expect((await world.find(1, 'checklist', 1))?.flags).toEqual(['by-service']);
    expect((await world.find(1, 'issue', 1))?.flags).toEqual([]);
    const id = randomUUID();
    const ends = [toRef('asset', tinyIds.asset(4)), toRef('issue', tinyIds.issue(2))] as const;
    addRelationship(world.project, ends, { id, now: Date.now(), isService: true, isReadOnly: true });
    await world.sync();
    expect((await world.find(4, 'issue', 2))?.flags).toEqual(['read-only', 'by-service']);
    removeRelationship(world.project, id, Date.now());
    addRelationship(world.project, ends, { id: randomUUID(), now: Date.now() });
    await world.sync();
    expect(await world.find(4, 'issue', 2)).toMatchObject({ state: 'synced', flags: [] });
  });

  it('never sends the removal of what is read-only, and keeps it with the reason', async () => {
    const world = await start({ switches: { allReadOnly: true } });
    expect((await world.find(1, 'issue', 1))?.flags).toEqual(['read-only']);
    await world.unrelate(1, 'issue', 1);
    expect(await world.sync()).toMatchObject({ parked: 1 });
    expect(await world.find(1, 'issue', 1)).toMatchObject({ state: 'parked', flags: ['read-only'] });
    expect((await world.find(1, 'issue', 1))?.cause).toContain('read-only');
    expect(writesTo(world.server)).toEqual([]);
  });

  it('drops no issue that was deleted but says that it was removed', async () => {
    const world = await start();
    deleteFarEntity(world.project, toRef('issue', tinyIds.issue(2)));
    expect(await world.sync()).toMatchObject({ complete: true, pulled: { entities: { removed: 1 } } });
  });

  it('loses nothing where the token runs out in the middle, and goes on with another', async () => {
    const world = await start();
    await world.relate(4, 'issue', 1);
    world.server.set({ unauthorizedFrom: 3 });
    expect(await world.sync()).toMatchObject({ complete: false, failed: [{ code: 'sign-in-expired' }] });
    expect(await world.find(4, 'issue', 1)).toMatchObject({ state: 'create' });
    world.server.set({ unauthorizedFrom: null });
    expect(await world.sync()).toMatchObject({ complete: true });
    expect(world.isThere(4, 'issue', 1)).toBe(true);
  });

  it('makes one relationship of a create whose answer was lost', async () => {
    const world = await start();
    await world.relate(4, 'issue', 1);
    await world.relate(2, 'checklist', 1);
    for (const on of [{ method: 'PUT' }, { path: '/bim360/assets/v1/' }]) {
      world.server.addFault({ on, when: 'after', times: 1, fault: { kind: 'drop', at: 'headers' } });
    }
    await world.sync();
    await world.sync();
    await world.sync();
    expect([await world.find(4, 'issue', 1), await world.find(2, 'checklist', 1)]).toMatchObject([
      { state: 'synced' },
      { state: 'synced' },
    ]);
    expect(world.project.pairs.size).toBe(7);
    expect(writesTo(world.server).length).toBe(2);
  });
});
