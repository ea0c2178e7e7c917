import { describe, expect, it, test } from 'vitest';
import type { ChangePage, Remote, ToldRelationship } from '../../src-main/backend/remote/remote.ts';
import { kinds, toKey, toRef } from '../servers/autodesk/entity-ref.ts';
import { addRelationship, removeRelationship } from '../servers/autodesk/relationships.ts';
import {
  COLLEAGUE,
  seedBuilding,
  seedLargeBuilding,
  seedTinyBuilding,
  tinyIds,
} from '../servers/autodesk/seed.ts';
import { deleteAsset, deleteFarEntity, mustProject } from '../servers/autodesk/site.ts';
import { profiles } from '../servers/autodesk/switches.ts';
import { startAutodeskRemote, tinyRef, tinyRelationship } from '../support/autodesk-remote.ts';
import { catchRemoteError, readAll } from './remote-suite.ts';

const never = new AbortController().signal;
const everyProfile = Object.entries(profiles);

/** All changes behind a cursor, and what the last page says. */
async function readChanges(remote: Remote, from: string | null = null) {
  const pages: ChangePage[] = [];
  let cursor = from;
  for (let more = true; more; ) {
    const page = await remote.feed?.fetchChanges(cursor, never);
    if (page === undefined) throw new Error('There is no feed');
    pages.push(page);
    cursor = page.nextCursor;
    more = page.more;
  }
  const idsOf = (rows: readonly ToldRelationship[]) => [
    ...new Set(rows.flatMap(({ remoteId }) => remoteId ?? [])),
  ];
  return {
    present: idsOf(pages.flatMap(({ present }) => present)),
    removed: idsOf(pages.flatMap(({ removed }) => removed)),
    startsOver: pages.map(({ startsOver }) => startsOver),
    cursor: cursor ?? '',
  };
}

const link = (n: number) => tinyIds.relationship(n);

