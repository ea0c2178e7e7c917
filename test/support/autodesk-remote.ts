import { expect, onTestFinished } from 'vitest';
import type { Fetch } from '../../src-main/backend/ports.ts';
import { toEnd } from '../../src-main/backend/remote/autodesk/kinds.ts';
import { createAutodeskRemote } from '../../src-main/backend/remote/autodesk/remote.ts';
import type { Tokens } from '../../src-main/backend/remote/autodesk/tokens-port.ts';
import { RemoteError } from '../../src-main/backend/remote/errors.ts';
import type { EntityRef, Remote, RemoteRelationship } from '../../src-main/backend/remote/remote.ts';
import { kinds, toRef } from '../servers/autodesk/entity-ref.ts';
import { tinyIds } from '../servers/autodesk/seed.ts';
import {
  type AutodeskServer,
  type AutodeskServerOptions,
  type SignIn,
  startAutodeskServer,
} from '../servers/autodesk/server.ts';
import { mustProject, type Project } from '../servers/autodesk/site.ts';
import { createInstantClock, type InstantClock } from './instant-clock.ts';

export interface AutodeskUnderTest {
  readonly server: AutodeskServer;
  readonly remote: Remote;
  readonly clock: InstantClock;
  readonly tokens: TestTokens;
  /** The project that the remote is connected to. */
  readonly project: Project;
}

export interface AutodeskRemoteOptions extends AutodeskServerOptions {
  readonly scope?: string;
  readonly region?: string;
  readonly fetch?: Fetch;
  readonly who?: SignIn;
  /** Who signs in when a token was refused; the same user when not given, nobody for null. */
  readonly next?: SignIn | null;
}

/** The tokens of a login, and how often one was refused. */
export interface TestTokens extends Tokens {
  readonly refusals: readonly string[];
}

export function createTestTokens(
  server: AutodeskServer,
  who: SignIn = {},
  next: SignIn | null = who,
): TestTokens {
  const refusals: string[] = [];
  let token = server.signIn(who).access_token;
  return {
    refusals,
    accessToken: async () => token,
    refused: async (refused) => {
      refusals.push(refused);
      if (next === null) throw new RemoteError('sign-in-expired', 'The sign-in has ended. Sign in again.');
      token = server.signIn(next).access_token;
      return token;
    },
  };
}

/** An Autodesk remote that speaks to a server of its own, with the tiny building when nothing else is said. */
export async function startAutodeskRemote(options: AutodeskRemoteOptions = {}): Promise<AutodeskUnderTest> {
  const server = await startAutodeskServer(options);
  onTestFinished(async () => {
    await server.stop();
    expect(server.forbiddenWrites).toEqual([]);
  });
  const { now } = options;
  const clock = createInstantClock(() => new Date(now?.() ?? Date.now()));
  const named = options.scope?.replace(/^b\./, '').toLowerCase() ?? '';
  const project = server.site.projects.get(named) ?? mustProject(server.site);
  const tokens = createTestTokens(server, options.who, options.next);
  const place = {
    url: server.url,
    scope: options.scope ?? `b.${project.id}`,
    rate: 10_000,
    region: options.region ?? 'EMEA',
  };
  const send: Fetch = options.fetch ?? ((url, init) => fetch(url, init));
  return {
    server,
    remote: createAutodeskRemote(place, { fetch: send, clock, tokens }),
    clock,
    tokens,
    project,
  };
}

type TinyKind = 'asset' | 'issue' | 'checklist' | 'document' | 'form';

/** Something of the tiny building by its number. */
export function tinyRef(kind: TinyKind, n: number): EntityRef {
  const end = toEnd(toRef(kind, tinyIds[kind](n)));
  return { ...end, lookupId: end.remoteId };
}

/** A relationship of an asset of the tiny building, as the engine hands it to the remote. */
export function tinyRelationship(
  asset: number,
  kind: TinyKind,
  n: number,
  remoteId: string | null = null,
): RemoteRelationship {
  return { source: tinyRef('asset', asset), target: tinyRef(kind, n), type: null, remoteId };
}

/** The requests that change something, such as `PUT …/relationships`, without what comes before the last part. */
export function writesTo(server: AutodeskServer): string[] {
  return server.requests
    .filter(({ method, path }) => method === 'PUT' || /relationships(:delete)?$/.test(path))
    .filter(({ method }) => method !== 'GET')
    .map(
      ({ method, path }) =>
        `${method} ${path.includes('/assets/v1/') ? 'assets' : 'containers'}/…/${path.split('/').at(-1)}`,
    );
}

export { kinds, tinyIds };
