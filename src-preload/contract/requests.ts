import { z } from 'zod';
import { historyRequests } from './history-requests.ts';
import {
  BackupFile,
  Conflict,
  ConflictChoice,
  ConnectionDetail,
  ConnectionDraft,
  ConnectionId,
  ConnectionLoss,
  ConnectionName,
  ConnectionStatus,
  ConnectionUrl,
  EntityDetail,
  EntityId,
  EntitySummary,
  HeldRemoval,
  Identity,
  Neighbourhood,
  OutboxItem,
  PlannedRequest,
  Project,
  Relationship,
  RelationshipId,
  SecretStorage,
  SignInDraft,
  SignInHandle,
  SyncReport,
  TypeName,
  WorkspaceStatus,
} from './model.ts';
import { QUERY_LENGTH, queryRequests } from './query-requests.ts';
import { Limit, Nothing, Offset, request } from './request.ts';
import { ruleRequests } from './rule-requests.ts';

const Path = z.string().min(1).max(4096);
const Secret = z.string().min(1).max(16_384);
/** What a connection is made with: a key that was typed in, or a finished sign-in, whose secret never leaves the backend. */
const Credential = z.union([Secret, z.object({ signIn: SignInHandle }).strict()]);
export type Credential = z.infer<typeof Credential>;

export { PAGE_LIMIT } from './request.ts';

/** The most entities one neighbourhood starts from, and the most neighbours drawn for each. */
export const ROOT_LIMIT = 200;

/**
 * What the window (and the command line) can ask of the backend: one entry per request, its parameters and its
 * answer. Parameters are checked once, where they arrive; answers are checked in the tests.
 */
