import Database from 'better-sqlite3';
import { type Capabilities, localCapabilities } from '../../src-preload/contract/capabilities.ts';
import type { ChangedPart, Events } from '../../src-preload/contract/events.ts';
import {
  type ConnectionDraft,
  type ConnectionId,
  type EntityId,
  LOCAL_CONNECTION_ID,
  type SyncProgress,
  type WorkspaceFinding,
} from '../../src-preload/contract/model.ts';
import { toCompactCopy } from './care/tasks.ts';
import type { CommandContext } from './commands/context.ts';
import { createGate, type Gate } from './gate.ts';
import type { HeldSecret } from './held-secret.ts';
import { readAuthor } from './machine.ts';
import type { Ports } from './ports.ts';
import { type AccountPause, createAccountPauses } from './remote/account-pause.ts';
import {
  type CreateRemote,
  createRemote,
  readCapabilities as readCapabilitiesOfKind,
  readSignInExpiry,
} from './remote/create-remote.ts';
import { RemoteError } from './remote/errors.ts';
import type { Remote, RemoteAccess } from './remote/remote.ts';
import { createSignIns, type SignIns } from './sign-ins.ts';
import { toAccount } from './store/accounts.ts';
import {
  type ConnectionOptions,
  type ConnectionRow,
  readCapabilities,
  readConnection,
  saveConnectionRate,
  saveSecretReference,
} from './store/connections.ts';
import { createWorkspace, openWorkspace, type Workspace } from './store/database.ts';
import { StoreError } from './store/errors.ts';
import { nameAuthor } from './store/history.ts';
import { removeFile } from './store/restore.ts';
import { type WritableDb, watchSlowReads } from './store/sql.ts';
import { reportCutOff } from './sync/cut-off.ts';
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
  readonly signIns: SignIns;
  /** Of those who write to the workspace. */
  readonly writes: Gate;
  /** The progress of running syncs, by connection. */
  readonly progress: Map<ConnectionId, SyncProgress>;
  /** When connections sync by themselves next. */
  readonly nextSyncs: Map<ConnectionId, string>;
  readonly emit: Emit;
  /** Throws `workspace-missing` while none is open. */
  db(): WritableDb;
  workspace(): Workspace | null;
  /** `leave` is done once the new file is open and before the present one is closed. */
  create(path: string, leave?: () => Promise<void>): Promise<void>;
  /** As `create`; nothing is left where that file is open already. */
  open(path: string, leave?: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
  commandContext(): CommandContext;
  /** Starts work that nobody waits for; closing the workspace aborts it and waits for its end. */
  runBesides(body: (signal: AbortSignal) => Promise<void>): void;
  /** What the last check since the workspace was opened found wrong. */
  readonly damage: WorkspaceFinding[];
  /** What is on screen, as the window said last. */
  focus(): readonly EntityId[];
  setFocus(ids: readonly EntityId[]): void;
  changed(...parts: ChangedPart[]): void;
  /** The remote of a connection, or null where its secret must be asked for. Kept, so that its rate is shared. */
  remote(connection: ConnectionRow): Promise<Remote | null>;
  /** Forgets a remote, because its address or secret changed. */
  forgetRemote(id: ConnectionId): void;
  /** Until when a sign-in can be renewed by itself; null where there is none, or before its remote was made. */
  signInExpiresAt(id: ConnectionId): string | null;
}

const LOCAL_RATE = 200;
const STARTING_RATE = 5;
const HIGHEST_RATE = 20;

function isOnThisMachine(url: string): boolean {
  return /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/.test(new URL(url).hostname);
}

/** Requests per second that a connection starts with: modest, unless the server is on this machine. */
export function toStartingRate(url: string): number {
  return isOnThisMachine(url) ? LOCAL_RATE : STARTING_RATE;
}

/** Requests per second that are never exceeded, however well the server bears them. */
function toHighestRate(url: string): number {
  return isOnThisMachine(url) ? LOCAL_RATE : HIGHEST_RATE;
}

/** What is set for a connection beside its address, as the workspace keeps it. */
export function toOptions(draft: ConnectionDraft): ConnectionOptions {
  return 'options' in draft ? draft.options : {};
}

/** The remote of a connection that is not saved yet. */
export function createRemoteFor(
  { ports, options }: Session,
  draft: ConnectionDraft,
  secret: HeldSecret,
): Remote {
  const access: RemoteAccess = {
    url: draft.url,
    scope: draft.scope,
    secret: secret.current(),
    rate: toStartingRate(draft.url),
    options: toOptions(draft),
    saveSecret: secret.save,
  };
  return options.createRemote(draft.remote, access, ports);
}

