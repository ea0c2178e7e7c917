import type { ChangedPart } from '../../src-preload/contract/events.ts';

const listParts = ['entities', 'connections'] as const;
const listPartsByRelationships = [...listParts, 'relationships', 'outbox', 'conflicts', 'held'] as const;
const asksForRelationships = /-\[|\b(?:type|state):/i;

/** The parts of the workspace that decide what a query finds: relationships only where it asks for them. */
export function partsOfQuery(query: string): readonly ChangedPart[] {
  return asksForRelationships.test(query) ? listPartsByRelationships : listParts;
}
