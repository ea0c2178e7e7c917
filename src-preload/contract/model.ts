import { z } from 'zod';

/** The words of the app as data: every shape that crosses between backend and window. */

/** Local id of an entity: an integer of the workspace, never reused, unknown to any remote. */
export const EntityId = z.int().positive().brand<'EntityId'>();
export type EntityId = z.infer<typeof EntityId>;

/** Local id of a relationship; an outbox item carries the id of the relationship it changes. */
export const RelationshipId = z.int().positive().brand<'RelationshipId'>();
export type RelationshipId = z.infer<typeof RelationshipId>;

/** Local id of a connection; `LOCAL_CONNECTION_ID` is the reserved connection `local`. */
export const ConnectionId = z.int().nonnegative().brand<'ConnectionId'>();
export type ConnectionId = z.infer<typeof ConnectionId>;

/** Name and id of the connection that holds what no remote holds. */
export const LOCAL_CONNECTION_NAME = 'local';
export const LOCAL_CONNECTION_ID: ConnectionId = ConnectionId.parse(0);

/** A moment as an ISO 8601 string in UTC. */
export const Moment = z.iso.datetime();
export type Moment = z.infer<typeof Moment>;

/** The most characters of a type's name. */
export const TYPE_NAME_LENGTH = 255;

/** A remote's free-text relationship type or a local mark, kept byte for byte. */
export const TypeName = z
  .string()
  .min(1)
  .max(TYPE_NAME_LENGTH)
  .refine((name) => !name.includes('\u0000'), 'a relationship type holds no NUL character');

/** The systems Weft speaks to; `local` is the workspace itself. */
export const RemoteName = z.enum(['algapsa', 'autodesk', 'clickie', 'local']);
export type RemoteName = z.infer<typeof RemoteName>;

/** One row of an entity list. `address` is `connection:kind:id`, the written form of an entity. */
export const EntitySummary = z.object({
  id: EntityId,
  connectionId: ConnectionId,
  connection: z.string(),
  kind: z.string(),
  name: z.string(),
  address: z.string(),
  archived: z.boolean(),
  /** True once the remote proved that it no longer has the entity. */
  removed: z.boolean(),
});
export type EntitySummary = z.infer<typeof EntitySummary>;

/** A field of an entity as the remote told it; nested values arrive as JSON text. */
export const EntityField = z.object({
  name: z.string(),
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
});
export type EntityField = z.infer<typeof EntityField>;

const OriginName = z.string().min(1).max(1000);

/** Where an entity was before an import made it the workspace's own. */
export const EntityOrigin = z.object({
  /** The connection that had it, as the other workspace calls it: `local` for one of that workspace's own. */
  connection: OriginName,
  /** The kind of system; null for `local`, and where the file does not say. */
  remote: OriginName.nullable(),
  /** Its id there. */
  id: OriginName,
  firstSeenAt: Moment.nullable(),
  /** When something new of it was last seen there; null where nothing ever was. */
  changedAt: Moment.nullable(),
});
export type EntityOrigin = z.infer<typeof EntityOrigin>;

/** Where a relationship came from. */
export const RelationshipOrigin = z.object({
  /** The connection that held it; absent in the exports of before. */
  connection: OriginName.optional(),
  /** Its id on the remote; null where it has none there. */
  remoteId: OriginName.nullable(),
  /** When it was made in the workspace; null for one of a remote. */
  madeAt: Moment.nullable(),
  /** Which connections confirmed it, since when and when last. */
  confirmed: z.array(z.object({ by: OriginName, first: Moment, last: Moment })).max(100),
});
export type RelationshipOrigin = z.infer<typeof RelationshipOrigin>;

export const EntityDetail = EntitySummary.extend({
  fields: z.array(EntityField),
  lastSeenAt: Moment.nullable(),
  /** When the remote's list of this entity's relationships was last read whole. */
  relationshipsAsOf: Moment.nullable(),
  relationshipCount: z.int(),
  /** Where an import says that an entity of the workspace's own was before; null for all others. */
  origin: EntityOrigin.nullable(),
});
export type EntityDetail = z.infer<typeof EntityDetail>;

/**
 * What is shown of a relationship: `synced` agrees with the remote, `local` has no remote; the others are
 * pending (`create`, `update`, `delete`), wait for a decision (`conflict`, `held`), were refused (`parked`)
 * or wait for another operation (`blocked`).
 */
