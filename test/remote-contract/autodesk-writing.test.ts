import { describe, expect, it, test } from 'vitest';
import type { Fetch } from '../../src-main/backend/ports.ts';
import { RemoteError } from '../../src-main/backend/remote/errors.ts';
import type { RemoteFacts, RemoteRelationship } from '../../src-main/backend/remote/remote.ts';
import { toRef } from '../servers/autodesk/entity-ref.ts';
import { addRelationship, findRelationship, removeRelationship } from '../servers/autodesk/relationships.ts';
import { seedLargeBuilding, tinyIds } from '../servers/autodesk/seed.ts';
import { deleteFarEntity } from '../servers/autodesk/site.ts';
import { profiles } from '../servers/autodesk/switches.ts';
import {
  type AutodeskUnderTest,
  startAutodeskRemote,
  tinyRef,
  tinyRelationship,
  writesTo,
} from '../support/autodesk-remote.ts';
import { catchRemoteError } from './remote-suite.ts';

const never = new AbortController().signal;
const PROPOSED = '5a5a5a5a-0000-4000-8000-000000000001';
const OTHER = '5a5a5a5a-0000-4000-8000-000000000002';
const link = (n: number) => tinyIds.relationship(n);
const put = 'PUT containers/…/relationships';
const legacyPost = 'POST assets/…/relationships';
const deletePost = 'POST containers/…/relationships:delete';
const everyProfile = Object.entries(profiles);

type Far = 'issue' | 'document' | 'checklist';

const idOn = ({ project }: AutodeskUnderTest, asset: number, kind: Far, n: number) =>
  findRelationship(project, toRef('asset', tinyIds.asset(asset)), toRef(kind, tinyIds[kind](n)))?.id;

/** How each of a batch ended: its id, the kind of its error, or what else it is. */
const toTexts = (outcomes: readonly (RemoteFacts | RemoteError | null | 'removed')[] | undefined) =>
  outcomes?.map((one) => {
    if (one instanceof RemoteError) return one.kind;
    return one === null || one === 'removed' ? one : one.remoteId;
  });

/** Hands on every request and keeps its body and headers. */
function createRecorder() {
  const sent: { url: string; body: unknown; headers: Headers }[] = [];
  const send: Fetch = (url, init) => {
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : null;
    sent.push({ url, body, headers: new Headers(init.headers) });
    return fetch(url, init);
  };
  return { sent, send };
}

