import type { EntityId, EntitySummary } from '../../src-preload/contract/model.ts';
import type { Verdicts } from '../store/edit-actions.ts';

/** What may be chosen beside an entity: all others, and the entity itself only where the rules allow it. Pure. */
export function toChoices(
  found: readonly EntitySummary[],
  ownId: EntityId,
  verdicts: Verdicts,
): readonly EntitySummary[] {
  return found.filter(({ id }) => id !== ownId || verdicts.get(id)?.ok === true);
}
