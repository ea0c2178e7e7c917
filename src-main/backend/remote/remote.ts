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

export interface RemoteRelationship {
  readonly source: EntityRef;
  readonly target: EntityRef;
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
  ): Promise<readonly NamedEnd[]>;
  /** Whether the remote still has the entity. */
  fetchLiveness(entity: EntityRef, signal: AbortSignal): Promise<Liveness>;
  /** Whether the remote has exactly this relationship. Absence alone proves no deletion. */
  probe(relationship: RemoteRelationship, signal: AbortSignal): Promise<boolean>;
  /** Resolves once the remote has the relationship, whoever made it. Throws `refused` or `end-removed`. */
  create(relationship: RemoteRelationship, signal: AbortSignal): Promise<void>;
  /** Resolves once the remote is proved not to have the relationship. Throws `refused` or `end-removed`. */
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