describe('entities', () => {
  it('have category, status and custom attributes by the names that people know', async () => {
    const { remote } = await startAutodeskRemote();
    const asset = (await readAll(remote, 'asset')).find(({ name }) => name === 'AHU-01');
    const fields = Object.fromEntries((asset?.fields ?? []).map(({ name, value }) => [name, value]));
    expect(asset).toMatchObject({ kind: 'asset', remoteId: tinyIds.asset(1), archived: false });
    expect(fields).toMatchObject({ category: 'Air handlers', status: expect.stringMatching(/^[A-Z]/) });
    expect(fields).toMatchObject({ description: 'AHU-01 on the ground floor', Manufacturer: 'Norvent' });
  });

  it('come 200 to a page', async () => {
    const site = seedLargeBuilding({ assets: 450, relationships: 10 });
    const { remote, server } = await startAutodeskRemote({ site });
    expect(new Set((await readAll(remote, 'asset')).map(({ remoteId }) => remoteId)).size).toBe(450);
    expect(server.requests.filter(({ path }) => path.endsWith('/assets'))).toHaveLength(3);
  });

  it('come without names of settings that the user may not read', async () => {
    const { remote, server } = await startAutodeskRemote();
    server.addFault({ on: { path: /categories|statuses|custom/ }, fault: { kind: 'status', status: 403 } });
    expect(await readAll(remote, 'asset')).toHaveLength(4);
  });

  it('are read at the address of ACC where that of BIM 360 has no such project', async () => {
    const { remote, server } = await startAutodeskRemote();
    server.addFault({ on: { path: '/bim360/assets/' }, fault: { kind: 'status', status: 404 } });
    expect(await readAll(remote, 'asset')).toHaveLength(4);
  });

  it('are named where there is a list of names, by product', async () => {
    const bim360 = await startAutodeskRemote();
    const names = async (remote: Remote, kind: string) =>
      (await readAll(remote, kind)).map(({ name }) => name);
    expect(await names(bim360.remote, 'issue')).toEqual([
      '#1 Filter access blocked at AHU-01',
      '#2 Closer too weak on DR-101',
    ]);
    expect(await names(bim360.remote, 'checklist')).toEqual(['#1 Pre-commissioning: air handlers']);
    expect(await names(bim360.remote, 'form')).toEqual([]);
    const acc = await startAutodeskRemote({ scope: tinyIds.accProject });
    expect(await names(acc.remote, 'form')).toEqual(['#1 Handover form']);
    expect(await names(acc.remote, 'issue')).toEqual(['#11 Battery room too warm at UPS-01']);
    expect(await names(acc.remote, 'checklist')).toEqual([]);
  });

  it('are listed to the end where there are several pages of them', async () => {
    const site = seedBuilding({ scale: 4 });
    const { remote } = await startAutodeskRemote({ site });
    expect(await readAll(remote, 'issue')).toHaveLength(320);
    expect(await readAll(remote, 'checklist')).toHaveLength(240);
  });

  it('are listed in smaller pages where large ones are refused', async () => {
    const { remote, server } = await startAutodeskRemote({ site: seedBuilding({ scale: 4 }) });
    server.addFault({
      on: { path: /^\/issues\/v2\/containers\/[^/]+\/issues$/ },
      times: 1,
      fault: { kind: 'status', status: 400 },
    });
    expect(new Set((await readAll(remote, 'issue')).map(({ remoteId }) => remoteId)).size).toBe(320);
  });

  it('are none where the user may not see the kind at all', async () => {
    const { remote, server } = await startAutodeskRemote();
    server.addFault({ on: { path: /issues$|instances$/ }, fault: { kind: 'status', status: 403 } });
    expect([await readAll(remote, 'issue'), await readAll(remote, 'checklist')]).toEqual([[], []]);
  });

  it('are not known whole where a later page fails', async () => {
    const { remote, server } = await startAutodeskRemote({ site: seedBuilding({ scale: 4 }) });
    server.addFault({ on: { path: /\/issues\/v2\// }, skip: 1, fault: { kind: 'status', status: 404 } });
    expect((await catchRemoteError(readAll(remote, 'issue'))).kind).toBe('foreign-answer');
  });

  it('have the names of documents from all folders, to the last page, and none from a closed one', async () => {
    const site = seedTinyBuilding();
    const { folders, farEntities } = mustProject(site);
    const [above = ''] = folders.keys();
    const below = 'urn:adsk.wipprod:fs.folder:co.Below000000000000000001';
    folders.set(below, { id: below, name: 'Below', parentId: above });
    for (let n = 1; n <= 130; n += 1) {
      const ref = toRef('document', `urn:adsk.wipprod:dm.lineage:Sheet${String(n).padStart(17, '0')}`);
      const about = { title: `Sheet ${n}.pdf`, number: n, status: 'open', createdAt: n, deleted: false };
      farEntities.set(toKey(ref), { ref, ...about, folderId: below });
    }
    const { remote, server } = await startAutodeskRemote({ site });
    expect(remote.kinds).toContain('documentlineage');
    expect((await readAll(remote, 'documentlineage')).map(({ name }) => name)).toHaveLength(132);
    expect(remote.kinds).not.toContain('documentlineage');
    server.addFault({ on: { path: /Below/ }, fault: { kind: 'status', status: 403 } });
    expect((await readAll(remote, 'documentlineage')).map(({ name }) => name)).toEqual([
      'M-201 Ventilation.pdf',
      'Data sheet circulation pump.pdf',
    ]);
    server.set({ provisioned: false });
    expect(await readAll(remote, 'documentlineage')).toEqual([]);
  });

  it('are named as far as one sync goes through the folders of a very large project, which is said once an hour', async () => {
    const site = seedTinyBuilding();
    const { folders } = mustProject(site);
    let [parentId = ''] = folders.keys();
    for (let n = 1; n <= 700; n += 1) {
      const id = `urn:adsk.wipprod:fs.folder:co.Deep${String(n).padStart(17, '0')}`;
      folders.set(id, { id, name: `Deep ${n}`, parentId });
      parentId = id;
    }
    let now = Date.now();
    const { remote, server } = await startAutodeskRemote({ site, now: () => now });
    const before = server.requests.length;
    const { message } = await catchRemoteError(readAll(remote, 'documentlineage'));
    expect(message).toContain('more folders than one sync goes through');
    expect(server.requests.length - before).toBeLessThanOrEqual(600);
    expect(remote.kinds).not.toContain('documentlineage');
    now += 3_600_000;
    expect(remote.kinds).toContain('documentlineage');
  });

  it('are gone only where Autodesk shows them as deleted, or has no document of that id', async () => {
    const { remote, project, server } = await startAutodeskRemote();
    deleteAsset(project, tinyIds.asset(4), 1);
    deleteFarEntity(project, toRef('issue', tinyIds.issue(2)));
    server.set({ deniedEntities: [tinyIds.issue(1)] });
    const unknown = { kind: 'asset', remoteId: tinyIds.issue(9), lookupId: tinyIds.issue(9) };
    const asked = [
      tinyRef('asset', 1),
      tinyRef('asset', 4),
      tinyRef('issue', 2),
      tinyRef('issue', 1),
      unknown,
    ];
    const told = await Promise.all(asked.map((end) => remote.fetchLiveness(end, never)));
    expect(told).toEqual(['alive', 'gone', 'gone', 'unknown', 'unknown']);
    server.set({ deniedEntities: [tinyIds.document(2)] });
    const documents = await Promise.all(
      [1, 2, 9].map((n) => remote.fetchLiveness(tinyRef('document', n), never)),
    );
    expect(documents).toEqual(['alive', 'unknown', 'gone']);
  });
});

describe.each(everyProfile)('relationships of a server of the profile %s', (_name, switches) => {
  it('are read to the last page', async () => {
    const site = seedLargeBuilding({ assets: 300, relationships: 0 });
    const { remote, project } = await startAutodeskRemote({ site, switches });
    const documents = [...project.farEntities.values()].map(({ ref }) => ref);
    const [asset] = project.assets.values();
    const near = toRef('asset', asset?.id ?? '');
    for (const far of documents.slice(0, 250)) {
      addRelationship(project, [near, far], { id: crypto.randomUUID(), now: 1 });
    }
    const entity = { kind: 'asset', remoteId: near.id, lookupId: near.id };
    const ends = await remote.fetchRelationshipsOf(entity, 'outgoing', never);
    expect(new Set(ends.map(({ remoteId }) => remoteId)).size).toBe(250);
  });

  it('are told by the feed, all at first and then what changed', async () => {
    const { remote, project } = await startAutodeskRemote({ switches });
    const first = await readChanges(remote);
    expect(first.present.toSorted()).toEqual([1, 2, 3, 4, 5].map(link));
    expect(first.removed).toEqual([]);
    removeRelationship(project, link(2), 2);
    const ends = [toRef('asset', tinyIds.asset(4)), toRef('issue', tinyIds.issue(1))] as const;
    addRelationship(project, ends, { id: link(9), now: 3 });
    const second = await readChanges(remote, first.cursor);
    expect(second.present).toContain(link(9));
    expect(second.present).not.toContain(link(2));
    expect(second.removed).toEqual([link(2)]);
    const third = await readChanges(remote, second.cursor);
    expect(third.present.filter((id) => id !== link(9))).toEqual([]);
  });

  it('say that the remote starts over once its token is too old, and tell all again', async () => {
    const { remote, server } = await startAutodeskRemote({ switches });
    const first = await readChanges(remote);
    expect(first.startsOver).not.toContain(true);
    server.set({ syncEpoch: 1 });
    const again = await readChanges(remote, first.cursor);
    expect(again.startsOver[0]).toBe(true);
    expect(again.present.toSorted()).toEqual([1, 2, 3, 4, 5].map(link));
  });

  it('are probed one by one and many at once, by id and by ends', async () => {
    const { remote, project } = await startAutodeskRemote({ switches });
    removeRelationship(project, link(3), 2);
    const asked = [
      tinyRelationship(1, 'issue', 1, link(1)),
      tinyRelationship(1, 'document', 1),
      tinyRelationship(2, 'document', 2, link(3)),
      tinyRelationship(3, 'issue', 2, link(1)),
      tinyRelationship(4, 'document', 2),
    ];
    const expected = [link(1), link(2), null, link(4), null];
    const many = (await remote.batch?.probe(asked, never)) ?? [];
    expect(many.map((one) => one && 'remoteId' in one && one.remoteId)).toEqual(expected);
    for (const [index, one] of asked.entries()) {
      expect((await remote.probe(one, never))?.remoteId ?? null).toBe(expected[index]);
    }
  });
});

describe('the feed', () => {
  it('tells of what has to do with assets alone', async () => {
    const { remote, project } = await startAutodeskRemote();
    const ends = [toRef('issue', tinyIds.issue(1)), toRef('document', tinyIds.document(1))] as const;
    addRelationship(project, ends, { id: link(8), now: 3 });
    expect((await readChanges(remote)).present).not.toContain(link(8));
  });

  it('keeps ends of kinds that it does not know by domain and type', async () => {
    const { remote, project } = await startAutodeskRemote();
    const far = { domain: 'autodesk-new-module', type: 'thing', id: 'T-1' };
    addRelationship(project, [far, toRef('asset', tinyIds.asset(4))], { id: link(8), now: 3 });
    const page = await remote.feed?.fetchChanges(null, never);
    const row = page?.present.find(({ remoteId }) => remoteId === link(8));
    const end = { kind: 'autodesk-new-module/thing', remoteId: 'T-1' };
    expect([row?.source, row?.target]).toContainEqual(end);
    expect(
      await remote.probe({ ...tinyRelationship(4, 'issue', 1), target: { ...end, lookupId: '' } }, never),
    ).toEqual({
      type: null,
      remoteId: link(8),
    });
  });

  it('calls a pair that was related anew present', async () => {
    const { remote, project } = await startAutodeskRemote();
    const { cursor } = await readChanges(remote);
    removeRelationship(project, link(1), 2);
    const ends = [toRef('asset', tinyIds.asset(1)), toRef('issue', tinyIds.issue(1))] as const;
    addRelationship(project, ends, { id: link(9), now: 3 });
    expect(await readChanges(remote, cursor)).toMatchObject({ present: [link(9)], removed: [] });
  });

  it('is not asked to go on from the cursor of another user', async () => {
    const mine = await startAutodeskRemote();
    const { cursor } = await readChanges(mine.remote);
    const theirs = await startAutodeskRemote({ who: { userId: COLLEAGUE.id } });
    const error = await catchRemoteError(readChanges(theirs.remote, cursor));
    expect(error.kind).toBe('cursor-lost');
    expect(theirs.server.requests).toEqual([]);
  });

  test.each([400, 404, 410])('has lost its place where the token is refused with %d', async (status) => {
    const { remote, server } = await startAutodeskRemote();
    const { cursor } = await readChanges(remote);
    server.addFault({ on: { path: /:sync$/ }, fault: { kind: 'status', status } });
    expect((await catchRemoteError(readChanges(remote, cursor))).kind).toBe('cursor-lost');
    expect((await catchRemoteError(readChanges(remote))).kind).toBe('refused');
  });

  it('has lost its place where the cursor cannot be read', async () => {
    const { remote } = await startAutodeskRemote();
    for (const cursor of ['', 'x', '{}', '{"token":1}']) {
      expect((await catchRemoteError(readChanges(remote, cursor))).kind).toBe('cursor-lost');
    }
  });

  it('is read again where a page fails on its way', async () => {
    const { remote, server } = await startAutodeskRemote();
    server.addFault({ on: { path: /:sync$/ }, times: 2, fault: { kind: 'status', status: 500 } });
    expect((await readChanges(remote)).present).toHaveLength(5);
  });

  test.each(['wrong-types', 'missing-key', 'truncated'] as const)('is not taken with %s', async (kind) => {
    const { remote, server } = await startAutodeskRemote();
    const faults = {
      'wrong-types': { kind: 'body', text: '{"current":[],"deleted":[],"moreData":"no"}' },
      'missing-key': {
        kind: 'body',
        text: '{"current":{"data":[{"id":"1"}]},"deleted":{"data":[]},"moreData":false,"overwrite":false,"nextSyncToken":"t"}',
      },
      truncated: { kind: 'truncated' },
    } as const;
    server.addFault({ on: { path: /:sync$/ }, fault: faults[kind] });
    expect((await catchRemoteError(readChanges(remote))).kind).toBe('foreign-answer');
  });
});

describe('the allow list', () => {
  it('gives pairs of kinds in both orders, with what only the older endpoint takes', async () => {
    const { remote } = await startAutodeskRemote();
    const { allowedPairs } = await remote.fetchCapabilities(never);
    for (const kind of ['issue', 'documentlineage', 'checklist', 'form', 'sco']) {
      expect(allowedPairs).toContainEqual({ source: 'asset', target: kind });
      expect(allowedPairs).toContainEqual({ source: kind, target: 'asset' });
    }
    expect(allowedPairs).toContainEqual({ source: 'category', target: 'formtemplate' });
    expect(allowedPairs).not.toContainEqual({ source: 'asset', target: 'asset' });
    expect(allowedPairs).not.toContainEqual({ source: 'rfi', target: 'documentlineage' });
  });

  it('is kept to: what it does not hold is refused before anything is sent', async () => {
    const { remote, server } = await startAutodeskRemote();
    await remote.fetchCapabilities(never);
    server.clearRequests();
    const twoAssets = { ...tinyRelationship(1, 'issue', 1), target: tinyRef('asset', 2) };
    const self = { ...twoAssets, target: twoAssets.source };
    for (const wrong of [twoAssets, self]) {
      expect((await catchRemoteError(remote.create(wrong, never))).kind).toBe('refused');
    }
    expect(server.requests).toEqual([]);
  });
});

describe('the seeded hospital', () => {
  it('is told whole by the feed, with the ends that nothing else knows', async () => {
    const { remote, project } = await startAutodeskRemote({ site: seedBuilding() });
    const { present } = await readChanges(remote);
    expect(present.toSorted()).toEqual([...project.relationships.keys()].toSorted());
    const page = await remote.feed?.fetchChanges(null, never);
    expect(page?.present.flatMap(({ source, target }) => [source.kind, target.kind])).toContain(
      kinds.system.type,
    );
  });
});
