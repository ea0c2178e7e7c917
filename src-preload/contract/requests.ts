import { z } from 'zod';
import {
  Conflict,
  ConflictChoice,
  ConnectionDraft,
  ConnectionId,
  ConnectionStatus,
  EntityDetail,
  EntityId,
  EntitySummary,
  HeldRemoval,
  HistoryEntry,
  Identity,
  Neighbourhood,
  OutboxItem,
  PlannedRequest,
  Relationship,
  RelationshipId,
  SecretStorage,
  SyncReport,
  TypeName,
  WorkspaceStatus,
} from './model.ts';
import { QUERY_LENGTH, queryRequests } from './query-requests.ts';
import { Limit, Nothing, Offset, request } from './request.ts';
import { ruleRequests } from './rule-requests.ts';

const Path = z.string().min(1).max(4096);
const Secret = z.string().min(1).max(4096);

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

  /** Asks the remote who the secret speaks for; saves nothing. */
  'connections:test': request(z.object({ draft: ConnectionDraft, secret: Secret }), Identity),
  /** Tests, then saves; a connection of the same name to the same place is updated with the new secret. */
  'connections:add': request(
    z.object({ draft: ConnectionDraft, secret: Secret }),
    z.object({ connection: ConnectionStatus, secretStorage: SecretStorage }),
  ),
  /** Gives a connection its secret again: after a start without keychain, or after a key was changed. */
  'connections:provide-secret': request(
    z.object({ id: ConnectionId, secret: Secret }),
    z.object({ connection: ConnectionStatus, secretStorage: SecretStorage }),
  ),

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

  'history:page': request(
    z.object({ offset: Offset, limit: Limit }),
    z.object({ total: z.int(), rows: z.array(HistoryEntry) }),
  ),
  /** Answers with what was undone, as a sentence. */
  'history:undo': request(Nothing, z.object({ label: z.string() })),
  'history:redo': request(Nothing, z.object({ label: z.string() })),

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
      /** The demo's server, where it runs: the workspace it belongs to, and whether it is on the network. */
      demoServer: z.object({ path: z.string(), online: z.boolean() }).nullable(),
      recent: z.array(RecentWorkspace),
      secretStorage: SecretStorage,
    }),
  ),
  /** Shows the system's file dialog; null if the person changed their mind. */
  'app:choose-file': request(
    z.object({ purpose: z.enum(['create', 'open']) }),
    z.object({ path: z.string() }).nullable(),
  ),
  'app:remember-workspace': request(z.object({ path: Path, name: z.string().max(200) }), z.null()),
  'app:forget-workspace': request(z.object({ path: Path }), z.null()),

  /** Starts the demo's server and tells where the demo's workspace belongs and how to connect. */
  'demo:start': request(
    Nothing,
    z.object({
      path: z.string(),
      exists: z.boolean(),
      online: z.boolean(),
      draft: ConnectionDraft,
      secret: z.string(),
    }),
  ),
  /** Takes the demo's server off the network, or puts it back. */
  'demo:set-online': request(z.object({ online: z.boolean() }), z.null()),
  /** Lets a colleague change something on the demo's server; says what. */
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