describe.each(everyProfile)('writing on a server of the profile %s', (_name, switches) => {
  it('relates with the id that was proposed, and again without making another', async () => {
    const world = await startAutodeskRemote({ switches });
    const wanted = tinyRelationship(4, 'issue', 1, PROPOSED);
    for (let n = 0; n < 2; n += 1) {
      expect(await world.remote.create(wanted, never)).toEqual({ type: null, remoteId: PROPOSED });
    }
    expect(idOn(world, 4, 'issue', 1)).toBe(PROPOSED);
  });

  it('takes over the id that a pair has already', async () => {
    const world = await startAutodeskRemote({ switches });
    const told = await world.remote.create(tinyRelationship(1, 'issue', 1, PROPOSED), never);
    expect(told.remoteId).toBe(link(1));
  });

  it('relates a batch in one request, of which some are there already', async () => {
    const world = await startAutodeskRemote({ switches });
    const outcomes = await world.remote.batch?.create(
      [
        tinyRelationship(1, 'issue', 1, PROPOSED),
        tinyRelationship(1, 'issue', 2, OTHER),
        tinyRelationship(1, 'document', 1),
        tinyRelationship(1, 'document', 2),
      ],
      never,
    );
    expect(toTexts(outcomes)).toEqual([link(1), OTHER, link(2), idOn(world, 1, 'document', 2)]);
    expect(writesTo(world.server)).toEqual([put]);
  });

  it('lets one that cannot be stop no other of its batch', async () => {
    const world = await startAutodeskRemote({ switches });
    deleteFarEntity(world.project, toRef('issue', tinyIds.issue(2)));
    const outcomes = await world.remote.batch?.create(
      [
        tinyRelationship(4, 'issue', 1, PROPOSED),
        tinyRelationship(4, 'issue', 2),
        tinyRelationship(4, 'document', 9),
        tinyRelationship(4, 'checklist', 1),
        { ...tinyRelationship(4, 'issue', 1), target: tinyRef('asset', 4) },
      ],
      never,
    );
    const checklist = idOn(world, 4, 'checklist', 1);
    expect(toTexts(outcomes)).toEqual([PROPOSED, 'end-removed', 'end-removed', checklist, 'refused']);
    expect(checklist).toBeDefined();
  });

  it('tells that a proposed id is taken, by another pair or by what was deleted', async () => {
    const world = await startAutodeskRemote({ switches });
    removeRelationship(world.project, link(3), 2);
    const another = await catchRemoteError(
      world.remote.create(tinyRelationship(4, 'issue', 1, link(1)), never),
    );
    const deleted = await catchRemoteError(
      world.remote.create(tinyRelationship(2, 'document', 2, link(3)), never),
    );
    expect([another.kind, deleted.kind]).toEqual(['id-taken', 'id-taken']);
    expect(idOn(world, 4, 'issue', 1)).toBeUndefined();
    await world.remote.create(tinyRelationship(2, 'document', 2, PROPOSED), never);
    expect(idOn(world, 2, 'document', 2)).toBe(PROPOSED);
  });

  it('removes a batch in one request, of which some are gone already', async () => {
    const world = await startAutodeskRemote({ switches });
    removeRelationship(world.project, link(2), 2);
    const outcomes = await world.remote.batch?.remove(
      [tinyRelationship(1, 'issue', 1, link(1)), tinyRelationship(1, 'document', 1, link(2))],
      never,
    );
    expect(toTexts(outcomes)).toEqual(['removed', 'removed']);
    expect(idOn(world, 1, 'issue', 1)).toBeUndefined();
    expect(writesTo(world.server)).toEqual([deletePost]);
  });

  it('relates an asset and a checklist by the older endpoint, and never sends an id there', async () => {
    const { sent, send } = createRecorder();
    const world = await startAutodeskRemote({ switches, fetch: send });
    const wanted = tinyRelationship(2, 'checklist', 1, PROPOSED);
    const turned: RemoteRelationship = { ...wanted, source: wanted.target, target: wanted.source };
    const told = await world.remote.create(turned, never);
    expect(told.remoteId).toBe(idOn(world, 2, 'checklist', 1));
    expect(writesTo(world.server)).toEqual([legacyPost]);
    expect(sent.map(({ body }) => body)).toContainEqual({
      entities: [{ id: tinyIds.checklist(1), type: 'checklist' }],
    });
    expect((await world.remote.create(wanted, never)).remoteId).toBe(told.remoteId);
  });

  it('cannot remove what a service made of an asset and a checklist, and says so', async () => {
    const world = await startAutodeskRemote({ switches });
    const error = await catchRemoteError(
      world.remote.remove(tinyRelationship(1, 'checklist', 1, link(5)), never),
    );
    expect(error).toMatchObject({ kind: 'refused', message: expect.stringContaining('checklist') });
    expect(idOn(world, 1, 'checklist', 1)).toBe(link(5));
  });
});

