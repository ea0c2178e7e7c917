import { describe, expect, it, test } from 'vitest';
import { toRef } from '../servers/autodesk/entity-ref.ts';
import { findRelationship } from '../servers/autodesk/relationships.ts';
import { COLLEAGUE, tinyIds } from '../servers/autodesk/seed.ts';
import {
  type AutodeskUnderTest,
  startAutodeskRemote,
  tinyRef,
  tinyRelationship,
  writesTo,
} from '../support/autodesk-remote.ts';
import { catchRemoteError, readAll } from './remote-suite.ts';

const never = new AbortController().signal;
const PROPOSED = '5a5a5a5a-0000-4000-8000-000000000001';
const link = (n: number) => tinyIds.relationship(n);
const put = 'PUT containers/…/relationships';

const idOn = ({ project }: AutodeskUnderTest, asset: number, kind: 'issue', n: number) =>
  findRelationship(project, toRef('asset', tinyIds.asset(asset)), toRef(kind, tinyIds[kind](n)))?.id;

describe('a 403', () => {
  const tries: readonly (readonly [string, (world: AutodeskUnderTest) => Promise<unknown>])[] = [
    ['identify', ({ remote }) => remote.identify(never)],
    ['a read', ({ remote }) => remote.fetchRelationshipsOf(tinyRef('asset', 1), 'outgoing', never)],
    ['the feed', ({ remote }) => remote.feed?.fetchChanges(null, never) ?? Promise.resolve()],
    ['a create', ({ remote }) => remote.create(tinyRelationship(4, 'issue', 1), never)],
    ['a delete', ({ remote }) => remote.remove(tinyRelationship(1, 'issue', 1, link(1)), never)],
  ];

  test.each(tries)('of %s is told as what it comes from', async (_what, attempt) => {
    const causes = [
      [await startAutodeskRemote({ switches: { bim360Api: false } }), 'set up'],
      [await startAutodeskRemote({ switches: { provisioned: false } }), 'Custom Integrations'],
      [await startAutodeskRemote({ region: 'US' }), 'region'],
      [await startAutodeskRemote({ who: { scopes: [] } }), 'lacks a right'],
    ] as const;
    for (const [world, advice] of causes) {
      const error = await catchRemoteError(attempt(world));
      expect(error).toMatchObject({ kind: 'forbidden', message: expect.stringContaining(advice) });
    }
  });

  it('of somebody who is no member says so', async () => {
    const world = await startAutodeskRemote({ scope: tinyIds.accProject, who: { userId: COLLEAGUE.id } });
    const error = await catchRemoteError(world.remote.identify(never));
    expect(error).toMatchObject({ kind: 'forbidden', message: expect.stringContaining('no member') });
  });
});

describe('a project', () => {
  test.each([tinyIds.project, `b.${tinyIds.project}`, `b.${tinyIds.project.toUpperCase()}`])(
    '%s is the one that begins with a b itself',
    async (scope) => {
      const { remote } = await startAutodeskRemote({ scope });
      expect((await remote.identify(never)).account).toBe(tinyIds.project);
    },
  );

  test.each(['', 'b.', `b.b.${tinyIds.project}`, '../../x'])(
    '“%s” is refused before anything is sent',
    async (scope) => {
      const { remote, server } = await startAutodeskRemote({ scope });
      expect((await catchRemoteError(remote.identify(never))).kind).toBe('refused');
      expect((await catchRemoteError(remote.create(tinyRelationship(4, 'issue', 1), never))).kind).toBe(
        'refused',
      );
      expect(server.requests).toEqual([]);
    },
  );

  it('that is unknown is refused with what Autodesk says', async () => {
    const world = await startAutodeskRemote();
    world.server.site.projects.clear();
    expect((await catchRemoteError(world.remote.identify(never))).kind).toBe('refused');
  });
});

