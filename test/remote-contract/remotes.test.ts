import type { NamedEnd } from '../../src-main/backend/remote/remote.ts';
import {
  putOnServer,
  serverHas,
  startClickieRemote,
  takeFromServer,
  toSiteRef,
} from '../support/clickie-remote.ts';
import { createFakeRemote, toFakeEntity } from '../support/fake-remote.ts';
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

async function startFake(): Promise<RemoteUnderTest> {
  const remote = createFakeRemote(
    entities.flatMap(([kind, ids]) => ids.map((id) => toFakeEntity(kind, String(id)))),
  );
  for (const [source, target] of relationships) remote.put(toEnd(source), toEnd(target));
  return {
    remote,
    has: remote.has,
    put: remote.put,
    take: remote.take,
    takeEntity: remote.takeEntity,
    refuse: remote.refuse,
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

describeRemote('the fake', startFake);
describeRemote('Clickie', startClickie);
