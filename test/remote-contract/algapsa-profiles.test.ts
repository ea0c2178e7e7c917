import { describe, expect, it } from 'vitest';
import type { RemoteError } from '../../src-main/backend/remote/errors.ts';
import { seedLargeFleet, tinyId, tinyLinkId } from '../servers/algapsa/seed.ts';
import { createLink, findLink, mustTenant } from '../servers/algapsa/site.ts';
import type { AlgapsaSwitches, Profile } from '../servers/algapsa/switches.ts';
import { startAlgapsaRemote, tinyRef, tinyRelationship, writesTo } from '../support/algapsa-remote.ts';
import { readAll } from './remote-suite.ts';

const never = new AbortController().signal;

/** How a call ends: with what it tells, or with the kind of its error. */
async function endOf(call: Promise<unknown>): Promise<unknown> {
  return await call.catch((error: RemoteError) => error.kind);
}

interface Expected {
  readonly assets: number | string;
  /** How many relationships of asset 3 are told, outgoing and incoming. */
  readonly listed: readonly [number | string, number | string];
  readonly liveness: string;
  /** What the first and the second create that fails ends with; `done` where it does not fail. */
  readonly creates: readonly [string, string];
  readonly remove: string;
}

const whole = { assets: 7, listed: [3, 2], liveness: 'alive' } as const;
const blind = { assets: 7, listed: ['server-fault', 'server-fault'], liveness: 'server-fault' } as const;

const profiles: Readonly<Record<Profile, Expected>> = {
  intended: { ...whole, creates: ['done', 'done'], remove: 'done' },
  documented: { ...whole, listed: [3, 0], creates: ['done', 'done'], remove: 'done' },
  head: { ...whole, creates: ['read-only', 'read-only'], remove: 'refused' },
  'v1.4.0': { ...whole, creates: ['server-fault', 'read-only'], remove: 'refused' },
  'v1.3.0': { ...blind, creates: ['server-fault', 'server-fault'], remove: 'server-fault' },
  'v1.2.0': { ...blind, creates: ['server-fault', 'server-fault'], remove: 'server-fault' },
  'double-wrap': {
    assets: 'foreign-answer',
    listed: ['server-fault', 'server-fault'],
    liveness: 'server-fault',
    creates: ['server-fault', 'server-fault'],
    remove: 'server-fault',
  },
  'legacy-nocontext': {
    assets: 'server-fault',
    listed: ['server-fault', 'server-fault'],
    liveness: 'server-fault',
    creates: ['server-fault', 'server-fault'],
    remove: 'server-fault',
  },
};

// the keys of a record are not told as such
for (const [profile, expected] of Object.entries(profiles) as [Profile, Expected][]) {
  describe(`the profile ${profile}`, () => {
    it('reads what that server can tell', async () => {
      const { remote } = await startAlgapsaRemote({ switches: { profile } });
      expect(await endOf(readAll(remote, 'asset').then(({ length }) => length))).toBe(expected.assets);
      const count = (direction: 'outgoing' | 'incoming') =>
        endOf(remote.fetchRelationshipsOf(tinyRef(3), direction, never).then(({ length }) => length));
      expect([await count('outgoing'), await count('incoming')]).toEqual(expected.listed);
      expect(await endOf(remote.fetchLiveness(tinyRef(3), never))).toBe(expected.liveness);
    });

    it('creates, or says what keeps it from creating', async () => {
      const { remote, server } = await startAlgapsaRemote({ switches: { profile } });
      const create = (child: number) =>
        endOf(remote.create(tinyRelationship(7, child), never).then(() => 'done'));
      expect([await create(1), await create(2)]).toEqual(expected.creates);
      const isThere = findLink(mustTenant(server.site), tinyId(7), tinyId(1)) !== undefined;
      expect(isThere).toBe(expected.creates[0] === 'done');
    });

    it('removes, or says what keeps it from removing', async () => {
      const { remote, server } = await startAlgapsaRemote({ switches: { profile } });
      expect(await endOf(remote.remove(tinyRelationship(3, 4), never).then(() => 'done'))).toBe(
        expected.remove,
      );
      const isThere = findLink(mustTenant(server.site), tinyId(3), tinyId(4)) !== undefined;
      expect(isThere).toBe(expected.remove !== 'done');
    });
  });
}

describe('a server that answers every write with a plain internal error', () => {
  it('is found out by the second, however many changes wait', async () => {
    const { remote, server } = await startAlgapsaRemote({ switches: { profile: 'v1.4.0' } });
    const kinds = [];
    for (const child of [1, 2]) kinds.push(await endOf(remote.create(tinyRelationship(7, child), never)));
    expect(kinds).toEqual(['server-fault', 'read-only']);
    expect(writesTo(server)).toHaveLength(2);
  });

  it('is not taken for one that cannot write where a write has worked', async () => {
    const { remote, server } = await startAlgapsaRemote({ switches: { profile: 'intended' } });
    await remote.create(tinyRelationship(7, 1), never);
    server.addFault({ on: { method: 'POST' }, fault: { kind: 'status', status: 500 } });
    for (const child of [2, 3, 4]) {
      expect(await endOf(remote.create(tinyRelationship(7, child), never))).toBe('server-fault');
    }
  });
});

