import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { type Backend, createBackend } from '../../src-main/backend/index.ts';
import type { Ports } from '../../src-main/backend/ports.ts';
import type { Remote } from '../../src-main/backend/remote/remote.ts';
import type { ConnectionStatus, OutboxItem, RelationshipId } from '../../src-preload/contract/model.ts';
import {
  type Answer,
  type BackendChannel,
  backendRequests,
  type Params,
} from '../../src-preload/contract/requests.ts';
import { createFakeRemote, type FakeRemote, toFakeEntity } from './fake-remote.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { careWorker, createPlainPorts } from './plain-ports.ts';
import { createTempFolder } from './temp-folder.ts';
import { NOW } from './workspace.ts';

/** A backend that syncs by itself, on a clock that the test moves, with fake remotes of three assets and a metric each. */
export interface AutoWorld {
  readonly clock: ManualClock;
  /** What the random port answers; the test may change it. */
  chance: number;
  /** By the name of the connection. */
  remote(name?: string): FakeRemote;
  ask<C extends BackendChannel>(channel: C, params: Params<C>): Promise<Answer<C>>;
  connection(name?: string): Promise<ConnectionStatus>;
  /** Relates an asset to the metric, by the number of the asset. */
  relate(asset: number, name?: string): Promise<RelationshipId>;
  outbox(): Promise<OutboxItem[]>;
  /** Resolves once long work on the file has begun. */
  careBegun(): Promise<void>;
  /** Closes the backend and opens the file with another, as after a restart. */
  restart(version?: string): Promise<void>;
}

interface AutoWorldOptions {
  readonly connections?: readonly string[];
  readonly automatic?: boolean;
  /** Sits between the backend and the fake. */
  readonly wrap?: (remote: FakeRemote) => Remote;
  /** What threads for work on the file start from, if not the product's. */
  readonly careWorker?: URL;
  /** Told of what is logged, which otherwise is taken for a defect. */
  readonly log?: (line: string) => void;
}

export const metric = { kind: 'metric', remoteId: '9' };
export const assetOf = (id: number) => ({ kind: 'asset', remoteId: String(id) });

function createPorts(clock: ManualClock, options: AutoWorldOptions): Ports {
  const fetch = async () => {
    throw new Error('Nothing here goes over a network.');
  };
  const { careWorker: worker = careWorker, log } = options;
  return createPlainPorts({ fetch, clock, careWorker: worker, ...(log === undefined ? {} : { log }) });
}

/** Every connection was read once by hand. */
export async function startAutoWorld(options: AutoWorldOptions = {}): Promise<AutoWorld> {
  const {
    connections = ['plant'],
    automatic = true,
    wrap = (remote: FakeRemote): Remote => remote,
  } = options;
  const clock = createManualClock(NOW);
  const ports = createPorts(clock, options);
  const path = join(createTempFolder(), 'auto.weft');
  const fakes = new Map(connections.map((name) => [name, createFake()]));
  const open = (version: string): Backend =>
    createBackend(ports, {
      automatic,
      version,
      random: () => world.chance,
      createRemote: (_kind, { url }) => wrap(must(fakes.get(new URL(url).hostname))),
    });
  let backend = open('1');
  onTestFinished(() => backend.close());
  const ask: AutoWorld['ask'] = async (channel, params) => {
    const result = await backend.request(channel, structuredClone(params));
    if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
    expect(backendRequests[channel].answer.parse(result.value)).toEqual(result.value);
    return result.value;
  };
  const world: AutoWorld = {
    clock,
    chance: 0.5,
    remote: (name = 'plant') => must(fakes.get(name)),
    ask,
    connection: async (name = 'plant') =>
      must((await ask('workspace:status', {}))?.connections.find((one) => one.name === name)),
    relate: async (asset, name = 'plant') => {
      const source = await ask('entities:find', { address: `${name}:asset:${asset}` });
      const target = await ask('entities:find', { address: `${name}:metric:9` });
      const ends = { sourceId: source.id, targetId: target.id };
      return (await ask('relationships:relate', { ...ends, type: null, local: false })).id;
    },
    outbox: async () => (await ask('outbox:page', { offset: 0, limit: 100 })).rows,
    careBegun: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const stop = backend.onEvent(({ event, payload }) => {
        if (event !== 'care:progressed' || payload.phase !== 'working') return;
        stop();
        resolve();
      });
      return promise;
    },
    restart: async (version = '1') => {
      await backend.close();
      backend = open(version);
      await ask('workspace:open', { path });
      await clock.advance(0);
    },
  };
  await ask('workspace:create', { path });
  for (const name of connections) {
    const draft = { name, remote: 'clickie', url: `https://${name}`, scope: '1' } as const;
    await ask('connections:add', { draft, secret: 'a key' });
  }
  const reports = await ask('sync:start', { connectionId: null, mode: 'both', only: null });
  for (const report of reports) expect(report).toMatchObject({ complete: true, failed: [], outlook: null });
  await clock.advance(0);
  return world;
}

function createFake(): FakeRemote {
  const assets = [1, 2, 3].map((id) => toFakeEntity('asset', String(id)));
  return createFakeRemote([...assets, toFakeEntity('metric', '9')]);
}

function must<T>(value: T | undefined | null): T {
  if (value === undefined || value === null) throw new Error('There is none');
  return value;
}

/** A moment so many seconds after the start of every test. */
export function after(seconds: number): string {
  return new Date(Date.parse(NOW) + seconds * 1000).toISOString();
}