export const backendRequests = {
  'workspace:create': request(z.object({ path: Path }), WorkspaceStatus),
  'workspace:open': request(z.object({ path: Path }), WorkspaceStatus),
  'workspace:close': request(Nothing, z.null()),
  /** Null while no workspace is open. */
  'workspace:status': request(Nothing, WorkspaceStatus.nullable()),

  /** Copies the open workspace while it is in use; to the folder of its rotating backups where no path is given. */
  'workspace:backup': request(z.object({ path: Path.nullable() }), BackupFile),
  /** The rotating backups of the open workspace, newest first. */
  'workspace:backups': request(
    Nothing,
    z.object({ folder: z.string(), keep: z.int(), everyHours: z.int(), files: z.array(BackupFile) }),
  ),
  /** How often rotating backups are made and how many are kept; `keep` 0 makes none. */
  'workspace:set-backups': request(
    z.object({ keep: z.int().min(0).max(100), everyHours: z.int().min(1).max(8760) }),
    z.null(),
  ),
  /** Looks through the whole file and what must hold in it. */
  'workspace:check': request(
    Nothing,
    z.object({ ok: z.boolean(), findings: z.array(z.object({ code: z.string(), message: z.string() })) }),
  ),
  /** Puts a backup in the place of a workspace, which is kept under another name, and opens it. */
  'workspace:restore': request(
    z.object({ path: Path, from: Path }),
    z.object({ status: WorkspaceStatus, keptAt: z.string().nullable() }),
  ),
  /** Copies what can be read of a damaged workspace into a new file; opens neither. */
  'workspace:recover': request(
    z.object({ path: Path, into: Path }),
    z.object({
      path: z.string(),
      tables: z.array(
        z.object({ table: z.string(), rows: z.int(), unreadable: z.array(z.string()).readonly() }),
      ),
    }),
  ),
  /** Gives the space of what was removed back to the disk. Sizes in bytes. */
  'workspace:compact': request(Nothing, z.object({ before: z.int(), after: z.int() })),
  /** Makes this file the one that pushes, after it was moved, copied or restored. */
  'workspace:adopt': request(Nothing, WorkspaceStatus),

  /** Asks the remote who the secret speaks for; saves nothing. */
  'connections:test': request(z.object({ draft: ConnectionDraft, secret: Credential }), Identity),
  /** Tests, then saves; a connection of the same name to the same place is updated with the new secret. */
  'connections:add': request(
    z.object({ draft: ConnectionDraft, secret: Credential }),
    z.object({ connection: ConnectionStatus, secretStorage: SecretStorage }),
  ),
  /**
   * Gives a connection its secret again: after a start without keychain, or after a key was changed. One that speaks
   * for someone else is refused with `identity-changed`, unless the user takes the new identity over.
   */
  'connections:provide-secret': request(
    z.object({ id: ConnectionId, secret: Credential, adopt: z.boolean().default(false) }),
    z.object({ connection: ConnectionStatus, secretStorage: SecretStorage }),
  ),
  /** Takes over whom the stored key speaks for now; everything is read before anything is sent. */
  'connections:adopt-identity': request(z.object({ id: ConnectionId }), ConnectionStatus),
  'connections:detail': request(z.object({ id: ConnectionId }), ConnectionDetail),
  /** Asks the remote again who the stored secret speaks for, and whether that is who it was; saves nothing. */
  'connections:retest': request(
    z.object({ id: ConnectionId }),
    z.object({ identity: Identity, isSame: z.boolean() }),
  ),
  /**
   * Another name, address or options (those not given stay). Where more than the name changes, the same account must
   * answer there, or nothing is changed.
   */
  'connections:update': request(
    z.object({
      id: ConnectionId,
      name: ConnectionName,
      url: ConnectionUrl,
      options: z.record(z.string().max(60), z.string().max(400)).optional(),
    }),
    ConnectionStatus,
  ),
  /** A paused connection is synced only when it is asked for by itself; edits go on. */
  'connections:pause': request(z.object({ id: ConnectionId, paused: z.boolean() }), ConnectionStatus),
  'connections:remove-preview': request(z.object({ id: ConnectionId }), ConnectionLoss),
  /**
   * Removes a connection with its copies and its secret; history and reports stay. `confirmed` is the loss that the
   * user was shown: where it is another by now, nothing is removed. What is pending is dropped, or first written to
   * the JSON file at `exportTo`.
   */
  'connections:remove': request(
    z.object({ id: ConnectionId, confirmed: ConnectionLoss, exportTo: Path.nullable() }),
    z.null(),
  ),

  /**
   * Begins a sign-in with the system's browser, opened where `open` is true. `address` is what the browser goes to.
   * One that waits already is ended.
   */
  'sign-in:start': request(
    z.object({ draft: SignInDraft, open: z.boolean() }),
    z.object({ handle: SignInHandle, address: z.string(), opened: z.boolean() }),
  ),
  /** Waits until the person has signed in, five minutes at most; then what can be connected. */
  'sign-in:finish': request(
    z.object({ handle: SignInHandle }),
    /** Not complete where there is more than is listed. */
    z.object({ projects: z.array(Project), complete: z.boolean() }),
  ),
  /** Ends the wait; a sign-in that is finished and not used is signed out. */
  'sign-in:cancel': request(z.object({ handle: SignInHandle }), z.null()),

  'entities:page': request(
    z.object({
      /** Words, or the query language. */
      search: z.string().max(QUERY_LENGTH),
      kinds: z.array(z.string()).max(50),
      connectionId: ConnectionId.nullable(),
      offset: Offset,
      limit: Limit,
    }),
    z.object({ total: z.int(), rows: z.array(EntitySummary) }),
  ),
  'entities:read': request(z.object({ id: EntityId }), EntityDetail),
  /** Finds an entity by its written form `connection:kind:id`. */
  'entities:find': request(z.object({ address: z.string().max(2000) }), EntitySummary),
  /** Reads one entity's relationships from its remote now, in both directions. */
  'entities:refresh': request(z.object({ id: EntityId }), SyncReport),

  'graph:neighbourhood': request(
    z.object({ roots: z.array(EntityId).min(1).max(ROOT_LIMIT), limit: Limit }),
    Neighbourhood,
  ),

  /** Relationships in both directions of one entity, or of the whole workspace. */
  'relationships:page': request(
    z.object({ entityId: EntityId.nullable(), offset: Offset, limit: Limit }),
    z.object({ total: z.int(), rows: z.array(Relationship) }),
  ),
  'relationships:read': request(z.object({ id: RelationshipId }), Relationship),
  'relationships:relate': request(
    z.object({
      sourceId: EntityId,
      targetId: EntityId,
      type: TypeName.nullable(),
      /** Keep it in the workspace only. Always so where the ends belong to different connections. */
      local: z.boolean(),
    }),
    Relationship,
  ),
  'relationships:retype': request(z.object({ id: RelationshipId, type: TypeName.nullable() }), Relationship),
  /** Null if nothing is left of it: it had never left this workspace. */
  'relationships:unrelate': request(z.object({ id: RelationshipId }), Relationship.nullable()),

  'outbox:page': request(
    z.object({ offset: Offset, limit: Limit }),
    z.object({ total: z.int(), rows: z.array(OutboxItem) }),
  ),
  'outbox:drop': request(z.object({ id: RelationshipId }), z.null()),

  'conflicts:list': request(Nothing, z.array(Conflict)),
  'conflicts:resolve': request(z.object({ id: z.int().positive(), keep: ConflictChoice }), z.null()),

  'held:list': request(Nothing, z.array(HeldRemoval)),
  /** Lets the next sync apply exactly what was held here. */
  'held:release': request(z.object({ id: z.int().positive() }), z.null()),

  /** One report per connection; all connections if `connectionId` is null. Progress arrives as events. */
  'sync:start': request(
    z.object({
      connectionId: ConnectionId.nullable(),
      mode: z.enum(['both', 'pull', 'push']),
      only: z.array(RelationshipId).nullable(),
    }),
    z.array(SyncReport),
  ),
  /** What a push would send now. Sends nothing. */
  'sync:dry-run': request(
    z.object({ connectionId: ConnectionId.nullable(), only: z.array(RelationshipId).nullable() }),
    z.array(z.object({ connection: z.string(), requests: z.array(PlannedRequest) })),
  ),
  'sync:cancel': request(z.object({ connectionId: ConnectionId.nullable() }), z.null()),
  /** The last reports, newest first. */
  'sync:reports': request(z.object({ limit: Limit }), z.array(SyncReport)),

  ...historyRequests,
  ...ruleRequests,
  ...queryRequests,
} as const;

