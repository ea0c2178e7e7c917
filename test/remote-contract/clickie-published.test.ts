import { describe, expect, it } from 'vitest';
import { createClickieRemote } from '../../src-main/backend/remote/clickie/remote.ts';
import type { Remote } from '../../src-main/backend/remote/remote.ts';
import { archiveEntity, mustAccount } from '../servers/clickie/site.ts';
import { startClickieRemote, untyped } from '../support/clickie-remote.ts';
import { createInstantClock } from '../support/instant-clock.ts';
import { plainAccess } from '../support/plain-ports.ts';
import { catchRemoteError, readAll, readRef } from './remote-suite.ts';

const never = new AbortController().signal;
const asset10 = { kind: 'asset', remoteId: '10', lookupId: '10' };
const metric20 = { kind: 'metric', remoteId: '20', lookupId: '00000000-0000-4000-8000-000000000020' };
const pair = { source: asset10, target: metric20, ...untyped };

interface Sent {
  readonly method: string | undefined;
  readonly url: string;
  readonly headers: Headers;
  readonly body: unknown;
}

/** A remote whose every request is answered with these texts in turn, as printed on the published page. */
function createPrinted(...answers: readonly (readonly [number, string])[]): { remote: Remote; sent: Sent[] } {
  const sent: Sent[] = [];
  const left = [...answers];
  const remote = createClickieRemote(
    { url: 'https://api.clickie.io/v4', scope: '7', secret: 'raw-key', rate: 1000, ...plainAccess },
    {
      clock: createInstantClock(),
      fetch: async (url, init) => {
        sent.push({ url, method: init.method, headers: new Headers(init.headers), body: init.body });
        const [status, text] = left.shift() ?? [500, ''];
        return new Response(text, { status, headers: { 'content-type': 'application/json' } });
      },
    },
  );
  return { remote, sent };
}

function toPrinted(status: string, message: string, data: unknown, path: string): string {
  return JSON.stringify({ status, message, data, context: null, instance: path });
}

const pairPath = '/relationships/assets/10/metrics/20';
const ends = { id_parent: 10, id_child: 20 };

describe('the published page', () => {
  it('is asked for a list with the raw key, the account, a direction and a page', async () => {
    const { remote, sent } = createPrinted(
      [
        200,
        toPrinted(
          'success',
          'Relationships retrieved',
          [{ id_child: 5, child_type: 'metrics' }],
          '/relationships/assets/10',
        ),
      ],
      [200, toPrinted('success', 'Relationships retrieved', [], '/relationships/assets/10')],
    );
    const listed = await remote.fetchRelationshipsOf(asset10, 'outgoing', never);
    expect(listed).toEqual([{ kind: 'metric', remoteId: '5', type: null, relationshipId: null }]);
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET https://api.clickie.io/v4/relationships/assets/10?direction=child&skip=0&limit=100',
      'GET https://api.clickie.io/v4/relationships/assets/10?direction=child&skip=1&limit=100',
    ]);
    for (const { headers } of sent) {
      expect(headers.get('authorization')).toBe('raw-key');
      expect(headers.get('account')).toBe('7');
    }
  });

  it('creates with a POST without a body and takes 201 for done', async () => {
    const { remote, sent } = createPrinted([
      201,
      toPrinted('success', 'Element created successfully', ends, pairPath),
    ]);
    await remote.create(pair, never);
    expect(sent.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['POST', `https://api.clickie.io/v4${pairPath}`, undefined],
    ]);
  });

  it('takes “Relationship already exists” for done once the relationship was seen', async () => {
    const { remote, sent } = createPrinted(
      [400, toPrinted('error', 'Relationship already exists', null, pairPath)],
      [200, toPrinted('success', 'Element obtained successfully', ends, pairPath)],
    );
    await remote.create(pair, never);
    expect(sent.map(({ method }) => method)).toEqual(['POST', 'GET']);
  });

  it('reads one relationship as there, and “Element not found” as not there', async () => {
    const { remote } = createPrinted(
      [200, toPrinted('success', 'Element obtained successfully', ends, pairPath)],
      [404, toPrinted('error', 'Element not found', null, pairPath)],
    );
    expect(await remote.probe(pair, never)).toEqual(untyped);
    expect(await remote.probe(pair, never)).toBeNull();
  });

  it('deletes with a DELETE and takes “Element deleted successfully” for done', async () => {
    const { remote, sent } = createPrinted([
      200,
      toPrinted('success', 'Element deleted successfully', null, pairPath),
    ]);
    await remote.remove(pair, never);
    expect(sent.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['DELETE', `https://api.clickie.io/v4${pairPath}`, undefined],
    ]);
  });

  it('says beforehand what a push would send', () => {
    const { remote, sent } = createPrinted();
    const foreseen = [{ relationship: pair, isThere: false }];
    const request = { path: pairPath, about: [pair] };
    expect(remote.describe('probe', foreseen)).toEqual([{ method: 'GET', ...request }]);
    expect(remote.describe('create', foreseen)).toEqual([{ method: 'POST', ...request }]);
    expect(remote.describe('remove', foreseen)).toEqual([{ method: 'DELETE', ...request }]);
    expect(sent).toEqual([]);
  });

  for (const status of [401, 403, 500]) {
    it(`names Clickie and the call where it is answered with ${status}`, async () => {
      const answer = [status, toPrinted('error', 'No', null, pairPath)] as const;
      const { remote } = createPrinted(answer, answer, answer);
      const error = await catchRemoteError(remote.probe(pair, never));
      expect(error.message).toContain('Clickie');
      expect(error.message).toContain(`GET ${pairPath}`);
    });
  }
});

