import type { Capabilities } from '../../../src-preload/contract/capabilities.ts';
import type { Clock, Fetch } from '../ports.ts';
import { algapsaCapabilities, createAlgapsaRemote } from './algapsa/remote.ts';
import { clickieCapabilities, createClickieRemote } from './clickie/remote.ts';
import type { Remote, RemoteAccess } from './remote.ts';

/** The remotes that Weft speaks to, by name. */
const remotes = {
  algapsa: { create: createAlgapsaRemote, capabilities: algapsaCapabilities },
  clickie: { create: createClickieRemote, capabilities: clickieCapabilities },
} as const;

export type RemoteKind = keyof typeof remotes;

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