describe('creating', () => {
  it('sends no more than ids and ends', async () => {
    const { sent, send } = createRecorder();
    const { remote } = await startAutodeskRemote({ fetch: send });
    await remote.create(tinyRelationship(4, 'issue', 1, PROPOSED), never);
    expect(sent.map(({ body }) => body)).toEqual([
      [{ id: PROPOSED, entities: [toRef('asset', tinyIds.asset(4)), toRef('issue', tinyIds.issue(1))] }],
    ]);
  });

  it('goes by the newer API where that was seen to take checklists', async () => {
    const world = await startAutodeskRemote({ switches: { checklistWritable: true } });
    await world.remote.fetchCapabilities(never);
    await world.remote.create(tinyRelationship(2, 'checklist', 1, PROPOSED), never);
    expect(idOn(world, 2, 'checklist', 1)).toBe(PROPOSED);
    await world.remote.remove(tinyRelationship(2, 'checklist', 1, PROPOSED), never);
    expect(idOn(world, 2, 'checklist', 1)).toBeUndefined();
  });

  test.each(['issue', 'document'] as const)(
    'an asset and a %s goes by the older endpoint where the newer refuses',
    async (kind) => {
      const world = await startAutodeskRemote();
      world.server.addFault({ on: { method: 'PUT' }, fault: { kind: 'status', status: 403 } });
      const told = await world.remote.create(tinyRelationship(4, kind, 1, PROPOSED), never);
      expect(told.remoteId).toBe(idOn(world, 4, kind, 1));
      expect(writesTo(world.server)).toEqual([put, legacyPost]);
    },
  );

  it('of what both refuse is refused, with what Autodesk says', async () => {
    const world = await startAutodeskRemote({ switches: { deniedEntities: [tinyIds.issue(1)] } });
    const error = await catchRemoteError(world.remote.create(tinyRelationship(4, 'issue', 1), never));
    expect(error).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('no access to one of the entities'),
    });
  });

  it('of an asset and a checklist is refused on ACC, which has no such endpoint any more', async () => {
    const world = await startAutodeskRemote({ scope: tinyIds.accProject });
    const error = await catchRemoteError(world.remote.create(tinyRelationship(11, 'checklist', 1), never));
    expect(error).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('BIM 360 projects only'),
    });
  });

  it('names an asset that was deleted meanwhile', async () => {
    const world = await startAutodeskRemote();
    const asset = world.project.assets.get(tinyIds.asset(4));
    if (asset) world.project.assets.set(asset.id, { ...asset, deletedAt: 5 });
    for (const far of ['issue', 'checklist'] as const) {
      const error = await catchRemoteError(world.remote.create(tinyRelationship(4, far, 1), never));
      expect(error.kind).toBe('end-removed');
      expect(error.removedEnds).toEqual([tinyRef('asset', 4)]);
    }
  });

  it('tells a lost answer as lost, and a probe then finds what was done', async () => {
    const world = await startAutodeskRemote();
    for (const on of [{ method: 'PUT' }, { path: '/bim360/assets/v1/' }]) {
      world.server.addFault({ on, when: 'after', times: 1, fault: { kind: 'drop', at: 'headers' } });
    }
    for (const kind of ['issue', 'checklist'] as const) {
      const wanted = tinyRelationship(4, kind, 1, kind === 'issue' ? PROPOSED : OTHER);
      expect((await catchRemoteError(world.remote.create(wanted, never))).kind).toBe('unreachable');
      expect((await world.remote.probe(wanted, never))?.remoteId).toBe(idOn(world, 4, kind, 1));
      expect(await world.remote.create(wanted, never)).toMatchObject({ remoteId: idOn(world, 4, kind, 1) });
    }
  });

  it('that fails over there after it was done is settled by a look at what is there', async () => {
    const world = await startAutodeskRemote();
    world.server.addFault({
      on: { path: '/bim360/assets/v1/' },
      when: 'after',
      fault: { kind: 'status', status: 500 },
    });
    const told = await world.remote.create(tinyRelationship(4, 'checklist', 1), never);
    expect(told.remoteId).toBe(idOn(world, 4, 'checklist', 1));
  });

  it('is not believed where nothing came of it', async () => {
    const world = await startAutodeskRemote();
    const fault = { kind: 'status', status: 200, body: 'empty' } as const;
    world.server.addFault({ on: { method: 'PUT' }, times: 1, fault: { kind: 'body', text: '[]' } });
    expect(await world.remote.create(tinyRelationship(4, 'issue', 1, PROPOSED), never)).toBeDefined();
    world.server.addFault({ on: { path: '/bim360/assets/v1/' }, fault });
    const error = await catchRemoteError(world.remote.create(tinyRelationship(4, 'checklist', 1), never));
    expect(error.kind).toBe('server-fault');
  });

  it('ends as refused where the body is not taken for JSON', async () => {
    const world = await startAutodeskRemote();
    world.server.addFault({ on: { method: 'PUT' }, fault: { kind: 'status', status: 415 } });
    expect((await catchRemoteError(world.remote.create(tinyRelationship(4, 'issue', 1), never))).kind).toBe(
      'refused',
    );
  });
});

