import { localCapabilities } from '../../src-preload/contract/capabilities.ts';
import type { ChangedPart, Events } from '../../src-preload/contract/events.ts';
import {
  type ConnectionDraft,
  type ConnectionId,
  type EntityId,
  LOCAL_CONNECTION_ID,
  type SyncProgress,
} from '../../src-preload/contract/model.ts';
import type { CommandContext } from './commands/context.ts';
import type { Ports } from './ports.ts';
import { type CreateRemote, createRemote, readCapabilities } from './remote/create-remote.ts';
import type { Remote, RemoteAccess } from './remote/remote.ts';
import { type ConnectionRow, readConnection } from './store/connections.ts';
import { createWorkspace, openWorkspace, type Workspace } from './store/database.ts';
import { StoreError } from './store/errors.ts';
import type { WritableDb } from './store/sql.ts';
import { createSchedule, type SyncSchedule } from './sync/schedule.ts';

export type Emit = <E extends keyof Events>(event: E, payload: Events[E]) => void;

/** What differs between the app, the command line and a test. */
export interface BackendOptions {
  /** Whether it syncs without being asked. */
  readonly automatic: boolean;
  /** The version of the app; null where it does not matter. */
  readonly version: string | null;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  readonly createRemote: CreateRemote;
}

export const quietOptions: BackendOptions = {
  automatic: false,
  version: null,
  random: Math.random,
  createRemote,
};

/** The one open workspace with everything that lives as long as it is open. */
export interface Session {
  readonly ports: Ports;
  readonly options: BackendOptions;
  readonly schedule: SyncSchedule;
  /** The progress of running syncs, by connection. */
  readonly progress: Map<ConnectionId, SyncProgress>;
  /** When connections sync by themselves next. */
  readonly nextSyncs: Map<ConnectionId, string>;
  readonly emit: Emit;
  /** Throws `workspace-missing` while none is open. */
  db(): WritableDb;
  workspace(): Workspace | null;
  create(path: string): Promise<void>;
  open(path: string): Promise<void>;
  close(): Promise<void>;
  commandContext(): CommandContext;
  /** What is on screen, as the window said last. */
  focus(): readonly EntityId[];
  setFocus(ids: readonly EntityId[]): void;
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

export function createRemoteFor({ ports, options }: Session, draft: ConnectionDraft, secret: string): Remote {
  const access: RemoteAccess = {
    url: draft.url,
    scope: draft.scope,
    secret,
    rate: toStartingRate(draft.url),
  };
  return options.createRemote(draft.remote, access, ports);
}

export function createSession(ports: Ports, emit: Emit, options: BackendOptions): Session {
  let workspace: Workspace | null = null;
  const schedule = createSchedule();
  const progress = new Map<ConnectionId, SyncProgress>();
  const nextSyncs = new Map<ConnectionId, string>();
  let focus: readonly EntityId[] = [];
  const remotes = new Map<ConnectionId, Promise<Remote | null>>();

  const db = () => {
    if (workspace === null) throw new StoreError('workspace-missing', 'No workspace is open.');
    return workspace.db;
  };
  const close = async () => {
    await schedule.stop();
    remotes.clear();
    progress.clear();
    nextSyncs.clear();
    focus = [];
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
    return remote === 'local' ? localCapabilities : readCapabilities(remote);
  };

  return {
    ports,
    options,
    schedule,
    progress,
    nextSyncs,
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
    focus: () => focus,
    setFocus: (ids) => {
      focus = ids;
    },
    changed: (...parts) => emit('store:changed', { parts }),
    remote: (connection) => {
      const known = remotes.get(connection.id);
      if (known !== undefined) return known;
      const made = connectRemote(ports, options, connection);
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

async function connectRemote(
  ports: Ports,
  options: BackendOptions,
  connection: ConnectionRow,
): Promise<Remote | null> {
  if (connection.remote === 'local' || connection.secretReference === null) return null;
  const secret = await ports.secrets.read(connection.secretReference);
  if (secret === null) return null;
  const { url, scope } = connection;
  const rate = Math.min(connection.rate, toStartingRate(url)); // it may have been connected elsewhere since
  return options.createRemote(connection.remote, { url, scope, rate, secret }, ports);
}
