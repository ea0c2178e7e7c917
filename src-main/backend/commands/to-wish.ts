import type { Relationship } from '../../../src-preload/contract/model.ts';
import type { Wish } from './want.ts';

/** The ends and the id of a relationship that is shown. */
export function toWish(relationship: Relationship): Wish {
  return {
    relationshipId: relationship.id,
    connectionId: relationship.connectionId,
    sourceId: relationship.source.id,
    targetId: relationship.target.id,
  };
}
