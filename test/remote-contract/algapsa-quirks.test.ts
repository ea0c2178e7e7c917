import { describe, expect, it } from 'vitest';
import {
  COLLEAGUE_KEY,
  OTHER_TENANT_KEY,
  seedLargeFleet,
  TINY_TENANTS,
  tinyId,
  tinyLinkId,
} from '../servers/algapsa/seed.ts';
import { findLink, mustTenant } from '../servers/algapsa/site.ts';
import type { AlgapsaSwitches, Profile } from '../servers/algapsa/switches.ts';
import {
  type AlgapsaUnderTest,
  startAlgapsaRemote,
  tinyRef,
  tinyRelationship,
  writesTo,
} from '../support/algapsa-remote.ts';
import { catchRemoteError, readAll } from './remote-suite.ts';

const never = new AbortController().signal;

const typeOn = ({ server }: AlgapsaUnderTest, parent: number, child: number) =>
  findLink(mustTenant(server.site), tinyId(parent), tinyId(child))?.relationshipType;

describe('who a key speaks for', () => {
  it('is the tenant that the assets name, whoever owns the key', async () => {
    const { remote } = await startAlgapsaRemote();
    const identity = await remote.identify(never);
    expect(identity).toMatchObject({
      account: TINY_TENANTS.first,
      fingerprint: `tenant=${TINY_TENANTS.first}`,
    });
    const colleague = await startAlgapsaRemote({ secret: COLLEAGUE_KEY });
    expect((await colleague.remote.identify(never)).fingerprint).toBe(identity.fingerprint);
  });

  it('must be the tenant of the connection', async () => {
    const { remote } = await startAlgapsaRemote({ scope: TINY_TENANTS.first, secret: OTHER_TENANT_KEY });
    expect((await catchRemoteError(remote.identify(never))).kind).toBe('unauthorised');
  });

  it('stops every read and write as soon as an answer is of another tenant', async () => {
    const { remote, server } = await startAlgapsaRemote({ switches: { profile: 'intended' } });
    await remote.identify(never);
    server.set({ tenantSwap: TINY_TENANTS.second });
    const calls = [
      () => readAll(remote, 'asset'),
      () => remote.fetchRelationshipsOf(tinyRef(1), 'incoming', never),
      () => remote.fetchLiveness(tinyRef(1), never),
    ];
    for (const call of calls) expect((await catchRemoteError(call())).kind).toBe('identity-changed');
  });

  it('cannot be told without assets, unless the tenant is given', async () => {
    const switches = { emptyLists: true };
    const unknown = await startAlgapsaRemote({ switches });
    expect((await catchRemoteError(unknown.remote.identify(never))).message).toContain('tenant');
    const given = await startAlgapsaRemote({ switches, scope: TINY_TENANTS.first.toUpperCase() });
    expect((await given.remote.identify(never)).account).toBe(TINY_TENANTS.first);
  });

  it('is refused in each of the four forms that errors have', async () => {
    for (const errorForm of ['as-real', 'thrown', 'controller', 'text'] as const) {
      const { remote } = await startAlgapsaRemote({ secret: 'f'.repeat(64), switches: { errorForm } });
      expect((await catchRemoteError(remote.identify(never))).kind).toBe('unauthorised');
    }
  });
});

describe('assets', () => {
  it('come with one export', async () => {
    const { remote, server } = await startAlgapsaRemote();
    expect(await readAll(remote, 'asset')).toHaveLength(7);
    expect(server.requests.map(({ path }) => path)).toEqual(['/api/v1/assets/export']);
  });

  it('come by pages where the export fails', async () => {
    const site = seedLargeFleet({ assets: 250, relationships: 10 });
    const { remote, server } = await startAlgapsaRemote({ site });
    server.addFault({ on: { path: '/api/v1/assets/export' }, fault: { kind: 'status', status: 404 } });
    const ids = (await readAll(remote, 'asset')).map(({ remoteId }) => remoteId);
    expect(new Set(ids).size).toBe(250);
    expect(ids).toHaveLength(250);
  });

  it('are never told twice, nor called complete, where pages are drawn anew each time', async () => {
    const site = seedLargeFleet({ assets: 450, relationships: 10 });
    const { remote } = await startAlgapsaRemote({ site, switches: { ties: 'shuffled' } });
    const outcome = await readAll(remote, 'asset').then(
      (assets) => assets.map(({ remoteId }) => remoteId),
      () => 'not known whole' as const,
    );
    if (outcome !== 'not known whole') expect(new Set(outcome).size).toBe(450);
  });
});