describe('the two ids of a metric', () => {
  it('relates by the integer and looks up by the UUID', async () => {
    const { remote, server } = await startClickieRemote();
    const metric = await readRef(remote, { kind: 'metric', remoteId: '5' });
    expect(metric.lookupId).toBe('00000000-0000-4000-8000-000000000005');
    await remote.create(
      { source: { ...asset10, remoteId: '20', lookupId: '20' }, target: metric, ...untyped },
      never,
    );
    expect(await remote.fetchLiveness(metric, never)).toBe('alive');
    expect(server.requests.map(({ path }) => path)).toContain('/relationships/assets/20/metrics/5');
    expect(server.requests.map(({ path }) => path)).toContain(`/metrics/${metric.lookupId}`);
  });

  it('never takes a metric for gone because its integer is no UUID', async () => {
    const { remote, server } = await startClickieRemote();
    expect(await remote.fetchLiveness({ kind: 'metric', remoteId: '5', lookupId: '5' }, never)).toBe(
      'unknown',
    );
    expect(server.requests).toEqual([]);
  });
});

describe('archived entities', () => {
  for (const archivedDefault of ['documented', 'active', 'archived', 'both'] as const) {
    it(`are listed with the others whatever the default filter is (${archivedDefault})`, async () => {
      const { remote, server } = await startClickieRemote({ switches: { archivedDefault, clearance: 4 } });
      archiveEntity(mustAccount(server.site), { type: 'assets', id: 12 });
      const dashboards = await readAll(remote, 'dashboard');
      const assets = await readAll(remote, 'asset');
      const toText = ({ remoteId, archived }: { remoteId: string; archived: boolean }) =>
        `${remoteId}${archived ? ' archived' : ''}`;
      expect(dashboards.map(toText).toSorted()).toEqual(['10', '11 archived']);
      expect(assets.map(toText).toSorted()).toEqual(['10', '11', '12 archived', '20']);
    });
  }

  it('are alive, so an archived entity is never taken for gone', async () => {
    const { remote } = await startClickieRemote();
    const dashboard = await readRef(remote, { kind: 'dashboard', remoteId: '11' });
    expect(await remote.fetchLiveness(dashboard, never)).toBe('alive');
  });
});

describe('envelope profiles', () => {
  for (const envelope of ['v4.3.5', 'v4.2'] as const) {
    it(`reads, creates and removes with the envelope of ${envelope}`, async () => {
      const { remote } = await startClickieRemote({ switches: { envelope } });
      expect(await readAll(remote, 'asset')).toHaveLength(4);
      const target = await readRef(remote, { kind: 'metric', remoteId: '21' });
      const relationship = { source: { kind: 'asset', remoteId: '20', lookupId: '20' }, target, ...untyped };
      await remote.create(relationship, never);
      await remote.create(relationship, never);
      expect(await remote.probe(relationship, never)).toEqual(untyped);
      await remote.remove(relationship, never);
      await remote.remove(relationship, never);
      expect(await remote.probe(relationship, never)).toBeNull();
    });
  }

  it('never takes the page of a gateway for an answer of Clickie', async () => {
    const { remote } = await startClickieRemote({ switches: { envelope: 'gateway-html' } });
    const target = await readRef(remote, { kind: 'metric', remoteId: '21' });
    const relationship = { source: { kind: 'asset', remoteId: '20', lookupId: '20' }, target, ...untyped };
    expect((await catchRemoteError(remote.probe(relationship, never))).kind).toBe('foreign-answer');
    const gone = { kind: 'asset', remoteId: '99', lookupId: '99' };
    expect((await catchRemoteError(remote.fetchLiveness(gone, never))).kind).toBe('foreign-answer');
  });
});
