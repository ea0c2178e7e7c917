import { localCapabilities } from '../../src-preload/contract/capabilities.ts';
import type { ChangedPart, Events } from '../../src-preload/contract/events.ts';
import {
  type ConnectionDraft,
  type ConnectionId,
  LOCAL_CONNECTION_ID,
  type SyncProgress,
} from '../../src-preload/contract/model.ts';
import type { CommandContext } from './commands/context.ts';
import type { Ports } from './ports.ts';
import { createRemote, readCapabilities as readCapabilitiesOfKind } from './remote/create-remote.ts';
import type { Remote, RemoteAccess } from './remote/remote.ts';
import { type ConnectionRow, readCapabilities, readConnection } from './store/connections.ts';
import { createWorkspace, openWorkspace, type Workspace } from './store/database.ts';
import { StoreError } from './store/errors.ts';
import type { WritableDb } from './store/sql.ts';
import { createSchedule, type SyncSchedule } from './sync/schedule.ts';

export type Emit = <E extends keyof Events>(event: E, payload: Events[E]) => void;

/** The one open workspace with everything that lives as long as it is open. */
export interface Session {
  readonly ports: Ports;
  readonly schedule: SyncSchedule;
  /** The progress of running syncs, by connection. */
  readonly progress: Map<ConnectionId, SyncProgress>;
  readonly emit: Emit;
  /** Throws `workspace-missing` while none is open. */
  db(): WritableDb;
  workspace(): Workspace | null;
  create(path: string): Promise<void>;
  open(path: string): Promise<void>;
  close(): Promise<void>;
  commandContext(): CommandContext;
  changed(...parts: ChangedPart[]): void;
  /** The remote of a connection, or null where its secret must be asked for. Kept, so that its rate is shared. */
  remote(connection: ConnectionRow): Promise<Remote | null>;
  /** Forgets a remote, because its address or secret changed. */
  forgetRemote(id: ConnectionId): void;
}

/** Requests per second that a connection starts with: modest, unless the server is on this machine. */
export function toStartingRate(url: string): number {
  const { hostname } = new URL(url);
  return /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/.test(hostname) ? 200 : 5;
}

export function createRemoteFor(ports: Ports, draft: ConnectionDraft, secret: string): Remote {
  const access: RemoteAccess = {
    url: draft.url,
    scope: draft.scope,
    secret,
    rate: toStartingRate(draft.url),
  };
  return createRemote(draft.remote, access, ports);
}

export function createSession(ports: Ports, emit: Emit): Session {
  let workspace: Workspace | null = null;
  const schedule = createSchedule();
  const progress = new Map<ConnectionId, SyncProgress>();
  const remotes = new Map<ConnectionId, Promise<Remote | null>>();

  const db = () => {
    if (workspace === null) throw new StoreError('workspace-missing', 'No workspace is open.');
    return workspace.db;
  };
  const close = async () => {
    await schedule.stop();
    remotes.clear();
    progress.clear();
    workspace?.close();
    workspace = null;
  };
  const change = async (open: () => Workspace) => {
    const next = open();
    await close();
    workspace = next;
  };
  const capabilitiesOf = (id: ConnectionId) => {
    if (id === LOCAL_CONNECTION_ID) return localCapabilities;
    const { remote } = readConnection(db(), id);
    return remote === 'local'
      ? localCapabilities
      : readCapabilities(db(), id, readCapabilitiesOfKind(remote));
  };

  return {
    ports,
    schedule,
    progress,
    emit,
    db,
    workspace: () => workspace,
    create: (path) => change(() => createWorkspace({ path, nativeBinding: ports.sqliteBinding })),
    open: async (path) => {
      if (workspace?.path === path) return;
      await change(() => openWorkspace({ path, nativeBinding: ports.sqliteBinding }));
    },
    close,
    commandContext: () => ({ db: db(), now: ports.clock.now().toISOString(), capabilitiesOf }),
    changed: (...parts) => emit('store:changed', { parts }),
    remote: (connection) => {
      const known = remotes.get(connection.id);
      if (known !== undefined) return known;
      const made = connectRemote(ports, connection);
      remotes.set(connection.id, made);
      const forget = () => {
        if (remotes.get(connection.id) === made) remotes.delete(connection.id);
      };
      void made.then((remote) => (remote === null ? forget() : undefined), forget);
      return made;
    },
    forgetRemote: (id) => remotes.delete(id),
  };
}

async function connectRemote(ports: Ports, connection: ConnectionRow): Promise<Remote | null> {
  if (connection.remote === 'local' || connection.secretReference === null) return null;
  const secret = await ports.secrets.read(connection.secretReference);
  if (secret === null) return null;
  const { url, scope } = connection;
  const rate = Math.min(connection.rate, toStartingRate(url)); // it may have been connected elsewhere since
  return createRemote(connection.remote, { url, scope, rate, secret }, ports);
}
