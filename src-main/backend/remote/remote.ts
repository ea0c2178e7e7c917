import type { Capabilities } from '../../../src-preload/contract/capabilities.ts';
import type { EntityField, Identity } from '../../../src-preload/contract/model.ts';

/** An entity by what its remote calls it. `lookupId` is what its own GET takes; empty where that is not known. */
export interface EntityRef {
  readonly kind: string;
  readonly remoteId: string;
  readonly lookupId: string;
}

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
}

export type Direction = 'outgoing' | 'incoming';

/** What proves that a remote no longer has something. */
export type Liveness = 'alive' | 'gone' | 'unknown';

/**
 * One connected system. Every call may throw a RemoteError; none deletes or creates anything but relationships.
 * Calls share one rate budget and can be cancelled by the signal.
 */
export interface Remote {
  readonly capabilities: Capabilities;
  /** The kinds of entities it lists, in the order of pulling. */
  readonly kinds: readonly string[];

  /** Who the secret speaks for. */
  identify(signal: AbortSignal): Promise<Identity>;
  /** Pages of one kind to the end; a caller that stops early has an incomplete picture. */
  fetchEntities(kind: string, signal: AbortSignal): AsyncIterable<readonly RemoteEntity[]>;
  /** The other ends of all relationships of one entity in one direction, read to the end. */
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
   * than was asked for. Throws `refused`, `read-only` or `end-removed`.
   */
  create(relationship: RemoteRelationship, signal: AbortSignal): Promise<RemoteFacts>;
  /** Resolves once the remote is proved not to have it. Throws `refused`, `read-only` or `end-removed`. */
  remove(relationship: RemoteRelationship, signal: AbortSignal): Promise<void>;
  /** The request that `create`, `remove` or `probe` sends, for a dry run. */
  describe(
    relationship: RemoteRelationship,
    call: 'probe' | 'create' | 'remove',
  ): { method: string; path: string };
}

/** What a connection needs to become a Remote. `rate` is in requests per second. */
export interface RemoteAccess {
  readonly url: string;
  readonly scope: string;
  readonly secret: string;
  readonly rate: number;
}
