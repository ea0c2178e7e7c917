import { describe, expect, it } from 'vitest';
import type { Remote } from '../../src-main/backend/remote/remote.ts';
import { toNewAsset, toNewMetric } from '../servers/clickie/new-entity.ts';
import { seedTiny } from '../servers/clickie/seed.ts';
import { createEdge, mustAccount, putEntity } from '../servers/clickie/site.ts';
import type { ClickieSwitches } from '../servers/clickie/switches.ts';
import {
  putOnServer,
  serverHas,
  startClickieRemote,
  takeFromServer,
  untyped,
} from '../support/clickie-remote.ts';
import { catchRemoteError, readAll, readRef } from './remote-suite.ts';

const never = new AbortController().signal;

async function readPair(remote: Remote, assetId: string, metricId: string) {
  return {
    source: await readRef(remote, { kind: 'asset', remoteId: assetId }),
    target: await readRef(remote, { kind: 'metric', remoteId: metricId }),
    ...untyped,
  };
}

describe('a 400 to a create (row 1)', () => {
  const texts: readonly (readonly [string, string | null])[] = [
    ['the documented text', null],
    ['another text', 'Duplicate entry'],
    ['a text in Spanish', 'La relación ya existe'],
    ['an empty text', ''],
  ];
  for (const [what, badRequestText] of texts) {
    it(`is a success where the relationship is there, with ${what}`, async () => {
      const { remote } = await startClickieRemote({ switches: { badRequestText } });
      await expect(remote.create(await readPair(remote, '10', '5'), never)).resolves.toEqual(untyped);
    });

    it(`is a refusal where the relationship is not there, with ${what}`, async () => {
      const refusedPairs = [{ parent: 'assets', child: 'metrics' }];
      const { remote, server } = await startClickieRemote({ switches: { badRequestText, refusedPairs } });
      const error = await catchRemoteError(remote.create(await readPair(remote, '20', '21'), never));
      expect(error.kind).toBe('refused');
      expect(error.message).toContain('Clickie');
      expect(serverHas(server, 'asset:20', 'metric:21')).toBe(false);
    });
  }

  it('is a refusal even if it says “Relationship already exists” of what is not there', async () => {
    const { remote } = await startClickieRemote({
      switches: {
        badRequestText: 'Relationship already exists',
        refusedPairs: [{ parent: 'assets', child: 'metrics' }],
      },
    });
    const error = await catchRemoteError(remote.create(await readPair(remote, '20', '21'), never));
    expect(error.kind).toBe('refused');
  });

  for (const duplicate of [409, 200] as const) {
    it(`may be a ${duplicate} just as well`, async () => {
      const { remote } = await startClickieRemote({ switches: { duplicate } });
      await expect(remote.create(await readPair(remote, '10', '5'), never)).resolves.toEqual(untyped);
    });
  }
});

describe('a 404 to a delete (row 2)', () => {
  it('is a success where both ends are alive', async () => {
    const { remote, server } = await startClickieRemote();
    const relationship = await readPair(remote, '10', '5');
    takeFromServer(server, 'asset:10', 'metric:5');
    await expect(remote.remove(relationship, never)).resolves.toBeUndefined();
  });

  for (const [end, type, id] of [
    ['source', 'assets', 10],
    ['target', 'metrics', 5],
  ] as const) {
    it(`says that the ${end} is gone where that is why`, async () => {
      const { remote, server } = await startClickieRemote({ switches: { cascade: true } });
      const relationship = await readPair(remote, '10', '5');
      server.deleteEntity({ type, id });
      const error = await catchRemoteError(remote.remove(relationship, never));
      expect(error.kind).toBe('end-removed');
      expect(error.removedEnds.map(({ remoteId }) => remoteId)).toEqual([String(id)]);
    });
  }

  it('proves nothing where a gateway says it of an unknown route', async () => {
    const { remote, server } = await startClickieRemote();
    const relationship = await readPair(remote, '10', '5');
    server.addFault({
      on: { path: '/relationships' },
      fault: { kind: 'status', status: 404, message: 'Not Found', body: 'html' },
    });
    expect((await catchRemoteError(remote.remove(relationship, never))).kind).toBe('foreign-answer');
    expect(serverHas(server, 'asset:10', 'metric:5')).toBe(true);
  });

  it('proves nothing where a gateway says it in JSON of its own', async () => {
    const { remote, server } = await startClickieRemote();
    const relationship = await readPair(remote, '10', '5');
    server.addFault({
      on: { path: '/relationships' },
      fault: { kind: 'status', status: 404, body: 'envelope' },
      times: 1,
    });
    server.addFault({
      on: { path: '/relationships' },
      fault: { kind: 'body', text: '{"message":"Not Found"}' },
    });
    takeFromServer(server, 'asset:10', 'metric:5');
    expect((await catchRemoteError(remote.remove(relationship, never))).kind).toBe('foreign-answer');
  });

  for (const status of [403, 500]) {
    it(`proves nothing where the ends are answered with ${status}`, async () => {
      const { remote, server } = await startClickieRemote();
      const relationship = await readPair(remote, '10', '5');
      takeFromServer(server, 'asset:10', 'metric:5');
      server.addFault({ on: { path: '/assets/10' }, fault: { kind: 'status', status } });
      await catchRemoteError(remote.remove(relationship, never));
    });
  }

  it('may be a 200 just as well', async () => {
    const { remote, server } = await startClickieRemote({ switches: { deleteMissing: 200 } });
    const relationship = await readPair(remote, '10', '5');
    takeFromServer(server, 'asset:10', 'metric:5');
    await expect(remote.remove(relationship, never)).resolves.toBeUndefined();
  });
});

