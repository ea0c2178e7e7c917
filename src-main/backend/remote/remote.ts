import type { Capabilities } from '../../../src-preload/contract/capabilities.ts';
import type { EntityField, Identity, RelationshipFlag } from '../../../src-preload/contract/model.ts';
import type { AccountPause } from './account-pause.ts';
import type { EntityRef } from './entity-ref.ts';
import type { RemoteError } from './errors.ts';
import type { RateLearning } from './http-types.ts';

export type { EntityRef } from './entity-ref.ts';

export interface RemoteEntity extends EntityRef {
  readonly name: string;
  readonly archived: boolean;
  readonly fields: readonly EntityField[];
}

/** An end that a relationship names; its `lookupId` is not told there. */
export type NamedEnd = Omit<EntityRef, 'lookupId'>;

/** What a remote has of a relationship: its type and its id there, each null where the remote keeps none. */
export interface RemoteFacts {
  /** Byte for byte as the remote keeps it. */
  readonly type: string | null;
  readonly remoteId: string | null;
  /** Left out where the remote says nothing of the kind. */
  readonly flags?: readonly RelationshipFlag[];
  /** When it was made there, as an ISO moment; left out where the remote does not tell. */
  readonly madeAt?: string;
}

export interface RemoteRelationship extends RemoteFacts {
  readonly source: EntityRef;
  readonly target: EntityRef;
}

/** The other end of a listed relationship, with what the list tells of the relationship itself. */
export interface RelatedEnd extends NamedEnd {
  readonly type: string | null;
  /** The remote's own id of the relationship; `remoteId` is that of the end. */
  readonly relationshipId: string | null;
  /** Of the relationship, as in `RemoteFacts`. */
  readonly flags?: readonly RelationshipFlag[];
  /** Of the relationship, as in `RemoteFacts`. */
  readonly madeAt?: string;
}

export type Direction = 'outgoing' | 'incoming';

/** A relationship by its ends, as a feed tells of it: what `lookupId` they have is not told there. */
export interface ToldRelationship extends RemoteFacts {
  readonly source: NamedEnd;
  readonly target: NamedEnd;
}

/** What changed since a cursor, in the order of the remote; a relationship may come again. */
export interface ChangePage {
  readonly present: readonly ToldRelationship[];
  /** Each is proved gone by standing here. */
  readonly removed: readonly ToldRelationship[];
  /** Where to go on: at once while `more`, else at the next pull. Kept only once the page was applied. */
  readonly nextCursor: string;
  readonly more: boolean;
  /**
   * The remote starts over: what no page from here to the last one tells of may be gone and must be looked into.
   * Pages right after each other may all say so of the same start.
   */
  readonly startsOver: boolean;
}

/** A remote that tells what changed. */
export interface ChangeFeed {
  /**
   * The page after a cursor, the first one for null. Throws `cursor-lost` where the remote does not take the cursor
   * any more: then everything is read again, once.
   */
  fetchChanges(cursor: string | null, signal: AbortSignal): Promise<ChangePage>;
}

/**
 * A remote that takes several relationships in one request. Answers come in the order of what was asked; one that
 * fails stands as its error and stops no other. A request that fails as a whole throws.
 */
export interface BatchCalls {
  /** The most in one request; those of one create share an end. As `create`, it takes proposed ids as `remoteId`. */
  readonly limits: { readonly create: number; readonly remove: number; readonly probe: number };
  create(
    relationships: readonly RemoteRelationship[],
    signal: AbortSignal,
  ): Promise<readonly (RemoteFacts | RemoteError)[]>;
  remove(
    relationships: readonly RemoteRelationship[],
    signal: AbortSignal,
  ): Promise<readonly ('removed' | RemoteError)[]>;
  probe(
    relationships: readonly RemoteRelationship[],
    signal: AbortSignal,
  ): Promise<readonly (RemoteFacts | null | RemoteError)[]>;
}

/** What one entity is related to, of the kind that a bulk listing tells of, to the last one. */
export interface BulkFound {
  readonly source: EntityRef;
  readonly targets: readonly NamedEnd[];
}

/**
 * A remote that tells the outgoing relationships of many entities with few requests, but those of one pair of kinds
 * only: whoever needs all of an entity reads its own list. Throws where the answer cannot be believed; what it leaves
 * out counts as one look, and proves no deletion.
 */
export interface BulkListing {
  readonly source: string;
  readonly target: string;
  /** Whether it needs fewer requests than one list for each of so many entities with so many relationships in all. */
  isCheaper(entities: number, relationships: number): boolean;
  fetchTargetsOf(entities: readonly EntityRef[], signal: AbortSignal): AsyncIterable<BulkFound>;
}

/** A remote that can say where to look first. It proves nothing, and may leave out anything. */
export interface Hints {
  /** The kind of entity that is asked for what it changed. */
  readonly teller: string;
  fetchChangedBy(teller: EntityRef, since: Date, signal: AbortSignal): Promise<readonly NamedEnd[]>;
}