describe('relationships', () => {
  it('are told in both directions apart, with type and id, though one list holds both', async () => {
    const { remote } = await startAlgapsaRemote({ switches: { profile: 'intended' } });
    const outgoing = await remote.fetchRelationshipsOf(tinyRef(3), 'outgoing', never);
    const toText = ({ remoteId, type }: { remoteId: string; type: string | null }) =>
      `${type} ${remoteId.slice(-1)}`;
    expect(outgoing.map(toText).toSorted()).toEqual(['backed up by 4', 'connected to 2', 'related 5']);
    expect(outgoing.map(({ relationshipId }) => relationshipId)).toContain(tinyLinkId(3, 4));
    const incoming = await remote.fetchRelationshipsOf(tinyRef(3), 'incoming', never);
    expect(incoming.map(toText).toSorted()).toEqual(['Depends on 6', 'depends on 5']);
  });

  it('of the newest release have no id', async () => {
    const { remote } = await startAlgapsaRemote();
    expect(await remote.probe(tinyRelationship(3, 4), never)).toEqual({
      type: 'backed up by',
      remoteId: null,
      madeAt: '2025-01-13T09:30:00.000Z',
    });
  });

  it('are read from the published form, too', async () => {
    const { remote } = await startAlgapsaRemote({ switches: { profile: 'documented' } });
    const known = { type: 'depends on', remoteId: tinyLinkId(5, 3), madeAt: '2025-01-13T09:30:00.000Z' };
    expect(await remote.probe(tinyRelationship(5, 3), never)).toEqual(known);
    expect(await remote.fetchRelationshipsOf(tinyRef(3), 'outgoing', never)).toHaveLength(3);
  });
});

const workingServers: readonly (readonly [string, Partial<AlgapsaSwitches>])[] = [
  ['repaired', { profile: 'intended' }],
  ['as the page says', { profile: 'documented' }],
  ['as the schema says', { profile: 'documented', createdBody: 'data.data' }],
  ['with a flat answer', { profile: 'documented', createdBody: 'top-level' }],
  ['that commits and then fails', { profile: 'intended', failAfterCommit: true }],
];

for (const [name, switches] of workingServers) {
  describe(`a server ${name}`, () => {
    it('creates a relationship once and tells its type and id, then deletes it by that id', async () => {
      const world = await startAlgapsaRemote({ switches });
      const created = await world.remote.create(tinyRelationship(7, 1, { type: ' Feeds é ' }), never);
      expect(created).toMatchObject({ type: ' Feeds é ' });
      expect(typeOn(world, 7, 1)).toBe(' Feeds é ');
      const there = await world.remote.probe(tinyRelationship(7, 1), never);
      expect(there?.remoteId).toEqual(expect.any(String));
      await world.remote.remove(tinyRelationship(7, 1, { remoteId: there?.remoteId ?? '' }), never);
      expect(typeOn(world, 7, 1)).toBeUndefined();
      expect(writesTo(world.server)).toEqual([
        `POST /api/v1/assets/${tinyId(7)}/relationships`,
        `DELETE /api/v1/assets/relationships/${there?.remoteId}`,
      ]);
    });

    it('tells what a pair has already, and changes nothing', async () => {
      const world = await startAlgapsaRemote({ switches });
      const there = await world.remote.create(tinyRelationship(3, 4, { type: 'feeds' }), never);
      expect(there.type).toBe('backed up by');
      expect(typeOn(world, 3, 4)).toBe('backed up by');
    });
  });
}

describe('what no server takes', () => {
  it('is refused before anything is sent: a self, no type, and a type of more than 255 characters', async () => {
    const { remote, server } = await startAlgapsaRemote({ switches: { profile: 'intended' } });
    for (const wrong of [
      tinyRelationship(1, 1),
      { ...tinyRelationship(1, 2), type: null },
      tinyRelationship(1, 2, { type: 'x'.repeat(256) }),
    ]) {
      expect((await catchRemoteError(remote.create(wrong, never))).kind).toBe('refused');
    }
    expect(server.requests).toEqual([]);
  });
});