describe('an answer that was lost (row 3)', () => {
  it('leaves a create and a delete safe to send any number of times', async () => {
    const { remote, server } = await startClickieRemote({ switches: { duplicateApply: true } });
    const relationship = await readPair(remote, '20', '21');
    for (let n = 0; n < 3; n += 1) await remote.create(relationship, never);
    expect(serverHas(server, 'asset:20', 'metric:21')).toBe(true);
    for (let n = 0; n < 3; n += 1) await remote.remove(relationship, never);
    expect(serverHas(server, 'asset:20', 'metric:21')).toBe(false);
  });

  it('never sends a write twice by itself', async () => {
    const { remote, server } = await startClickieRemote();
    const relationship = await readPair(remote, '20', '21');
    server.addFault({ on: { method: 'POST' }, fault: { kind: 'drop', at: 'headers' }, when: 'after' });
    expect((await catchRemoteError(remote.create(relationship, never))).kind).toBe('unreachable');
    expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });
});

/** A site whose asset 10 has so many metrics more, all of them entities as well. */
function seedHub(children: number) {
  const site = seedTiny();
  const account = mustAccount(site);
  for (let id = 1001; id <= 1000 + children; id += 1) {
    putEntity(account, toNewMetric(id, `Metric ${id}`));
    createEdge(account, { parent: { type: 'assets', id: 10 }, child: { type: 'metrics', id } });
  }
  return site;
}

/** A site with so many assets more. */
function seedAssets(count: number) {
  const site = seedTiny();
  for (let id = 1001; id <= 1000 + count; id += 1)
    putEntity(mustAccount(site), toNewAsset(id, `Asset ${id}`));
  return site;
}

const hub = { kind: 'asset', remoteId: '10', lookupId: '10' };

describe('paging without a total (row 6)', () => {
  for (const limitCap of [1, 10, 50, 100, 500, null]) {
    it(`reads everything where pages are capped at ${limitCap ?? 'nothing'}`, async () => {
      const { remote } = await startClickieRemote({ site: seedHub(148), switches: { limitCap } });
      expect(await remote.fetchRelationshipsOf(hub, 'outgoing', never)).toHaveLength(151);
      expect(await readAll(remote, 'metric')).toHaveLength(151);
    });
  }

  for (const children of [0, 97, 98, 197]) {
    it(`reads ${children + 3} relationships whole`, async () => {
      const { remote } = await startClickieRemote({ site: seedHub(children) });
      expect(await remote.fetchRelationshipsOf(hub, 'outgoing', never)).toHaveLength(children + 3);
    });
  }

  for (const order of ['desc', 'random'] as const) {
    it(`reads everything in ${order} order`, async () => {
      const { remote } = await startClickieRemote({ site: seedHub(250), switches: { order } });
      expect(await remote.fetchRelationshipsOf(hub, 'outgoing', never)).toHaveLength(253);
    });
  }

  it('gives up a list that repeats itself because skip is ignored', async () => {
    const { remote, server } = await startClickieRemote({ switches: { ignoreSkip: true } });
    const error = await catchRemoteError(remote.fetchRelationshipsOf(hub, 'outgoing', never));
    expect(error.message).toContain('Clickie, GET /relationships/assets/10');
    await catchRemoteError(readAll(remote, 'asset'));
    expect(server.requests.length).toBeLessThan(20);
  });

  it('never calls a list whole that is in another order on every page', async () => {
    const { remote } = await startClickieRemote({ site: seedHub(250), switches: { order: 'unstable' } });
    const outcome = await remote.fetchRelationshipsOf(hub, 'outgoing', never).then(
      (ends) => ends.length,
      () => 'incomplete',
    );
    expect([253, 'incomplete']).toContain(outcome);
  });

  for (const betweenPages of ['insert', 'remove'] as const) {
    it(`never calls a list whole while someone else goes on to ${betweenPages} rows`, async () => {
      const switches: Partial<ClickieSwitches> = { betweenPages, limitCap: 50 };
      const { remote } = await startClickieRemote({ site: seedAssets(300), switches });
      const error = await catchRemoteError(readAll(remote, 'asset'));
      expect(error.message).toContain('Clickie, GET /assets');
    });
  }

  it('reads what is left when one row was removed between two pages', async () => {
    const { remote, server } = await startClickieRemote({
      site: seedAssets(300),
      switches: { betweenPages: 'remove' },
    });
    const seen = new Set<string>();
    for await (const page of remote.fetchEntities('asset', never)) {
      server.set({ betweenPages: 'nothing' });
      for (const { remoteId } of page) seen.add(remoteId);
    }
    const left = [...mustAccount(server.site).entities.assets.values()].filter(({ deleted }) => !deleted);
    expect(left.map(({ id }) => String(id)).filter((id) => !seen.has(id))).toEqual([]);
  });

  it('drops rows that a page gives twice', async () => {
    const { remote, server } = await startClickieRemote();
    server.addFault({ on: { path: '/assets' }, fault: { kind: 'repeat-rows' }, times: 1 });
    const listed = await readAll(remote, 'asset');
    expect(new Set(listed.map(({ remoteId }) => remoteId)).size).toBe(listed.length);
  });

  it('tells an error on a later page instead of ending the list there', async () => {
    const { remote, server } = await startClickieRemote({ site: seedHub(250) });
    server.addFault({
      on: { path: '/relationships/assets/10' },
      skip: 1,
      fault: { kind: 'status', status: 400 },
    });
    await catchRemoteError(remote.fetchRelationshipsOf(hub, 'outgoing', never));
  });
});