/** A workspace that was open before. */
export const RecentWorkspace = z.object({ path: z.string(), name: z.string(), openedAt: z.iso.datetime() });
export type RecentWorkspace = z.infer<typeof RecentWorkspace>;

/** What the window can ask of the main process: what only the app itself can do. */
export const mainRequests = {
  /** What the app was started for, and what it remembers. */
  'app:start': request(
    Nothing,
    z.object({
      version: z.string(),
      demo: z.boolean(),
      path: z.string().nullable(),
      /** The demo's servers, where they run: the workspace they belong to, and whether they are on the network. */
      demoServer: z.object({ path: z.string(), online: z.boolean() }).nullable(),
      recent: z.array(RecentWorkspace),
      secretStorage: SecretStorage,
    }),
  ),
  /** Shows the system's file dialog; null if the person changed their mind. */
  'app:choose-file': request(
    z.object({ purpose: z.enum(['create', 'open', 'export']) }),
    z.object({ path: z.string() }).nullable(),
  ),
  'app:remember-workspace': request(z.object({ path: Path, name: z.string().max(200) }), z.null()),
  'app:forget-workspace': request(z.object({ path: Path }), z.null()),

  /** Starts the demo's servers and tells where the demo's workspace belongs and how each is connected. */
  'demo:start': request(
    Nothing,
    z.object({
      path: z.string(),
      exists: z.boolean(),
      online: z.boolean(),
      drafts: z.array(z.object({ draft: ConnectionDraft, secret: z.string() })),
    }),
  ),
  /** Takes the demo's servers off the network, or puts them back. */
  'demo:set-online': request(z.object({ online: z.boolean() }), z.null()),
  /** Lets a colleague change something on one of the demo's servers; says what. */
  'demo:someone-else': request(Nothing, z.object({ text: z.string() })),
} as const;

/** Everything the window can ask, of whomever. */
export const requests = { ...backendRequests, ...mainRequests } as const;

export type BackendChannel = keyof typeof backendRequests;
export type MainChannel = keyof typeof mainRequests;
export type Channel = keyof typeof requests;
/** What a caller passes; schemas may still fill in and refine it. */
export type Params<C extends Channel> = z.input<(typeof requests)[C]['params']>;
/** What a handler is given, once it was checked. */
export type ParsedParams<C extends Channel> = z.output<(typeof requests)[C]['params']>;
export type Answer<C extends Channel> = z.output<(typeof requests)[C]['answer']>;

export function isBackendChannel(channel: string): channel is BackendChannel {
  return Object.hasOwn(backendRequests, channel);
}

export function isMainChannel(channel: string): channel is MainChannel {
  return Object.hasOwn(mainRequests, channel);
}