export function createSession(ports: Ports, emit: Emit, options: BackendOptions): Session {
  let workspace: Workspace | null = null;
  const schedule = createSchedule();
  const progress = new Map<ConnectionId, SyncProgress>();
  const nextSyncs = new Map<ConnectionId, string>();
  let focus: readonly EntityId[] = [];
  const damage: WorkspaceFinding[] = [];
  const remotes = new Map<ConnectionId, Promise<Remote | null>>();
  const signInExpiries = new Map<ConnectionId, string | null>();
  const accountPauses = createAccountPauses();
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
    nextSyncs.clear();
    focus = [];
    damage.length = 0;
    workspace?.close();
    workspace = null;
  };
  const change = async (open: () => Workspace, leave: () => Promise<void> = async () => undefined) => {
    const next = open();
    await leave();
    await close();
    workspace = next;
    prepare(next, ports);
  };
  const capabilitiesOf = (id: ConnectionId) => readCapabilitiesOf(db(), id);

  return {
    ports,
    options,
    schedule,
    signIns: createSignIns(ports),
    writes: createGate(),
    progress,
    nextSyncs,
    emit,
    db,
    workspace: () => workspace,
    create: (path, leave) =>
      change(() => createWorkspace({ path, nativeBinding: ports.sqliteBinding }), leave),
    open: async (path, leave) => {
      if (workspace?.path === path) return;
      const onUpgrade = (keptAt: string) => emit('workspace:upgrading', { path, keptAt });
      await change(() => openWorkspace({ path, nativeBinding: ports.sqliteBinding, onUpgrade }), leave);
    },
    close,
    commandContext: () => ({ db: db(), now: ports.clock.now().toISOString(), capabilitiesOf }),
    runBesides: besides.run,
    damage,
    focus: () => focus,
    setFocus: (ids) => {
      focus = ids;
    },
    changed: (...parts) => emit('store:changed', { parts }),
    remote: (connection) => {
      const known = remotes.get(connection.id);
      if (known !== undefined) return known;
      const onSecret = (secret: string) =>
        signInExpiries.set(connection.id, toSignInExpiry(connection, secret));
      const keepRate = (rate: number) => {
        if (workspace === null || remotes.get(connection.id) !== made) return;
        saveConnectionRate(workspace.db, connection.id, rate);
      };
      const made = connectRemote(ports, db(), connection, {
        onSecret,
        keepRate,
        accountPauses,
        create: options.createRemote,
      });
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

function readCapabilitiesOf(db: WritableDb, id: ConnectionId): Capabilities {
  const remote = id === LOCAL_CONNECTION_ID ? 'local' : readConnection(db, id).remote;
  return remote === 'local' ? localCapabilities : readCapabilities(db, id, readCapabilitiesOfKind(remote));
}

function prepare({ path, db }: Workspace, ports: Ports): void {
  removeFile(toCompactCopy(path)); // a compaction that ended with its process leaves it
  watchSlowReads(db, ports.log);
  nameAuthor(db, readAuthor());
  tellOfCutOff(db, ports);
}

/** A disk that is full keeps no workspace shut: what could not be told stays noted for the next sync or open. */
function tellOfCutOff(db: WritableDb, { log }: Ports): void {
  try {
    reportCutOff(db, null);
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
    log(`A sync that was cut off is reported later: ${error.message}`);
  }
}

function toSignInExpiry({ remote }: ConnectionRow, secret: string): string | null {
  return remote === 'local' ? null : readSignInExpiry(remote, secret);
}

/** What a session makes a remote with, and wants to know of it. */
interface RemoteListeners {
  /** Told of the secret in use, each time it is another one. */
  readonly onSecret: (secret: string) => void;
  readonly keepRate: (rate: number) => void;
  readonly accountPauses: (account: string, service?: string) => AccountPause;
  readonly create: CreateRemote;
}

async function connectRemote(
  ports: Ports,
  db: WritableDb,
  connection: ConnectionRow,
  { onSecret, keepRate, accountPauses, create }: RemoteListeners,
): Promise<Remote | null> {
  if (connection.remote === 'local' || connection.secretReference === null) return null;
  const kept = createKeptSecret(ports, db, connection.id, connection.secretReference);
  const secret = await kept.read();
  if (secret === null) return null;
  onSecret(secret);
  const { url, scope, options } = connection;
  const highest = toHighestRate(url);
  // what was learnt at another address says nothing about this one
  const rate = connection.rate > highest ? toStartingRate(url) : connection.rate;
  const learning = { highest, onChange: keepRate };
  const saveSecret = async (next: string) => {
    await kept.replace(next);
    onSecret(next);
  };
  const accountPause = (service?: string) => accountPauses(toAccount(connection), service);
  const access = { url, scope, rate, learning, secret, options, saveSecret, accountPause };
  return create(connection.remote, access, ports);
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
      const { signal } = controller;
      const work = body(signal)
        .catch((error: unknown) => {
          if (!signal.aborted) log(error instanceof Error ? (error.stack ?? error.message) : String(error));
        })
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