export type DescribedCall = 'probe' | 'create' | 'remove';

/** A relationship as a dry run asks about it, and whether the remote has it, as far as is known. */
export interface Foreseen {
  readonly relationship: RemoteRelationship;
  readonly isThere: boolean;
}

/** A request as a dry run tells of it. */
export interface DescribedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** What is sent as JSON; left out where nothing is. */
  readonly body?: unknown;
  /** Those of the call that are in it. */
  readonly about: readonly RemoteRelationship[];
  /** Where it is sent only if an answer before it is such; left out where it goes with the call. */
  readonly condition?: string;
}

/** A removal as a remote tells of it: an ISO moment, and whoever it names; each null where it does not. */
export interface ToldRemoval {
  readonly at: string | null;
  readonly by: string | null;
}

/** What proves that a remote no longer has something. */
export type Liveness = 'alive' | 'gone' | 'unknown';

/**
 * One connected system. Every call may throw a RemoteError; none deletes or creates anything but relationships.
 * Calls share one rate budget and can be cancelled by the signal.
 */
export interface Remote {
  readonly capabilities: Capabilities;
  /** The kinds of entities it lists, in the order of pulling; one that it need not read again now may be missing. */
  readonly kinds: readonly string[];
  /** Where there is one, relationships are pulled by it alone. */
  readonly feed: ChangeFeed | null;
  readonly batch: BatchCalls | null;
  /** Left out where there is none. */
  readonly bulk?: BulkListing;
  /** Left out where there are none. */
  readonly hints?: Hints;

  /** Who the secret speaks for. */
  identify(signal: AbortSignal): Promise<Identity>;
  /** The same in the middle of a run, where the secret itself says it and no request is needed; else left out. */
  identifyAgain?(signal: AbortSignal): Promise<Identity>;
  /** What the account can do as far as the remote tells: `capabilities`, narrowed. */
  fetchCapabilities(signal: AbortSignal): Promise<Capabilities>;
  /** Pages of one kind to the end; a caller that stops early has an incomplete picture. */
  fetchEntities(kind: string, signal: AbortSignal): AsyncIterable<readonly RemoteEntity[]>;
  /**
   * The other ends of all relationships of one entity in one direction, read to the end. Where relationships are not
   * directed, both directions are the same and tell of all.
   */
  fetchRelationshipsOf(
    entity: EntityRef,
    direction: Direction,
    signal: AbortSignal,
  ): Promise<readonly RelatedEnd[]>;
  /** Whether the remote still has the entity. */
  fetchLiveness(entity: EntityRef, signal: AbortSignal): Promise<Liveness>;
  /** What the remote has between exactly these ends, whatever its type; null for nothing, which proves no deletion. */
  probe(relationship: RemoteRelationship, signal: AbortSignal): Promise<RemoteFacts | null>;
  /**
   * Resolves with what the remote has between the ends, whoever made it: where it keeps types, perhaps with another
   * than was asked for. Where it takes client ids, `remoteId` is the one proposed, the same for each repeat; one that
   * these ends have already is no fault. Throws `refused`, `read-only`, `end-removed` or `id-taken`.
   */
  create(relationship: RemoteRelationship, signal: AbortSignal): Promise<RemoteFacts>;
  /** Resolves once the remote is proved not to have it. Throws `refused`, `read-only` or `end-removed`. */
  remove(relationship: RemoteRelationship, signal: AbortSignal): Promise<void>;
  /**
   * The requests that `create`, `remove` or `probe`, of `batch` where there is one, sends for as many as go in one call,
   * for a dry run. What decides there what goes in a request decides here.
   */
  describe(call: DescribedCall, foreseen: readonly Foreseen[]): readonly DescribedRequest[];
  /** When an entity was removed there, and by whom, as far as answers told; left out where a remote never tells. */
  toldRemoval?(entity: NamedEnd): ToldRemoval | null;
  /** The request of `fetchLiveness`; null where none is sent. */
  describeLiveness(entity: EntityRef): Omit<DescribedRequest, 'about'> | null;
}

/** What a connection needs to become a Remote. `rate`, in requests per second, is what it starts with. */
export interface RemoteAccess {
  readonly url: string;
  readonly scope: string;
  readonly secret: string;
  readonly rate: number;
  /** What is set for this remote beside the address, such as the region of an account. */
  readonly options: Readonly<Record<string, string>>;
  /** Keeps another secret from now on, where a remote gives a new one. Resolves once it is stored. */
  saveSecret(secret: string): Promise<void>;
  /** The pause of the account, for each service where its limits hold for each; left out where nobody else speaks for it. */
  readonly accountPause?: (service?: string) => AccountPause;
  /** How the rate may be found while working; without, `rate` is the most. */
  readonly learning?: RateLearning;
}
