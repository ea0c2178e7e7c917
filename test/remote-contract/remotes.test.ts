import { must } from '../../src-main/backend/must.ts';
import { RemoteError } from '../../src-main/backend/remote/errors.ts';
import type { NamedEnd, Remote, RemoteRelationship } from '../../src-main/backend/remote/remote.ts';
import { addUsualKeys } from '../servers/algapsa/keys.ts';
import { TINY_TENANTS, tinyId } from '../servers/algapsa/seed.ts';
import {
  addTenant,
  createLink,
  createSite,
  findLink,
  mustTenant,
  putAsset,
  type Site,
  toNewAsset,
} from '../servers/algapsa/site.ts';
import { startAlgapsaRemote } from '../support/algapsa-remote.ts';
import {
  putOnServer,
  serverHas,
  startClickieRemote,
  takeFromServer,
  toSiteRef,
} from '../support/clickie-remote.ts';
import { createFakeRemote, type FakeOptions, toFakeEntity } from '../support/fake-remote.ts';
import { describeAbilities } from './abilities-suite.ts';
import { describeRemote, type RemoteUnderTest } from './remote-suite.ts';

const entities: readonly (readonly [string, readonly number[]])[] = [
  ['asset', [10, 11, 12, 20]],
  ['metric', [5, 20, 21]],
  ['dashboard', [10, 11]],
  ['collaborator', [1, 2, 3]],
];
const relationships: readonly (readonly [string, string])[] = [
  ['asset:10', 'asset:11'],
  ['asset:10', 'metric:5'],
  ['asset:10', 'metric:20'],
  ['asset:11', 'asset:12'],
  ['asset:12', 'metric:21'],
  ['dashboard:10', 'asset:10'],
  ['dashboard:10', 'metric:5'],
  ['collaborator:1', 'asset:10'],
  ['collaborator:2', 'dashboard:10'],
];

const toText = ({ kind, remoteId }: NamedEnd) => `${kind}:${remoteId}`;

function toEnd(text: string): NamedEnd {
  const [kind = '', remoteId = ''] = text.split(':');
  return { kind, remoteId };
}

async function startFake(options: FakeOptions = {}): Promise<RemoteUnderTest> {
  const remote = createFakeRemote(
    entities.flatMap(([kind, ids]) => ids.map((id) => toFakeEntity(kind, String(id)))),
    options,
  );
  for (const [source, target] of relationships) remote.put(toEnd(source), toEnd(target), 'feeds');
  return {
    remote,
    has: remote.has,
    put: remote.put,
    take: remote.take,
    takeEntity: remote.takeEntity,
    refuse: remote.refuse,
    loseCursors: remote.loseCursors,
  };
}

async function startClickie(): Promise<RemoteUnderTest> {
  const { server, remote } = await startClickieRemote();
  return {
    remote,
    has: (source, target) => serverHas(server, toText(source), toText(target)),
    put: (source, target) => putOnServer(server, toText(source), toText(target)),
    take: (source, target) => takeFromServer(server, toText(source), toText(target)),
    takeEntity: (ref) => void server.deleteEntity(toSiteRef(ref)),
    refuse: (sourceKind, targetKind) => {
      const parent = toSiteRef({ kind: sourceKind, remoteId: '0' }).type;
      const child = toSiteRef({ kind: targetKind, remoteId: '0' }).type;
      server.set({ refusedPairs: [{ parent, child }] });
    },
  };
}

/** AlgaPSA has assets only, named by UUIDs: the kinds and numbers of the suite are written into these. */
const kinds = entities.map(([kind]) => kind);

function toUuid({ kind, remoteId }: NamedEnd): string {
  return tinyId((kinds.indexOf(kind) + 1) * 1000 + Number(remoteId));
}

function fromUuid(uuid: string): NamedEnd {
  const n = Number(uuid.slice(-12));
  return { kind: must(kinds[Math.floor(n / 1000) - 1], 'the kind of an asset'), remoteId: String(n % 1000) };
}

function seedSuite(): Site {
  const site = createSite();
  const tenant = addTenant(site, { id: TINY_TENANTS.first, name: 'Suite' });
  for (const [kind, ids] of entities) {
    for (const id of ids) {
      const asset = { id: toUuid({ kind, remoteId: String(id) }), name: `${kind} ${id}` };
      putAsset(tenant, toNewAsset({ ...asset, clientId: tinyId(801), createdAt: id * 1000 }));
    }
  }
  for (const [index, [source, target]] of relationships.entries()) {
    const ends = { parentId: toUuid(toEnd(source)), childId: toUuid(toEnd(target)) };
    createLink(tenant, { ...ends, relationshipId: tinyId(index), relationshipType: 'feeds', createdAt: 0 });
  }
  addUsualKeys(site, tenant);
  return site;
}

/** The same remote under the suite's names. */
function rename(remote: Remote): Remote {
  const into = <E extends NamedEnd>(end: E): E => ({ ...end, kind: 'asset', remoteId: toUuid(end) });
  const back = <E extends NamedEnd>(end: E): E => ({ ...end, ...fromUuid(end.remoteId) });
  const both = ({ source, target, ...more }: RemoteRelationship): RemoteRelationship => {
    return { source: into(source), target: into(target), ...more };
  };
  const named = <T>(call: Promise<T>): Promise<T> =>
    call.catch((error: unknown) => {
      if (!(error instanceof RemoteError)) throw error;
      throw new RemoteError(error.kind, error.message, { removedEnds: error.removedEnds.map(back) });
    });
  return {
    ...remote,
    kinds,
    fetchEntities: async function* (kind, signal) {
      for await (const page of remote.fetchEntities('asset', signal)) {
        yield page.map(back).filter((entity) => entity.kind === kind);
      }
    },
    fetchRelationshipsOf: async (entity, direction, signal) =>
      (await remote.fetchRelationshipsOf(into(entity), direction, signal)).map(back),
    fetchLiveness: (entity, signal) => remote.fetchLiveness(into(entity), signal),
    probe: (relationship, signal) => remote.probe(both(relationship), signal),
    create: (relationship, signal) => named(remote.create(both(relationship), signal)),
    remove: (relationship, signal) => named(remote.remove(both(relationship), signal)),
  };
}

async function startAlgapsa(): Promise<RemoteUnderTest> {
  const { server, remote } = await startAlgapsaRemote({
    site: seedSuite(),
    switches: { profile: 'intended' },
  });
  const tenant = mustTenant(server.site);
  return {
    remote: rename(remote),
    has: (source, target) => findLink(tenant, toUuid(source), toUuid(target)) !== undefined,
    put: (source, target) => void server.createRelationship(toUuid(source), toUuid(target), 'feeds'),
    take: (source, target) => void server.deleteRelationship(toUuid(source), toUuid(target)),
    takeEntity: (ref) => void server.deleteAsset(toUuid(ref)),
    refuse: () =>
      server.addFault({ on: { method: 'POST' }, when: 'before', fault: { kind: 'status', status: 422 } }),
  };
}

/** As the fake, but it keeps types. */
async function startTypedFake(): Promise<RemoteUnderTest> {
  return await startFake({ typed: true });
}

/** As the fake, but all that a remote can do beyond the least. */
async function startAbleFake(): Promise<RemoteUnderTest> {
  return await startFake({ directed: false, feed: true, batch: true, clientIds: true });
}

describeRemote('the fake', startFake);
describeRemote('the fake with types', startTypedFake);
describeRemote('the fake with a feed and batches, without directions', startAbleFake);
describeAbilities('the fake', startAbleFake);
describeRemote('AlgaPSA', startAlgapsa);
describeRemote('Clickie', startClickie);