export const RelationshipState = z.enum([
  'synced',
  'create',
  'update',
  'delete',
  'conflict',
  'held',
  'parked',
  'blocked',
  'local',
]);
export type RelationshipState = z.infer<typeof RelationshipState>;

/**
 * What the remote says of a relationship beside its ends and type: `read-only`, the account may not remove it there;
 * `by-service`, a service made it and no person.
 */
export const RelationshipFlag = z.enum(['read-only', 'by-service']);
export type RelationshipFlag = z.infer<typeof RelationshipFlag>;

export const Relationship = z.object({
  id: RelationshipId,
  connectionId: ConnectionId,
  connection: z.string(),
  source: EntitySummary,
  target: EntitySummary,
  type: z.string().nullable(),
  state: RelationshipState,
  /** Why it is parked, blocked, held or in conflict, as a sentence for people. */
  cause: z.string().nullable(),
  flags: z.array(RelationshipFlag),
});
export type Relationship = z.infer<typeof Relationship>;

/** A relationship as the graph draws it: ends by id, so a neighbourhood repeats no entity. */
export const GraphRelationship = z.object({
  id: RelationshipId,
  sourceId: EntityId,
  targetId: EntityId,
  type: z.string().nullable(),
  state: RelationshipState,
});
export type GraphRelationship = z.infer<typeof GraphRelationship>;

/** An entity of a neighbourhood. `relationshipCount` counts all its relationships, drawn or not. */
export const GraphEntity = EntitySummary.extend({
  relationshipCount: z.int(),
  /** When its relationships were last read whole; null if never. */
  relationshipsAsOf: Moment.nullable(),
});
export type GraphEntity = z.infer<typeof GraphEntity>;

/**
 * Roots, their neighbours up to the limit, and the relationships between two of them.
 * `omitted` says per root how many neighbours were left out: nothing is cut in silence.
 */
export const Neighbourhood = z.object({
  entities: z.array(GraphEntity),
  relationships: z.array(GraphRelationship),
  /** All relationships between two of the entities: more than are told where they are too many for one picture. */
  relationshipTotal: z.int(),
  omitted: z.array(z.object({ entityId: EntityId, count: z.int() })),
});
export type Neighbourhood = z.infer<typeof Neighbourhood>;

/** What failed in a sync: a code for programs, a sentence for people. */
export const Failure = z.object({ code: z.string(), message: z.string() });
export type Failure = z.infer<typeof Failure>;

export const OutboxAction = z.enum(['create', 'update', 'delete']);
export type OutboxAction = z.infer<typeof OutboxAction>;

/** One relationship the user wants otherwise than the remote has it. */
export const OutboxItem = z.object({
  id: RelationshipId,
  connectionId: ConnectionId,
  connection: z.string(),
  action: OutboxAction,
  source: EntitySummary,
  target: EntitySummary,
  type: z.string().nullable(),
  state: RelationshipState,
  /** Why it waits: what stopped it, or how its last attempt failed. A sentence for people. */
  cause: z.string().nullable(),
  /** Requests that left for it since the user last changed it. */
  attempts: z.int(),
  /** An attempt left and its answer never came: the remote is asked what became of it before anything is sent again. */
  unanswered: z.boolean(),
  /** Attempts in a row that failed for a reason that passes. */
  failures: z.int(),
  /** How the last attempt failed, where that passes. */
  lastFailure: Failure.nullable(),
  /** It is not tried again by itself before; null where it goes with the next push. */
  nextAttemptAt: Moment.nullable(),
  /** How many other changes of the connection wait until this one has gone through. */
  dependants: z.int(),
  changedAt: Moment,
});
export type OutboxItem = z.infer<typeof OutboxItem>;

/** One side of a conflict: does the relationship exist there, with which type, since when and by whom. */
export const ConflictSide = z.object({
  present: z.boolean(),
  type: z.string().nullable(),
  at: Moment.nullable(),
  /** Whether `at` is when it was made so, as the remote or the history tells; else it is when Weft last saw it so. */
  told: z.boolean(),
  /** Who made it so; null where nobody tells. */
  by: z.string().nullable(),
});
export type ConflictSide = z.infer<typeof ConflictSide>;

export const ConflictChoice = z.enum(['local', 'remote', 'both']);
export type ConflictChoice = z.infer<typeof ConflictChoice>;

export const ConflictReason = z.enum(['end-removed', 'changed-both', 'removed-there']);
export type ConflictReason = z.infer<typeof ConflictReason>;

