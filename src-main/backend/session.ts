import { localCapabilities } from '../../src-preload/contract/capabilities.ts';
import type { ChangedPart, Events } from '../../src-preload/contract/events.ts';
import {
  type ConnectionDraft,
  type ConnectionId,
  LOCAL_CONNECTION_ID,
  type SyncProgress,
} from '../../src-preload/contract/model.ts';
import type { CommandContext } from './commands/context.ts';
import type { HeldSecret } from './held-secret.ts';
import { readAuthor } from './machine.ts';
import type { Ports } from './ports.ts';
import {
  createRemote,
  readCapabilities as readCapabilitiesOfKind,
  readSignInExpiry,
} from './remote/create-remote.ts';
import { RemoteError } from './remote/errors.ts';
import type { Remote, RemoteAccess } from './remote/remote.ts';
import { createSignIns, type SignIns } from './sign-ins.ts';
import {
  type ConnectionOptions,
  type ConnectionRow,
  readCapabilities,
  readConnection,
  saveSecretReference,
} from './store/connections.ts';
import { createWorkspace, openWorkspace, type Workspace } from './store/database.ts';
import { StoreError } from './store/errors.ts';
import { nameAuthor } from './store/history.ts';
import { type WritableDb, watchSlowReads } from './store/sql.ts';
import { createSchedule, type SyncSchedule } from './sync/schedule.ts';

export type Emit = <E extends keyof Events>(event: E, payload: Events[E]) => void;

/** The one open workspace with everything that lives as long as it is open. */
export interface Session {
  readonly ports: Ports;
  readonly schedule: SyncSchedule;
  readonly signIns: SignIns;
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
  /** Starts work that nobody waits for; closing the workspace aborts it and waits for its end. */
  runBesides(body: (signal: AbortSignal) => Promise<void>): void;
  changed(...parts: ChangedPart[]): void;
  /** The remote of a connection, or null where its secret must be asked for. Kept, so that its rate is shared. */
  remote(connection: ConnectionRow): Promise<Remote | null>;
  /** Forgets a remote, because its address or secret changed. */
  forgetRemote(id: ConnectionId): void;
  /** Until when a sign-in can be renewed by itself; null where there is none, or before its remote was made. */
  signInExpiresAt(id: ConnectionId): string | null;
}

/** Requests per second that a connection starts with: modest, unless the server is on this machine. */
export function toStartingRate(url: string): number {
  const { hostname } = new URL(url);
  return /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/.test(hostname) ? 200 : 5;
}

/** What is set for a connection beside its address, as the workspace keeps it. */
export function toOptions(draft: ConnectionDraft): ConnectionOptions {
  return 'options' in draft ? draft.options : {};
}

/** The remote of a connection that is not saved yet. */
export function createRemoteFor(ports: Ports, draft: ConnectionDraft, secret: HeldSecret): Remote {
  const access: RemoteAccess = {
    url: draft.url,
    scope: draft.scope,
    secret: secret.current(),
    rate: toStartingRate(draft.url),
    options: toOptions(draft),
    saveSecret: secret.save,
  };
  return createRemote(draft.remote, access, ports);
}

export function createSession(ports: Ports, emit: Emit): Session {
  let workspace: Workspace | null = null;
  const schedule = createSchedule();
  const progress = new Map<ConnectionId, SyncProgress>();
  const remotes = new Map<ConnectionId, Promise<Remote | null>>();
  const signInExpiries = new Map<ConnectionId, string | null>();
  const besides = createBesides(ports.log);

  const db = () => {
    if (workspace === null) throw new StoreError('workspace-missing', 'No workspace is open.');
    return workspace.db;
  };
  const close = async () => {
    await Promise.all([schedule.stop(), besides.stop()]);
    remotes.clear();
    signInExpiries.clear();
    progress.clear();
    workspace?.close();
    workspace = null;
  };
  const change = async (open: () => Workspace) => {
    const next = open();
    await close();
    workspace = next;
    watchSlowReads(next.db, ports.log);
    nameAuthor(next.db, readAuthor());
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
    signIns: createSignIns(ports),
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
    runBesides: besides.run,
    changed: (...parts) => emit('store:changed', { parts }),
    remote: (connection) => {
      const known = remotes.get(connection.id);
      if (known !== undefined) return known;
      const made = connectRemote(ports, db(), connection, (secret) =>
        signInExpiries.set(connection.id, toSignInExpiry(connection, secret)),
      );
      remotes.set(connection.id, made);
      const forget = () => {
        if (remotes.get(connection.id) === made) remotes.delete(connection.id);
      };
      void made.then((remote) => (remote === null ? forget() : undefined), forget);
      return made;
    },
    forgetRemote: (id) => {
      remotes.delete(id);
      signInExpiries.delete(id);
    },
    signInExpiresAt: (id) => signInExpiries.get(id) ?? null,
  };
}

function toSignInExpiry({ remote }: ConnectionRow, secret: string): string | null {
  return remote === 'local' ? null : readSignInExpiry(remote, secret);
}

/** `onSecret` is told of the secret in use, each time it is another one. */
async function connectRemote(
  ports: Ports,
  db: WritableDb,
  connection: ConnectionRow,
  onSecret: (secret: string) => void,
): Promise<Remote | null> {
  if (connection.remote === 'local' || connection.secretReference === null) return null;
  const kept = createKeptSecret(ports, db, connection.id, connection.secretReference);
  const secret = await kept.read();
  if (secret === null) return null;
  onSecret(secret);
  const { url, scope, options } = connection;
  const rate = Math.min(connection.rate, toStartingRate(url)); // it may have been connected elsewhere since
  const saveSecret = async (next: string) => {
    await kept.replace(next);
    onSecret(next);
  };
  return createRemote(connection.remote, { url, scope, rate, secret, options, saveSecret }, ports);
}

/** The stored secret of a connection, as one remote uses it. */
function createKeptSecret(ports: Ports, db: WritableDb, id: ConnectionId, first: string) {
  let reference = first;
  let known: string | null = null;
  return {
    read: async () => {
      known = await ports.secrets.read(reference);
      return known;
    },
    /** Keeps a newer secret of the same sign-in; never puts it in the place of another sign-in. */
    replace: async (next: string) => {
      const stored = await ports.secrets.read(reference);
      if (stored !== null && stored !== known) {
        throw new RemoteError('sign-in-expired', 'Meanwhile there is a new sign-in. Sync again to use it.');
      }
      const { reference: kept } = await ports.secrets.write(reference, next);
      if (kept !== reference) saveSecretReference(db, id, kept);
      reference = kept;
      known = next;
    },
  };
}

/** Work beside everything else: what fails is logged, for nobody waits for it. */
function createBesides(log: Ports['log']) {
  let controller = new AbortController();
  const running = new Set<Promise<void>>();
  return {
    run: (body: (signal: AbortSignal) => Promise<void>) => {
      const work = body(controller.signal)
        .catch((error: unknown) =>
          log(error instanceof Error ? (error.stack ?? error.message) : String(error)),
        )
        .finally(() => running.delete(work));
      running.add(work);
    },
    stop: async () => {
      controller.abort();
      await Promise.all(running);
      controller = new AbortController();
    },
  };
}