describe('removing', () => {
  it('takes fifty in one request', async () => {
    const site = seedLargeBuilding({ assets: 60, relationships: 60 });
    const world = await startAutodeskRemote({ site });
    const page = await world.remote.feed?.fetchChanges(null, never);
    const known = (page?.present ?? []).slice(0, 50).map(({ source, target, remoteId }) => ({
      source: { ...source, lookupId: source.remoteId },
      target: { ...target, lookupId: target.remoteId },
      type: null,
      remoteId,
    }));
    expect(toTexts(await world.remote.batch?.remove(known, never))).toEqual(known.map(() => 'removed'));
    expect(world.project.pairs.size).toBe(10);
    expect(writesTo(world.server)).toEqual([deletePost]);
  });

  it('of what is read-only is refused: before it is sent where that is known, else with the reason', async () => {
    const world = await startAutodeskRemote({ switches: { allReadOnly: true } });
    const relationship = tinyRelationship(1, 'issue', 1, link(1));
    const words = { kind: 'refused', message: expect.stringContaining('read-only') };
    expect(await catchRemoteError(world.remote.remove(relationship, never))).toMatchObject(words);
    expect(writesTo(world.server)).toEqual([deletePost]);
    world.server.clearRequests();
    expect(await catchRemoteError(world.remote.remove(relationship, never))).toMatchObject(words);
    expect(world.server.requests).toEqual([]);
  });

  it('of what may be written again goes on after the next look', async () => {
    const world = await startAutodeskRemote({ switches: { allReadOnly: true } });
    const relationship = tinyRelationship(1, 'issue', 1, link(1));
    await world.remote.probe(relationship, never);
    world.server.set({ allReadOnly: false });
    await world.remote.probe(relationship, never);
    await world.remote.remove(relationship, never);
    expect(idOn(world, 1, 'issue', 1)).toBeUndefined();
  });

  it('of one that may not be removed stops no other of its batch', async () => {
    const world = await startAutodeskRemote();
    const outcomes = await world.remote.batch?.remove(
      [
        tinyRelationship(1, 'checklist', 1, link(5)),
        tinyRelationship(1, 'issue', 1, link(1)),
        tinyRelationship(4, 'issue', 1),
      ],
      never,
    );
    expect(toTexts(outcomes)).toEqual(['refused', 'removed', 'removed']);
    expect(idOn(world, 1, 'issue', 1)).toBeUndefined();
  });

  it('is done where the id is unknown there and the service says so by a 404', async () => {
    const world = await startAutodeskRemote({ switches: { deleteUnknown: '404' } });
    removeRelationship(world.project, link(1), 2);
    const gone = tinyRelationship(1, 'issue', 1, link(1));
    await expect(world.remote.remove(gone, never)).resolves.toBeUndefined();
    const outcomes = await world.remote.batch?.remove(
      [gone, tinyRelationship(1, 'document', 1, link(2))],
      never,
    );
    expect(toTexts(outcomes)).toEqual(['removed', 'removed']);
  });

  it('is refused where the pair was related anew under another id, which nobody looked at', async () => {
    const world = await startAutodeskRemote();
    removeRelationship(world.project, link(1), 2);
    addRelationship(world.project, [toRef('asset', tinyIds.asset(1)), toRef('issue', tinyIds.issue(1))], {
      id: OTHER,
      now: 3,
    });
    const error = await catchRemoteError(
      world.remote.remove(tinyRelationship(1, 'issue', 1, link(1)), never),
    );
    expect(error.kind).toBe('refused');
    expect(idOn(world, 1, 'issue', 1)).toBe(OTHER);
  });
});
