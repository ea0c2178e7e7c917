/** Kinds of the two ends of a relationship; their order counts only where relationships are directed. */
export interface KindPair {
  readonly source: string;
  readonly target: string;
}

/**
 * What a remote can do with relationships, as data. Rules and sync read it; neither asks which remote it is.
 */
export interface Capabilities {
  /** False where A–B and B–A are one relationship. */
  readonly directed: boolean;
  /** Whether the remote itself keeps a type. Without, a type is a local mark. */
  readonly typed: boolean;
  /** The most characters of a type that it keeps; null where there is no bound, or no type. */
  readonly typeMaxLength: number | null;
  /** Whether every relationship must have a type. */
  readonly typeRequired: boolean;
  /** True where the remote takes only one relationship per ordered pair, whatever its type. */
  readonly onePerPair: boolean;
  /** Whether an entity may be related to itself. */
  readonly self: boolean;
  /** The only pairs of kinds that may be related; null where any may. */
  readonly allowedPairs: readonly KindPair[] | null;
  /** Whether it takes an id that the caller proposes (a UUID), by which a create that is sent again is known. */
  readonly clientIds: boolean;
  /**
   * What proves that a relationship is gone which a complete list left out: that it is not to be had by its own
   * request any more, or that and both ends being alive.
   */
  readonly absenceProof: 'probe' | 'probe-and-ends';
  /** Why nothing can be written there, as a sentence; null where it can. */
  readonly readOnlyReason: string | null;
  /**
   * The kinds whose lists hold all there is; null where every kind's does. An end of another kind that only a
   * relationship names is shown by its kind and id, one of these kinds not before it is listed.
   */
  readonly listedKinds: readonly string[] | null;
}

/** Relationships of the workspace itself: anything goes that makes sense. */
export const localCapabilities: Capabilities = {
  directed: true,
  typed: true,
  typeMaxLength: null,
  typeRequired: false,
  onePerPair: false,
  self: true,
  allowedPairs: null,
  clientIds: false,
  absenceProof: 'probe',
  readOnlyReason: null,
  listedKinds: null,
};