describe('a delete that hangs for 21 seconds', () => {
  it('is waited for: a delete has more than a minute', async () => {
    const deadlines: number[] = [];
    const { remote } = await startAlgapsaRemote({
      switches: { profile: 'intended' },
      timer: (milliseconds) => {
        deadlines.push(milliseconds);
        return () => undefined;
      },
    });
    await remote.remove(tinyRelationship(3, 4, { remoteId: tinyLinkId(3, 4) }), never);
    expect(Math.max(...deadlines)).toBeGreaterThanOrEqual(60_000);
  });

  it('whose answer is lost may be done: the error says that nothing is known', async () => {
    const { remote, server } = await startAlgapsaRemote({ switches: { profile: 'intended' } });
    server.addFault({ on: { method: 'DELETE' }, when: 'after', fault: { kind: 'drop', at: 'headers' } });
    const relationship = tinyRelationship(3, 4, { remoteId: tinyLinkId(3, 4) });
    expect(await endOf(remote.remove(relationship, never))).toBe('unreachable');
    expect(await remote.probe(relationship, never)).toBeNull();
  });
});

describe('the export', () => {
  const large = (assets: number, switches: Partial<AlgapsaSwitches> = {}) =>
    startAlgapsaRemote({ site: seedLargeFleet({ assets, relationships: 0 }), switches });

  it('is handed on while it comes', async () => {
    const { remote, server } = await large(3000);
    const sizes: number[] = [];
    for await (const page of remote.fetchEntities('asset', never)) sizes.push(page.length);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(3000);
    expect(sizes.length).toBeGreaterThan(4);
    expect(server.requests).toHaveLength(1);
  });

  it('that is too large is given up for the list, and nothing is told twice', async () => {
    const { remote, server } = await large(300);
    server.addFault({
      on: { path: '/api/v1/assets/export' },
      fault: { kind: 'oversized', bytes: 21 * 1024 * 1024 },
    });
    const ids = (await readAll(remote, 'asset')).map(({ remoteId }) => remoteId);
    expect(ids).toHaveLength(300);
    expect(new Set(ids).size).toBe(300);
    expect(server.requests.some(({ path }) => path === '/api/v1/assets')).toBe(true);
  });

  it('that breaks off is asked for once more', async () => {
    const { remote, server } = await large(300);
    server.addFault({
      on: { path: '/api/v1/assets/export' },
      times: 1,
      when: 'after',
      fault: { kind: 'drop', at: 50_000 },
    });
    expect(await readAll(remote, 'asset')).toHaveLength(300);
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/api/v1/assets/export',
      '/api/v1/assets/export',
    ]);
  });

  it('that was cut short, yet ends as JSON should not, is given up for the list', async () => {
    const { remote, server } = await large(300);
    server.addFault({ on: { path: '/api/v1/assets/export' }, fault: { kind: 'truncated' } });
    expect(await readAll(remote, 'asset')).toHaveLength(300);
    expect(server.requests.filter(({ path }) => path === '/api/v1/assets').length).toBeGreaterThan(0);
  });

  it('of 50,000 rows may be cut, so that the list is read', async () => {
    const { remote, server } = await startAlgapsaRemote({
      site: seedLargeFleet({ assets: 50_050, relationships: 0 }),
    });
    server.addFault({ on: { path: '/api/v1/assets' }, skip: 1, fault: { kind: 'status', status: 403 } });
    let told = 0;
    const reading = (async () => {
      for await (const page of remote.fetchEntities('asset', never)) told += page.length;
    })();
    // the list is not let in, so that the pull ends there: what matters is that it was asked for
    expect(await endOf(reading)).toBe('forbidden');
    expect(told).toBeLessThanOrEqual(50_000);
    expect(server.requests.map(({ path }) => path)).toEqual(['/api/v1/assets/export', '/api/v1/assets']);
  }, 60_000);
});

describe('one row per link', () => {
  it('is told however often a list repeats it, and the reverse is another one', async () => {
    const { remote, server } = await startAlgapsaRemote({ switches: { profile: 'intended' } });
    createLink(mustTenant(server.site), {
      parentId: tinyId(7),
      childId: tinyId(6),
      relationshipId: tinyId(500),
      relationshipType: 'feeds',
      createdAt: 0,
    });
    server.addFault({ on: { path: /relationships$/ }, fault: { kind: 'repeat-rows' } });
    const outgoing = await remote.fetchRelationshipsOf(tinyRef(7), 'outgoing', never);
    expect(outgoing.map(({ remoteId }) => remoteId)).toEqual([tinyId(6)]);
    expect(await remote.probe(tinyRelationship(6, 7), never)).toBeNull();
  });
});
