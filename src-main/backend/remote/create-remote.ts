import type { Capabilities } from '../../../src-preload/contract/capabilities.ts';
import type { RemoteName } from '../../../src-preload/contract/model.ts';
import type { Clock, Fetch } from '../ports.ts';
import { algapsaCapabilities, createAlgapsaRemote } from './algapsa/remote.ts';
import { autodeskCapabilities, createAutodeskRemote } from './autodesk/remote.ts';
import { readAutodeskSignInExpiry } from './autodesk/sign-in-secret.ts';
import { createTokens } from './autodesk/tokens.ts';
import { clickieCapabilities, createClickieRemote } from './clickie/remote.ts';
import type { Remote, RemoteAccess } from './remote.ts';

/** The remotes that Weft speaks to, by name. */
const remotes = {
  algapsa: { create: createAlgapsaRemote, capabilities: algapsaCapabilities },
  autodesk: { create: createAutodesk, capabilities: autodeskCapabilities },
  clickie: { create: createClickieRemote, capabilities: clickieCapabilities },
} as const;

export type RemoteKind = Exclude<RemoteName, 'local'>;

/** Most accounts are in the US, and so is one of which nothing else is said. */
const USUAL_REGION = 'US';

function createAutodesk(access: RemoteAccess, ports: { fetch: Fetch; clock: Clock }): Remote {
  const { url, scope, rate, options } = access;
  const place = { url, scope, rate, region: options['region'] ?? USUAL_REGION };
  return createAutodeskRemote(place, { ...ports, tokens: createTokens(access, ports) });
}

export function createRemote(
  kind: RemoteKind,
  access: RemoteAccess,
  ports: { fetch: Fetch; clock: Clock },
): Remote {
  return remotes[kind].create(access, ports);
}

/** What a remote can do, known before it is reached. */
export function readCapabilities(kind: RemoteKind): Capabilities {
  return remotes[kind].capabilities;
}

/** Until when a sign-in can be renewed by itself; null for a key that stays. */
export function readSignInExpiry(kind: RemoteKind, secret: string): string | null {
  return kind === 'autodesk' ? readAutodeskSignInExpiry(secret) : null;
}
