import { expect, onTestFinished } from 'vitest';
import type { Fetch } from '../../src-main/backend/ports.ts';
import { createAlgapsaRemote } from '../../src-main/backend/remote/algapsa/remote.ts';
import type { Timer } from '../../src-main/backend/remote/http.ts';
import type { EntityRef, Remote, RemoteRelationship } from '../../src-main/backend/remote/remote.ts';
import { DEFAULT_KEY, tinyId } from '../servers/algapsa/seed.ts';
import {
  type AlgapsaServer,
  type AlgapsaServerOptions,
  startAlgapsaServer,
} from '../servers/algapsa/server.ts';
import { createInstantClock, type InstantClock } from './instant-clock.ts';
import { plainAccess } from './plain-ports.ts';

export interface AlgapsaUnderTest {
  readonly server: AlgapsaServer;
  readonly remote: Remote;
  readonly clock: InstantClock;
}

export interface AlgapsaRemoteOptions extends AlgapsaServerOptions {
  readonly scope?: string;
  readonly secret?: string;
  readonly fetch?: Fetch;
  readonly timer?: Timer;
}

/** A server that is stopped with the test and that must not have been sent what no client may send. */
export async function startCheckedAlgapsa(options: AlgapsaServerOptions = {}): Promise<AlgapsaServer> {
  const server = await startAlgapsaServer(options);
  onTestFinished(async () => {
    await server.stop();
    expect(server.forbiddenWrites).toEqual([]);
  });
  return server;
}

/** An AlgaPSA remote that speaks to a server of its own, with the tiny fleet when nothing else is said. */
export async function startAlgapsaRemote(options: AlgapsaRemoteOptions = {}): Promise<AlgapsaUnderTest> {
  const server = await startCheckedAlgapsa(options);
  const clock = createInstantClock();
  const { scope = '', secret = DEFAULT_KEY } = options;
  const send: Fetch = options.fetch ?? ((url, init) => fetch(url, init));
  const access = { url: server.url, scope, secret, rate: 5000, ...plainAccess };
  return {
    server,
    remote: createAlgapsaRemote(access, {
      fetch: send,
      clock,
      ...(options.timer === undefined ? {} : { timer: options.timer }),
    }),
    clock,
  };
}

/** An asset of the tiny fleet by its number. */
export function tinyRef(n: number): EntityRef {
  return { kind: 'asset', remoteId: tinyId(n), lookupId: tinyId(n) };
}

/** A relationship between two assets of the tiny fleet, as the engine hands it to the remote. */
export function tinyRelationship(
  parent: number,
  child: number,
  more: { readonly type?: string; readonly remoteId?: string } = {},
): RemoteRelationship {
  const { type = 'feeds', remoteId = null } = more;
  return { source: tinyRef(parent), target: tinyRef(child), type, remoteId };
}

/** The requests that were not reads, such as `POST /api/v1/assets/…/relationships`. */
export function writesTo(server: AlgapsaServer): string[] {
  return server.requests
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path}`);
}
