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
  Failure,
  HeldRemoval,
  Identity,
  Moment,
  OutboxItem,
  PlannedRequest,
  Project,
  Relationship,
  RelationshipId,
  RelationshipState,
  SecretStorage,
  SignInDraft,
  SignInHandle,
  SyncReport,
  TypeName,
  WorkspaceFinding,
  WorkspaceStatus,
} from './model.ts';
import { Correction, ListOrder } from './queries.ts';
import { queryRequests } from './query-requests.ts';
import { Limit, Nothing, Offset, QUERY_LENGTH, QueryName, request } from './request.ts';
import { ruleRequests } from './rule-requests.ts';
import {
  ConflictFilter,
  ConflictGroup,
  HeldRow,
  KeptReport,
  OutboxGroup,
  SyncSettings,
} from './sync-lists.ts';
import { transferRequests } from './transfer-requests.ts';
import { viewRequests } from './view-requests.ts';

const Path = z.string().min(1).max(4096);
const Secret = z.string().min(1).max(16_384);
/** What a connection is made with: a key that was typed in, or a finished sign-in, whose secret never leaves the backend. */
const Credential = z.union([Secret, z.object({ signIn: SignInHandle }).strict()]);
export type Credential = z.infer<typeof Credential>;

export { DRAWN_LIMIT, PAGE_LIMIT } from './request.ts';

/** The most relationships or conflicts that one request names by their ids. */
export const MANY_LIMIT = 10_000;

/** The most entities that the window can say are on screen. */
export const FOCUS_LIMIT = 200;

