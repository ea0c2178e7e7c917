/** An entity by what its remote calls it. `lookupId` is what its own GET takes; empty where that is not known. */
export interface EntityRef {
  readonly kind: string;
  readonly remoteId: string;
  readonly lookupId: string;
}
