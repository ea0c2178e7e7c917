import type { RelationshipType } from '../../src-preload/contract/relationship-types.ts';

/** A directed type of the vocabulary that limits nothing. */
export function freeType(name: string, inverse: string): RelationshipType {
  return {
    name,
    inverse,
    symmetric: false,
    sourceKinds: null,
    targetKinds: null,
    maxPerSource: null,
    maxPerTarget: null,
    acyclic: false,
    duplicates: false,
    self: false,
    impact: 'to-target',
    needed: null,
  };
}
