import type { EntityId, GraphRelationship } from '../../../src-preload/contract/model.ts';
import type { ReadFromTarget } from '../../../src-preload/contract/type-label.ts';
import { stateWords } from '../../ui/StateBadge.tsx';

interface Reading {
  readonly nameOf: (id: EntityId) => string;
  /** The entity that is selected, from whose side its relationships read. */
  readonly from: EntityId | null;
  readonly readFromTarget: ReadFromTarget;
}

/** A drawn relationship in words: from its source, or from its target where that one is selected. */
export function toSentence(
  { sourceId, targetId, type, state }: GraphRelationship,
  { nameOf, from, readFromTarget }: Reading,
): string {
  const isTurned = from === targetId && from !== sourceId;
  const [ends, label] = isTurned
    ? [`${nameOf(targetId)} ← ${nameOf(sourceId)}`, readFromTarget(type)]
    : [`${nameOf(sourceId)} → ${nameOf(targetId)}`, type];
  return [ends, label, state === 'synced' ? null : stateWords[state].label]
    .filter((part) => part !== null)
    .join(', ');
}