describe('absence and the account (row 7)', () => {
  it('does not accept the data of another account than the one asked for', async () => {
    const { remote, server } = await startClickieRemote();
    await remote.identify(never);
    server.set({ accountSwap: 2 });
    const error = await catchRemoteError(remote.identify(never));
    expect(error.kind).toBe('identity-changed');
  });

  it('tells another identity once the clearance has changed', async () => {
    const { remote, server } = await startClickieRemote();
    const before = await remote.identify(never);
    server.set({ clearance: 6 });
    expect((await remote.identify(never)).fingerprint).not.toBe(before.fingerprint);
  });

  it('gets by where a clearance may not read its account', async () => {
    const { remote } = await startClickieRemote({ switches: { clearance: 6 } });
    expect((await remote.identify(never)).label).toContain('account 1');
  });

  it('gets by where the server does not know the address of an account', async () => {
    const { remote, server } = await startClickieRemote();
    server.addFault({ on: { path: '/accounts' }, fault: { kind: 'status', status: 404, body: 'html' } });
    expect((await remote.identify(never)).label).toContain('account 1');
  });
});

describe('rows of the parents of an entity (row 8)', () => {
  for (const parentRows of ['id_child', 'id_parent', 'both'] as const) {
    it(`are read where they name the other end as ${parentRows}`, async () => {
      const { remote } = await startClickieRemote({ switches: { parentRows } });
      const incoming = await remote.fetchRelationshipsOf(hub, 'incoming', never);
      expect(incoming.map(({ kind, remoteId }) => `${kind}:${remoteId}`).toSorted()).toEqual([
        'collaborator:1',
        'dashboard:10',
      ]);
    });
  }

  it('are left alone where they do not name the other end', async () => {
    const { remote } = await startClickieRemote({ switches: { parentRows: 'missing-key' } });
    const error = await catchRemoteError(remote.fetchRelationshipsOf(hub, 'incoming', never));
    expect(error.kind).toBe('foreign-answer');
  });

  it('are left alone where the server took no notice of the direction and told the children', async () => {
    const { remote, server } = await startClickieRemote();
    server.addFault({
      on: { path: '/relationships/assets/11' },
      skip: 0,
      times: 1,
      fault: { kind: 'body', text: '{"status":"success","data":[{"id_child":12,"child_type":"assets"}]}' },
    });
    const room = { kind: 'asset', remoteId: '11', lookupId: '11' };
    const error = await catchRemoteError(remote.fetchRelationshipsOf(room, 'incoming', never));
    expect(error.kind).toBe('foreign-answer');
  });
});

describe('loops', () => {
  it('are read as they are: of one, of two and of three', async () => {
    const { remote, server } = await startClickieRemote();
    for (const [source, target] of [
      ['asset:20', 'asset:20'],
      ['asset:11', 'asset:10'],
      ['asset:12', 'asset:10'],
    ] as const) {
      putOnServer(server, source, target);
    }
    const read = async (id: string) => {
      const entity = { kind: 'asset', remoteId: id, lookupId: id };
      return (await remote.fetchRelationshipsOf(entity, 'outgoing', never)).map(({ remoteId }) => remoteId);
    };
    expect(await read('20')).toEqual(['20']);
    expect(await read('11')).toEqual(['10', '12']);
    expect(await read('12')).toContain('10');
  });
});