describe('who is signed in', () => {
  it('is told by the token, with project and region', async () => {
    const mine = await startAutodeskRemote();
    const theirs = await startAutodeskRemote({ who: { userId: COLLEAGUE.id } });
    const identity = await mine.remote.identify(never);
    expect(identity.fingerprint).toBe(`user=LA7ZL85MU7ML project=${tinyIds.project} region=EMEA`);
    expect((await theirs.remote.identify(never)).fingerprint).not.toBe(identity.fingerprint);
  });

  it('goes on with a new token where one is refused, for reads and for writes, and does each once', async () => {
    const world = await startAutodeskRemote({ switches: { accessTokenSeconds: 3599 } });
    const used = await world.tokens.accessToken(never);
    world.server.addFault({ on: { method: 'PUT' }, times: 1, fault: { kind: 'status', status: 401 } });
    world.server.addFault({ on: { path: /:search$/ }, times: 1, fault: { kind: 'status', status: 401 } });
    await world.remote.create(tinyRelationship(4, 'issue', 1, PROPOSED), never);
    expect(idOn(world, 4, 'issue', 1)).toBe(PROPOSED);
    expect(await world.remote.fetchRelationshipsOf(tinyRef('asset', 4), 'outgoing', never)).toHaveLength(1);
    expect(world.tokens.refusals).toHaveLength(2);
    expect(world.tokens.refusals[0]).toBe(used);
  });

  it('ends the call where the new token is refused, too', async () => {
    const world = await startAutodeskRemote();
    world.server.set({ unauthorizedFrom: 1 });
    expect((await catchRemoteError(readAll(world.remote, 'asset'))).kind).toBe('unauthorised');
    expect(world.server.requests).toHaveLength(2);
  });

  it('must stay the same, or nothing more is sent', async () => {
    const world = await startAutodeskRemote({ next: { userId: COLLEAGUE.id } });
    world.server.addFault({ on: { method: 'PUT' }, times: 1, fault: { kind: 'status', status: 401 } });
    const error = await catchRemoteError(world.remote.create(tinyRelationship(4, 'issue', 1), never));
    expect(error.kind).toBe('identity-changed');
    expect(writesTo(world.server)).toEqual([put]);
  });

  it('is asked to sign in again where nothing renews the sign-in', async () => {
    const world = await startAutodeskRemote({ next: null });
    world.server.set({ unauthorizedFrom: 1 });
    expect((await catchRemoteError(world.remote.identify(never))).kind).toBe('sign-in-expired');
  });

  it('is named in no message by the token', async () => {
    const world = await startAutodeskRemote();
    const token = await world.tokens.accessToken(never);
    world.server.set({ provisioned: false });
    const error = await catchRemoteError(world.remote.identify(never));
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(token);
  });
});

describe('every call', () => {
  it('names the region', async () => {
    const { remote, server } = await startAutodeskRemote({ region: 'EMEA' });
    await remote.identify(never);
    await remote.feed?.fetchChanges(null, never);
    await readAll(remote, 'asset');
    await remote.create(tinyRelationship(4, 'checklist', 1), never);
    await remote.fetchCapabilities(never);
    expect(new Set(server.requests.map(({ region }) => region))).toEqual(new Set(['EMEA']));
  });

  test.each(['seconds', 'date', 'absent'] as const)(
    'waits where the limit is reached and %s say how long',
    async (retryAfter) => {
      const moment = { read: () => 0 };
      const world = await startAutodeskRemote({
        switches: {
          retryAfter,
          limits: { relationships: 2, assetReads: 2, legacy: 1, issues: 1, token: 1, revoke: 1 },
        },
        now: () => moment.read(),
      });
      const start = Date.UTC(2026, 2, 1, 10); // a date in a header has no milliseconds
      moment.read = () =>
        start + world.clock.waits.reduce((sum, wait) => sum + (retryAfter === 'absent' ? 60_000 : wait), 0);
      for (let n = 0; n < 5; n += 1) {
        expect(await world.remote.fetchRelationshipsOf(tinyRef('asset', 1), 'outgoing', never)).toHaveLength(
          3,
        );
      }
      expect(world.server.requests.map(({ status }) => status)).toContain(429);
    },
  );
});