/** A page of a list; without, its start. */
const optionalPage = { offset: Offset.default(0), limit: Limit.default(100) };
const ManyIds = z.array(RelationshipId).min(1).max(MANY_LIMIT);
const anyConflict: ConflictFilter = { connectionId: null, reason: null, type: null };
const Only = z.array(RelationshipId).max(MANY_LIMIT).nullable();

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

  /**
   * Backing up, checking, compacting, restoring and recovering run beside everything else and report progress as
   * events. This ends those that somebody asked for, and those that wait, with `cancelled`.
   */
  'workspace:cancel-care': request(Nothing, z.null()),
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
  'workspace:check': request(Nothing, z.object({ ok: z.boolean(), findings: z.array(WorkspaceFinding) })),
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
      /** `best`: where words are asked for, the best match first; whatever has no words is told by name. */
      order: ListOrder.default('name'),
      /** Whether words that find nothing are taken for words one letter away. */
      forgiving: z.boolean().default(false),
      offset: Offset,
      limit: Limit,
      name: QueryName,
    }),
    z.object({
      total: z.int(),
      rows: z.array(EntitySummary),
      /** The order that they are in. */
      order: ListOrder,
      /** How words that nothing begins with were taken; empty where the search was taken as it stands. */
      corrections: z.array(Correction),
      /** Of the connections that are searched, when the one that was read longest ago was read; null if one never was. */
      asOf: Moment.nullable(),
    }),
  ),
  'entities:read': request(z.object({ id: EntityId }), EntityDetail),
  /** Finds an entity by its written form `connection:kind:id`. */
  'entities:find': request(z.object({ address: z.string().max(2000) }), EntitySummary),
  /** Reads one entity's relationships from its remote now, in both directions. */
  'entities:refresh': request(z.object({ id: EntityId }), SyncReport),

  /** Relationships in both directions of one entity, or of the whole workspace. */
  'relationships:page': request(
    z.object({
      entityId: EntityId.nullable(),
      offset: Offset,
      limit: Limit,
      /** Of the whole workspace: only what comes after this one, which costs the same however far down it is. */
      after: RelationshipId.nullable().default(null),
    }),
    z.object({
      total: z.int(),
      rows: z.array(Relationship),
      /** When they were last read whole; of the whole workspace, the moment of the oldest reading. Null if never. */
      asOf: Moment.nullable(),
    }),
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
  /** The type as it is said from the end `from`; from the source where that is null. */
  'relationships:retype': request(
    z.object({ id: RelationshipId, type: TypeName.nullable(), from: EntityId.nullable().default(null) }),
    Relationship,
  ),
  /** Null if nothing is left of it: it had never left this workspace. */
  'relationships:unrelate': request(z.object({ id: RelationshipId }), Relationship.nullable()),

  /** What is pending, by connection and in the order of pushing. No state stands for every state. */
  'outbox:page': request(
    z.object({
      connectionId: ConnectionId.nullable().default(null),
      states: z.array(RelationshipState).max(9).default([]),
      /** Only those of whose last attempt nothing is known yet. */
      unanswered: z.boolean().default(false),
      offset: Offset,
      limit: Limit,
    }),
    z.object({ total: z.int(), rows: z.array(OutboxItem), groups: z.array(OutboxGroup) }),
  ),
  'outbox:drop': request(z.object({ id: RelationshipId }), z.null()),
  /** Drops many as one undoable step; those of whose attempt nothing is known yet are `kept`. */
  'outbox:drop-many': request(
    z.union([z.object({ ids: ManyIds }), z.object({ connectionId: ConnectionId.nullable() })]),
    z.object({ dropped: z.int(), kept: z.int() }),
  ),

  /** The open conflicts, oldest first, with how many there are by connection and reason. */
  'conflicts:page': request(
    z.object({ filter: ConflictFilter.default(anyConflict), ...optionalPage }),
    z.object({ total: z.int(), rows: z.array(Conflict), groups: z.array(ConflictGroup) }),
  ),
  'conflicts:resolve': request(z.object({ id: z.int().positive(), keep: ConflictChoice }), z.null()),
  /** Settles many as one undoable step; those that do not offer the choice are `skipped`. */
  'conflicts:resolve-many': request(
    z.union([
      z.object({ ids: z.array(z.int().positive()).min(1).max(MANY_LIMIT), keep: ConflictChoice }),
      z.object({ filter: ConflictFilter, keep: ConflictChoice }),
    ]),
    z.object({ resolved: z.int(), skipped: z.int() }),
  ),

  'held:list': request(z.object(optionalPage), z.object({ total: z.int(), rows: z.array(HeldRemoval) })),
  /** Everything that one held removal would take away. */
  'held:rows': request(
    z.object({ id: z.int().positive(), ...optionalPage }),
    z.object({ total: z.int(), rows: z.array(HeldRow) }),
  ),
  /** Lets the next sync apply exactly what was held here. */
  'held:release': request(z.object({ id: z.int().positive() }), z.null()),

  /** One report per connection; all connections if `connectionId` is null. Progress arrives as events. */
  'sync:start': request(
    z.object({
      connectionId: ConnectionId.nullable(),
      mode: z.enum(['both', 'pull', 'push']),
      only: Only,
    }),
    z.array(SyncReport),
  ),
  /** What a push would send now, by connection. Sends nothing. `total`, offset and limit count changes. */
  'sync:dry-run': request(
    z.object({ connectionId: ConnectionId.nullable(), only: Only, ...optionalPage }),
    z.object({
      total: z.int(),
      rows: z.array(z.object({ connection: z.string(), requests: z.array(PlannedRequest) })),
    }),
  ),
  'sync:cancel': request(z.object({ connectionId: ConnectionId.nullable() }), z.null()),
  /** Which entities are on screen: the next sweep reads them first. Replaces what was said before. */
  'sync:focus': request(z.object({ entityIds: z.array(EntityId).max(FOCUS_LIMIT) }), z.null()),
  'sync:settings': request(Nothing, SyncSettings),
  'sync:set-settings': request(SyncSettings, SyncSettings),
  /** The kept reports, newest first. */
  'sync:reports': request(
    z.object({ connectionId: ConnectionId.nullable().default(null), ...optionalPage }),
    z.object({ total: z.int(), rows: z.array(KeptReport) }),
  ),
  /** What failed in the run of one kept report. */
  'sync:failures': request(
    z.object({ reportId: z.int().positive(), ...optionalPage }),
    z.object({ total: z.int(), rows: z.array(Failure) }),
  ),

  ...historyRequests,
  ...ruleRequests,
  ...queryRequests,
  ...transferRequests,
  ...viewRequests,
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
    z.object({
      purpose: z.enum(['create', 'open', 'export', 'import', 'export-all', 'errors', 'view', 'open-view']),
    }),
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
