import type { Capabilities } from '../../../src-preload/contract/capabilities.ts';
import type { RemoteName } from '../../../src-preload/contract/model.ts';
import type { Clock, Fetch } from '../ports.ts';
import { algapsaCapabilities, createAlgapsaRemote } from './algapsa/remote.ts';
import { autodeskCapabilities, createAutodeskRemote } from './autodesk/remote.ts';
import { revoke } from './autodesk/sign-in.ts';
import { readAutodeskSignInExpiry } from './autodesk/sign-in-secret.ts';
import { createTokens } from './autodesk/tokens.ts';
import { clickieCapabilities, createClickieRemote } from './clickie/remote.ts';
import type { Remote, RemoteAccess } from './remote.ts';

function connectAutodesk(access: RemoteAccess, ports: { fetch: Fetch; clock: Clock }): Remote {
  const { url, scope, rate, options, accountPause } = access;
  const region = options['region'] ?? 'US';
  return createAutodeskRemote(
    { url, scope, rate, region, ...(accountPause === undefined ? {} : { accountPause }) },
    { ...ports, tokens: createTokens(access, ports) },
  );
}

/** The remotes that Weft speaks to, by name. */
const remotes = {
  algapsa: { create: createAlgapsaRemote, capabilities: algapsaCapabilities },
  autodesk: { create: connectAutodesk, capabilities: autodeskCapabilities },
  clickie: { create: createClickieRemote, capabilities: clickieCapabilities },
} as const;

export type RemoteKind = Exclude<RemoteName, 'local'>;

/** Makes the client of one connection. */
export type CreateRemote = (
  kind: RemoteKind,
  access: RemoteAccess,
  ports: { fetch: Fetch; clock: Clock },
) => Remote;

export const createRemote: CreateRemote = (kind, access, ports) => remotes[kind].create(access, ports);

/** What a remote can do, known before it is reached. */
export function readCapabilities(kind: RemoteKind): Capabilities {
  return remotes[kind].capabilities;
}

/** Ends the sign-in that a secret stands for; a key that stays is left as it is. Throws where the remote is away. */
export async function signOut(
  kind: RemoteKind,
  access: Pick<RemoteAccess, 'url' | 'secret' | 'options'>,
  ports: { fetch: Fetch; clock: Clock },
  signal: AbortSignal,
): Promise<void> {
  if (kind === 'autodesk') await revoke(access, ports, signal);
}

/** Until when a sign-in can be renewed by itself; null for a key that stays. */
export function readSignInExpiry(kind: RemoteKind, secret: string): string | null {
  return kind === 'autodesk' ? readAutodeskSignInExpiry(secret) : null;
}