export const Conflict = z.object({
  id: z.int().positive(),
  relationshipId: RelationshipId,
  connectionId: ConnectionId,
  connection: z.string(),
  source: EntitySummary,
  target: EntitySummary,
  foundAt: Moment,
  reason: ConflictReason,
  /** The reason as a sentence for people. */
  cause: z.string(),
  base: ConflictSide,
  local: ConflictSide,
  remote: ConflictSide,
  choices: z.array(ConflictChoice),
});
export type Conflict = z.infer<typeof Conflict>;

/** Removals that the guard stopped. Nothing of it is applied until the user releases it. */
export const HeldRemoval = z.object({
  id: z.int().positive(),
  connectionId: ConnectionId,
  connection: z.string(),
  what: z.enum(['entities', 'relationships']),
  /** Where it would go: the copies here, or, by a push, the relationships of the remote. */
  side: z.enum(['here', 'there']),
  count: z.int(),
  total: z.int(),
  /** Why the guard stopped it, as a sentence for people. */
  reason: z.string(),
  /** The first of what would go, by name. */
  sample: z.array(z.string()),
  heldAt: Moment,
  released: z.boolean(),
});
export type HeldRemoval = z.infer<typeof HeldRemoval>;

const Changes = z.object({ added: z.int(), updated: z.int(), removed: z.int() });
export type Changes = z.infer<typeof Changes>;

/** A request that a dry run says a push would send. */
export const PlannedRequest = z.object({
  /** The relationships it is about; where the remote takes batches there may be many. */
  ids: z.array(RelationshipId),
  method: z.string(),
  /** With its query. */
  path: z.string(),
  /** What is sent as JSON; null where nothing is. A new id that a create proposes is made when it is sent. */
  body: z.unknown(),
  /** When it is sent, or for which of those in it, by what was read before; null where it always is. */
  condition: z.string().nullable(),
});
export type PlannedRequest = z.infer<typeof PlannedRequest>;

/** The most failures that one report keeps. */
export const FAILURE_LIMIT = 500;

/** The report of one sync of one connection. Public interface: `sync --json` prints it. */
export const SyncReport = z.object({
  connection: z.string(),
  /** True only if everything asked for was read to its end and nothing failed. */
  complete: z.boolean(),
  cancelled: z.boolean(),
  startedAt: Moment,
  finishedAt: Moment,
  pulled: z.object({ entities: Changes, relationships: Changes }),
  pushed: z.object({ created: z.int(), updated: z.int(), deleted: z.int() }),
  conflicts: z.int(),
  blocked: z.int(),
  parked: z.int(),
  held: z.int(),
  /** The first failures, at most `FAILURE_LIMIT`; `moreFailed` counts the rest. */
  failed: z.array(Failure),
  /** Why nothing was pushed though it was asked for: the user must decide something first. */
  withheld: Failure.nullable(),
  /** What is worth knowing and no failure, as sentences. */
  notes: z.array(z.string()),
  moreFailed: z.int(),
  /** What was kept and when it goes on, as a sentence for people; null where everything was done. */
  outlook: z.string().nullable(),
  /** Filled by a dry run only. */
  requests: z.array(PlannedRequest),
});
export type SyncReport = z.infer<typeof SyncReport>;

export const SyncPhase = z.enum(['identify', 'push', 'entities', 'relationships', 'verify']);
export type SyncPhase = z.infer<typeof SyncPhase>;

/** How far a running sync is. `total` is null where the remote does not tell. */
export const SyncProgress = z.object({
  connectionId: ConnectionId,
  phase: SyncPhase,
  done: z.int(),
  total: z.int().nullable(),
});
export type SyncProgress = z.infer<typeof SyncProgress>;

export const ConnectionState = z.enum([
  'never-synced',
  'ready',
  'syncing',
  'paused',
  'offline',
  'failing',
  'needs-secret',
]);
export type ConnectionState = z.infer<typeof ConnectionState>;

