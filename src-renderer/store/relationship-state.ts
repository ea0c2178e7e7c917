import type { RelationshipState } from '../../src-preload/contract/model.ts';

/** Whether the user wants the relationship otherwise than the remote has it. */
export function isPending(state: RelationshipState): boolean {
  return state !== 'synced' && state !== 'local' && state !== 'held';
}
