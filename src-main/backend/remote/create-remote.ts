import type { Capabilities } from '../../../src-preload/contract/capabilities.ts';
import type { RemoteName } from '../../../src-preload/contract/model.ts';
import type { Clock, Fetch } from '../ports.ts';
import { algapsaCapabilities, createAlgapsaRemote } from './algapsa/remote.ts';
import { readAutodeskSignInExpiry } from './autodesk/sign-in-secret.ts';
import { clickieCapabilities, createClickieRemote } from './clickie/remote.ts';
import { RemoteError } from './errors.ts';
import type { Remote, RemoteAccess } from './remote.ts';

/** The remotes that Weft speaks to, by name. */
const remotes = {
  algapsa: { create: createAlgapsaRemote, capabilities: algapsaCapabilities },
  clickie: { create: createClickieRemote, capabilities: clickieCapabilities },
} as const;

export type RemoteKind = Exclude<RemoteName, 'local'>;

function find(kind: RemoteKind) {
  if (kind === 'autodesk') throw new RemoteError('refused', 'Autodesk cannot be connected yet.');
  return remotes[kind];
}

export function createRemote(
  kind: RemoteKind,
  access: RemoteAccess,
  ports: { fetch: Fetch; clock: Clock },
): Remote {
  return find(kind).create(access, ports);
}

/** What a remote can do, known before it is reached. */
export function readCapabilities(kind: RemoteKind): Capabilities {
  return find(kind).capabilities;
}

/** Until when a sign-in can be renewed by itself; null for a key that stays. */
export function readSignInExpiry(kind: RemoteKind, secret: string): string | null {
  return kind === 'autodesk' ? readAutodeskSignInExpiry(secret) : null;
}