export const ConnectionStatus = z.object({
  id: ConnectionId,
  name: z.string(),
  remote: RemoteName,
  url: z.string(),
  scope: z.string(),
  state: ConnectionState,
  offlineSince: Moment.nullable(),
  lastSyncedAt: Moment.nullable(),
  /** When it syncs by itself next, or is asked again while offline; null where it does not. */
  nextSyncAt: Moment.nullable(),
  /** The remote asked to be left in peace until then, for the whole account; null where it did not. */
  limitedUntil: Moment.nullable(),
  lastFailure: Failure.nullable(),
  /** Requests per second this connection allows itself. */
  rate: z.number(),
  /** What is set for this remote beside the address; no secret. */
  options: z.record(z.string(), z.string()),
  /** Until when the sign-in can be renewed by itself; null where there is none, or its key is not at hand. */
  signInExpiresAt: Moment.nullable(),
  /** Since when it is left out of syncs of everything; null while it is not. */
  pausedSince: Moment.nullable(),
  pendingCount: z.int(),
  conflictCount: z.int(),
  heldCount: z.int(),
  progress: SyncProgress.nullable(),
});
export type ConnectionStatus = z.infer<typeof ConnectionStatus>;

/** What is known of a connection beside its status. */
export const ConnectionDetail = z.object({
  id: ConnectionId,
  /** Whom the key spoke for when it was last asked; null before that. */
  identity: z.string().nullable(),
  /** What the remote can do with relationships, one sentence each. */
  capabilities: z.array(z.string()),
  /** Why nothing can be written there, as a sentence; null where it can, as far as is known. */
  readOnlyReason: z.string().nullable(),
  /** True while everything must be read before anything is sent, since another identity or place was taken over. */
  readsFirst: z.boolean(),
  entityCount: z.int(),
  relationshipCount: z.int(),
  parkedCount: z.int(),
  blockedCount: z.int(),
  /** What failed in the last syncs, newest first. */
  failures: z.array(Failure.extend({ at: Moment })),
});
export type ConnectionDetail = z.infer<typeof ConnectionDetail>;

/** What removing a connection takes out of the workspace, and what stays. */
export const ConnectionLoss = z.object({
  /** Pending changes, those in conflict among them; each goes to the file, if one is asked for. */
  pending: z.int(),
  conflicts: z.int(),
  held: z.int(),
  /** Relationships with a type of the user's own, which the remote does not keep; they go to the file as well. */
  marks: z.int(),
  relationships: z.int(),
  entities: z.int(),
  /** Entities that something user-made points at: they stay as archived copies. */
  keptEntities: z.int(),
  /** Commands of the history that can no longer be undone or redone. */
  undoable: z.int(),
});
export type ConnectionLoss = z.infer<typeof ConnectionLoss>;

/** Everything the shell of the window needs to know of the open workspace. */
/** A copy of a workspace. */
export const BackupFile = z.object({ path: z.string(), madeAt: Moment, bytes: z.int() });
export type BackupFile = z.infer<typeof BackupFile>;

/** `moved-or-copied`: the file is another than the one that last pushed, so its next push waits. */
export const WorkspacePlace = z.enum(['home', 'moved-or-copied']);
export type WorkspacePlace = z.infer<typeof WorkspacePlace>;

/** Something that is wrong with a workspace: what kind of thing, and what it is as a sentence. */
export const WorkspaceFinding = z.object({ code: z.string(), message: z.string() });
export type WorkspaceFinding = z.infer<typeof WorkspaceFinding>;

export const WorkspaceStatus = z.object({
  path: z.string(),
  name: z.string(),
  place: WorkspacePlace,
  /** What the last check since it was opened found; nothing where all is well or nobody looked. */
  damage: z.array(WorkspaceFinding),
  entityCount: z.int(),
  relationshipCount: z.int(),
  pendingCount: z.int(),
  conflictCount: z.int(),
  heldCount: z.int(),
  kinds: z.array(z.object({ kind: z.string(), count: z.int() })),
  types: z.array(z.string()),
  connections: z.array(ConnectionStatus),
  /** What undo and redo would do, as a sentence; null where there is nothing. */
  undo: z.string().nullable(),
  redo: z.string().nullable(),
});
export type WorkspaceStatus = z.infer<typeof WorkspaceStatus>;

export const ConnectionName = z
  .string()
  .trim()
  .min(1, 'A connection needs a name.')
  .max(60, 'A name has at most 60 characters.')
  .refine((name) => !name.includes(':'), 'A name holds no colon.')
  .refine((name) => name !== LOCAL_CONNECTION_NAME, '“local” is the workspace’s own connection.');
export const ConnectionUrl = z.url({ protocol: /^https?$/, error: 'This is not a web address.' });