describe('a server that cannot write', () => {
  it('says so with its first fault of that kind, after a look at what is there', async () => {
    const { remote, server } = await startAlgapsaRemote();
    const error = await catchRemoteError(remote.create(tinyRelationship(7, 1), never));
    expect(error.kind).toBe('read-only');
    expect(error.message).toContain('1.4.7');
    expect(server.requests.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET']);
  });

  it('is not asked to delete what it told no id of', async () => {
    const { remote, server } = await startAlgapsaRemote();
    const error = await catchRemoteError(remote.remove(tinyRelationship(3, 4), never));
    expect(error).toMatchObject({ kind: 'refused', message: expect.stringContaining('id') });
    expect(writesTo(server)).toEqual([]);
  });

  it('tells the same where it knew the id from before', async () => {
    const { remote } = await startAlgapsaRemote();
    const relationship = tinyRelationship(3, 4, { remoteId: tinyLinkId(3, 4) });
    expect((await catchRemoteError(remote.remove(relationship, never))).kind).toBe('read-only');
  });

  for (const profile of ['legacy-nocontext', 'double-wrap', 'v1.2.0', 'v1.3.0'] satisfies Profile[]) {
    it(`of release ${profile} is never believed to have done something`, async () => {
      const { remote } = await startAlgapsaRemote({ switches: { profile } });
      const error = await catchRemoteError(remote.create(tinyRelationship(7, 1), never));
      expect(['server-fault', 'foreign-answer', 'read-only']).toContain(error.kind);
      await catchRemoteError(remote.probe(tinyRelationship(3, 4), never));
    });
  }

  it('of release 1.4.0 fails without a reason that is known', async () => {
    const { remote } = await startAlgapsaRemote({ switches: { profile: 'v1.4.0' } });
    expect((await catchRemoteError(remote.create(tinyRelationship(7, 1), never))).kind).toBe('server-fault');
  });
});

describe('a delete', () => {
  it('with an id that is not known any more is done where the relationship is gone', async () => {
    const { remote, server } = await startAlgapsaRemote({ switches: { profile: 'intended' } });
    server.deleteRelationship(tinyId(3), tinyId(4));
    const relationship = tinyRelationship(3, 4, { remoteId: tinyLinkId(3, 4) });
    await expect(remote.remove(relationship, never)).resolves.toBeUndefined();
  });

  it('with an old id is refused where the relationship was made anew', async () => {
    for (const profile of ['intended', 'documented'] as const) {
      const { remote, server } = await startAlgapsaRemote({ switches: { profile } });
      server.deleteRelationship(tinyId(3), tinyId(4));
      server.createRelationship(tinyId(3), tinyId(4), 'backed up by');
      const relationship = tinyRelationship(3, 4, { remoteId: tinyLinkId(3, 4) });
      expect((await catchRemoteError(remote.remove(relationship, never))).kind).toBe('refused');
    }
  });

  it('without permission is forbidden', async () => {
    const { remote } = await startAlgapsaRemote({ switches: { profile: 'intended', lacksPermission: true } });
    const relationship = tinyRelationship(3, 4, { remoteId: tinyLinkId(3, 4) });
    expect((await catchRemoteError(remote.remove(relationship, never))).kind).toBe('forbidden');
  });
});

describe('a server that enforces its limit', () => {
  it('is asked for as long as it takes', async () => {
    const moment = { read: () => 0 };
    const { remote, server, clock } = await startAlgapsaRemote({
      switches: { enforceLimit: true, limit: { burst: 3, perMinute: 60 } },
      now: () => moment.read(),
    });
    moment.read = () => clock.waits.reduce((sum, wait) => sum + wait, 0);
    const lists = Array.from({ length: 30 }, () =>
      remote.fetchRelationshipsOf(tinyRef(3), 'outgoing', never),
    );
    expect(await Promise.all(lists)).toHaveLength(30);
    expect(server.requests.length).toBeGreaterThan(30);
  });
});