/** An address of this computer with a port and a path, to which the browser comes back after a sign-in. */
const CallbackUrl = z
  .string()
  .max(200, 'The callback has at most 200 characters.')
  .regex(
    /^http:\/\/(localhost|127\.0\.0\.1|\[::1\]):[1-9][0-9]{0,4}\/[\w./~-]*$/,
    'The callback is an address such as http://localhost:8080/oauth/callback/.',
  )
  .refine((url) => URL.canParse(url), 'The port of the callback is too large.');

/** Where Autodesk keeps an account; told with every call on a project. From the list of its regions. */
export const autodeskRegions = ['US', 'EMEA', 'AUS', 'CAN', 'DEU', 'IND', 'JPN', 'GBR'] as const;

/** What is settled once per Autodesk app and account. No secret: an app that signs in on a computer has none. */
export const AutodeskOptions = z.object({
  region: z.enum(autodeskRegions, 'This is none of Autodesk’s regions.'),
  /** Empty where an access token is given instead of a sign-in. */
  clientId: z.string().regex(/^[\w-]{0,128}$/, 'A client id has letters, digits, _ and - only.'),
  /** As registered with the app, to the letter. */
  callback: CallbackUrl,
});
export type AutodeskOptions = z.infer<typeof AutodeskOptions>;

/** The project of a connection to Autodesk: a UUID, with or without one leading `b.`, kept without. */
const ProjectId = z
  .string()
  .regex(
    /^(b\.)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    'A project is a UUID, with or without b. before it.',
  )
  .transform((id) => id.replace(/^b\./i, '').toLowerCase());

/** What a person types in to connect a system. The secret goes to the keychain, never to the workspace. */
export const ConnectionDraft = z.discriminatedUnion('remote', [
  z.object({
    name: ConnectionName,
    remote: z.literal('clickie'),
    url: ConnectionUrl,
    /** The account. */
    scope: z.string().regex(/^[0-9]{1,15}$/, 'An account is a whole number.'),
  }),
  z.object({
    name: ConnectionName,
    remote: z.literal('algapsa'),
    url: ConnectionUrl,
    /** The tenant; empty where the key alone says it. */
    scope: z.string().regex(/^$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'A tenant is a UUID.'),
  }),
  z.object({
    name: ConnectionName,
    remote: z.literal('autodesk'),
    url: ConnectionUrl,
    /** The project. */
    scope: ProjectId,
    options: AutodeskOptions,
  }),
]);
export type ConnectionDraft = z.infer<typeof ConnectionDraft>;

/** Where and as which app to sign in with the browser. */
export const SignInDraft = z.object({
  remote: z.literal('autodesk'),
  url: ConnectionUrl,
  options: AutodeskOptions,
});
export type SignInDraft = z.infer<typeof SignInDraft>;

/** Names a sign-in inside the backend, where its secret is; good for nothing elsewhere. */
export const SignInHandle = z.uuid();

/** A project that can be connected; `id` as a connection's scope has it. `region` is the hub's, as told. */
export const Project = z.object({
  id: z.string(),
  name: z.string(),
  hub: z.string(),
  region: z.string().nullable(),
});
export type Project = z.infer<typeof Project>;

/**
 * Who a key speaks for, as the remote tells it. `fingerprint` changes when the identity does; `account` is what the
 * answers belong to (account, tenant), and becomes the scope of the connection.
 */
export const Identity = z.object({ fingerprint: z.string(), label: z.string(), account: z.string() });
export type Identity = z.infer<typeof Identity>;

/** Whether a secret outlives the app, and if not, why. */
export const SecretStorage = z.object({ persisted: z.boolean(), reason: z.string().nullable() });
export type SecretStorage = z.infer<typeof SecretStorage>;

/** One entry of the workspace's history, newest first. */
export const HistoryEntry = z.object({
  id: z.int().positive(),
  at: Moment,
  label: z.string(),
  state: z.enum(['done', 'undone', 'superseded', 'recorded']),
  actor: z.enum(['user', 'sync']),
  /** The user and the machine, or whom the key of the connection spoke for; null where it was not kept. */
  who: z.string().nullable(),
  /** How many relationships, entities and types it changed. */
  changes: z.int(),
  /** The entry that this one undid, redid or reverted. */
  reverts: z.int().positive().nullable(),
  /** Whether an entry that stands has reverted it. */
  reverted: z.boolean(),
});
export type HistoryEntry = z.infer<typeof HistoryEntry>;
